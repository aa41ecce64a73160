"""The tree of `--format html` and its filter, by keys and by pointer."""

from __future__ import annotations

import pytest
from browser.conftest import Open, PageOf
from report.pages import crowd

pytestmark = pytest.mark.xdist_group("browser")  # one browser for all

NOVELS, BROKEN, TILL = "#/account/222222222222", "#/account/555555555555", "#/account/444444444444"
ALL = ["Root", "Shops", "Books", "novels", "comics", "till", "Broken", "broken", "management"]


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
    opened.click(opened.find("#line-1 .fold"))
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
    opened.click(opened.find("#tree .line", has_text="till"))
    assert opened.heading() == "till 444444444444"
    opened.page.go_back()
    assert opened.heading() == "Root 5 accounts"


def test_address_leads_to_an_account_and_opens_its_units(open_page: Open, page_of: PageOf) -> None:
    file = page_of({"organization.json": crowd(500, 10, 10)})
    opened = open_page("#/account/000000000377", file=file)
    assert opened.heading() == "account377 000000000377"
    assert "account377" in opened.lines()


def test_links_lead_through_the_units(open_page: Open) -> None:
    opened = open_page(NOVELS)
    opened.click(opened.find(".crumbs a", has_text="Shops"))
    assert opened.heading() == "Shops 3 accounts"
    assert opened.find("main h2").evaluate("(h) => h === document.activeElement")
    opened.click(opened.find("table.units a", has_text="Books"))
    assert opened.page.url.endswith("#/unit/Shops%2FBooks")


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
        opened.click(opened.find(f".chip[data-value={value}]"))
    elif name == "affected":
        opened.find("#affected").check()
    elif name == "unit":
        opened.find("#unit").fill(value)
    else:
        opened.find(f"#{name}").select_option(value)
    assert opened.find("#tree .account .name").all_inner_texts() == accounts
    opened.click(opened.find("#clear"))
    assert opened.lines() == ALL
    assert opened.find("#search").evaluate("(input) => input === document.activeElement")


def test_filters_add_up(open_page: Open) -> None:
    opened = open_page()
    opened.click(opened.find(".chip[data-value=error]"))
    opened.find("#search").fill("books")
    assert opened.find("#tree .name").all_inner_texts() == ["Root", "Shops", "Books", "novels"]
    assert opened.find("#line-1 .number").inner_text() == "1"


def test_finding_shows_its_accounts_in_the_tree(open_page: Open) -> None:
    opened = open_page()
    opened.click(opened.find(".group", has_text="PE301"))
    opened.click(opened.find(".group[open]", has_text="PE301").locator("button.accounts"))
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
    opened.click(opened.find(".chip[data-value=error]"))
    assert opened.run(boxes) == before
    opened.page.wait_for_timeout(100)
    assert opened.run("shifts") == 0
