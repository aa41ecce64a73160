"""Each format of `check` read back to the same words: what it says of every finding, and how it calls it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple
from xml.etree import ElementTree as ET


class Told(NamedTuple):
    """A finding as a report tells it; `status` is its level, or `waived`, or `accepted`."""

    code: str
    name: str
    status: str
    message: str


_LEVELS = {"note": "info", "notice": "info", "critical": "error", "major": "warning", "minor": "warning"}
_PLAIN = r"(waived|accepted) (?:until [0-9-]{10}|in [^:]+): (PE[0-9]{3}) ([a-z-]+): (.*)"
_SECTIONS = {"warning": "warning", "warnings": "warning", "info": "info", "waived": "waived", "accepted": "accepted"}


def from_json(text: str) -> Iterator[Told]:
    for found in json.loads(text)["findings"]:
        covered = "waived" if found["waiver"] else "accepted" if found.get("baseline") else ""
        yield Told(found["code"], found["name"], covered or found["severity"], found["message"])


def from_sarif(text: str) -> Iterator[Told]:
    (run,) = json.loads(text)["runs"]
    for result in run["results"]:
        rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        level = _LEVELS.get(result["level"], result["level"])
        covered = [suppression["justification"].split()[0] for suppression in result["suppressions"]]
        yield Told(rule["id"], rule["name"], covered[0] if covered else level, result["message"]["text"])


def from_junit(text: str) -> Iterator[Told]:
    for case in ET.fromstring(text).iter("testcase"):  # noqa: S314 - our own report
        for part in case:
            if found := re.search(r"(?:^|\n)(error|warning|info)\[(PE[0-9]{3}) ([a-z-]+)\].*\n(.*)", part.text or ""):
                covered = part.get("message", "").split()[0] if part.tag == "skipped" else ""
                yield Told(found[2], found[3], covered or found[1], found[4])


def from_github(text: str) -> Iterator[Told]:
    for line in text.splitlines():
        if found := re.fullmatch(r"::([a-z]+) (?:.*,)?title=(PE[0-9]{3}) ([a-z-]+)::(.*)", line):
            yield Told(found[2], found[3], _LEVELS.get(found[1], found[1]), found[4].split("%0A")[0])
        elif found := re.fullmatch(_PLAIN, line):
            yield Told(found[2], found[3], found[1], found[4])


def from_gitlab(text: str) -> Iterator[Told]:
    for entry in json.loads(text):
        told, level = entry["description"], _LEVELS.get(entry["severity"], entry["severity"])
        covered = re.fullmatch(_PLAIN, told)
        code, name, message = covered.group(2, 3, 4) if covered else re.split(r"[ :] ?", told, maxsplit=2)
        assert name == entry["check_name"]
        yield Told(code, name, covered[1] if covered else level, message)


def from_markdown(text: str) -> Iterator[Told]:
    status = "error"
    for line in text.splitlines():
        if found := re.fullmatch(r"<summary>[0-9,]+ (\w+).*</summary>", line):
            status = _SECTIONS[found[1]]
        elif found := re.fullmatch(r"- \*\*(PE[0-9]{3}) ([a-z-]+)\*\* (?:`[^`]+:[0-9]+` )?(.*)", line):
            yield Told(found[1], found[2], status, found[3])


READERS: dict[str, Callable[[str], Iterator[Told]]] = {
    "sarif": from_sarif,
    "junit": from_junit,
    "github": from_github,
    "gitlab": from_gitlab,
    "markdown": from_markdown,
}
