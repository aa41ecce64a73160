"""Does a setting take a plain value? A function for each kind of setting.

Takes the format of a setting and the value's text, gives a complaint or None. Values of different JSON types with the
same text are equal, as for AWS (semantics.md section 7). ARNs of all three partitions are admitted, whatever the
Regions of the policy. A schedule is judged by its next two runs after the moment that the policy is sent (facts 1.1.8).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache, lru_cache

from policyengine.aws.admission.admission_rules import (
    MALFORMED_BOOLEAN,
    MALFORMED_NAME,
    MALFORMED_NUMBER,
    MALFORMED_ROLE_ARN,
    MALFORMED_VAULT_ARN,
    MALFORMED_VAULT_NAME,
    NUMBER_OUT_OF_RANGE,
    SCHEDULE_ENDS,
    SCHEDULE_INVALID,
    SCHEDULE_TOO_FREQUENT,
    TEXT_LENGTH,
    UNKNOWN_CHOICE,
    UNKNOWN_REGION,
    UNKNOWN_RESOURCE_TYPE,
)
from policyengine.aws.admission.messages import Complaint, shown, write
from policyengine.aws.admission.policy_schema import Container
from policyengine.aws.arns import ACCOUNT, REGION, air_gapped_vault_arn, is_arn, role_arn, vault_arn
from policyengine.aws.cron import CronError, next_two, parse_cron
from policyengine.aws.documents import Json
from policyengine.aws.facts import PARTITIONS, regions, resource_types
from policyengine.aws.facts.foreign_keys import Key
from policyengine.aws.facts.names import NOTHING, meaning, region_meant
from policyengine.aws.setting_rows import MINUTES_IN, Kind, ValueFormat, complete
from policyengine.base.text import Suggestion, differ_by_a_slip, listed, quoted, suggestion

_PARTITION = r"arn:(?:aws|aws-cn|aws-us-gov)"
_VAULT = r"backup-vault:[A-Za-z0-9_-]{1,50}"
_AIR_GAPPED = re.compile(rf"{_PARTITION}:backup:\$region:\$account:{_VAULT}")
_ROLE = re.compile(rf"{_PARTITION}:iam::\$account:role/(?:[!-~]+/)?[A-Za-z0-9_+=,.@-]+")
_NAMED = re.compile("arn:(aws-cn|aws-us-gov):")
_COPY_PARTS = tuple(
    re.compile(part)
    for part in (
        "arn",
        "|".join(PARTITIONS),
        "backup",
        "[a-z0-9-]+",
        r"\$account|[0-9]{12}",
        "backup-vault",
        "[A-Za-z0-9_-]{1,50}",
    )
)
_COPY = re.compile(":".join(f"(?:{part.pattern})" for part in _COPY_PARTS))
_KINDS = {"vault": "backup-vault"}  # as AWS's older documents have it (facts 1.5.4)
_DIGITS_OF_ACCOUNT = 12
_PARTS = 7  # arn, partition, service, Region, account, kind, name
_REGION, _ACCOUNT, _KIND = 3, 4, 5


def partition_of(content: Json) -> str:
    """The partition of a document: that of its Regions, else one beside `aws` that an ARN names; else empty.

    Regions come first: where an ARN is of another partition, the ARN is the mistake.
    """
    waiting: list[Json] = [content]
    named = ""
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            waiting += [*node.values(), *node]
        elif isinstance(node, list):
            waiting += node
        elif isinstance(node, str) and node in regions():
            return regions()[node]
        elif isinstance(node, str) and (match := _NAMED.match(node)):
            named = match[1]
    return named


def copy_target(key: str, text: str) -> Complaint | None:
    """The reason why a text is not the ARN of a vault to copy to; `key` is its setting."""
    return None if _COPY.fullmatch(text) else _no_copy_target(Key(key), text)


@lru_cache(maxsize=1024)
def copy_name(key: str) -> Complaint | None:
    """The reason why the key of a copy action is not the ARN of a vault; keys count whatever their case."""
    return None if _COPY.fullmatch(key.lower()) else _no_copy_target("the key of a copy", key, as_written=False)


def _no_copy_target(subject: str, text: str, *, as_written: bool = True) -> Complaint:
    """The complaint about a malformed ARN; the case of letters is a fault only where they count `as_written`."""
    parts = text.split(":")
    advice = ""
    if len(parts) == _PARTS and parts[_REGION].lower() == REGION:
        advice = "name one Region: `$region` is for air-gapped vaults"
    elif len(parts) == _PARTS:
        judged = parts if as_written else text.lower().split(":")
        wrong = [index for index, good in enumerate(_COPY_PARTS) if not good.fullmatch(judged[index])]
        advice = write(_mended(parts)) or "; ".join(_ABOUT_PARTS[index](parts[index]) for index in wrong)
    expected = f"expected `{vault_arn('NAME', 'REGION', 'ACCOUNT', PARTITIONS[0])}`"
    return Complaint(MALFORMED_VAULT_ARN, (subject, f" is {shown(text)}, {expected}"), advice)


def _mended(parts: Sequence[str]) -> str:
    """The ARN of a copy in the letters and with the kind that AWS wants, where nothing else is wrong with it."""
    lower = [part.lower() for part in parts]
    kind = _KINDS.get(lower[_KIND], lower[_KIND])
    mended = _completed(":".join((*lower[:_KIND], kind, parts[-1])), _COPY)
    return mended if lower[_REGION] in regions() or lower[_REGION] == parts[_REGION] else ""


def _about_region(region: str) -> str:
    if not region.strip():
        return "name the Region of the vault"
    meant = region_meant(region)
    return f"write the Region as {quoted(meant)}" if meant else f"{quoted(region)} is not a Region"


def _about_account(account: str) -> str:
    digits = re.sub(r"[\s-]", "", account)
    if not (digits.isascii() and digits.isdigit()):
        return f"name the account by its {_DIGITS_OF_ACCOUNT} digits, or write `$account`"
    if len(digits) == _DIGITS_OF_ACCOUNT:
        return f"write the account as {quoted(digits)}"
    return f"the id of an account has {_DIGITS_OF_ACCOUNT} digits, this one has {len(digits)}"


def _about_vault(name: str) -> str:
    return (
        f"names of vaults have 1 to 50 letters, digits, `-` and `_`, unlike {quoted(name)}"
        if name
        else "name the vault"
    )


_ABOUT_PARTS: tuple[Callable[[str], str], ...] = (
    lambda _: "begin it with `arn:`",
    lambda partition: f"the partition is {listed(PARTITIONS, 'or')}, not {shown(partition)}",
    lambda service: f"the service is `backup`, not {shown(service)}",
    _about_region,
    _about_account,
    lambda kind: f"the kind is `backup-vault`, not {shown(kind)}",
    _about_vault,
)


def air_gapped(key: str, text: str) -> Complaint | None:
    """The reason why a text is not the ARN of an air-gapped vault, which AWS resolves in each Region and account."""
    if _AIR_GAPPED.fullmatch(text):
        return None
    parts = text.replace(":vault:", ":backup-vault:").split(":")
    if len(parts) == _PARTS:
        parts[_REGION], parts[_ACCOUNT] = REGION, ACCOUNT
    mended = ":".join(parts)
    expected = f"expected `{air_gapped_vault_arn('NAME', PARTITIONS[0])}`"
    advice = _instead(text, _completed(mended, _AIR_GAPPED))
    return Complaint(MALFORMED_VAULT_ARN, (Key(key), f" is {shown(text)}, {expected}"), advice)


def role(key: str, text: str) -> Complaint | None:
    """The reason why a text is not the ARN of a role in the member account."""
    if _ROLE.fullmatch(text):
        return None
    expected = f"expected `{role_arn('NAME', PARTITIONS[0])}`"
    return Complaint(MALFORMED_ROLE_ARN, (Key(key), f" is {shown(text)}, {expected}"))


def role_advice(text: str, partition: str) -> str:
    """Advice with the ARN of the role that a text means, in a partition, else in the partition that it names."""
    parts = text.strip().split(":")
    if len(parts) > _KIND:
        mended = ":".join(("arn", partition or parts[1], *parts[2:_ACCOUNT], ACCOUNT, *parts[_KIND:]))
    else:
        mended = role_arn(text.removeprefix("role/").removeprefix("/"), partition or PARTITIONS[0])
    return _instead(text, _completed(mended, _ROLE))


def _instead(text: str, mended: str) -> str:
    """The advice to write an ARN for another one; empty where that is none."""
    advice = write(mended)
    return Suggestion.of(advice, text, mended, sure=True) if advice else ""


def _completed(mended: str, pattern: re.Pattern[str]) -> str:
    return mended if pattern.fullmatch(mended) else ""


_NAME = re.compile(r"[A-Za-z0-9_.-]{1,50}")
_VAULT_NAME = re.compile(r"[A-Za-z0-9_-]{1,50}")
_DIGITS = re.compile(r"-?[0-9]+")
_WHOLE = re.compile(r"\s*\+?(-?[0-9]+)(?:\.0*)?\s*")
_LENGTH = re.compile(r"([0-9]{1,9}) *(minute|hour|day|week|year)s?")
_MINUTES = {unit: days * MINUTES_IN["days"] for unit, days in (("day", 1), ("week", 7), ("year", 365))}
_MINUTES |= {"minute": 1, "hour": MINUTES_IN["hours"]}
_TRUE, _FALSE = {"true", "yes", "on", "1", "enabled"}, {"false", "no", "off", "0", "disabled"}


@lru_cache(maxsize=8192)
def complaint(setting: ValueFormat, key: str, text: str, *, suggest: bool, partition: str = "") -> Complaint | None:
    """The reason why a setting (under the author's `key`) does not take a value, or None where it does.

    Looking for the nearest value that it does take is dear; without `suggest` nobody looks. Advice is for a
    `partition`, without one for that of the value. Schedules have `schedule_complaint`, which needs the time.
    """
    refusal = _FORMATS[setting.kind](setting, key, text)
    if refusal and suggest and not refusal.help and setting.kind in _ADVICE:
        return refusal._replace(help=_ADVICE[setting.kind](setting, text, partition))
    return refusal


def name_complaint(node: Container, name: str) -> Complaint | None:
    """The reason why a container does not take the name that an author gave a node in it, or None where it does."""
    if _NAME.fullmatch(name) or node.names == "any" or node.each is None:
        return None
    message = f"the name of a {node.each.noun} is {shown(name)}, expected 1 to 50 letters, digits, `.`, `-` and `_`"
    valid = re.sub(r"[^A-Za-z0-9_.-]+", "-", name.strip())
    return Complaint(MALFORMED_NAME, message, write(valid) if _NAME.fullmatch(valid) else "")


def _number(setting: ValueFormat, key: str, text: str) -> Complaint | None:
    if not _DIGITS.fullmatch(text):
        expected = f"expected a whole number of {setting.unit} in plain digits"
        whole = _whole(setting, text)
        advice = write(f'"{whole}"') if whole else ""
        return Complaint(MALFORMED_NUMBER, (Key(key), f" is {shown(text)}, {expected}"), advice)
    is_short = len(text) <= setting.digits  # Python reads only so many
    if text.startswith("-") or (is_short and not setting.least <= int(text) <= (setting.most or int(text))):
        advice = setting.instead_of_none if text.startswith("-") or int(text) == 0 else ""
        return Complaint(NUMBER_OUT_OF_RANGE, (Key(key), f" is {shown(text)}, {_range(setting)}"), advice)
    if not is_short:
        message = (Key(key), f" has {len(text)} digits, expected at most {setting.digits}")
        return Complaint(NUMBER_OUT_OF_RANGE, message)
    return None


def _whole(setting: ValueFormat, text: str) -> str:
    """The digits that a text most likely means, `35` for `35.0` or `5 weeks` of days; empty where there are none."""
    if whole := _WHOLE.fullmatch(text):
        return whole[1]
    length = _LENGTH.fullmatch(text)
    minutes = int(length[1]) * _MINUTES[length[2]] if length else 0
    return str(minutes // setting.minutes) if setting.unit and minutes and minutes % setting.minutes == 0 else ""


def _range(setting: ValueFormat) -> str:
    bounds = f"{setting.least} to {setting.most}" if setting.most else f"{setting.least} or more"
    return f"expected {bounds} {setting.unit}"


def _boolean(_: ValueFormat, key: str, text: str) -> Complaint | None:
    if text in {"true", "false"}:
        return None
    word = text.strip().lower()
    meant = "true" if word in _TRUE else "false" if word in _FALSE else ""
    advice = write(f'"{meant}"') if meant else ""
    return Complaint(MALFORMED_BOOLEAN, (Key(key), f" is {shown(text)}, expected `true` or `false`"), advice)


def _choice(setting: ValueFormat, key: str, text: str) -> Complaint | None:
    if text in setting.choices:
        return None
    message = (Key(key), f" does not take {shown(text)}, expected {listed(setting.choices, 'or')}")
    return Complaint(UNKNOWN_CHOICE, message)


def _text(setting: ValueFormat, key: str, text: str) -> Complaint | None:
    length = len(text)
    if setting.least <= length <= setting.most:
        return None
    length_words = f"has {length:,} characters" if length else "is empty"
    return Complaint(TEXT_LENGTH, (Key(key), f" {length_words}, expected {setting.least} to {setting.most} characters"))


def _region(_: ValueFormat, __: str, text: str) -> Complaint | None:
    if text in regions():
        return None
    advice = "name each Region: AWS takes no wildcard here" if "*" in text else ""
    return Complaint(UNKNOWN_REGION, f"{shown(text)} is not a Region", advice)


def _resource_type(_: ValueFormat, __: str, text: str) -> Complaint | None:
    if text in _patterns():
        return None
    message = f"{shown(text)} is not a pattern of resources that a backup policy selects"
    return Complaint(UNKNOWN_RESOURCE_TYPE, message)


def _advice_on_type(_: ValueFormat, text: str, partition: str) -> str:
    """Advice with the pattern for the resources that a text means, in the partition it names or the document's."""
    selected, is_arn = meaning(text), text[:4].lower() == "arn:"
    own = text.split(":")[1].lower() if is_arn else ""
    of_its_own = own in PARTITIONS and own != "aws"
    types = resource_types(own if of_its_own else partition or "aws")
    patterns = [types[name] for name in selected.types]
    if selected.lacking:
        return f"AWS Backup does not back up {quoted(selected.lacking)}"
    if selected.single:
        return f"a backup policy cannot name single resources; tag them, or select all with {listed(patterns)}"
    if not patterns:
        return ""
    return f"did you mean {listed(patterns, 'or')}?" if is_arn else write(patterns[0])


def _advice_on_role(_: ValueFormat, text: str, partition: str) -> str:
    return role_advice(text, partition)


def _advice_on_choice(setting: ValueFormat, text: str, _: str) -> str:
    """The choice that was meant; a resource type that is none of them is no slip of the pen."""
    of_types = not resource_types("aws").keys().isdisjoint(setting.choices)
    meant_types = meaning(text) if of_types else NOTHING
    if meant := [name for name in meant_types.types if name in setting.choices]:
        return _question(text, meant[0])
    return suggestion(text, setting.choices) if meant_types == NOTHING else ""


def _advice_on_region(_: ValueFormat, text: str, __: str) -> str:
    meant = region_meant(text)
    return _question(text, meant) if meant else ""


def _question(text: str, meant: str) -> Suggestion:
    return Suggestion.of(f"did you mean {quoted(meant)}?", text, meant, sure=differ_by_a_slip(text, meant))


@cache
def _patterns() -> frozenset[str]:
    patterns = (pattern for partition in PARTITIONS for pattern in resource_types(partition).values())
    return frozenset({"*", *patterns})


def _vault_name(_: ValueFormat, key: str, text: str) -> Complaint | None:
    if _VAULT_NAME.fullmatch(text):
        return None
    name = text.rpartition(":")[2] if is_arn(text) else ""
    advice = ""
    if _VAULT_NAME.fullmatch(name):
        advice = Suggestion.of(f"write the name alone: {quoted(name)}", text, name, sure=True)
    expected = "expected 1 to 50 letters, digits, `-` and `_`"
    return Complaint(MALFORMED_VAULT_NAME, (Key(key), f" is {shown(text)}, {expected}"), advice)


_FORMATS: Mapping[Kind, Callable[[ValueFormat, str, str], Complaint | None]] = complete(
    {
        Kind.AIR_GAPPED_VAULT: lambda _, key, text: air_gapped(key, text),
        Kind.BOOLEAN: _boolean,
        Kind.CHOICE: _choice,
        Kind.NUMBER: _number,
        Kind.REGION: _region,
        Kind.RESOURCE_TYPE: _resource_type,
        Kind.ROLE: lambda _, key, text: role(key, text),
        Kind.SWITCH: _choice,
        Kind.TEXT: _text,
        Kind.VAULT: _vault_name,
        Kind.VAULT_ARN: lambda _, key, text: copy_target(key, text),
    },
    Kind,
    Kind.SCHEDULE,  # judged by the time: `schedule_complaint`
)
_ADVICE: dict[Kind, Callable[[ValueFormat, str, str], str]] = {
    Kind.CHOICE: _advice_on_choice,
    Kind.REGION: _advice_on_region,
    Kind.RESOURCE_TYPE: _advice_on_type,
    Kind.ROLE: _advice_on_role,
    Kind.SWITCH: _advice_on_choice,
}


_LEAST = timedelta(hours=1)


@lru_cache(maxsize=4096)
def schedule_complaint(text: str, at: datetime) -> Complaint | None:
    """The reason why AWS does not take a schedule at a moment (with its zone), or None where it does."""
    try:
        cron = parse_cron(text)
    except CronError as error:
        advice = (
            Suggestion.of(error.hint, _fields(text), _fields(error.meant), sure=True) if error.meant else error.advice
        )
        return Complaint(SCHEDULE_INVALID, error.message, advice)
    runs = next_two(cron, at)
    if runs is None:
        message = f"{quoted(text)} has fewer than two runs after {_minute(at)}"
        return Complaint(SCHEDULE_ENDS, message, "AWS wants two runs to come: look at its days and years")
    first, second = runs
    if second - first >= _LEAST:
        return None
    apart = int((second - first).total_seconds()) // 60
    gap = f"{apart} minute{'s' * (apart != 1)} apart, expected an hour or more"
    message = f"{quoted(text)} runs at {_minute(first)} and {_minute(second)}, {gap}"
    return Complaint(SCHEDULE_TOO_FREQUENT, message, "run it hourly at most")


def _fields(schedule: str) -> str:
    """The text in the parentheses of `cron(...)`: policy files have it in quotes."""
    return schedule.removeprefix("cron(").removesuffix(")")


@lru_cache(maxsize=4096)
def next_gap(text: str, at: datetime) -> timedelta | None:
    """The time between the next two runs of an admitted schedule; None where fewer than two follow."""
    runs = next_two(parse_cron(text), at)
    return runs[1] - runs[0] if runs else None


def _minute(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M}"
