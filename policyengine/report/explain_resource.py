"""`explain --resource` on a terminal and as JSON: every selection of its account, clause by clause."""

from __future__ import annotations

from collections.abc import Mapping

from policyengine.analysis.coverage import ClauseMatch, CoverageReason, JudgedResource, SelectionMatch, written_at
from policyengine.aws.organization import Organization
from policyengine.aws.resources import Resource
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.records import Record
from policyengine.base.text import quoted
from policyengine.report.coverage.listing import row
from policyengine.report.coverage_reasons import MEANINGS, NOTES, reason_url
from policyengine.report.json_output import finding_json, location, to_json
from policyengine.report.shown_text import some
from policyengine.report.terminal import Part, TerminalPage

SCHEMA = "policyengine/explain-resource/1"
_R = CoverageReason
_CLAUSES: Mapping[CoverageReason, str] = {
    _R.OPT_IN_OFF: "opt-in",
    _R.OPT_IN_UNKNOWN: "opt-in",
    _R.NAMED_BESIDE_ALL: "opt-in",
    _R.EXCLUDED_BY_CONDITION: "condition",
    _R.NEGATED_CONDITION: "condition",
    _R.EXCLUDED_BY_TYPE: "except_types",
    _R.REGION_NOT_IN_PLAN: "regions",
    _R.REGION_UNKNOWN: "regions",
    _R.TYPE_NOT_SELECTED: "types",
    _R.CONDITIONS_ALONE: "types",
    _R.PATTERN_UNKNOWN: "types",
}
_TAG = "tag"


class ExplainedResource(Record):
    """A resource with its verdict; `of` is what decides it, itself or what contains it, and `matches` are of that.

    `on_inventory` are the findings on the inventory itself that count.
    """

    resource: Resource
    judged: JudgedResource
    of: Resource
    matches: tuple[SelectionMatch, ...]
    organization: Organization | None
    on_inventory: tuple[Diagnostic, ...] = ()


def terminal(explained: ExplainedResource, *, color: bool = False, width: int | None = None) -> str:
    """The verdict, then each selection with the clauses that hold, fail or cannot be decided."""
    page, judged, resource = TerminalPage(color=color, width=width), explained.judged, explained.resource
    page.line((resource.arn, "strong"), ": ", _verdict(judged))
    page.line(
        f"  {judged.type or 'no type of AWS Backup'} in {_account(explained)}, {judged.region or 'Region unknown'}"
    )
    page.line(f"  tags: {_tags(resource)}")
    if judged.reason:
        page.line(f"  {judged.reason.value}: {MEANINGS[judged.reason]} ", (reason_url(judged.reason), "place"))
    for note in judged.notes:
        page.line(f"  {note.value}: {NOTES[note]}", f" ({judged.through})" if note.value == "covered-through" else "")
    if explained.of.arn != resource.arn:
        page.line(f"  what decides is {explained.of.arn or 'its cluster'}")
    for match in explained.matches:
        page.line()
        _selection(page, match)
    if not explained.matches:
        page.line("  no selection of any plan is asked")
    return page.text()


def _verdict(judged: JudgedResource) -> Part:
    if judged.protected is None:
        return "undecided", "warning"
    return (f"protected by {some(judged.plans)}", "good") if judged.protected else ("unprotected", "error")


def _account(explained: ExplainedResource) -> str:
    account = explained.judged.account
    accounts = explained.organization.accounts if explained.organization else ()
    known = next((entity for entity in accounts if entity.id == account), None)
    return f"{known.path} ({account})" if known else f"{account or 'an unknown account'}"


def _tags(resource: Resource) -> str:
    if resource.tags is None:
        return "nobody looked"
    return some([f"{key} = {value}" for key, value in sorted(resource.tags.items())], 10) or "none"


def _selection(page: TerminalPage, match: SelectionMatch) -> None:
    selection, words = match.selection, {True: "takes it", False: "does not take it", None: "undecided"}
    styles = {True: "good", False: "error", None: "warning"}
    local = ", the account's own" if match.plan.local else ""
    page.line(
        (f"plan {match.plan.name}{local}, {selection.kind} selection {selection.name}", "strong"),
        ": ",
        (words[match.takes], styles[match.takes]),
    )
    for clause in match.clauses:
        mark = {True: "holds", False: "fails", None: "unknown"}[clause.holds]
        lead = ((f"  {mark:<8}", styles[clause.holds]), f"{_name(clause):<13} ")
        text = _clause_text(clause)
        page.hanging(lead, text, "  " if text else "", (_at(match, clause), "place"))


def _name(clause: ClauseMatch) -> str:
    return _CLAUSES.get(clause.reason, _TAG)


def _clause_text(clause: ClauseMatch) -> str:
    """The resource's value and the wanted one."""
    has = f"has {quoted(clause.observed, 120)}" if clause.observed else ""
    wants = f"wants {quoted(clause.wanted, 120)}" if clause.wanted else ""
    reason = "" if clause.holds else clause.reason.value
    return ", ".join(part for part in (reason, has, wants) if part)


def _at(match: SelectionMatch, clause: ClauseMatch) -> str:
    span = written_at(match.plan.plan, clause.path) if match.plan.plan and clause.path else None
    return f"{span.source.name}:{span.first.line}" if span else ""


def as_json(explained: ExplainedResource, at: str) -> str:
    """The same as data."""
    resource = explained.resource
    return to_json(
        {
            "schema": SCHEMA,
            "at": at,
            "resource": {
                **row(explained.judged),
                "tags": None if resource.tags is None else dict(resource.tags),
                "state": resource.state,
            },
            "decided_by": explained.of.arn or None,
            "selections": [_selection_json(match) for match in explained.matches],
            "findings": [finding_json(diagnostic) for diagnostic in explained.on_inventory],
        }
    )


def _selection_json(match: SelectionMatch) -> dict[str, object]:
    plan, selection = match.plan.plan, match.selection
    span = written_at(plan, selection.path) if plan else None
    return {
        "plan": match.plan.name,
        "local": match.plan.local,
        "selection": selection.name,
        "kind": selection.kind,
        "takes": match.takes,
        "location": location(span),
        "clauses": [_clause_json(match, clause) for clause in match.clauses],
    }


def _clause_json(match: SelectionMatch, clause: ClauseMatch) -> dict[str, object]:
    plan = match.plan.plan
    return {
        "clause": _name(clause),
        "holds": clause.holds,
        "reason": None if clause.holds else clause.reason.value,
        "observed": clause.observed or None,
        "wanted": clause.wanted or None,
        "location": location(written_at(plan, clause.path) if plan and clause.path else None),
    }
