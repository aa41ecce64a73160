"""The baseline: findings that a project accepts as they are (interface.md section 1, `gate.baseline`).

`policyengine check --update-baseline` writes the file; `read_baseline` takes what has become of it since. The identity
of a finding says when two are equal: the file's name is no part of it, and a worse value is another finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import Any, Literal, NamedTuple

from pydantic import Field

from policyengine.analysis.findings.registry import BY_NAME, FIXED
from policyengine.analysis.findings.verdict import Verdict
from policyengine.analysis.findings.waiver_rules import ACCEPTANCE_VOID, ACCEPTED_FINDING_GONE
from policyengine.analysis.findings.waivers import NOWHERE, places
from policyengine.aws.snapshot.json_or_yaml import read_shaped, schema_of
from policyengine.aws.snapshot.shapes import AccountId, Many, Part, Text
from policyengine.base.diagnostics import Diagnostic, Severity
from policyengine.base.errors import ConfigurationError
from policyengine.base.source import Source
from policyengine.base.text import quoted

_LINE = re.compile(r"(?<=[^\s(]):[0-9]+(?=\))")
"""The number of a line in a message, which shifts: "set by `baseline` at Root (backup.bpol:14)".

By the text and not by who worded it, for the text is all that the baselines on disk have: a name with `(tel:1)` in it
was written without its number, too, and is accepted for as long as this reads it in the same way.
"""
_ADVICE = "run `policyengine check --update-baseline`"
_WHOLE = "a mapping with `schema` and `findings`"


class Identity(NamedTuple):
    """The identity of a finding across runs; empty where there is none.

    `values` is what it states. Neither level nor place is part of it: lines shift, files are renamed, and policies
    move from JSON to the language.
    """

    name: str
    requirement: str
    path: str
    region: str
    policies: tuple[str, ...]
    values: tuple[str, ...]


class Acceptance(NamedTuple):
    """An entry of a baseline: the same finding on `accounts`, none where it concerns no account in particular.

    `file` distinguishes findings that are equal but for it, `message` is for people.
    """

    identity: Identity
    file: str
    message: str
    accounts: tuple[str, ...]


def to_accept(verdict: Verdict) -> list[Acceptance]:
    """The entries of a baseline that accepts all errors and warnings that count and may be accepted, in order."""
    accounts: dict[tuple[Identity, str, bool], set[str]] = {}
    messages: dict[Identity, str] = {}
    for diagnostic in _standing(verdict):
        if diagnostic.code not in FIXED:
            same = identity(diagnostic)
            messages.setdefault(same, without_lines(diagnostic.message))
            accounts.setdefault((same, _file(diagnostic), bool(diagnostic.accounts)), set()).update(diagnostic.accounts)
    return [
        Acceptance(same, file, messages[same], tuple(sorted(ids)))
        for (same, file, _), ids in sorted(accounts.items(), key=lambda item: item[0])
    ]


def not_to_accept(verdict: Verdict) -> int:
    """The number of errors and warnings that count and that no baseline accepts."""
    return len({identity(diagnostic) for diagnostic in _standing(verdict) if diagnostic.code in FIXED})


def identity(diagnostic: Diagnostic) -> Identity:
    """The identity of a finding across runs."""
    values = diagnostic.values or (without_lines(diagnostic.message),)
    return Identity(
        diagnostic.name, diagnostic.requirement, diagnostic.path, diagnostic.region, diagnostic.policies, values
    )


def without_lines(message: str) -> str:
    """A message without the numbers of lines that it names."""
    return _LINE.sub("", message)


class AcceptedFindings:
    """Looks up the entries of a baseline by finding; `present` are all findings of the run."""

    def __init__(self, baseline: Baseline | None, present: Iterable[Diagnostic]) -> None:
        entries = baseline.findings if baseline else ()
        self._entries = [entry for entry in entries if not _is_fixed(entry)]
        self._refused = [entry for entry in entries if _is_fixed(entry)]
        self._ambiguous = _in_several_files(present) if self._entries else frozenset()
        self._accounts: dict[tuple[Identity, str], set[str]] = {}
        for entry in self._entries:
            self._accounts.setdefault(self._key_of(entry), set()).update(entry.accounts or (NOWHERE,))

    def accounts_of(self, diagnostic: Diagnostic) -> AbstractSet[str]:
        """The accounts on which a finding is accepted."""
        if not self._accounts or diagnostic.code in FIXED:
            return frozenset()
        return frozenset().union(*(self._accounts.get(key, ()) for key in self._keys(diagnostic)))

    def gone(self, present: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
        """A finding for each entry that is gone, altogether or on some accounts."""
        if not self._entries:
            return
        there: dict[tuple[Identity, str], set[str]] = {}
        for diagnostic in present:
            for key in self._keys(diagnostic):
                there.setdefault(key, set()).update(places(diagnostic))
        for entry in self._entries:
            if missing := set(entry.accounts or (NOWHERE,)) - there.get(self._key_of(entry), set()):
                yield _gone(entry, missing - {NOWHERE})

    def refused(self) -> Iterator[Diagnostic]:
        """A finding for each check that the baseline cannot accept and yet names."""
        for name in dict.fromkeys(entry.name for entry in self._refused):
            yield ACCEPTANCE_VOID.at(
                None,
                f"the baseline accepts {quoted(name)}, which cannot be accepted",
                help=f"{BY_NAME[name].fixed}: mend what it finds, and {_ADVICE}",
            )

    def _keys(self, diagnostic: Diagnostic) -> Iterator[tuple[Identity, str]]:
        """By its values, and by its message, which is all that an older baseline has."""
        same = identity(diagnostic)
        yield self._key(same, _file(diagnostic))
        for message in {diagnostic.message, diagnostic.formerly} - {""} if diagnostic.values else ():
            yield self._key(same._replace(values=(without_lines(message),)), _file(diagnostic))

    def _key_of(self, entry: Accepted) -> tuple[Identity, str]:
        return self._key(_identity_of(entry), entry.file or "")

    def _key(self, same: Identity, file: str) -> tuple[Identity, str]:
        return same, file if same in self._ambiguous else ""


def _standing(verdict: Verdict) -> Iterator[Diagnostic]:
    """Errors and warnings that count."""
    return (diagnostic for diagnostic in verdict.exact if diagnostic.severity is not Severity.INFO)


def _in_several_files(present: Iterable[Diagnostic]) -> frozenset[Identity]:
    """Findings that differ in their files only."""
    files: dict[Identity, set[str]] = {}
    for diagnostic in present:
        files.setdefault(identity(diagnostic), set()).add(_file(diagnostic))
    return frozenset(same for same, names in files.items() if len(names) > 1)


def _is_fixed(entry: Accepted) -> bool:
    return entry.name in BY_NAME and BY_NAME[entry.name].code in FIXED


def _gone(entry: Accepted, accounts: Iterable[str]) -> Diagnostic:
    return ACCEPTED_FINDING_GONE.at(
        None,
        f"an accepted finding is gone: {entry.name}: {entry.message}",
        help=_ADVICE,
        path=entry.path,
        region=entry.region or "",
        accounts=tuple(sorted(accounts)),
        policies=entry.policies,
        requirement=entry.requirement or "",
    )


def _identity_of(entry: Accepted) -> Identity:
    values = entry.values or (without_lines(entry.message),)
    return Identity(entry.name, entry.requirement or "", entry.path, entry.region or "", entry.policies, values)


def _file(diagnostic: Diagnostic) -> str:
    return diagnostic.span.source.name if diagnostic.span else ""


class Accepted(Part):
    """What makes a finding the same finding tomorrow: everything that is said of it but place and severity."""

    name: Text = Field(description="name of the check")
    requirement: Text | None = Field(None, description="name of the requirement that the finding is about")
    file: Text | None = Field(
        None, description="file that the finding was in; only tells findings apart that are the same but for it"
    )
    path: str = Field("", description="path in the effective policy")
    region: Text | None = None
    policies: Many[Text] = ()
    message: Text
    values: Many[str] = Field((), description="what the finding states, whatever its wording; empty: the message")
    accounts: Many[AccountId] = Field((), description="accounts on which it is accepted; empty: it concerns none")


class Baseline(Part):
    """The accepted findings, in written order."""

    schema_: Literal["policyengine/baseline/1"] = Field(alias="schema")
    findings: Many[Accepted]


def read_baseline(source: Source) -> Baseline:
    """The baseline that a text holds. Raises `ConfigurationError` with every fault and its line, one a line."""
    read = read_shaped(source, Baseline, baseline_schema, _WHOLE)
    if isinstance(read, list):
        raise ConfigurationError("\n".join(map(str, read)))
    return read


def baseline_schema() -> dict[str, Any]:
    """The JSON Schema of a baseline."""
    return schema_of(Baseline, "Accepted findings of a project")
