"""Plans that Organizations publishes and AWS Backup cannot carry out as meant."""
