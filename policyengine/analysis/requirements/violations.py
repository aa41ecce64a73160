"""A judgement as findings: one per cause, with the policy that set the value."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple, TypeAlias

from policyengine.analysis.requirements.atoms import ValuePlace
from policyengine.analysis.requirements.demands import Assertion, Requirement
from policyengine.analysis.requirements.explanation import doubts, failures, shown
from policyengine.analysis.requirements.judgements import AssertionResult, Judgement
from policyengine.analysis.requirements.looked_at import anywhere, of_condition, together
from policyengine.analysis.requirements.requirement_rules import (
    REQUIREMENT_APPLIES_TO_NOTHING,
    REQUIREMENT_UNDECIDED,
    REQUIREMENT_VACUOUS,
    REQUIREMENT_VIOLATED,
)
from policyengine.analysis.requirements.row import Row, rows_of
from policyengine.analysis.requirements.typed import Condition, Quantifier
from policyengine.analysis.requirements.wording import Cause, Reason, each_once, with_short_quotes
from policyengine.aws.deployment import UNKNOWN, Origin, origin, origins, policies
from policyengine.aws.documents import WrittenAt
from policyengine.aws.merge import keys
from policyengine.aws.organization import Entity
from policyengine.base.diagnostics import Diagnostic, Label, Severity
from policyengine.base.source import Span
from policyengine.base.text import quoted

NOT_SET_HERE = "not set here"
"""The label of a block that lacks the setting a finding is about."""


class _Case(NamedTuple):
    """A way in which an assertion is broken or open; `scope_only` where only nobody can say whether it must hold."""

    requirement: Requirement
    assertion: Assertion
    violated: bool
    scope_only: bool
    reason: Reason


_Explain: TypeAlias = Callable[[Condition, Sequence[Row]], list[Sequence[Cause]]]

Explained: TypeAlias = tuple[tuple[_Case, tuple[Entity, ...]], ...]
"""The ways in which a result is broken or open, each with its accounts."""


def findings(
    judgement: Judgement, explanations: Mapping[AssertionResult, Explained] | None = None
) -> Iterator[Diagnostic]:
    """A finding for each way in which a requirement is broken, open, or says nothing.

    Findings of several accounts may be equal but for the accounts; whoever settles them makes them one. What
    `explained` returned for a result may be passed as `explanations`.
    """
    explanations = explained(judgement) if explanations is None else explanations
    cases: dict[_Case, list[Entity]] = {}
    for result in judgement.broken:
        for case, accounts in explanations[result]:
            cases.setdefault(case, []).extend(accounts)
    yield from (_finding(case, accounts) for case, accounts in cases.items())
    yield from _idle(judgement)
    yield from _vacuous(judgement)


def explained(judgement: Judgement, explanations: Container[AssertionResult] = ()) -> dict[AssertionResult, Explained]:
    """In which ways, and for which accounts, results are broken or open; without those that `explanations` has.

    The results of equal conditions are explained together.
    """
    together: dict[Condition, list[AssertionResult]] = {}
    for result in judgement.broken:
        if result not in explanations:
            together.setdefault(result.assertion.condition, []).append(result)
    return {result: cases for results in together.values() for result, cases in _of_results(results, judgement)}


def _of_results(
    results: Sequence[AssertionResult], judgement: Judgement
) -> Iterator[tuple[AssertionResult, Explained]]:
    apart = [(result, accounts) for result in results for accounts in _apart(result)]
    pairs = [(result.view, accounts[0]) for result, accounts in apart]
    rows = rows_of(pairs, judgement.management, judgement.resources)
    cases: dict[AssertionResult, list[tuple[_Case, tuple[Entity, ...]]]] = {}
    for (result, accounts), causes in zip(apart, _causes([result for result, _ in apart], rows), strict=True):
        head = (*result[:2], result.violated, result.truth is not UNKNOWN)
        reasons_here = dict.fromkeys(cause.reason(result.view) for cause in causes)
        cases.setdefault(result, []).extend((_Case(*head, reason), accounts) for reason in reasons_here)
    yield from ((result, tuple(ways)) for result, ways in cases.items())


def reasons(
    result: AssertionResult, account: Entity, management: str | None, *, names_authors: bool = True
) -> tuple[Reason, ...]:
    """The reason why an assertion is violated for an account, or cannot be decided; nothing where it holds.

    Unless `names_authors`, the reasons do not say who set a value.
    """
    (causes,) = _causes([result], rows_of([(result.view, account)], management))
    return tuple(dict.fromkeys(cause.reason(result.view, names_authors=names_authors) for cause in causes))


def _causes(results: Sequence[AssertionResult], rows: Sequence[Row]) -> list[Sequence[Cause]]:
    """The reason why each result, at its row, is violated or open; the results are those of one condition."""
    asked = [list(_to_explain(result)) for result in results]
    causes: dict[tuple[_Explain, Condition], Iterator[Sequence[Cause]]] = {}
    for explain, condition in dict.fromkeys(chain.from_iterable(asked)):
        those = [row for row, each in zip(rows, asked, strict=True) if (explain, condition) in each]
        causes[explain, condition] = iter(explain(condition, those))
    explained = [each_once(cause for key in each for cause in next(causes[key])) for each in asked]
    scopes = [_looked_at_by_scope(result, row) for result, row in zip(results, rows, strict=True)]
    return [[cause.also_at(scope) for cause in each] for each, scope in zip(explained, scopes, strict=True)]


def _looked_at_by_scope(result: AssertionResult, row: Row) -> tuple[str, ...]:
    """The settings by which a requirement applies; most look at none but at the account itself."""
    scope = (condition for condition in result.requirement.scope if "view" in condition.free)
    return together(*(of_condition(condition, row) for condition in scope))


def _to_explain(result: AssertionResult) -> Iterator[tuple[_Explain, Condition]]:
    """Which conditions are to blame for a result, and how that is explained."""
    if result.violated:
        yield failures, result.assertion.condition
    elif result.undecided:
        open_conditions = [result.assertion.condition] if result.truth is UNKNOWN else []
        open_conditions += result.requirement.scope if result.scope is UNKNOWN else ()
        yield from ((doubts, condition) for condition in dict.fromkeys(open_conditions))


def _apart(result: AssertionResult) -> Iterator[tuple[Entity, ...]]:
    """The accounts of a result that does not hold, one by one where the expressions look at the account itself."""
    conditions = (result.assertion.condition, *(result.requirement.scope if result.undecided else ()))
    if any("account" in condition.free for condition in conditions):
        yield from ((account,) for account in result.accounts)
    else:
        yield result.accounts


def _finding(case: _Case, accounts: Sequence[Entity]) -> Diagnostic:
    requirement, reason, place = case.requirement, case.reason, case.reason.place
    rule = REQUIREMENT_VIOLATED if case.violated else REQUIREMENT_UNDECIDED
    message = reason.sentence(quoted(requirement.name)) if case.violated else f"{_open(case)}: {reason.actual}"
    diagnostic = rule.at(
        case.assertion.span,
        message,
        formerly=with_short_quotes(message),
        anonymous=reason.anonymous_sentence(quoted(requirement.name)),
        help=_advice(case),
        labels=tuple(_labels(place)) if place else (),
        path=place.path if place else "",
        region=place.region if place else "",
        accounts=tuple(sorted(account.id or "" for account in accounts)),
        policies=policies(place.plan, (place.path,)) if place else (),
        requirement=requirement.name,
        looked_at=reason.looked_at,
        values=_identity(case),
        resources=((accounts[0].id or "", reason.resource),) if reason.resource else (),
    )
    advisory = case.violated and requirement.level == "advisory"
    return diagnostic.with_severity(Severity.WARNING) if advisory else diagnostic


def _identity(case: _Case) -> tuple[str, ...]:
    """The identity of a finding across runs; each resource has its own, though they are shown together."""
    reason = case.reason
    of_resource = (reason.resource,) if reason.resource else ()
    if case.violated:
        return *map(with_short_quotes, reason.stated), *of_resource
    return (reason.actual, *of_resource) if of_resource else ()


def _open(case: _Case) -> str:
    """The message of a requirement that cannot be decided."""
    name = quoted(case.requirement.name)
    return f"nobody can say whether {name} applies" if case.scope_only else f"{name} cannot be decided"


def _advice(case: _Case) -> str:
    """The help of a finding: the requirement's own advice, or the facts that would decide it."""
    reference = case.requirement.reference
    lines = [case.assertion.message, f"see {reference}" if reference else ""] if case.violated else [case.reason.advice]
    return "; ".join(part for part in lines if part)


def _labels(place: ValuePlace) -> Iterator[Label]:
    """Where a value is set, or the block is that does not set it, and who uses the template where that is one's."""
    written: Origin | WrittenAt | None
    if place.block:
        written, what = _head(place), "defined here"
    else:
        written = origin(place.plan, place.path)
        what = "set here" if origins(place.plan, place.path) else NOT_SET_HERE
    if written and written.span:
        yield Label(written.span, what)
        if written.used_at:
            yield Label.use(written.used_at)


def _head(place: ValuePlace) -> WrittenAt | None:
    """Where the first policy that has a block, from the root down, begins it."""
    first = next(iter(origins(place.plan, place.path)), None)
    return first.policy.origin(keys(place.path)) if first else None


def _idle(judgement: Judgement) -> Iterator[Diagnostic]:
    """Requirements that apply to nothing; of a pack that is used for nothing, all of them in one."""
    together: dict[Span, list[Requirement]] = {}
    for requirement in judgement.idle:
        together.setdefault(requirement.span, []).append(requirement)
    for span, idle in together.items():
        whole = idle[0].pack and len(idle) > 1 and len(idle) == sum(r.span == span for r in judgement.requirements)
        if whole:
            yield _idle_finding(idle[0], f"pack {quoted(idle[0].pack or '')}")
        else:
            yield from (_idle_finding(requirement, quoted(requirement.name)) for requirement in idle)


def _idle_finding(requirement: Requirement, what: str) -> Diagnostic:
    return REQUIREMENT_APPLIES_TO_NOTHING.at(
        requirement.span,
        f"{what} applies to no account",
        help="no account of the organization fits its `for`",
        requirement=requirement.name,
        looked_at=together(*map(anywhere, requirement.scope)),
    )


def _vacuous(judgement: Judgement) -> Iterator[Diagnostic]:
    for requirement, assertion, quantifier in judgement.vacuous:
        name, where, over = quoted(requirement.name), quantifier.written.where, quantifier.over
        lacking = f"{_no_account(requirement, quantifier)} has a {over}{f' where {shown(where)}' if where else ''}"
        message = f"an assertion of {name} holds only because {lacking}"
        yield REQUIREMENT_VACUOUS.at(
            assertion.span,
            message,
            values=(with_short_quotes(message),),
            help=f"{'look at its `where`, or ' if where else ''}ask for one with `some {over}`"
            + ("" if quantifier.kind == "every" else " beside it"),
            requirement=requirement.name,
            looked_at=together(anywhere(quantifier)),
        )


def _no_account(requirement: Requirement, quantifier: Quantifier) -> str:
    if quantifier.within != "account":
        return f"no {quantifier.within} that it looks at"
    return "no account that it applies to" if requirement.scope else "no account"
