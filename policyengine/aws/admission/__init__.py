"""Would AWS take this document? The verdict of `CreatePolicy`, with the reasons that AWS does not give.

Takes a policy document and the moment it would be sent; gives every refusal, each at its node, and the document without
the refused nodes. Knows AWS's syntax of a policy (`facts/`) and a single document at a time: whether policies fit
together is decided in `merge/`. Where there is no evidence of what AWS does, a document is admitted.
"""

from __future__ import annotations

from policyengine.aws.admission.document_admission import admit, one_per_cause
from policyengine.aws.admission.policy_schema import setting_at

__all__ = ["admit", "one_per_cause", "setting_at"]
