"""The Hugging Face hub: what it offers, what a download would cost, and how its files come here whole."""
