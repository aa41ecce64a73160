"""`--format html` for readers of all kinds: in the dark, by keys alone, in a narrow window, on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from browser.conftest import Open
from browser.opened import Window

pytestmark = pytest.mark.xdist_group("browser")  # one browser for all

NOVELS, BROKEN, TILL = "#/account/222222222222", "#/account/555555555555", "#/account/444444444444"
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_changes_stand_out_from_their_ground(
    open_page: Open, diff_page: Path, scheme: Literal["light", "dark"]
) -> None:
    opened = open_page(NOVELS, Window(scheme=scheme), diff_page)
    assert opened.run(CONTRAST) == [True, []]
