"""`drift`: what it prints of differences, what fails, and what it cannot judge."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from analysis.drift.drifted import PROJECT, RECORDED, SHOP, Aws, policy

from cli.command import Command
from policyengine.cli import drift as command
from policyengine.live import PullOptions


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project with the tree that it recorded."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "backup.bpol").write_text(PROJECT, encoding="utf-8")
    (folder / "organization.json").write_text(RECORDED.text, encoding="utf-8")
    return folder


def pulled(folder: Path, aws: Aws) -> Path:
    file = folder.parent / "pulled.json"
    file.write_text(aws.snapshot().text, encoding="utf-8")
    return file


UNDATED = "compared with `pulled.json`, which does not say when it was pulled\n"


def edited() -> Aws:
    aws = Aws()
    aws.retain("baseline", "daily", "7")
    aws.publish()
    return aws


def test_no_drift(policyengine: Command, shop: Path) -> None:
    ran = policyengine("drift", shop, "--pulled", pulled(shop, Aws()))
    assert ran == (0, f"{UNDATED}\nno drift: AWS is as the project says: 4 accounts\n", "")


def test_an_edited_policy_fails_with_what_it_does(policyengine: Command, shop: Path) -> None:
    ran = policyengine("drift", shop, "--pulled", pulled(shop, edited()))
    assert (ran.code, ran.out) == (
        1,
        f"""\
{UNDATED}edited: policy `baseline` has other settings in AWS: `plans/daily/rules/nightly/lifecycle/delete_after_days`
  backup.bpol:2
  all 4 accounts: 1 weakened
  - weakened: plan `daily`, rule `nightly`: retention 35 days -> 7 days

drift: 1 edited; 4 of 4 accounts touched
""",
    )


def test_other_spelling_does_not_fail_unless_it_is_named(policyengine: Command, shop: Path) -> None:
    aws = Aws()
    aws.retain("baseline", "daily", 35)
    file = pulled(shop, aws)
    assert policyengine("drift", shop, "--pulled", file).code == 0
    assert policyengine("drift", shop, "--pulled", file, "--fail-on", "edited,spelling").code == 1


def test_only_named_causes_fail(policyengine: Command, shop: Path) -> None:
    file = pulled(shop, edited())
    assert policyengine("drift", shop, "--pulled", file, "--fail-on", "order").code == 0
    ran = policyengine("drift", shop, "--pulled", file, "--fail-on", "edit")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "error: --fail-on: there is no cause `edit` of drift; did you mean `edited`?\n"


def test_what_nobody_read_is_not_no_drift(policyengine: Command, shop: Path) -> None:
    aws = Aws()
    aws.published = None
    file = pulled(shop, aws)
    for against in ("published", "all"):
        ran = policyengine("drift", shop, "--pulled", file, "--against", against)
        assert ran.code == 2
        assert ran.out.startswith(f"{UNDATED}unknown: nobody read what AWS publishes")
    assert policyengine("drift", shop, "--pulled", file, "--against", "attached").code == 0
    assert policyengine("drift", shop, "--pulled", file, "--fail-on", "edited").code == 0


@pytest.mark.parametrize("cause", ["edited", "order", "unexplained"])
def test_no_cause_is_known_against_what_nobody_read(policyengine: Command, shop: Path, cause: str) -> None:
    aws = edited()
    aws.published = None
    ran = policyengine("drift", shop, "--pulled", pulled(shop, aws), "--against", "published", "--fail-on", cause)
    assert ran.code == 2


@pytest.mark.parametrize("causes", ["unexplained", "edited,pending", "invalid-stale"])
def test_no_gate_on_causes_that_are_never_looked_for(policyengine: Command, shop: Path, causes: str) -> None:
    file = pulled(shop, edited())
    ran = policyengine("drift", shop, "--pulled", file, "--against", "attached", "--fail-on", causes)
    assert (ran.code, ran.out) == (2, "")
    assert "cannot be seen with `--against attached`" in ran.err


def test_a_disabled_type_fails_a_gate_on_what_is_detached(policyengine: Command, shop: Path) -> None:
    aws = Aws()
    aws.enabled = False
    file = pulled(shop, aws)
    assert policyengine("drift", shop, "--pulled", file, "--fail-on", "detached").code == 1
    assert policyengine("drift", shop, "--pulled", file, "--fail-on", "order").code == 0


@pytest.mark.parametrize("against", ["attached", "all"])
def test_an_organization_without_accounts_was_not_read(policyengine: Command, shop: Path, against: str) -> None:
    aws = Aws()
    aws.parents, aws.published = {}, {}
    ran = policyengine("drift", shop, "--pulled", pulled(shop, aws), "--against", against)
    assert ran.code == 2
    assert ran.out.endswith(
        "unknown: what was read has no active account, so nothing was compared; look at who pulled it\n"
    )


def test_json(policyengine: Command, shop: Path) -> None:
    ran = policyengine.json("drift", shop, "--pulled", pulled(shop, edited()))
    assert (ran.code, ran.json["verdict"], ran.json["summary"]["causes"]) == (1, "drift", {"edited": 1})
    (difference,) = ran.json["differences"]
    assert (difference["policy"], difference["location"]["file"]) == ("baseline", "backup.bpol")
    assert difference["classes"]["weakened"] == 1


def test_sarif_points_at_the_line_of_the_project(policyengine: Command, shop: Path) -> None:
    ran = policyengine("drift", shop, "--pulled", pulled(shop, edited()), "--format", "sarif")
    (log,) = json.loads(ran.out)["runs"]
    (result,) = log["results"]
    assert (ran.code, result["ruleId"], result["level"]) == (1, "drift-edited", "error")
    where = result["locations"][0]["physicalLocation"]
    assert (where["artifactLocation"]["uri"], where["region"]["startLine"]) == ("backup.bpol", 2)
    assert log["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "drift-edited"


def test_markdown(policyengine: Command, shop: Path) -> None:
    ran = policyengine("drift", shop, "--pulled", pulled(shop, edited()), "--format", "markdown")
    assert ran.out.startswith("<!-- policyengine-drift -->\n### policyengine drift\n\n**drift**: ")
    assert "| edited | policy `baseline` has other settings in AWS" in ran.out


@pytest.mark.parametrize("form", ["terminal", "json", "sarif", "markdown"])
def test_hostile_names_do_nothing(policyengine: Command, shop: Path, form: str) -> None:
    name = "\x1b]0;owned\x07 ##[error] <img src=x> @team ](http://x) \u202e"
    aws = Aws()
    aws.documents[name] = Aws(policy("other", plan="other")).documents["other"]
    aws.attached["Sandbox"] = [name]
    aws.publish()
    ran = policyengine("drift", shop, "--pulled", pulled(shop, aws), "--format", form)
    assert ran.code == 1
    assert not {"\x1b", "\x07", "\u202e"} & set(ran.out)
    assert "##[error]" not in ran.out
    if form == "markdown":
        assert "<img" not in ran.out.replace("`", "\0").split("\0")[0]


def test_a_project_that_does_not_compile_is_not_judged(policyengine: Command, shop: Path) -> None:
    (shop / "backup.bpol").write_text(PROJECT + '\nattach missing to ou "Sandbox"\n', encoding="utf-8")
    file = pulled(shop, Aws())
    ran = policyengine("drift", shop, "--pulled", file)
    assert ran.code == 2
    assert "unknown-policy" in ran.out
    ran = policyengine.json("drift", shop, "--pulled", file)
    assert (ran.code, ran.json["verdict"]) == (2, "unknown")
    assert [finding["name"] for finding in ran.json["findings"]] == ["unknown-policy"]


def test_another_organization_is_refused(policyengine: Command, shop: Path) -> None:
    file = pulled(shop, Aws())
    file.write_text(file.read_text(encoding="utf-8").replace('"o-1"', '"o-2"'), encoding="utf-8")
    ran = policyengine("drift", shop, "--pulled", file)
    assert (ran.code, ran.out) == (2, "")
    assert "the project is of the organization `o-1`, what was read of `o-2`" in ran.err


def test_what_does_not_say_its_organization_is_refused(policyengine: Command, shop: Path) -> None:
    file = pulled(shop, Aws())
    file.write_text(file.read_text(encoding="utf-8").replace('"id": "o-1", ', ""), encoding="utf-8")
    ran = policyengine("drift", shop, "--pulled", file)
    assert (ran.code, ran.out) == (2, "")
    assert "of the organization `o-1`, and `pulled.json` does not say which one it is of" in ran.err


def test_a_project_that_does_not_say_its_organization_is_reported(policyengine: Command, shop: Path) -> None:
    recorded = shop / "organization.json"
    recorded.write_text(RECORDED.text.replace('"id": "o-1", ', ""), encoding="utf-8")
    ran = policyengine("drift", shop, "--pulled", pulled(shop, Aws()))
    assert ran.code == 0
    assert "note: nothing says that this is the project's organization" in ran.out
    recorded.unlink()
    told = policyengine.json("drift", shop, "--pulled", pulled(shop, Aws())).json["compared_with"]
    assert told == {"file": "pulled.json", "organization": "o-1", "at": None, "own": False}


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-09-30T23:59:30Z", "pulled 2026-09-30 23:59 UTC, 0 minutes ago"),
        ("2026-09-30T23:00:00+01:00", "pulled 2026-09-30 22:00 UTC, 2 hours ago"),
        ("2026-08-02T00:00:00Z", "pulled 2026-08-02 00:00 UTC, 60 days ago"),
        ("2026-10-02T00:00:00Z", "pulled 2026-10-02 00:00 UTC, after the moment of this comparison"),
        ("yesterday", "which does not say when it was pulled"),
        ("2026-09-30T23:59:30", "which does not say when it was pulled"),
    ],
)
def test_the_first_line_has_the_age_of_the_file(policyengine: Command, shop: Path, at: str, said: str) -> None:
    file = pulled(shop, Aws())
    file.write_text(file.read_text(encoding="utf-8").replace('"pulled": {', f'"pulled": {{"at": "{at}", '), "utf-8")
    arguments = ("drift", shop, "--pulled", file, "--at", "2026-10-01")
    assert policyengine(*arguments).out.startswith(f"compared with `pulled.json`, {said}\n")
    assert said in policyengine(*arguments, "--format", "markdown").out.replace("`", "")
    assert said in policyengine(*arguments, "--format", "sarif").out


def test_a_faulty_snapshot_is_said_before_aws_is_read(policyengine: Command, shop: Path) -> None:
    (shop / "organization.json").write_text("{}", encoding="utf-8")
    ran = policyengine("drift", shop)
    assert (ran.code, ran.out) == (2, "")
    assert "organization.json:1: " in ran.err


def test_a_pulled_file_and_options_for_aws_exclude_each_other(policyengine: Command, shop: Path) -> None:
    ran = policyengine("drift", shop, "--pulled", pulled(shop, Aws()), "--profile", "prod")
    assert (ran.code, ran.out) == (2, "")
    assert "--profile: with `--pulled` nothing is read from AWS" in ran.err


def test_without_a_file_aws_is_read(policyengine: Command, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[PullOptions] = []

    def read(_api: object, options: PullOptions, *_: object, **__: object) -> object:
        asked.append(options)
        return edited().snapshot()

    monkeypatch.setattr(command, "aws_api", lambda *_: None)
    monkeypatch.setattr(command, "_pulled", read)
    assert policyengine("drift", shop, "--role", "Reader").code == 1
    assert policyengine("drift", shop, "--against", "attached").code == 1
    assert [(each.role, each.tags, each.published) for each in asked] == [
        ("Reader", "none", "chains"),
        ("", "none", "none"),
    ]


def test_what_is_read_is_kept_for_other_formats(
    policyengine: Command, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "aws_api", lambda *_: None)
    monkeypatch.setattr(command, "_pulled", lambda *_, **__: edited().snapshot())
    kept = shop.parent / "kept.json"
    assert policyengine("drift", shop, "--keep", kept).code == 1
    assert policyengine("drift", shop, "--pulled", kept).code == 1
    ran = policyengine("drift", shop, "--keep", shop.parent / "kept.yaml")
    assert (ran.code, ran.out) == (2, "")
    assert "expected a file whose name ends in `.json`" in ran.err


def test_an_account_that_moved_is_named(policyengine: Command, shop: Path) -> None:
    aws = Aws()
    aws.parents[SHOP] = "Sandbox"
    aws.publish()
    ran = policyengine("drift", shop, "--pulled", pulled(shop, aws))
    assert ran.code == 1
    assert "moved-account: account `shop` moved from `Workloads` to `Sandbox`" in ran.out
