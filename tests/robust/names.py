"""Names that nobody means well with."""

from __future__ import annotations

from cli.hostile import NAMES as KNOWN

MORE = {
    "end of data": "]]> </failure><failure/> &#x0; ",
    "table": "a|b\\|c\n|---|",
    "backticks": "``` `a`` ` ````\n```",
    "tildes": "~~~\n~~~",
    "one backtick": "a ` <b> @team",
    "link": "[click](http://example.com) ![x](y) <http://z> www.example.com me@example.com",
    "reference": "[a]: http://example.com\n[a][a]",
    "mentions": "@team #12 GH-12 !3 ~label deadbeef1 :smile: $`x`$",
    "folded": "</details></summary><details open><!-- -->",
    "heading": "# a\n---\n* b",
    "properties": "x,title=y::::error file=z::w%0A::error::v",
    "escaped line break": "%0A::error::a%0D%0A::error::b%250A",
    "stopped commands": "::stop-commands::x\n::add-mask::y",
    "wide blanks": "\u3000::error::x",
    "carriage return": "fail: 3 errors\rpass: no findings",
    "backspaces": "fail\b\b\b\bpass\x7f",
    "link in a terminal": "\x1b]8;;http://example.com\x07x\x1b]8;;\x07",
    "device control": "\x1bP$q\x1b\\\x90+q\x9c",
    "forbidden in xml": "\x01\x0b\ufffe\uffff\ufdd0",
    "isolates": "\u2067a\u2069 \u200e\u200f\u061c",
    "tag characters": "a\U000e0061\U000e007f",
    "fillers": "a\u3164\u115f\u1160\uffa0b",
    "joiners": "a\u034fb\u200d\u2060c",
    "variation selectors": "a\ufe0fb\U000e0100c\u180bd\u17b4",
    "blank pattern": "\u2800",
    "private use": "\ue000\U000f0000",
    "service message": "##teamcity[buildStatus status='SUCCESS']",
    "template": "{{ 7 * 7 }}{% raw %}{0.__class__}%s",
    "script": "</script><script>alert(1)</script><!--<script>",
    "attribute": "\"'><img src=x onerror=alert(1)>",
    "formula": "=1+1",
    "backslash": "\\` \\| \\",
    "blanks": "  ",
    "dots": "..",
    "combining": "a" + "\u0301" * 50,
}
NAMES = {kind: name for kind, name in {**KNOWN, **MORE}.items() if kind not in {"empty", "long", "surrogate"}}
"""Names of every kind that a snapshot may hold, by what they try."""

LONG = "語<|`" * 25_000
