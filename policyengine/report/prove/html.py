"""`prove --format html`: one page that needs neither network nor script, to hand to those who ask."""

from __future__ import annotations

from collections.abc import Sequence

from policyengine.analysis.prove import Counterexample, Line, Outcome, Proof
from policyengine.base import VERSION
from policyengine.base.diagnostics import Diagnostic
from policyengine.report.html.offline_page import Pieces, code_pieces, inline, page_template, shown
from policyengine.report.json_output import stamp
from policyengine.report.prove.result import Group, Places, ProofReport, freezes, groups
from policyengine.report.prove.words import attach_line, reason, summary

_OUTCOMES: tuple[Outcome, ...] = ("violated", "breakable", "undecided", "guaranteed")
_STYLES = (("html", "page.css"), ("html", "words.css"), ("prove", "prove.css"))


def render(proven: ProofReport) -> str:
    """The proofs as a page. Equal results give equal texts."""
    return _page(
        verdict="fail" if proven.failed else "pass",
        summary=_lines(summary(proven)),
        at=stamp(proven.at),
        rows=[_row(proof) for proof in proven.proofs],
        freezes=[
            {
                "places": _lines(each.places),
                "reason": _prose(each.counterexample.broken),
                "counterexample": _counterexample(each.counterexample),
            }
            for each in freezes(proven.proofs)
        ],
    )


def refused(findings: Sequence[Diagnostic], at: str) -> str:
    """The page without proofs, where faults or refusals prevent them."""
    texts = [_lines(f"{each.code} {each.name}: {each.message}") for each in findings]
    return _page(verdict="could not judge", at=at, findings=texts)


def _lines(text: str) -> str:
    """A text from outside, line by line."""
    return "\n".join(map(shown, text.split("\n")))


def _prose(text: str) -> Pieces:
    return code_pieces(_lines(text))


def _page(**values: object) -> str:
    empty = {"summary": "", "rows": (), "freezes": (), "findings": ()}
    styles = tuple(inline(room, name) for room, name in _STYLES)
    return page_template("prove", "prove.html.jinja").render(
        {**empty, "version": VERSION, "styles": styles, "outcomes": _OUTCOMES, **values}
    )


def _row(proof: Proof) -> dict[str, object]:
    places = Places([result.target for result in proof.results])
    return {
        "name": _lines(proof.requirement.name),
        "title": _lines(proof.requirement.title or ""),
        "level": proof.requirement.level,
        "numbers": [sum(result.outcome == outcome for result in proof.results) for outcome in _OUTCOMES],
        "groups": [_group(group, places) for group in groups(proof)],
        "lines": [_line(line) for line in proof.suggestion.lines] if proof.suggestion else [],
    }


def _group(group: Group, places: Places) -> dict[str, object]:
    first = group.first
    return {
        "outcome": first.outcome,
        "places": _lines(places.of([result.target for result in group.results])),
        "reason": _prose(reason(first)),
        "counterexample": _counterexample(first.counterexample) if first.counterexample else None,
    }


def _counterexample(counterexample: Counterexample) -> dict[str, str]:
    return {"title": "the policy that does it", "text": _lines(f"{counterexample.text}\n{attach_line(counterexample)}")}


def _line(line: Line) -> dict[str, str]:
    span = line.origin.span
    place = f"{span.source.name}:{span.first.line}" if span else ""
    return {"text": _lines(line.text), "policy": _lines(line.origin.policy.name), "place": _lines(place)}
