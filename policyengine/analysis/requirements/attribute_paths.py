"""`rule.vault.lock`, `plans["x"].rules["y"].retention`: a path as an operand that can be read, or why it is none.

Where an attribute is asked for in the wrong place, the advice names the place that has it.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from policyengine.analysis.requirements.attributes import ATTRIBUTES, Attribute
from policyengine.analysis.requirements.requirement_rules import NOT_IN_SCOPE, UNKNOWN_ATTRIBUTE
from policyengine.analysis.requirements.typed import Access, Pick, Slot
from policyengine.analysis.requirements.value_types import TYPE_OF_WORD, WORDS, Type
from policyengine.aws.facts import regions, resource_types
from policyengine.aws.settings import PLAN_TAGS, RECOVERY_POINT_TAGS, RETAIN
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.records import Record
from policyengine.base.source import Span
from policyengine.base.text import Advice, listed, quoted, suggestion
from policyengine.language.syntax import expression_text
from policyengine.language.syntax.nodes import Index, Path

KINDS: dict[Slot, Type] = {
    "plan": Type.PLAN,
    "rule": Type.RULE,
    "copy": Type.COPY,
    "selection": Type.SELECTION,
    "resource": Type.RESOURCE,
}
"""The kinds that a quantifier ranges over, by keyword."""

_SETTINGS = {
    RETAIN.key: RETAIN.attribute,
    PLAN_TAGS.kind: "tags",
    RECOVERY_POINT_TAGS.kind: "tags",
    "unit": "ou",
}
"""Other names of attributes that policies and people use, each with the attribute's name."""

_DEEPER = (Type.VAULT, Type.TAGS, Type.PLANS, Type.RULES)
_INSTEAD = {
    "vault": "ask a rule or a copy for its vault: `every rule satisfies rule.vault.lock == compliance`",
    "account": "an assertion is judged for each account by itself: leave the quantifier out, and narrow with `for`",
    "region": "a rule is judged in each of its Regions: `every rule satisfies rule.region in [eu-west-1]`",
    "tag": 'pick one by name: `account.tags["..."]`',
}
"""Advice by the word that is used as a kind but cannot be ranged over."""


def within_reach(name: str, scope: tuple[Slot, ...]) -> str:
    """The path to an attribute from what is in scope, the innermost first: `rule.vault.lock`; or an empty text."""
    for slot in reversed(scope):
        if way := _way(Type.ACCOUNT if slot == "account" else KINDS[slot], name):
            return f"{slot}.{way}"
    return ""


def elsewhere(name: str, rest: str = "") -> str:
    """Advice that names the kinds which have an attribute; empty where none has it.

    `rest` is what the path asks of the attribute.
    """
    kinds = [kind for kind, own in KINDS.items() if name in ATTRIBUTES[own]]
    kinds += [kind for kind, own in KINDS.items() if _way(own, name)]
    if not kinds:
        return ""
    kind = kinds[0]
    return f"a {kind} has it: `every {kind} satisfies {kind}.{_way(KINDS[kind], name)}{rest} ...`"


def has_more(name: str) -> bool:
    """Whether more can be asked of what an attribute of this name leads to."""
    return any(name in attributes and attributes[name].type in _DEEPER for attributes in ATTRIBUTES.values())


def is_attribute(name: str) -> bool:
    """Whether any type has an attribute of this name."""
    return any(name in attributes for attributes in ATTRIBUTES.values())


def unknown_word(name: str, scope: tuple[Slot, ...], kind: Type | None, lets: Iterable[str]) -> str:
    """Advice on a bare word that is no name in scope; `kind` is the type of the other operand, None where unknown."""
    if reach := within_reach(name, scope):
        return f"did you mean {quoted(reach)}?"
    texts = (*regions(), *resource_types("aws"))
    words = {Type.BOOLEAN: ("true", "false"), Type.DURATION: ("forever",), None: (*texts, *TYPE_OF_WORD)}
    if near := suggestion(name, [*lets, *words.get(kind, texts)]):
        return near
    if kind and kind.is_text:
        return f'a text needs quotes: `"{name}"`'
    usual = {Type.BOOLEAN: "write `true` or `false`", Type.DURATION: "a duration is written like `35 days`"}
    named = "a text needs quotes; a bare name is a let, a Region or a resource type"
    return elsewhere(name) or (usual.get(kind, named) if kind else named)


def no_kind(name: str) -> str:
    """Advice on a kind that a quantifier cannot range over."""
    if name.removesuffix("s") in _INSTEAD:
        return _INSTEAD[name.removesuffix("s")]
    return near_kind(name, KINDS) or f"the kinds are {listed(KINDS, 'and')}"


def near_kind(name: str, names: Iterable[str]) -> str:
    """The question whether a mistyped word, or a plural, means one of the names; or an empty text."""
    return "did you mean `copy`?" if name == "copies" else suggestion(name, names)


def instead_of(kind: Type, name: str, before: str) -> str:
    """Advice on an attribute that a value of a type does not have."""
    attributes = ATTRIBUTES.get(kind, {})
    if not attributes:
        return f"leave out {quoted(f'.{name}')}"
    if other := _other_name(kind, name):
        return Advice.to_write(other, f"did you mean {quoted(other)}?")
    if way := _way(kind, name):
        return Advice.to_write(way, f"did you mean {quoted(f'{before}.{way}')}?")
    if name == "in_region":
        return 'a rule stands for one of its Regions here: narrow with `where rule.region == "eu-west-1"`'
    if name in KINDS:
        return f"a quantifier brings it in: `every {name} satisfies ...`"
    return elsewhere(name) or suggestion(name, attributes) or f"it has {listed(attributes, 'and')}"


def _other_name(kind: Type, name: str) -> str:
    """The attribute that AWS or a policy calls so."""
    attributes = ATTRIBUTES.get(kind, {})
    settings = {attribute.place.rpartition("/")[2]: own for own, attribute in attributes.items()}
    other = settings.get(name) or _SETTINGS.get(name, "")
    return other if other in attributes else ""


def _way(kind: Type, name: str) -> str:
    """From a value of a type to an attribute, of its vault perhaps: `retention`, `vault.lock`; or an empty text."""
    attributes = ATTRIBUTES.get(kind, {})
    if name in attributes:
        return name
    return f"vault.{name}" if "vault" in attributes and name in ATTRIBUTES[Type.VAULT] else ""


HEADS = ("account", "plans", *KINDS)
"""The words that a path may begin with."""

_VALUES = {Type.STRING, Type.NAME, Type.BOOLEAN, Type.DURATION, Type.LIST, *WORDS}
_PICKED_FROM = {Type.PLANS: Type.PLAN, Type.RULES: Type.PICKED_RULE, Type.REGIONS: Type.RULE, Type.TAGS: Type.STRING}
_QUANTIFIED: dict[Type, Slot] = {Type.PLANS: "plan", Type.RULES: "rule", Type.COPIES: "copy"}


class _Way(Record):
    """A path resolved so far: its value's type, the slot it starts from, and the picks and attributes on the way."""

    type: Type
    slot: Slot
    attributes: tuple[Attribute, ...] = ()
    picked: bool = False
    plan: str | None = None
    rule: str | None = None
    region: str | None = None
    key: str | None = None


def follow(path: Path, scope: tuple[Slot, ...]) -> Access | Pick | Diagnostic:
    """The value that a path leads to, in the scope of the quantifiers around it."""
    way = _start(path, scope)
    for number in range(len(path.steps)):
        if isinstance(way, Diagnostic):
            return way
        way = _step(way, path, number)
    if isinstance(way, Diagnostic):
        return way
    return _end(way) if way.type in _VALUES else _no_value(way, path)


def _start(path: Path, scope: tuple[Slot, ...]) -> _Way | Diagnostic:
    head = path.head
    if head == "account":
        return _Way(Type.ACCOUNT, "account")
    if head == "plans":
        return _Way(Type.PLANS, "account")
    kind = next((kind for kind in KINDS if kind == head), None)
    if kind and kind in scope:
        return _Way(KINDS[kind], kind)
    if kind:
        return NOT_IN_SCOPE.at(_head(path), f"there is no {quoted(head)} here", help=_no_kind_here(path))
    return NOT_IN_SCOPE.at(_head(path), f"a path cannot begin with {quoted(head)}", help=_other_head(path, scope))


def _other_head(path: Path, scope: tuple[Slot, ...]) -> str:
    """Advice on the word that a path was probably meant to begin with."""
    head, rest = path.head, expression_text(path).removeprefix(path.head)
    if reach := within_reach(head, scope):
        return f"did you mean {quoted(reach + rest if has_more(head) else reach)}?"
    usual = f"a path begins with {listed(('account', 'plans', *scope[1:]), 'or')}"
    return near_kind(head, HEADS) or elsewhere(head, rest) or usual


def _no_kind_here(path: Path) -> str:
    if path.head == "plan" and path.steps and isinstance(path.steps[0], Index):
        return Advice.to_write("plans", f"did you mean {quoted(f'plans{path.steps[0].span.text}')}?")
    return f"a quantifier brings it in: `every {path.head} satisfies ...`"


def _step(way: _Way, path: Path, number: int) -> _Way | Diagnostic:
    step, before = path.steps[number], _written(path, number)
    if isinstance(step, Index):
        kind = _PICKED_FROM.get(way.type)
        return _pick(way, kind, step.key) if kind else _no_pick(way, step, before)
    attribute = ATTRIBUTES.get(way.type, {}).get(step.name)
    if attribute is None:
        at = Span(step.span.source, step.span.end - len(step.name), step.span.end)
        phrase = way.type.phrase
        owner = phrase if before in ("account", *KINDS) else f"{quoted(before)} is {phrase} and"
        message = f"{owner} has no attribute {quoted(step.name)}"
        return UNKNOWN_ATTRIBUTE.at(at, message, help=_advice(way.type, step.name, before))
    grown = () if attribute.type in (Type.PLANS, Type.RULES, Type.REGIONS) else (*way.attributes, attribute)
    return replace(way, type=attribute.type, attributes=grown)


def _advice(kind: Type, name: str, before: str) -> str:
    """Advice for an attribute that is not there."""
    if kind not in _PICKED_FROM and kind not in _QUANTIFIED:
        return instead_of(kind, name, before)
    over = _QUANTIFIED.get(kind)
    if over and name in ATTRIBUTES[KINDS[over]]:
        return f"a quantifier asks each of them: `every {over} satisfies {over}.{name} ...`"
    if kind in (Type.COPIES, Type.REGIONS):
        return _of_several(kind, before)
    picked = f'{before}["{name}"]'
    return f"pick one by name: {quoted(picked)}"


def _pick(way: _Way, kind: Type, key: str) -> _Way:
    if way.type is Type.PLANS:
        return replace(way, type=kind, picked=True, plan=key.casefold())
    if way.type is Type.RULES:
        return replace(way, type=kind, picked=True, rule=key.casefold())
    return replace(way, type=kind, region=key) if way.type is Type.REGIONS else replace(way, type=kind, key=key)


def _no_pick(way: _Way, step: Index, before: str) -> Diagnostic:
    message = f"{quoted(before)} is {way.type.phrase}, nothing is picked from it by name"
    if way.type is Type.COPIES:
        advice = _of_several(way.type, before)
    elif below := {Type.ACCOUNT: "tags", Type.PLAN: "rules"}.get(way.type):
        advice = f"did you mean {quoted(f'{before}.{below}{step.span.text}')}?"
    elif before in KINDS:
        advice = f"narrow the quantifier: `every {before} where {before}.name == {step.span.text[1:-1]} satisfies ...`"
    else:
        advice = f"leave out `{step.span.text}`"
    return UNKNOWN_ATTRIBUTE.at(step.span, message, help=advice)


def _end(way: _Way) -> Access | Pick:
    identity = frozenset({"account"} if any(attribute.identity for attribute in way.attributes) else ())
    if way.picked:
        free = identity | {"view" if way.plan is not None else "plan"}
        return Pick(way.type, way.plan, way.rule, way.region, way.attributes, free, way.key)
    free = identity | ({way.slot} - {"account"})
    return Access(way.type, way.slot, way.attributes, free, way.key)


def _no_value(way: _Way, path: Path) -> Diagnostic:
    written = expression_text(path)
    message = f"{quoted(written)} is {way.type.phrase}, not a single value"
    if way.type in _PICKED_FROM or way.type in _QUANTIFIED:
        return UNKNOWN_ATTRIBUTE.at(path.span, message, help=_of_several(way.type, written))
    example = "retention" if "retention" in ATTRIBUTES[way.type] else "name"
    advice = f"ask for an attribute of it, such as {quoted(f'{written}.{example}')}"
    return UNKNOWN_ATTRIBUTE.at(path.span, message, help=advice)


def _of_several(kind: Type, written: str) -> str:
    """How one or all of several elements are asked for."""
    over = _QUANTIFIED.get(kind)
    if kind is Type.COPIES:
        return "it is for quantifiers: `some copy satisfies ...`, `at least 2 copy satisfies ...`"
    single = f'pick one by name: `{written}["..."]`'
    return f"{single}, or ask all: `every {over} satisfies ...`" if over else single


def _head(path: Path) -> Span:
    """The first word of a path, without parentheses around it."""
    if not path.steps:
        return path.span
    end = path.steps[0].span.start
    return Span(path.span.source, end - len(path.head), end)


def _written(path: Path, steps: int) -> str:
    """The path as written, up to a number of steps."""
    return expression_text(replace(path, steps=path.steps[:steps]))
