"""`restore-tests` in its formats: on a terminal, as JSON, and as a comment in Markdown."""
