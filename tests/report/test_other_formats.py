"""`test` as JUnit XML, `prove` as a page, commands about resources for pull requests."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from cli.command import AT, POLICY, SNAPSHOT, Command, project_in
from report.test_check_hostile import HOSTILE, OBEYED, harmless_html

from policyengine.language.syntax import quote

ROOT = Path(__file__).parents[1] / "golden"
GOLDEN = Path(__file__).parent / "golden_other"
RESOURCES = ("covered", "--inventory", "covered/inventory.csv")
AUDITED = ("audited", "--inventory", "audited/inventory.csv")
CASES = {
    "controls.md": ("controls", *AUDITED, "--framework", "audited/framework.json", "--format", "markdown"),
    "controls.config.json": ("controls", *AUDITED, "--framework", "audited/framework.json", "--format", "config"),
    "restore-tests.md": ("restore-tests", *AUDITED, "--max-untested", "0", "--format", "markdown"),
    "test.xml": ("test", "tested", "--min-coverage", "90", "--format", "junit"),
    "coverage.md": ("coverage", *RESOURCES, "--max-unprotected", "5%", "--format", "markdown"),
    "coverage.txt": ("coverage", *RESOURCES, "--max-unprotected", "5%", "--format", "github"),
    "prove.md": ("prove", "proven", "--suggest", "--format", "markdown"),
    "prove.html": ("prove", "proven", "--suggest", "--format", "html"),
}
EXPECTED = 'test NAME { given account "books" expect plans["daily"].rules["nightly"].retention == 35 days }\n'
REQUIRED = "require kept NAME { assert every rule satisfies rule.retention >= 40 days }\n"
REFUSED = ("empty", "nul")  # names that a snapshot may not have
WRITABLE = [name for name, text in HOSTILE.items() if text.isascii() or text.encode(errors="ignore").decode() == text]


@pytest.mark.parametrize("name", CASES)
def test_formats_word_for_word(policyengine: Command, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """`UPDATE_GOLDEN=1` writes the files anew; styles are left out of the page, and the folder."""
    monkeypatch.chdir(ROOT)
    ran = policyengine(*CASES[name], "--at", AT)
    shown = re.sub(r"<style>.*?</style>\n|'sha256-[^']*' ?", "", ran.out, flags=re.DOTALL)
    shown = re.sub(r'file="[^"]*tested/', 'file="tested/', shown)
    shown = re.sub(r"file=[^,\"]*covered/", "file=covered/", shown)
    if os.environ.get("UPDATE_GOLDEN"):
        (GOLDEN / name).write_text(shown, encoding="utf-8")
    assert (ran.code, ran.err) == (1, "")
    assert shown == (GOLDEN / name).read_text(encoding="utf-8")


def test_every_golden_file_is_compared() -> None:
    assert {file.name for file in GOLDEN.iterdir()} == set(CASES)


@pytest.mark.parametrize("form", ["junit", "json", "terminal"])
def test_faults_that_keep_tests_from_running(policyengine: Command, tmp_path: Path, form: str) -> None:
    ran = policyengine("test", project_in(tmp_path, policy=POLICY.replace("vault", "vualt")), "--format", form)
    assert (ran.code, ran.err) == (1, "")
    assert "unknown-setting" in ran.out
    if form == "junit":
        (case,) = ET.fromstring(ran.out).iter("testcase")  # noqa: S314 - our own report
        assert (case.get("file"), case.find("failure") is None) == ("policy.bpol", False)


def test_files_are_named_as_their_repository_has_them(policyengine: Command, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    project_in(tmp_path / "infra", policy=POLICY + EXPECTED.replace("NAME", '"kept"'))
    ran = policyengine("test", tmp_path / "infra", "--format", "junit", "--at", AT)
    (case,) = ET.fromstring(ran.out).iter("testcase")  # noqa: S314 - our own report
    assert (case.get("file"), case.get("name")) == ("infra/policy.bpol", "kept")


@pytest.mark.parametrize("form", ["markdown", "html", "json", "terminal"])
def test_what_cannot_be_proven_says_why(policyengine: Command, tmp_path: Path, form: str) -> None:
    ran = policyengine("prove", project_in(tmp_path, policy=POLICY.replace("vault", "vualt")), "--format", form)
    assert (ran.code, ran.err) == (2, "")
    assert "unknown-setting" in ran.out


@pytest.mark.parametrize("name", WRITABLE)
def test_nothing_breaks_out(policyengine: Command, tmp_path: Path, name: str) -> None:
    """The name is that of a test and of a unit, and the title of a requirement."""
    told = json.dumps(HOSTILE[name])
    policy = POLICY + (EXPECTED.replace("35", "7") + REQUIRED).replace("NAME", quote(HOSTILE[name]))
    project = project_in(tmp_path, policy=policy, organization=SNAPSHOT.replace("name: Shops", f"name: {told}"))
    for command, form in (("prove", "markdown"), ("prove", "html"), ("test", "junit")):
        ran = policyengine(command, project, "--format", form, "--at", AT)
        assert ran.code == 1 or name in REFUSED
        assert [c for c in ran.out if not c.isprintable() and c != "\n"] == []
        assert OBEYED.search(ran.out) is None
        if form == "markdown":
            assert harmless_html(ran.out)
        elif form == "html":
            assert "<script" not in ran.out
        elif ran.code != 2:  # the snapshot takes the name
            ET.fromstring(ran.out)  # noqa: S314 - our own report
