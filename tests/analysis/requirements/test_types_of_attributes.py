"""The table of language.md 5.1: what can be asked, and as what it compares."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from policyengine.analysis.requirements import check_types
from policyengine.analysis.requirements.attributes import ATTRIBUTES
from policyengine.analysis.requirements.value_types import WORDS, Type
from policyengine.base.diagnostics import Severity
from policyengine.base.source import Source
from policyengine.language.syntax import parse

PAGE = Path(__file__).parents[3] / "docs" / "language.md"

# Each attribute with its type; `tags`, `plans` and `rules` are picked from, `vault` has attributes of its own.
TABLE = {
    "account": "id name path ou: string; tags: tags; plans: plans; management: boolean",
    "plan": "name: string; regions: list; rules: rules; tags: tags; resource_types: list; windows_vss: boolean",
    "rule": (
        "name plan region: string; resource_types: list; schedule: string; interval: duration;"
        " retention cold_after start_within complete_within: duration; continuous archive: boolean;"
        " leaves_account leaves_region: boolean;"
        " vault air_gapped_vault: vault; copies: copies; tags: tags"
    ),
    "copy": (
        "vault: vault; region account: string; retention cold_after: duration;"
        " cross_region cross_account: boolean; rule plan: string"
    ),
    "vault": (
        "name region account: string; exists: boolean; lock: lock; min_retention max_retention: duration;"
        " type: type; key: key"
    ),
    "selection": "name plan: string; kind: kind; role key: string; values types conditions: list",
}
ATTRIBUTES_OF = {
    kind: {name: group.split(":")[1].strip() for group in row.split(";") for name in group.split(":")[0].split()}
    for kind, row in TABLE.items()
}

# What fits an attribute of a type, and no attribute of another.
FITTING = {
    "string": ['{} == "x"', '{} != "x"', '{} like "x*"', '{} in ["x", "y"]', "{} == eu-west-1", '"x" == {}'],
    "boolean": ["{}", "not {}", "{} == true", "{} != false", "{} in [true]", "true == {}"],
    "duration": ["{} >= 1 day", "{} < 90 minutes", "{} == forever", "{} in [1 day, 2 weeks]", "1 day <= {}"],
    "list": ['"x" in {}', "RDS in {}", "{} == [RDS, S3]", "{} != [eu-west-1]", "[RDS] == {}"],
    "lock": ["{} == none", "{} != governance", "{} in [governance, compliance]", "compliance == {}"],
    "type": ["{} == standard", "{} in [standard, air_gapped]"],
    "key": ["{} == aws_managed", "{} != customer", "{} in [customer, aws_owned]"],
    "kind": ["{} == tag", "{} == resource"],
    "tags": ['{}["x"] == "y"', '{}["x"] like "*"', '{}["x"] in ["y"]'],
    "vault": ["{}.exists", "{}.lock == none"],
    "plans": ['{}["x"].windows_vss', '{}["x"].rules["y"].continuous'],
    "rules": ['{}["x"].continuous', '{}["x"].in_region["eu-west-1"].vault.exists'],
    "copies": [],
}
WAYS = {
    "account": ["{}"],
    "plan": ["every plan satisfies {}", "{} and (some rule satisfies rule.continuous)"],
    "rule": ["every rule satisfies {}", "every plan satisfies some rule satisfies {}"],
    "copy": ["every copy satisfies {}", "every rule satisfies no copy satisfies {}"],
    "vault": ["every rule satisfies {}"],
    "selection": ["every selection satisfies {}", "every rule satisfies some selection satisfies {}"],
}


def faults(expression: str) -> list[str]:
    module = parse(Source("r.bpol", f"require r {{ assert {expression} }}\n"))
    found = (*module.diagnostics, *check_types([module.value]).diagnostics)
    return [fault.message for fault in found if fault.severity is Severity.ERROR]


def path(kind: str, attribute: str) -> str:
    return f"rule.vault.{attribute}" if kind == "vault" else f"{kind}.{attribute}"


EVERY = [(kind, name, type_) for kind, known in ATTRIBUTES_OF.items() for name, type_ in known.items()]


@pytest.mark.parametrize(("kind", "name", "type_"), EVERY)
def test_an_attribute_compares_as_its_type(kind: str, name: str, type_: str) -> None:
    way = WAYS[kind][0]
    for written in FITTING[type_]:
        assert faults(way.format(written.format(path(kind, name)))) == [], written


@pytest.mark.parametrize(("kind", "name", "type_"), EVERY)
def test_an_attribute_compares_as_no_other_type(kind: str, name: str, type_: str) -> None:
    way = WAYS[kind][0]
    for other in FITTING.keys() - {type_}:
        for written in FITTING[other]:
            assert faults(way.format(written.format(path(kind, name)))), written


@pytest.mark.parametrize(("kind", "type_"), [(kind, Type[kind.upper()]) for kind in TABLE])
def test_there_are_no_more_attributes(kind: str, type_: Type) -> None:
    assert ATTRIBUTES[type_].keys() ^ ATTRIBUTES_OF[kind].keys() == set(), "add it to TABLE, or take it out there"


@pytest.mark.parametrize("kind", TABLE)
def test_the_page_has_the_same_table(kind: str) -> None:
    row = next(line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith(f"| `{kind}` |"))
    values = {word for words in WORDS.values() for word in words}
    named = set(re.findall(r"`([a-z_]+)(?:\[\.\.\.\])?`", row.split("|")[2]))
    assert (named - values) ^ (ATTRIBUTES_OF[kind].keys() - values) == set(), "section 5.1 of the page and TABLE differ"


@pytest.mark.parametrize(
    ("kind", "way"), [(kind, way) for kind, ways in WAYS.items() for way in ways if kind != "plan"]
)
def test_a_kind_is_in_scope_wherever_a_quantifier_brings_it_in(kind: str, way: str) -> None:
    for name, type_ in ATTRIBUTES_OF[kind].items():
        assert [faults(way.format(written.format(path(kind, name)))) for written in FITTING[type_][:1]] in ([], [[]])


@pytest.mark.parametrize(("name", "type_"), ATTRIBUTES_OF["plan"].items())
def test_a_picked_plan_has_the_attributes_of_a_plan(name: str, type_: str) -> None:
    for written in FITTING[type_]:
        assert faults(written.format(f'plans["daily"].{name}')) == [], written


@pytest.mark.parametrize(("name", "type_"), ATTRIBUTES_OF["rule"].items())
@pytest.mark.parametrize(
    "picked", ['plans["daily"].rules["nightly"]', 'plans["daily"].rules["nightly"].in_region["x"]']
)
def test_a_picked_rule_has_the_attributes_of_a_rule(picked: str, name: str, type_: str) -> None:
    for written in FITTING[type_]:
        assert faults(written.format(f"{picked}.{name}")) == [], written


def test_a_rule_is_picked_from_the_plan_at_hand() -> None:
    assert faults('every plan satisfies plan.rules["nightly"].retention >= 35 days') == []


@pytest.mark.parametrize("copies", ["rule.copies", 'plans["daily"].rules["nightly"].copies'])
def test_copies_are_for_quantifiers_only(copies: str) -> None:
    for written in (expression for expressions in FITTING.values() for expression in expressions):
        assert faults(f"every rule satisfies {written.format(copies)}"), written
