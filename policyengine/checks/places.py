"""A finding about a setting of a plan: its place, its policies and its accounts come from the plan."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from policyengine.checks.facts import Facts
from policyengine.diagnostics import Diagnostic, Label, Rule, Severity
from policyengine.plan import DeployedPlan, Plan, origin, policies


def finding(  # noqa: PLR0913 - what a finding is made of
    rule: Rule,
    facts: Facts,
    plan: Plan | DeployedPlan,
    path: str,
    *,
    message: str,
    advice: str,
    region: str = "",
    beside: Iterable[str] = (),
    severity: Severity | None = None,
) -> Diagnostic:
    """A case of a rule at the setting or block of a plan that a path leads to, for all accounts with that plan.

    Give a `DeployedPlan` where the finding hangs on what is around the accounts. `beside` are paths of other settings
    that it is about. Equal findings become one later, so the message must not name or count accounts.
    """
    bare = plan.plan if isinstance(plan, DeployedPlan) else plan
    written = origin(bare, path)
    labels = [found.span for other in beside if (found := origin(bare, other)) and found.span]
    diagnostic = rule.at(
        written.span if written else None,
        message,
        help=advice,
        path=path,
        region=region,
        labels=tuple(Label(span, "and this") for span in dict.fromkeys(labels)),
        accounts=facts.accounts_with(plan),
        policies=policies(bare, (path, *beside)),
    )
    return diagnostic.with_severity(severity) if severity else diagnostic


def naming(plan: Plan, types: Collection[str]) -> tuple[str, ...]:
    """The effective paths of the lists in which resource selections name any of these types."""
    named = [selection for selection in plan.selections if selection.names_types and set(types) & set(selection.reach)]
    return tuple(f"{selection.path}/resource_types" for selection in named)
