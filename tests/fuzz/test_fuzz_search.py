"""The search itself: every door takes its seeds, a broken law is found, kept and made short, and runs add up."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import pytest
from generators.dice import Dice

from fuzz import laws
from fuzz.campaign import Campaign
from fuzz.doors import NAMES, door
from fuzz.doors.door import Door
from fuzz.findings import Findings, shrunk
from fuzz.laws import BrokenLawError, holds, signature, try_out
from fuzz.mutations import texts, trees
from fuzz.work import GUIDED, Job, Worker


@pytest.mark.parametrize("name", NAMES)
def test_every_law_holds_for_some_seeds_and_what_comes_of_them(name: str) -> None:
    found, dice = door(name), Dice(random.Random(2))
    seeds = list(found.seeds())
    assert len(seeds) > 20
    for text in seeds[:: len(seeds) // 10]:
        found.check(text)
        found.check(found.mutate(text, dice, found.words, seeds))


def test_what_takes_more_time_than_its_length_is_a_breach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laws, "_UNMEASURED", 0.0)
    with pytest.raises(BrokenLawError, match=r"^time: .* for 2 characters"):
        try_out(lambda _: _work(0.02), "ab", seconds_per_character=0.005)
    try_out(lambda _: _work(0.02), "ab" * 100, seconds_per_character=0.005)


def test_what_does_not_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laws, "LONGEST", 0.05)
    with pytest.raises(laws.EndlessError):
        try_out(lambda _: _work(10), "a", seconds_per_character=1)


def test_a_slow_moment_of_the_machine_is_no_breach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laws, "_UNMEASURED", 0.05)
    busy = [0.2, 0.0]
    try_out(lambda _: _work(busy.pop(0)), "a", seconds_per_character=0)
    assert busy == []


def test_a_finding_is_kept_once_for_its_cause_and_as_short_as_it_can_be(tmp_path: Path) -> None:
    findings = Findings(tmp_path)
    for text in ("a long text with an x in it", "another text with an x in it"):
        findings.add(text, _caught(text), _no_x)
    assert findings.names() == ["law-no x"]
    assert (tmp_path / "law-no x.input").read_text(encoding="utf-8") == "x"
    assert "BrokenLawError: no x: found" in (tmp_path / "law-no x.txt").read_text(encoding="utf-8")


def test_exceptions_are_distinguished_by_where_they_arise() -> None:
    with pytest.raises(BrokenLawError) as broken:
        holds("span", condition=False)
    with pytest.raises(TypeError) as raised:
        door("parser").check(7)  # type: ignore[arg-type]  # on purpose
    assert signature(broken.value) == "law-span"
    assert signature(raised.value) == "TypeError-parser-_no_policy_file"


def test_shrinking_leaves_what_is_needed() -> None:
    assert shrunk("{" * 40 + "x" * 40 + "}" * 40, lambda text: "{" in text and "}" in text) == "{}"


@pytest.mark.parametrize("seed", range(5))
def test_mutations_repeat_themselves_and_stay_short(seed: int) -> None:
    text = 'policy a {\n  plan p { regions = [eu-west-1] }\n}\n{"a": [1, {"b": null}]}' * 20
    for mutate in (texts.mutated, trees.mutated, trees.mutated_in_both):
        first, second = (mutate(text, Dice(random.Random(seed)), ("plan", "9"), (text, "[1]")) for _ in range(2))
        assert first == second
        assert len(first) <= texts.LONGEST


@pytest.mark.parametrize("text", ["", "x", "[]", '{"a": {}}', "a: &a [*a]", "2027-01-01: x", "\ud800"])
def test_anything_can_be_mutated(text: str) -> None:
    for seed in range(20):
        for mutate in (texts.mutated, trees.mutated, trees.mutated_in_both):
            assert isinstance(mutate(text, Dice(random.Random(seed)), ("a", "9" * 5000), ("", "[1]")), str)


def test_what_is_put_into_a_tree_is_the_same_the_next_time() -> None:
    texts_ = ('{"a": {"b": {}}}', "[[], {}]")
    rounds = [
        [trees.mutated(text, Dice(random.Random(seed)), ("k",), texts_) for text in texts_ for seed in range(300)]
        for _ in range(2)
    ]
    assert rounds[0] == rounds[1]


@pytest.mark.parametrize("text", ['{"a": [1, {"b": null}]}', "a:\n- 1\n- b: null\n"])
def test_trees_are_still_trees(text: str) -> None:
    written = [trees.mutated(text, Dice(random.Random(seed)), ("k",), ('{"other": [3]}',)) for seed in range(100)]
    assert sum(_is_json(one) for one in written) > 60
    assert len(set(written)) > 60


@pytest.mark.parametrize(
    "guided",
    # atheris looks at all modules first, for ten seconds
    [pytest.param(GUIDED, id="as here", marks=pytest.mark.scale), pytest.param(False, id="without atheris")],
)
def test_runs_add_up_and_one_that_had_its_time_is_not_started_again(guided: bool, tmp_path: Path) -> None:  # noqa: FBT001
    campaign = Campaign(tmp_path, guided=guided)
    (first,) = campaign.run(["cron"], seconds=1, workers=1, seed=1)
    assert first.executions > 100
    assert 0 < first.peak_megabytes < 1024
    assert (first.guided, first.findings, first.killed) == (guided, [], 0)
    assert (first.edges > 0) == guided
    (second,) = campaign.run(["cron"], seconds=1, workers=1, seed=1)
    assert second == first
    assert campaign.record("cron") == first
    assert campaign.record("parser").executions == 0


def test_a_worker_keeps_what_breaks_a_law_and_goes_on(tmp_path: Path) -> None:
    broken = Door("broken", _no_x, lambda: ["a", "b"], ("x",), texts.mutated, seconds_per_character=1)
    worker = Worker(Job("broken", str(tmp_path), seconds=60, seed=1), broken)
    for text in ("a", "ax", "b", "x"):
        worker.attempt(text)
    worker.tell()
    assert json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["executions"] == 4
    assert Campaign(tmp_path.parent).record(tmp_path.name).findings == ["law-no x"]


def _work(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def _no_x(text: str) -> None:
    holds("no x", "x" not in text, "found")


def _caught(text: str) -> BrokenLawError:
    with pytest.raises(BrokenLawError) as caught:
        _no_x(text)
    return caught.value


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), (dict, list))
    except ValueError:
        return False
