from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from browser.opened import WATCH, Opened, Window
from cli.command import AT, Command, write
from playwright.sync_api import Browser, Page, sync_playwright
from report.pages import changed_shop, shop

from policyengine.cli.app import run

# What keeps a browser from using the network by itself; as root it runs without its sandbox.
QUIET = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
MISSING = "these tests need a Chromium as the command `chromium`; on Debian: apt-get install chromium"

Open = Callable[..., Opened]
PageOf = Callable[[dict[str, str]], Path]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        raise RuntimeError(MISSING)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=[*QUIET])
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def windows(browser: Browser) -> Callable[[Window], Page]:
    """Windows of the browser, each kind made once: a new one takes three times as long as another file in an old one."""

    def made(window: Window) -> Page:
        page = browser.new_context(**window.options).new_page()
        page.add_init_script(WATCH)
        return page

    return cache(made)


@pytest.fixture(scope="session")
def shop_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the shop's project."""
    folder = tmp_path_factory.mktemp("shop")
    run(["check", str(shop(folder)), "--format", "html", "--at", AT, "--output", str(folder / "page.html")])
    return folder / "page.html"


@pytest.fixture(scope="session")
def diff_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of what a change does to the shop."""
    folder = tmp_path_factory.mktemp("diff")
    base, head = shop(folder / "base"), changed_shop(folder / "head")
    run(["diff", str(base), str(head), "--format", "html", "--at", AT, "--output", str(folder / "page.html")])
    return folder / "page.html"


@pytest.fixture
def policyengine(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(capsys)


@pytest.fixture
def open_page(windows: Callable[[Window], Page], shop_page: Path) -> Iterator[Open]:
    """Opens files, the shop's without any; they must keep quiet."""
    opened: list[Opened] = []

    def open_page(place: str = "", window: Window | None = None, file: Path | None = None) -> Opened:
        opened.append(Opened(windows(window or Window()), file or shop_page, place))
        return opened[-1]

    yield open_page
    for one in opened:
        one.close()


@pytest.fixture
def page_of(policyengine: Command, tmp_path: Path) -> PageOf:
    """Writes the page of a project that is made of files."""

    def page_of(files: dict[str, str]) -> Path:
        project, file = write(tmp_path / "project", files), tmp_path / "page.html"
        ran = policyengine("check", project, "--format", "html", "--at", AT, "--output", file)
        assert ran.err == ""
        return file

    return page_of
