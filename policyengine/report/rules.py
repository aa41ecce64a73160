"""The catalogue of checks and packs on a terminal and as JSON, a page of it for people and as JSON, and all pages."""

from __future__ import annotations

from collections.abc import Sequence

from policyengine.analysis.requirements import PackPage
from policyengine.base.rules import Rule
from policyengine.report.json_output import to_json
from policyengine.report.terminal import Part, TerminalPage

SCHEMA = "policyengine/rules/1"
_NARROWEST = 40  # columns of titles that stand beside the names; with fewer they stand below


def catalogue_text(
    rules: Sequence[Rule], packs: Sequence[PackPage], *, color: bool = False, width: int | None = None
) -> str:
    """A line per check: code, name, severity, title, whether it is fixable; then a line per pack: name, title.

    Where titles have no room beside the names, each stands below its name.
    """
    page = TerminalPage(color=color, width=width)
    wide = max(len(rule.name) for rule in rules)
    in_line = width is None or width - len(f"PE000  {'':<{wide}}  warning  ") >= _NARROWEST
    for rule in rules:
        severity, fixable = (f"{rule.severity:<7}", rule.severity.value), " (fixable)" if rule.page.fixable else ""
        _entry(page, (rule.code, f"  {rule.name:<{wide}}  ", severity), f"{rule.page.title}{fixable}", in_line=in_line)
    page.line()
    for pack in packs:
        _entry(page, (f"pack   {pack.name:<{wide}}  {'':<7}",), pack.title, in_line=in_line)
    return page.text()


def _entry(page: TerminalPage, columns: Sequence[Part], title: str, *, in_line: bool) -> None:
    if in_line:
        page.hanging((*columns, "  "), title)
    else:
        page.line(*columns)
        page.hanging((" " * len("PE000  "),), title)


def catalogue_json(rules: Sequence[Rule], packs: Sequence[PackPage]) -> str:
    """The catalogue for programs."""
    return to_json({"schema": SCHEMA, "rules": [_summary(rule) for rule in rules], "packs": [*map(_pack, packs)]})


def pack_json(pack: PackPage) -> str:
    """The page of a pack for programs."""
    return to_json({"schema": SCHEMA, "rules": [], "packs": [{**_pack(pack), "page": pack.text}]})


def page_json(rule: Rule) -> str:
    """One page for programs."""
    page = rule.page
    more = {"rationale": page.why, "bad": {**page.bad}, "good": {**page.good}}
    return to_json({"schema": SCHEMA, "rules": [{**_summary(rule), **more}], "packs": []})


def pages(rules: Sequence[Rule]) -> dict[str, str]:
    """Every page by its file name, and `index.md` that lists them."""
    return {"index.md": index(rules), **{f"{rule.name}.md": rule.page.text for rule in rules}}


def index(rules: Sequence[Rule]) -> str:
    """A table of the rules with links to their pages, which lie beside it."""
    rows = [
        f"| {rule.code} | [{rule.name}]({rule.name}.md) | {rule.severity} | {_fixable(rule)} | {rule.page.title} |"
        for rule in rules
    ]
    head = ["# Checks", "", "| code | name | severity | fixable | finds |", "| --- | --- | --- | --- | --- |"]
    return "\n".join([*head, *rows, ""])


def _fixable(rule: Rule) -> str:
    return "yes" if rule.page.fixable else ""


def _summary(rule: Rule) -> dict[str, object]:
    page = rule.page
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity.value,
        "title": page.title,
        "fixable": page.fixable,
        "reference": "; ".join(_cited(name, numbers) for name, numbers in page.sections),
        "aws_pages": [*page.aws],
        "url": rule.url,
    }


def _pack(pack: PackPage) -> dict[str, object]:
    return {"name": pack.name, "title": pack.title}


def _cited(page: str, numbers: str) -> str:
    """Sections of one of our pages, as the schema has them: the facts by their name, the others by their file's."""
    return f"{'facts' if page == 'facts.md' else page} {numbers}"
