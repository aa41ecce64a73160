"""Which requirements hold for which accounts, read literally from language.md section 5.

Slow on purpose: account by account, nothing is shared or kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from oracle.expressions import Scope, members, rules_of, truth
from oracle.inventory import NO_VAULT, Place, air_gapped_vault_at, vault_at
from oracle.plans import plans_of
from oracle.truth import ABSENT, MISSING, UNKNOWN, Mark, Truth
from policyengine.language.syntax.literals import Value
from policyengine.language.syntax.nodes import Expression, Let, LogicalNode, NotNode, QuantifierNode, Require

Tree = dict[str, Any]

PASS, FAIL, UNDECIDED, OUTSIDE = "pass", "fail", "unknown", "not applicable"


class Judged(NamedTuple):
    """A requirement: what each assertion comes to, by account; the assertions that are about nothing anywhere."""

    verdicts: list[dict[str, str]]
    vacuous: list[bool]
    applies: bool


def judge(  # noqa: PLR0913, PLR0917 - what a verdict rests on
    requirement: Require,
    snapshot: Tree,
    published: Mapping[str, Tree | None],
    lets: Mapping[str, Value],
    at: datetime,
    resources: Mapping[str, list[Tree]] | None = None,
) -> Judged:
    """The verdicts on a requirement; the other arguments are those of `scopes_of`."""
    return judge_in(scopes_of(snapshot, published, lets, at, resources), requirement)


def scopes_of(
    snapshot: Tree,
    published: Mapping[str, Tree | None],
    lets: Mapping[str, Value],
    at: datetime,
    resources: Mapping[str, list[Tree]] | None = None,
) -> dict[str, Scope]:
    """What requirements look at, by account.

    `published` is the document of every account by id, `{}` for an account without any, None where nobody knows.
    `resources` are those of accounts by id, None without an inventory.
    """
    scopes = {number: _scope(snapshot, number, document, lets, at) for number, document in published.items()}
    if resources is None:
        return scopes
    return {number: _stocked(scope, resources.get(number, [])) for number, scope in scopes.items()}


def judge_in(scopes: Mapping[str, Scope], requirement: Require) -> Judged:
    """The verdicts on a requirement in the scopes of accounts."""
    conditions = [assertion.condition for assertion in requirement.assertions]
    found = [
        {number: _verdict(requirement.scope, condition, scope) for number, scope in scopes.items()}
        for condition in conditions
    ]
    return Judged(
        found,
        [_vacuous(*assertion, scopes) for assertion in zip(conditions, found, strict=True)],
        any(verdict != OUTSIDE for verdicts in found for verdict in verdicts.values()),
    )


def units_of(snapshot: Tree, account: str) -> list[str] | None:
    """The paths of the units above an account, from the top down; None for one that is not there."""
    return next((units for entity, units in _accounts(snapshot["root"], []) if entity["id"] == account), None)


def _verdict(applies: Expression | None, condition: Expression, scope: Scope) -> str:
    where: Truth = truth(applies, scope) if applies else True
    if where in (False, MISSING):
        return OUTSIDE
    found = truth(condition, scope)
    if found is True:
        return PASS
    return UNDECIDED if UNKNOWN in (where, found) else FAIL


def _vacuous(condition: Expression, verdicts: Mapping[str, str], scopes: Mapping[str, Scope]) -> bool:
    """Whether it holds wherever it applies, and some quantifier that it rests on met nothing at all there."""
    within = [scopes[number] for number, verdict in verdicts.items() if verdict != OUTSIDE]
    if not within or any(verdict in (FAIL, UNDECIDED) for verdict in verdicts.values()):
        return False
    met = [quantifier for scope in within for quantifier, around in _looked_at(condition, scope) if around]
    return any(not any(one is other for other in met) for one in _hollow(condition))


def _hollow(condition: Expression, *, negated: bool = False) -> Iterator[QuantifierNode]:
    """Each `every`, `no`, `not (some ...)` and `not (at least 1 ...)` that must hold for the condition to hold."""
    if isinstance(condition, NotNode):
        yield from _hollow(condition.operand, negated=not negated)
    if isinstance(condition, LogicalNode) and (condition.operator == "or") == negated:
        for operand in condition.operands:
            yield from _hollow(operand, negated=negated)
    if isinstance(condition, QuantifierNode) and _holds_of_nothing(condition, negated=negated):
        yield condition
        if condition.kind == "every":
            yield from _hollow(condition.satisfies)


def _holds_of_nothing(quantifier: QuantifierNode, *, negated: bool) -> bool:
    one = quantifier.kind == "some" or (quantifier.kind == "at least" and quantifier.count == 1)
    return one if negated else quantifier.kind in ("every", "no")


def _looked_at(
    condition: Expression, scope: Scope, *, negated: bool = False
) -> Iterator[tuple[QuantifierNode, list[Scope]]]:
    """Each of these as often as it is asked, with what it was about."""
    if isinstance(condition, NotNode):
        yield from _looked_at(condition.operand, scope, negated=not negated)
    if isinstance(condition, LogicalNode) and (condition.operator == "or") == negated:
        for operand in condition.operands:
            yield from _looked_at(operand, scope, negated=negated)
    if isinstance(condition, QuantifierNode) and _holds_of_nothing(condition, negated=negated):
        found = members(condition.over.text, scope)
        assert not isinstance(found, Mark)
        inner = [scope._replace(bound=(*scope.bound, (condition.over.text, thing))) for thing in found]
        about = [
            around for around in inner if not condition.where or truth(condition.where, around) not in (False, MISSING)
        ]
        yield condition, about
        for around in about if condition.kind == "every" else ():
            yield from _looked_at(condition.satisfies, around)


def _scope(snapshot: Tree, number: str, document: Tree | None, lets: Mapping[str, Value], at: datetime) -> Scope:
    entity, units = next(found for found in _accounts(snapshot["root"], []) if found[0]["id"] == number)
    name = entity["name"].replace("/", "\\/")
    above = units[-1] if units else ""
    management = snapshot.get("organization", {}).get("management_account")
    account = {
        "id": number,
        "name": entity["name"],
        "ou": above,
        "path": f"{above}/{name}" if above else name,
        "tags": entity.get("tags", {}),
        "management": UNKNOWN if management is None else management == number,
    }

    def vault(named: tuple[str, str, str] | None) -> Tree:
        return NO_VAULT if named is None else vault_at(snapshot, Place(*named, units_of(snapshot, named[2])), at.date())

    def air_gapped(named: tuple[str, str, str] | None) -> Tree:
        if named is None:
            return NO_VAULT
        return air_gapped_vault_at(snapshot, Place(*named, units_of(snapshot, named[2])), at.date())

    opt_in = snapshot.get("settings", {}).get("opt_in", {})
    plans = UNKNOWN if document is None else plans_of(document, number, opt_in, at)
    return Scope(account, plans, lets, vault, air_gapped)


def _stocked(scope: Scope, resources: list[Tree]) -> Scope:
    """The scope of an account with its resources, which name the plans that protect them."""
    plans = {} if isinstance(scope.plans, Mark) else scope.plans
    return scope._replace(resources=[_resource(resource, plans) for resource in resources])


def _resource(resource: Tree, plans: Mapping[str, Tree]) -> Tree:
    protected = resource["protected"]
    found = {
        "arn": resource["arn"],
        "type": ABSENT if resource["type"] is None else resource["type"],
        "region": UNKNOWN if resource["region"] is None else resource["region"],
        "tags": {"*": UNKNOWN} if resource["tags"] is None else resource["tags"],
        "protected": UNKNOWN if protected is None else protected,
        "plans": UNKNOWN if protected is None else resource["plans"],
        "held": [plans[name] for name in resource["plans"] if name in plans],
        "own": resource["own"],
    }
    rules = rules_of(found)
    intervals = [rule["interval"] for rule in rules]
    best = UNKNOWN if UNKNOWN in intervals else min(intervals, default=MISSING)
    longest = max((rule["retention"] for rule in rules), default=MISSING)
    if protected is None or resource["own"]:
        return {**found, "interval": UNKNOWN, "retention": UNKNOWN}
    return {**found, "interval": best, "retention": longest}


def _accounts(entity: Tree, units: list[str]) -> Iterator[tuple[Tree, list[str]]]:
    """The accounts at and below a unit, each with the paths of the units above it."""
    for account in entity.get("accounts", []):
        yield account, units
    for unit in entity.get("units", []):
        name = unit["name"].replace("/", "\\/")
        yield from _accounts(unit, [*units, f"{units[-1]}/{name}" if units else name])


def lets_of(statements: Iterable[object]) -> dict[str, Value]:
    """The values of all `let` statements by name."""
    return {statement.name.text: statement.value for statement in statements if isinstance(statement, Let)}
