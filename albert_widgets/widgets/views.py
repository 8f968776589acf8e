"""The names of the views; here, so that a magic can offer them before any panel is imported."""

ATTENTION_VIEWS = ("matrix", "lines", "neurons", "flow", "effect", "compare", "attribution")
"""Views of the attention panel; the first is the default."""

TENSOR_VIEWS = ("matrix", "lines")
"""Those that need no model."""
