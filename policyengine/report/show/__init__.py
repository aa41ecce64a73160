"""`show` in its formats."""
