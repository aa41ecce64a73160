"""Rules about requirements: what is wrong with their text, and what they come to."""
