"""Would AWS take this document? The verdict of `CreatePolicy`, with the reason that AWS keeps to itself.

Takes one policy document and the moment it would be sent; gives every refusal, each at its node, and what is left of
the document without the refused nodes. Knows AWS's syntax tree (`facts/`), and nothing of other documents: whether
policies fit together is for `effective/` to say. Where no evidence tells what AWS does, a document is admitted.
"""

from __future__ import annotations

from policyengine.aws.admission.admit import admit, one_per_cause
from policyengine.aws.admission.policy_schema import setting_at

__all__ = ["admit", "one_per_cause", "setting_at"]
