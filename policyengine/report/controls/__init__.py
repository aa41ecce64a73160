"""`controls` in its formats: on a terminal, as JSON, as Markdown, and as evaluations for AWS Config."""
