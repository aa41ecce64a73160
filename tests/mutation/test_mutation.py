"""The tool itself: which faults it makes of a line, and whether it sees what tests notice."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mutation.mutants import ROOT, mutants
from mutation.trials import Reach, selected


@pytest.mark.parametrize(
    ("line", "faulty"),
    [
        ("a < b", ["a <= b", "a >= b"]),
        ("a is b", ["a is not b"]),
        ("a and b and c", ["b and c", "a and c", "a and b"]),
        ("not a", ["a"]),
        ("a + b", ["a - b"]),
        ("a or 3", ["3", "a", "a or 4"]),
        ("f('text', key=True)", ["pass", "f('text')", "f('textx', key=True)", "f('text', key=False)"]),
        ("a[b:]", ["a[:]"]),
        ("a if b else c", ["a", "c"]),
        ("[a for a in b if c]", ["[a for a in b]"]),
        ("a[b] = min(c)", ["pass", "a[b] = max(c)"]),
        ("a += b", ["pass"]),
        ("a = b", []),
        ("raise a", ["pass"]),
        ("if a:\n    b", ["if True:\n    b", "if False:\n    b"]),
        ("def f() -> int:\n    '''Says.'''\n    return a", ["def f() -> int:\n    '''Says.'''\n    return None"]),
        ("def f():\n    yield a", ["def f():\n    yield from ()"]),
        ("match a:\n    case b:\n        c", ["match a:\n    case b if False:\n        c"]),
        ("import a", []),
        ("Type = Literal['a']", []),
        ("a: 'Type' = b", []),
    ],
)
def test_a_line_has_these_faults(line: str, faulty: list[str]) -> None:
    found = []
    for mutant in mutants("policyengine/some.py", line):
        with mutant.planted() as tree:
            found.append(ast.unparse(tree))
    assert found == [ast.unparse(ast.parse(expected)) for expected in faulty]


def test_a_mutant_tells_where_it_is_and_what_changed() -> None:
    text = "LEAST = 1\n\ndef enough(days: int) -> bool:\n    return fits(days, least=LEAST)\n"

    assert [str(mutant) for mutant in mutants("policyengine/cron/some.py", text)] == [
        "policyengine/cron/some.py:1 module: `1` -> `2`",
        "policyengine/cron/some.py:4 enough: `return fits(days, least=LEAST)` -> `return None`",
        "policyengine/cron/some.py:4 enough: `least=LEAST` -> ``",
    ]


@pytest.mark.parametrize(
    ("line", "seconds", "tests"),
    [
        (4, 9, ["tests/cron/quick", "tests/cron/slow", "tests/plan/quick"]),
        (4, 1.75, ["tests/cron/quick", "tests/cron/slow"]),
        (4, 0, ["tests/cron/quick"]),
        (1, 0.6, ["tests/cron/quick", "tests/cron/other"]),
        (1, 9, ["tests/cron/quick", "tests/cron/other", "tests/cron/slow", "tests/plan/quick"]),
    ],
)
def test_tests_that_reach_a_line_are_tried_the_quickest_of_the_own_room_first(
    line: int, seconds: float, tests: list[str]
) -> None:
    file = "policyengine/cron/some.py"
    known = [
        Reach("tests/plan/quick", 0.1, {file: [4]}),
        Reach("tests/cron/slow", 1.5, {file: [4]}),
        Reach("tests/cron/quick", 0.2, {file: [4]}),
        Reach("tests/cron/other", 0.3, {file: [5]}),
        Reach("tests/cron/elsewhere", 0.1, {"policyengine/cron/more.py": [4]}),
    ]
    at = {mutant.line: mutant for mutant in mutants(file, "LEAST = 1\n\ndef enough():\n    return 5")}

    assert [reach.test for reach in selected(at[line], "cron", known, seconds)] == tests


def test_cases_of_one_table_make_room_for_others() -> None:
    file = "policyengine/cron/some.py"
    known = [Reach(f"tests/cron/table[{case}]", 0.1, {file: [1]}) for case in "abc"]
    known.append(Reach("tests/cron/other", 0.15, {file: [1]}))
    (mutant,) = mutants(file, "LEAST = 1")

    tests = [reach.test for reach in selected(mutant, "cron", known, 9)]

    assert tests == ["tests/cron/table[a]", "tests/cron/other", "tests/cron/table[b]", "tests/cron/table[c]"]


def test_faults_in_a_file_of_nothing_but_tables_are_tried_by_every_test() -> None:
    known = [Reach(f"tests/{test}", 0.1, {"policyengine/cron/more.py": [4]}) for test in ("cron/own", "plan/other")]
    (mutant,) = mutants("policyengine/cron/some.py", "LEAST = 1")

    assert [reach.test for reach in selected(mutant, "cron", known, 9)] == ["tests/cron/own", "tests/plan/other"]


@pytest.mark.scale
def test_faults_are_tried_and_counted(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mutation", "aws/cron", "--own", "--sample", "20", "--state", str(tmp_path)]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": "tests"}, capture_output=True, text=True, check=False
    )

    counted = re.search(r"^aws/cron: (\d+) of 20 noticed", done.stdout, re.MULTILINE)
    assert counted, done.stderr
    assert int(counted[1]) >= 15
