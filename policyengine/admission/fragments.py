"""What AWS demands of a fragment as a whole, whatever it inherits: which settings must stand in it, how many may.

Takes a container of the document with its keys as written; yields what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from collections.abc import Set as AbstractSet

from policyengine.admission.refusals import Complaint, Path, folded_path
from policyengine.admission.schema import Container
from policyengine.admission.texts import called
from policyengine.admission.wording import shown
from policyengine.catalogue.admission import setting_missing, tag_key_differs, tag_key_reserved, too_many_conditions
from policyengine.model.documents import ASSIGN, Json, spelled
from policyengine.wording import listed, quoted


def fragment_complaints(
    node: Container, value: dict[str, Json], keys: Collection[str], path: Path, doubtful: AbstractSet[Path]
) -> Iterator[tuple[Path, Complaint]]:
    """Each complaint with the path of the node to blame, below the fragment: () is the fragment itself.

    `keys` are the folded keys of the fragment, `path` is its own as the author wrote it; nothing is said of nodes that
    are `doubtful` (folded) already.
    """
    missing = [key for key in node.required if key not in keys and (*folded_path(path), key) not in doubtful]
    if missing:
        yield (), _missing(node, path[-1], listed(missing, "and"))
    if node.one_of and not any(key in keys or (*folded_path(path), key) in doubtful for key in node.one_of):
        yield (), _missing(node, path[-1], listed(node.one_of[:2], "or"))
    if node.most and (count := _grandchildren(value)) > node.most:
        message = f"selection {quoted(path[-2])} has {count} conditions, expected at most {node.most}"
        yield (), Complaint(too_many_conditions.RULE, message, "split the selection in two")
    if node.key_is_name:
        found = _tag_key(value, path[-1])
        if found and (*folded_path(path), "tag_key") not in doubtful:
            yield ("tag_key",), found


def _missing(node: Container, key: str, wanted: str) -> Complaint:
    advice = f"AWS wants it wherever the {node.noun} is mentioned, even if another policy has it"
    return Complaint(setting_missing.RULE, f"{called(node, key)} lacks {wanted}", advice)


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
