"""Changes and findings that cannot be compared, because AWS would refuse the settings that they depend on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from policyengine.analysis.checks import AccountsByPath, Path
from policyengine.analysis.diff.changes import Change, RefusedPolicy, Side, SideName
from policyengine.aws.merge import keys, segment
from policyengine.base.diagnostics import Diagnostic


def refusals(base: Side, head: Side) -> Iterator[RefusedPolicy]:
    """Each refused policy of both sides with its refused settings, and the accounts below it."""
    for name, side in _sides(base, head):
        for document in side.left_out:
            paths = ("/".join(map(segment, path)) for path in _topmost(map(_setting, document.paths)))
            yield RefusedPolicy(name, document.policy, tuple(paths), tuple(sorted(document.accounts)))


def comparable(changes: Iterable[Change], base: Side, head: Side) -> Iterator[Change]:
    """The changes, each for the accounts on which it does not follow from a refusal on either side."""
    documents = [document for _, side in _sides(base, head) for document in side.left_out]
    refused = AccountsByPath((map(_setting, document.paths), document.accounts) for document in documents)
    for change in changes:
        below = [refused.around(keys(path)) for path in (change.path, *change.depends_on)]
        if left := tuple(number for number in change.accounts if not any(number in ids for ids in below)):
            yield replace(change, accounts=left)


def without_refusals(findings: Iterable[Diagnostic], below: frozenset[str]) -> Iterator[Diagnostic]:
    """The findings; those about requirements, which may look at any setting, only for accounts below no refusal."""
    for finding in findings:
        left = tuple(number for number in finding.accounts if number not in below)
        if not finding.requirement or left == finding.accounts:
            yield finding
        elif left:
            yield replace(finding, accounts=left)


def below_refusals(base: Side, head: Side) -> frozenset[str]:
    """The accounts below any refused policy, on either side."""
    return frozenset(n for _, side in _sides(base, head) for document in side.left_out for n in document.accounts)


def _sides(base: Side, head: Side) -> tuple[tuple[SideName, Side], ...]:
    return ("base", base), ("head", head)


def _setting(path: Path) -> Path:
    """The setting or block that a path is about: an operator is one of its node."""
    return next((path[:length] for length, key in enumerate(path) if key.startswith("@@")), path)


def _topmost(paths: Iterable[Path]) -> Iterator[Path]:
    """The paths that lie below no other."""
    topmost: set[Path] = set()
    for path in sorted(set(paths), key=len):
        if not any(path[:length] in topmost for length in range(len(path))):
            topmost.add(path)
    yield from sorted(topmost)
