"""`--format html` in a browser: it shows what there is to know of an account, and does nothing else."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from browser.conftest import Open, PageOf
from browser.opened import Window
from cli.hostile import NAMES
from report.pages import Html, crowd

pytestmark = pytest.mark.xdist_group("browser")  # one browser for all

NOVELS, BROKEN, TILL = "#/account/222222222222", "#/account/555555555555", "#/account/444444444444"
REFUSED = ("empty", "nul", "surrogate")  # names that a snapshot may not have
HOSTILE = {
    **{name: text for name, text in NAMES.items() if name not in REFUSED},
    "end of script": "</script><script>alert(1)</script>",
    "image": "<img src=x onerror=alert(1)>",
}
ALL = ["Root", "Shops", "Books", "novels", "comics", "till", "Broken", "broken", "management"]


def test_page_opens_and_loads_nothing(open_page: Open) -> None:
    opened = open_page()
    assert opened.page.title() == "check: fail"
    assert opened.lines() == ALL
    assert opened.heading() == "Root 5 accounts"
    assert opened.requested == [opened.address]


def test_page_refuses_scripts_and_styles_that_are_not_its_own(open_page: Open) -> None:
    opened = open_page()
    opened.run(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.ran = true";
          document.body.append(script);
          const image = document.createElement("img");
          image.src = "http://127.0.0.1:9/x.png";
          document.body.append(image);
        }"""
    )
    opened.page.wait_for_function("broken.length === 2")
    assert opened.run("[window.ran ?? null, broken.sort()]") == [None, ["img-src", "script-src-elem"]]
    opened.forgive()


@pytest.mark.parametrize("name", HOSTILE)
def test_names_do_nothing(open_page: Open, page_of: PageOf, name: str) -> None:
    hostile = HOSTILE[name]
    rule = {"target_backup_vault_name": {"@@assign": "Main"}}
    tag = {
        "iam_role_arn": {"@@assign": "arn:aws:iam::$account:role/Backup"},
        "tag_key": {"@@assign": "backup"},
        "tag_value": {"@@assign": ["yes"]},
    }
    selections = {"tags": {"tagged": tag}}
    plan = {"regions": {"@@assign": ["eu-west-1"]}, "rules": {"nightly": rule}, "selections": selections}
    account = {"id": "111111111111", "name": hostile, "tags": {"k": hostile}}
    snapshot = {
        "version": 1,
        "root": {"name": hostile, "units": [{"name": hostile, "accounts": [account]}], "policies": [hostile]},
        "policies": {hostile: {"content": {"plans": {"daily": plan}}}},
    }
    file = page_of({"organization.json": json.dumps(snapshot)})
    opened = open_page("#/account/111111111111", file=file)
    assert opened.find("main .plan").count() == 1
    opened.find("main button.value").first.focus()
    shown = opened.run("document.body.innerText")
    unseen = [c for c in shown if not c.isprintable() and c not in "\n\t\u00a0"]
    assert unseen == []
    assert opened.find("script").count() == len(Html(file.read_text()).scripts) + 1


def test_account_tells_its_plans(open_page: Open) -> None:
    opened = open_page(NOVELS)
    rule = opened.find(".rule", has_text="nightly")
    told = " ".join(rule.inner_text().split())
    assert told == (
        "rule nightly cron(0 5 ? * * *) at most 1 day between two runs Schedule every day at 05:00 "
        "Starts within 8 hours Completes within 7 days Keeps 35 days 1 blocked Vault Main "
        "eu-west-1 exists Main: compliance lock of at least 7 days eu-central-1 missing Main: does not exist"
    )
    assert opened.find(".selection").inner_text().split() == [
        *("tag", "selection", "tagged", "Tag", "backup", "=", "yes", "Role", "arn:aws:iam::$account:role/Backup")
    ]


def test_invalid_account_tells_why_and_what_is_served(open_page: Open) -> None:
    opened = open_page(BROKEN)
    assert "ELEMENTS_TOO_FEW" in opened.find(".errors").inner_text()
    assert opened.find(".part > h3").all_inner_texts() == [
        *("AWS's errors 1", "Findings 3", "Plans that AWS withholds 1", "Plans that AWS serves until then 1"),
        "Requirements 1",
    ]
    assert opened.find(".plan h3").all_inner_texts() == ["plandaily", "planold"]


@pytest.mark.parametrize("how", ["hover", "focus", "click"])
def test_value_tells_its_trail(open_page: Open, how: str) -> None:
    opened = open_page(NOVELS)
    value = opened.find("button.value.contested")
    {"hover": value.hover, "focus": value.focus, "click": value.click}[how]()
    card = opened.find("#trail")
    assert card.is_visible()
    ignored = "retain is ignored: baseline at the root allows nothing here"
    assert [" ".join(step.split()) for step in card.locator(".step").all_inner_texts()] == [
        "applied retain = 35 days by baseline at the root backup.bpol:8",
        f"blocked retain = 400 days by shops at Shops/Books {ignored} backup.bpol:31",
    ]
    assert card.locator(".trail-head").inner_text().split() == ["35", "days", "rule", "nightly/retain"]
    assert value.get_attribute("aria-describedby") == "trail"
    opened.press("Escape")
    assert not card.is_visible()
    assert value.get_attribute("aria-expanded") == "false"


def test_trail_can_be_pointed_at_and_goes_when_left(open_page: Open) -> None:
    opened = open_page(TILL)
    opened.find("button.value").first.hover()
    opened.find("#trail").hover()
    assert opened.find("#trail").is_visible()
    opened.find("main h2").hover()
    assert not opened.find("#trail").is_visible()


def test_trail_stays_inside_the_window(open_page: Open) -> None:
    opened = open_page(NOVELS, Window(420, 600))
    for value in opened.find("button.value").all():
        value.focus()
        box = opened.find("#trail").bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= 420
        assert box["y"] + box["height"] <= 600


def test_calendar_tells_the_times_of_a_day(open_page: Open) -> None:
    opened = open_page(NOVELS)
    told = opened.find(".told")
    opened.find("td.reduced").first.hover()
    assert told.inner_text() == (
        "Sun, 13 September 2026, hourly: 2 at 16:00, 20:00; "
        "2 at 08:00, 12:00 left out, since nightly keeps longer and runs in the same window"
    )
    cells = opened.find(".calendar tbody tr").nth(1).locator("td").all_inner_texts()
    assert cells == ["", *["1"] * 29]


def test_calendar_is_one_stop_and_follows_the_arrows(open_page: Open) -> None:
    opened = open_page(NOVELS)
    assert opened.find(".calendar [tabindex='0']").count() == 1
    opened.find(".calendar [tabindex='0']").focus()
    opened.press("ArrowRight", "ArrowDown", "ArrowDown")
    assert opened.find(".told").inner_text() == "Mon, 14 September 2026, nightly: 1 at 05:00"
    opened.press("End", "ArrowRight", "Home", "ArrowLeft")
    assert opened.find(".told").inner_text() == "Sun, 13 September 2026, nightly: no backup"


def test_waived_finding_tells_until_when_and_why(open_page: Open) -> None:
    opened = open_page("#/account/333333333333")
    waived = opened.find(".finding.waived").first
    assert waived.locator(".waiver").inner_text() == (
        "Waived until 2026-12-31: SHOP-3: comics moves to Frankfurt backup.bpol:51"
    )
    opened.click(waived.locator("summary"))
    assert "/docs/rules/vault-missing.md, or policyengine rules vault-missing" in waived.inner_text()


def test_project_without_a_snapshot_shows_what_was_found(open_page: Open, page_of: PageOf) -> None:
    opened = open_page(file=page_of({"a.bpol": "policy a { plan }\n"}))
    assert opened.heading() == "Findings"
    assert opened.find(".finding").count() == 1
    assert not opened.find(".side").is_visible()
    assert "not judged: " in opened.find(".head").inner_text()


def team(number: int) -> str:
    return f"""policy team{number} {{
  plan daily {{
    regions = [eu-west-1]
    rule nightly {{
      schedule = daily at 05:00
      vault = "Gone"
    }}
    tag selection tagged {{ role = "Backup"  key = "backup"  values = ["yes"] }}
  }}
}}
attach team{number} to account "desk{number}"
"""


def test_shared_finding_is_shown_where_it_concerns_the_account(open_page: Open, page_of: PageOf) -> None:
    accounts = [{"id": f"{number:012}", "name": f"desk{number}"} for number in range(5)]
    vaults = [{"name": "Main", "accounts": "*", "regions": ["eu-west-1"]}]
    snapshot = {"version": 1, "root": {"name": "Root", "accounts": accounts}, "vaults": vaults}
    teams = {f"team{number}.bpol": team(number) for number in range(5)}
    asked = "require kept {\n  assert every rule\n    satisfies rule.retention < forever\n}\n"
    file = page_of({"organization.yaml": json.dumps(snapshot), "ask.bpol": asked, **teams})
    opened = open_page("#/account/000000000003", file=file)
    missing = opened.find(".finding:has-text('vault-missing')")
    assert missing.locator("header .place").inner_text() == "team3.bpol:6"
    assert missing.locator("dd").last.inner_text() == "team3"
    assert missing.locator(".label").count() == 0
    whole = opened.find(".finding:has-text('requirement-violated') .excerpt").first
    assert whole.inner_text() == "assert every rule\n  satisfies rule.retention < forever"
    opened = open_page("#/unit/", file=file)
    assert opened.find(".finding:has-text('vault-missing') .label").first.inner_text() == (
        "also at: team1.bpol:6, team2.bpol:6, team3.bpol:6, team4.bpol:6"
    )


def test_comparison_tells_what_changes_for_an_account(open_page: Open, diff_page: Path) -> None:
    opened = open_page(NOVELS, file=diff_page)
    assert opened.find(".change .badge").all_inner_texts() == ["lost", "weakened", "changed"]
    weakened = opened.find(".change.weakened")
    assert weakened.locator(".before-after").inner_text().split("\n") == ["35", "14"]
    assert [" ".join(line.split()) for line in weakened.locator(".causes li").all_inner_texts()] == [
        "- locked retain = 35 days backup.bpol:8",
        "- retain = 400 days backup.bpol:31",
        "+ locked retain = 14 days backup.bpol:8",
    ]


def test_unit_says_what_is_protected(open_page: Open) -> None:
    opened = open_page()
    head, first, *_ = opened.find("table.protection tr").all_inner_texts()
    assert head.split("\t") == ["unit", "plan, rule", "runs", "kept", "copies", "accounts"]
    said = "Shops 3 accounts 1 with errors 2 with warnings daily, hourly every 4 hours 7 days none all"
    assert " ".join(first.split()) == said
    assert opened.find(".legend summary").inner_text() == "What the signs mean"


def test_errors_are_open(open_page: Open) -> None:
    opened = open_page()
    assert opened.find(".group.error.counts:not([open])").count() == 0
    assert opened.find(".group.warning[open]").count() == 0


def test_on_a_phone_what_was_chosen_is_in_view(open_page: Open) -> None:
    opened = open_page(NOVELS, Window(390, 844))
    assert opened.run("document.querySelector('h2').getBoundingClientRect().top") < 200


def test_comparison_tells_what_became_of_accounts(open_page: Open, diff_page: Path) -> None:
    opened = open_page(file=diff_page)
    assert opened.page.title() == "diff: fail"
    notices = opened.find("main > .notice")
    assert [notice.split(" in the tree ")[0] for notice in notices.all_inner_texts()] == ["1 account"] * 3
    opened.click(notices.nth(0).locator("button"))
    assert opened.find("#tree .account .name").all_inner_texts() == ["till"]
    opened.click(opened.find("#tree .account"))
    assert "became invalid" in opened.find("main > .notice").first.inner_text()


@pytest.mark.parametrize(
    ("name", "accounts"), [("lost", ["novels", "comics", "broken"]), ("changed", ["novels", "comics"])]
)
def test_classes_pick_accounts(open_page: Open, diff_page: Path, name: str, accounts: list[str]) -> None:
    opened = open_page(file=diff_page)
    opened.click(opened.find(f".chip[data-value={name}]"))
    assert opened.find("#tree .account .name").all_inner_texts() == accounts


def test_10_000_accounts_open_at_once_and_are_filtered_at_once(open_page: Open, page_of: PageOf) -> None:
    file = page_of({"organization.json": crowd(10_000, 500, 300)})
    started = time.monotonic()
    opened = open_page(file=file)
    assert opened.find("#found").inner_text() == "10,000 accounts"
    assert time.monotonic() - started < 3
    opened.find("#tree").focus()
    for text, count in (("a", 10_000), ("account99", 111), ("cost=centre7", 250), ("account9999", 1)):
        took = opened.run(
            """(text) => new Promise((done) => {
              const search = document.getElementById("search");
              const started = performance.now();
              search.value = text;
              search.dispatchEvent(new Event("input", { bubbles: true }));
              document.getElementById("tree").getBoundingClientRect();
              requestAnimationFrame(() => setTimeout(() => done(performance.now() - started)));
            })""",
            text,
        )
        assert opened.find("#found").inner_text() == f"{count:,} of 10,000 accounts"
        assert took < 200
        assert opened.find("#tree .line").count() < 100
    opened.click(opened.find("#clear"))
    opened.find("#tree").focus()
    opened.press("End", "ArrowRight", "End", "ArrowRight", "End", "Enter")
    assert opened.heading().startswith("account")
