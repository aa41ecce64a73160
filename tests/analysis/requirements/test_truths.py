"""The four truths and how they combine (language.md 5.2): true, false, missing and unknown."""

from __future__ import annotations

import pytest
from support.moment import AT
from support.small_projects import one_rule

from policyengine.analysis.requirements import MISSING, Truth, at_least, conjunction, disjunction, in_all, negation
from policyengine.aws.deployment import UNKNOWN
from policyengine.base.source import Source
from policyengine.engine import evaluate

TREE = 'version: 1\nroot: {name: Root, accounts: [{id: "222222222222", name: shop}]}\n'
# A condition of each truth, for the only rule there is: it has no plan of that name, and nobody looked for its vault.
SAYING = {"T": "true", "F": "false", "M": 'plans["weekly"].windows_vss', "U": "rule.vault.exists"}
VALUE: dict[str, Truth] = {"T": True, "F": False, "M": MISSING, "U": UNKNOWN}

# Below the operator what is on its left, beside it what is on its right.
AND = """
and  T F M U
T    T F M U
F    F F F F
M    M F M M
U    U F M U
"""
OR = """
or   T F M U
T    T T T T
F    T F M U
M    T M M U
U    T U U U
"""
# Below the quantity whether the rule is meant, beside it whether it satisfies.
EVERY = """
every T F M U
T     T F M U
F     T T T T
M     T T T T
U     T U U U
"""
SOME = """
some  T F M U
T     T F M U
F     F F F F
M     F F F F
U     U F U U
"""
NO = """
no    T F M U
T     F T M U
F     T T T T
M     T T T T
U     U T U U
"""
AT_LEAST = SOME.replace("some ", "at least 1 ")


def cells(table: str) -> dict[tuple[str, str], str]:
    """The truth in each cell, by that of its row and of its column."""
    head, *rows = table.strip().splitlines()
    columns = head.split()[-4:]
    each = {row: truths for row, *truths in map(str.split, rows)}
    return {(row, column): truth for row in each for column, truth in zip(columns, each[row], strict=True)}


def truths(conditions: list[str]) -> list[str]:
    """The truth of each condition: one that is missing fails, and so does its opposite."""
    asked = [text for condition in conditions for text in (condition, f"not ({condition})")]
    required = "\n".join(f"require r{number} {{ assert {text} }}" for number, text in enumerate(asked))
    policy = one_rule('vault = "Main"\nretain = 35 days', tree=TREE)["policy.bpol"]
    evaluation = evaluate([Source("policy.bpol", f"{policy}\n{required}")], Source("organization.yaml", TREE), at=AT)
    assert evaluation.judgement, [found.message for found in evaluation.diagnostics]
    letters = {
        r.requirement.name: "U" if r.undecided else "F" if r.violated else "T" for r in evaluation.judgement.results
    }
    both = [letters[f"r{number}"] + letters[f"r{number + 1}"] for number in range(0, len(asked), 2)]
    return [{"TF": "T", "FT": "F", "FF": "M", "UU": "U"}[pair] for pair in both]


def test_the_opposite_of_what_is_missing_is_missing() -> None:
    inside = [f"every rule satisfies {asked}" for asked in SAYING.values()]
    opposite = [f"every rule satisfies not ({asked})" for asked in SAYING.values()]
    assert truths([*inside, *opposite]) == ["T", "F", "M", "U", "F", "T", "M", "U"]
    assert [negation(VALUE[letter]) for letter in "TFMU"] == [False, True, MISSING, UNKNOWN]


@pytest.mark.parametrize(("operator", "table"), [("and", AND), ("or", OR)])
def test_what_two_conditions_come_to(operator: str, table: str) -> None:
    asked = [f"every rule satisfies ({SAYING[one]} {operator} {SAYING[other]})" for one, other in cells(table)]
    assert dict(zip(cells(table), truths(asked), strict=True)) == cells(table)


@pytest.mark.parametrize(
    ("quantity", "table"), [("every", EVERY), ("some", SOME), ("no", NO), ("at least 1", AT_LEAST)]
)
def test_what_a_quantifier_comes_to(quantity: str, table: str) -> None:
    asked = [f"{quantity} rule where {SAYING[meant]} satisfies {SAYING[held]}" for meant, held in cells(table)]
    assert dict(zip(cells(table), truths(asked), strict=True)) == cells(table)


COMPARED = """
T rule.name == "nightly"
F rule.name == "weekly"
M rule.name == plans["weekly"].name
M rule.name != plans["weekly"].name
M plans["weekly"].name == rule.name
M plans["weekly"].name in ["weekly"]
M plans["weekly"].name like "*"
M rule.retention >= plans["weekly"].rules["nightly"].retention
U rule.vault.lock == none
U none != rule.vault.lock
U rule.vault.lock in [none, governance]
U rule.vault.lock == plans["daily"].rules["nightly"].vault.lock
U rule.retention >= rule.vault.min_retention
M rule.vault.lock == plans["weekly"].rules["nightly"].vault.lock
M plans["weekly"].rules["nightly"].vault.lock == rule.vault.lock
F account.tags["env"] == account.tags["env"]
T account.tags["env"] != account.tags["env"]
F account.tags["env"] == account.tags["owner"]
F account.tags["env"] like account.tags["owner"]
F account.tags["env"] in ["prod"]
F rule.name == account.tags["env"]
T rule.name != account.tags["env"]
F account.tags["env"] == rule.name
F rule.name like account.tags["env"]
T rule.name in ["weekly", "NIGHTLY"]
T "Nightly" like rule.name
F rule.name in rule.resource_types
"""


def test_what_a_comparison_comes_to() -> None:
    rows = [row.split(" ", 1) for row in COMPARED.strip().splitlines()]
    found = truths([f"every rule satisfies {asked}" for _, asked in rows])
    assert [[letter, asked] for letter, (_, asked) in zip(found, rows, strict=True)] == rows


@pytest.mark.parametrize(("table", "combine"), [(AND, conjunction), (OR, disjunction)])
def test_values_combine_as_conditions_do(table: str, combine: object) -> None:
    assert callable(combine)
    assert {pair: combine([VALUE[letter] for letter in pair]) for pair in cells(table)} == {
        pair: VALUE[letter] for pair, letter in cells(table).items()
    }


@pytest.mark.parametrize(
    ("count", "held", "expected"),
    [
        (1, "T", "T"),
        (2, "TT", "T"),
        (2, "TFTM", "T"),
        (2, "TF", "F"),
        (2, "TM", "M"),
        (2, "TU", "U"),
        (2, "UU", "U"),
        (2, "UF", "F"),
        (2, "UM", "M"),
        (2, "TUM", "U"),
        (1, "", "F"),
        (0, "", "T"),
    ],
)
def test_at_least_so_many_hold(count: int, held: str, expected: str) -> None:
    assert at_least(count, [VALUE[letter] for letter in held]) is VALUE[expected]


# For each Region whether it is meant, and whether the condition holds there.
@pytest.mark.parametrize(
    ("regions", "expected"),
    [
        ("TT", "T"),
        ("TT TT", "T"),
        ("TT TF", "F"),
        ("TT TM", "M"),
        ("TT TU", "U"),
        ("TT UT", "T"),
        ("TT UF", "U"),
        ("TT UM", "U"),
        ("TF UT", "F"),
        ("UT", "U"),
        ("UU", "U"),
        ("UF", "F"),
        ("UF UF", "F"),
        ("UF UT", "U"),
    ],
)
def test_what_holds_in_all_regions(regions: str, expected: str) -> None:
    assert in_all((VALUE[meant], VALUE[held]) for meant, held in map(tuple, regions.split())) is VALUE[expected]
