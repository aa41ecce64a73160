"""What AWS does, offline: facts, cron, policy documents, snapshots, organization, admission, merging, deployment."""
