"""How much of what can go wrong the promises of a project notice.

`PYTHONPATH=tests python -m examples.mutations` prints the share for each example and each pack, and what goes unnoticed;
names of projects (`acme`, `hipaa`) narrow it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from examples.mutants import Known, Mutant, mutants
from policyengine import Source
from policyengine.analysis.findings import Gate
from policyengine.analysis.findings.registry import LEVELLED
from policyengine.aws.documents import Json
from policyengine.aws.snapshot.snapshot import read_snapshot
from policyengine.base.diagnostics import Diagnostic, Severity
from policyengine.engine import assemble, evaluate, run_project_tests, verdict_of
from policyengine.language.syntax import parse
from policyengine.project import Project, load_project

ROOT = Path(__file__).parents[2]
PROJECTS = {
    "acme": ROOT / "examples" / "acme",
    "ledger": ROOT / "examples" / "ledger",
    **{
        folder.name: folder / "passing" for folder in sorted((ROOT / "policies" / "packs").iterdir()) if folder.is_dir()
    },
}
StatedValue = tuple[str, ...]
_AT = datetime(2026, 10, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run over a project says: what counts as a warning or worse, failed tests, and each account's policy."""

    said: frozenset[StatedValue]
    policies: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the mutants of a project.

    `unfelt` change nothing for any account of the snapshot, and no test says a word: what they open, such as a lock that
    is gone, only a policy further down could use. They are counted apart.
    """

    noticed: tuple[Mutant, ...]
    unnoticed: tuple[Mutant, ...]
    unfelt: tuple[Mutant, ...]

    @property
    def share(self) -> float:
        """The part of the mutants that the project notices, of those that an account feels."""
        felt = len(self.noticed) + len(self.unnoticed)
        return len(self.noticed) / felt if felt else 1.0

    def __str__(self) -> str:
        felt = len(self.noticed) + len(self.unnoticed)
        lines = [f"{len(self.noticed)} of {felt} noticed ({self.share:.0%}), {len(self.unfelt)} felt by no account"]
        return "\n  ".join([*lines, *(f"unnoticed: {mutant}" for mutant in self.unnoticed)])


def tally(folder: Path) -> Tally:
    """The mutants of a project, by whether its checks, requirements or tests notice them."""
    project = load_project(folder, known_checks=LEVELLED)
    before = _outcome(project, project.sources)
    kinds: dict[str, list[Mutant]] = {"noticed": [], "unnoticed": [], "unfelt": []}
    for mutant in _mutants(project):
        sources = tuple(mutant.source if one.name == mutant.span.source.name else one for one in project.sources)
        after = _outcome(project, sources)
        unfelt = "unfelt" if after.policies == before.policies else "unnoticed"
        kinds["noticed" if after.said - before.said else unfelt].append(mutant)
    return Tally(**{kind: tuple(found) for kind, found in kinds.items()})


def _mutants(project: Project) -> Iterator[Mutant]:
    assert project.snapshot
    organization = assemble(project.sources, project.snapshot).value
    assert organization
    vaults = dict.fromkeys(vault.name for vault in read_snapshot(project.snapshot).vaults or ())
    known = Known(tuple(vaults), tuple(account.id for account in organization.accounts if account.id))
    return mutants((parse(source).value for source in project.sources), known)


def _outcome(project: Project, sources: tuple[Source, ...]) -> Outcome:
    assert project.snapshot
    evaluation = evaluate(sources, project.snapshot, at=_AT)
    levels = {name: None if level == "off" else Severity(level) for name, level in project.configuration.checks.items()}
    counting = verdict_of(evaluation, Gate(levels=levels), at=_AT).standing
    said = {_cause(found) for found in counting if found.severity is not Severity.INFO}
    tests = run_project_tests(sources, project.snapshot, at=_AT).value
    failed = {("test", result.title) for result in tests.results if not result.passed} if tests else set()
    accounts = evaluation.effective.accounts if evaluation.effective else ()
    policies = {found.account.id or "": found.resolved.policy if found.resolved else {} for found in accounts}
    return Outcome(frozenset(said | failed), policies)


def _cause(found: Diagnostic) -> StatedValue:
    """What makes a finding the same one after a change: lines move, so neither its place nor its message."""
    return found.name, found.requirement, found.path, found.region, *found.accounts


def main(names: list[str]) -> None:
    """Prints the tally of each project that is named, or of all."""
    for name, folder in PROJECTS.items():
        if not names or name in names:
            sys.stdout.write(f"{name}: {tally(folder)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
