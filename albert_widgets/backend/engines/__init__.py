"""What runs a model: torch."""
