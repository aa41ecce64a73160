from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import about_each, finding
from policyengine.analysis.checks.role_arns import NO_ROLE_FOR_SELECTIONS, each_role, role_of
from policyengine.aws.arns import DEFAULT_ROLE, is_default_role, is_service_linked_role, role_path
from policyengine.aws.deployment import DeployedPlan, Placement, Selection
from policyengine.aws.settings import MALWARE_SCAN, SCAN, SCANNER_ROLE
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Fact, Rule
from policyengine.base.text import listed, nearest, quoted

RULE = Rule("PE604", "role-missing", Severity.ERROR, harm=Harm.BACKUP, needs=(Fact.ROLES,))


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per role, for all selections of an account that take it, and one for all plans that scan with it.

    A role is in all Regions or in none.
    """
    existing = dict.fromkeys(role_path(role.name) for role in facts.organization.roles or ())

    def say(role: str, names: Sequence[str]) -> tuple[str, str]:
        some, back = ("selections", "back") if len(names) > 1 else ("selection", "backs")
        message = f"there is no role {quoted(role)}, so {some} {listed(names, 'and')} {back} up nothing"
        return message, _advice(role, existing)

    yield from each_role(facts, RULE, _missing, say)
    for role, cases, view in facts.together(lambda plan: (plan,), _without_scanner):
        places = [(deployed.plan, path) for deployed, path in cases]
        first = finding(
            RULE,
            facts,
            *places[0],
            message=f"there is no role {quoted(role)}, so nothing is scanned for malware",
            advice=_advice(role, existing),
        )
        accounts = (account.id or "" for account in view.accounts)
        yield replace(about_each(first, places, accounts), harm=Harm.NOTHING)


def _missing(placement: Placement) -> Iterator[tuple[str, Selection]]:
    for selection in placement.reach.selections:
        role = role_of(selection)
        if role and placement.environment.has_role(role) is False:
            yield role, selection


def _without_scanner(deployed: DeployedPlan) -> Iterator[tuple[str, str]]:
    """The role of malware scans where a rule scans and the role is surely missing, with its path."""
    plan = deployed.plan
    role = plan.scanner_role.partition(":role/")[2]
    scans = any(SCAN.path[0] in rule.document for rule in plan.rules)
    if role and scans and deployed.environment.has_role(role) is False:
        yield role, f"{plan.path}/{MALWARE_SCAN.place}/{SCANNER_ROLE.place}"


def _advice(role: str, existing: Iterable[str]) -> str:
    """Advice: the role of the snapshot that was probably meant, first one of the same name on another path."""
    name = role.rpartition("/")[2]
    if is_service_linked_role(role):
        return NO_ROLE_FOR_SELECTIONS
    create = "create it in every account that gets the plan, with exactly this path and name"
    others = [other for other in existing if other != role]
    near = next((other for other in others if other.rpartition("/")[2] == name), "") or nearest(role, others)
    if near:
        return f"did you mean {quoted(near)}? If not, {create}"
    is_moved = is_default_role(role) and role != DEFAULT_ROLE
    return f"AWS Backup makes this role as {quoted(DEFAULT_ROLE)}" if is_moved else create
