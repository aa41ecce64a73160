"""The benchmarks: that they run, what their inputs are, and that the page shows the last run. No figure is judged."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from shutil import which
from typing import Literal

import pytest
from mutation.forks import in_fork

from benchmarks import ROOT
from benchmarks.__main__ import main
from benchmarks.check import check
from benchmarks.figures import Figure, Goal, Measurement
from benchmarks.inputs.organizations import SMALL, Organization, Unit, chains, edited, organization
from benchmarks.inputs.projects import ASKING, snapshot_text, texts
from benchmarks.inputs.shapes import SHAPES
from benchmarks.inputs.shapes import main as check_shape
from benchmarks.inputs.written import bpol, document
from benchmarks.machine import PEERS
from benchmarks.measures import MEASURES, ON_DEMAND
from benchmarks.measures.gate import counted_instructions
from benchmarks.moment import AT
from benchmarks.page import told, write_page
from benchmarks.report import as_json, figures_table, from_json, goals_table
from benchmarks.scale import quick
from benchmarks.timing import Process, instructions, run_python
from policyengine.aws.merge import resolve
from policyengine.aws.organization import attach
from policyengine.aws.snapshot.snapshot import read_snapshot
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.source import Source
from policyengine.cli.app import run
from policyengine.engine import compile_and_admit, compile_sources, evaluate


def checked_shape(words: Sequence[str]) -> int:
    check_shape(words[0], words[1])
    return 0


IN_FORKS: dict[str, Callable[[Sequence[str]], int]] = {"benchmarks.inputs.shapes": checked_shape, "policyengine": run}


def run_forked(command: Sequence[str], codes: tuple[int, ...] = (0,)) -> Process:
    """What `run_python` gives, of a module that is imported already: a start takes longer than what a little takes."""
    _, module, *words = command
    before = os.times()
    code = in_fork(lambda: IN_FORKS[module](words))
    after = os.times()
    assert code in codes, command
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Process(cpu, after.elapsed - before.elapsed, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000)


@pytest.fixture(scope="module")
def small() -> Organization:
    return organization(SMALL, 1)


@pytest.mark.scale
def test_every_measure_is_taken_and_written(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- begin: written by `python -m benchmarks` -->\n<!-- end -->\nafter\n")
    command = [sys.executable, "-m", "benchmarks", "--quick", "--json", str(tmp_path / "run.json"), "--page", str(page)]
    # Without valgrind, in which a start takes half a minute: counting instructions has tests of its own.
    environment = {**os.environ, "PATH": str(Path(sys.executable).parent)}
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL
    )
    run = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))

    assert [found["name"] for found in run["measures"]] == list(MEASURES)
    assert all(found["figures"] and (found["goals"] or found["skipped"]) for found in run["measures"])
    assert all(figure["value"] != 0 for found in run["measures"] for figure in found["figures"])
    assert page.read_text(encoding="utf-8").startswith("before\n")
    assert told(run) in page.read_text(encoding="utf-8")
    assert all(line in done.stdout for line in goals_table(from_json(run)).splitlines())
    left_out = {name for found in run["measures"] for name in found["skipped"]}
    assert bool(left_out) == any(run["versions"][name] == "not installed" for name in PEERS)


@pytest.mark.scale
def test_instructions_are_counted_where_there_is_valgrind(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = iter([9_000_000, 5_000_000, 3_000_000])

    def counted(command: Sequence[str], codes: tuple[int, ...]) -> int:
        run_python(command, codes)  # valgrind would take a minute
        return next(counts)

    monkeypatch.setattr(import_module("benchmarks.measures.gate"), "instructions", counted)
    small = quick(1)
    assert [(figure.name, figure.value) for figure in counted_instructions(small)] == [
        (f"{SMALL.accounts:,} accounts: check, instructions", 9),
        (f"{SMALL.accounts:,} accounts: json.loads, instructions", 2),
    ]
    monkeypatch.setattr(import_module("benchmarks.measures.gate"), "instructions", lambda *_, **__: None)
    assert list(counted_instructions(small)) == []


@pytest.mark.scale
def test_instructions_are_those_of_the_command() -> None:
    count = instructions(["-I", "-S", "-c", "raise SystemExit(1)"], (1,))

    assert (count is None) == (which("valgrind") is None)
    assert count is None or count > 1_000_000


def test_the_page_shows_the_last_run() -> None:
    run = json.loads((ROOT / "benchmarks" / "figures.json").read_text(encoding="utf-8"))

    assert told(run) in (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    assert [found.name for found in from_json(run)] == list(MEASURES)


def test_a_seed_gives_one_input() -> None:
    assert snapshot_text(organization(SMALL, 1)) == snapshot_text(organization(SMALL, 1))
    assert snapshot_text(organization(SMALL, 1)) != snapshot_text(organization(SMALL, 2))


def test_an_organization_has_its_size(small: Organization) -> None:
    attached = {name for _, chain in chains(small) for names in chain for name in names}
    ends = {unit.level for unit in _units(small.root) if not unit.units}

    assert len(list(chains(small))) == SMALL.accounts
    assert len(small.policies) == SMALL.policies
    assert attached <= small.policies.keys()
    assert max(ends) in (4, 5)


@pytest.mark.parametrize("where", ["leaf", "root"])
def test_an_edit_changes_one_policy(small: Organization, where: Literal["leaf", "root"]) -> None:
    after = edited(small, where)
    changed = {name for name, policy in after.policies.items() if policy != small.policies[name]}
    reached = [account for account, chain in chains(after) if changed & {name for names in chain for name in names}]

    assert len(changed) == 1
    assert len(reached) == {"leaf": 1, "root": SMALL.accounts}[where]


def test_measures_that_are_not_taken_anew_stay(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    kept = Measurement("reading", "Reading", (Figure("a ride", 1.5, "s"),))
    file.write_text(json.dumps(as_json([kept], {}, {}, 1)), encoding="utf-8")

    assert main(["demands", "--quick", "--json", str(file)]) == 0
    assert [found.name for found in from_json(json.loads(file.read_text(encoding="utf-8")))] == ["demands", "reading"]


def test_the_text_compiles_to_the_document_and_is_admitted(small: Organization) -> None:
    sources = [Source(f"{name}.bpol", bpol(policy)) for name, policy in small.policies.items()]
    outcome = compile_and_admit(sources, at=AT)

    assert outcome.diagnostics == ()
    assert {policy.name: policy.content for policy in outcome.value.policies} == {
        name: document(policy) for name, policy in small.policies.items()
    }


def test_text_and_snapshot_say_the_same(small: Organization) -> None:
    bare = read_snapshot(Source("organization.json", snapshot_text(small, stored=False)))
    compiled = compile_sources([Source(name, text) for name, text in texts(small)])
    stored = read_snapshot(Source("organization.json", snapshot_text(small)))
    written, pulled = (resolve(attach(*given).value, at=AT) for given in ((bare, compiled.value), (stored,)))

    assert [found.published for found in written.accounts] == [found.published for found in pulled.accounts]
    assert {found.status for found in pulled.accounts} == {"valid"}


def test_where_the_vault_for_copies_is_ordinary_every_plan_violates_a_pack(small: Organization) -> None:
    asking = [Source("asking.bpol", ASKING)]
    found = {
        air_gapped: check(asking, Source("organization.json", snapshot_text(small, air_gapped=air_gapped)))
        for air_gapped in (True, False)
    }
    violated = {given: _violations(verdict.diagnostics) for given, verdict in found.items()}

    assert violated[False] >= violated[True] + SMALL.policies


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_is_a_project_that_runs_to_its_end(name: str) -> None:
    project = SHAPES[name].project(3)
    snapshot = Source("organization.json", json.dumps(project.snapshot))
    found = evaluate([Source("project.bpol", project.text)], snapshot, at=AT)
    refused = [one.name for one in found.diagnostics if one.code.startswith("PE2")]

    assert not found.stopped
    assert set(refused) == ({"unknown-key"} if name == "refused" else set())
    assert found.effective
    assert found.effective.accounts


@pytest.mark.scale
def test_shapes_are_measured_where_they_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run_python(("-m", "benchmarks.inputs.shapes", "vaults", "1")).cpu > 0
    monkeypatch.setattr(import_module("benchmarks.measures.shapes"), "run_python", run_forked)
    found = ON_DEMAND["shapes"](quick(1))

    assert {goal.name for goal in found.goals} >= {f"largest of {name}" for name in SHAPES}
    assert all(figure.value < 60 for figure in found.figures)


@pytest.mark.scale
def test_organizations_without_end_are_measured_where_they_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("benchmarks.measures.huge"), "run_python", run_forked)
    found = ON_DEMAND["huge"](quick(1))

    assert all(figure.value > 0 for figure in found.figures)
    assert {goal.unit for goal in found.goals} == {"exponent", "MB"}


def test_a_run_is_read_back_as_it_was_written() -> None:
    measurement = Measurement(
        "speed",
        "Speed",
        (Figure("a ride", 1.5, "s", "one lap"),),
        (Goal("fast", 2, 3, "times", least=True),),
        ("bike",),
    )

    assert from_json(as_json([measurement], {}, {}, 1)) == (measurement,)
    assert "| a ride | 1.500 s  | one lap |" in figures_table(measurement)
    assert "Skipped, not installed: bike." in figures_table(measurement)


@pytest.mark.parametrize(
    ("value", "least", "holds"),
    [(2, False, True), (3, False, True), (4, False, False), (2, True, False), (4, True, True)],
)
def test_a_goal_is_a_limit_from_above_or_below(value: float, least: bool, holds: bool) -> None:  # noqa: FBT001
    goal = Goal("fast", value, 3, "times", least)

    assert goal.holds is holds
    assert ("holds" if holds else "**missed**") in goals_table([Measurement("", "", (), (goal,))])


def test_a_page_without_a_place_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing\n")
    with pytest.raises(ValueError, match="no place for the tables"):
        write_page(page, as_json([], {}, {}, 1))
    assert page.read_text() == "nothing\n"


def _units(unit: Unit) -> list[Unit]:
    return [below for child in unit.units for below in (child, *_units(child))]


def _violations(diagnostics: Sequence[Diagnostic]) -> int:
    return sum(found.name == "requirement-violated" for found in diagnostics)
