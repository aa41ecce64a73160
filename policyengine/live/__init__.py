"""AWS as it is now: the room that reads it, and the only one that knows boto3 (extra `aws`).

It is imported by the commands that need the network, when they run. `AwsApi` in `transport` is AWS itself, which
imports boto3; whatever else answers as `Api` does can stand in its place. `read_organization` reads what a snapshot
has. Calls go through one loop of retries, eight at a time.
"""

from policyengine.live.answers import Api, ApiError, ApiRequest, FaultKind
from policyengine.live.caller import Caller
from policyengine.live.progress import ProgressState, Report
from policyengine.live.pulling import PulledOrganization, PullOptions, read_organization
from policyengine.live.resuming import Journal, journal_beside
from policyengine.live.retrying import Pace
from policyengine.live.sentences import LiveError, denied, sentence

__all__ = [
    "Api",
    "ApiError",
    "ApiRequest",
    "Caller",
    "FaultKind",
    "Journal",
    "LiveError",
    "Pace",
    "ProgressState",
    "PullOptions",
    "PulledOrganization",
    "Report",
    "denied",
    "journal_beside",
    "read_organization",
    "sentence",
]
