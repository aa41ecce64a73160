"""What AWS demands of a fragment as a whole, whatever it inherits: which settings must stand in it, how many may.

Takes a container of the document with its keys as written; yields what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from policyengine.admission.refusals import Complaint, Path, folded_path
from policyengine.admission.schema import Container
from policyengine.admission.texts import called
from policyengine.admission.wording import shown
from policyengine.catalogue.admission import setting_missing, tag_key_differs, tag_key_reserved, too_many_conditions
from policyengine.model.documents import ASSIGN, CONTROL, Json, spelled
from policyengine.wording import listed, quoted


def fragment_complaints(
    node: Container, value: dict[str, Json], keys: Mapping[str, str], path: Path, doubtful: AbstractSet[Path]
) -> Iterator[tuple[Path, Complaint]]:
    """Each complaint with the path of the node to blame, below the fragment: () is the fragment itself.

    `keys` are the fragment's keys by their folded form, `path` is its own as the author wrote it; nothing is said of
    nodes that are `doubtful` (folded) already. A setting that must stand must hold a value: what is empty or only a
    control says nothing, as `import` has it too. No recording tells whether AWS would make do with less.
    """
    place = folded_path(path)
    missing = [key for key in node.required if not (_given(value, keys, key) or (*place, key) in doubtful)]
    if missing:
        lacks = "has no value for" if any(key in keys for key in missing) else "lacks"
        yield (), _missing(node, path[-1], f"{lacks} {listed(missing, 'and')}")
    if node.one_of and not any(_given(value, keys, key) or (*place, key) in doubtful for key in node.one_of):
        lacks = "has no value for" if any(key in keys for key in node.one_of) else "lacks"
        yield (), _missing(node, path[-1], f"{lacks} {listed(node.one_of[:2], 'or')}")
    if node.most and (count := _grandchildren(value)) > node.most:
        message = f"selection {quoted(path[-2])} has {count} conditions, expected at most {node.most}"
        yield (), Complaint(too_many_conditions.RULE, message, "split the selection in two")
    if node.key_is_name:
        found = _tag_key(value, path[-1])
        if found and (*place, "tag_key") not in doubtful:
            yield ("tag_key",), found


def _missing(node: Container, key: str, wanted: str) -> Complaint:
    advice = f"AWS wants it wherever the {node.noun} is mentioned, even if another policy has it"
    return Complaint(setting_missing.RULE, f"{called(node, key)} {wanted}", advice)


def _given(value: dict[str, Json], keys: Mapping[str, str], key: str) -> bool:
    """Whether something other than controls stands at or below a folded key of a fragment."""
    waiting = [value[keys[key]]] if key in keys else []
    while waiting:
        held = waiting.pop()
        if not isinstance(held, dict):
            return True
        waiting.extend(below for name, below in held.items() if name.lower() != CONTROL)
    return False


def _grandchildren(value: dict[str, Json]) -> int:
    lists = (child for child in value.values() if isinstance(child, dict))
    return sum(not key.startswith("@@") for child in lists for key in child)


def _tag_key(value: dict[str, Json], name: str) -> Complaint | None:
    """A tag's key is the name of its block, and not one of AWS's own (semantics.md section 9)."""
    assigned = assigned_text(value, "tag_key")
    if assigned is None:
        return None
    if assigned.lower().startswith("aws:"):
        message = f"{shown(assigned)} begins with `aws:`, which is AWS's own"
        return Complaint(tag_key_reserved.RULE, message, "give the tag another key")
    if assigned.lower() == name.lower():
        return None
    message = f"`tag_key` is {shown(assigned)}, expected {quoted(name)}, the name of its block"
    return Complaint(tag_key_differs.RULE, message, f"name the block {shown(assigned)}")


def child(value: Json, name: str) -> Json:
    """What an object holds under a key, whatever its case; None where it holds nothing or is no object."""
    if not isinstance(value, dict):
        return None
    if name in value:
        return value[name]
    return next((found for key, found in value.items() if key.lower() == name), None)


def assigned_text(value: Json, setting: str) -> str | None:
    """The text that a fragment assigns to one of its settings, None where it assigns no plain value."""
    operand = child(child(value, setting), ASSIGN)
    return None if operand is None or isinstance(operand, (dict, list)) else spelled(operand)
