"""AWS's behavior, offline: facts, cron, policy documents, snapshots, organization, admission, merging, deployment."""
