"""`prove --format html`: one page that needs neither network nor script, to hand to those who ask."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template

from policyengine.analysis.prove import Attack, Line, Outcome, Proof
from policyengine.base import VERSION
from policyengine.base.diagnostics import Diagnostic
from policyengine.report.html.inline import inline
from policyengine.report.json_output import stamp
from policyengine.report.prove.result import Group, Places, ProofReport, freezes, groups
from policyengine.report.prove.words import attach_line, reason, summary
from policyengine.report.shown_text import inert, printable

_OUTCOMES: tuple[Outcome, ...] = ("violated", "breakable", "undecided", "guaranteed")
_STYLES = (("html", "page.css"), ("html", "words.css"), ("prove", "prove.css"))


def render(proven: ProofReport) -> str:
    """The proofs as a page. Equal results give equal texts."""
    return _page(
        verdict="fail" if proven.failed else "pass",
        summary=shown(summary(proven)),
        at=stamp(proven.at),
        rows=[_row(proof) for proof in proven.proofs],
        freezes=[
            {"places": shown(each.places), "reason": _prose(each.attack.broken), "attack": _attack(each.attack)}
            for each in freezes(proven.proofs)
        ],
    )


def refused(findings: Sequence[Diagnostic], at: str) -> str:
    """What stands instead of proofs where faults or refusals prevent them."""
    texts = [shown(f"{each.code} {each.name}: {each.message}") for each in findings]
    return _page(verdict="could not judge", at=at, findings=texts)


def shown(text: str) -> str:
    """A text from outside, line by line; the template does what HTML needs."""
    return "\n".join(inert(printable(line)) for line in text.split("\n"))


def _prose(text: str) -> list[tuple[bool, str]]:
    """A sentence in pieces, each with whether it stood in backticks; of an odd number of these none means anything."""
    parts = shown(text).split("`")
    if len(parts) % 2 == 0:
        return [(False, shown(text))]
    return [(number % 2 == 1, part) for number, part in enumerate(parts)]


def _page(**values: object) -> str:
    empty = {"summary": "", "rows": (), "freezes": (), "findings": ()}
    styles = tuple(inline(room, name) for room, name in _STYLES)
    return _template().render({**empty, "version": VERSION, "styles": styles, "outcomes": _OUTCOMES, **values})


def _row(proof: Proof) -> dict[str, object]:
    places = Places([result.target for result in proof.results])
    return {
        "name": shown(proof.requirement.name),
        "title": shown(proof.requirement.title or ""),
        "level": proof.requirement.level,
        "numbers": [sum(result.outcome == outcome for result in proof.results) for outcome in _OUTCOMES],
        "groups": [_group(group, places) for group in groups(proof)],
        "lines": [_line(line) for line in proof.suggestion.lines] if proof.suggestion else [],
    }


def _group(group: Group, places: Places) -> dict[str, object]:
    first = group.first
    return {
        "outcome": first.outcome,
        "places": shown(places.of([result.target for result in group.results])),
        "reason": _prose(reason(first)),
        "attack": _attack(first.attack) if first.attack else None,
    }


def _attack(attack: Attack) -> dict[str, str]:
    return {"title": "the policy that does it", "text": shown(f"{attack.text}\n{attach_line(attack)}")}


def _line(line: Line) -> dict[str, str]:
    span = line.origin.span
    place = f"{span.source.name}:{span.first.line}" if span else ""
    return {"text": shown(line.text), "policy": shown(line.origin.policy.name), "place": shown(place)}


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    text = (files("policyengine.report.prove") / "prove.html.jinja").read_text(encoding="utf-8")
    return environment.from_string(text)
