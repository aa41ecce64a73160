"""The demands of AWS on a fragment as a whole, whatever it inherits (semantics.md section 9).

Some settings must stand in it, some may stand only so often, and a switch demands settings beside it in the same rule
of the same document. Takes a container with its keys as written; yields what is wrong with it. Values that are missing
or refused already are not judged again, and what a rule inherits does not count: AWS judges each document by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

from policyengine.aws.admission.admission_rules import (
    ARCHIVE_GAP_TOO_SHORT,
    ARCHIVE_SCHEDULE_TOO_FREQUENT,
    ARCHIVE_WITHOUT_DAYS,
    COLD_STORAGE_IN_CONTINUOUS_RULE,
    CONTINUOUS_RETENTION,
    SETTING_MISSING,
    TAG_KEY_DIFFERS,
    TAG_KEY_RESERVED,
    TOO_MANY_CONDITIONS,
)
from policyengine.aws.admission.formats import next_gap
from policyengine.aws.admission.messages import Complaint, Path, Refusal, called, folded_path, keys_listed, shown
from policyengine.aws.admission.policy_schema import Container
from policyengine.aws.documents import ASSIGN, CONTROL, Json, spelled
from policyengine.aws.facts import limits
from policyengine.aws.facts.foreign_keys import Fields, Key
from policyengine.aws.setting_rows import Relation, complete
from policyengine.aws.settings import COLD_AFTER, RETAIN, SCHEDULE, TAG_KEY
from policyengine.base.text import quoted


def fragment_complaints(
    node: Container, value: dict[str, Json], keys: Mapping[str, str], path: Path, doubtful: AbstractSet[Path]
) -> Iterator[tuple[Path, Complaint]]:
    """Each complaint with the path of the node at fault, below the fragment: () is the fragment itself.

    `keys` are the fragment's keys by their folded form, `path` its own as the author wrote it; nodes that are
    `doubtful` (folded paths) are not reported again. A required setting must have a value: a key that is empty or holds
    only a control does not count, as in `import`. No recorded answer of AWS shows whether less would do.
    """
    place = folded_path(path)
    missing = [key for key in node.required if not (_has_value(value, keys, key) or (*place, key) in doubtful)]
    if missing:
        lacks = "has no value for" if any(key in keys for key in missing) else "lacks"
        yield (), _missing(node, path[-1], (lacks, " ", *keys_listed(missing, "and")))
    if node.one_of and not any(_has_value(value, keys, key) or (*place, key) in doubtful for key in node.one_of):
        lacks = "has no value for" if any(key in keys for key in node.one_of) else "lacks"
        yield (), _missing(node, path[-1], (lacks, " ", *keys_listed(node.one_of[:2], "or")))
    if node.most and (count := _grandchildren(value)) > node.most:
        message = f"selection {quoted(path[-2])} has {count} conditions, expected at most {node.most}"
        yield (), Complaint(TOO_MANY_CONDITIONS, message, "split the selection in two")
    if node.key_is_name:
        complaint = _tag_key(value, path[-1])
        if complaint and (*place, TAG_KEY.aws_key) not in doubtful:
            yield (TAG_KEY.aws_key,), complaint


def _missing(node: Container, key: str, wanted: tuple[str, ...]) -> Complaint:
    advice = f"AWS wants it wherever the {node.noun} is mentioned, even if another policy has it"
    return Complaint(SETTING_MISSING, (called(node, key), " ", *wanted), advice)


def _has_value(value: dict[str, Json], keys: Mapping[str, str], key: str) -> bool:
    """Whether a fragment has anything but controls at or below a folded key."""
    waiting = [value[keys[key]]] if key in keys else []
    while waiting:
        node = waiting.pop()
        if not isinstance(node, dict):
            return True
        waiting.extend(below for name, below in node.items() if name.lower() != CONTROL)
    return False


def _grandchildren(value: dict[str, Json]) -> int:
    children = (child for child in value.values() if isinstance(child, dict))
    return sum(not key.startswith("@@") for child in children for key in child)


def _tag_key(value: dict[str, Json], name: str) -> Complaint | None:
    """A tag's key is the name of its block, and not one of AWS's own (semantics.md section 9)."""
    assigned = assigned_text(value, TAG_KEY.aws_key)
    if assigned is None:
        return None
    if assigned.lower().startswith("aws:"):
        message = f"{shown(assigned)} begins with `aws:`, which is AWS's own"
        return Complaint(TAG_KEY_RESERVED, message, "give the tag another key")
    if assigned.lower() == name.lower():
        return None
    differs = (Key(TAG_KEY.aws_key), f" is {shown(assigned)}, expected {quoted(name)}, the name of its block")
    return Complaint(TAG_KEY_DIFFERS, differs, f"name the block {shown(assigned)}")


def child(value: Json, name: str) -> Json:
    """The value of an object under a key, whatever its case; None where there is none, or the value is no object."""
    if not isinstance(value, dict):
        return None
    if name in value:
        return value[name]
    return next((below for key, below in value.items() if key.lower() == name), None)


def assigned_text(value: Json, setting: str) -> str | None:
    """The text that a fragment assigns to one of its settings, None where it assigns no plain value."""
    operand = child(child(value, setting), ASSIGN)
    return None if operand is None or isinstance(operand, (dict, list)) else spelled(operand)


_RULE = 4  # the keys down to a rule: plans, its plan, rules, its name
_COLD, _DELETE, _SCHEDULE = COLD_AFTER.aws_key, RETAIN.aws_key, SCHEDULE.aws_key
_LIFECYCLE = RETAIN.path[0]
_MOST_CONTINUOUS_DAYS = limits()["continuous_most_days"]
_LEAST_COLD_DAYS = limits()["cold_least_days"]
_LEAST_ARCHIVE_GAP = timedelta(days=limits()["archive_interval_days"])


def relation_refusals(
    content: Json, relation: Relation, switch: Path, doubtful: AbstractSet[Path], at: datetime
) -> Iterator[Refusal]:
    """Why a switch that is on, at its path as the author wrote it, cannot stay on; it is the switch that is refused."""
    folded = tuple(key.lower() for key in switch)
    complaints = _DEMANDS[relation](content, folded, doubtful, at)
    return (Refusal(folded, complaint, entry=folded, operator=ASSIGN) for complaint in complaints)


class _Fragment:
    """An object of the document, for looking up the values that it assigns."""

    def __init__(self, content: Json, path: Path, doubtful: AbstractSet[Path]) -> None:
        self._path = path
        self._doubtful = doubtful
        for key in path:
            content = child(content, key)
        self._value = content

    def unclear(self, setting: str) -> bool:
        """Whether the setting, or a lifecycle as a whole, has been refused already."""
        path = self._path
        return (*path, setting) in self._doubtful or (path[-1] == _LIFECYCLE and path in self._doubtful)

    def text(self, setting: str) -> str | None:
        """The text that the fragment assigns to a setting, None where it assigns none."""
        return assigned_text(self._value, setting)

    def days(self, setting: str) -> int | None:
        """The number of days that the fragment assigns to a setting; None where it assigns none or was refused."""
        text = None if self.unclear(setting) else self.text(setting)
        return None if text is None else int(text)


def _continuous(content: Json, switch: Path, doubtful: AbstractSet[Path], _: datetime) -> Iterator[Complaint]:
    lifecycle = _Fragment(content, (*switch[:_RULE], _LIFECYCLE), doubtful)
    days = lifecycle.days(_DELETE)
    if not lifecycle.unclear(_DELETE) and (days is None or days > _MOST_CONTINUOUS_DAYS):
        found = ("no ", Key(_DELETE)) if days is None else ("a ", Key(_DELETE), f" of {days}")
        message = ("continuous backup stands beside ", *found, f", expected 1 to {_MOST_CONTINUOUS_DAYS} days")
        advice = "set it in the same rule of the same policy: what is inherited does not count"
        if days is not None:
            advice = (
                f"keep them for {_MOST_CONTINUOUS_DAYS} days at most, and what is kept longer by a rule of snapshots"
            )
        yield Complaint(CONTINUOUS_RETENTION, message, advice)
    if lifecycle.days(_COLD) is not None:
        message = ("continuous backup stands beside ", Key(_COLD), ", expected no transition to cold storage")
        yield Complaint(COLD_STORAGE_IN_CONTINUOUS_RULE, message, "give the transition to a rule of its own")


def _archive(content: Json, switch: Path, doubtful: AbstractSet[Path], at: datetime) -> Iterator[Complaint]:
    lifecycle, rule = _Fragment(content, switch[:-1], doubtful), _Fragment(content, switch[:_RULE], doubtful)
    cold, delete = lifecycle.days(_COLD), lifecycle.days(_DELETE)
    missing = [
        name for name, days in ((_COLD, cold), (_DELETE, delete)) if days is None and not lifecycle.unclear(name)
    ]
    if missing:
        advice = "set both in this lifecycle: what is inherited does not count"
        without = ("the archive opt-in stands without ", *keys_listed(missing, "and"))
        yield Complaint(ARCHIVE_WITHOUT_DAYS, without, advice)
    if cold is not None and delete is not None and delete - cold < _LEAST_COLD_DAYS:
        message = (
            f"the archive opt-in stands with cold storage after {cold} days and deletion after {delete}, "
            f"expected at least {_LEAST_COLD_DAYS} days from one to the other"
        )
        gap: tuple[str, ...] = ("set ", Key(_DELETE), f" to {cold + _LEAST_COLD_DAYS} or more")
        if delete > _LEAST_COLD_DAYS:
            gap += (", or ", Key(_COLD), f" to {delete - _LEAST_COLD_DAYS} or less")
        yield Complaint(ARCHIVE_GAP_TOO_SHORT, message, gap)
    if not rule.unclear(_SCHEDULE):
        yield from _archive_schedule(rule.text(_SCHEDULE), at)


def _archive_schedule(schedule: str | None, at: datetime) -> Iterator[Complaint]:
    expected = f"expected runs at least {_LEAST_ARCHIVE_GAP.days} days apart"
    advice = ("monthly is ", Fields("0 5 1 * ? *"))
    if schedule is None:
        without = ("the archive opt-in stands in a rule without ", Key(_SCHEDULE), f", {expected}")
        yield Complaint(ARCHIVE_SCHEDULE_TOO_FREQUENT, without, advice)
        return
    gap = next_gap(schedule, at)
    if gap is None or gap < _LEAST_ARCHIVE_GAP:
        apart = "" if gap is None else f", whose next two runs are {_days(gap)} apart"
        message = f"the archive opt-in stands with {quoted(schedule)}{apart}, {expected}"
        yield Complaint(ARCHIVE_SCHEDULE_TOO_FREQUENT, message, advice)


def _days(gap: timedelta) -> str:
    if gap < timedelta(days=1):
        return "less than a day"
    return f"{gap.days} day{'s' * (gap.days != 1)}"


_DEMANDS = complete({Relation.ARCHIVE: _archive, Relation.CONTINUOUS: _continuous}, Relation, Relation.NONE)
