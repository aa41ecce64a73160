"""`diff`: what its sides may be, when it fails, and what it says of input that it cannot use."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from e2e.scratch import commit, git

from cli.command import POLICY, SNAPSHOT, Command, Ran, project_in, write
from policyengine import git as revisions

AT = ["--at", "2026-09-13"]
WEAKER = POLICY.replace("35 days", "7 days")
INCOMPLETE = POLICY.replace("    regions = [eu-west-1]\n", "")
RETENTION = "87dee266b8b690bf6a15f56469a23aba"
OTHER = "0" * 32
_QUIET: dict[str, str] = vars(revisions)["_QUIET"]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a project in `backup`: the branch `main`, then `weaker`, which is checked out."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    folder = tmp_path / "repository"
    project_in(folder / "backup")
    git(folder, "init", "--quiet")
    commit(folder, "one")
    git(folder, "branch", "main-line")
    git(folder, "switch", "--quiet", "--create", "weaker")
    write(folder, {"backup/policy.bpol": WEAKER})
    commit(folder, "two")
    return folder


def classes(ran: Ran) -> list[tuple[str, list[str]]]:
    return [(change["class"], change["accounts"]) for change in ran.json["changes"]]


EVERYBODY = ["111111111111", "222222222222", "333333333333"]
WEAKENED = [("weakened", EVERYBODY)]


@pytest.mark.parametrize("sides", [["HEAD^"], ["HEAD~1", "HEAD"], ["main-line"], ["main-line", "weaker"], [":/one"]])
def test_revisions(policyengine: Command, repository: Path, sides: list[str]) -> None:
    ran = policyengine.json("diff", *sides, "-C", repository / "backup", *AT)
    assert (ran.code, classes(ran)) == (0, WEAKENED)
    assert ran.json["changes"][0]["causes"] == [
        {"file": "policy.bpol", "line": 7, "side": side, "policy": "baseline", "entity": ""}
        for side in ("head", "base")
    ]
    assert (ran.json["base"], ran.json["head"]) == (sides[0], [*sides, "the project on disk"][1])


def test_without_a_head_it_is_the_project_on_disk(policyengine: Command, repository: Path) -> None:
    write(repository, {"backup/policy.bpol": POLICY.replace("35 days", "5 days")})
    ran = policyengine.json("diff", "HEAD", "-C", repository / "backup", *AT)
    assert [change["message"] for change in ran.json["changes"]] == [
        "plan `daily`, rule `nightly`: retention 7 days -> 5 days"
    ]


def test_from_a_folder_further_down(policyengine: Command, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(repository, {"backup/policyengine.toml": "", "backup/deep/notes.md": ""})
    commit(repository, "three")
    monkeypatch.chdir(repository / "backup" / "deep")
    assert classes(policyengine.json("diff", "HEAD~1", "HEAD", *AT)) == []
    assert classes(policyengine.json("diff", "HEAD~2", "HEAD", *AT)) == WEAKENED


def test_nothing_of_the_repository_is_touched(policyengine: Command, repository: Path) -> None:
    """A changed file, a staged one, a filter and hooks that would leave a trace: all stays as it is."""
    trace = repository / "trace"
    script = f"#!/bin/sh\ntouch {trace}\ncat\n"
    hooks = ("pre-commit", "post-checkout", "post-index-change", "reference-transaction", "fsmonitor-watchman")
    for hook in hooks:
        write(repository, {f".git/hooks/{hook}": script})
        (repository / ".git" / "hooks" / hook).chmod(0o755)
    git(repository, "config", "filter.trap.smudge", str(repository / ".git/hooks/pre-commit"))
    git(repository, "config", "filter.trap.clean", "cat")
    git(repository, "config", "diff.trap.textconv", str(repository / ".git/hooks/pre-commit"))
    git(repository, "config", "core.fsmonitor", str(repository / ".git/hooks/fsmonitor-watchman"))
    write(repository, {".gitattributes": "* filter=trap diff=trap\n", "backup/more.bpol": "policy more {}\n"})
    trace.unlink(missing_ok=True)
    before = {file: file.stat().st_mtime_ns for file in repository.rglob("*")}
    index, config = ((repository / ".git" / name).read_bytes() for name in ("index", "config"))
    assert classes(policyengine.json("diff", "HEAD^", "HEAD", "-C", repository / "backup", *AT)) == WEAKENED
    assert {file: file.stat().st_mtime_ns for file in repository.rglob("*")} == before
    assert [(repository / ".git" / name).read_bytes() for name in ("index", "config")] == [index, config]


def test_the_folder_decides_which_repository(
    policyengine: Command, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    assert classes(policyengine.json("diff", "HEAD^", "HEAD", "-C", repository / "backup", *AT)) == WEAKENED


def test_folders(policyengine: Command, tmp_path: Path) -> None:
    before, after = project_in(tmp_path / "before"), project_in(tmp_path / "after", policy=WEAKER)
    assert classes(policyengine.json("diff", before, after, *AT)) == WEAKENED
    assert classes(policyengine.json("diff", "before", "after", "-C", tmp_path, *AT)) == WEAKENED
    assert classes(policyengine.json("diff", before, "-C", after, *AT)) == WEAKENED


def test_a_folder_that_is_named_is_the_project_whatever_is_above(policyengine: Command, tmp_path: Path) -> None:
    project_in(tmp_path, policy=WEAKER, config='[project]\npolicies = ["policy.bpol"]\n')
    before = project_in(tmp_path / "before")
    assert classes(policyengine.json("diff", before, "-C", tmp_path, *AT)) != []


def test_snapshots_alone(policyengine: Command, tmp_path: Path) -> None:
    def snapshot(days: str) -> str:
        rule = {
            "lifecycle": {"delete_after_days": {"@@assign": days}},
            "target_backup_vault_name": {"@@assign": "Main"},
        }
        plan = {"regions": {"@@assign": ["eu-west-1"]}, "rules": {"nightly": rule}, "selections": {"tags": {"all": {
            "iam_role_arn": {"@@assign": "arn:aws:iam::$account:role/B"}, "tag_key": {"@@assign": "b"}, "tag_value": {"@@assign": ["y"]},
        }}}}  # fmt: skip
        root = {"name": "Root", "policies": ["all"], "accounts": [{"id": "111111111111", "name": "shop"}]}
        return json.dumps({"version": 1, "root": root, "policies": {"all": {"content": {"plans": {"daily": plan}}}}})

    write(tmp_path, {"old.json": snapshot("35"), "new.yaml": snapshot("7")})
    ran = policyengine.json("diff", tmp_path / "old.json", tmp_path / "new.yaml", *AT)
    assert classes(ran) == [("weakened", ["111111111111"])]
    assert ran.json["changes"][0]["causes"] == [
        {"file": None, "line": None, "side": "head", "policy": "all", "entity": ""}
    ]


def test_one_snapshot_for_both_sides(policyengine: Command, repository: Path, tmp_path: Path) -> None:
    (repository / "backup" / "organization.yaml").unlink()
    commit(repository, "the snapshot is no longer in git")
    write(tmp_path, {"pulled.yaml": SNAPSHOT})
    ran = policyengine.json("diff", "HEAD^", "-C", repository / "backup", "--snapshot", tmp_path / "pulled.yaml", *AT)
    assert (ran.code, classes(ran)) == (0, [])
    ran = policyengine.json(
        "diff", "main-line", "-C", repository / "backup", "--snapshot", tmp_path / "pulled.yaml", *AT
    )
    assert (ran.code, classes(ran)) == (0, WEAKENED)


def test_a_revision_wins_over_a_path_that_is_not_written_as_one(policyengine: Command, repository: Path) -> None:
    write(repository, {"backup/main-line/policy.bpol": WEAKER, "backup/main-line/organization.yaml": SNAPSHOT})
    ran = policyengine.json("diff", "main-line", "weaker", "-C", repository / "backup", *AT)
    assert (ran.code, classes(ran)) == (0, WEAKENED)
    note = "note: `main-line` is the git revision; what has this name here is written `./main-line`\n"
    assert ran.err == note
    assert policyengine("diff", "main-line", "weaker", "-C", repository / "backup", *AT, "--quiet") == (0, "", "")
    path = repository / "backup" / "main-line"
    for written in ("./main-line", "../backup/main-line", path):
        ran = policyengine.json("diff", written, "weaker", "-C", repository / "backup", *AT)
        assert (ran.code, classes(ran), ran.err) == (0, [], "")


def test_a_folder_that_no_revision_is_called_like_needs_no_dot(policyengine: Command, repository: Path) -> None:
    project_in(repository / "backup" / "before")
    ran = policyengine.json("diff", "before", "weaker", "-C", repository / "backup", *AT)
    assert (ran.code, classes(ran), ran.err) == (0, WEAKENED, "")


def test_a_revision_has_its_own_configuration(policyengine: Command, tmp_path: Path) -> None:
    """Policies, snapshot, levels and baseline are those of the revision, wherever they were."""
    folder = tmp_path / "repository"
    write(folder, {
        "infra/policyengine.toml": '[project]\norganization = "aws/tree.yaml"\npolicies = ["rules/*.bpol", "../shared/*.bpol"]\n',
        "infra/aws/tree.yaml": SNAPSHOT,
        "infra/rules/daily.bpol": "# nothing here\n",
        "infra/rules/deep/other.bpol": "policy broken { plan }\n",
        "infra/.hidden/x.bpol": "policy broken { plan }\n",
        "shared/baseline.bpol": POLICY,
    })  # fmt: skip
    git(folder, "init", "--quiet")
    commit(folder, "one")
    shutil.rmtree(folder / "infra" / "rules")
    shutil.rmtree(folder / "shared")
    write(folder, {"infra/policyengine.toml": '[project]\norganization = "aws/tree.yaml"\n', "infra/all.bpol": WEAKER})
    ran = policyengine.json("diff", "HEAD", "-C", folder / "infra", *AT)
    assert (ran.code, classes(ran)) == (0, WEAKENED)
    assert [cause["file"] for cause in ran.json["changes"][0]["causes"]] == ["all.bpol", "../shared/baseline.bpol"]


def test_links_in_a_revision_are_followed(policyengine: Command, tmp_path: Path) -> None:
    folder = tmp_path / "repository"
    write(folder, {"common/tree.yaml": SNAPSHOT, "common/all.bpol": POLICY})
    (folder / "backup").mkdir()
    (folder / "backup" / "organization.yaml").symlink_to("../linked/tree.yaml")
    (folder / "linked").symlink_to("common")
    (folder / "backup" / "policy.bpol").symlink_to("../common/all.bpol")
    git(folder, "init", "--quiet")
    commit(folder, "one")
    assert classes(policyengine.json("diff", "HEAD", "-C", folder / "backup", *AT)) == []
    (folder / "backup" / "policy.bpol").unlink()
    write(folder, {"backup/policy.bpol": WEAKER})
    assert classes(policyengine.json("diff", "HEAD", "-C", folder / "backup", *AT)) == WEAKENED


def test_the_baseline_of_each_side_counts(policyengine: Command, tmp_path: Path) -> None:
    """A finding that one side has accepted stands on the other only."""
    unattached = POLICY + "policy idle { }\n"
    config = '[gate]\nbaseline = "baseline.json"\n'
    folder = tmp_path / "repository"
    project_in(folder, policy=unattached, config=config)
    policyengine("check", folder, "--update-baseline", *AT)
    git(folder, "init", "--quiet")
    commit(folder, "accepted")
    assert policyengine.json("diff", "HEAD", "-C", folder, *AT).json["findings"] == {"new": [], "gone": []}
    write(folder, {"policyengine.toml": ""})
    found = policyengine.json("diff", "HEAD", "-C", folder, *AT).json["findings"]
    assert ([one["name"] for one in found["new"]], found["gone"]) == (["policy-not-attached"], [])


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ([], 0),
        (["--fail-on", "weakened"], 1),
        (["--fail-on", "lost"], 0),
        (["--fail-on", "lost,weakened"], 1),
        (["--fail-on", "lost", "--fail-on", "changed, weakened"], 1),
        (["--fail-on", "lost,added,changed,strengthened"], 0),
    ],
)
def test_the_gate(policyengine: Command, tmp_path: Path, options: list[str], code: int) -> None:
    before, after = project_in(tmp_path / "before"), project_in(tmp_path / "after", policy=WEAKER)
    ran = policyengine.json("diff", before, after, *options, *AT)
    assert (ran.code, ran.json["verdict"]) == (code, ("fail" if code else "pass") if options else None)
    assert policyengine("diff", before, after, *options, *AT, "--quiet") == (code, "", "")


def test_what_was_not_asked_has_no_verdict_and_what_is_violated_stands_on_top(
    policyengine: Command, tmp_path: Path
) -> None:
    asked = "".join(
        f"\nrequire {name} {{ level = {level} assert every rule satisfies rule.retention >= {days} days }}\n"
        for name, level, days in (("wished", "advisory", 9), ("kept", "mandatory", 30))
    )
    before, after = (
        project_in(tmp_path / side, policy=policy + asked) for side, policy in (("before", POLICY), ("after", WEAKER))
    )
    first, second, *_, last = policyengine("diff", before, after, *AT).out.splitlines()
    assert first == "violated: `kept` (mandatory), held before: all 3 accounts"
    assert second == "violated: `wished` (advisory), held before: all 3 accounts"
    assert last == "not gated: 3 of 3 accounts touched (100 %): 2 requirements newly violated, 1 weakened"
    comment = policyengine("diff", before, after, *AT, "--format", "markdown").out
    assert "\n**not gated**: 3 of 3" in comment
    assert comment.index("- **violated**: `kept`") < comment.index("- **weakened**")
    page = policyengine("diff", before, after, *AT, "--format", "html").out
    assert '<p class="verdict not-gated">not gated</p>' in page


def test_a_page_has_what_both_sides_share(policyengine: Command, tmp_path: Path) -> None:
    """The plan of the unit is the same object on both sides, with the unit of the base; the head's unit is another."""
    own = POLICY.replace("to root", 'to ou "Shops"')
    before, after = (project_in(tmp_path / side, policy=own) for side in ("before", "after"))
    above = own.replace("baseline", "above").replace("daily", "hourly", 1).replace('ou "Shops"', "root")
    (after / "above.bpol").write_text(above, encoding="utf-8")
    ran = policyengine("diff", before, after, *AT, "--format", "html")
    assert (ran.code, ran.err) == (0, "")


def test_an_account_that_becomes_invalid_fails_whatever_is_asked(policyengine: Command, tmp_path: Path) -> None:
    before, after = project_in(tmp_path / "before"), project_in(tmp_path / "after", policy=INCOMPLETE)
    ran = policyengine.json("diff", before, after, *AT)
    assert (ran.code, ran.json["verdict"], ran.json["became_invalid"]) == (1, "fail", EVERYBODY)
    assert policyengine("diff", after, before, *AT).code == 0


@pytest.mark.parametrize(
    ("gone", "share", "changed"),
    [
        ("toys", "1 of 3 accounts touched (33 %)", 1),
        ("books toys management", "6 of 6 accounts touched (100 %)", 6),
    ],
)
def test_the_share_counts_the_accounts_of_either_side(
    policyengine: Command, tmp_path: Path, gone: str, share: str, changed: int
) -> None:
    """One account leaves; all are replaced by others."""
    left = SNAPSHOT.replace(', {id: "333333333333", name: toys}', "") if gone == "toys" else owned("o-one", ELSEWHERE)
    before, after = project_in(tmp_path / "before"), project_in(tmp_path / "after", organization=left)
    sides: list[str | Path] = [before, after, "--other-organization", *AT]
    for form in ("terminal", "markdown"):
        assert share in policyengine("diff", *sides, "--format", form).out
    summary = policyengine.json("diff", *sides).json["summary"]
    assert (summary["accounts"], summary["changed"]) == (3 if changed == 1 else 6, changed)


FRESH = "555555555555"
JOINED = SNAPSHOT.replace(
    ', {id: "333333333333", name: toys}', f', {{id: "333333333333", name: toys}}, {{id: "{FRESH}", name: fresh}}'
)


@pytest.mark.parametrize(
    ("policy", "classes_of_it"),
    [
        (POLICY, ["added"]),
        (POLICY.replace("attach baseline to root", 'attach baseline to account "toys"'), ["weakened"]),
    ],
    ids=["an ordinary policy", "no plan"],
)
def test_a_new_account(policyengine: Command, tmp_path: Path, policy: str, classes_of_it: list[str]) -> None:
    before = project_in(tmp_path / "before", policy=policy)
    after = project_in(tmp_path / "after", policy=policy, organization=JOINED)
    ran = policyengine.json("diff", before, after, "--fail-on", "lost,weakened", *AT)
    assert (ran.code, classes(ran)) == (int("weakened" in classes_of_it), [(one, [FRESH]) for one in classes_of_it])


def test_a_new_account_with_an_invalid_policy(policyengine: Command, tmp_path: Path) -> None:
    """AWS keeps nothing for it, and says so; unlike for one of which the snapshot has a last valid policy."""
    odd = POLICY + '\npolicy z { plan q { regions = [eu-west-1] } }\nattach z to account "fresh"\n'
    before = project_in(tmp_path / "before")
    after = project_in(tmp_path / "after", policy=odd, organization=JOINED)
    ran = policyengine.json("diff", before, after, *AT)
    assert (ran.code, ran.json["verdict"], ran.json["became_invalid"]) == (1, "fail", [FRESH])
    said = "a new account has no last valid one: it gets nothing until this is mended"
    kept = "AWS keeps the last valid policy there"
    for form in ("terminal", "markdown"):
        shown = policyengine("diff", before, after, *AT, "--format", form).out
        assert (said in shown, kept in shown) == (True, False)
    write(after, {"organization.yaml": f'{JOINED}last_valid: {{"{FRESH}": {{plans: {{}}}}}}\n'})
    for form in ("terminal", "markdown"):
        shown = policyengine("diff", before, after, *AT, "--format", form).out
        assert (said in shown, kept in shown) == (False, True)


@pytest.mark.parametrize(
    ("policy", "organization", "code"),
    [
        (POLICY.replace("35 days", '"0"'), SNAPSHOT, 0),
        (POLICY.replace("35 days", '"0"').replace("daily at 05:00", '"rate(1 day)"'), SNAPSHOT, 1),
        (POLICY.replace("35 days", '"0"'), JOINED, 1),
    ],
    ids=["the same", "more of it", "for one more account"],
)
def test_what_aws_would_refuse_hides_more_than_before(
    policyengine: Command, tmp_path: Path, policy: str, organization: str, code: int
) -> None:
    before = project_in(tmp_path / "before", policy=POLICY.replace("35 days", '"x"'))
    after = project_in(tmp_path / "after", policy=policy, organization=organization)
    assert policyengine("diff", before, after, "--fail-on", "lost", *AT).code == code


@pytest.mark.parametrize(
    ("base", "options", "code"),
    [
        (POLICY, [], 0),
        (POLICY, ["--fail-on", "lost"], 1),
        (POLICY.replace("35 days", '"x"'), ["--fail-on", "lost"], 0),
    ],
    ids=["not asked", "new", "refused before"],
)
def test_a_policy_that_aws_would_refuse(
    policyengine: Command, tmp_path: Path, base: str, options: list[str], code: int
) -> None:
    before = project_in(tmp_path / "before", policy=base)
    after = project_in(tmp_path / "after", policy=POLICY.replace("35 days", '"0"'))
    ran = policyengine.json("diff", before, after, *options, *AT)
    assert (ran.code, ran.json["verdict"], ran.json["changes"]) == (
        code,
        ("fail" if code else "pass") if options else None,
        [],
    )
    assert ran.json["not_compared"][-1] == {
        "side": "head",
        "policy": "baseline",
        "paths": ["plans/daily/rules/nightly/lifecycle/delete_after_days"],
        "accounts": EVERYBODY,
    }
    for form in ("terminal", "markdown"):
        shown = policyengine("diff", before, after, *options, *AT, "--format", form).out
        assert "AWS would refuse policy `baseline` in " in shown
        assert ("1 newly refused" in shown) is (base == POLICY)


def test_an_allowed_change_is_listed_and_does_not_fail(policyengine: Command, tmp_path: Path) -> None:
    before = project_in(tmp_path / "before")
    config = f'[gate]\nallow = [\n  {{id = "{RETENTION}", reason = "BAK-9: agreed"}},\n  {{id = "{OTHER}", reason = "y"}},\n]\n'
    after = project_in(tmp_path / "after", policy=WEAKER, config=config)
    ran = policyengine.json("diff", before, after, "--fail-on", "weakened", *AT)
    assert (ran.code, ran.json["verdict"], ran.json["allow_unused"]) == (0, "pass", [OTHER])
    assert [(change["id"], change["allowed"]) for change in ran.json["changes"]] == [(RETENTION, "BAK-9: agreed")]
    shown = policyengine("diff", before, after, "--fail-on", "weakened", *AT)
    assert "   = allowed: BAK-9: agreed\n" in shown.out
    assert f"allowed: there is no change `{OTHER}`: take it out of `[gate] allow`\n" in shown.out
    assert shown.out.endswith("pass: 3 of 3 accounts touched (100 %): 1 weakened, 1 allowed\n")


def test_the_configuration_of_the_head_allows(policyengine: Command, tmp_path: Path) -> None:
    config = f'[gate]\nallow = [{{id = "{RETENTION}", reason = "agreed"}}]\n'
    before = project_in(tmp_path / "before", config=config)
    after = project_in(tmp_path / "after", policy=WEAKER)
    assert policyengine("diff", before, after, "--fail-on", "weakened", *AT).code == 1


def test_an_allowed_change_allows_it_to_nobody_else(policyengine: Command, tmp_path: Path) -> None:
    """A week for the books was agreed on; a week for everybody was not."""
    before = project_in(tmp_path / "before")
    books = 'policy week { plan daily { rule nightly { retain = 7 days } } }\nattach week to account "books"\n'
    only_books = project_in(tmp_path / "books", **{"books.bpol": books})
    (agreed,) = policyengine.json("diff", before, only_books, *AT).json["changes"]
    config = f'[gate]\nallow = [{{id = "{agreed["id"]}", reason = "BAK-9: agreed"}}]\n'
    write(only_books, {"policyengine.toml": config})
    assert policyengine("diff", before, only_books, "--fail-on", "weakened", *AT).code == 0
    after = project_in(tmp_path / "after", policy=WEAKER, config=config)
    ran = policyengine("diff", before, after, "--fail-on", "weakened", *AT)
    assert ran.code == 1
    assert (
        f"allowed: there is no change `{agreed['id']}`: take it out of `[gate] allow`; the same change has the id"
        f" `{RETENTION}` now, caused by `baseline` at the root\n"
    ) in ran.out


@pytest.mark.parametrize("side", ["base", "head"])
def test_a_side_that_does_not_compile(policyengine: Command, tmp_path: Path, side: str) -> None:
    sound = project_in(tmp_path / "sound")
    faulty = project_in(tmp_path / "faulty", policy=POLICY.replace("retain", "retian"))
    sides = (faulty, sound) if side == "base" else (sound, faulty)
    ran = policyengine("diff", *sides, *AT)
    assert (ran.code, ran.err) == (2, "")
    assert ran.out.startswith(f"error: `{faulty}` does not compile, so there is nothing to compare\n\nerror[PE120 ")
    assert "did you mean `retain`?" in ran.out
    told = policyengine.json("diff", *sides, *AT)
    assert (told.code, told.err, told.json["changes"], "verdict" in told.json) == (2, "", [], False)
    assert (told.json["base"], told.json["head"]) == tuple(map(str, sides))
    other = {"base": "head", "head": "base"}[side]
    findings = told.json["findings"]
    assert ([one["code"] for one in findings[side]], findings[other]) == (["PE120"], [])
    for form in ("markdown", "html"):
        ran = policyengine("diff", *sides, *AT, "--format", form)
        assert (ran.code, ran.err) == (2, "")
        assert "does not compile, so there is nothing to compare" in ran.out
        assert "retian" in ran.out
    assert policyengine("diff", *sides, *AT, "--quiet") == (2, "", "")


def owned(number: str, tree: str = SNAPSHOT) -> str:
    return tree.replace("root:", f"organization: {{id: {number}}}\nroot:", 1)


ELSEWHERE = SNAPSHOT.replace("1111", "5555").replace("2222", "6666").replace("3333", "7777")


@pytest.mark.parametrize(
    ("sides", "refused"),
    [
        ((owned("o-one"), owned("o-one")), ""),
        ((owned("o-one"), SNAPSHOT), ""),
        ((SNAPSHOT, SNAPSHOT), ""),
        ((owned("o-one"), owned("o-one", ELSEWHERE)), ""),
        ((SNAPSHOT, "version: 1\nroot: {name: Root}\n"), ""),
        ((owned("o-one"), owned("o-two")), "`one` is of the organization `o-one`, `two` is of the organization `o-two`, another one"),
        ((SNAPSHOT, ELSEWHERE), "`one` and `two` have no account in common"),
        ((SNAPSHOT, owned("o-two", ELSEWHERE)), "`one` and `two` have no account in common, and only one says its organization (`o-two`)"),
    ],
    ids=["one", "one has no id", "no ids", "all accounts replaced", "no accounts yet", "two ids", "nothing in common", "one id, nothing in common"],
)  # fmt: skip
def test_two_organizations_are_compared_only_if_asked(
    policyengine: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sides: tuple[str, str], refused: str
) -> None:
    for name, organization in zip(("one", "two"), sides, strict=True):
        project_in(tmp_path / name, organization=organization)
    monkeypatch.chdir(tmp_path)
    ran = policyengine("diff", "one", "two", *AT)
    if refused:
        assert ran == (2, "", f"error: {refused}; --other-organization compares them all the same\n")
    else:
        assert (ran.code, ran.err) == (0, "")
    assert policyengine("diff", "one", "two", "--other-organization", *AT).code == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["mian-line"], "`mian-line` is no file, no folder and no git revision; did you mean `main-line`?"),
        (["0123456789abcdef"], "`0123456789abcdef` is no file, no folder and no git revision"),
        (["main-line..weaker"], "`main-line..weaker` is no file, no folder and no git revision; a range is two revisions: write them apart, as in `diff main HEAD`"),
        (["HEAD:backup/policy.bpol"], "`HEAD:backup/policy.bpol` is no file, no folder and no git revision"),
        (["HEAD:../.."], "`HEAD:../..` is no file, no folder and no git revision"),
        (["HEAD:"], "`HEAD:` is no file, no folder and no git revision"),
        (["HEAD:gone"], "`HEAD:gone` is no file, no folder and no git revision"),
        (["HEAD^{tree}"], "`HEAD^{tree}` is no file, no folder and no git revision"),
        (["HEAD\n--all"], "`HEAD\\n--all` is no file, no folder and no git revision"),
        (["$(touch x)"], "`$(touch x)` is no file, no folder and no git revision"),
        (["../gone"], "`../gone` is no file, no folder and no git revision"),
        ([""], "a side of the comparison is empty, expected a folder, a snapshot or a git revision"),
        (["HEAD", " "], "a side of the comparison is empty, expected a folder, a snapshot or a git revision"),
        (["--", "-x"], "`-x` is no git revision: none begins with `-`"),
        (["--", "--output=x"], "`--output=x` is no git revision: none begins with `-`"),
        (["policy.bpol"], "policy.bpol: this is a file, expected a project's folder, a snapshot (.yaml, .json) or a git revision"),
        (["x" * 5000], f"`{'x' * 59}…` is no file, no folder and no git revision"),
        (["HEAD", "--fail-on", "weakend"], "--fail-on: there is no class `weakend` of changes; did you mean `weakened`?"),
        (["HEAD", "--fail-on", ""], "--fail-on: there is no class `` of changes; the classes are `lost`, `weakened`, `changed`, `strengthened` and `added`"),
    ],
)  # fmt: skip
def test_one_sentence_for_what_cannot_be_compared(
    policyengine: Command, repository: Path, words: list[str], message: str
) -> None:
    ran = policyengine("diff", *AT, "-C", repository / "backup", *words)
    assert (ran.code, ran.out, ran.err) == (2, "", f"error: {message}\n")
    assert not (repository / "backup" / "x").exists()


def test_a_revision_without_a_project(policyengine: Command, repository: Path) -> None:
    write(repository, {"later/policy.bpol": POLICY, "later/organization.yaml": SNAPSHOT})
    ran = policyengine("diff", "HEAD", "-C", repository / "later", *AT)
    advice = "name the folder that it has there (`HEAD:FOLDER`), or give both sides a snapshot with --snapshot"
    assert ran == (
        2,
        "",
        f"error: HEAD: there is no project in `later`, no .bpol files and no snapshot; {advice}\n",
    )
    (repository / "backup" / "organization.yaml").unlink()
    commit(repository, "no snapshot")
    ran = policyengine("diff", "HEAD^", "HEAD", "-C", repository / "backup", *AT)
    assert ran.err == (f"error: HEAD: there is no project in `backup`, no snapshot of the organization; {advice}\n")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("organization.yaml", "version: 1\nroot: {nmae: R}\n", "main-line:organization.yaml:2: root.nmae: unknown key `nmae`; did you mean `name`?"),
        ("policyengine.toml", "[gate]\nfail_on = 'x'\n", 'main-line: policyengine.toml:2: gate.fail_on: expected "error" or "warning", found the text `x`'),
        ("policyengine.toml", "[gate]\nbaseline = 'gone.json'\n", "main-line: policyengine.toml: gate.baseline: there is no file `gone.json`; `policyengine check --update-baseline` writes it"),
        ("policyengine.toml", "[project]\norganization = 'gone.yaml'\n", "main-line:backup/gone.yaml: no such file"),
        ("policyengine.toml", "[project]\npolicies = ['/etc/*']\n", "main-line: policyengine.toml: project.policies: `/etc/*` is no pattern; expected one such as `**/*.bpol`, relative to the project"),
        ("organization.yaml", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "main-line:backup/organization.yaml: git has a pointer of Git LFS here, and no filter runs"),
    ],
)  # fmt: skip
def test_faults_of_a_revision_say_which(
    policyengine: Command, repository: Path, name: str, text: str, message: str
) -> None:
    write(repository, {f"backup/{name}": text})
    commit(repository, "faulty")
    git(repository, "branch", "--force", "main-line")
    git(repository, "reset", "--quiet", "--hard", "HEAD^")
    ran = policyengine("diff", "main-line", "-C", repository / "backup", *AT)
    assert (ran.code, ran.out, ran.err) == (2, "", f"error: {message}\n")


def test_text_that_is_not_utf_8_in_a_revision(policyengine: Command, repository: Path) -> None:
    (repository / "backup" / "policy.bpol").write_bytes(b"policy \xff { }")
    commit(repository, "latin")
    ran = policyengine("diff", "HEAD", "main-line", "-C", repository / "backup", *AT)
    assert ran.err == "error: HEAD:backup/policy.bpol:1: not UTF-8 text (byte 7 is 0xff); save it as UTF-8\n"


def test_no_repository_and_no_git(policyengine: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = project_in(tmp_path / "project")
    ran = policyengine("diff", "HEAD", "-C", project, *AT)
    reason = f"{project} is in no git repository"
    assert ran == (2, "", f"error: `HEAD` is no file, no folder and no git revision: {reason}\n")
    git(project, "init", "--quiet")
    monkeypatch.setenv("PATH", str(tmp_path))
    ran = policyengine("diff", "HEAD", "-C", project, *AT)
    reason = "git, which could know it, is not installed; a folder is written `./FOLDER`"
    assert ran == (2, "", f"error: `HEAD` may be a git revision, and {reason}\n")
    assert policyengine("diff", "./", "-C", project, *AT).code == 0


def test_a_shallow_clone_says_what_to_do(policyengine: Command, repository: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{repository}", str(clone))
    ran = policyengine("diff", "HEAD^", "-C", clone / "backup", *AT)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "error: `HEAD^` is no file, no folder and no git revision; this clone is shallow: `git fetch --deepen=1` brings"
        " one more commit, `--unshallow` all of them\n"
    )
    ran = policyengine("diff", "gone", "-C", clone / "backup", *AT)
    assert "this clone is shallow: fetch the revision first (`git fetch --depth=1 origin main`)" in ran.err


def test_a_project_that_moved(policyengine: Command, repository: Path) -> None:
    git(repository, "mv", "backup", "policies")
    commit(repository, "three")
    project = repository / "policies"
    ran = policyengine("diff", "main-line", "-C", project, *AT)
    assert (ran.code, ran.out) == (2, "")
    assert "name the folder that it has there (`main-line:FOLDER`)" in ran.err
    for base in ("main-line:backup", "main-line:backup/", "main-line:../backup"):
        assert classes(policyengine.json("diff", base, "-C", project, *AT)) == WEAKENED
    assert classes(policyengine.json("diff", "main-line:backup", "weaker:policies", "-C", repository, *AT)) == WEAKENED


def test_a_bare_repository(policyengine: Command, repository: Path, tmp_path: Path) -> None:
    """It has no folder of the tree: the top is the project, unless another one is named."""
    git(tmp_path, "clone", "--quiet", "--bare", str(repository), str(tmp_path / "bare.git"))
    sides: list[str | Path] = ["main-line:backup", "weaker:backup", "-C", tmp_path / "bare.git", *AT]
    assert classes(policyengine.json("diff", *sides)) == WEAKENED
    git(repository, "mv", "backup/policy.bpol", "backup/organization.yaml", ".")
    commit(repository, "at the top")
    write(repository, {"policy.bpol": POLICY})
    commit(repository, "longer")
    git(tmp_path, "clone", "--quiet", "--bare", str(repository), str(tmp_path / "top.git"))
    ran = policyengine.json("diff", "weaker", "weaker~1", "-C", tmp_path / "top.git", *AT)
    assert classes(ran) == WEAKENED


@pytest.mark.parametrize("lazy", ["", "0"])
def test_a_partial_clone_fetches_nothing_and_says_what_is_missing(
    policyengine: Command, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lazy: str
) -> None:
    """Releases of git that know no GIT_NO_LAZY_FETCH fetch whatever it says, as `lazy` makes all of them do."""
    monkeypatch.setitem(_QUIET, "GIT_NO_LAZY_FETCH", lazy or _QUIET["GIT_NO_LAZY_FETCH"])
    git(repository, "config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--filter=blob:none", "--no-checkout", f"file://{repository}", str(clone))
    (clone / "backup").mkdir()
    before = sorted(clone.rglob("*"))
    ran = policyengine("diff", "HEAD", "HEAD", "-C", clone / "backup", *AT)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "error: `HEAD`: this clone is partial and lacks some of its files, and nothing is fetched: clone without"
        " `--filter`\n"
    )
    assert sorted(clone.rglob("*")) == before


def test_names_that_git_quotes(policyengine: Command, tmp_path: Path) -> None:
    folder = project_in(tmp_path / "repository" / 'a "b"\tü', policy="")
    write(folder, {'pol "icy"\t.bpol': POLICY})
    git(tmp_path / "repository", "init", "--quiet")
    commit(tmp_path / "repository", "one")
    write(folder, {'pol "icy"\t.bpol': WEAKER})
    assert classes(policyengine.json("diff", "HEAD", "-C", folder, *AT)) == WEAKENED


@pytest.mark.parametrize(
    "row",
    [
        ("**/*.bpol", "shared.bpol", True, True),
        ("**/*.bpol", "shared.bpol", False, True),
        ("**/*.bpol", "notes.md", True, False),
        ("*.bpol", "shared.bpol", True, False),
    ],
    ids=["it has policies", "nobody knows", "it has none", "it is left out"],
)
def test_a_submodule(policyengine: Command, repository: Path, row: tuple[str, str, bool, bool]) -> None:
    """Its policies are in another repository: they must not look as if they were new."""
    policies, file, checked_out, refused = row
    shared = write(repository.parent / "shared", {file: "policy shared { }\n"})
    git(shared, "init", "--quiet")
    commit(shared, "one")
    write(repository, {"backup/policyengine.toml": f'[project]\npolicies = ["{policies}"]\n'})
    git(repository, "-c", "protocol.file.allow=always", "submodule", "add", "--quiet", str(shared), "backup/shared")
    commit(repository, "three")
    if not checked_out:
        git(repository, "submodule", "deinit", "--quiet", "--force", "backup/shared")
    ran = policyengine("diff", "HEAD", "-C", repository / "backup", *AT)
    if not refused:
        assert (ran.code, ran.err) == (0, "")
        return
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: HEAD: `backup/shared` is a git submodule, and its policies are in another repo")


def test_a_requirement_that_is_gone_is_told_whomever_it_applied_to(policyengine: Command, tmp_path: Path) -> None:
    asked = "require kept { assert some rule satisfies rule.retention >= 30 days }\n"
    nobody = asked.replace("kept {", 'nobody { level = advisory for account.name == "none"')
    base = str(project_in(tmp_path / "base", policy=POLICY + asked + nobody))
    head = str(project_in(tmp_path / "head", policy=POLICY))
    ran = policyengine("diff", base, head, *AT)
    assert [line for line in ran.out.splitlines() if line.startswith(("gate: ", "requirement: "))] == [
        "gate: requirement `kept`: mandatory -> gone",
        "gate: requirement `nobody`: advisory -> gone",
        "requirement: `kept` (mandatory) holds -> gone: all 3 accounts",
    ]
    assert policyengine.json("diff", base, head, *AT).json["agreed"]["requirements"] == [
        {"name": "kept", "before": "mandatory", "after": None},
        {"name": "nobody", "before": "advisory", "after": None},
    ]
