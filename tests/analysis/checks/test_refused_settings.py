"""A setting that AWS refuses is one finding: no check says anything that the sound policy does not have.

Each setting of each passing case in turn is given a value that AWS refuses. What is newly found then follows from the
refusal: its check has to declare what it weighs (`WEIGHS`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from support.rule_cases import cases, name_of, texts
from support.rule_examples import found_in

from policyengine.analysis.checks import CHECKS
from policyengine.aws.documents import APPEND, ASSIGN
from policyengine.base.rules import Family, family_of
from policyengine.base.source import Source
from policyengine.engine import compile_sources

pytestmark = pytest.mark.scale

NAMES = {check.RULE.name for check in CHECKS}
SETTING = re.compile(r"(?P<start>\w+\s*\+?=\s*)(?P<value>.*)", re.DOTALL)


def with_one_refused(files: Mapping[str, str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The files of a case with each setting of a policy file in turn of a value that no setting takes."""
    for name, text in files.items():
        compiled = compile_sources([Source(name, text)]).value if name.endswith(".bpol") else None
        origins = [origin for policy in compiled.policies for origin in policy.origins.items()] if compiled else []
        spans = {at.span for path, at in origins if path[-1] in (ASSIGN, APPEND) and at.span}
        for span in sorted(spans, key=lambda span: span.start):
            if written := SETTING.fullmatch(text[span.start : span.end]):
                wrong = '["!!"]' if written["value"].startswith("[") else '"!!"'
                changed = f"{text[: span.start]}{written['start']}{wrong}{text[span.end :]}"
                yield written[0], {**files, name: changed}


def of_checks(files: Mapping[str, str]) -> tuple[set[str], bool]:
    """The names of the checks that find something, and whether AWS would refuse a setting."""
    findings = list(found_in(files))
    refused = any(family_of(finding.code) is Family.ADMISSION for finding in findings)
    return {finding.name for finding in findings} & NAMES, refused


@pytest.mark.parametrize("case", cases("pass"), ids=name_of)
def test_what_follows_from_a_refused_setting_is_not_reported(case: Path) -> None:
    files = texts(case)
    before, _ = of_checks(files)
    for setting, changed in with_one_refused(files):
        after, refused = of_checks(changed)
        assert not refused or after <= before, f"{setting} is refused, and its consequences are reported"
