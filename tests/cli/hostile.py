"""Input that nobody means well with, and the law for it: findings or a clear error, and nothing that a terminal obeys."""

from __future__ import annotations

import re

from cli.command import Ran

_DEEP = 5_000
_LONG = 10_000_000
_BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join(['*' + old] * 9)}]\n"
    for old, new in zip("abcdefghijklmno", "bcdefghijklmnop", strict=True)
)

CONTENTS: dict[str, bytes] = {
    "empty": b"",
    "blank": b" \n\t\r\n",
    "binary": bytes(range(256)) * 40,
    "latin-1": "# é\npolicy a {}\n".encode("latin-1"),
    "utf-16": "version: 1\n".encode("utf-16"),
    "utf-16 without mark": "policy a { }".encode("utf-16-le"),
    "nul": b"policy a\0 { }",
    "nuls": b"\0" * 1000,
    "escapes": b"policy \x1b[31ma\x07 { }\n\x1b]0;title\x07",
    "10 MB of braces": b"{" * _LONG,
    "brackets in json": b"[" * _DEEP + b"]" * _DEEP,
    "braces in json": b'{"a":' * _DEEP + b"1" + b"}" * _DEEP,
    "brackets in yaml": b"root: " + b"[" * _DEEP + b"]" * _DEEP,
    "blocks in yaml": b"".join(b" " * depth + b"a:\n" for depth in range(1000)),
    "brackets in a policy": b"policy p { plan x { regions = " + b"[" * _DEEP + b"]" * _DEEP + b" } }",
    "blocks in a policy": b"policy p { " + b"plan x { " * _DEEP,
    "parentheses": b"require r { assert " + b"(" * _DEEP + b"true" + b")" * _DEEP + b" }",
    "nots": b"require r { assert " + b"not " * _DEEP + b"true }",
    "unknown keys": b'{"version": 1, "root": {"name": "R", "nmae": 1}, "x": {}, "plans": {"p": {"x": 1}}}',
    "nan in json": b'{"plans": NaN}',
    "nan in yaml": b"version: .nan\nroot: NaN\n",
    "a huge number": b'{"plans": ' + b"9" * 5000 + b"}",
    "a huge number in yaml": b"version: " + b"9" * 5000,
    "a huge exponent": b'{"plans": 1e999999}',
    "a huge duration": b"policy p { plan x { rule r { retain = " + b"9" * 5000 + b" days } } }",
    "aliases": _BOMB.encode(),
    "an alias of itself": b"version: 1\nroot: &a {name: R, units: [*a]}\n",
    "a merge key": b"<<: *a\nversion: 1\n",
    "a tag": b"!!python/object/apply:os.system ['echo hi']",
    "tags": b"version: !!int '1'\nroot: !foo {name: R}\n",
    "two documents": b"version: 1\n---\nversion: 1\n",
    "keys twice in json": b'{"plans": {}, "plans": {}, "version": 1, "version": 1}',
    "keys twice in yaml": b"version: 1\nversion: 1\nroot: {name: R}\n",
    "a text": b'"x"',
    "null": b"null",
    "a list": b"[]",
    "a lone surrogate": b'{"plans": {"\\ud800": {}}, "root": {"name": "\\udfff"}}',
    "a mark": b'\xef\xbb\xbf{"plans": {}}',
}

NAMES: dict[str, str] = {
    "escapes": "\x1b[31mred\x1b[0m",
    "title": "\x1b]0;owned\x07",
    "markup": "[red]x[/red]",
    "right to left": "\u202eevil\u2066",
    "annotation": "::error::x",
    "old annotation": "##[error]x ##vso[task.complete]",
    "line break": "a\n::error::b",
    "c1": "a\x9b31mb\x85c",
    "line separators": "a\u2028b\u2029c",
    "zero width": "a\u200bb\ufeffc",
    "quotes": "a\"b'c<script>&\\",
    "star": "*",
    "path": "../x",
    "empty": "",
    "long": "n" * 100_000,
    "nul": "a\0b",
    "surrogate": "\ud800x",
}

_OBEYED = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_COMMAND = re.compile(r"^\s*::|##(vso)?\[", re.MULTILINE)  # what a CI system obeys in a log
_STYLE = re.compile(r"\x1b\[[0-9;]*m")


def harmless(ran: Ran, *, colored: bool = False) -> None:
    """Asserts the law for one run."""
    assert ran.code in {0, 1, 2}
    assert "internal error" not in ran.err
    assert "Traceback" not in ran.err
    if ran.code == 2:
        assert ran.err.startswith("error: ") or "error[PE" in ran.out or '"findings": [\n' in ran.out
    printed = _STYLE.sub("", ran.out) if colored else ran.out
    assert _OBEYED.search(printed + ran.err) is None
    assert all(line.startswith("error: ") for line in ran.err.splitlines()) or "[PE" in ran.err
    assert _COMMAND.search(ran.err if printed.startswith("{") else ran.out + ran.err) is None
