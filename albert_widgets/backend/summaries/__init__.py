"""Summaries: sentences of a text that are chosen by what the model makes of them, or a text that a model writes."""
