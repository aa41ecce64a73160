"""Requirements about an organization, as texts of the language: every kind, attribute and operator of language.md 5.1.

All of them are well typed; what they say is mostly nonsense, and mostly about names that are there.
"""

from __future__ import annotations

from typing import Any

from generators.dice import Dice, Source
from generators.documents import PLANS, REGIONS, RULES, SELECTIONS, VAULTS
from generators.inventories import BETWEEN, OUTSIDE, TAGS, unit_of
from generators.organizations import account_paths

Tree = dict[str, Any]

LETS = """\
let quarter = 90 days
let limit = quarter
let longest = forever
let terms = [35 days, quarter, 365 days]
let stage = "prod"
let home = [eu-west-1, "us-east-1"]
let kinds = [S3, RDS, DynamoDB]
let wanted = true
let mode = compliance
let locks = [mode, governance]
let main = "Main"
"""
DURATIONS = {
    "days": ["35 days", "30 days", "90 days", "quarter", "100 days", "365 days", "1 year", "forever", "longest"],
    "interval": ["1 day", "4 hours", "7 days", "31 days", "365 days", "366 days", "1 week", "forever"],
    "window": ["60 minutes", "1 hour", "8 hours", "480 minutes", "7 days", "quarter"],
}
WORDS = {
    "lock": ("compliance", "governance", "none", "mode"),
    "type": ("standard", "air_gapped"),
    "key": ("customer", "aws_managed", "aws_owned"),
    "kind": ("tag", "resource"),
}
TYPES = ("EBS", "S3", "RDS", "DynamoDB", "EC2", '"S3"', '"EFS"')
ATTRIBUTES: dict[str, dict[str, str]] = {
    "account": {"id": "id", "name": "name of account", "path": "path", "ou": "unit", "management": "boolean"},
    "plan": {"name": "plan", "regions": "regions", "resource_types": "types", "windows_vss": "boolean"},
    "rule": {
        "name": "rule",
        "plan": "plan",
        "region": "region",
        "resource_types": "types",
        "schedule": "schedule",
        "interval": "interval",
        "retention": "days",
        "cold_after": "days",
        "start_within": "window",
        "complete_within": "window",
        "continuous": "boolean",
        "archive": "boolean",
        "leaves_account": "boolean",
        "leaves_region": "boolean",
    },
    "copy": {
        "region": "region",
        "account": "id",
        "retention": "days",
        "cold_after": "days",
        "cross_region": "boolean",
        "cross_account": "boolean",
        "rule": "rule",
        "plan": "plan",
    },
    "vault": {
        "name": "vault",
        "region": "region",
        "account": "id",
        "exists": "boolean",
        "lock": "lock",
        "min_retention": "days",
        "max_retention": "days",
        "type": "type",
        "key": "key",
    },
    "resource": {
        "arn": "arn",
        "type": "resource type",
        "region": "region",
        "protected": "boolean",
        "plans": "plan names",
        "interval": "interval",
        "retention": "days",
    },
    "selection": {
        "name": "selection",
        "plan": "plan",
        "kind": "kind",
        "role": "role",
        "key": "tag key",
        "values": "values",
        "types": "types",
    },
}
KINDS = ("rule", "plan", "copy", "selection")
WITH_RESOURCES = (*KINDS, "resource", "resource")
LISTS = {"plan names": "plan", "regions": "region", "types": "type name", "values": "tag value"}
DEEPEST = 3


def demands(source: Source, snapshot: Tree, number: int = 6, kinds: tuple[str, ...] = KINDS) -> str:
    """A file with so many requirements, and the values that they share; its quantifiers range over `kinds`."""
    writer = Asker(Dice(source), snapshot, kinds)
    return LETS + "".join(writer.requirement(f"r{index}") for index in range(number))


class Asker:
    """Writes expressions about one organization."""

    def __init__(self, dice: Dice, snapshot: Tree, kinds: tuple[str, ...] = KINDS) -> None:
        self.dice = dice
        self.kinds = kinds
        paths = account_paths(snapshot)
        numbers = [*paths.values(), OUTSIDE]
        units = sorted({unit_of(path) for path in paths} | {""})
        self.texts: dict[str, tuple[str, ...]] = {
            "id": tuple(numbers),
            "name of account": tuple(BETWEEN.split(path)[-1].replace("\\/", "/") for path in paths),
            "path": (*paths, *(f"{unit}/*" for unit in units)),
            "unit": tuple(units),
            "tag": ("prod", "Prod", "gold", "platform", ""),
            "plan": (*PLANS, "DAILY", "pii_backup", "missing"),
            "rule": (*RULES, "NIGHTLY", "hourly", "missing"),
            "selection": (*SELECTIONS, "TAGGED", "missing"),
            "vault": (*VAULTS, "DR", "Central"),
            "region": REGIONS,
            "schedule": ("cron(0 5 ? * * *)", "cron(0 5 1 * ? *)", "cron(0 0/4 ? * * *)"),
            "role": ("arn:aws:iam::$account:role/BackupRole", "BackupRole"),
            "arn": tuple(f"arn:aws:rds:eu-west-1:222222222222:db:{name}" for name in ("a", "b", "c")),
            "resource type": ("RDS", "S3", "EC2", "EFS"),
            "tag key": ("backup", "Env"),
            "tag value": ("gold", "Silver", "12", "true"),
        }

    def requirement(self, name: str) -> str:
        """`require NAME { ... }` with one to three assertions, each on its own line."""
        lines = [f"  for {self.condition([], 1)}"] if self.dice.chance(45) else []
        lines += [f"  assert {self.condition([], 0)}" for _ in range(1 + self.dice.below(3))]
        return "\n".join([f"require {name} {{", *lines, "}\n"])

    def condition(self, bound: list[str], depth: int) -> str:
        """Something true or false inside quantifiers over the kinds in `bound`; `depth` counts what is around it."""
        roll = self.dice.below(20)
        if depth <= DEEPEST and (roll >= 12 or (depth == 0 and roll >= 4)):
            return self.quantifier(bound, depth)
        if depth <= DEEPEST and roll >= 8:
            joint = self.dice.pick((" and ", " or "))
            return joint.join(self.operand(bound, depth) for _ in range(2 + self.dice.below(2)))
        if depth <= DEEPEST and roll >= 6:
            return f"not {self.operand(bound, depth)}"
        return (
            self.comparison(bound) if roll or not self.dice.chance(20) else self.dice.pick(("true", "false", "wanted"))
        )

    def operand(self, bound: list[str], depth: int) -> str:
        """A condition that `and`, `or`, `not`, `where` and comparisons can take."""
        if self.dice.chance(60):
            return self.comparison(bound)
        return f"({self.condition(bound, depth + 1)})"

    def quantifier(self, bound: list[str], depth: int) -> str:
        """`every KIND where ... satisfies ...`."""
        quantity = self.dice.pick(("every", "some", "no", "every", f"at least {1 + self.dice.below(4)}"))
        kind = self.dice.pick(self.kinds)
        inner = [*bound, kind]
        where = f" where {self.operand(inner, depth + 1)}" if self.dice.chance(40) else ""
        return f"{quantity} {kind}{where} satisfies {self.condition(inner, depth + 1)}"

    def comparison(self, bound: list[str]) -> str:
        """A comparison without quantifiers, or an attribute that is true or false."""
        path, topic = self.attribute(bound)
        if topic == "boolean":
            return self.about_boolean(bound, path)
        if topic in LISTS:
            return self.about_list(bound, path, LISTS[topic])
        if topic in DURATIONS:
            return self.about_duration(bound, path, topic)
        if topic in WORDS:
            return self.about_word(bound, path, topic)
        return self.about_text(bound, path, topic)

    def about_boolean(self, bound: list[str], path: str) -> str:
        """`rule.archive`, perhaps compared."""
        style = self.dice.below(8)
        if style < 5:
            return path if style < 4 else f"not {path}"
        other = self.alike(bound, "boolean") if style == 7 else self.dice.pick(("true", "false", "wanted"))
        return f"{path} {self.dice.pick(('==', '!='))} {other}"

    def about_list(self, bound: list[str], path: str, of: str) -> str:
        """`"gold" in selection.values`, or a whole list compared."""
        if self.dice.chance(70):
            return f"{self.item(bound, of)} in {path}"
        other = self.list_of(of)
        if self.dice.chance(30):
            other = self.alike(bound, next(topic for topic, items in LISTS.items() if items == of))
        return f"{path} {self.dice.pick(('==', '!='))} {other}"

    def about_duration(self, bound: list[str], path: str, topic: str) -> str:
        """`rule.retention >= 35 days`."""
        if self.dice.chance(15):
            items = ", ".join(self.dice.some(DURATIONS[topic], 1, 3))
            return f"{path} in {self.dice.pick(('terms', f'[{items}]', f'[...terms, {items}]'))}"
        other = self.alike(bound, topic) if self.dice.chance(25) else self.dice.pick(DURATIONS[topic])
        operator = self.dice.pick((">=", "<=", "==", "!=", "<", ">"))
        return f"{path} {operator} {other}" if self.dice.chance(85) else f"{other} {operator} {path}"

    def about_word(self, bound: list[str], path: str, topic: str) -> str:
        """`rule.vault.lock == compliance`."""
        if self.dice.chance(20):
            words = f"[{', '.join(self.dice.some(WORDS[topic], 1, 2))}]"
            return f"{path} in {'locks' if topic == 'lock' and self.dice.chance(40) else words}"
        other = self.alike(bound, topic) if self.dice.chance(15) else self.dice.pick(WORDS[topic])
        return f"{path} {self.dice.pick(('==', '!='))} {other}"

    def about_text(self, bound: list[str], path: str, topic: str) -> str:
        """`account.path like "Workloads/*"`."""
        style = self.dice.below(10)
        if style < 4:
            other = self.alike(bound, topic) if self.dice.chance(30) else self.text(topic)
            return f"{path} {self.dice.pick(('==', '!='))} {other}"
        if style < 6:
            return f"{path} in {self.list_of(topic)}"
        if style < 7:
            return f"{self.text(topic)} == {path}"
        return f"{path} like {self.pattern(topic)}"

    def attribute(self, bound: list[str]) -> tuple[str, str]:
        """A path to a value, and what it is about."""
        thing, kind = self.thing(bound)
        if kind in ("account", "plan", "rule", "resource") and self.dice.chance(12):
            return f'{thing}.tags["{self.dice.pick((*TAGS, "tag_key", "missing"))}"]', "tag"
        name = self.dice.pick(list(ATTRIBUTES[kind]))
        return f"{thing}.{name}", ATTRIBUTES[kind][name]

    def thing(self, bound: list[str]) -> tuple[str, str]:
        """A path to something with attributes, and its kind."""
        if bound and self.dice.chance(80):
            path = kind = bound[-1] if self.dice.chance(80) else self.dice.pick(bound)
        elif self.dice.chance(45):
            return "account", "account"
        else:
            path, kind = f"{self.dice.pick(('plans', 'account.plans'))}[{self.quoted('plan')}]", "plan"
        if kind == "plan" and self.dice.chance(40):
            path, kind = f"{path}.rules[{self.quoted('rule')}]", "rule"
            if self.dice.chance(30):
                path = f"{path}.in_region[{self.quoted('region')}]"
        if kind in ("rule", "copy") and self.dice.chance(35):
            name = "vault" if kind == "copy" else self.dice.pick(("vault", "vault", "air_gapped_vault"))
            path, kind = f"{path}.{name}", "vault"
        return path, kind

    def alike(self, bound: list[str], topic: str) -> str:
        """Another attribute about the same, if the dice find one."""
        for _ in range(8):
            path, other = self.attribute(bound)
            if other == topic or (topic in DURATIONS and other in DURATIONS):
                return path
        if topic in LISTS:
            return self.list_of(LISTS[topic])
        if topic in self.texts:
            return self.text(topic)
        return self.dice.pick({**DURATIONS, **WORDS, "boolean": ("true",)}[topic])

    def item(self, bound: list[str], topic: str) -> str:
        """What may be in a list."""
        return self.alike(bound, topic) if topic in self.texts and self.dice.chance(30) else self.text(topic)

    def list_of(self, topic: str) -> str:
        """A list of texts, mostly written out."""
        shared = {"region": "home", "type name": "kinds"}
        if topic in shared and self.dice.chance(25):
            return shared[topic]
        items = [self.text(topic) for _ in range(1 + self.dice.below(3))]
        if topic in shared and self.dice.chance(25):
            items.insert(self.dice.below(len(items) + 1), f"...{shared[topic]}")
        return f"[{', '.join(items)}]"

    def text(self, topic: str) -> str:
        """A text about something, in quotes or, where the language takes it, bare."""
        if topic == "type name":
            return self.dice.pick(TYPES)
        if topic == "tag" and self.dice.chance(20):
            return "stage"
        if topic == "vault" and self.dice.chance(20):
            return "main"
        if topic == "region" and self.dice.chance(40):
            return self.dice.pick(REGIONS)
        return self.quoted(topic)

    def quoted(self, topic: str) -> str:
        """A text about something, in quotes."""
        return f'"{_escaped(self.dice.pick(self.texts[topic]))}"'

    def pattern(self, topic: str) -> str:
        """A text with wildcards."""
        text = self.dice.pick(self.texts[topic])
        cut = self.dice.below(len(text) + 1)
        wild = self.dice.pick(
            ("*", f"{text[:cut]}*", f"*{text[cut:]}", f"{text[:cut]}?{text[cut + 1 :]}", "*[ab]*", text)
        )
        return f'"{_escaped(wild)}"'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
