"""`--format html` in a browser: it can be read, searched and walked through, and does nothing else."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Literal

import pytest
from browser.conftest import Open, PageOf
from browser.opened import Window
from cli.hostile import NAMES
from report.pages import Html

pytestmark = pytest.mark.xdist_group("browser")  # one browser for all

NOVELS, BROKEN, TILL = "#/account/222222222222", "#/account/555555555555", "#/account/444444444444"
REFUSED = ("empty", "nul", "surrogate")  # names that a snapshot may not have
HOSTILE = {
    **{name: text for name, text in NAMES.items() if name not in REFUSED},
    "end of script": "</script><script>alert(1)</script>",
    "image": "<img src=x onerror=alert(1)>",
}
ALL = ["Root", "Shops", "Books", "novels", "comics", "till", "Broken", "broken", "management"]


# ---- quiet ----


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


# ---- the tree ----


@pytest.mark.parametrize(
    ("keys", "active"),
    [
        pytest.param([], "Root", id="at first"),
        pytest.param(["ArrowDown", "ArrowDown"], "Books", id="down"),
        pytest.param(["ArrowDown", "ArrowDown", "ArrowUp"], "Shops", id="up"),
        pytest.param(["ArrowUp"], "Root", id="not above the first"),
        pytest.param(["End"], "management", id="end"),
        pytest.param(["End", "ArrowDown"], "management", id="not below the last"),
        pytest.param(["End", "Home"], "Root", id="home"),
        pytest.param(["PageDown"], "management", id="page down"),
        pytest.param(["End", "PageUp"], "Root", id="page up"),
        pytest.param(["ArrowRight"], "Shops", id="right goes into an open unit"),
        pytest.param(["ArrowLeft", "ArrowDown"], "Root", id="left closes an open unit"),
        pytest.param(["ArrowLeft", "ArrowRight", "ArrowRight"], "Shops", id="right opens a closed unit"),
        pytest.param(["End", "ArrowLeft"], "Root", id="left goes to the unit of an account"),
        pytest.param(["n"], "novels", id="a letter"),
        pytest.param(["b", "r"], "Broken", id="letters"),
        pytest.param(["b", "r", "o", "k", "e", "n", "x"], "Broken", id="letters of nothing"),
    ],
)
def test_tree_follows_the_keys(open_page: Open, keys: list[str], active: str) -> None:
    opened = open_page()
    opened.find("#tree").focus()
    opened.press(*keys)
    assert opened.active() == active
    assert opened.find("#tree").evaluate("(tree) => tree === document.activeElement")


def test_closed_unit_hides_what_is_in_it(open_page: Open) -> None:
    opened = open_page()
    opened.find("#tree").focus()
    opened.press("ArrowDown", "ArrowLeft")
    assert opened.lines() == ["Root", "Shops", "Broken", "broken", "management"]
    assert opened.find("#line-1").get_attribute("aria-expanded") == "false"
    opened.find("#line-1 .fold").click()
    assert opened.lines() == ALL


def test_lines_say_where_they_stand(open_page: Open) -> None:
    told = open_page().run(
        """[...document.querySelectorAll("[role=treeitem]")].map((line) =>
          ["level", "posinset", "setsize"].map((name) => Number(line.getAttribute(`aria-${name}`))))"""
    )
    assert told == [[1, 1, 1], [2, 1, 3], [3, 1, 2], [4, 1, 2], [4, 2, 2], [3, 2, 2], [2, 2, 3], [3, 1, 1], [2, 3, 3]]


@pytest.mark.parametrize("key", ["Enter", " "])
def test_key_chooses_an_account(open_page: Open, key: str) -> None:
    opened = open_page()
    opened.find("#tree").focus()
    opened.press("n", key)
    assert opened.heading() == "novels 222222222222"
    assert opened.page.url.endswith(NOVELS)
    assert opened.page.title() == "Shops/Books/novels - check: fail"
    assert opened.find("[aria-selected=true]").inner_text().startswith("novels")


def test_click_chooses_and_the_browser_goes_back(open_page: Open) -> None:
    opened = open_page()
    opened.find("#tree .line", has_text="till").click()
    assert opened.heading() == "till 444444444444"
    opened.page.go_back()
    assert opened.heading() == "Root 5 accounts"


def test_address_leads_to_an_account_and_opens_its_units(open_page: Open, page_of: PageOf) -> None:
    file = page_of({"organization.json": organization(500, 10, 10)})
    opened = open_page("#/account/000000000377", file=file)
    assert opened.heading() == "account377 000000000377"
    assert "account377" in opened.lines()


def test_links_lead_through_the_units(open_page: Open) -> None:
    opened = open_page(NOVELS)
    opened.find(".crumbs a", has_text="Shops").click()
    assert opened.heading() == "Shops 3 accounts"
    assert opened.find("main h2").evaluate("(h) => h === document.activeElement")
    opened.find("table.units a", has_text="Books").click()
    assert opened.page.url.endswith("#/unit/Shops%2FBooks")


# ---- the filter ----


@pytest.mark.parametrize(
    ("text", "accounts"),
    [
        ("novel", ["novels"]),
        ("NOVEL", ["novels"]),
        ("3333", ["comics"]),
        ("env=prod", ["novels"]),
        ("shops/books", ["novels", "comics"]),
        ("books test", ["comics"]),
        ("nothing such", []),
    ],
)
def test_search_finds_names_ids_tags_and_paths(open_page: Open, text: str, accounts: list[str]) -> None:
    opened = open_page()
    opened.press("/")
    opened.page.keyboard.type(text)
    assert opened.find("#tree .account .name").all_inner_texts() == accounts
    assert opened.find("#found").inner_text() == f"{len(accounts)} of 5 accounts"


@pytest.mark.parametrize(
    ("control", "accounts"),
    [
        ("select error", ["novels", "broken"]),
        ("select warning", ["novels", "comics", "till", "broken", "management"]),
        ("affected", ["novels", "comics", "till", "broken", "management"]),
        ("code PE301", ["novels", "comics"]),
        ("code PE401", ["broken"]),
        ("status invalid", ["broken"]),
        ("unit Books", ["novels", "comics"]),
        ("unit shops", ["novels", "comics", "till"]),
    ],
)
def test_filters_pick_accounts(open_page: Open, control: str, accounts: list[str]) -> None:
    opened = open_page()
    name, _, value = control.partition(" ")
    if name == "select":
        opened.find(f".chip[data-value={value}]").click()
    elif name == "affected":
        opened.find("#affected").check()
    elif name == "unit":
        opened.find("#unit").fill(value)
    else:
        opened.find(f"#{name}").select_option(value)
    assert opened.find("#tree .account .name").all_inner_texts() == accounts
    opened.find("#clear").click()
    assert opened.lines() == ALL
    assert opened.find("#search").evaluate("(input) => input === document.activeElement")


def test_filters_add_up(open_page: Open) -> None:
    opened = open_page()
    opened.find(".chip[data-value=error]").click()
    opened.find("#search").fill("books")
    assert opened.find("#tree .name").all_inner_texts() == ["Root", "Shops", "Books", "novels"]
    assert opened.find("#line-1 .number").inner_text() == "1"


def test_finding_shows_its_accounts_in_the_tree(open_page: Open) -> None:
    opened = open_page()
    opened.find(".group", has_text="PE301").click()
    opened.find(".group[open] button.accounts").click()
    assert opened.find("#tree .account .name").all_inner_texts() == ["novels", "comics"]
    assert opened.find("#found").inner_text() == "2 of 5 accounts, only PE301 operator-blocked"


def test_nothing_moves_while_filtering(open_page: Open) -> None:
    opened = open_page(NOVELS)
    opened.page.wait_for_timeout(100)
    opened.run("shifts = 0")
    boxes = "['#tree', 'main', '#found', '#search'].map((one) => JSON.stringify(document.querySelector(one).getBoundingClientRect()))"
    before = opened.run(boxes)
    for text in ("n", "no", "nothing such", ""):
        opened.find("#search").fill(text)
        assert opened.run(boxes) == before
    opened.find(".chip[data-value=error]").click()
    assert opened.run(boxes) == before
    opened.page.wait_for_timeout(100)
    assert opened.run("shifts") == 0


# ---- the details ----


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
    ignored = "@@assign is ignored: baseline at the root allows nothing here"
    assert [" ".join(step.split()) for step in card.locator(".step").all_inner_texts()] == [
        "applied @@assign by baseline at the root backup.bpol:8",
        f"blocked @@assign 400 by shops at Shops/Books {ignored} backup.bpol:31",
    ]
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
    waived.locator("summary").click()
    assert "docs/rules/vault-missing.md" in waived.inner_text()


def test_project_without_a_snapshot_shows_what_was_found(open_page: Open, page_of: PageOf) -> None:
    opened = open_page(file=page_of({"a.bpol": "policy a { plan }\n"}))
    assert opened.heading() == "Findings"
    assert opened.find(".finding").count() == 1
    assert not opened.find(".side").is_visible()
    assert "Not judged" in opened.find(".head").inner_text()


# ---- a comparison ----


def test_comparison_tells_what_changes_for_an_account(open_page: Open, diff_page: Path) -> None:
    opened = open_page(NOVELS, file=diff_page)
    assert opened.find(".change .badge").all_inner_texts() == ["lost", "weakened", "changed"]
    weakened = opened.find(".change.weakened")
    assert weakened.locator(".before-after").inner_text().split("\n") == ["35", "14"]
    assert [" ".join(line.split()) for line in weakened.locator(".causes li").all_inner_texts()] == [
        "+ locked retain = 14 days backup.bpol:8",
        "- locked retain = 35 days backup.bpol:8",
        "- retain = 400 days backup.bpol:31",
    ]


def test_comparison_tells_what_became_of_accounts(open_page: Open, diff_page: Path) -> None:
    opened = open_page(file=diff_page)
    assert opened.page.title() == "diff: fail"
    notices = opened.find("main > .notice")
    assert [notice.split(" in the tree ")[0] for notice in notices.all_inner_texts()] == ["1 account"] * 3
    notices.nth(0).locator("button").click()
    assert opened.find("#tree .account .name").all_inner_texts() == ["till"]
    opened.find("#tree .account").click()
    assert "became invalid" in opened.find("main > .notice").first.inner_text()


@pytest.mark.parametrize(
    ("name", "accounts"), [("lost", ["novels", "comics", "broken"]), ("changed", ["novels", "comics"])]
)
def test_classes_pick_accounts(open_page: Open, diff_page: Path, name: str, accounts: list[str]) -> None:
    opened = open_page(file=diff_page)
    opened.find(f".chip[data-value={name}]").click()
    assert opened.find("#tree .account .name").all_inner_texts() == accounts


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_changes_stand_out_from_their_ground(
    open_page: Open, diff_page: Path, scheme: Literal["light", "dark"]
) -> None:
    opened = open_page(NOVELS, Window(scheme=scheme), diff_page)
    assert opened.run(CONTRAST) == [True, []]


# ---- everybody's page ----

CONTRAST = """() => {
  const parse = (text) => (text.match(/[\\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, place) => sum + c * [0.2126, 0.7152, 0.0722][place], 0);
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = parse(getComputedStyle(one).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
      if (colour[3] > 0) throw new Error("a ground that shines through");
    }
    throw new Error("no ground");
  };
  const poor = [];
  let looked = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !element.checkVisibility({ visibilityProperty: true })) continue;
    const [one, other] = [parse(getComputedStyle(element).color), ground(element)].map(light).sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    looked += 1;
    if (ratio < 4.5) poor.push([element.className, walker.currentNode.textContent, ratio]);
  }
  return [looked > 60, poor];
}"""
NAMELESS = """() => [...document.querySelectorAll("button, a, input, select, [tabindex='0']")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }))
  .filter((one) => !(one.ariaLabel || one.innerText.trim() || one.labels?.[0]?.innerText.trim() || one.caption?.innerText))
  .map((one) => one.outerHTML)"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("place", ["", NOVELS, BROKEN])
def test_texts_stand_out_from_their_ground(open_page: Open, scheme: Literal["light", "dark"], place: str) -> None:
    opened = open_page(place, Window(scheme=scheme))
    for _ in range(2):  # what was folded may hold more that is
        opened.run("document.querySelectorAll('main details').forEach((one) => (one.open = true))")
    opened.find("main button").first.focus()
    assert opened.run(CONTRAST) == [True, []]
    ground = opened.run("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(19, 22, 26)") == (scheme == "dark")


@pytest.mark.parametrize("place", ["", NOVELS])
def test_everything_that_can_be_used_has_a_name(open_page: Open, place: str) -> None:
    opened = open_page(place)
    assert opened.run(NAMELESS) == []
    ids = opened.run("[...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert len(ids) == len(set(ids))


def test_tab_key_leads_through_the_page_and_out(open_page: Open) -> None:
    opened = open_page(NOVELS)
    stops: list[str] = []
    for _ in range(80):
        opened.press("Tab")
        stop = opened.run(
            """() => {
              const one = document.activeElement;
              if (one === document.body) return "";
              const style = getComputedStyle(one);
              if (style.outlineStyle === "none" && one.id !== "tree") throw new Error(`no focus on ${one.outerHTML}`);
              return one.id || one.className || one.tagName;
            }"""
        )
        if not stop:
            break
        stops.append(stop)
    assert stops[:3] == ["skip", "skip", "skip"]
    assert [stop for stop in stops if stop in {"search", "unit", "code", "status", "affected", "tree"}] == [
        *("search", "unit", "code", "status", "affected", "tree")
    ]
    assert stops.count("value contested") == 1
    assert len(stops) < 80


def test_skip_links_lead_to_the_tree_and_the_details(open_page: Open) -> None:
    opened = open_page(NOVELS)
    opened.press("Tab", "Tab", "Enter", "ArrowDown")
    assert opened.active() == "comics"
    opened.find(".skip").nth(2).focus()
    opened.press("Enter", "Tab")
    assert opened.find("main :focus").count() == 1
    assert opened.heading() == "novels 222222222222"


@pytest.mark.parametrize("width", [360, 800, 1024])
def test_narrow_window_does_not_scroll_sideways(open_page: Open, width: int) -> None:
    opened = open_page(NOVELS, Window(width, 700))
    assert opened.run("document.documentElement.scrollWidth") == width


def test_print_shows_the_details_only(open_page: Open) -> None:
    opened = open_page(NOVELS)
    opened.page.emulate_media(media="print")
    assert not opened.find(".side").is_visible()
    assert opened.find(".plan").is_visible()
    assert opened.run("document.querySelector('main').scrollHeight <= document.querySelector('main').clientHeight + 1")


# ---- size ----


def organization(accounts: int, units: int, documents: int) -> str:
    """A snapshot with so many accounts, units in units, and policies."""
    inner: list[dict[str, object]] = [
        {
            "name": f"unit{unit}",
            "policies": [f"policy{unit % documents}"],
            "accounts": [
                {"id": f"{number:012}", "name": f"account{number}", "tags": {"cost": f"centre{number % 40}"}}
                for number in range(unit, accounts, units)
            ],
        }
        for unit in range(units)
    ]
    outer = [{"name": f"division{place}", "units": inner[place::10]} for place in range(10)]
    policies = {}
    for document in range(documents):
        rule = {
            "schedule_expression": {"@@assign": f"cron({document % 60} 5 ? * * *)"},
            "target_backup_vault_name": {"@@assign": "Main"},
            "lifecycle": {"delete_after_days": {"@@assign": str(30 + document)}},
        }
        plan = {"regions": {"@@assign": ["eu-west-1"]}, "rules": {"nightly": rule}}
        policies[f"policy{document}"] = {"content": {"plans": {"daily": plan}}}
    return json.dumps({"version": 1, "root": {"name": "Root", "units": outer}, "policies": policies})


def test_10_000_accounts_open_at_once_and_are_filtered_at_once(open_page: Open, page_of: PageOf) -> None:
    file = page_of({"organization.json": organization(10_000, 500, 300)})
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
    opened.find("#clear").click()
    opened.find("#tree").focus()
    opened.press("End", "ArrowRight", "End", "ArrowRight", "End", "Enter")
    assert opened.heading().startswith("account")
