"""What is wrong, and what a change does."""
