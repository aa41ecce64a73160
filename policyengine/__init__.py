"""Policy as code for AWS Organizations backup policies."""
