"""The JSON text of a policy: reading it into a `PolicyDocument`, and writing it without white space.

Takes unchecked text. A text that is not a single JSON object is returned as a `TextFault`, never raised. Whether AWS
would take the document is decided in `admission/`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, NoReturn, TypeVar, cast

from policyengine.aws.documents import Duplicate, Json, PolicyDocument
from policyengine.base.records import Record
from policyengine.base.source import Source
from policyengine.base.text import quoted

DEEPEST = 400
"""How many brackets may be open at once; AWS's own deepest setting needs twelve."""

_T = TypeVar("_T")

_TOO_DEEP = ("the brackets nest too deeply", "no setting of AWS stands deeper than a dozen levels")
_LONGEST_INTEGER = 4000  # digits; Python refuses to convert more than 4300 by default
_REASONS = {
    "Expecting value": "expected a value",
    "Expecting property name": "expected a key in double quotes",
    "Expecting ':'": "expected `:` after a key",
    "Expecting ','": "expected `,` or a closing bracket",
    "Illegal trailing comma": "expected nothing between a comma and the closing bracket",
    "Extra data": "expected nothing after the document",
    "Unterminated string": "expected a closing double quote for the string that begins here",
    "Invalid control character": "expected no raw control character in a string",
    "Invalid \\uXXXX": "expected four hexadecimal digits after `\\u`",
    "Invalid \\escape": "expected one of the escapes of JSON after `\\`",
}


class Holder(NamedTuple):
    """A resource of templates that holds a policy, and its key for the policy."""

    resource: str
    key: str

    def advice(self, text: str, how: str = "") -> str:
        """Advice for a template where a policy is wanted; `how` says in which notation to save that."""
        if self.resource in text:
            return f"the policy is the {quoted(self.key)} of its {quoted(self.resource)}: save that alone{how}"
        return f"it has no {quoted(self.resource)}, of which a backup policy is the {quoted(self.key)}"


OF_CLOUDFORMATION = Holder("AWS::Organizations::Policy", "Content")
OF_TERRAFORM = Holder("aws_organizations_policy", "content")
ORG_FORMATION = ("a template of org-formation", "give the document of one backup policy alone, as AWS takes it")
"""What other templates with the keys of CloudFormation's are, and what to do."""
SNAPSHOT_OF_ORGANIZATION = (
    "a snapshot of an organization",
    "`check --snapshot` judges it with all its policies, `import` writes those in the language",
)
_YAML = re.compile(r"plans\s*:")
_WRITE_JSON = "AWS takes JSON: write the same as JSON"
_OTHER_TEXTS: Mapping[re.Pattern[str], tuple[str, str | Holder]] = {
    re.compile(r"AWSTemplateFormatVersion\s*:\s*['\"]?[0-9-]+-OC\b"): ORG_FORMATION,
    re.compile(r"(?:AWSTemplateFormatVersion|Transform|Resources|Description)\s*:"): (
        "a CloudFormation template",
        OF_CLOUDFORMATION,
    ),
    re.compile(r'(?:resource|data|module|terraform|provider|locals|variable)\b[ "\w-]*\{'): (
        "a file of Terraform",
        OF_TERRAFORM,
    ),
    re.compile(r"(?:policy|template|let|attach|require|waive|test)\s"): (
        "a file of the policy language",
        "`check` and `compile` read it",
    ),
    _YAML: ("YAML", _WRITE_JSON),
    re.compile(r"(?:root|[a-z_]+\s*:(?s:.*)\nroot)\s*:"): SNAPSHOT_OF_ORGANIZATION,
}
"""Other formats that people pass for a policy: how their first line begins, what they are, and what to do."""
_EXPECTED = "expected the JSON of a backup policy"
_BEGIN = 'a policy begins with `{"plans": `'
_BEFORE = re.compile(r"(?:(?:#|//|---)[^\n]*|\s+)")  # comments, white space, the mark of a YAML document
_STRING_OR_CONSTANT = re.compile(r'"(?:[^"\\]|\\.)*"|(-?Infinity|NaN)', re.DOTALL)
_SURROGATES = re.compile(r"(\\u[dD][89abAB]..\\u[dD][c-fC-F]..)|\\u[dD][89a-fA-F]|[\ud800-\udfff]")
_compact = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


class TextFault(Record):
    """Why a text is no policy document: a place (line and column from 1), what was expected there, and what to do."""

    line: int
    column: int
    message: str
    help: str = ""

    def __str__(self) -> str:
        return f"{self.message} (line {self.line}, column {self.column})"


class _RepeatingObject(dict[str, Json]):
    """An object with the keys that its text repeats."""

    def __init__(self, pairs: list[tuple[str, Json]]) -> None:
        super().__init__(pairs)
        times = Counter(key for key, _ in pairs)
        self.repeated = tuple(key for key, count in times.items() if count > 1)


class _Unfit(Exception):  # noqa: N818 - never leaves this module
    """Text that Python's reader takes and a policy cannot be. Its `args` are an offset, a message, advice."""


def read_document(name: str, text: str) -> PolicyDocument | TextFault:
    """The document in a JSON text, or why there is none.

    Keys, strings and whole numbers stay as written; a number with a fraction or an exponent (`60.0`, `1e2`), and a
    number too long for Python, is kept as the string of its spelling, which AWS judges the same (semantics.md R23). Of
    a repeated key the last value is kept and the key listed in `duplicates`. `size` counts the characters of `text`.
    """
    return _or_fault(text, lambda: _document(name, text))


def read_json(text: str) -> Json | TextFault:
    """Any JSON value of AWS, such as the answer of an operation: numbers as in `read_document`, no key repeated."""
    return _or_fault(text, lambda: _unrepeated(text))


def _or_fault(text: str, read: Callable[[], _T]) -> _T | TextFault:
    """The value read from a text, or the fault why it cannot be read."""
    try:
        return read()
    except json.JSONDecodeError as error:
        return _syntax_fault(text, error)
    except RecursionError:
        return _fault(text, 0, *_TOO_DEEP)
    except _Unfit as unfit:
        return _fault(text, *unfit.args)


def unread_document(name: str, text: str, fault: TextFault) -> PolicyDocument:
    """An empty document in the place of a text that is none: `admission/` refuses it with the fault as its reason."""
    return PolicyDocument(name, {}, len(text), len(text), unread=(str(fault), fault.help))


def minify(content: Json) -> str:
    """The shortest JSON text of a value: no white space, no unnecessary escapes."""
    return _compact(content)


def are_attachments(content: Json | TextFault) -> bool:
    """Whether a value is what `compile --out` writes beside the documents: targets with their policies, in a list."""
    listed = content if isinstance(content, list) else []
    return bool(listed) and all(isinstance(each, dict) and {"target", "policies"} <= each.keys() for each in listed)


def _document(name: str, text: str) -> PolicyDocument:
    content, minified, repeated = _read_value(text)
    if are_attachments(content):
        ours = "the attachments that `compile --out` writes"
        raise _Unfit(0, f"expected an object, found {ours}", "give the documents beside it")
    if not isinstance(content, dict):
        raise _Unfit(0, f"expected an object, found {_kind_of_json(content)}", _advice_on_kind_of_json(content))
    duplicates = tuple(_located(content)) if repeated else ()
    # A number kept as a string has two quotes more than in `text`.
    return PolicyDocument(name, content, len(text), min(len(text), len(minified)), duplicates=duplicates)


def _unrepeated(text: str) -> Json:
    content, _, repeated = _read_value(text)
    if repeated:
        raise _Unfit(0, f"{quoted(repeated[0].repeated[0])} stands twice in one object", "keep the one that is meant")
    return content


def _read_value(text: str) -> tuple[Json, str, list[_RepeatingObject]]:
    """The value in a text, its minified text, and the objects that repeat keys."""
    repeated: list[_RepeatingObject] = []
    content = _decode(text, repeated)
    if _too_deep(text, content):
        raise _Unfit(0, *_TOO_DEEP)
    minified = minify(content)
    if not minified.isascii():
        _refuse_surrogates(text, minified)
    return content, minified, repeated


def _decode(text: str, repeated: list[_RepeatingObject]) -> Json:
    def build(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        node = dict(pairs)
        if len(node) != len(pairs):
            node = _RepeatingObject(pairs)
            repeated.append(node)
        return node

    def refuse_constant(constant: str) -> NoReturn:
        raise _Unfit(_offset_of_constant(text), f"expected a number, found `{constant}`", "JSON has no such number")

    decoder = json.JSONDecoder(
        object_pairs_hook=build, parse_int=_integer, parse_float=_spelling, parse_constant=refuse_constant
    )
    return cast("Json", decoder.decode(text))


def _integer(text: str) -> Any:  # noqa: ANN401 - an integer, or the spelling where Python would lose it
    return text if text == "-0" or len(text) > _LONGEST_INTEGER else int(text)


def _spelling(text: str) -> Any:  # noqa: ANN401 - the decoder's types expect a float
    return text


def _too_deep(text: str, content: Json) -> bool:
    # Counting brackets is quick and settles it for every real policy.
    if text.count("[") + text.count("{") <= DEEPEST:
        return False
    level, depth = [content], 0
    while level and depth <= DEEPEST:
        level = [child for node in level for child in _children(node)]
        depth += 1
    return bool(level)


def _children(node: Json) -> list[Json]:
    values = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [value for value in values if isinstance(value, (dict, list))]


def _located(content: Json) -> Iterator[Duplicate]:
    """The repeated keys with the paths of their objects, except in objects that a repeated key has itself replaced."""
    waiting: list[tuple[tuple[str, ...], Json]] = [((), content)]
    while waiting:
        path, node = waiting.pop()
        if isinstance(node, _RepeatingObject):
            yield from (Duplicate(path, key) for key in node.repeated)
        if isinstance(node, dict):
            waiting.extend(((*path, key), child) for key, child in node.items())
        elif isinstance(node, list):
            waiting.extend(((*path, str(index)), child) for index, child in enumerate(node))


def _advice_on_kind_of_json(content: Json) -> str:
    if isinstance(content, str) and content.lstrip().startswith("{"):
        return "it is a document as a JSON string, as `--query Policy.Content` prints it: add `--output text`"
    return _BEGIN


def _syntax_fault(text: str, error: json.JSONDecodeError) -> TextFault:
    if not text.strip():
        return _fault(text, 0, "the text is empty, expected a JSON object")
    begin = _begin(text)
    for form, (words, advice) in _OTHER_TEXTS.items():
        if form.match(text, begin):
            what_to_do = advice if isinstance(advice, str) else advice.advice(text, ", as JSON")
            return _fault(text, 0, f"the text is {words}, {_EXPECTED}", what_to_do)
    if text.startswith("\ufeff"):
        return _fault(text, 0, "a byte order mark stands before the document", "save the file as UTF-8 without one")
    expected = next((ours for theirs, ours in _REASONS.items() if error.msg.startswith(theirs)), "expected JSON")
    width = 2 if text.startswith("\\", error.pos) else 1
    actual = text[error.pos : error.pos + width]
    message = expected if expected.endswith("begins here") else f"{expected}, found {_shown(actual)}"
    return _fault(text, error.pos, message, _advice(text[: error.pos], actual))


def fault_of_yaml(text: str) -> TextFault | None:
    """The fault of a backup policy that is written in YAML; None for any other text."""
    return _fault(text, 0, f"the text is YAML, {_EXPECTED}", _WRITE_JSON) if _YAML.match(text, _begin(text)) else None


def _begin(text: str) -> int:
    """The offset of the first character that is neither white space nor in a comment of another notation."""
    begin = 0
    while match := _BEFORE.match(text, begin):
        begin = match.end()
    return begin


def _advice(before: str, actual: str) -> str:
    """Advice for the text at a syntax error, given the text before it."""
    if not actual:
        return "the text ends too soon: fetch it, or save it, once more"
    if not before.strip():
        return _BEGIN
    if actual in ("}", "]") and before.rstrip().endswith(","):
        return "remove the comma before the closing bracket"
    if actual == "'":
        return "JSON takes double quotes only"
    return "JSON has no comments" if actual in ("#", "/") else ""


def _refuse_surrogates(text: str, minified: str) -> None:
    try:
        minified.encode()
    except UnicodeEncodeError:
        lone = next((match.start() for match in _SURROGATES.finditer(text) if not match[1]), 0)
        message = "half a surrogate pair stands where a character is expected"
        raise _Unfit(lone, message, "write the character itself, or both halves of its escape") from None


def _offset_of_constant(text: str) -> int:
    return next((match.start() for match in _STRING_OR_CONSTANT.finditer(text) if match[1]), 0)


def _fault(text: str, offset: int, message: str, advice: str = "") -> TextFault:
    place = Source("", text).position(offset)
    return TextFault(place.line, place.column, message, advice)


def _shown(actual: str) -> str:
    if not actual:
        return "the end of the text"
    return f"`{actual}`" if actual.isprintable() else f"the character U+{ord(actual[-1]):04X}"


def _kind_of_json(content: Json) -> str:
    if content is None:
        return "`null`"
    kinds = {list: "a list", str: "a string", bool: "a boolean"}
    return kinds.get(type(content), "a number")
