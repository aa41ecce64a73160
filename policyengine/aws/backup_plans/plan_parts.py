"""Reading the JSON of AWS Backup part by part: each part has a place, a form and keys of its own.

A part of another form stops the import: what it was meant to say would be a guess.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import field

from policyengine.aws.documents import ASSIGN, Json, spelled
from policyengine.base.errors import UsageError
from policyengine.base.records import Record
from policyengine.base.text import quoted, suggestion

Place = tuple[str, ...]
PolicyNode = dict[str, Json]
"""An object of a policy's content."""


class PlanRemark(Record):
    """A part of a plan that no policy can have: its place in AWS's JSON, `daily/Rules/nightly`, why, and advice."""

    place: Place
    message: str
    help: str = ""


class PlanRemarks(Record, eq=False):
    """The parts of one file that a policy cannot say, in the order of reading; all parts of the file write into it."""

    entries: list[PlanRemark] = field(default_factory=list)


class PlanPart(Record):
    """An object of AWS's JSON at a place. Keys whose value is `null` are as good as absent, as in CLI skeletons."""

    keys: Mapping[str, Json]
    place: Place
    remarks: PlanRemarks

    def names_others(self, *keys: str) -> None:
        """Reports the keys that are none of these."""
        for key, value in self.keys.items():
            if key not in keys and value is not None:
                message = f"{quoted(key)} is not a key of AWS Backup here; it is left out"
                self.leave_out(key, message, str(suggestion(key, keys)))

    def leave_out(self, key: str, message: str, advice: str = "") -> None:
        """Reports what a policy cannot say, at a key."""
        self.remarks.entries.append(PlanRemark((*self.place, key), message, advice))

    def text(self, key: str) -> str:
        """The text of a key, numbers and booleans as AWS spells them; empty where it is absent."""
        value = self.keys.get(key)
        if isinstance(value, (dict, list)):
            raise _wrong((*self.place, key), "text or a number", value)
        return "" if value is None else spelled(value)

    def required(self, key: str) -> str:
        """The text of a key that must be there."""
        if text := self.text(key):
            return text
        raise UsageError(f"{shown(self.place)}: it has no {quoted(key)}, so the file is incomplete")

    def part(self, key: str) -> PlanPart:
        """The object at a key; an empty one where it is absent."""
        value = self.keys.get(key)
        return part_of({} if value is None else value, (*self.place, key), self.remarks)

    def parts(self, key: str) -> Iterator[PlanPart]:
        """The objects in the list at a key, numbered from 1."""
        for number, value in enumerate(self._list(key), start=1):
            yield part_of(value, (*self.place, key, str(number)), self.remarks)

    def texts(self, key: str) -> list[str]:
        """The texts in the list at a key, each once."""
        values = self._list(key)
        for value in values:
            if not isinstance(value, str):
                raise _wrong((*self.place, key), "a list of texts", value)
        return list(dict.fromkeys(str(value) for value in values))

    def _list(self, key: str) -> list[Json]:
        value = self.keys.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise _wrong((*self.place, key), "a list", value)
        return value


def part_of(value: Json, place: Place, remarks: PlanRemarks) -> PlanPart:
    """The object at a place. Raises `UsageError` for anything else."""
    if not isinstance(value, dict):
        raise _wrong(place, "an object", value)
    return PlanPart(value, place, remarks)


def assigned(value: Json) -> Json:
    """A setting of a policy with this value."""
    return {ASSIGN: value}


def shown(place: Place) -> str:
    """A place as messages show it: `daily/Rules/nightly`; of the whole JSON `the document`."""
    return quoted("/".join(place), longest=120) if place else "the document"


def _wrong(place: Place, expected: str, value: Json) -> UsageError:
    if isinstance(value, dict) and len(value) == 1 and (name := next(iter(value))).startswith(("Fn::", "Ref")):
        return UsageError(f"{shown(place)}: only CloudFormation knows the value of {quoted(name)}: write {expected}")
    kinds = {dict: "an object", list: "a list", str: "text", bool: "a boolean", type(None): "`null`"}
    return UsageError(f"{shown(place)}: expected {expected}, found {kinds.get(type(value), 'a number')}")
