"""The catalogue of checks on a terminal and as JSON, a check's page as JSON, and all pages with an index."""

from __future__ import annotations

from collections.abc import Sequence

from policyengine.base.rules import Rule
from policyengine.report.json_output import to_json
from policyengine.report.terminal import TerminalPage

SCHEMA = "policyengine/rules/1"


def catalogue_text(rules: Sequence[Rule], *, color: bool = False) -> str:
    """A line per check: code, name, severity, title."""
    page = TerminalPage(color=color)
    wide = max(len(rule.name) for rule in rules)
    for rule in rules:
        page.line(
            rule.code, f"  {rule.name:<{wide}}  ", (f"{rule.severity:<7}", rule.severity.value), f"  {rule.page.title}"
        )
    return page.text()


def catalogue_json(rules: Sequence[Rule]) -> str:
    """The catalogue for programs."""
    return to_json({"schema": SCHEMA, "rules": [_summary(rule) for rule in rules]})


def page_json(rule: Rule) -> str:
    """One page for programs."""
    page = rule.page
    more = {"rationale": page.why, "bad": {**page.bad}, "good": {**page.good}}
    return to_json({"schema": SCHEMA, "rules": [{**_summary(rule), **more}]})


def pages(rules: Sequence[Rule]) -> dict[str, str]:
    """Every page by its file name, and `index.md` that lists them."""
    return {"index.md": index(rules), **{f"{rule.name}.md": rule.page.text for rule in rules}}


def index(rules: Sequence[Rule]) -> str:
    """A table of the rules with links to their pages, which lie beside it."""
    rows = [f"| {rule.code} | [{rule.name}]({rule.name}.md) | {rule.severity} | {rule.page.title} |" for rule in rules]
    return "\n".join(["# Checks", "", "| code | name | severity | finds |", "| --- | --- | --- | --- |", *rows, ""])


def _summary(rule: Rule) -> dict[str, object]:
    page = rule.page
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity.value,
        "title": page.title,
        "reference": "; ".join(_cited(name, numbers) for name, numbers in page.sections),
        "aws_pages": [*page.aws],
    }


def _cited(page: str, numbers: str) -> str:
    """Sections of one of our pages, as the schema has them: the facts by their name, the others by their file's."""
    return f"{'facts' if page == 'facts.md' else page} {numbers}"
