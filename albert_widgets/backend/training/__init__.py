"""Learning from labelled texts: the check before it, the split, the instant baseline, and how good a model is."""
