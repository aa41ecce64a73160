"""`check --format html` without a browser: one file that allows itself nothing, in which everything stands once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from cli.command import AT, Command, write
from cli.hostile import NAMES
from report.pages import Html, Json, shop

from policyengine.report.html.offline_page import embedded


def page(policyengine: Command, project: Path, *more: str) -> Html:
    return Html(policyengine("check", project, "--format", "html", "--at", AT, *more).out)


@pytest.fixture
def shown(policyengine: Command, tmp_path: Path) -> Json:
    return page(policyengine, shop(tmp_path)).data


def test_page_is_one_file_that_loads_nothing(policyengine: Command, tmp_path: Path) -> None:
    found = page(policyengine, shop(tmp_path))
    assert {"link", "img", "iframe", "object", "embed", "base"}.isdisjoint(tag for tag, _ in found.elements)
    assert not [attributes for _, attributes in found.elements if {"src", "style", "onclick"} & attributes.keys()]
    assert {a["href"] for tag, a in found.elements if tag == "a"} == {"#search", "#tree", "#details"}
    assert "http" not in " ".join(found.styles + found.scripts)


def test_page_allows_its_own_scripts_and_styles_and_nothing_else(policyengine: Command, tmp_path: Path) -> None:
    found = page(policyengine, shop(tmp_path))
    hashes = {
        kind: [f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in texts]
        for kind, texts in (("script-src", found.scripts), ("style-src", found.styles))
    }
    nothing = ["'none'"]
    assert found.content_policy == {"default-src": nothing, "base-uri": nothing, "form-action": nothing, **hashes}
    assert len(found.scripts) > 5


def test_scripts_make_elements_in_one_place_only(policyengine: Command, tmp_path: Path) -> None:
    scripts = page(policyengine, shop(tmp_path)).scripts
    assert [script for script in scripts if "innerHTML" in script or "insertAdjacent" in script] == []
    assert len([script for script in scripts if "createElement" in script]) == 1


def test_head_tells_the_verdict_without_a_script(policyengine: Command, tmp_path: Path) -> None:
    words = " ".join(page(policyengine, shop(tmp_path)).words.split())
    assert (
        "policyengine check Root, o-shop fail 5 accounts 3 policies 1 requirement 3 error findings 3 warning findings 1 waived"
        in words
    )
    assert "as of 2026-09-13T07:00:00Z" in words


def test_exit_code_is_the_gates(policyengine: Command, tmp_path: Path) -> None:
    project = shop(tmp_path)
    assert policyengine("check", project, "--format", "html", "--at", AT).code == 1
    assert policyengine("check", project, "--format", "html", "--at", AT, "--quiet").out.startswith("<!doctype html>")


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "policyengine", "check", str(shop(tmp_path)), "--format", "html", "--at", AT]
    runs = [
        subprocess.run(command, check=False, capture_output=True, env={**os.environ, "PYTHONHASHSEED": seed}).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert len(runs[0]) > 10_000


def test_other_formats_do_without_the_template_engine(tmp_path: Path) -> None:
    script = (
        "import sys; from policyengine.cli.app import run;"
        f"run(['check', {str(shop(tmp_path))!r}, '--format', 'json', '--output', {str(tmp_path / 'out')!r}]);"
        "sys.exit('jinja2' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@pytest.mark.parametrize("name", [*NAMES, "end of script", "comment"])
def test_names_stay_text(policyengine: Command, tmp_path: Path, name: str) -> None:
    hostile = {**NAMES, "end of script": "</script><script>alert(1)</script>", "comment": "<!--<script>-->"}[name]
    snapshot = {
        "version": 1,
        "root": {
            "name": hostile,
            "accounts": [{"id": "111111111111", "name": hostile, "tags": {"k": hostile}}],
            "policies": [hostile],
        },
        "policies": {hostile: {"content": {"plans": {"p": {"regions": {"@@assign": ["eu-west-1"]}}}}}},
    }
    ran = policyengine("check", write(tmp_path, {"organization.json": json.dumps(snapshot)}), "--format", "html")
    if ran.code == 2:  # a snapshot that is refused for the name
        assert ran.out == ""
        return
    found = Html(ran.out)
    assert ran.out.isascii()
    assert "##[" not in ran.out
    assert found.data["accounts"]["name"] == [hostile]
    assert len(found.scripts) == len(found.content_policy["script-src"])
    assert [tag for tag, _ in found.elements].count("script") == len(found.scripts) + 1


def test_data_holds_nothing_that_html_could_obey() -> None:
    told = {"a": "</script><!--&amp; \u2028\u2029 ##[error]###"}
    text = embedded(json.dumps(told))
    assert not {"<", ">", "&", "\u2028", "\u2029"} & set(text)
    assert "##" not in text
    assert json.loads(text) == told


def many(number: int, documents: int) -> str:
    """A snapshot of so many accounts and units with a policy of their own."""
    units = [
        {
            "name": f"unit{unit}",
            "policies": [f"policy{unit}"],
            "accounts": [
                {"id": f"{account:012}", "name": f"account{account}"} for account in range(unit, number, documents)
            ],
        }
        for unit in range(documents)
    ]
    rule = {"target_backup_vault_name": {"@@assign": "Main"}, "lifecycle": {"delete_after_days": {"@@assign": "7"}}}
    policies = {
        f"policy{unit}": {"content": {"plans": {f"plan{unit}": {"rules": {"nightly": rule}}}}}
        for unit in range(documents)
    }
    return json.dumps({"version": 1, "root": {"name": "Root", "units": units}, "policies": policies})


def test_accounts_with_the_same_policies_share_all_of_it(policyengine: Command, tmp_path: Path) -> None:
    sizes = []
    for number in (200, 1200):
        project = write(tmp_path, {"organization.json": many(number, 10)})
        ran = policyengine("check", project, "--format", "html", "--at", AT)
        data = Html(ran.out).data
        assert len(data["accounts"]["id"]) == number
        assert [len(data[f"{name}Table"]) for name in ("states", "plans", "rules")] == [10, 10, 1]
        sizes.append(len(ran.out))
    assert sizes[1] - sizes[0] < 1000 * 50
