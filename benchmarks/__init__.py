"""Figures, never tests: each is taken beside a peer in the same run, and printed in one table."""
