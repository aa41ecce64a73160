"""The coverage page in a browser: units by types, reasons on click, the filter, many groups, hostile names."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from browser.conftest import Open
from browser.opened import Opened, Window
from cli.command import AT, write
from playwright.sync_api import expect

from policyengine.cli.app import run

COVERED = Path(__file__).parents[1] / "golden" / "covered"
SECONDS = 3.0
GROUPS = 10_000


def page_of(folder: Path, project: Path, inventory: Path) -> Path:
    """The page of a project's resources."""
    file = folder / "coverage.html"
    arguments = ["--inventory", str(inventory), "--format", "html", "--at", AT, "--output", str(file)]
    assert run(["coverage", str(project), *arguments]) in {0, 1}
    return file


@pytest.fixture(scope="module")
def coverage_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return page_of(tmp_path_factory.mktemp("coverage"), COVERED, COVERED / "inventory.csv")


@pytest.fixture
def page(open_page: Open, coverage_page: Path) -> Opened:
    return open_page(file=coverage_page)


def titles(opened: Opened) -> list[str]:
    """The reasons of the groups that are shown."""
    return opened.page.locator("#groups summary .badge").all_inner_texts()


def test_the_head_has_the_sums(page: Opened) -> None:
    head = page.page.locator("header").inner_text()
    assert "20.0 % protected" in head
    assert "11 unprotected" in head.replace("\n", " ")
    assert "999999999999" in head


def test_units_by_types(page: Opened) -> None:
    rows = [row.split("\t") for row in page.page.locator("#matrix table").inner_text().splitlines()]
    assert rows[0][0] == "unit"
    (workloads,) = (row for row in rows if row[0] == "Workloads")
    assert dict(zip(rows[0], workloads, strict=True))["RDS"] == "5 of 6"


def test_a_reason_on_click(page: Opened) -> None:
    group = page.page.locator("#groups details").filter(has_text="tag-value-typo")
    group.locator("summary").click()
    said = group.locator("dl").inner_text()
    assert "it has backup = dialy, and the selection wants backup = daily" in said
    assert 'backup.bpol:12: values = ["daily", "gold"] (policy baseline)' in said
    assert "arn:aws:rds:eu-central-1:333333333333:db:prices" in said
    assert group.locator("a").get_attribute("href") == (
        "https://github.com/OWNER/policyengine/blob/main/docs/coverage.md#tag-value-typo"
    )


def test_a_cell_shows_its_groups(page: Opened) -> None:
    page.page.get_by_role("button", name="5 of 6", exact=True).click()
    expect(page.page.locator("#found")).to_have_text("5 resources in 5 groups")
    page.page.locator("#clear").click()
    expect(page.page.locator("#found")).to_contain_text("12 resources in ")


def test_the_filter(page: Opened) -> None:
    page.page.locator("#reason").select_option("opt-in-off")
    assert titles(page) == ["opt-in-off"]
    page.page.locator("#clear").click()
    page.page.keyboard.press("/")
    page.page.keyboard.type("shop-images eu-central-1")
    assert titles(page) == ["opt-in-off"]
    page.page.keyboard.type(" nowhere")
    assert page.page.locator("#groups").inner_text() == "Nothing fits."


def test_narrow_and_dark(open_page: Open, coverage_page: Path) -> None:
    opened = open_page(window=Window(360, 640, "dark"), file=coverage_page)
    assert opened.run("document.documentElement.scrollWidth <= window.innerWidth")


def test_nothing_from_outside_is_markup(open_page: Open, tmp_path: Path) -> None:
    name = "<img src=x onerror=alert(1)></script><b>"
    arn = "arn:aws:ec2:eu-west-1:222222222222:volume/vol-a"
    inventory = write(tmp_path, {"in.csv": f'arn,tag:backup\n{arn},"{name}"\n'}) / "in.csv"
    opened = open_page(file=page_of(tmp_path, COVERED, inventory))
    opened.page.locator("#groups summary").click()
    assert name in opened.page.locator("#groups dl").inner_text()
    assert opened.page.locator("main img, main b").count() == 0


@pytest.mark.scale
def test_ten_thousand_groups_open_in_three_seconds(open_page: Open, tmp_path: Path) -> None:
    rows = [f"arn:aws:ec2:eu-west-1:{number % 2000:012}:volume/vol-{number},value-{number}" for number in range(GROUPS)]
    accounts = ", ".join(f'{{id: "{number:012}", name: a{number}}}' for number in range(2000))
    project = write(
        tmp_path / "project",
        {
            "backup.bpol": (COVERED / "backup.bpol").read_text(encoding="utf-8").partition("require")[0],
            "organization.yaml": f"version: 1\nroot:\n  name: Root\n  units:\n    - name: Workloads\n      accounts: [{accounts}]\n",
            "inventory.csv": "\n".join(["arn,tag:backup", *rows, ""]),
        },
    )
    file = page_of(tmp_path, project, project / "inventory.csv")
    start = time.perf_counter()
    opened = open_page(file=file)
    expect(opened.page.locator("#found")).to_contain_text("10,000 groups")
    assert opened.page.locator("#groups details").count() == 50
    assert time.perf_counter() - start < SECONDS
    opened.page.locator("#search").fill("value-9999")
    expect(opened.page.locator("#found")).to_have_text("1 resource in 1 group")


def test_a_phone_shows_every_type_without_scrolling(page: Opened) -> None:
    size = page.page.viewport_size
    page.page.set_viewport_size({"width": 390, "height": 800})
    wide = page.page.locator("#matrix").evaluate("(part) => part.scrollWidth - part.clientWidth")
    unit = page.page.locator("#matrix tr").filter(has_text="Workloads")
    names = unit.locator("td:visible").evaluate_all("(cells) => cells.map((cell) => cell.dataset.type)")
    if size:
        page.page.set_viewport_size(size)
    assert wide == 0
    assert "RDS" in names
