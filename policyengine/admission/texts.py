"""What is said about the structure of a document: one function for each way in which it can be wrong.

Takes the node of the schema, the author's spelling and what was found; gives the complaint.
"""

from __future__ import annotations

from policyengine.admission.refusals import Complaint
from policyengine.admission.schema import Container, Setting
from policyengine.admission.wording import key_advice, known_here, shape, write
from policyengine.catalogue.admission import (
    duplicate_key,
    empty_list,
    keys_differ_only_by_case,
    operator_not_allowed,
    setting_missing,
    unknown_key,
    unknown_operator,
    unreadable_document,
    value_not_wrapped,
    wrong_value_shape,
)
from policyengine.catalogue.merging import document_too_long
from policyengine.model.documents import CONTROL, VALUE_OPERATORS, Json
from policyengine.wording import quoted, suggestion

_SMALLEST = 'the smallest policy is `{"plans": {}}`'


def called(node: Container, key: str) -> str:
    """What a message calls a container: "rule `nightly`", "`lifecycle`"."""
    return f"{node.noun} {quoted(key)}" if node.noun else quoted(key)


def no_object(value: Json) -> Complaint:
    """The document itself is something else than an object."""
    return Complaint(unreadable_document.RULE, f"the document is {shape(value)}, expected an object", _SMALLEST)


def no_plans() -> Complaint:
    """The document has no `plans`."""
    return Complaint(setting_missing.RULE, "the document lacks `plans`", _SMALLEST)


def too_long(size: int, minified: int, most: int) -> Complaint:
    """The text has more characters than AWS stores."""
    advice = f"without white space it has {minified:,} and fits: send it as `compile` writes it"
    if minified > most:
        advice = f"even without white space it has {minified:,}: split it into two policies"
    message = f"the policy has {size:,} characters, expected at most {most:,}"
    return Complaint(document_too_long.RULE, message, advice)


def repeated_key(key: str) -> Complaint:
    """The JSON text gives a key twice in one object."""
    return Complaint(duplicate_key.RULE, f"{quoted(key)} stands twice in one object", "keep one of the two")


def same_key(first: str, second: str) -> Complaint:
    """Two keys differ only by case."""
    message = f"{quoted(first)} and {quoted(second)} are one key to AWS, which ignores case"
    return Complaint(keys_differ_only_by_case.RULE, message, "put both into one, or rename one")


def not_an_object(node: Container, key: str, value: Json) -> Complaint:
    """A container holds something else than an object."""
    message = f"{called(node, key)} is {shape(value)}, expected an object"
    return Complaint(wrong_value_shape.RULE, message, _contents(node))


def unknown_key_in(node: Container, container: str, key: str, meant: tuple[str, ...]) -> Complaint:
    """A container does not know a key; `meant` is the path of the one it was probably meant to be."""
    where = called(node, container) if container else "the document"
    message = f"{quoted(key)} is not a key of {where}"
    return Complaint(unknown_key.RULE, message, key_advice(node, key.lower(), meant))


def misplaced_key(node: Container, container: str, key: str) -> Complaint:
    """A key of AWS's stands where the author's name of a node is expected."""
    noun = node.each.noun if node.each else "node"
    message = f"{quoted(key)} stands in {called(node, container)} where the name of a {noun} is expected"
    return Complaint(unknown_key.RULE, message, f"put it inside a {noun}")


def unknown_operator_named(key: str) -> Complaint:
    """A key begins with @@ and is no operator."""
    known = (*VALUE_OPERATORS, CONTROL)
    advice = suggestion(key, known) or known_here(known)
    return Complaint(unknown_operator.RULE, f"{quoted(key)} is not an operator", advice)


def operator_on_container(node: Container, key: str, operator: str) -> Complaint:
    """A value operator stands on a node that holds no value."""
    message = f"{called(node, key)} takes no {quoted(operator)}, only its settings do"
    return Complaint(operator_not_allowed.RULE, message, _contents(node))


def operand_of_document(operator: str, operand: Json) -> Complaint | None:
    """Operators on the document itself have no effect; AWS only minds objects and lists in them (semantics.md 3.1)."""
    values = operand if isinstance(operand, list) else [operand]
    if not any(isinstance(value, (dict, list)) for value in values):
        return None
    message = f"{quoted(operator)} of the document is {shape(operand)}, expected a plain value or a flat list"
    return Complaint(wrong_value_shape.RULE, message, "leave it out: it has no effect here")


def operator_on_single_value(key: str, operator: str) -> Complaint:
    """`@@append` or `@@remove` stands on a setting with one value."""
    message = f"{quoted(key)} has a single value and takes no {quoted(operator)}"
    return Complaint(operator_not_allowed.RULE, message, "only `@@assign` changes it")


def key_in_setting(key: str, inner: str) -> Complaint:
    """A setting holds a key that is no operator at all."""
    message = f"{quoted(inner)} is not a key of {quoted(key)}, which holds operators only"
    return Complaint(unknown_key.RULE, message, known_here((*VALUE_OPERATORS, CONTROL)))


def not_wrapped(node: Setting, key: str, value: Json) -> Complaint:
    """A setting holds a bare value."""
    message = f"{quoted(key)} is {shape(value)}, expected an operator with the value"
    if isinstance(value, str) and node.many:
        advice = write(f'{{"@@assign": ["{value}"]}}')
    elif isinstance(value, list) or value is None:
        advice = 'write `{"@@assign": [...]}`' if node.many else 'write `{"@@assign": ...}`, or leave it out'
    else:
        advice = write(f'{{"@@assign": "{value}"}}') if isinstance(value, str) else 'write `{"@@assign": ...}`'
    return Complaint(value_not_wrapped.RULE, message, advice)


def not_a_list(key: str, value: Json) -> Complaint:
    """An operator of a list setting holds something else than a list."""
    advice = write(f'["{value}"]') if isinstance(value, str) else ""
    return Complaint(wrong_value_shape.RULE, f"{quoted(key)} is {shape(value)}, expected a list", advice)


def not_plain(node: Setting, key: str, value: Json) -> Complaint:
    """A plain value was expected, in a list or by itself."""
    subject = f"an entry of {quoted(key)}" if node.many else quoted(key)
    only = value[0] if isinstance(value, list) and len(value) == 1 else None
    advice = write(f'"{only}"') if isinstance(only, str) and not node.many else ""
    if value is None and not node.many:
        advice = "give it a value, or leave the setting out"
    return Complaint(wrong_value_shape.RULE, f"{subject} is {shape(value)}, expected a plain value", advice)


def empty(key: str) -> Complaint:
    """A list is empty that must not be."""
    advice = "leave the setting out, or name what is meant"
    return Complaint(empty_list.RULE, f"{quoted(key)} is an empty list, expected a value or more", advice)


def _contents(node: Container) -> str:
    if node.each:
        return f"each {node.each.noun} stands in it under its own name"
    return known_here(node.spelled)
