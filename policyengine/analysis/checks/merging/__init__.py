"""What policies do to each other on the way down, where AWS stays silent."""
