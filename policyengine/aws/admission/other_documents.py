"""Documents that people mistake for backup policies: how to recognize them, what they are, and what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from policyengine.aws.admission.admission_rules import UNREADABLE_DOCUMENT
from policyengine.aws.admission.messages import Complaint
from policyengine.aws.arns import ACCOUNT_ID
from policyengine.aws.documents import Json
from policyengine.aws.policy_text import (
    OF_CLOUDFORMATION,
    OF_TERRAFORM,
    ORG_FORMATION,
    SNAPSHOT_OF_ORGANIZATION,
    Holder,
    minify,
)
from policyengine.aws.settings import PLANS, REGIONS, RULE_BLOCK, SELECTIONS
from policyengine.base.text import quoted

_PLAN_PARTS = {REGIONS.aws_key, RULE_BLOCK.path[0], SELECTIONS}


class _Kind(NamedTuple):
    """A kind of document in words, and what to do where a backup policy is wanted, or what holds one in there."""

    words: str
    advice: str | Holder


_DESCRIBED = _Kind("an answer of `describe-policy`", "the policy is the text of its `Content`: save that alone")
_EFFECTIVE = _Kind(
    "an effective policy",
    'AWS makes it of the attached policies: give those, whose values stand in operators such as `{"@@assign": ...}`',
)
_LISTED = _Kind("a list of AWS Organizations", "ask for one policy with `describe-policy` and save its `Content`")
_PLAN = _Kind(
    "a backup plan of AWS Backup",
    'a backup policy says the same in keys of its own, below `{"plans": {"NAME": ...}}`; its selections stand in it',
)
_SELECTION = _Kind("a selection of AWS Backup", "in a backup policy it stands in a plan, in keys of its own")
_STATEMENTS = _Kind("a policy of statements, such as an SCP", "AWS judges it as another policy type, with other checks")
_TEMPLATE = _Kind("a CloudFormation template", OF_CLOUDFORMATION)
_ORG_FORMATION = _Kind(*ORG_FORMATION)
_TERRAFORM = _Kind("a file of Terraform", OF_TERRAFORM)
_SNAPSHOT = _Kind(*SNAPSHOT_OF_ORGANIZATION)
_OUR_SCHEMA = re.compile(r"policyengine/([a-z-]+)/")
_OUTPUT = _Kind("output of `policyengine {}`", "`policyengine compile --out DIR` writes the policies themselves")
_OUTPUTS: Mapping[str, _Kind] = {
    "compile": _OUTPUT._replace(advice="`--out DIR` writes each of its policies as a document"),
    "effective": _OUTPUT._replace(
        advice="AWS makes it of the attached policies: `policyengine compile --out DIR` writes those"
    ),
    "baseline": _OUTPUT._replace(words="a baseline of findings"),
    "explain-resource": _OUTPUT._replace(words="output of `policyengine explain --resource`"),
    "statistics": _OUTPUT._replace(words="output of `policyengine check --statistics`"),
}
"""What our own files are, by the name in their `schema`, where that is not the command which writes them."""
_BY_ACCOUNT = _Kind("a list of effective policies by account", _EFFECTIVE.advice)
_OTHER_TYPES: Mapping[str, str] = {
    "tags": "a tag policy",
    "services": "an AI services opt-out policy",
    "chatbot": "a chat applications policy",
    "ec2_attributes": "a declarative policy for EC2",
    "securityhub": "a Security Hub policy",
    "inspector": "an Amazon Inspector policy",
    "s3_attributes": "an S3 policy",
    "upgrade_rollout": "an upgrade rollout policy",
}
_BY_KEYS: tuple[tuple[frozenset[str], _Kind], ...] = (
    (frozenset({"terraform_version", "planned_values", "resource_changes", "resource"}), _TERRAFORM),
    (frozenset({"policy", "content", "policysummary"}), _DESCRIBED),
    (
        frozenset({"effectivepolicy", "policycontent"}),
        _EFFECTIVE._replace(words="an answer of `describe-effective-policy`"),
    ),
    (frozenset({"root"}), _SNAPSHOT),
    (frozenset({"policies", "targets", "accounts", "organizationalunits", "roots"}), _LISTED),
    (frozenset({"backupplan", "backupplanname", "backupplanslist"}), _PLAN),
    (frozenset({"backupselection", "selectionname", "backupselectionslist", "listoftags"}), _SELECTION),
    (frozenset({"statement"}), _STATEMENTS),
    (frozenset({"awstemplateformatversion", "resources", "transform", "properties"}), _TEMPLATE),
)
"""For a document without `plans`: folded keys of its top level, any of which identifies its kind."""


def another_kind(content: Json) -> Complaint | None:
    """The reason why a document is no backup policy but a document of another kind; None where its kind is unclear."""
    if not isinstance(content, dict) or not content:
        return None
    kind = _kind({key.lower(): value for key, value in content.items()})
    if kind is None:
        return None
    advice = kind.advice if isinstance(kind.advice, str) else kind.advice.advice(minify(content))
    return Complaint(UNREADABLE_DOCUMENT, f"the document is {kind.words}, expected a backup policy", advice)


def _kind(content: Mapping[str, Json]) -> _Kind | None:
    if PLANS in content:
        return _EFFECTIVE if _is_effective(content[PLANS]) else None
    if all(ACCOUNT_ID.fullmatch(key) for key in content):
        return _BY_ACCOUNT
    if isinstance(content.get("rules"), list):
        return _PLAN
    if ours := _OUR_SCHEMA.match(str(content.get("schema", ""))):
        kind = _OUTPUTS.get(ours[1], _OUTPUT)
        return kind._replace(words=kind.words.format(ours[1]))
    for keys, kind in _BY_KEYS:
        if not keys.isdisjoint(content):
            return _exactly(kind, content)
    only = next(iter(content)) if len(content) == 1 else ""
    return (
        _Kind(_OTHER_TYPES[only], "AWS judges it as another policy type, with other rules")
        if only in _OTHER_TYPES
        else None
    )


def _exactly(kind: _Kind, content: Mapping[str, Json]) -> _Kind:
    """The kind that a document is, given the one that its keys tell."""
    if kind is _TEMPLATE and str(content.get("awstemplateformatversion", "")).endswith("-OC"):
        return _ORG_FORMATION
    other = _described_type(content) if kind is _DESCRIBED else ""
    return kind._replace(advice=f"it is about a policy of type {quoted(other)}") if other else kind


def _described_type(content: Mapping[str, Json]) -> str:
    """The type of the policy in an answer of AWS Organizations, where it is no backup policy."""
    policy = content.get("policy", dict(content))
    parts = {key.lower(): value for key, value in policy.items()} if isinstance(policy, dict) else {}
    summary = parts.get("policysummary", policy)
    fields = {key.lower(): value for key, value in summary.items()} if isinstance(summary, dict) else {}
    kind = fields.get("type")
    return kind if isinstance(kind, str) and kind != "BACKUP_POLICY" else ""


def _is_effective(plans: Json) -> bool:
    """Whether some plan is complete, and no plan has an operator."""
    bodies = [plan for plan in plans.values() if isinstance(plan, dict)] if isinstance(plans, dict) else []
    whole = any({*map(str.lower, plan)} >= _PLAN_PARTS for plan in bodies)
    return whole and not _has_operator(plans)


def _has_operator(node: Json) -> bool:
    waiting = [node]
    while waiting:
        below = waiting.pop()
        if isinstance(below, dict):
            if any(key.startswith("@@") for key in below):
                return True
            waiting.extend(below.values())
    return False
