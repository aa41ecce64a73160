"""Where an attribute is asked for: what somebody meant who asks for it in the wrong place, or by itself."""

from __future__ import annotations

from collections.abc import Iterable

from policyengine.facts import regions, resource_types
from policyengine.requirements.attributes import ATTRIBUTES
from policyengine.requirements.environment import Slot
from policyengine.requirements.types import TYPE_OF_WORD, Type
from policyengine.wording import listed, quoted, suggestion

KINDS: dict[Slot, Type] = {"plan": Type.PLAN, "rule": Type.RULE, "copy": Type.COPY, "selection": Type.SELECTION}
"""What a quantifier ranges over."""

_SETTINGS = {"retain": "retention", "plan_tags": "tags", "recovery_point_tags": "tags", "unit": "ou"}
"""What policies and people call an attribute, where it is neither the attribute's name nor AWS's."""

_DEEPER = (Type.VAULT, Type.TAGS, Type.PLANS, Type.RULES)
_INSTEAD = {
    "vault": "ask a rule or a copy for its vault: `every rule satisfies rule.vault.lock == compliance`",
    "account": "an assertion is judged for each account by itself: leave the quantifier out, and narrow with `for`",
    "region": "a rule is judged in each of its Regions: `every rule satisfies rule.region in [eu-west-1]`",
    "tag": 'pick one by name: `account.tags["..."]`',
}
"""What to write instead of a quantifier over something else."""


def within_reach(name: str, scope: tuple[Slot, ...]) -> str:
    """The path to an attribute from what is in scope, the innermost first: `rule.vault.lock`; or an empty text."""
    for slot in reversed(scope):
        if way := _way(Type.ACCOUNT if slot == "account" else KINDS[slot], name):
            return f"{slot}.{way}"
    return ""


def elsewhere(name: str, rest: str = "") -> str:
    """Which kind has an attribute, said as advice; or an empty text. `rest` is what is asked of the attribute."""
    kinds = [kind for kind, own in KINDS.items() if name in ATTRIBUTES[own]]
    kinds += [kind for kind, own in KINDS.items() if _way(own, name)]
    if not kinds:
        return ""
    kind = kinds[0]
    return f"a {kind} has it: `every {kind} satisfies {kind}.{_way(KINDS[kind], name)}{rest} ...`"


def has_more(name: str) -> bool:
    """Whether more can be asked of what an attribute of this name leads to."""
    return any(name in known and known[name].type in _DEEPER for known in ATTRIBUTES.values())


def is_attribute(name: str) -> bool:
    """Whether something has an attribute of this name."""
    return any(name in known for known in ATTRIBUTES.values())


def unknown_word(name: str, scope: tuple[Slot, ...], kind: Type | None, lets: Iterable[str]) -> str:
    """What somebody meant by a bare word that stands for nothing, beside a value of a `kind`."""
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
    """What to write instead of a kind that a quantifier cannot range over."""
    if name.removesuffix("s") in _INSTEAD:
        return _INSTEAD[name.removesuffix("s")]
    return near_kind(name, KINDS) or f"the kinds are {listed(KINDS, 'and')}"


def near_kind(name: str, known: Iterable[str]) -> str:
    """The question whether a mistyped word, or a plural, means one of the known ones; or an empty text."""
    return "did you mean `copy`?" if name == "copies" else suggestion(name, known)


def meant(kind: Type, name: str, before: str) -> str:
    """What to write instead of an attribute that a value of a type does not have."""
    known = ATTRIBUTES.get(kind, {})
    if not known:
        return f"leave out {quoted(f'.{name}')}"
    if other := _other_name(kind, name):
        return f"did you mean {quoted(other)}?"
    if way := _way(kind, name):
        return f"did you mean {quoted(f'{before}.{way}')}?"
    if name == "in_region":
        return 'a rule stands for one of its Regions here: narrow with `where rule.region == "eu-west-1"`'
    if name in KINDS:
        return f"a quantifier brings it in: `every {name} satisfies ...`"
    return elsewhere(name) or suggestion(name, known) or f"it has {listed(known, 'and')}"


def _other_name(kind: Type, name: str) -> str:
    """The attribute that AWS or a policy calls so."""
    known = ATTRIBUTES.get(kind, {})
    settings = {attribute.place.rpartition("/")[2]: own for own, attribute in known.items()}
    other = settings.get(name) or _SETTINGS.get(name, "")
    return other if other in known else ""


def _way(kind: Type, name: str) -> str:
    """From a value of a type to an attribute, of its vault perhaps: `retention`, `vault.lock`; or an empty text."""
    known = ATTRIBUTES.get(kind, {})
    if name in known:
        return name
    return f"vault.{name}" if "vault" in known and name in ATTRIBUTES[Type.VAULT] else ""
