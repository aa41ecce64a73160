"""What a mutation may put in: words of the grammar, keys and values of AWS, and what programs stumble over."""

from __future__ import annotations

from collections.abc import Iterator

from generators.requirements import ATTRIBUTES, KINDS

from policyengine.aws.admission.policy_schema import Node, schema
from policyengine.aws.documents import CONTROL, VALUE_OPERATORS
from policyengine.aws.facts import regions, resource_types
from policyengine.aws.setting_rows import SettingRow
from policyengine.aws.snapshot.snapshot import snapshot_schema
from policyengine.language.syntax import KEYWORDS

STUMBLING = (
    "",
    " ",
    "\t",
    "\r\n",
    "\u00a0",
    "\u202e",
    "\ufeff",
    "ß",
    "İ",  # longer in lower case than in upper
    "\U0001f512",
    "e\u0301",
    "\u0665",  # a digit to `str.isdigit`, and to `int`
    "²",  # a digit to `str.isdigit`, and not to `int`
    "-0",
    "007",
    "1e999",
    "60.0",
    "9" * 30,
    "9" * 5000,
    "0000-00-00",
    "2027-02-30",
    "9999-12-31",
    "24:00",
    "::error::",
    "\x1b[31m",
    "<b>",
    "../..",
)
_SETTINGS = ("retain", "schedule", "vault", "air_gapped_vault", "start_within", "complete_within", "cold_after")
_MORE_SETTINGS = ("continuous", "index", "regions", "role", "types", "not_types", "key", "values", "archive", "target")
_EXPRESSION_WORDS = ("account", "plan", "rule", "copy", "selection", "vault", "none", "compliance", "governance")
_CRON = ("cron(", ")", "*", "?", ",", "-", "/", "#", "L", "W", "LW", "L-3", "MON", "SUN#5", "FRIL", "JAN-DEC", "15W")
_CRON_NUMBERS = ("0", "1", "7", "23", "24", "31", "32", "59", "60", "1970", "2199", "2200", "0/0", "5-1", "*/7", "1/")


def language_words() -> tuple[str, ...]:
    """Words of policy files."""
    names = tuple(dict.fromkeys(name for attributes in ATTRIBUTES.values() for name in attributes))
    settings = (*_SETTINGS, *_MORE_SETTINGS, *_EXPRESSION_WORDS, *names, *KINDS)
    values = ("eu-west-1", "EC2", "35 days", "1 year", "5:00", "daily at 05:00", "@@assign", '"', "\\u", "\\ud800")
    return (*sorted(KEYWORDS), *settings, *values, *STUMBLING)


def document_words() -> tuple[str, ...]:
    """Keys and values of AWS's documents."""
    places = (
        "arn:aws:backup:eu-west-1:$account:backup-vault:V",
        "arn:aws:backup:eu-west-1:123456789012:backup-vault:V",
        "arn:aws:iam::$account:role/R",
        "cron(0 5 ? * * *)",
        "cron(0 * ? * * *)",
    )
    operators = (*sorted(VALUE_OPERATORS), CONTROL, "@@all", "@@none", "@@Assign", "aws:x")
    kinds = (*resource_types("aws").values(), *tuple(regions())[:4])
    return (*dict.fromkeys(_keys(schema())), *operators, *places, *kinds, "true", "TRUE", *STUMBLING)


def snapshot_words() -> tuple[str, ...]:
    """Keys and values of snapshots."""
    parts = snapshot_schema()["$defs"].values()
    keys = dict.fromkeys(key for part in parts for key in part.get("properties", {}))
    values = (
        "*",
        "known",
        "unknown",
        "compliance",
        "governance",
        "none",
        "222222222222",
        "o-exampleorgid",
        "eu-west-1",
    )
    notation = (
        "&a",
        "*a",
        "<<",
        "!!int",
        "!x",
        "---",
        "...",
        "- ",
        ": ",
        "? ",
        "|",
        ">",
        "%YAML 1.1",
        "~",
        "yes",
        "{}",
    )
    return (*keys, *values, *notation, *STUMBLING)


def cron_words() -> tuple[str, ...]:
    """Parts of schedules."""
    return (*_CRON, *_CRON_NUMBERS, *STUMBLING)


def _keys(node: Node) -> Iterator[str]:
    if isinstance(node, SettingRow):
        yield from node.format.choices
        return
    yield from (*node.spelled, *node.foreign.aliases, *node.foreign.advice)
    for below in (*node.keys.values(), *((node.each,) if node.each else ())):
        yield from _keys(below)
