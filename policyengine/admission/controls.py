"""The control of a node: which operators lower policies may use there (semantics.md section 3.1)."""

from __future__ import annotations

from policyengine.admission.refusals import Complaint
from policyengine.admission.wording import known_here, shape, shown
from policyengine.catalogue.admission import child_control_invalid
from policyengine.model.documents import CONTROL, Json
from policyengine.wording import suggestion

_ENTRIES = ("@@all", "@@none", "@@assign", "@@append", "@@remove")


def control_complaint(value: Json) -> Complaint | None:
    """Why AWS does not read a control list, or None where it does.

    Entries count whatever their case, and two spellings of one entry are taken; exact repetition is not.
    """
    if not isinstance(value, list):
        advice = f'write `["{value}"]`' if value in _ENTRIES else ""
        return _complaint(f"`{CONTROL}` is {shape(value)}, expected a list", advice)
    if not value:
        advice = '`["@@none"]` allows nothing, `["@@all"]` everything'
        return _complaint(f"`{CONTROL}` is an empty list", advice)
    for entry in value:
        if not isinstance(entry, str) or entry.lower() not in _ENTRIES:
            return _unknown_entry(entry)
    entries = [entry for entry in value if isinstance(entry, str)]
    if repeated := next((entry for number, entry in enumerate(entries) if entry in entries[:number]), None):
        return _complaint(f"{shown(repeated)} stands twice in `{CONTROL}`", "once is enough")
    if len(entries) > 1 and "@@none" in {entry.lower() for entry in entries}:
        return _complaint(f"`@@none` stands beside other entries in `{CONTROL}`", "let it stand alone, or leave it out")
    return None


def _unknown_entry(entry: Json) -> Complaint:
    advice = (suggestion(entry, _ENTRIES) if isinstance(entry, str) else "") or known_here(_ENTRIES)
    return _complaint(f"{shape(entry)} is not an operator that `{CONTROL}` lists", advice)


def _complaint(message: str, advice: str) -> Complaint:
    return Complaint(child_control_invalid.RULE, message, advice)
