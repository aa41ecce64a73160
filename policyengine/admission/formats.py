"""Is a plain value one that its setting takes? One function for each word of `takes` in the schema.

Takes the setting and the value's text, gives a complaint or None. Values of different JSON types with the same text
are judged alike, as AWS judges them (semantics.md section 7).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache

from policyengine.admission import arns
from policyengine.admission.refusals import Complaint
from policyengine.admission.schema import Container, Setting
from policyengine.admission.wording import shown, write
from policyengine.catalogue.admission import (
    malformed_boolean,
    malformed_name,
    malformed_number,
    malformed_vault_name,
    number_out_of_range,
    text_length,
    unknown_choice,
    unknown_region,
    unknown_resource_type,
)
from policyengine.facts import PARTITIONS, regions, resource_types
from policyengine.facts.names import NOTHING, meaning, region_meant
from policyengine.wording import listed, quoted, suggestion

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,50}")
_VAULT_NAME = re.compile(r"[A-Za-z0-9_-]{1,50}")
_DIGITS = re.compile(r"-?[0-9]+")
_WHOLE = re.compile(r"\s*\+?(-?[0-9]+)(?:\.0*)?\s*")
_NOT_SAID = {
    "days": "AWS has no number for never: leave the setting out",
    "minutes": "leave the setting out for AWS's default",
}
_TRUE, _FALSE = {"true", "yes", "on", "1", "enabled"}, {"false", "no", "off", "0", "disabled"}


@lru_cache(maxsize=8192)
def complaint(setting: Setting, key: str, text: str, *, suggest: bool, partition: str = "") -> Complaint | None:
    """Why a setting (under the author's `key`) does not take a value, or None where it does.

    Looking for the nearest value that it does take is dear; without `suggest` nobody looks. Advice is for a
    `partition`, without one for that of the value. Schedules are judged in `schedules.py`: they need the time.
    """
    found = _FORMATS[setting.takes](setting, key, text)
    if found and suggest and not found.help and setting.takes in _ADVICE:
        return found._replace(help=_ADVICE[setting.takes](setting, text, partition))
    return found


def name_complaint(node: Container, name: str) -> Complaint | None:
    """Why a container does not take a name of the author's for one of its nodes, or None where it does."""
    if _NAME.fullmatch(name) or node.names == "any" or node.each is None:
        return None
    message = f"the name of a {node.each.noun} is {shown(name)}, expected 1 to 50 letters, digits, `.`, `-` and `_`"
    valid = re.sub(r"[^A-Za-z0-9_.-]+", "-", name.strip())
    return Complaint(malformed_name.RULE, message, write(valid) if _NAME.fullmatch(valid) else "")


def _integer(setting: Setting, key: str, text: str) -> Complaint | None:
    if not _DIGITS.fullmatch(text):
        expected = f"expected a whole number of {setting.unit} in plain digits"
        whole = _WHOLE.fullmatch(text)
        advice = write(f'"{whole[1]}"') if whole else ""
        return Complaint(malformed_number.RULE, f"{quoted(key)} is {shown(text)}, {expected}", advice)
    if text.startswith("-") or (len(text) <= setting.digits and int(text) < setting.least):
        expected = f"expected {setting.least} or more {setting.unit}"
        advice = _NOT_SAID[setting.unit] if text.startswith("-") or int(text) == 0 else ""
        return Complaint(number_out_of_range.RULE, f"{quoted(key)} is {shown(text)}, {expected}", advice)
    if len(text) > setting.digits:
        found = f"{quoted(key)} has {len(text)} digits"
        return Complaint(number_out_of_range.RULE, f"{found}, expected at most {setting.digits}")
    return None


def _boolean(_: Setting, key: str, text: str) -> Complaint | None:
    if text in {"true", "false"}:
        return None
    word = text.strip().lower()
    meant = "true" if word in _TRUE else "false" if word in _FALSE else ""
    advice = write(f'"{meant}"') if meant else ""
    return Complaint(malformed_boolean.RULE, f"{quoted(key)} is {shown(text)}, expected `true` or `false`", advice)


def _choice(setting: Setting, key: str, text: str) -> Complaint | None:
    if text in setting.choices:
        return None
    message = f"{quoted(key)} does not take {shown(text)}, expected {listed(setting.choices, 'or')}"
    return Complaint(unknown_choice.RULE, message)


def _text(setting: Setting, key: str, text: str) -> Complaint | None:
    length = len(text)
    if setting.least <= length <= setting.most:
        return None
    found = f"has {length:,} characters" if length else "is empty"
    return Complaint(text_length.RULE, f"{quoted(key)} {found}, expected {setting.least} to {setting.most} characters")


def _region(_: Setting, __: str, text: str) -> Complaint | None:
    if text in regions():
        return None
    advice = "name each Region: AWS takes no wildcard here" if "*" in text else ""
    return Complaint(unknown_region.RULE, f"{shown(text)} is not a Region", advice)


def _resource_type(_: Setting, __: str, text: str) -> Complaint | None:
    if text in _patterns():
        return None
    message = f"{shown(text)} is not a pattern of resources that a backup policy selects"
    return Complaint(unknown_resource_type.RULE, message)


def _advice_on_type(_: Setting, text: str, partition: str) -> str:
    """What selects the resources that a text means, in the partition beside `aws` that it names or the document's."""
    found, is_arn = meaning(text), text[:4].lower() == "arn:"
    own = text.split(":")[1].lower() if is_arn else ""
    of_its_own = own in PARTITIONS and own != "aws"
    known = resource_types(own if of_its_own else partition or "aws")
    patterns = [known[name] for name in found.types]
    if found.lacking:
        return f"AWS Backup does not back up {quoted(found.lacking)}"
    if found.single:
        return f"a backup policy cannot name single resources; tag them, or select all with {listed(patterns)}"
    if not patterns:
        return ""
    return f"did you mean {listed(patterns, 'or')}?" if is_arn else write(patterns[0])


def _advice_on_role(_: Setting, text: str, partition: str) -> str:
    return arns.role_advice(text, partition)


def _advice_on_choice(setting: Setting, text: str, _: str) -> str:
    """The choice that was meant; a resource type that is none of them is no slip of the pen."""
    of_types = not resource_types("aws").keys().isdisjoint(setting.choices)
    found = meaning(text) if of_types else NOTHING
    if meant := [name for name in found.types if name in setting.choices]:
        return f"did you mean {quoted(meant[0])}?"
    return suggestion(text, setting.choices) if found == NOTHING else ""


def _advice_on_region(_: Setting, text: str, __: str) -> str:
    meant = region_meant(text)
    return f"did you mean {quoted(meant)}?" if meant else ""


@cache
def _patterns() -> frozenset[str]:
    known = (pattern for partition in PARTITIONS for pattern in resource_types(partition).values())
    return frozenset({"*", *known})


def _vault_name(_: Setting, key: str, text: str) -> Complaint | None:
    if _VAULT_NAME.fullmatch(text):
        return None
    name = text.rpartition(":")[2] if text.startswith("arn:") else ""
    advice = f"write the name alone: {quoted(name)}" if _VAULT_NAME.fullmatch(name) else ""
    expected = "expected 1 to 50 letters, digits, `-` and `_`"
    return Complaint(malformed_vault_name.RULE, f"{quoted(key)} is {shown(text)}, {expected}", advice)


_FORMATS: dict[str, Callable[[Setting, str, str], Complaint | None]] = {
    "air_gapped_vault_arn": lambda _, key, text: arns.air_gapped(key, text),
    "boolean": _boolean,
    "choice": _choice,
    "integer": _integer,
    "region": _region,
    "resource_type": _resource_type,
    "role_arn": lambda _, key, text: arns.role(key, text),
    "text": _text,
    "vault_arn": lambda _, key, text: arns.copy_target(key, text),
    "vault_name": _vault_name,
}
_ADVICE: dict[str, Callable[[Setting, str, str], str]] = {
    "choice": _advice_on_choice,
    "region": _advice_on_region,
    "role_arn": _advice_on_role,
    "resource_type": _advice_on_type,
}
