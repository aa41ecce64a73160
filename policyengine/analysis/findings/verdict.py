"""The result of `settle`: findings with what covers them, and whether the gate fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from msgspec.structs import replace

from policyengine.analysis.findings.waivers import Waiver
from policyengine.base.diagnostics import Diagnostic, Severity
from policyengine.base.records import Record
from policyengine.base.rules import Family, family_of

_FEW = 3  # findings that say the same and are listed one by one
_USES = 5  # places that use what is at fault, of those that are shown with their lines


class Finding(Record):
    """A diagnostic that counts, that a waiver covers, or that the baseline accepts.

    Where accounts get the same text for different values, `parts` has a diagnostic for each of these.
    """

    diagnostic: Diagnostic
    waiver: Waiver | None = None
    accepted: bool = False
    parts: tuple[Diagnostic, ...] = ()

    @property
    def exact(self) -> tuple[Diagnostic, ...]:
        """The diagnostics that are merged in it, each with the values of its accounts."""
        return self.parts or (self.diagnostic,)

    @property
    def counts(self) -> bool:
        """Whether it stands: neither waived nor accepted."""
        return self.waiver is None and not self.accepted


class SharedFinding(Record):
    """Findings that say the same of different places, and that the same waiver covers: they have one cause.

    `diagnostic` is the first of them, with the accounts and policies of all; `places` are all of them, each by itself.
    Where different policies set the value, its message names none.
    """

    diagnostic: Diagnostic
    places: tuple[Diagnostic, ...]
    waiver: Waiver | None = None
    accepted: bool = False

    @property
    def counts(self) -> bool:
        """Whether it stands: neither waived nor accepted."""
        return self.waiver is None and not self.accepted


class Verdict(Record):
    """The findings in order (severity, code, place, path, first account), and whether they stop the rollout.

    A finding is of one place. People, and programs that ask what to do, want one of each cause: `shared`.
    """

    findings: tuple[Finding, ...]
    failed: bool

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All diagnostics, whether they count or not."""
        return tuple(finding.diagnostic for finding in self.findings)

    @property
    def standing(self) -> tuple[Diagnostic, ...]:
        """The findings that count."""
        return tuple(finding.diagnostic for finding in self.findings if finding.counts)

    @property
    def shared(self) -> tuple[SharedFinding, ...]:
        """The findings in order; those of one cause are one, at the first of their places.

        One cause have findings of one line that say the same, whoever uses it and whichever policies set its value, and
        more than three that say the same of different lines. Mistakes in a text stay apart, and so does what has a fix:
        each wants its own edit.
        """
        return tuple(_shared(self.findings))

    @property
    def exact(self) -> tuple[Diagnostic, ...]:
        """The findings that count, each with the values of its accounts: for comparisons, not for people."""
        return tuple(diagnostic for finding in self.findings if finding.counts for diagnostic in finding.exact)

    @property
    def waived(self) -> tuple[Finding, ...]:
        """The findings that waivers cover."""
        return tuple(finding for finding in self.findings if finding.waiver)

    @property
    def accepted(self) -> tuple[Finding, ...]:
        """The findings that the baseline accepts."""
        return tuple(finding for finding in self.findings if finding.accepted)

    def count(self, severity: Severity) -> int:
        """The number of findings of a severity that count."""
        return sum(diagnostic.severity is severity for diagnostic in self.standing)


def _shared(findings: Sequence[Finding]) -> Iterator[SharedFinding]:
    causes = list(_by_cause(findings))
    together: dict[object, list[SharedFinding]] = {}
    for cause in causes:
        together.setdefault(_content(cause), []).append(cause)
    for cause in causes:
        same = together[_content(cause)]
        if len(same) <= _FEW or not _may_be_shared(cause.diagnostic):
            yield cause
        elif same[0] is cause:
            yield _whole(same)


def _by_cause(findings: Sequence[Finding]) -> Iterator[SharedFinding]:
    """The findings; those of one line of the text that differ in who uses it are one."""
    together: dict[object, list[SharedFinding]] = {}
    for number, finding in enumerate(findings):
        diagnostic = finding.diagnostic
        key = _cause(finding) if _has_line(diagnostic) and _may_be_shared(diagnostic) else number
        alone = SharedFinding(diagnostic, (diagnostic,), finding.waiver, finding.accepted)
        together.setdefault(key, []).append(alone)
    yield from (same[0] if len(same) == 1 else _whole(same) for same in together.values())


def _has_line(diagnostic: Diagnostic) -> bool:
    """Whether a finding shows the line at fault: the place of a violation is the assertion, a label has the line."""
    return bool(diagnostic.labels if diagnostic.requirement else diagnostic.span)


def _cause(finding: Finding) -> tuple[object, ...]:
    diagnostic = finding.diagnostic
    text = _text(diagnostic)
    written = (diagnostic.severity, diagnostic.span, tuple(label for label in diagnostic.labels if not label.of_use))
    return *text, *written, finding.waiver, finding.accepted


def _content(shared: SharedFinding) -> tuple[object, ...]:
    diagnostic = shared.diagnostic
    return *_text(diagnostic), diagnostic.severity, diagnostic.fix is None, shared.waiver, shared.accepted


def _text(diagnostic: Diagnostic) -> tuple[str, ...]:
    """The text of a finding, whoever set the value."""
    message = _without_authors(diagnostic)
    return diagnostic.code, message, diagnostic.region, diagnostic.requirement, diagnostic.help


def _without_authors(diagnostic: Diagnostic) -> str:
    return diagnostic.anonymous or diagnostic.message


def _may_be_shared(diagnostic: Diagnostic) -> bool:
    return diagnostic.fix is None and family_of(diagnostic.code) is not Family.LANGUAGE


def _whole(same: Sequence[SharedFinding]) -> SharedFinding:
    """The first finding with the accounts, policies, places and first uses of all."""
    first, places = same[0].diagnostic, tuple(place for each in same for place in each.places)
    uses = dict.fromkeys(label for place in places for label in place.labels if label.of_use)
    others = tuple(label for label in first.labels if not label.of_use)
    agreed = all(each.diagnostic.message == first.message for each in same)
    diagnostic = replace(
        first,
        message=first.message if agreed else _without_authors(first),
        labels=(*others, *islice(uses, _USES)),
        accounts=tuple(sorted({number for each in places for number in each.accounts})),
        policies=tuple(dict.fromkeys(name for each in places for name in each.policies)),
        resources=tuple(sorted({pair for each in places for pair in each.resources})),
        places=tuple(dict.fromkeys(path for each in places for path in each.places or (each.path,) if path)),
    )
    return SharedFinding(diagnostic, places, same[0].waiver, same[0].accepted)
