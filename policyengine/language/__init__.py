"""Text to documents and back: the syntax of the language, and its compiler."""
