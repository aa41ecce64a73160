"""`schedule` in its formats."""
