"""What every format promises whatever it tells: it can be read by what it is for, and does nothing there."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, NoReturn, TypeAlias
from xml.etree import ElementTree as ET

from jsonschema import Draft202012Validator
from report.pages import Html
from report.sarif_schema import SCHEMA
from report.test_check_hostile import harmless_html, harmless_log

Json: TypeAlias = Any

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# What no font shows although it is a letter or a mark (Unicode's Default_Ignorable_Code_Point), and a blank symbol.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_STYLE = re.compile(r"\x1b\[[0-9;]*m")
_COMMAND = re.compile(r"^\s*::|##[a-z]*\[", re.MULTILINE)  # what a CI system obeys in a log
_GITLAB = {"description", "check_name", "fingerprint", "severity", "location"}
_JUNIT = {
    "testsuites": {"name", "tests", "failures", "errors", "time"},
    "testsuite": {"name", "tests", "failures", "errors", "time", "timestamp", "skipped"},
    "testcase": {"classname", "name", "time", "file"},
    "failure": {"message", "type"},
    "skipped": {"message"},
    "system-out": set(),
}


def terminal(text: str) -> None:
    """Lines without anything that a terminal or a CI system obeys, or that nobody can see; our own colours are none."""
    _seen(_STYLE.sub("", text))
    _no_command(text)


def as_json(text: str) -> Json:
    """JSON by the book: ASCII, no NaN, no key twice, nothing that a CI system obeys."""
    assert text.isascii()
    _no_command(text)
    return json.loads(text, parse_constant=_refuse, object_pairs_hook=_without_doubles)


def sarif(text: str) -> None:
    """SARIF by its schema, with texts that show everything."""
    log = as_json(text)
    Draft202012Validator(SCHEMA).validate(log)
    _seen("\n".join(_texts(log["runs"][0]["results"])))


def junit(text: str) -> None:
    """XML with elements and attributes as JUnit has them, which add up, and no two cases of one name."""
    terminal(text)
    root = ET.fromstring(text)  # noqa: S314 - our own report
    elements = [*root.iter()]
    assert {one.tag: set(one.attrib) - _JUNIT[one.tag] for one in elements} == {one.tag: set() for one in elements}
    for suite in (root, *root.iter("testsuite")):
        cases = [*suite.iter("testcase")]
        assert suite.attrib["tests"] == str(len(cases))
        assert suite.attrib["failures"] == str(sum(case.find("failure") is not None for case in cases))
    names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(set(names)) == len(names)


def github(text: str) -> None:
    """Commands that are ours, and lines that are none."""
    assert harmless_log(text)
    _seen(text)


def gitlab(text: str) -> None:
    """A list of entries as GitLab wants them, no two of one fingerprint."""
    entries = as_json(text)
    assert {frozenset(entry) for entry in entries} <= {frozenset(_GITLAB)}
    assert len({entry["fingerprint"] for entry in entries}) == len(entries)
    _seen("\n".join(_texts(entries)))


def markdown(text: str) -> None:
    """Our own elements, all closed, no link, no mention, and no longer than a comment may be."""
    terminal(text)
    assert len(text) <= 60_000
    assert harmless_html(text)


def html(text: str) -> None:
    """One page with our own scripts, which it names by their hashes, and data in JSON."""
    page = _page(text)
    assert len(page.scripts) == len(page.content_policy["script-src"])
    assert [tag for tag, _ in page.elements].count("script") == len(page.scripts) + 1
    assert page.data


def html_without_scripts(text: str) -> None:
    """One page that allows and has no script."""
    page = _page(text)
    assert "script-src" not in page.content_policy
    assert "script" not in {tag for tag, _ in page.elements}


def _page(text: str) -> Html:
    """A page that loads nothing and on which nothing from outside acts."""
    assert text.isascii() or not {c for c in set(text) if unicodedata.category(c) in _UNSEEN} - {"\n"}
    page = Html(text)
    assert page.content_policy["default-src"] == ["'none'"]
    assert {name for _, attributes in page.elements for name in attributes if name.startswith("on")} == set()
    assert "##[" not in text
    return page


PROMISES: dict[str, Callable[[str], object]] = {
    "terminal": terminal,
    "json": as_json,
    "sarif": sarif,
    "junit": junit,
    "github": github,
    "gitlab": gitlab,
    "markdown": markdown,
    "html": html,
    "config": as_json,
    "cloudformation": terminal,
    "terraform": terminal,
}
"""Each format's promise; it raises `AssertionError` or what its reader raises."""
_OF_COMMAND = {("prove", "html"): html_without_scripts}


def promise_of(command: str, form: str) -> Callable[[str], object]:
    """The promise of a command's output in a format."""
    return _OF_COMMAND.get((command, form), PROMISES[form])


def _seen(text: str) -> None:
    unseen = {c for c in set(text) if unicodedata.category(c) in _UNSEEN or _INVISIBLE.match(c)} - {"\n"}
    assert not unseen, unseen


def _no_command(text: str) -> None:
    command = _COMMAND.search(text)
    assert not command, text[command.start() :][:200]


def _refuse(constant: str) -> NoReturn:
    raise AssertionError(constant)


def _without_doubles(pairs: list[tuple[str, Json]]) -> Json:
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
