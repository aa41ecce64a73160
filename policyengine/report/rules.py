"""The catalogue of checks and a check's page, as Markdown that reads well on a terminal, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from policyengine.base.diagnostics import Rule
from policyengine.report.json_output import to_json
from policyengine.report.terminal import Page

SCHEMA = "policyengine/rules/1"
_FENCES = {"bpol": "bpol", "yaml": "yaml", "json": "json"}


def catalogue_text(rules: Sequence[Rule], *, color: bool = False) -> str:
    """A line per check: code, name, severity, title."""
    page = Page(color=color)
    wide = max(len(rule.name) for rule in rules)
    for rule in rules:
        page.line(
            rule.code, f"  {rule.name:<{wide}}  ", (f"{rule.severity:<7}", rule.severity.value), f"  {rule.title}"
        )
    return page.text()


def catalogue_json(rules: Sequence[Rule]) -> str:
    """The catalogue for programs."""
    return to_json({"schema": SCHEMA, "rules": [_summary(rule) for rule in rules]})


def page_json(rule: Rule) -> str:
    """One page for programs."""
    examples = {"bad": files(rule.bad), "good": files(rule.good)}
    return to_json({"schema": SCHEMA, "rules": [{**_summary(rule), "rationale": rule.rationale, **examples}]})


def page_text(rule: Rule) -> str:
    """One page as Markdown: what it finds, why that is bad, an example, what to write instead, the source."""
    return "\n".join(
        (
            f"# {rule.code} {rule.name} ({rule.severity})",
            "",
            rule.title,
            "",
            "## Why is this bad?",
            "",
            rule.rationale,
            "",
            "## Example",
            "",
            *_examples(rule.bad),
            "## Use instead",
            "",
            *_examples(rule.good),
            "## Source",
            "",
            *_sources(rule),
            "",
        )
    )


def pages(rules: Sequence[Rule]) -> dict[str, str]:
    """Every page by its file name, and `index.md` that lists them."""
    rows = [f"| {rule.code} | [{rule.name}]({rule.name}.md) | {rule.severity} | {rule.title} |" for rule in rules]
    index = ["# Checks", "", "| code | name | severity | finds |", "| --- | --- | --- | --- |", *rows, ""]
    return {"index.md": "\n".join(index), **{f"{rule.name}.md": page_text(rule) for rule in rules}}


def files(example: str | Mapping[str, str]) -> Mapping[str, str]:
    """An example's files by name, each a text of whole lines; a text alone is the policy file."""
    texts = {"policy.bpol": example} if isinstance(example, str) else example
    return {name: text if text.endswith("\n") else f"{text}\n" for name, text in texts.items()}


def _examples(example: str | Mapping[str, str]) -> list[str]:
    lines: list[str] = []
    for name, text in files(example).items():
        lines += [f"`{name}`:", "", f"```{_FENCES.get(name.rpartition('.')[2], '')}", text.rstrip("\n"), "```", ""]
    return lines


def _sources(rule: Rule) -> list[str]:
    """AWS's pages by address, then the sections of ours, one page a line."""
    return [f"- <{page}>" for page in rule.aws_pages] + [_section(part) for part in rule.reference.split("; ")]


def _section(part: str) -> str:
    """`facts 4.2.4, 8.1` with a link to the page; links are relative to `docs/rules`."""
    page, _, numbers = part.partition(" ")
    name = page.removesuffix(".md")
    return f"- [docs/{name}.md](../{name}.md) {numbers}"


def _summary(rule: Rule) -> dict[str, object]:
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity.value,
        "title": rule.title,
        "reference": rule.reference,
        "aws_pages": [*rule.aws_pages],
    }
