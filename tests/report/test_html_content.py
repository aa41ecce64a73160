"""What a page of `--format html` says of accounts, and of what a change does to them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli.command import AT, Command, write
from report.pages import ORGANIZATION, POLICIES, Html, Json, changed_shop, shop


def page(policyengine: Command, project: Path, *more: str) -> Html:
    return Html(policyengine("check", project, "--format", "html", "--at", AT, *more).out)


@pytest.fixture
def shown(policyengine: Command, tmp_path: Path) -> Json:
    return page(policyengine, shop(tmp_path)).data


def account(data: Json, name: str) -> Json:
    return data["statesTable"][data["accounts"]["state"][data["accounts"]["name"].index(name)]]


def plans(data: Json, name: str, kind: str = "plans") -> Json:
    return [data["plansTable"][data["deployedTable"][number][0]] for number in account(data, name)[kind]]


def rows(data: Json, name: str, rule: str) -> dict[str, list[list[str]]]:
    (plan,) = plans(data, name)
    numbers = {rule: number for rule, _, number in plan["rules"]}
    return {label: values for label, *values in data["rulesTable"][numbers[rule]]["rows"]}


def trail(data: Json, name: str, path: str) -> Json:
    (plan,) = plans(data, name)
    known = dict(zip(plan["trails"][::2], plan["trails"][1::2], strict=True))
    return data["trailsTable"][known[[place for place, _ in data["pathsTable"]].index(path)]]


def members(data: Json, number: int) -> list[str]:
    bounds = data["sets"][number]
    names = data["accounts"]["name"]
    return [name for first, end in zip(bounds[::2], bounds[1::2], strict=True) for name in names[first:end]]


def test_tree_has_units_and_accounts_in_order(shown: Json) -> None:
    assert [(unit["name"], unit["parent"]) for unit in shown["units"]] == [
        ("Root", None),
        ("Shops", 0),
        ("Books", 1),
        ("Broken", 0),
    ]
    assert shown["accounts"]["name"] == ["novels", "comics", "till", "broken", "management"]
    assert [(unit["first"], unit["own"], unit["end"]) for unit in shown["units"]] == [
        (0, 4, 5),
        (0, 2, 3),
        (0, 0, 2),
        (3, 3, 4),
    ]
    assert [shown["tagsTable"][number] for number in shown["accounts"]["tags"][:3]] == [
        {"env": "prod"},
        {"env": "test"},
        {},
    ]


def test_rule_is_shown_in_words(shown: Json) -> None:
    assert rows(shown, "till", "nightly") == {
        "Schedule": [["every day at 05:00", "schedule_expression"]],
        "Starts": [["within 8 hours", "start_backup_window_minutes"]],
        "Completes": [["within 7 days", "complete_backup_window_minutes"]],
        "Keeps": [["35 days", "lifecycle/delete_after_days"]],
        "Vault": [["Main", "target_backup_vault_name"]],
    }


def test_vaults_are_reported_by_region(shown: Json) -> None:
    (number, places), *_ = [shown["deployedTable"][n] for n in account(shown, "novels")["plans"]]
    told = [(regions, shown["vaultsTable"][vault][1:]) for regions, vault, _, _ in shown["placesTable"][places[0]]]
    assert told == [
        (["eu-west-1"], ["there", "compliance lock of at least 7 days"]),
        (["eu-central-1"], ["missing", "does not exist"]),
    ]
    assert shown["plansTable"][number]["name"] == "daily"


def test_selection_is_shown_in_words(shown: Json) -> None:
    (plan,) = plans(shown, "till")
    ((name, kind, path, number),) = plan["selections"]
    assert (name, kind, path) == ("tagged", "tag", "selections/tags/tagged")
    assert shown["selectionsTable"][number] == [
        ["Tag", ["backup", "tag_key"], ["yes", "tag_value"]],
        ["Role", ["arn:aws:iam::$account:role/Backup", "iam_role_arn"]],
    ]


def test_trail_names_the_winner_and_the_losers(shown: Json) -> None:
    winner, loser = trail(shown, "novels", "rules/nightly/lifecycle/delete_after_days")
    policies = shown["policies"]
    assert winner == ["applied", "retain = 35 days", None, policies.index("baseline"), 0, "backup.bpol:8", None, 0]
    reason = "`retain` is ignored: `baseline` at the root allows nothing here"
    assert loser == ["blocked", "retain = 400 days", None, policies.index("shops"), 2, "backup.bpol:31", reason, 0]


def test_trail_of_a_list_has_what_each_policy_gave(shown: Json) -> None:
    assert [step[:3] for step in trail(shown, "novels", "regions")] == [
        ["applied", "regions = [eu-west-1]", None],
        ["applied", "regions += [eu-central-1]", None],
    ]


def test_invalid_account_has_awss_errors_and_what_is_served(shown: Json) -> None:
    broken = account(shown, "broken")
    assert broken["status"] == "invalid"
    assert broken["errors"] == [
        {
            "code": "ELEMENTS_TOO_FEW",
            "message": "'regions' is less than the allowed minimum limit 1",
            "path": "plans/daily/regions",
            "policies": ["baseline", "empties"],
        }
    ]
    assert [plan["name"] for plan in plans(shown, "broken")] == ["daily"]
    assert [plan["name"] for plan in plans(shown, "broken", "served")] == ["old"]
    assert "served" not in account(shown, "till")


def test_finding_has_its_line_its_accounts_and_its_waiver(shown: Json) -> None:
    found = {(one["standing"], shown["rules"][one["rule"]]["name"]): one for one in shown["findings"]}
    waived = found["waived", "vault-missing"]
    assert members(shown, waived["accounts"]) == ["comics"]
    because = "SHOP-3: comics moves to Frankfurt"
    assert waived["waiver"] == {"until": "2026-12-31", "because": because, "place": "backup.bpol:51"}
    blocked = found["counts", "operator-blocked"]
    assert blocked["place"] == "backup.bpol:31"
    assert blocked["excerpt"] == ["retain = 400 days", 0, 17]
    assert members(shown, blocked["accounts"]) == ["novels", "comics"]


def test_requirement_tells_for_whom_it_is_violated(shown: Json) -> None:
    (kept,) = shown["requirements"]
    outcomes = {outcome: members(shown, kept[outcome]) for outcome in ("violated", "undecided", "holds")}
    assert outcomes == {"violated": ["novels"], "undecided": [], "holds": []}
    assert (kept["name"], kept["title"], kept["place"]) == ("kept", "Backups are kept for a month", "backup.bpol:46")


def test_runs_begin_at_the_moment_of_the_report(shown: Json) -> None:
    schedules = {one["words"]: one for one in shown["schedulesTable"]}
    assert schedules["every day at 05:00"] == {
        "cron": "cron(0 5 ? * * *)",
        "words": "every day at 05:00",
        "days": [*range(1, 30)],  # that of the first day was two hours ago
        "hours": [5],
        "minutes": [0],
    }
    assert schedules["every 4 hours"]["days"] == [*range(30)]


def test_runs_that_aws_leaves_out_are_marked(shown: Json) -> None:
    (plan,) = plans(shown, "till")
    ((rule, loss),) = plan["losses"]
    by, minutes = shown["lossesTable"][loss]
    assert (plan["rules"][rule][0], by) == ("hourly", ["nightly"])
    day = 24 * 60
    assert minutes[:4] == [8 * 60, 12 * 60, day + 8 * 60, day + 12 * 60]


def test_account_option_shows_only_these_accounts(policyengine: Command, tmp_path: Path) -> None:
    data = page(policyengine, shop(tmp_path), "--account", "comics").data
    assert [unit["name"] for unit in data["units"]] == ["Root", "Shops", "Books"]
    assert data["accounts"]["name"] == ["comics"]


def test_policy_that_aws_would_refuse_is_marked(policyengine: Command, tmp_path: Path) -> None:
    document = {"plans": {"p": {"regions": {"@@assign": ["eu-west-1"]}, "colour": {"@@assign": "red"}}}}
    snapshot = {
        "version": 1,
        "root": {"name": "Root", "policies": ["fine", "odd"], "accounts": [{"id": "111111111111", "name": "a"}]},
        "policies": {"fine": {"content": {"plans": {}}}, "odd": {"content": document}},
    }
    data = page(policyengine, write(tmp_path, {"organization.json": json.dumps(snapshot)})).data
    assert [data["policies"][number] for number in data["refused"]] == ["odd"]


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        pytest.param({"a.bpol": "policy a {}\n"}, "there is no snapshot of the organization", id="no snapshot"),
        pytest.param(
            {"a.bpol": "policy a { plan }\n", "organization.yaml": ORGANIZATION},
            "until these faults are mended",
            id="a fault of the language",
        ),
    ],
)
def test_what_was_not_judged_is_said(policyengine: Command, tmp_path: Path, files: dict[str, str], reason: str) -> None:
    found = page(policyengine, write(tmp_path, files))
    assert reason in found.words
    assert found.data["statesTable"] == []


def test_organization_without_backup_policies(policyengine: Command, tmp_path: Path) -> None:
    off = ORGANIZATION.replace("management_account", "backup_policies_enabled: false, management_account")
    data = page(policyengine, write(tmp_path, {"organization.yaml": off, "backup.bpol": POLICIES})).data
    assert {state["status"] for state in data["statesTable"]} == {"disabled"}
    assert [state["plans"] for state in data["statesTable"]] == [[]]


def changes(policyengine: Command, tmp_path: Path, *more: str, allowed: str = "") -> Html:
    base, head = shop(tmp_path / "base"), changed_shop(tmp_path / "head", allowed)
    ran = policyengine("diff", base, head, "--format", "html", "--at", AT, *more)
    assert (ran.code, ran.err) == (1, "")
    return Html(ran.out)


def test_comparison_has_the_changes_with_their_accounts_and_lines(policyengine: Command, tmp_path: Path) -> None:
    data = changes(policyengine, tmp_path).data
    found = {change["effect"]: change for change in data["comparison"]["changes"]}
    shorter = found["retention 35 days -> 14 days"]
    assert (shorter["class"], shorter["before"], shorter["after"]) == ("weakened", "35", "14")
    assert (shorter["subject"], shorter["path"]) == (
        "plan `daily`, rule `nightly`",
        "plans/daily/rules/nightly/lifecycle/delete_after_days",
    )
    assert ["-", "backup.bpol:8", "locked retain = 35 days"] in shorter["causes"]
    assert ["+", "backup.bpol:8", "locked retain = 14 days"] in shorter["causes"]
    signs = [sign for sign, _, _ in shorter["causes"]]
    assert signs == sorted(signs, key="-+".index)
    assert members(data, shorter["accounts"]) == ["novels", "comics", "management"]


def test_comparison_has_accounts_that_came_or_changed_status(policyengine: Command, tmp_path: Path) -> None:
    data = changes(policyengine, tmp_path).data
    compared = data["comparison"]
    found = {name: members(data, compared[name]) for name in ("becameInvalid", "becameValid", "added", "unknown")}
    assert found == {"becameInvalid": ["till"], "becameValid": ["broken"], "added": ["fresh"], "unknown": []}
    assert account(data, "till")["status"] == "invalid"


def test_comparison_tells_new_findings_from_gone_ones(policyengine: Command, tmp_path: Path) -> None:
    data = changes(policyengine, tmp_path).data
    names = {(one["standing"], data["rules"][one["rule"]]["name"]) for one in data["findings"]}
    assert {("counts", "requirement-violated"), ("gone", "operator-blocked")} <= names


def test_comparison_marks_what_fails_and_what_is_allowed(policyengine: Command, tmp_path: Path) -> None:
    fails = {one["id"]: one["fails"] for one in changes(policyengine, tmp_path).data["comparison"]["changes"]}
    assert not any(fails.values())
    (lost, *_) = fails
    found = changes(policyengine, tmp_path, "--fail-on", "lost", allowed=lost)
    told = [
        (one["id"] == lost, one["class"], one["fails"], one["allowed"]) for one in found.data["comparison"]["changes"]
    ]
    assert told[:3] == [
        (True, "lost", False, "SHOP-7: books move"),
        (False, "lost", True, None),
        (False, "weakened", False, None),
    ]


def test_head_of_a_comparison_names_both_sides(policyengine: Command, tmp_path: Path) -> None:
    words = " ".join(changes(policyengine, tmp_path, allowed="0" * 32).words.split())
    assert (
        f"policyengine diff {tmp_path / 'base'} -> {tmp_path / 'head'} Root, o-shop fail 6 accounts 6 touched" in words
    )
    assert "1 became invalid 2 lost 1 weakened 1 changed 4 added 6 new findings" in words
    assert f"there is no change {'0' * 32}" in words


def test_names_in_remarks_are_code(policyengine: Command, tmp_path: Path) -> None:
    policies = POLICIES + 'require long "Long" {\n  assert every rule satisfies rule.retention >= 5 days\n}\n'
    sides = {"before": policies, "after": policies.replace("retain = 7 days", "retain = 3 days")}
    folders = [
        write(tmp_path / side, {"a.bpol": text, "organization.yaml": ORGANIZATION}) for side, text in sides.items()
    ]
    text = policyengine("diff", *folders, "--format", "html", "--at", AT).out
    assert '<p class="notice error">violated: <code>long</code> (mandatory)' in text
