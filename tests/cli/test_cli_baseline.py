"""The baseline from one day to the next: what may change while accepted findings stay accepted, and what may not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.command import AS_OF, Command, Json, write

ASSIGN, APPEND, MAY = "@@assign", "@@append", "@@operators_allowed_for_child_policies"
BASELINE = {
    "plans": {
        "daily": {
            "regions": {ASSIGN: ["eu-west-1"], MAY: ["@@none"]},
            "rules": {
                "nightly": {
                    "schedule_expression": {ASSIGN: "cron(0 5 ? * * *)"},
                    "target_backup_vault_name": {ASSIGN: "Main"},
                    "lifecycle": {"move_to_cold_storage_after_days": {ASSIGN: "60"}, "delete_after_days": {ASSIGN: "120"}},
                },
                "weekly": {
                    "schedule_expression": {ASSIGN: "cron(0 20 ? * SUN *)"},
                    "target_backup_vault_name": {ASSIGN: "Main"},
                    "lifecycle": {"delete_after_days": {ASSIGN: "200"}},
                },
            },
            "selections": {
                "tags": {
                    "all": {
                        "iam_role_arn": {ASSIGN: "arn:aws:iam::$account:role/Backup"},
                        "tag_key": {ASSIGN: "backup"},
                        "tag_value": {ASSIGN: ["yes"]},
                    }
                }
            },
        }
    }
}  # fmt: skip
SHOPS = {"plans": {"daily": {"regions": {APPEND: ["eu-central-1"]}}}}
POLICIES = {"baseline": BASELINE, "shops": SHOPS}
REQUIREMENTS = """\
require a-year { assert every rule satisfies rule.retention >= 365 days }
require some-for-years { assert some rule satisfies rule.retention >= 1000 days }
require locked { assert every rule satisfies rule.vault.lock == compliance }
"""
CONFIGURATION = '[gate]\nfail_on = "warning"\nbaseline = "baseline.json"\n'
ACCOUNTS = [{"id": "222222222222", "name": "books"}, {"id": "333333333333", "name": "toys"}]
# Two rules are kept for less than a year, none of them for 1,000 days, their vault is not locked, the cold storage of one
# is too short, and the Regions are blocked.
ACCEPTED = [
    "cold-storage-too-short",
    "operator-blocked",
    "requirement-violated",
    "requirement-violated",
    "requirement-violated",
    "requirement-violated",
    "requirement-violated",
]


def organization(*, raw: bool, mode: str = "") -> str:
    attached = {"policies": ["baseline"]} if raw else {}
    shops = {"name": "Shops", "accounts": ACCOUNTS} | ({"policies": ["shops"]} if raw else {})
    policies = {"policies": {name: {"content": content} for name, content in POLICIES.items()}} if raw else {}
    lock = {"mode": mode} if mode else "none"
    vaults = [{"name": "Main", "accounts": "*", "regions": ["eu-west-1"], "lock": lock}]
    root = {"name": "Root", "units": [shops], **attached}
    return json.dumps({"version": 1, "root": root, **policies, "vaults": vaults})


@pytest.fixture
def project(policyengine: Command, tmp_path: Path) -> Path:
    """Raw policies in the snapshot, and a baseline that accepts all that is found."""
    files = {
        "organization.json": organization(raw=True),
        "require.bpol": REQUIREMENTS,
        "policyengine.toml": CONFIGURATION,
    }
    folder = write(tmp_path / "project", files)
    assert policyengine("check", folder, *AS_OF, "--update-baseline").code == 0
    return folder


@pytest.fixture
def in_the_language(policyengine: Command, project: Path) -> Path:
    """The same project a day later: its policies are files."""
    raw = write(project.parent / "raw", {f"{name}.json": json.dumps(content) for name, content in POLICIES.items()})
    files = {f"{name}.bpol": policyengine("import", raw / f"{name}.json").out for name in POLICIES}
    attach = {"attach.bpol": 'attach baseline to root\nattach shops to ou "Shops"\n'}
    return write(project, {**files, **attach, "organization.json": organization(raw=False)})


def names(found: Json, *, accepted: bool) -> list[str]:
    return sorted(one["name"] for one in found["findings"] if one.get("baseline", False) is accepted)


def test_everything_is_accepted(policyengine: Command, project: Path) -> None:
    found = policyengine.json("check", project, *AS_OF).json
    assert (found["verdict"], names(found, accepted=True), names(found, accepted=False)) == ("pass", ACCEPTED, [])


def test_policies_move_from_json_to_the_language(policyengine: Command, in_the_language: Path) -> None:
    found = policyengine.json("check", in_the_language, *AS_OF).json
    assert (found["verdict"], names(found, accepted=True), names(found, accepted=False)) == ("pass", ACCEPTED, [])
    assert policyengine("check", in_the_language, *AS_OF).out.endswith(
        "pass: 2 accounts, 2 policies, 3 requirements: 7 accepted\n"
    )


def test_files_and_folders_are_renamed(policyengine: Command, in_the_language: Path) -> None:
    policyengine("check", in_the_language, *AS_OF, "--update-baseline")
    (in_the_language / "deep").mkdir()
    for name, new in (("baseline", "deep/a (1)"), ("shops", "deep/zz"), ("require", "b")):
        (in_the_language / f"{name}.bpol").rename(in_the_language / f"{new}.bpol")
    found = policyengine.json("check", in_the_language, *AS_OF).json
    assert (found["verdict"], names(found, accepted=True), names(found, accepted=False)) == ("pass", ACCEPTED, [])


def test_lines_shift(policyengine: Command, in_the_language: Path) -> None:
    for file in in_the_language.glob("*.bpol"):
        file.write_text("# a comment\n\n" + file.read_text())
    assert names(policyengine.json("check", in_the_language, *AS_OF).json, accepted=False) == []


@pytest.mark.parametrize(
    ("name", "change", "standing"),
    [
        pytest.param("baseline.bpol", ("retain = 120 days", "retain = 91 days"),
                     ["cold-storage-too-short", "requirement-violated", "requirement-violated"], id="kept for less"),
        pytest.param("baseline.bpol", ("retain = 200 days", "retain = 31 days"),
                     ["requirement-violated", "requirement-violated"], id="the other rule, too"),
        pytest.param("require.bpol", ("365 days", "400 days"),
                     ["requirement-violated", "requirement-violated"], id="more is asked for"),
        pytest.param("organization.json", ('"lock": "none"', '"lock": {"mode": "governance"}'),
                     ["requirement-violated", "requirement-violated"], id="another lock"),
        pytest.param("shops.bpol", ("eu-central-1", "eu-central-2"), [], id="what is blocked all the same"),
        pytest.param("attach.bpol", ('ou "Shops"', 'account "books"'), [], id="on fewer accounts"),
    ],
)  # fmt: skip
def test_what_gets_worse_is_new(
    policyengine: Command, in_the_language: Path, name: str, change: tuple[str, str], standing: list[str]
) -> None:
    file, (old, new) = in_the_language / name, change
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    ran = policyengine.json("check", in_the_language, *AS_OF)
    told = [name for name in names(ran.json, accepted=False) if name != "accepted-finding-gone"]
    assert (ran.code, told) == (int(bool(standing)), standing)


def test_what_aws_refuses_is_left_out_of_the_baseline(policyengine: Command, in_the_language: Path) -> None:
    many = "".join(f"policy p{number} {{ plan daily {{ regions += [eu-west-3] }} }}\n" for number in range(11))
    attach = f'attach {", ".join(f"p{number}" for number in range(11))} to account "books"\n'
    (in_the_language / "many.bpol").write_text(many + attach)
    ran = policyengine("check", in_the_language, *AS_OF, "--update-baseline")
    assert ran.code == 1
    assert "error[PE308 too-many-policies-attached]" in ran.out
    assert ran.err.startswith("baseline.json: 1 finding left out that cannot be accepted")
    entries = json.loads((in_the_language / "baseline.json").read_text())["findings"]
    assert "too-many-policies-attached" not in {entry["name"] for entry in entries}
    assert policyengine("check", in_the_language, *AS_OF).code == 1
