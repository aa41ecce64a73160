"""`prove` on a terminal: each requirement with where it can be broken, by what, and the lines that would close it."""

from __future__ import annotations

from policyengine.analysis.prove import Counterexample, Line, Outcome, Proof, ProtectingLines
from policyengine.aws.deployment import Origin
from policyengine.aws.organization import Entity
from policyengine.report.prove.result import Group, Places, ProofReport, freezes, groups
from policyengine.report.prove.words import attach_line, reason, summary, where
from policyengine.report.terminal import TerminalPage

_STYLES: dict[Outcome, str] = {"violated": "error", "breakable": "error", "undecided": "warning", "guaranteed": "good"}


def render(proven: ProofReport, *, color: bool = False, width: int | None = None) -> str:
    """The proofs for people."""
    page = TerminalPage(color=color, width=width)
    for proof in proven.proofs:
        _proof(page, proof)
    _freezes(page, proven)
    page.line(("fail", "error") if proven.failed else ("pass", "good"), ": ", summary(proven))
    return page.text()


def _proof(page: TerminalPage, proof: Proof) -> None:
    title = f" {proof.requirement.title}" if proof.requirement.title else ""
    page.line((proof.requirement.name, "strong"), (title, "dim"))
    if not proof.results:
        page.line("  no targets: it applies to no account below the root")
    places = Places([result.target for result in proof.results])
    last = None
    for last in groups(proof):
        _group(page, last, places)
    if proof.suggestion:
        _suggestion(page, proof.suggestion, places)
    if proof.suggestion or last is None or last.first.counterexample is None:
        page.line()


def _group(page: TerminalPage, group: Group, places: Places) -> None:
    first = group.first
    where = places.of([result.target for result in group.results])
    already = ", already broken" if first.outcome == "violated" else ""
    page.line("  ", (first.outcome, _STYLES[first.outcome]), ": ", where, already)
    page.line("    ", reason(first))
    if first.counterexample:
        _counterexample(page, first.counterexample)


def _counterexample(page: TerminalPage, counterexample: Counterexample) -> None:
    """The policy in full, and where it would be attached."""
    page.line()
    for line in counterexample.text.splitlines():
        page.unbroken("      ", line)
    page.line()
    page.unbroken("      ", attach_line(counterexample))
    page.line()


def _freezes(page: TerminalPage, proven: ProofReport) -> None:
    rows = list(freezes(proven.proofs))
    if rows:
        page.line(
            ("freeze risk", "warning"), ": what makes AWS keep what accounts have now, and withhold what comes later"
        )
    for frozen in rows:
        page.line("  ", frozen.places)
        page.line("    ", frozen.counterexample.broken)
        _counterexample(page, frozen.counterexample)


def _suggestion(page: TerminalPage, suggestion: ProtectingLines, places: Places) -> None:
    if suggestion.lines:
        page.line(("  to guarantee it", "strong"), " everywhere" if not suggestion.left else "")
    for line in suggestion.lines:
        page.line("    ", *_line(line))
    if suggestion.disarmed:
        page.line("  these lines would disarm")
    for origin, path in suggestion.disarmed:
        page.line("    ", (_place(origin), "place"), f"`{origin.policy.name}` at {where(origin.entity)}: {path}")
    reasons: dict[str, list[Entity]] = {}
    for left in suggestion.left:
        reasons.setdefault(left.reason, []).append(left.target)
    for why, texts in reasons.items():
        page.line("  no lines would do for ", places.of(texts))
        page.line("    ", why)


def _line(line: Line) -> tuple[str | tuple[str, str], ...]:
    inside = ", ".join((f"policy {line.origin.policy.name}", *line.blocks))
    instead = f"  instead of `{line.instead}`" if line.instead else ""
    return (_place(line.origin), "place"), (line.text, "strong"), (f"  in {inside}", "dim"), instead


def _place(origin: Origin) -> str:
    return f"{origin.span.source.name}:{origin.span.first.line} " if origin.span else ""
