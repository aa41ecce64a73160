"""Waivers and the baseline in `check`: what they keep from failing the gate, and what they do not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.small_projects import BASELINE

from cli.command import AS_OF, Command, Json, project_in

POLICY = f"{BASELINE}attach baseline to root\n"
# books and toys, both in Shops, have their Regions blocked.
BLOCKED = POLICY.replace("regions = [eu-west-1]", "locked regions = [eu-west-1]") + (
    'policy shops { plan daily { regions = [eu-central-1] } }\nattach shops to ou "Shops"\n'
)
STRICT = '[gate]\nfail_on = "warning"\n'
ACCEPTING = STRICT + 'baseline = "baseline.json"\n'
MESSAGE = 'policy `shops` at unit "Shops": `regions` is ignored: `baseline` at the root allows nothing here'


def waive(target: str, until: str = "2026-12-31", what: str = "operator-blocked") -> str:
    return f'{BLOCKED}waive {what} for {target} until {until} because "SHOP-3: in migration"\n'


def told(found: Json) -> list[tuple[str, list[str], bool, bool]]:
    """Names and accounts of findings, and whether they are waived and accepted."""
    return [
        (one["name"], one["accounts"], one["waiver"] is not None, one.get("baseline", False))
        for one in found["findings"]
    ]


@pytest.mark.parametrize(
    ("at", "code"),
    [
        ("2026-09-12T23:59", 0),
        ("2026-09-13", 0),
        ("2026-09-13T23:59:59Z", 0),
        ("2026-09-14", 1),
        ("2026-09-14T00:00", 1),
        ("2030-01-01", 1),
    ],
)
def test_the_last_day_counts_in_utc(policyengine: Command, tmp_path: Path, at: str, code: int) -> None:
    project = project_in(tmp_path, policy=waive("root", "2026-09-13"), config=STRICT)
    ran = policyengine.json("check", project, "--at", at)
    assert ran.code == code
    both = ["222222222222", "333333333333"]
    expired = [("waiver-expired", [], False, False), ("operator-blocked", both, False, False)]
    assert told(ran.json) == (expired if code else [("operator-blocked", both, True, False)])


def test_a_waiver_that_covers_some_accounts_splits_a_finding(policyengine: Command, tmp_path: Path) -> None:
    project = project_in(tmp_path, policy=waive('account "toys"'), config=STRICT)
    ran = policyengine.json("check", project, *AS_OF)
    assert (ran.code, ran.json["verdict"]) == (1, "fail")
    assert told(ran.json) == [
        ("operator-blocked", ["222222222222"], False, False),
        ("operator-blocked", ["333333333333"], True, False),
    ]
    assert ran.json["findings"][1]["waiver"] == {
        "what": "operator-blocked",
        "target": {"kind": "account", "id": "333333333333", "name": "toys", "path": "Shops/toys"},
        "until": "2026-12-31",
        "because": "SHOP-3: in migration",
        "location": {"file": "policy.bpol", "line": 15, "column": 1, "end_line": 15, "end_column": 90},
    }
    summary = ran.json["summary"]
    assert (summary["warning"], summary["waived"], summary["accepted"]) == (1, 1, 0)


@pytest.mark.parametrize(
    ("target", "expected"), [("root", {"kind": "root"}), ('ou "Shops"', {"kind": "ou", "path": "Shops"})]
)
def test_the_target_of_a_waiver(policyengine: Command, tmp_path: Path, target: str, expected: Json) -> None:
    ran = policyengine.json("check", project_in(tmp_path, policy=waive(target), config=STRICT), *AS_OF)
    (found,) = ran.json["findings"]
    assert (ran.code, found["waiver"]["target"]) == (0, expected)


def test_what_does_not_count_stays_listed_in_a_line(policyengine: Command, tmp_path: Path) -> None:
    project = project_in(tmp_path, policy=waive('account "toys"'), config=ACCEPTING)
    assert policyengine("check", project, *AS_OF, "--update-baseline").out == (
        f"waived until 2026-12-31: PE301 operator-blocked: {MESSAGE} (because SHOP-3: in migration)\n"
        f"accepted in baseline.json: PE301 operator-blocked: {MESSAGE}\n"
        "not in the snapshot: vaults, roles, opt-in, needed by 19 checks\n"
        "pass: 3 accounts, 2 policies: 1 waived, 1 accepted\n"
    )


def test_waived_violations_that_read_the_same_are_one_line(policyengine: Command, tmp_path: Path) -> None:
    one, other = (BASELINE.replace("policy baseline", f"policy {name}") for name in ("one", "other"))
    two = f'{one}attach one to account "books"\n{other}attach other to account "toys"\n'
    asked = (
        "require copied { assert every plan satisfies some rule satisfies some copy satisfies copy.cross_account }\n"
    )
    waived = 'waive copied for root until 2026-12-31 because "SHOP-4: second account in December"\n'
    shown = policyengine("check", project_in(tmp_path, policy=two + asked + waived), *AS_OF).out
    (line,) = [line for line in shown.splitlines() if line.startswith("waived until 2026-12-31: PE701 ")]
    assert line.endswith(", at 2 places (because SHOP-4: second account in December)")


def test_formats_agree_on_the_counts(policyengine: Command, tmp_path: Path) -> None:
    policy = waive('account "toys"') + waive("root", "2026-09-12", "key-blocked").replace(BLOCKED, "")
    project = project_in(tmp_path, policy=policy)
    summary = policyengine.json("check", project, *AS_OF).json["summary"]
    assert (summary["error"], summary["warning"], summary["info"], summary["waived"]) == (1, 1, 0, 1)
    shown = policyengine("check", project, *AS_OF).out
    assert shown.endswith("fail: 3 accounts, 2 policies: 1 error, 1 warning, 1 waived\n")
    assert "error[PE801 waiver-expired]: the waiver of `key-blocked` ended on 2026-09-12\n" in shown


@pytest.mark.parametrize(
    ("statement", "name", "advice"),
    [
        ("operator-bloked for root", "not-waivable", "did you mean `operator-blocked`?"),
        ("unknown-setting for root", "not-waivable", "it is a mistake in the text: mend what it finds"),
        ('operator-blocked for ou "Shop"', "unknown-target", "did you mean `Shops`?"),
        ('operator-blocked for ou "toys"', "unknown-target", "`toys` is an account: write `for account`"),
    ],
)
def test_a_void_waiver_is_an_error_and_waives_nothing(
    policyengine: Command, tmp_path: Path, statement: str, name: str, advice: str
) -> None:
    policy = f'{BLOCKED}waive {statement} until 2026-12-31 because "x"\n'
    ran = policyengine.json("check", project_in(tmp_path, policy=policy), *AS_OF)
    assert ran.code == 1
    fault, other = ran.json["findings"]
    assert (fault["name"], fault["severity"], fault["help"]) == (name, "error", advice)
    assert (other["name"], other["waiver"]) == ("operator-blocked", None)


def test_a_waiver_of_a_requirement_of_another_file(policyengine: Command, tmp_path: Path) -> None:
    policy = POLICY + 'waive kept for account "toys" until 2026-12-31 because "x"\n'
    required = "require kept { assert every rule satisfies rule.retention >= 60 days }\n"
    project = project_in(tmp_path, policy=policy, **{"required.bpol": required})
    ran = policyengine.json("check", project, *AS_OF)
    assert (ran.code, {one["requirement"] for one in ran.json["findings"]}) == (1, {"kept"})
    assert told(ran.json) == [
        ("requirement-violated", ["111111111111", "222222222222"], False, False),
        ("requirement-violated", ["333333333333"], True, False),
    ]


def test_a_name_that_a_broken_file_may_hold_is_nobodys_fault(policyengine: Command, tmp_path: Path) -> None:
    policy = POLICY + 'waive sealed for root until 2026-12-31 because "x"\n'
    project = project_in(tmp_path, policy=policy, **{"required.bpol": "require 7 sealed { }\n"})
    found = {
        one["name"]: one["location"]["file"] for one in policyengine.json("check", project, *AS_OF).json["findings"]
    }
    assert set(found.values()) == {"required.bpol"}


def test_an_unused_waiver_is_reported_where_all_accounts_were_seen(policyengine: Command, tmp_path: Path) -> None:
    project = project_in(tmp_path, policy=waive('account "management"'))
    all_seen = policyengine.json("check", project, *AS_OF)
    assert [(one["name"], one["severity"]) for one in all_seen.json["findings"]] == [
        ("operator-blocked", "warning"),
        ("waiver-unused", "warning"),
    ]
    for options in (["--account", "management"], ["--only-project"]):
        found = policyengine.json("check", project, *AS_OF, *options).json["findings"]
        assert "waiver-unused" not in [one["name"] for one in found]


@pytest.mark.parametrize("stop", ["no snapshot", "a fault"])
def test_a_run_that_ends_early_knows_what_is_expired_and_not_what_is_unused(
    policyengine: Command, tmp_path: Path, stop: str
) -> None:
    policy = waive("root", "2026-09-12") + 'waive key-blocked for root until 2026-12-31 because "x"\n'
    project = project_in(tmp_path, policy=policy)
    if stop == "no snapshot":
        (project / "organization.yaml").unlink()
    else:
        (project / "fault.bpol").write_text("policy p { plan q { regoins = [] } }\n")
    found = policyengine.json("check", project, *AS_OF).json["findings"]
    nobody = ["no-accounts"] if stop == "no snapshot" else []
    assert [one["name"] for one in found if one["code"] >= "PE8"] == ["waiver-expired", *nobody]


def test_new_findings_fail_and_accepted_ones_do_not(policyengine: Command, tmp_path: Path) -> None:
    project = project_in(tmp_path, policy=BLOCKED, config=ACCEPTING)
    updated = policyengine.json("check", project, *AS_OF, "--update-baseline")
    assert (updated.code, told(updated.json)) == (
        0,
        [("operator-blocked", ["222222222222", "333333333333"], False, True)],
    )
    assert policyengine.json("check", project, *AS_OF) == updated
    moved = project / "organization.yaml"
    moved.write_text(moved.read_text().replace("name: toys}", 'name: toys}, {id: "444444444444", name: new}'))
    (project / "policy.bpol").write_text(f"# one line more\n{BLOCKED}policy unused {{ }}\n")
    ran = policyengine.json("check", project, *AS_OF)
    assert ran.code == 1
    assert told(ran.json) == [
        ("operator-blocked", ["222222222222", "333333333333"], False, True),
        ("operator-blocked", ["444444444444"], False, False),
        ("policy-not-attached", [], False, False),
    ]
    summary = ran.json["summary"]
    assert (summary["warning"], summary["waived"], summary["accepted"]) == (2, 0, 1)


def test_the_file_of_a_baseline(policyengine: Command, tmp_path: Path) -> None:
    project = project_in(tmp_path, policy=waive('account "toys"'), config=ACCEPTING)
    policyengine("check", project, *AS_OF, "--update-baseline")
    written = (project / "baseline.json").read_text()
    assert json.loads(written) == {
        "schema": "policyengine/baseline/1",
        "findings": [
            {
                "name": "operator-blocked",
                "requirement": None,
                "file": "policy.bpol",
                "path": "plans/daily/regions",
                "region": None,
                "policies": ["baseline", "shops"],
                "message": MESSAGE,
                "values": ["`@@assign` is ignored: `baseline` at the root allows nothing here"],
                "accounts": ["222222222222"],
            }
        ],
    }
    policyengine("check", project, *AS_OF, "--update-baseline")
    assert (project / "baseline.json").read_text() == written


def test_what_is_gone_is_reported(policyengine: Command, tmp_path: Path) -> None:
    project = project_in(tmp_path, policy=BLOCKED, config=ACCEPTING)
    policyengine("check", project, *AS_OF, "--update-baseline")
    mended = BLOCKED.replace('attach shops to ou "Shops"', 'attach shops to account "toys"')
    (project / "policy.bpol").write_text(mended.replace("policy shops", "policy  shops"))
    ran = policyengine("check", project, *AS_OF)
    assert "info[PE804 accepted-finding-gone]: an accepted finding is gone: operator-blocked: " in ran.out
    assert "   = account: books (222222222222)\n" in ran.out
    assert "   = help: run `policyengine check --update-baseline`\n" in ran.out
    for options in (["--account", "toys"], ["--only-project"]):
        assert "PE804" not in policyengine("check", project, *AS_OF, *options).out
    assert policyengine("check", project, *AS_OF, "--update-baseline").code == 0
    assert "PE804" not in policyengine("check", project, *AS_OF).out


def test_faults_cannot_be_accepted(policyengine: Command, tmp_path: Path) -> None:
    policy = BLOCKED + waive("root", "2020-01-01", "key-blocked")[len(BLOCKED) :]
    project = project_in(tmp_path, policy=policy, config=ACCEPTING)
    ran = policyengine.json("check", project, *AS_OF, "--update-baseline")
    assert ran.code == 1
    assert "waiver-expired" in {one["name"] for one in ran.json["findings"]}
    accepted = json.loads((project / "baseline.json").read_text())["findings"]
    assert "waiver-expired" not in {one["name"] for one in accepted}
    assert ran.json["summary"]["accepted"] == len(accepted) > 0


def test_a_run_that_leaves_out_what_aws_would_refuse_writes_no_baseline(policyengine: Command, tmp_path: Path) -> None:
    project = project_in(tmp_path, policy=BLOCKED, config=ACCEPTING)
    policyengine("check", project, *AS_OF, "--update-baseline")
    before = (project / "baseline.json").read_text()
    (project / "policy.bpol").write_text(BLOCKED.replace('vault = "Main"', 'vault = "no vault"'))
    ran = policyengine.json("check", project, *AS_OF, "--update-baseline")
    assert ran.code == 1
    assert "malformed-vault-name" in {one["name"] for one in ran.json["findings"]}
    assert "the baseline baseline.json: it is not written until these faults are mended" in ran.json["not_judged"]
    assert (project / "baseline.json").read_text() == before


def test_a_run_that_stops_writes_no_baseline(policyengine: Command, tmp_path: Path) -> None:
    project = project_in(tmp_path, policy=BLOCKED.replace("vault", "vualt"), config=ACCEPTING)
    ran = policyengine.json("check", project, *AS_OF, "--update-baseline")
    assert ran.code == 1
    assert "the baseline baseline.json: it is not written until these faults are mended" in ran.json["not_judged"]
    assert not (project / "baseline.json").exists()


@pytest.mark.parametrize(
    ("config", "options", "message"),
    [
        (ACCEPTING, [], "there is no file `baseline.json`; `policyengine check --update-baseline` writes it"),
        (STRICT, ["--update-baseline"], 'add `baseline = "baseline.json"` under `[gate]` in policyengine.toml'),
        (ACCEPTING, ["--update-baseline", "--account", "toys"],
         "--update-baseline: a baseline holds the findings of all accounts; leave out --account"),
        (STRICT + 'baseline = "organization.yaml"\n', ["--update-baseline"],
         "organization.yaml: this is no baseline, and it is not overwritten; name another file in gate.baseline"),
        (STRICT + 'baseline = "no/such.json"\n', ["--update-baseline"], "no/such.json: cannot be written: no such file"),
        (STRICT + 'baseline = "\\u0000"\n', [], "there is no file `\\x00`"),
        (STRICT + 'baseline = "\\u0000"\n', ["--update-baseline"], "not a name that a file can have"),
        (STRICT + 'baseline = "."\n', [], "is a directory"),
    ],
)  # fmt: skip
def test_a_baseline_that_cannot_be_read_or_written(
    policyengine: Command, tmp_path: Path, config: str, options: list[str], message: str
) -> None:
    project = project_in(tmp_path, policy=BLOCKED, config=config)
    before = {file.name: file.read_text() for file in project.iterdir()}
    ran = policyengine("check", project, *AS_OF, *options)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert "internal error" not in ran.err
    assert {file.name: file.read_text() for file in project.iterdir()} == before


def test_an_update_needs_a_snapshot(policyengine: Command, tmp_path: Path) -> None:
    project = project_in(tmp_path, policy=BLOCKED, config=ACCEPTING)
    (project / "organization.yaml").unlink()
    ran = policyengine("check", project, *AS_OF, "--update-baseline")
    assert (ran.code, ran.out) == (2, "")
    assert "no snapshot of the organization" in ran.err


def test_a_faulty_baseline_is_reported_with_its_line_and_written_anew(policyengine: Command, tmp_path: Path) -> None:
    broken = '{\n "schema": "policyengine/baseline/1",\n<<<<<<< ours\n "findings": []\n}\n'
    project = project_in(tmp_path, policy=BLOCKED, config=ACCEPTING, **{"baseline.json": broken})
    ran = policyengine("check", project, *AS_OF)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: baseline.json:3: expected ")
    assert policyengine("check", project, *AS_OF, "--update-baseline").code == 0
    assert policyengine("check", project, *AS_OF).code == 0


LONG = "".join(
    f'tag selection s{number} {{ role = "Backup"  key = "{number:0100}"  values = ["{"v" * 250}"] }}\n'
    for number in range(30)
)
# What AWS refuses or withholds: a text of more than 10,000 characters, an eleventh policy, a plan without a Region.
REFUSED = {
    "document-too-long": POLICY.replace("tag selection tagged", f"{LONG}tag selection tagged"),
    "too-many-policies-attached": POLICY
    + "".join(f"policy p{number} {{ plan daily {{ regions += [eu-west-3] }} }}\n" for number in range(11))
    + f'attach {", ".join(f"p{number}" for number in range(11))} to account "toys"\n',
    "effective-policy-invalid": POLICY.replace("regions = [eu-west-1]", ""),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_aws_refuses_is_not_waived(policyengine: Command, tmp_path: Path, name: str) -> None:
    waiver = f'waive {name} for root until 2026-12-31 because "x"\n'
    ran = policyengine.json("check", project_in(tmp_path, policy=REFUSED[name] + waiver), *AS_OF)
    errors = {one["name"]: one for one in ran.json["findings"] if one["severity"] == "error"}
    assert (ran.code, set(errors)) == (1, {name, "not-waivable"})
    assert errors[name]["waiver"] is None
    assert errors["not-waivable"]["help"] == "AWS would refuse it all the same: mend what it finds"


@pytest.mark.parametrize("name", REFUSED)
def test_what_aws_refuses_is_not_accepted(policyengine: Command, tmp_path: Path, name: str) -> None:
    project = project_in(tmp_path, policy=REFUSED[name], config=ACCEPTING)
    policyengine("check", project, *AS_OF, "--update-baseline")
    written = project / "baseline.json"
    assert not written.exists() or name not in written.read_text()
    written.write_text('{"schema": "policyengine/baseline/1", "findings": []}')
    (found,) = (one for one in policyengine.json("check", project, *AS_OF).json["findings"] if one["name"] == name)
    entry = {key: found[key] for key in ("name", "path", "message", "policies", "accounts")}
    written.write_text(json.dumps({"schema": "policyengine/baseline/1", "findings": [entry]}))
    ran = policyengine.json("check", project, *AS_OF)
    assert ran.code == 1
    assert {(one["name"], one.get("baseline", False)) for one in ran.json["findings"]} >= {
        (name, False),
        ("acceptance-void", False),
    }


@pytest.mark.parametrize("level", ["off", "info", "warning", "error"])
@pytest.mark.parametrize("name", REFUSED)
def test_what_aws_refuses_has_no_other_level(policyengine: Command, tmp_path: Path, name: str, level: str) -> None:
    config = f'[checks]\n{name} = "{level}"\n'
    ran = policyengine("check", project_in(tmp_path, policy=REFUSED[name], config=config), *AS_OF)
    assert (ran.code, ran.out) == (2, "")
    reason = "its level cannot be set: AWS would refuse it all the same"
    assert ran.err == f"error: policyengine.toml:2: checks.{name}: {reason}\n"


@pytest.mark.parametrize("name", ["vault-missing", "Vault-Missing", "unknown-setting", "requirement-violated"])
@pytest.mark.parametrize("command", ["check", "test"])
def test_no_requirement_has_the_name_of_a_check(policyengine: Command, tmp_path: Path, command: str, name: str) -> None:
    policy = f"{POLICY}require {name} {{ assert some rule satisfies rule.retention >= 9999 days }}\n"
    waiver = f'waive {name} for root until 2027-01-01 because "x"\n' if name == "vault-missing" else ""
    ran = policyengine(command, project_in(tmp_path, policy=policy + waiver), *AS_OF)
    assert ran.code == 1
    assert f"error[PE176 requirement-named-like-check]: requirement `{name}` has the name of a check\n" in ran.out


@pytest.mark.parametrize("reason", ["", "  ", "\\t", "\\u200b", "\\u202e \\u2060", "\\u3164", "\\u2800"])
def test_a_reason_that_nobody_can_see_is_none(policyengine: Command, tmp_path: Path, reason: str) -> None:
    waiver = f'waive role-missing for root until 2030-01-01 because "{reason}"\n'
    ran = policyengine("check", project_in(tmp_path / "waived", policy=POLICY + waiver), *AS_OF)
    assert ran.code == 1
    assert "a waiver without a reason" in ran.out
    allowed = f'[[gate.allow]]\nid = "{"0" * 32}"\nreason = "{reason}"\n'
    ran = policyengine("check", project_in(tmp_path / "allowed", config=allowed), *AS_OF)
    assert ran.code == 2
    assert "gate.allow[0].reason: expected a text in quotes, found " in ran.err
