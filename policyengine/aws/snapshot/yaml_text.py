"""YAML text of a data file as tokens, by the C parser where there is one, and only what JSON can hold.

Plain scalars mean what they do in JSON: `true`, `null` (also written `~` or left out) and numbers; all others are text,
dates and `yes` included. Tags, merge keys and second documents are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, TypeAlias

import yaml

from policyengine.aws.snapshot.json_text import broken_character, number
from policyengine.aws.snapshot.tokens import TOO_DEEP, DataToken, UnreadableTextError
from policyengine.base.text import quoted

Scalar: TypeAlias = "str | int | float | bool | None"

FASTEST: type = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
"""PyYAML's parser: the C one where PyYAML was built with it."""

_UNPRINTABLE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_LONGEST_KEY = 1024  # characters (YAML 1.2.2, section 7.4.2)
_REASONS = {
    r"'\t'": "a tab stands in the indentation, expected spaces",
    "tab": "a tab stands in the indentation, expected spaces",
    "maximum nesting depth": TOO_DEEP,  # newer C parsers have a bound of their own, and look ahead of ours
    "cannot start any token": "a text that begins with this character needs quotes",
    "mapping values are not allowed": "a second `:` in one line, or lines that are not indented alike; "
    "a text with `: ` in it needs quotes",
    "end of stream": "expected a closing quote",
    "expected ',' or ']'": "expected `,` or `]`",
    "expected ',' or '}'": "expected `,` or `}`",
    "expected '-' indicator": "expected `-` like the lines above, or another indentation",
    "expected key": "expected `key: value` like the lines above, or another indentation",
    "could not find expected ':'": "expected `:` after a key",
    "block end": "expected another indentation",
    "node content": "expected a value, or a bracket that closes",
}


def yaml_tokens(text: str) -> Iterator[DataToken]:
    """The tokens of a text; raises `UnreadableTextError` where it cannot be read any further."""
    if match := _UNPRINTABLE.search(text):
        message = f"the character U+{ord(match[0]):04X} does not belong in a text file; is this YAML, saved as UTF-8?"
        raise UnreadableTextError(match.start(), message)
    documents = 0
    try:
        for event in yaml.parse(text, FASTEST):
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise UnreadableTextError(_offset(event), "expected one document, a second one begins here")
            elif token := _token(event):
                yield token
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = mark.index if mark else 0
        raise UnreadableTextError(at, _long_key(text, at) or _reason(error)) from None
    except yaml.YAMLError as error:
        raise UnreadableTextError(0, f"this is not YAML: {quoted(str(error))}") from None


def scalar(text: str) -> tuple[Scalar, str]:
    """The value of a plain scalar, and what is wrong with it; empty where nothing is."""
    if text in _WORDS:
        return _WORDS[text], ""
    return number(text) if _NUMBER.fullmatch(text) else (text, "")


def _token(event: yaml.Event) -> DataToken | None:
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(event)
    at = _offset(event)
    if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
        kind: Literal["mapping", "list"] = "mapping" if isinstance(event, yaml.MappingStartEvent) else "list"
        return DataToken(kind, at, anchor=event.anchor or "", fault=_tag_fault(event.tag))
    if isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
        return DataToken("end", at)
    return DataToken("alias", at, text=event.anchor or "") if isinstance(event, yaml.AliasEvent) else None


def _scalar(event: yaml.ScalarEvent) -> DataToken:
    text, at, anchor = event.value, _offset(event), event.anchor or ""
    if event.tag:
        return DataToken("scalar", at, text, text, anchor, _tag_fault(event.tag))
    if event.implicit[0]:
        if text == "<<":
            return DataToken("scalar", at, text, text, anchor, "merge keys are not supported: write the keys out")
        value, fault = scalar(text)
        return DataToken("scalar", at, value, text, anchor, fault)
    fault = "" if text.isascii() else broken_character(text)
    return DataToken("scalar", at, text, text, anchor, fault)


def _offset(event: yaml.Event) -> int:
    # Not the mark's own line: YAML breaks lines at characters where no editor does, and counts another at the end.
    return event.start_mark.index if event.start_mark else 0


def _tag_fault(tag: str | None) -> str:
    if not tag:
        return ""
    shown = quoted(tag.replace("tag:yaml.org,2002:", "!!"))
    return f"tags such as {shown} are not supported: leave it out, or put the value in quotes"


def _long_key(text: str, at: int) -> str:
    """The fault where YAML stops at the `:` after a key because the key is too long; else empty."""
    key = re.split(r"[\n{\[,]", text[:at])[-1].lstrip() if text.startswith(":", at) else ""
    is_long = len(key) > _LONGEST_KEY and ": " not in key
    return f"a key has more than {_LONGEST_KEY:,} characters, and YAML takes no longer ones" if is_long else ""


def _reason(error: yaml.MarkedYAMLError) -> str:
    problem = f"{error.problem or ''} {error.context or ''}"
    reason = next((ours for theirs, ours in _REASONS.items() if theirs in problem), "")
    return reason or f"this is not YAML: {problem.strip()}"
