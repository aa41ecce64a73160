"""AWS as far as the commands with network call it, on a port of this machine, for one organization.

`with FakeAws(snapshot) as aws:` starts it in a thread; `aws.environment()` has the endpoint and credentials for boto3.

Organizations, AWS Backup and KMS are answered here, from one immutable `State`, and not by moto: moto keeps the order
of attachments in its lists, has no backup policies, pages, limits, effective policies or vault locks, and spreads its
state over objects that can neither be set at once for 10,000 accounts nor kept after each call. Extending it would
replace all of its Organizations by way of its private names. STS and IAM are moto's: with credentials that belong to
accounts, which is what matters there. Each answer is held against botocore's model of the operation.
"""

from fake_aws.fake import Call, FakeAws, changed
from fake_aws.faults import FINAL, TRANSIENT, Fault
from fake_aws.organization_state import ROLE_IN_MEMBERS, State, snapshot_of, state_of

__all__ = [
    "FINAL", "ROLE_IN_MEMBERS", "TRANSIENT", "Call", "FakeAws", "Fault", "State", "changed", "snapshot_of", "state_of",
]  # fmt: skip
