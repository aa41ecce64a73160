"""Hostile names through every command: printed harmlessly, never obeyed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.command import SNAPSHOT, Command, write
from cli.hostile import NAMES, harmless

pytestmark = pytest.mark.scale

GOOD = {"plans": {"p": {"regions": {"@@assign": ["eu-west-1"]}}}}
PLACES = ["root", "unit", "account", "tag", "policy", "attachment", "document", "vault", "key", "id"]
COMMANDS = [
    ["check", "--color", "always"],
    ["check", "--format", "json"],
    ["show"],
    ["effective", "--all", "--hypothetical"],
    ["explain", "111111111111", "--hypothetical"],
    ["explain", "111111111111", "--hypothetical", "--format", "json"],
    ["schedule", "111111111111", "--hypothetical", "--color", "always"],
    ["schedule", "111111111111", "--hypothetical", "--format", "json"],
]
PROVE = ["prove", "--suggest", "--color", "always", "-C"]
TEXTS = [
    "policy {} {{ }}",
    "policy a {{ plan {} {{ regions = [eu-west-1] }} }}",
    "policy a {{ plan p {{ rule r {{ vault = {} }} }} }}\nattach a to ou {}",
    "policy a {{ plan p {{ plan_tags {{ {} = {} }} }} }}",
    "waive {} for root until 2020-01-01 because {}",
    "require r {{ assert account.name == {} }}",
    "{}",
]
ON_TEXT = [["check", "."], ["compile", ".", "--out", "out/deep", "--color", "always"], ["fmt", "--diff", "."]]


def snapshot(place: str, name: str) -> dict[str, Any]:
    """A snapshot with the name in one place."""

    def at(here: str, usual: str) -> str:
        return name if here == place else usual

    vault = at("vault", "Main")
    account = {"id": "111111111111", "name": at("account", "a"), "tags": {at("tag", "env"): at("tag", "prod")}}
    document = {"plans": {name: {"regions": {"@@assign": [name]}}}} if place == "document" else GOOD
    root = {"name": at("root", "Root"), "policies": [at("policy", at("attachment", "x"))]}
    return {
        "version": 1,
        "organization": {"id": at("id", "o-exampleorgid")},
        "root": {**root, "units": [{"name": at("unit", "U"), "accounts": [account]}]},
        "policies": {at("policy", "x"): {"content": document}},
        "vaults": [{"name": vault, "accounts": "*", "regions": ["eu-west-1"]}],
        **({name: 1} if place == "key" else {}),
    }


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", NAMES)
def test_names_in_a_snapshot(policyengine: Command, tmp_path: Path, name: str, place: str) -> None:
    file = write(tmp_path, {"s.json": json.dumps(snapshot(place, NAMES[name]))}) / "s.json"
    for command in COMMANDS:
        harmless(policyengine(*command, "--snapshot", file), colored="always" in command)
    asked = write(tmp_path, {"asked/r.bpol": "require r { assert every rule satisfies rule.retention >= 7 days }\n"})
    harmless(policyengine(*PROVE, asked / "asked", "--snapshot", file), colored=True)


@pytest.mark.parametrize("name", NAMES)
def test_names_in_a_policy(policyengine: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    project = write(tmp_path / "project", {"organization.yaml": SNAPSHOT})
    monkeypatch.chdir(project)
    for text in TEXTS:
        for written in (json.dumps(NAMES[name]), f'"{NAMES[name]}"'):
            (project / "a.bpol").write_bytes(text.format(written, written).encode("utf-8", "surrogatepass"))
            for command in ON_TEXT:
                harmless(policyengine(*command), colored="always" in command)
    assert [file.name for file in tmp_path.iterdir()] == ["project"]


@pytest.mark.parametrize("name", NAMES)
def test_names_on_the_command_line(policyengine: Command, project: Path, name: str) -> None:
    text = NAMES[name]
    for command in (
        ["effective", text, "-C", project],
        ["explain", text, "-C", project],
        ["prove", "-C", project, "--requirement", text],
        ["schedule", text, "-C", project],
        ["schedule", "toys", "-C", project, "--zone", text],
        ["schedule", "toys", "-C", project, "--days", text],
        ["explain", "toys", text, "-C", project],
        ["check", project, "--account", text],
        ["check", project, "--at", text],
        ["rules", text],
        ["schema", text],
        [text],
        ["check", f"--{text}"],
        ["check", "--format", text],
    ):
        harmless(policyengine(*command))


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, text in NAMES.items()
        if len(text) < 200 and "\0" not in text and "/" not in text and name != "surrogate"
    ],
)
def test_names_of_files(policyengine: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    text = NAMES[name]
    write(tmp_path, {f"{text}.json": '{"plans": {}, "x": 1}', f"p{text}/{text}.bpol": "policy a { pln }\n"})
    for command in (
        ["validate", f"{text}.json"],
        ["validate", f"{text}.json", "--format", "json"],
        ["import", f"{text}.json"],
        ["check", f"p{text}"],
        ["check", f"p{text}", "--format", "json"],
        ["fmt", "--check", f"p{text}"],
        ["show", f"p{text}"],
        ["init", f"new{text}"],
    ):
        harmless(policyengine(*command))


def test_a_file_name_that_is_no_text(policyengine: Command, tmp_path: Path) -> None:
    file = tmp_path / "b\udcff.json"
    file.write_text('{"plans": {}}')
    assert policyengine("validate", file).out == f"{tmp_path}/b\\udcff.json: admitted (13 characters)\n"
    assert policyengine.json("validate", file).json["documents"][0]["file"] == str(file)
    assert policyengine("import", file).out == 'policy "b\\udcff" {}\n'


def test_an_account_called_star_is_meant_by_its_name(policyengine: Command, tmp_path: Path) -> None:
    accounts = [{"id": "111111111111", "name": "*"}, {"id": "222222222222", "name": "b"}]
    document = {"version": 1, "root": {"name": "Root", "accounts": accounts}}
    file = write(tmp_path, {"s.json": json.dumps(document)}) / "s.json"
    ran = policyengine.json("effective", "*", "--snapshot", file)
    assert [account["name"] for account in ran.json["accounts"]] == ["*"]
    assert len(policyengine.json("effective", "?*", "--snapshot", file).json["accounts"]) == 2
