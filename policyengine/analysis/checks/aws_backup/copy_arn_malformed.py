from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.arns import VaultArn
from policyengine.aws.deployment import Copy, Plan, origin
from policyengine.aws.documents import Json, PolicyDocument
from policyengine.aws.facts import limits, regions
from policyengine.aws.merge import keys, segment
from policyengine.aws.settings import COPY_BLOCK, COPY_TARGET, PLANS, RULE_BLOCK
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import quoted, suggestion

_TARGET = COPY_TARGET.place
_LONGEST = 130  # of an ARN that a message shows

RULE = Rule("PE514", "copy-arn-malformed", Severity.WARNING, harm=Harm.COPY)


class _Fault(NamedTuple):
    message: str
    advice: str
    severity: Severity = Severity.WARNING


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per copy: the first fault, since others mostly follow from it."""
    faulty: set[Copy] = set()
    for plan, (copy, fault) in facts.each(facts.plans, _faulty):
        faulty.add(copy)
        yield _finding(facts, plan, copy, fault)
    policies = facts.organization.policies.values()
    spelled = {(policy.name, path): name for policy, (path, name) in facts.each(policies, _mixed_case)}
    paths = {path for _, path in spelled}
    for plan in facts.plans if paths else ():
        for copy in (copy for copy in _copies(plan) if copy.path in paths and copy not in faulty):
            author = origin(plan, _target(copy))
            name = spelled.get((author.policy.name, copy.path)) if author else None
            if name and copy.target and name != copy.target.name:
                yield _finding(facts, plan, copy, _misspelled(name, copy.target))


def _finding(facts: Facts, plan: Plan, copy: Copy, fault: _Fault) -> Diagnostic:
    message, advice, severity = fault
    return finding(RULE, facts, plan, _target(copy), message=message, advice=advice, severity=severity)


def _target(copy: Copy) -> str:
    return f"{copy.path}/{_TARGET}"


def _copies(plan: Plan) -> Iterator[Copy]:
    return (copy for rule in plan.rules for copy in rule.copies)


def _faulty(plan: Plan) -> Iterator[tuple[Copy, _Fault]]:
    for copy in _copies(plan):
        fault = next(_faults(plan, copy, copy.target), None) if copy.target else None
        if fault:
            yield copy, fault


def _faults(plan: Plan, copy: Copy, target: VaultArn) -> Iterator[_Fault]:
    partition = regions().get(target.region)
    if partition is None:
        text = f"the copy goes to {quoted(target.region)}, which is not a Region"
        yield _Fault(text, suggestion(target.region, regions()))
    elif partition != target.partition and partition in {regions().get(region) for region in plan.regions}:
        text = f"the copy's ARN is of partition {quoted(target.partition)}, but {quoted(target.region)} is in "
        advice = f"begin it with {quoted(f'arn:{partition}:')}, or set the project's partition"
        yield _Fault(text + quoted(partition), advice, Severity.ERROR)
    least = limits()["vault_name_least_characters"]
    if len(target.name) < least:
        text = f"the copy goes to vault {quoted(target.name)}, but names of vaults have at least {least} characters"
        yield _Fault(text, "name a vault that there is", Severity.ERROR)
    key = keys(copy.path)[-1]
    if key != copy.arn.lower():
        text = f"the copy is listed under {quoted(key, _LONGEST)}, but goes to {quoted(copy.arn, _LONGEST)}"
        yield _Fault(text, "the target counts: list the copy under the same ARN")


def _misspelled(name: str, target: VaultArn) -> _Fault:
    text = f"the copy is listed under vault {quoted(name)}, but goes to vault {quoted(target.name)}"
    return _Fault(text, "names of vaults tell upper case from lower: write the vault's own in both places")


def _mixed_case(policy: PolicyDocument) -> Iterator[tuple[str, str]]:
    """The copies in whose keys a policy spells the vault with upper case: their effective paths, and that name.

    A copy is listed, and its target set, by the same policy, so that a plan need be asked only about these.
    """
    blocks: list[tuple[str, str, Json]] = [("", "", policy.content)]
    for step in (PLANS, "", RULE_BLOCK.place, "", COPY_BLOCK.place, ""):
        blocks = [
            (f"{path}/{segment(key)}" if path else segment(key), key, below)
            for path, _, block in blocks
            for key, below in (block.items() if isinstance(block, dict) else ())
            if step in {"", key.lower()}
        ]
    for path, key, block in blocks:
        name = key.rpartition(":")[2]
        if name != name.lower() and not _sets(block, key):
            yield path, name


def _sets(copy: Json, text: str) -> bool:
    """Whether a copy's block sets this very text as the target."""
    settings = [below for key, below in copy.items() if key.lower() == _TARGET] if isinstance(copy, dict) else []
    return any(isinstance(setting, dict) and text in setting.values() for setting in settings)
