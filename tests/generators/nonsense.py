"""Expressions that the grammar takes, whatever their types: most of them mean nothing."""

from __future__ import annotations

from typing import Any

from generators.dice import Dice, Source
from generators.requirements import ATTRIBUTES, KINDS, Asker

Tree = dict[str, Any]

HEADS = (*KINDS, "account", "plans", "vault", "rules", "nothing", "account-x", "eu-west-1", "mode", "terms")
WORDS = ("none", "compliance", "tag", "air_gapped", "customer", "locked", "eu-west-1", "S3", "EBS", "mars-1", "limit")
LETS = (
    "quarter",
    "terms",
    "home",
    "kinds",
    "wanted",
    "locks",
    "stage",
    "strange",
    "loop",
    "absent",
    "mixed",
    "nightly",
)
ASKED = tuple(dict.fromkeys(name for attributes in ATTRIBUTES.values() for name in attributes))
MORE = ("vault", "air_gapped_vault", "copies", "tags", "plans", "rules", "in_region", "retain", "nothing", "Retention")
KEYS = ("daily", "rules", "nightly", "Hourly", "eu-west-1", "env", "", "ß", '\\"', "x\\ny", "*")
LITERALS = (
    "35 days",
    "0 minutes",
    "1 year",
    "999999999999999 years",
    "forever",
    "true",
    "false",
    "0",
    "123456789012345",
    '"Main"',
    '""',
    '"*"',
    '"7 years"',
    '"999999999999"',
    '"\\u00e9\\n"',
)
COMPARATORS = ("==", "!=", "<", "<=", ">", ">=", "in", "like")
STRANGE_LETS = """\
let strange = absent-too
let loop = loop
let mixed = [1 day, "x", true, none, 4]
let nightly = daily at 03:00
let deep = [terms, [1, [2]]]
"""


def nonsense(source: Source, snapshot: Tree, deepest: int = 4) -> str:
    """An expression in which nothing but the parentheses need be right; some are well typed by chance."""
    return _Babbler(Dice(source), snapshot).expression([], deepest)


class _Babbler:
    """Writes expressions; `bound` are the kinds of the quantifiers around."""

    def __init__(self, dice: Dice, snapshot: Tree) -> None:
        self.dice, self.asker = dice, Asker(dice, snapshot)

    def expression(self, bound: list[str], depth: int) -> str:
        """Anything; what is compound stands in parentheses wherever it is an operand."""
        if depth <= 0:
            return self.asker.comparison(bound) if self.dice.chance(70) else self.leaf(bound)
        ways = (
            self.comparison,
            self.quantifier,
            self.comparison,
            self.quantifier,
            self.logical,
            self.negation,
            self.items,
        )
        return self.dice.pick(ways)(bound, depth - 1)

    def leaf(self, bound: list[str]) -> str:
        roll = self.dice.below(10)
        if roll < 5:
            return self.asker.attribute(bound)[0]
        if roll < 7:
            return self.dice.pick(HEADS) + "".join(self.step() for _ in range(1 + self.dice.below(4)))
        return self.dice.pick(LITERALS if roll < 9 else (*WORDS, *LETS, *HEADS))

    def step(self) -> str:
        if self.dice.chance(30):
            return f'["{self.dice.pick(KEYS)}"]'
        return f".{self.dice.pick((*ASKED, *MORE))}"

    def operand(self, bound: list[str], depth: int) -> str:
        roll = self.dice.below(10)
        return self.leaf(bound) if roll < 5 else f"({self.expression(bound, depth)})"

    def comparison(self, bound: list[str], depth: int) -> str:
        left, right = self.operand(bound, depth), self.operand(bound, depth)
        return f"{left} {self.dice.pick(COMPARATORS)} {right}"

    def logical(self, bound: list[str], depth: int) -> str:
        joint = self.dice.pick((" and ", " or "))
        return joint.join(self.condition(bound, depth) for _ in range(2 + self.dice.below(3)))

    def condition(self, bound: list[str], depth: int) -> str:
        return self.asker.comparison(bound) if self.dice.chance(50) else self.operand(bound, depth)

    def negation(self, bound: list[str], depth: int) -> str:
        return f"not {self.condition(bound, depth)}"

    def items(self, bound: list[str], depth: int) -> str:
        operands = [self.operand(bound, depth) for _ in range(self.dice.below(4))]
        return f"[{', '.join(f'...{each}' if self.dice.chance(15) else each for each in operands)}]"

    def quantifier(self, bound: list[str], depth: int) -> str:
        quantity = self.dice.pick(("every", "some", "no", f"at least {self.dice.pick((0, 1, 2, 10**12))}"))
        kind = self.dice.pick((*KINDS, *KINDS, *KINDS, "vault", "account", "copies", "rules"))
        inner = [*bound, kind] if kind in KINDS else bound
        where = f" where {self.condition(inner, depth)}" if self.dice.chance(40) else ""
        return f"{quantity} {kind}{where} satisfies {self.expression(inner, depth)}"
