"""AWS as it is now: the room that reads it, and the only one that knows boto3 (extra `aws`).

It is imported by the commands that need the network, when they run. Calls go through one loop of retries; what is read
is put together in the format of a snapshot.
"""
