"""Policies as values, from a seed: a plan of about 2 kB in AWS's JSON each, and often a change to an inherited one."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

HOME = ("eu-west-1", "eu-central-1")
MORE = ("eu-west-2", "eu-west-3")
COPY_REGION = "eu-north-1"
VAULT, COPIES, ROLE = "Main", "Copies", "BackupRole"
BACKUP_ACCOUNT = "999999999999"
_RULES = ("nightly", "weekly", "monthly")
_PLAIN = 0.5  # of the policies change nothing from above
_TOO_SHORT, _IN_VAIN = 0.04, 0.1  # of the changes keep too short, ask for another vault
_OTHER_VAULT = "Elsewhere"
_TYPES = ("EC2", "RDS", "EFS", "DynamoDB")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a plan. `schedule` is in the words of the language, `cron` what AWS takes; the vault is locked."""

    name: str
    schedule: str
    cron: str
    start_hours: int
    complete_hours: int
    retain: int
    copied_for: int
    tags: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan. It selects by the values of a tag, or, where it has `types`, by those."""

    name: str
    regions: tuple[str, ...]
    rules: tuple[Rule, ...]
    values: tuple[str, ...]
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What a policy says about a plan that it inherits: another retention of a rule, one more Region.

    Perhaps another `vault`, too, which the plan's own policy has locked: in vain.
    """

    plan: str
    rule: str
    retain: int
    region: str
    vault: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy: a plan of its own, and a change to one from above."""

    name: str
    plan: Plan
    change: Change | None = None


def baseline(name: str) -> Policy:
    """What stands at the root."""
    rules = (_rule(_RULES[0], 3, 60), _rule(_RULES[1], 5, 180), _rule(_RULES[2], 7, 366))
    return Policy(name, Plan(name, HOME, rules, (name,), ()))


def policy(chance: Random, name: str, inherited: str) -> Policy:
    """A policy for a unit or an account; every other one changes the plan `inherited`, one in fifty keeps too short."""
    hours = chance.sample(range(1, 23), 3)
    retentions = (chance.randrange(35, 90), chance.randrange(90, 365), chance.randrange(366, 800))
    rules = tuple(_rule(rule, hour, retain) for rule, hour, retain in zip(_RULES, hours, retentions, strict=True))
    plan = Plan(
        name,
        HOME,
        rules,
        (name, f"{name}-{chance.randrange(100):02}"),
        tuple(chance.sample(_TYPES, chance.choice((0, 2)))),
    )
    if chance.random() < _PLAIN:
        return Policy(name, plan)
    retain = 14 if chance.random() < _TOO_SHORT else chance.randrange(35, 400)
    vault = _OTHER_VAULT if chance.random() < _IN_VAIN else ""
    return Policy(name, plan, Change(inherited, _RULES[0], retain, chance.choice(MORE), vault))


def _rule(name: str, hour: int, retain: int) -> Rule:
    words, fields = {
        "nightly": (f"daily at {hour:02}:00", f"0 {hour} ? * * *"),
        "weekly": (f"weekly on sunday at {hour:02}:00", f"0 {hour} ? * SUN *"),
        "monthly": (f"monthly on day 1 at {hour:02}:00", f"0 {hour} 1 * ? *"),
    }[name]
    return Rule(name, words, f"cron({fields})", 1, 8, retain, max(retain, 60), (("Owner", "platform"), ("Tier", name)))
