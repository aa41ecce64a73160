"""`compile` in its formats."""
