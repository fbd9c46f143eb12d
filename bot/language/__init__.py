"""Text made comparable, and what can be told from it."""
