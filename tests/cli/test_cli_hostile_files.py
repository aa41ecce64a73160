"""Hostile files through every command: a finding or a clear error, soon, in little memory."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.command import SNAPSHOT, Command, write
from cli.hostile import CONTENTS, harmless

pytestmark = pytest.mark.scale

SECONDS = 5.0
GIBIBYTE = 1 << 30

AS_DOCUMENT = [["validate", "x.json"], ["validate", "x.json", "--format", "json"], ["import", "x.json"]]
AS_SNAPSHOT = [
    ["check", "--snapshot", "x.yaml"],
    ["show", "--snapshot", "x.yaml", "--format", "json"],
    ["effective", "--all", "--snapshot", "x.json"],
    ["explain", "books", "--snapshot", "x.json"],
    ["schedule", "books", "--snapshot", "x.yaml"],
    ["diff", "x.json", "x.yaml"],
]
AS_POLICY = [
    ["check", "policy"],
    ["check", "policy", "--format", "json"],
    ["compile", "policy"],
    ["show", "policy"],
    ["effective", "--all", "-C", "policy"],
    ["explain", "books", "-C", "policy"],
    ["fmt", "--check", "policy/x.bpol"],
    ["fmt", "--diff", "policy"],
    ["test", "policy"],
    ["diff", "policy", "config"],
]
AS_CONFIGURATION = [["check", "config"], ["compile", "config"]]
AS_BASELINE = [["check", "base"], ["diff", "base", "base"]]
BASE = {"base/organization.yaml": SNAPSHOT, "base/policyengine.toml": "[gate]\nbaseline = 'x.json'\n"}


@pytest.mark.parametrize("name", CONTENTS)
def test_files(policyengine: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    files = {"policy/organization.yaml": SNAPSHOT, "config/a.bpol": "policy a { }\n", **BASE}
    monkeypatch.chdir(write(tmp_path, files))
    for place in ("x.json", "x.yaml", "policy/x.bpol", "config/policyengine.toml", "base/x.json"):
        (tmp_path / place).write_bytes(CONTENTS[name])
    for command in (*AS_DOCUMENT, *AS_SNAPSHOT, *AS_POLICY, *AS_CONFIGURATION, *AS_BASELINE):
        started = time.process_time()
        ran = policyengine(*command)
        assert time.process_time() - started < SECONDS, command
        harmless(ran)
        assert len(ran.out) + len(ran.err) < 200_000, command


@pytest.mark.parametrize(
    ("command", "name", "code", "message"),
    [
        ("validate", "empty", 1, "the text is empty, expected a JSON object"),
        ("validate", "latin-1", 2, "x.json:1: not UTF-8 text (byte 2 is 0xe9)"),
        ("validate", "utf-16", 2, "x.json:1: not UTF-8 text (byte 0 is 0xff)"),
        ("validate", "10 MB of braces", 1, "expected a key in double quotes, found `{` (line 1, column 2)"),
        ("validate", "braces in json", 1, "the brackets nest too deeply"),
        ("validate", "nan in json", 1, "expected a number, found `NaN`"),
        ("validate", "keys twice in json", 1, "`plans` stands twice"),
        ("validate", "a lone surrogate", 1, ""),
        ("validate", "a mark", 0, "admitted"),
        ("show", "empty", 2, "x.yaml:1: the file is empty"),
        ("show", "binary", 2, "x.yaml:2: not UTF-8 text (byte 128 is 0x80)"),
        ("show", "nul", 2, "x.yaml:1: the character U+0000 does not belong in a text file"),
        ("show", "brackets in yaml", 2, "the nesting is deeper than 100 levels"),
        ("show", "aliases", 2, "the aliases of this file expand to more than 1,000,000 values"),
        ("show", "an alias of itself", 2, "the alias `*a` stands inside the value that it repeats"),
        ("show", "a merge key", 2, "merge keys are not supported: write the keys out"),
        ("show", "a tag", 2, "tags such as `!!python/object/apply:os.system` are not supported"),
        ("show", "two documents", 2, "x.yaml:2: expected one document, a second one begins here"),
        ("show", "keys twice in yaml", 2, "x.yaml:2: version: `version` stands twice in one mapping, first on line 1"),
        ("show", "unknown keys", 2, "unknown key `nmae`; did you mean `name`?"),
        ("show", "a lone surrogate", 2, "x.yaml:1: root.name: "),
        ("check", "empty", 0, "pass: 3 accounts, 0 policies"),
        ("check", "utf-16", 2, "x.bpol:1: not UTF-8 text (byte 0 is 0xff)"),
        ("check", "nul", 1, "forbidden-character"),
        ("check", "blocks in a policy", 1, "x.bpol:1:"),
        ("check", "brackets in a policy", 1, "nested-too-deeply"),
        ("check", "parentheses", 1, "nested-too-deeply"),
        ("check", "nots", 1, "x.bpol:1:"),
        ("check", "a huge duration", 1, "x.bpol:1:39"),
    ],
)  # fmt: skip
def test_what_is_said(  # noqa: PLR0913, PLR0917 - a table's columns
    policyengine: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    name: str,
    code: int,
    message: str,
) -> None:
    monkeypatch.chdir(write(tmp_path, {"organization.yaml": SNAPSHOT}))
    files = {"validate": "x.json", "show": "x.yaml", "check": "x.bpol"}
    (tmp_path / files[command]).write_bytes(CONTENTS[name])
    arguments = {"validate": ["x.json"], "show": ["--snapshot", "x.yaml"], "check": []}
    ran = policyengine(command, *arguments[command])
    assert ran.code == code
    assert message in ran.out + ran.err


LIMITED = """
import resource, sys
from policyengine.cli.app import run

limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
commands = (["check", "."], ["fmt", "--check", "."], ["validate", "x.json"], ["show", "--snapshot", "x.yaml"])
codes = [run([*command, "--quiet"]) for command in commands]
sys.exit(codes != [1, 1, 1, 2])
"""


@pytest.mark.parametrize("text", ["{", "["])
def test_ten_megabytes_in_one_gibibyte(tmp_path: Path, text: str) -> None:
    for name in ("x.bpol", "x.json", "x.yaml"):
        (tmp_path / name).write_text(text * 10_000_000)
    ran = subprocess.run(
        [sys.executable, "-c", LIMITED, str(GIBIBYTE)], cwd=tmp_path, capture_output=True, check=False, timeout=60
    )
    assert (ran.returncode, b"internal error" in ran.stderr) == (0, False)


def test_long_lines_are_shown_around_the_mark(policyengine: Command, tmp_path: Path) -> None:
    long = "x" * 300
    write(tmp_path, {"a.bpol": f'policy a "{long}" {{ plan p {{ vualt = "{long}" }} }}\n'})
    lines = policyengine("compile", tmp_path).out.splitlines()
    assert lines[3].startswith("1 | …xxx")
    assert lines[3].endswith("xxx…")
    assert lines[3][lines[4].index("^") :].startswith("vualt = ")
    assert max(map(len, lines)) < 200
