"""What is measured, generated: policies, organizations, projects. The same seed gives the same input."""
