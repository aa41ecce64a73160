"""The baseline as a file: what it may hold, and what is said of one that was edited by hand."""

from __future__ import annotations

import json

import pytest

from policyengine.analysis.findings.baseline import Baseline, baseline_schema, read_baseline
from policyengine.base.errors import ConfigurationError
from policyengine.base.source import Source

ENTRY = {"name": "operator-blocked", "message": "m"}


def read(findings: object, **more: object) -> Baseline:
    text = json.dumps({"schema": "policyengine/baseline/1", "findings": findings, **more}, indent=1)
    return read_baseline(Source("baseline.json", text))


def told(text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        read_baseline(Source("baseline.json", text))
    return [line.removeprefix("baseline.json:") for line in str(caught.value).splitlines()]


def test_every_part_is_read() -> None:
    (entry,) = read(
        [
            {
                **ENTRY,
                "requirement": "sealed",
                "file": "a.bpol",
                "path": "plans/daily",
                "region": "eu-west-1",
                "policies": ["baseline", "shops"],
                "accounts": ["222222222222"],
            }
        ]
    ).findings
    assert (entry.name, entry.message, entry.requirement) == ("operator-blocked", "m", "sealed")
    assert (entry.file, entry.path, entry.region) == ("a.bpol", "plans/daily", "eu-west-1")
    assert (entry.policies, entry.accounts) == (("baseline", "shops"), ("222222222222",))


def test_what_is_left_out_is_not_there() -> None:
    (entry,) = read([ENTRY]).findings
    assert (entry.requirement, entry.file, entry.path, entry.region) == (None, None, "", None)
    assert (entry.policies, entry.accounts) == ((), ())
    assert read([]).findings == ()


def test_a_finding_may_state_an_empty_text() -> None:
    """A violation that expects nothing in particular does: `--update-baseline` writes it, so it has to be read."""
    (entry,) = read([{**ENTRY, "values": ["account has no plan `x`", ""]}]).findings
    assert entry.values == ("account has no plan `x`", "")


WRONG_VERSION = (
    "2: schema: expected `policyengine/baseline/1`, found the text `policyengine/baseline/2`; "
    "did you mean `policyengine/baseline/1`?"
)
HEAD = '{\n"schema": "policyengine/baseline/1",\n'


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", ["1: the file is empty; expected a mapping with `schema` and `findings`"]),
        ("[]", ["1: expected a mapping with `schema` and `findings`, found a list"]),
        ("{}", ["1: schema: `schema` is missing", "1: findings: `findings` is missing"]),
        ('{\n"schema": "policyengine/baseline/2",\n"findings": []}',
         [WRONG_VERSION]),
        (HEAD + '"findings": [],\n"finding": []}', ["4: finding: unknown key `finding`; did you mean `findings`?"]),
        (HEAD + '"findings": [\n{"name": "x"}]}', ["4: findings[0].message: `message` is missing"]),
        (HEAD + '"findings": [\n{"name": "x", "message": "m",\n"accounts": ["12"]}]}',
         ["5: findings[0].accounts[0]: account ids are 12 digits, found the text `12`"]),
        (HEAD + '"findings": [\n{"name": "", "message": 5}]}',
         ["4: findings[0].name: an empty text stands here",
          '4: findings[0].message: expected text, found the number 5: put it in quotes: "5"']),
        (HEAD + "<<<<<<< ours\n", ["3: expected a key in double quotes, found `<` (column 1)"]),
    ],
)  # fmt: skip
def test_faults_are_reported_with_their_lines(text: str, faults: list[str]) -> None:
    assert told(text) == faults


def test_the_schema_says_the_same() -> None:
    schema = baseline_schema()
    assert schema["required"] == ["schema", "findings"]
    assert schema["$defs"]["Accepted"]["required"] == ["name", "message"]
