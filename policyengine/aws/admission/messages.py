"""The messages about a document: complaints about values and nodes, the words in them, and their diagnostics.

There is a function for each way in which the structure can be wrong: it takes the node of the schema, the author's
spelling and the value, and gives the complaint. A path is the tuple of keys from the document down.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from policyengine.aws.admission.admission_rules import (
    DOCUMENT_TOO_LONG,
    DUPLICATE_KEY,
    EMPTY_LIST,
    KEYS_DIFFER_ONLY_BY_CASE,
    OPERATOR_NOT_ALLOWED,
    SETTING_MISSING,
    UNKNOWN_KEY,
    UNKNOWN_OPERATOR,
    UNREADABLE_DOCUMENT,
    VALUE_NOT_WRAPPED,
    WRONG_VALUE_SHAPE,
)
from policyengine.aws.admission.policy_schema import Container
from policyengine.aws.documents import CONTROL, VALUE_OPERATORS, Json, PolicyDocument, spelled
from policyengine.aws.facts.foreign_keys import Key, Wording, plain_key, worded
from policyengine.aws.setting_rows import SettingRow
from policyengine.base.diagnostics import Diagnostic, Label
from policyengine.base.records import Record
from policyengine.base.rules import Rule
from policyengine.base.text import listed, nearest, quoted, suggestion

Path: TypeAlias = tuple[str, ...]


def folded_path(path: Path) -> Path:
    """A path as AWS compares it: in small letters."""
    return tuple(key.lower() for key in path)


class Complaint(NamedTuple):
    """Why a value is not admitted: the broken rule, what is there and what was expected, and what to write."""

    rule: Rule
    message: Wording
    help: Wording = ""


class Refusal(Record):
    """A node that AWS would not take.

    `path` is that of the finding, folded; `entry` the path of the node or operator to remove for the rest to be
    admitted, None where no removal would help; `operator` the folded operator whose line the finding points at.
    """

    path: Path
    complaint: Complaint
    entry: Path | None
    operator: str = ""


def diagnostic(document: PolicyDocument, refusal: Refusal) -> Diagnostic:
    """The finding for a refused node of a document, at its line in the language where it was written there.

    Keys of AWS are replaced by the author's words for them.
    """
    origin = document.origin(refusal.path, refusal.operator)
    used_at = origin.used_at if origin else None
    words = document.words_at(refusal.path)
    return refusal.complaint.rule.at(
        origin.span if origin else None,
        worded(refusal.complaint.message, words),
        help=worded(refusal.complaint.help, words),
        labels=(Label.use(used_at),) if used_at else (),
        path="/".join(key.replace("~", "~0").replace("/", "~1") for key in refusal.path),
        policies=(document.name,),
    )


def keys_listed(keys: Sequence[str], last: str) -> tuple[str, ...]:
    """Keys as `listed` has them: a comma between two, the word `last` before the last of several."""
    pieces: list[str] = []
    for place, key in enumerate(keys):
        between = f" {last} " if place == len(keys) - 1 else ", "
        pieces += [between, Key(key)] if place else [Key(key)]
    return tuple(pieces)


_LONGEST = 120  # characters of a value in a message; every ARN of a vault fits


def shape(value: Json) -> str:
    """The kind of a value: `null`, "an object", "a list", or the plain value itself in backticks."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return shown(value)


def shown(value: str | float | None) -> str:
    """A plain value in backticks, `""` for the empty text."""
    text = spelled(value)
    return quoted(text or '""', _LONGEST)


def write(text: str) -> str:
    """The advice to write a text; empty where the text is, or is too long to be useful."""
    return f"write {quoted(text, _LONGEST)}" if 0 < len(text) <= _LONGEST else ""


def allowed_names(names: Iterable[str]) -> str:
    """The advice that lists the names that are allowed instead of an unknown name."""
    return f"known here: {listed(names, 'and')}"


def key_meant(container: Container, folded: str) -> tuple[str, ...]:
    """The path of the key that an unknown key most likely means, as AWS spells it; empty where there is none."""
    plain = plain_key(folded)
    if plain in container.foreign.advice:
        return ()
    if path := container.foreign.aliases.get(plain):
        return path
    meant = nearest(folded, container.spelled)
    return (meant,) if meant else ()


def key_advice(container: Container, folded: str, meant: tuple[str, ...]) -> Wording:
    """Advice for an unknown key: the reason it is unknown, the key that was meant, or the keys there are."""
    if advice := container.foreign.advice.get(plain_key(folded)):
        return advice
    for key, node in container.keys.items():
        if isinstance(node, Container) and folded in node.keys:
            return f"it belongs in {quoted(key)}"
    if meant:
        *place, last = map(quoted, meant)
        return f"did you mean {' in '.join((last, *place))}?"
    return allowed_names(container.spelled)


_SMALLEST = 'the smallest policy is `{"plans": {}}`'


def called(node: Container, key: str) -> str:
    """The name of a container in messages: "rule `nightly`", "`lifecycle`"."""
    return f"{node.noun} {quoted(key)}" if node.noun else quoted(key)


def no_object(value: Json) -> Complaint:
    """The document itself is no object."""
    return Complaint(UNREADABLE_DOCUMENT, f"the document is {shape(value)}, expected an object", _SMALLEST)


def no_plans() -> Complaint:
    """The document has no `plans`."""
    return Complaint(SETTING_MISSING, "the document lacks `plans`", _SMALLEST)


def too_long(size: int, minified: int, most: int) -> Complaint:
    """The text has more characters than AWS stores."""
    advice = f"without white space it has {minified:,} and fits: send it as `compile` writes it"
    if minified > most:
        advice = f"even without white space it has {minified:,}: split it into two policies"
    message = f"the policy has {size:,} characters, expected at most {most:,}"
    return Complaint(DOCUMENT_TOO_LONG, message, advice)


def repeated_key(key: str) -> Complaint:
    """The JSON text gives a key twice in one object."""
    return Complaint(DUPLICATE_KEY, f"{quoted(key)} stands twice in one object", "keep one of the two")


def same_key(first: str, second: str) -> Complaint:
    """Two keys differ only by case."""
    message = f"{quoted(first)} and {quoted(second)} are one key to AWS, which ignores case"
    return Complaint(KEYS_DIFFER_ONLY_BY_CASE, message, "put both into one, or rename one")


def not_an_object(node: Container, key: str, value: Json) -> Complaint:
    """The value of a container is no object."""
    message = f"{called(node, key)} is {shape(value)}, expected an object"
    return Complaint(WRONG_VALUE_SHAPE, message, _contents(node))


def unknown_key_in(node: Container, container: str, key: str, meant: tuple[str, ...]) -> Complaint:
    """A container has no such key; `meant` is the path of the key that was probably meant."""
    where = called(node, container) if container else "the document"
    message = f"{quoted(key)} is not a key of {where}"
    return Complaint(UNKNOWN_KEY, message, key_advice(node, key.lower(), meant))


def misplaced_key(node: Container, container: str, key: str) -> Complaint:
    """A key of AWS's stands where the author's name of a node is expected."""
    noun = node.each.noun if node.each else "node"
    message = f"{quoted(key)} stands in {called(node, container)} where the name of a {noun} is expected"
    return Complaint(UNKNOWN_KEY, message, f"put it inside a {noun}")


def unknown_operator_named(key: str) -> Complaint:
    """A key begins with @@ and is no operator."""
    operators = (*VALUE_OPERATORS, CONTROL)
    advice = suggestion(key, operators) or allowed_names(operators)
    return Complaint(UNKNOWN_OPERATOR, f"{quoted(key)} is not an operator", advice)


def operator_on_container(node: Container, key: str, operator: str) -> Complaint:
    """A value operator stands on a node that holds no value."""
    message = f"{called(node, key)} takes no {quoted(operator)}, only its settings do"
    return Complaint(OPERATOR_NOT_ALLOWED, message, _contents(node))


def operand_of_document(operator: str, operand: Json) -> Complaint | None:
    """Operators on the document have no effect; AWS refuses only objects and lists in them (semantics.md 3.1)."""
    values = operand if isinstance(operand, list) else [operand]
    if not any(isinstance(value, (dict, list)) for value in values):
        return None
    message = f"{quoted(operator)} of the document is {shape(operand)}, expected a plain value or a flat list"
    return Complaint(WRONG_VALUE_SHAPE, message, "leave it out: it has no effect here")


def operator_on_single_value(key: str, operator: str) -> Complaint:
    """`@@append` or `@@remove` stands on a setting with one value."""
    message = (Key(key), f" has a single value and takes no {quoted(operator)}")
    return Complaint(OPERATOR_NOT_ALLOWED, message, "only `@@assign` changes it")


def key_in_setting(key: str, inner: str) -> Complaint:
    """A setting has a key that does not begin with @@."""
    message = f"{quoted(inner)} is not a key of {quoted(key)}, which holds operators only"
    return Complaint(UNKNOWN_KEY, message, allowed_names((*VALUE_OPERATORS, CONTROL)))


def not_wrapped(node: SettingRow, key: str, value: Json) -> Complaint:
    """A setting holds a bare value."""
    message = f"{quoted(key)} is {shape(value)}, expected an operator with the value"
    if isinstance(value, str) and node.many:
        advice = write(f'{{"@@assign": ["{value}"]}}')
    elif isinstance(value, list) or value is None:
        advice = 'write `{"@@assign": [...]}`' if node.many else 'write `{"@@assign": ...}`, or leave it out'
    else:
        advice = write(f'{{"@@assign": "{value}"}}') if isinstance(value, str) else 'write `{"@@assign": ...}`'
    return Complaint(VALUE_NOT_WRAPPED, message, advice)


def not_a_list(key: str, value: Json) -> Complaint:
    """The value of an operator of a list setting is no list."""
    advice = write(f'["{value}"]') if isinstance(value, str) else ""
    return Complaint(WRONG_VALUE_SHAPE, (Key(key), f" is {shape(value)}, expected a list"), advice)


def not_plain(node: SettingRow, key: str, value: Json) -> Complaint:
    """A plain value was expected, in a list or by itself."""
    subject = ("an entry of ", Key(key)) if node.many else (Key(key),)
    only = value[0] if isinstance(value, list) and len(value) == 1 else None
    advice = write(f'"{only}"') if isinstance(only, str) and not node.many else ""
    if value is None and not node.many:
        advice = "give it a value, or leave the setting out"
    return Complaint(WRONG_VALUE_SHAPE, (*subject, f" is {shape(value)}, expected a plain value"), advice)


def empty(key: str) -> Complaint:
    """A list that must not be empty is."""
    advice = "leave the setting out, or name what is meant"
    return Complaint(EMPTY_LIST, (Key(key), " is an empty list, expected a value or more"), advice)


def _contents(node: Container) -> str:
    if node.each:
        return f"each {node.each.noun} stands in it under its own name"
    return allowed_names(node.spelled)
