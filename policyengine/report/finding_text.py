"""A finding in words that several formats share: its details by title, its text in one line, numbers by severity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from policyengine.aws.setting_words import in_words
from policyengine.base.diagnostics import Diagnostic, Severity
from policyengine.report.shown_text import count, printable, some


class Naming(Protocol):
    """Says which accounts of an organization some ids are."""

    def named(self, ids: Sequence[str]) -> str:
        """`storefront (200000000101)`, `all 50 accounts`, `8 accounts in Workloads/Payments`."""


def tally(findings: Sequence[Diagnostic]) -> str:
    """The number of findings by severity: `2 errors, 1 warning`, or `no findings`."""
    numbers = ((severity, sum(diagnostic.severity is severity for diagnostic in findings)) for severity in Severity)
    return ", ".join(_counted(severity, number) for severity, number in numbers if number) or "no findings"


def _counted(severity: Severity, number: int) -> str:
    return f"{number:,} info" if severity is Severity.INFO else count(number, severity.value)


def details(diagnostic: Diagnostic, accounts: Naming | None = None) -> list[tuple[str, str]]:
    """The details of a finding beside its message and place, as titles and texts."""
    pairs = []
    if diagnostic.requirement and diagnostic.requirement not in diagnostic.message:
        pairs.append(("requirement", diagnostic.requirement))
    if len(diagnostic.places) > 1:
        pairs.append(("paths", some([_words_of(path, diagnostic) for path in diagnostic.places], 3)))
    elif diagnostic.path:
        pairs.append(("path", path_of(diagnostic)))
    if diagnostic.region:
        pairs.append(("region", diagnostic.region))
    if diagnostic.policies and (not diagnostic.span or diagnostic.message == diagnostic.anonymous):
        pairs.append(("policies" if len(diagnostic.policies) > 1 else "policy", some(diagnostic.policies)))
    if diagnostic.accounts:
        ids = diagnostic.accounts
        named = accounts.named(ids) if accounts else some(ids, 3)
        pairs.append(("accounts" if len(diagnostic.accounts) > 1 else "account", named))
    if arns := diagnostic.arns:
        pairs.append(("resources" if len(arns) > 1 else "resource", some(arns, 3)))
    if diagnostic.help:
        pairs.append(("help", diagnostic.help))
    pairs.append(("page", diagnostic.url))
    return pairs


def path_of(diagnostic: Diagnostic) -> str:
    """The path that a finding is about, in the words of the file that it points to."""
    return _words_of(diagnostic.path, diagnostic)


def _words_of(path: str, diagnostic: Diagnostic) -> str:
    """AWS's own path where the finding points to no text of the language."""
    return in_words(path) if diagnostic.span else path


def sentences(diagnostic: Diagnostic, accounts: Naming | None) -> str:
    """A finding as running text in one line: the message, then what else it says.

    The address of its page is not part of it: who shows running text has a place of its own for addresses.
    """
    more = (f"{title.capitalize()}: {text}" for title, text in details(diagnostic, accounts) if title != "page")
    return printable(". ".join((diagnostic.message, *more)))
