"""`check`: the gate and its verdict."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.command import AT, POLICY, SNAPSHOT, TOLD, Command, project_in
from policyengine.analysis.checks import CHECKS

BLOCKED = (
    "policy baseline {\n"
    "  plan daily {\n"
    "    locked regions = [eu-west-1]\n"
    '    rule nightly { schedule = daily at 05:00  vault = "Main"  retain = 35 days }\n'
    '    tag selection tagged { role = "Backup"  key = "backup"  values = ["yes"] }\n'
    "  }\n"
    "}\n"
    "policy shops { plan daily { regions = [eu-central-1] } }\n"
    "attach baseline to root\n"
    'attach shops to ou "Shops"\n'
)
PEERS = """\
version: 1
attachment_order: unknown
root:
  name: Root
  policies: [one, two]
  accounts: [{id: "111111111111", name: management}]
policies:
"""


def peers() -> str:
    """Two peers that disagree about a retention, in an order that nobody knows."""
    text = PEERS
    for name, days in (("one", "7"), ("two", "35")):
        rule = {
            "schedule_expression": {"@@assign": "cron(0 5 ? * * *)"},
            "target_backup_vault_name": {"@@assign": "Main"},
            "lifecycle": {"delete_after_days": {"@@assign": days}},
        }
        tags = {
            "iam_role_arn": {"@@assign": "arn:aws:iam::$account:role/B"},
            "tag_key": {"@@assign": "k"},
            "tag_value": {"@@assign": ["v"]},
        }
        plan = {"regions": {"@@assign": ["eu-west-1"]}, "rules": {"r": rule}, "selections": {"tags": {"t": tags}}}
        text += f"  {name}: {json.dumps({'content': {'plans': {'p': plan}}})}\n"
    return text


def test_nothing_found(policyengine: Command, project: Path) -> None:
    shown = "not in the snapshot: vaults, roles, opt-in, needed by 19 checks\npass: 3 accounts, 1 policy: no findings\n"
    assert policyengine("check", project) == (0, shown, "")
    ran = policyengine.json("check", project, "--at", AT)
    assert ran.code == 0
    assert ran.json == {
        "schema": "policyengine/check/1",
        "at": "2026-09-13T07:00:00Z",
        "verdict": "pass",
        "summary": {
            "accounts": 3,
            "error": 0,
            "warning": 0,
            "info": 0,
            "waived": 0,
            "accepted": 0,
            "undecided": 0,
            "requirements": 0,
            "assertions": 0,
        },
        "not_judged": [],
        "not_told": [
            {
                "fact": fact,
                "of": [of],
                "accounts": ["111111111111", "222222222222", "333333333333"],
                "needed_by": [check.RULE.name for check in CHECKS if fact in check.RULE.needs],
                "allowed": False,
            }
            for fact, of in (
                ("vaults", "vault `Main` in eu-west-1"),
                ("roles", "role `Backup`"),
                ("opt-in", "eu-west-1"),
            )
        ],
        "findings": [],
    }


def test_one_finding_for_all_its_accounts(policyengine: Command, tmp_path: Path) -> None:
    ran = policyengine.json("check", project_in(tmp_path, policy=BLOCKED))
    assert (ran.code, ran.json["verdict"]) == (0, "pass")
    assert ran.json["summary"]["warning"] == len(ran.json["findings"]) == 1
    (found,) = ran.json["findings"]
    assert found.pop("message")
    assert found.pop("help")
    assert found.pop("url").endswith("/docs/rules/operator-blocked.md")
    assert found == {
        "code": "PE301",
        "name": "operator-blocked",
        "severity": "warning",
        "location": {"file": "policy.bpol", "line": 8, "column": 29, "end_line": 8, "end_column": 53},
        "path": "plans/daily/regions",
        "region": None,
        "accounts": ["222222222222", "333333333333"],
        "policies": ["baseline", "shops"],
        "requirement": None,
        "waiver": None,
    }


@pytest.mark.parametrize(("more", "last"), [(0, 'message "ask"'), (20, "and rule.retention != 9 days")])
def test_the_whole_assertion_is_shown(policyengine: Command, tmp_path: Path, more: int, last: str) -> None:
    """Of very many lines the first twelve."""
    asks = "".join(f"      and rule.retention != {days} days\n" for days in range(more))
    text = f'  assert every rule\n    satisfies rule.retention >= 60 days\n{asks}    message "ask"\n'
    project = project_in(tmp_path, policy=f"{POLICY}require long {{\n{text}}}\n")
    shown = policyengine("check", project, "--at", AT, "--select", "requirements").out
    excerpt = shown[shown.index("assert every rule") :].partition("^^^")[0].splitlines()
    assert excerpt[1].endswith("|     satisfies rule.retention >= 60 days")
    assert excerpt[-2].endswith(last)


def test_every_format_shows_code_and_name(policyengine: Command, tmp_path: Path) -> None:
    assert "warning[PE301 operator-blocked]: " in policyengine("check", project_in(tmp_path, policy=BLOCKED)).out


@pytest.mark.parametrize(
    ("config", "code", "severity"),
    [
        ("", 0, "warning"),
        ('[gate]\nfail_on = "warning"\n', 1, "warning"),
        ('[checks]\noperator-blocked = "error"\n', 1, "error"),
        ('[checks]\noperator-blocked = "info"\n[gate]\nfail_on = "warning"\n', 0, "info"),
        ('[checks]\noperator-blocked = "off"\n[gate]\nfail_on = "warning"\n', 0, None),
    ],
)
def test_levels_and_the_gate(
    policyengine: Command, tmp_path: Path, config: str, code: int, severity: str | None
) -> None:
    ran = policyengine.json("check", project_in(tmp_path, policy=BLOCKED, config=config))
    assert ran.code == code
    assert ran.json["verdict"] == ("fail" if code else "pass")
    assert [found["severity"] for found in ran.json["findings"]] == ([severity] if severity else [])


def test_faults_of_the_language_cannot_be_switched_off(policyengine: Command, tmp_path: Path) -> None:
    ran = policyengine("check", project_in(tmp_path, config='[checks]\nunknown-setting = "off"\n'))
    assert (ran.code, ran.out) == (2, "")
    assert "policyengine.toml:2: checks.unknown-setting: " in ran.err


@pytest.mark.parametrize(
    ("config", "options", "severity"),
    [
        ("", [], "warning"),
        ("", ["--strict"], "error"),
        ("[gate]\nstrict = true\n", [], "error"),
    ],
)
def test_strict_fails_on_what_cannot_be_decided(
    policyengine: Command, tmp_path: Path, config: str, options: list[str], severity: str
) -> None:
    project = project_in(tmp_path, organization=peers(), policy="", config=config)
    ran = policyengine.json("check", project, *options)
    assert ran.code == (1 if severity == "error" else 0)
    assert [f["severity"] for f in ran.json["findings"] if f["name"] == "peer-order-unknown"] == [severity]


@pytest.mark.parametrize("level", ["info", "warning"])
def test_strict_wins_over_the_level_of_what_nobody_can_say(policyengine: Command, tmp_path: Path, level: str) -> None:
    policy = f"{POLICY}\nrequire kept {{\n  assert every rule satisfies rule.vault.exists\n}}\n"
    config = f'[gate]\nunknown = ["vaults", "roles", "opt-in"]\n[checks]\nrequirement-undecided = "{level}"\n'
    project = project_in(tmp_path, policy=policy, config=config)
    assert policyengine("check", project).code == 0
    ran = policyengine.json("check", project, "--strict")
    assert ran.code == 1
    assert [(f["name"], f["severity"]) for f in ran.json["findings"]] == [("requirement-undecided", "error")]


def test_a_project_that_does_not_compile(policyengine: Command, tmp_path: Path) -> None:
    broken = project_in(tmp_path, policy=POLICY.replace("vault", "vualt").replace("35 days", "35"))
    ran = policyengine.json("check", broken)
    assert (ran.code, ran.json["verdict"], ran.json["summary"]["accounts"]) == (1, "fail", 0)
    assert {found["location"]["line"] for found in ran.json["findings"]} == {6, 7}
    assert ran.json["not_judged"] == ["the effective policies of the accounts, until these faults are mended"]
    shown = policyengine("check", broken)
    assert "not judged: the effective policies of the accounts, until these faults are mended\n" in shown.out
    assert shown.out.endswith("fail: 0 accounts, 1 policy: 2 errors\n")


def test_without_a_snapshot_it_says_what_it_could_not_judge(policyengine: Command, project: Path) -> None:
    (project / "organization.yaml").unlink()
    ran = policyengine.json("check", project)
    assert (ran.code, ran.json["verdict"]) == (0, "pass")
    (reason,) = ran.json["not_judged"]
    assert "no snapshot of the organization" in reason
    assert f"not judged: {reason}\n" in policyengine("check", project).out
    assert [(found["name"], found["severity"]) for found in ran.json["findings"]] == [("no-accounts", "warning")]
    strict = policyengine.json("check", project, "--strict")
    assert (strict.code, strict.json["findings"][0]["severity"]) == (1, "error")


NOBODY = "version: 1\nroot: {name: Root, units: [{name: Shops}]}\n"


@pytest.mark.parametrize(
    ("config", "code", "severity"),
    [
        ("", 0, "warning"),
        ("[gate]\nstrict = true\n", 1, "error"),
        ('[gate]\nfail_on = "warning"\n', 1, "warning"),
        ('[gate]\nstrict = true\n[checks]\nno-accounts = "warning"\n', 1, "error"),
    ],
)
def test_without_accounts_a_pass_says_nothing(
    policyengine: Command, tmp_path: Path, config: str, code: int, severity: str
) -> None:
    project = project_in(tmp_path, organization=NOBODY, config=config)
    ran = policyengine.json("check", project)
    (found,) = ran.json["findings"]
    assert (ran.code, found["name"], found["severity"]) == (code, "no-accounts", severity)
    assert found["message"] == "no account is judged: the snapshot has none"


def test_nobody_silences_that_there_are_no_accounts(policyengine: Command, tmp_path: Path) -> None:
    project = project_in(tmp_path, organization=NOBODY, config='[checks]\nno-accounts = "off"\n')
    ran = policyengine("check", project)
    assert (ran.code, ran.out) == (2, "")
    assert "it cannot be weakened" in ran.err


@pytest.mark.parametrize(
    ("snapshot", "unknown", "missing"),
    [
        (SNAPSHOT, "", ["vaults", "roles", "opt-in"]),
        (SNAPSHOT, '["roles"]', ["vaults", "opt-in"]),
        (SNAPSHOT, '["roles", "vaults", "opt-in"]', []),
        (SNAPSHOT + TOLD, "", []),
        (SNAPSHOT + TOLD.replace(", type: standard", ""), "", ["vault-types"]),
        (SNAPSHOT + TOLD.replace(" lock: none,", ""), '["vault-types"]', ["vault-locks"]),
    ],
)
def test_strict_fails_for_each_fact_that_is_not_reported(
    policyengine: Command, tmp_path: Path, snapshot: str, unknown: str, missing: list[str]
) -> None:
    config = f"[gate]\nunknown = {unknown}\n" if unknown else ""
    project = project_in(tmp_path, organization=snapshot, config=config)
    assert policyengine.json("check", project).json["findings"] == []
    ran = policyengine.json("check", project, "--strict")
    assert ran.code == int(bool(missing))
    assert {(found["name"], found["severity"]) for found in ran.json["findings"]} <= {("facts-missing", "error")}
    assert [one["fact"] for one in ran.json["not_told"] if not one["allowed"]] == missing
    assert len(ran.json["findings"]) == len(missing)


def test_what_is_not_reported_says_of_what_and_what_to_do(policyengine: Command, tmp_path: Path) -> None:
    project = project_in(tmp_path, organization=SNAPSHOT + TOLD.replace("Main", "Other"))
    snapshot = project / "organization.yaml"
    snapshot.write_text(snapshot.read_text() + "searched: {regions: [eu-central-1]}\n")
    assert policyengine.json("check", project).json["not_told"] == [
        {
            "fact": "vaults",
            "of": ["vault `Main` in eu-west-1"],
            "accounts": ["111111111111", "222222222222", "333333333333"],
            "needed_by": [
                "vault-missing",
                "vault-name-case",
                "default-vault-assumed",
                "retention-outside-vault-lock",
                "copy-outside-vault-lock",
                "continuous-outside-vault-lock",
                "lock-irreversible",
                "copy-key-unusable",
                "air-gapped-unsupported",
                "copy-between-air-gapped-vaults",
                "copy-denied-by-vault",
            ],
            "allowed": False,
        }
    ]
    shown = policyengine("check", project, "--strict").out
    assert (
        "error[PE805 facts-missing]: the snapshot does not tell which vaults there are (vault `Main` in eu-west-1)\n"
        in shown
    )
    assert 'or accept it: `unknown = ["vaults"]` under `[gate]`\n' in shown
    assert "not in the snapshot: vaults, needed by 11 checks\nfail: 3 accounts" in shown


def test_a_fact_is_missed_for_the_accounts_that_are_asked_for(policyengine: Command, tmp_path: Path) -> None:
    tree = SNAPSHOT + TOLD.replace(
        'vaults: [{name: Main, accounts: "*"', 'vaults: [{name: Main, accounts: ["222222222222"]'
    )
    tree += 'searched: {accounts: ["222222222222"]}\n'
    project = project_in(tmp_path, organization=tree)
    assert policyengine("check", project, "--strict").code == 1
    assert policyengine("check", project, "--strict", "--account", "books").code == 0
    assert policyengine("check", project, "--strict", "--account", "toys").code == 1


def test_without_a_snapshot_documents_are_still_admitted(policyengine: Command, project: Path) -> None:
    (project / "organization.yaml").unlink()
    policy = POLICY.replace("daily at 05:00", 'cron("0 5 * * * *")')
    (project / "policy.bpol").write_text(policy)
    ran = policyengine.json("check", project)
    assert ran.code == 1
    refused, nobody = ran.json["findings"]
    assert (refused["name"], refused["location"]["line"]) == ("schedule-invalid", 8)
    assert (nobody["name"], nobody["location"]) == ("no-accounts", None)


def test_a_faulty_snapshot_cannot_be_judged(policyengine: Command, tmp_path: Path) -> None:
    organization = "version: 1\nroot:\n  name: Root\n  polices: []\n  accounts: [{id: 12, name: x}]\n"
    ran = policyengine("check", project_in(tmp_path, organization=organization), "--format", "json")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines()[0].startswith("error: organization.yaml:4: root.polices: ")
    assert ran.err.splitlines()[1].startswith("error: organization.yaml:5: root.accounts[0].id: ")


def test_nothing_to_check(policyengine: Command, tmp_path: Path) -> None:
    ran = policyengine("check", tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "no .bpol files and no snapshot; `policyengine init`" in ran.err


def test_only_what_concerns_an_account(policyengine: Command, tmp_path: Path) -> None:
    project = project_in(tmp_path, policy=BLOCKED)
    assert policyengine.json("check", project, "--account", "management").json["findings"] == []
    assert len(policyengine.json("check", project, "--account", "Shops/*").json["findings"]) == 1
    assert (
        len(policyengine.json("check", project, "--account", "toys", "--account", "management").json["findings"]) == 1
    )


def test_accounts_that_are_not_looked_at_do_not_pass(policyengine: Command, project: Path) -> None:
    assert policyengine("check", project).out.endswith("pass: 3 accounts, 1 policy: no findings\n")
    assert policyengine("check", project, "--account", "toys").out.endswith("pass: 1 account, 1 policy: no findings\n")


def test_an_account_that_nobody_knows(policyengine: Command, project: Path) -> None:
    ran = policyengine("check", project, "--account", "toy")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "error: toy: no such account; did you mean `toys`?\n"
    (project / "organization.yaml").unlink()
    ran = policyengine("check", project, "--account", "toys")
    assert (ran.code, ran.out) == (2, "")
    assert "no snapshot of the organization" in ran.err


def test_only_the_project(policyengine: Command, tmp_path: Path) -> None:
    project = project_in(tmp_path, organization=peers(), policy=POLICY)
    assert policyengine.json("check", project).json["findings"] != []
    assert policyengine.json("check", project, "--only-project").json["findings"] == []


def test_the_clock_matters(policyengine: Command, tmp_path: Path) -> None:
    project = project_in(tmp_path, policy=POLICY.replace("daily at 05:00", 'cron("0 5 1 * ? 2027")'))
    assert policyengine("check", project, "--at", "2027-01-15").code == 0
    ran = policyengine.json("check", project, "--at", "2028-01-15T08:30")
    assert (ran.code, ran.json["at"]) == (1, "2028-01-15T08:30:00Z")
    assert "schedule-ends" in [found["name"] for found in ran.json["findings"]]


def test_what_aws_would_refuse_fails_and_the_rest_is_checked(policyengine: Command, tmp_path: Path) -> None:
    policy = BLOCKED.replace('vault = "Main"', 'vault = "no vault"')
    ran = policyengine.json("check", project_in(tmp_path, policy=policy))
    assert (ran.code, ran.json["summary"]["accounts"]) == (1, 3)
    assert {"malformed-vault-name", "operator-blocked"} <= {found["name"] for found in ran.json["findings"]}


def test_the_worst_comes_first(policyengine: Command, tmp_path: Path) -> None:
    policy = BLOCKED.replace("attach baseline to root", 'attach baseline to ou "Shops"').replace(
        "\nattach shops to ou", '\nattach shops to account "toys"\n#'
    )
    config = '[checks]\naccount-without-plan = "error"\n'
    ran = policyengine.json("check", project_in(tmp_path, policy=policy, config=config))
    severities = [found["severity"] for found in ran.json["findings"]]
    assert severities == ["error", "warning"]
