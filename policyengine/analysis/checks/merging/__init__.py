"""What policies do to each other on the way down, that AWS does not tell."""
