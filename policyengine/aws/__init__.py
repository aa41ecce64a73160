"""What AWS does, offline: its facts, cron, documents, organization, admission, merging and deployment."""
