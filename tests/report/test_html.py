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
from cli.command import Command, write
from cli.hostile import NAMES
from report.pages import ORGANIZATION, POLICIES, Html, Json, changed_shop, shop

from policyengine.cron import parse_cron
from policyengine.report.html.render import inert
from policyengine.report.html.tables import Sets
from policyengine.report.html.told import excerpt
from policyengine.report.schedule_words import schedule_words
from policyengine.source import Source, Span

AT = "2026-09-13T07:00"


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
    return data["trailsTable"][known[data["pathsTable"].index(path)]]


def members(data: Json, number: int) -> list[str]:
    bounds = data["sets"][number]
    names = data["accounts"]["name"]
    return [name for first, end in zip(bounds[::2], bounds[1::2], strict=True) for name in names[first:end]]


# ---- the file ----


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
    assert "policyengine check fail 5 accounts 3 policies 1 requirement 4 errors 3 warnings 2 waived" in words
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


# ---- names ----


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
    text = inert(json.dumps(told))
    assert not {"<", ">", "&", "\u2028", "\u2029"} & set(text)
    assert "##" not in text
    assert json.loads(text) == told


# ---- what it shows ----


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


def test_rule_is_told_in_words(shown: Json) -> None:
    assert rows(shown, "till", "nightly") == {
        "Schedule": [["every day at 05:00", "schedule_expression"]],
        "Starts": [["within 8 hours", "start_backup_window_minutes"]],
        "Completes": [["within 7 days", "complete_backup_window_minutes"]],
        "Keeps": [["35 days", "lifecycle/delete_after_days"]],
        "Vault": [["Main", "target_backup_vault_name"]],
    }


def test_vaults_are_told_by_region(shown: Json) -> None:
    (number, places), *_ = [shown["deployedTable"][n] for n in account(shown, "novels")["plans"]]
    told = [(regions, shown["vaultsTable"][vault][1:]) for regions, vault, _, _ in shown["placesTable"][places[0]]]
    assert told == [
        (["eu-west-1"], ["there", "compliance lock of at least 7 days"]),
        (["eu-central-1"], ["missing", "does not exist"]),
    ]
    assert shown["plansTable"][number]["name"] == "daily"


def test_selection_is_told_in_words(shown: Json) -> None:
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
    assert winner == ["applied", "@@assign", None, policies.index("baseline"), 0, "backup.bpol:8", None, 0]
    reason = "`@@assign` is ignored: `baseline` at the root allows nothing here"
    assert loser == ["blocked", "@@assign", "400", policies.index("shops"), 2, "backup.bpol:31", reason, 0]


def test_trail_of_a_list_has_what_each_policy_gave(shown: Json) -> None:
    assert [step[:3] for step in trail(shown, "novels", "regions")] == [
        ["applied", "@@assign", "[eu-west-1]"],
        ["applied", "@@append", "[eu-central-1]"],
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
        "gap": "1 day",
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


# ---- a comparison ----


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
    assert shorter["causes"][:2] == [
        ["+", "backup.bpol:8", "locked retain = 14 days"],
        ["-", "backup.bpol:8", "locked retain = 35 days"],
    ]
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
    words = " ".join(changes(policyengine, tmp_path, allowed="000000000000").words.split())
    assert f"policyengine diff {tmp_path / 'base'} -> {tmp_path / 'head'} fail 6 accounts 6 touched" in words
    assert "1 became invalid 2 lost 1 weakened 1 changed 1 added 6 new findings" in words
    assert "there is no change `000000000000`" in words


# ---- size ----


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


# ---- small parts ----


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("0 5 ? * * *", "every day at 05:00"),
        ("0 * ? * * *", "every hour"),
        ("15 * ? * * *", "every hour at :15"),
        ("0,30 * ? * * *", "every hour at :00 and :30"),
        ("0/5 * * * ? *", "12 times an hour"),
        ("0 0/4 ? * * *", "every 4 hours"),
        ("30 1/6 ? * * *", "every 6 hours from 01:30"),
        ("0 13/12 ? * * *", "every day at 13:00"),
        ("0 5,17,23 ? * * *", "every day at 05:00, 17:00 and 23:00"),
        ("0,30 8-18 ? * * *", "22 times a day from 08:00 to 18:30"),
        ("0 5 ? * SUN *", "on Sundays at 05:00"),
        ("0 5 ? * MON,WED *", "on Mondays and Wednesdays at 05:00"),
        ("0 5 ? * 2-6 *", "Monday to Friday at 05:00"),
        ("0 5 1,15 * ? *", "on the 1st and 15th of the month at 05:00"),
        ("0 5 1-10 * ? *", "on 10 days of the month at 05:00"),
        ("0 5 11,12,23 * ? *", "on the 11th, 12th and 23rd of the month at 05:00"),
        ("0 5 L * ? *", "on the last day of the month at 05:00"),
        ("0 5 L-1 * ? *", "1 day before the last day of the month at 05:00"),
        ("0 5 LW * ? *", "on the last weekday (Monday to Friday) of the month at 05:00"),
        ("0 5 15W * ? *", "on the weekday nearest to the 15th of the month at 05:00"),
        ("0 5 ? * FRIL *", "on the last Friday of the month at 05:00"),
        ("0 5 ? * MON#2 *", "on the 2nd Monday of the month at 05:00"),
        ("0 5 1 JAN,JUL ? *", "on the 1st of the month in January and July at 05:00"),
        ("0 5 ? * * 2027-2028", "every day in 2027 and 2028 at 05:00"),
        ("0 5 ? * * 2027-2040", "every day in 14 years at 05:00"),
    ],
)
def test_schedules_are_said_in_words(cron: str, words: str) -> None:
    assert schedule_words(parse_cron(f"cron({cron})")) == words


@pytest.mark.parametrize(
    ("ids", "row"),
    [
        ([], "[]"),
        (["a"], "[0,1]"),
        (["c", "a", "b", "a"], "[0,3]"),
        (["a", "c", "d"], "[0,1,2,4]"),
        (["nobody"], "[]"),
    ],
)
def test_sets_are_ranges(ids: list[str], row: str) -> None:
    sets = Sets({name: place for place, name in enumerate("abcd")})
    assert sets.add(ids) == 0
    assert sets.text() == f"[{row}]"


def test_scattered_sets_are_bits() -> None:
    sets = Sets({str(number): number for number in range(800)})
    assert sets.add(str(number) for number in range(0, 800, 2)) == 0
    assert sets.text() == f'["{b64encode(bytes([0b01010101] * 100)).decode()}"]'


def test_equal_sets_are_one() -> None:
    sets = Sets({"a": 0, "b": 1})
    assert [sets.add(["a"]), sets.add(["b"]), sets.add(["a", "nobody"])] == [0, 1, 0]


@pytest.mark.parametrize(
    ("text", "mark", "shown"),
    [
        ("  a = b\n", "b", ["a = b", 4, 5]),
        ("a {\n  b\n}\n", "{\n  b", ["a {", 2, 3]),
        ("\tx" + " " * 200 + "y", "y", [" " * 40 + "y", 40, 41]),
        ("  " + "x" * 300, "x" * 300, ["x" * 160, 0, 160]),
    ],
)
def test_excerpt_is_the_line_without_its_indent(text: str, mark: str, shown: list[object]) -> None:
    start = text.index(mark)
    assert excerpt(Span(Source("a.bpol", text), start, start + len(mark))) == shown
