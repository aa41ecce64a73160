"""Names that nobody means well with: every report can be read, and none of them does anything where it is shown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from cli.command import Command, Json, write
from cli.hostile import NAMES
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt
from report.sarif_schema import SCHEMA
from report.told import READERS, from_json

from policyengine.base import page_url
from policyengine.report.markdown import code, prose

pytestmark = pytest.mark.scale

MORE = {
    "end of data": "]]> </failure><failure/> &#x0; ",
    "table": "a|b\\|c\n|---|",
    "backticks": "``` `a`` ` ````\n```",
    "one backtick": "a ` <b> @team",
    "link": "[click](http://example.com) ![x](y) <http://z> www.example.com me@example.com",
    "mentions": "@team #12 GH-12 !3 ~label deadbeef1 :smile: $`x`$",
    "folded": "</details></summary><details open><!-- -->",
    "heading": "# a\n---\n* b",
    "properties": "x,title=y::::error file=z::w%0A::error::v",
    "backslash": "\\` \\| \\",
    "blanks": "  ",
}
HOSTILE = {**NAMES, **MORE}
POLICY = """\
policy wishes {{ plan daily {{ rule nightly {{ retain = 7 days }} }} }}
policy idle {{}}
attach wishes to account "222222222222"
require kept {{
  reference = {0}
  assert every rule satisfies rule.retention >= 60 days message {0}
}}
waive policy-not-attached for root until 2026-12-31 because {0}
"""
COMMAND = re.compile(r"::(?:error|warning|notice) (?:[a-zA-Z]+=[^:,\r\n]*)(?:,[a-zA-Z]+=[^:,\r\n]*)*::[^\r\n]*")
OBEYED = re.compile(r"^\s*::|##(vso)?\[", re.MULTILINE)


def reports(policyengine: Command, folder: Path, name: str) -> dict[str, str]:
    """Every report on a project in which units, accounts, policies, vaults and reasons have the name."""
    rule = {
        "target_backup_vault_name": {"@@assign": "Main"},
        "lifecycle": {"delete_after_days": {"@@assign": "35", "@@operators_allowed_for_child_policies": ["@@none"]}},
    }
    document = {"plans": {"daily": {"regions": {"@@assign": ["eu-west-1"]}, "rules": {"nightly": rule}}}}
    accounts = [{"id": "222222222222", "name": name}, {"id": "333333333333", "name": f"{name}2"}]
    unit = {"name": name, "policies": [name], "accounts": accounts}
    loose = [{"id": "111111111111", "name": f"{name}3"}]
    snapshot = {
        "version": 1,
        "root": {"name": name, "units": [unit], "accounts": loose},
        "policies": {name: {"content": document}},
        "vaults": [{"name": "Other", "accounts": "*", "regions": ["eu-west-1"]}],
    }
    project = write(folder, {"organization.json": json.dumps(snapshot)})
    (project / "a.bpol").write_bytes(POLICY.format(json.dumps(name)).encode("utf-8", "surrogatepass"))
    forms = ["json", *READERS]
    ran = {form: policyengine("check", project, "--at", "2026-09-13", "--format", form) for form in forms}
    assert len({(one.code, one.err) for one in ran.values()}) == 1
    return {form: one.out for form, one in ran.items()}


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_breaks_out(policyengine: Command, tmp_path: Path, name: str) -> None:
    told = reports(policyengine, tmp_path, HOSTILE[name])
    if not told["json"]:  # a snapshot that is refused for the name
        assert set(told.values()) == {""}
        return
    number = len([*from_json(told["json"])])
    assert number > 0
    for form, reader in READERS.items():
        assert len([*reader(told[form])]) == number, form
        assert [c for c in told[form] if not c.isprintable() and c != "\n"] == []
    log = json.loads(told["sarif"])
    Draft202012Validator(SCHEMA).validate(log)
    assert [
        text for text in texts([log["runs"][0]["results"], json.loads(told["gitlab"])]) if not text.isprintable()
    ] == []
    assert harmless_log(told["github"])
    for form in ("sarif", "junit", "gitlab", "markdown"):
        assert OBEYED.search(told[form]) is None
    assert len({case.get("name") for case in ET.fromstring(told["junit"]).iter("testcase")}) > 100  # noqa: S314
    assert harmless_html(told["markdown"])


def test_the_names_are_in_the_reports(policyengine: Command, tmp_path: Path) -> None:
    told = reports(policyengine, tmp_path, HOSTILE["mentions"])
    assert all(text.count("GH-12") > 5 for text in told.values())


def texts(value: Json) -> Iterator[str]:
    """Every text in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts(inner)


def harmless_log(text: str) -> bool:
    """Whether every command in a log is one of ours, and every other line starts none."""
    commands = [line for line in text.splitlines() if line.lstrip().startswith("::")]
    others = [line for line in text.splitlines() if not line.startswith("::")]
    assert all(COMMAND.fullmatch(line) for line in commands)
    return OBEYED.search("\n".join(others)) is None and "##[" not in text and "##vso[" not in text


class Page(HTMLParser):
    """What a browser would make of a comment: its elements, and the text that is not code."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes += attrs
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "code" not in self.open:
            self.text += data


OURS = {"h3", "p", "ul", "li", "strong", "code", "pre", "details", "summary", "a"}
OURS |= {"table", "thead", "tbody", "tr", "th", "td"}


def _is_link(attribute: tuple[str, str | None], pages: str) -> bool:
    name, value = attribute
    return name == "href" and re.fullmatch(pages, value or "") is not None


def harmless_html(text: str) -> bool:
    """Whether a comment has our own elements only, all closed, and nothing in its running text that leads anywhere.

    The only links are those to our pages of checks, and of the reasons of coverage.
    """
    page = Page()
    page.feed(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text))
    page.close()
    assert page.elements <= OURS
    assert page.open == []
    reasons = re.escape(page_url("coverage.md#"))
    pages = rf"(?:{re.escape(page_url('rules/'))}[a-z-]+\.md|{reasons}[a-z-]+)"
    assert [
        each for each in page.attributes if each != ("style", "text-align:right") and not _is_link(each, pages)
    ] == []
    running = re.sub(rf"page: {pages}$", "", page.text, flags=re.MULTILINE)  # our own
    assert re.findall(r"[@#!~$&<>\[\]|*_`\\]|\w[:.]\w|\b[0-9a-f]{7,}\b|\bGH-\d", running) == []
    return True


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("the vault `Main` is missing", "the vault `Main` is missing"),
        ('unit "Shops" (again)', 'unit "Shops" (again)'),
        ("don't write cold-storage, write 35 days", "don't write cold-storage, write 35 days"),
        ("set at backup.bpol:14; see plans/daily", "set at `backup.bpol:14`; see `plans/daily`"),
        ("by @team, <b>now</b>!", "by `@team`, `<b>now</b>`!"),
        ("`a``b`c", "`ab`c"),
        ("`a`/b", "`a/b`"),
        ("a ` b", "a ' b"),
        ("fixed in deadbeef or DEADBEEF", "fixed in `deadbeef` or `DEADBEEF`"),
        ("account 222222222222", "account `222222222222`"),
        ("1,000 of 2.5", "1,000 of 2.5"),
        ("", ""),
    ],
)
def test_running_text(text: str, shown: str) -> None:
    assert prose(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a|b", "`a|b`"),
        ("a`b", "``a`b``"),
        ("``", "``` `` ```"),
        ("`a", "`` `a ``"),
        (" a ", "`  a  `"),
        ("", "`   `"),
        ("a\nb", "`a\\nb`"),
        ("\u202ea", "`\\u202ea`"),
        ("a" * 2000, f"`{'a' * 999}…`"),
    ],
)
def test_code(text: str, shown: str) -> None:
    assert code(text) == shown
    if text and len(text) < 1000 and text.isprintable():
        assert MarkdownIt("commonmark").render(shown) == f"<p><code>{text}</code></p>\n"
