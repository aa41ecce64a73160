from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policyengine.catalogue.example_projects import one_rule
from policyengine.checks.facts import Facts
from policyengine.checks.places import finding
from policyengine.diagnostics import Diagnostic, Rule, Severity
from policyengine.effective import keys
from policyengine.facts import limits, regions
from policyengine.model.documents import Json
from policyengine.plan import Copy, Plan, Target, origin
from policyengine.wording import quoted, suggestion

_RULE = 'schedule = daily at 05:00\nvault = "Main"\nretain = 35 days\n'
_TO_WEST = 'copy to "arn:aws:backup:eu-west-3:$account:backup-vault:Copies"'
_LONGEST = 130  # of an ARN that a message shows

RULE = Rule(
    code="PE514",
    name="copy-arn-malformed",
    severity=Severity.WARNING,
    title="the ARN of a copy leads to no vault, or to another one than its key",
    rationale=(
        "Organizations looks at the form of an ARN only. It takes a Region that does not exist, a Region under the"
        " partition of another, and a vault name of one character, which no vault can have: such copies never arrive."
        " The key of a copy is an ARN too, but AWS publishes keys in lower case, so the target inside is what counts."
        " Where the two name different vaults, or one vault in different letters, one of them is a mistake."
    ),
    bad=one_rule(_RULE + _TO_WEST + ' {\n  target = "arn:aws:backup:eu-west-3:$account:backup-vault:copies"\n}\n'),
    good=one_rule(_RULE + _TO_WEST + "\n"),
    reference="facts 1.5.3, 1.5.4, 4.4.1, 4.4.2, 8.9",
)


class _Fault(NamedTuple):
    message: str
    advice: str
    severity: Severity = Severity.WARNING


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per copy: the first fault, since others mostly follow from it."""
    for plan, (copy, fault) in facts.each(facts.plans, _faulty):
        path = f"{copy.path}/target_backup_vault_arn"
        message, advice, severity = fault
        yield finding(RULE, facts, plan, path, message=message, advice=advice, severity=severity)


def _faulty(plan: Plan) -> Iterator[tuple[Copy, _Fault]]:
    for copy in (copy for rule in plan.rules for copy in rule.copies):
        fault = next(_faults(plan, copy, copy.target), None) if copy.target else None
        if fault:
            yield copy, fault


def _faults(plan: Plan, copy: Copy, target: Target) -> Iterator[_Fault]:
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
    elif (name := _written(plan, copy).rpartition(":")[2]) not in (name.lower(), target.name):
        text = f"the copy is listed under vault {quoted(name)}, but goes to vault {quoted(target.name)}"
        yield _Fault(text, "names of vaults tell upper case from lower: write the vault's own in both places")


def _written(plan: Plan, copy: Copy) -> str:
    """The key of a copy as the policy spells it that says where the copy goes."""
    found = origin(plan, f"{copy.path}/target_backup_vault_arn")
    content: Json = found.policy.content if found else None
    spelling = keys(copy.path)[-1]
    for key in keys(copy.path):
        alike = [name for name in content if name.lower() == key] if isinstance(content, dict) else []
        spelling = alike[0] if alike else spelling
        content = content[spelling] if isinstance(content, dict) and alike else None
    return spelling
