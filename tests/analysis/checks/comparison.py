"""What the checks say of a generated project, and what the oracle claims, account by account."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from aws.merge.comparison import seconds_between
from generators.organizations import account_paths, levels_of
from oracle.checks import CHECKS, claims
from oracle.claims import Claim
from oracle.deployed import Case, read_plans, segment
from oracle.effective import Result, effective

from policyengine.base.source import Source
from policyengine.engine import evaluate

Tree = dict[str, Any]

AT = datetime(2026, 12, 1, 7, 40, tzinfo=UTC)


class Row(NamedTuple):
    """A check's name, an account, an effective path and a Region."""

    name: str
    account: str
    path: str
    region: str


def differences(snapshot: Tree) -> Iterator[str]:
    """Findings that the oracle does not claim, and claims without a finding; nothing when they agree."""
    found = findings(snapshot)
    expected = [(name, number, claim) for number, name, claim in expectations(snapshot)]
    covered = {row for row in found if any(_covers(row, *claim) for claim in expected)}
    for row in sorted(found - covered):
        yield f"engine alone: {row}"
    for name, number, claim in expected:
        if not claim.may and not any(_covers(row, name, number, claim) for row in found):
            yield f"oracle alone: {name} {number} {sorted(claim.paths)} {claim.region}"


def findings(snapshot: Tree) -> set[Row]:
    """What the engine finds by the checks that the oracle has, too."""
    evaluation = evaluate([], Source("organization.json", json.dumps(snapshot)), at=AT)
    assert evaluation.refused == ()
    assert not evaluation.stopped
    return {
        Row(found.name, number, found.path, found.region)
        for found in evaluation.diagnostics
        if found.name in CHECKS
        for number in found.accounts
    }


def expectations(snapshot: Tree) -> Iterator[tuple[str, str, Claim]]:
    """Account, check and claim."""
    paths = account_paths(snapshot)
    members = {number: _units(path) for path, number in paths.items()}
    for number in paths.values():
        levels = levels_of(snapshot, number)
        merged = effective(levels, at=AT, next_two=seconds_between)
        spelled = _spelled(snapshot, merged)
        case = Case(number, members[number], read_plans(merged.policy or {}, spelled), snapshot, members, AT.date())
        for name, claimed in claims(case).items():
            yield from ((number, name, claim) for claim in claimed)


def _covers(row: Row, name: str, number: str, claim: Claim) -> bool:
    return row.account == number and row.name == name and row.region == claim.region and row.path in claim.paths


def _units(path: str) -> list[str]:
    """The paths of the units above an account, from the top down. The generator's names have no slash."""
    steps = path.split("/")
    return ["/".join(steps[:depth]) for depth in range(1, len(steps))]


def _spelled(snapshot: Tree, merged: Result) -> dict[str, str]:
    """The keys of copies as the policies write them that set their targets, by effective path."""
    found = {}
    for path, rows in merged.trail.items():
        if path.endswith("/target_backup_vault_arn"):
            author = next(policy for policy, _, _, outcome in reversed(rows) if outcome == "applied")
            place = path.rpartition("/")[0]
            found[place] = _key_at(snapshot["policies"][author]["content"], "", place)
    return found


def _key_at(node: Tree, path: str, wanted: str) -> str:
    """The key that leads to a folded path in a document."""
    for key, below in node.items():
        place = f"{path}/{segment(key.lower())}" if path else segment(key.lower())
        if place == wanted:
            return key
        if wanted.startswith(f"{place}/"):
            return _key_at(below, place, wanted)
    raise KeyError(wanted)
