"""`effective` in its formats."""
