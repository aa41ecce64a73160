"""A page in a browser, with an eye on everything that it should not do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, NamedTuple

from playwright.sync_api import Dialog, Locator, Page

WATCH = """
window.broken = [];
document.addEventListener("securitypolicyviolation", (event) => broken.push(event.violatedDirective));
window.shifts = 0;
new PerformanceObserver((list) => list.getEntries().forEach((entry) => (shifts += entry.value)))
  .observe({ type: "layout-shift", buffered: true });
"""


class Window(NamedTuple):
    """The reader's window."""

    width: int = 1280
    height: int = 800
    scheme: Literal["light", "dark"] = "light"

    @property
    def options(self) -> dict[str, Any]:
        """As playwright takes them."""
        return {"viewport": {"width": self.width, "height": self.height}, "color_scheme": self.scheme}


class Opened:
    """A file that is open."""

    def __init__(self, page: Page, file: Path, place: str) -> None:
        self.page = page
        self.said: list[str] = []
        self.requested: list[str] = []
        self._ears: dict[Any, Callable[[Any], None]] = {
            "console": lambda message: self.said.append(message.text),
            "pageerror": lambda error: self.said.append(str(error)),
            "request": lambda request: self.requested.append(request.url),
            "dialog": self._asked,
        }
        page.goto("about:blank")
        for event, ear in self._ears.items():
            page.on(event, ear)
        self.address = file.as_uri()
        page.goto(f"{self.address}{place}")

    def close(self) -> None:
        """Leaves the file, which must have kept quiet."""
        broken = self.run("window.broken")
        for event, ear in self._ears.items():
            self.page.remove_listener(event, ear)
        self.page.emulate_media(media="screen")
        assert (self.said, broken) == ([], [])
        assert {url.partition("#")[0] for url in self.requested} == {self.address}

    def forgive(self) -> None:
        """Forgets what the page was made to do."""
        self.run("broken = []")
        self.said.clear()
        del self.requested[1:]

    def run(self, script: str, argument: object = None) -> Any:  # noqa: ANN401 - whatever the script gives
        """The value of a script in the page."""
        return self.page.evaluate(script, argument)

    def press(self, *keys: str) -> None:
        """Presses keys where the focus is."""
        for key in keys:
            self.page.keyboard.press(key)
            self._settle()

    def click(self, what: Locator) -> None:
        """Clicks on an element."""
        what.click()
        self._settle()

    def lines(self) -> list[str]:
        """The names in the tree, as far as they are elements."""
        return self.page.locator("#tree .name").all_inner_texts()

    def active(self) -> str:
        """The name of the tree's active line."""
        return str(
            self.run(
                "document.getElementById(document.getElementById('tree').getAttribute('aria-activedescendant'))"
                "?.querySelector('.name').textContent ?? ''"
            )
        )

    def heading(self) -> str:
        """What the details are about."""
        return self.page.locator("main h2").inner_text()

    def find(self, selector: str, **more: Any) -> Locator:  # noqa: ANN401 - as playwright takes them
        """Elements of the page."""
        return self.page.locator(selector, **more)

    def _settle(self) -> None:
        """Lets the page do what it put off: `toggle` and `hashchange` come some time after what makes them."""
        self.run("() => new Promise((done) => setTimeout(done))")

    def _asked(self, dialog: Dialog) -> None:
        self.said.append(f"dialog: {dialog.message}")
        dialog.dismiss()
