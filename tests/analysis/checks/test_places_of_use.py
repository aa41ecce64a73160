"""A finding at a template's line says who uses the template."""

from __future__ import annotations

import pytest
from support.evaluation import evaluated, settled
from support.small_projects import WITH_MANAGEMENT

TAGGED = 'tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }'
RULE = 'schedule = daily at 05:00  vault = "Main"'
TEMPLATE = f"""\
template rule cold {{ {RULE}  cold_after = 30 days  retain = 60 days }}
policy first {{
  plan daily {{
    regions = [eu-west-1]
    rule nightly like cold
    {TAGGED}
  }}
}}
attach first to root
"""
BLOCKED = f"""\
template rule short {{ {RULE}  retain = 8 days }}
policy first {{
  plan daily {{
    regions = [eu-west-1]
    rule nightly {{ {RULE}  locked retain = 35 days }}
    {TAGGED}
  }}
}}
policy second {{ plan daily {{ rule nightly like short }} }}
attach first, second to root
"""


@pytest.mark.parametrize(
    ("policies", "name"),
    [
        (TEMPLATE, "cold-storage-too-short"),
        (BLOCKED, "assign-shadowed"),
        (f"{TEMPLATE}require r {{ assert every rule satisfies rule.retention >= 90 days }}\n", "requirement-violated"),
    ],
)
def test_the_place_of_use_is_labelled(policies: str, name: str) -> None:
    findings = {found.name: found for found in settled(evaluated(policies, WITH_MANAGEMENT))}
    assert name in findings, sorted(findings)
    assert [label.span.text for label in findings[name].labels if label.text == "used here"] == ["rule nightly"]


def test_a_block_that_only_a_template_has() -> None:
    asks = "require r { assert every rule satisfies some copy satisfies copy.cross_region }"
    template = f"template plan shared {{ regions = [eu-west-1] rule nightly {{ {RULE} }} {TAGGED} }}"
    uses = "policy first { plan daily like shared }\nattach first to root"
    found = next(
        each for each in settled(evaluated(f"{template}\n{uses}\n{asks}\n", WITH_MANAGEMENT)) if each.requirement
    )
    labels = [(label.span.text, label.text) for label in found.labels]
    assert labels == [("rule nightly", "defined here"), ("plan daily", "used here")]


def test_what_no_template_writes_has_no_label() -> None:
    policies = TEMPLATE.replace(
        "rule nightly like cold", f"rule nightly {{ {RULE}  cold_after = 30 days  retain = 60 days }}"
    )
    (found,) = [
        found for found in settled(evaluated(policies, WITH_MANAGEMENT)) if found.name == "cold-storage-too-short"
    ]
    assert [label.text for label in found.labels] == ["and this"]
