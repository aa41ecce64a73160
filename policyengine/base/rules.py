"""Rules: their codes, names and severities, and the pages that explain them.

A rule is declared beside the code that raises it, in a check's own file or in a room's table (`..._rules.py`). Its
texts are on its page, `docs/rules/NAME.md`, which the wheel carries, and which is read when first needed: a run without
findings reads none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Unpack

from policyengine.base.diagnostics import Details, Diagnostic, Harm, Severity
from policyengine.base.fixes import advised
from policyengine.base.project_urls import page_url
from policyengine.base.records import Record
from policyengine.base.source import Span
from policyengine.base.text import Advice, Suggestion


class Fact(StrEnum):
    """A part of the environment that a snapshot may omit; the value is its name in `[gate] unknown` and in messages."""

    VAULTS = "vaults"
    VAULT_LOCKS = "vault-locks"
    VAULT_TYPES = "vault-types"
    VAULT_KEYS = "vault-keys"
    VAULT_POLICIES = "vault-policies"
    ROLES = "roles"
    OPT_IN = "opt-in"
    DYNAMODB_ADVANCED = "dynamodb-advanced"
    CROSS_ACCOUNT_BACKUP = "cross-account-backup"
    TAGS = "tags"


class Family(StrEnum):
    """The subjects of rules, in the order of their codes: the first digit of a code is its family's number here."""

    LANGUAGE = "language"
    ADMISSION = "admission"
    MERGING = "merging"
    EFFECTIVE = "effective"
    AWS_BACKUP = "aws-backup"
    ENVIRONMENT = "environment"
    REQUIREMENTS = "requirements"
    WAIVERS = "waivers"


_FAMILIES = {f"PE{number}": family for number, family in enumerate(Family, start=1)}
_FIXED = {
    Family.LANGUAGE: "it is a mistake in the text",
    Family.ADMISSION: "AWS would refuse the document all the same",
    Family.WAIVERS: "it is about what the gate itself rests on",
}
"""Families whose findings no project can waive or weaken, and why (language.md section 6)."""


def family_of(code: str) -> Family:
    """The family of a code such as `PE301`. Raises `KeyError` for a code of no family."""
    return _FAMILIES[code[:3]]


class RulePage(Record):
    """The parts of a rule's page.

    `title` is a single sentence, `fixable` whether findings of the rule may carry a fix, `why` a paragraph; `bad` and
    `good` are the files of an example that breaks the rule and of one that does not, name to text. `aws` are the URLs
    of AWS's pages, none for a rule of the language alone, and `sections` the sources in our own documentation: a page's
    name and section numbers (`facts.md`, `4.2.4, 8.1`), which may end with a remark in parentheses. `text` is the whole
    page as Markdown.
    """

    heading: str
    title: str
    fixable: bool
    why: str
    bad: Mapping[str, str]
    good: Mapping[str, str]
    aws: tuple[str, ...]
    sections: tuple[tuple[str, str], ...]
    text: str


class Rule(Record):
    """A rule that policies can break, of the language, of AWS or of a check; its cases are diagnostics.

    Every check declares its `harm`, by which `diff` classifies new findings; None where rules are not about accounts.
    `refused`: AWS refuses or withholds what the rule reports. `needs` are the facts that its check cannot do without.
    """

    code: str
    name: str
    severity: Severity
    harm: Harm | None = None
    refused: bool = False
    needs: tuple[Fact, ...] = ()

    @property
    def page(self) -> RulePage:
        """Its page in `docs/rules/`, read when first needed."""
        return _page(self.name)

    @property
    def url(self) -> str:
        """The address of its page."""
        return page_url(f"rules/{self.name}.md")

    @property
    def family(self) -> Family:
        """The family that its code belongs to."""
        return family_of(self.code)

    @property
    def fixed(self) -> str:
        """The reason why findings of the rule can be neither waived nor accepted nor weakened; empty where they can."""
        return "AWS would refuse it all the same" if self.refused else _FIXED.get(self.family, "")

    def at(self, span: Span | None, message: str, **details: Unpack[Details]) -> Diagnostic:
        """A diagnostic of this rule.

        Where its help asks for a name that is surely meant, or says what to write, doing so is its fix.
        """
        fields: Details = {"harm": self.harm or Harm.NOTHING, **details}
        advice = fields.get("help")
        if isinstance(advice, Suggestion | Advice):
            fields = {"fix": advised(span, advice), **fields, "help": str(advice)}
        return Diagnostic(self.code, self.name, self.severity, message, span=span, **fields)


def rules_in(table: Mapping[str, object]) -> tuple[Rule, ...]:
    """The rules among the names of a module, in their order there."""
    return tuple(rule for rule in table.values() if isinstance(rule, Rule))


_PAGE = re.compile(
    r"# (?P<heading>.+)\n\n(?P<title>.+)\n\n(?P<fixable>Fixable: .+\n\n)?## Why is this bad\?\n\n(?P<why>.+)\n\n"
    r"## Example\n\n(?P<bad>(?s:.+))\n## Use instead\n\n(?P<good>(?s:.+))\n## Source\n\n(?P<sources>(?:- .+\n)+)"
)
_FILE = re.compile(r"`(?P<name>[^`\n]+)`:\n\n```\w*\n(?P<text>(?s:.*?))```\n")
_AWS = re.compile(r"- <(.+)>")
_SECTION = re.compile(r"- \[docs/([\w.-]+)\]\(\.\./\1\) (.+)")


@cache  # a file that does not change while the program runs
def _page(name: str) -> RulePage:
    return parse_page(name, (_home() / f"{name}.md").read_text(encoding="utf-8"))


def parse_page(name: str, text: str) -> RulePage:
    """The page of a rule of this name. Raises ValueError where it has another form than `docs/rules/` shares."""
    parts = _PAGE.fullmatch(text)
    if parts is None:
        headings = "`## Why is this bad?`, `## Example`, `## Use instead`, `## Source`"
        raise ValueError(f"docs/rules/{name}.md: expected a heading, a sentence, and then {headings}")
    sources = parts["sources"].splitlines()
    aws = tuple(page[1] for line in sources if (page := _AWS.fullmatch(line)))
    sections = tuple((part[1], part[2]) for line in sources if (part := _SECTION.fullmatch(line)))
    if len(aws) + len(sections) < len(sources):
        raise ValueError(f"docs/rules/{name}.md: a source is `- <https://...>` or `- [docs/facts.md](../facts.md) 4.2`")
    return RulePage(
        parts["heading"],
        parts["title"],
        parts["fixable"] is not None,
        parts["why"],
        _files(parts["bad"]),
        _files(parts["good"]),
        aws,
        sections,
        text,
    )


def _files(example: str) -> dict[str, str]:
    return {file["name"]: file["text"] for file in _FILE.finditer(example)}


def _home() -> Traversable:
    """The folder of the pages: beside the code in a wheel, else that of the repository."""
    package = files("policyengine")
    packaged = package / "_rules"
    return packaged if packaged.is_dir() else Path(str(package)).parent / "docs" / "rules"
