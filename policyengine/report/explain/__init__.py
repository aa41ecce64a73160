"""`explain` in its formats."""
