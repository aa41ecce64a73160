"""What points to a `.bpol` file says nothing in AWS's words that the language has a word for, unless it quotes the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest
from support.rule_cases import cases, name_of, texts
from support.rule_examples import found_in

from policyengine.analysis.findings.registry import RULES
from policyengine.aws.setting_rows import SettingRow
from policyengine.aws.settings import ROWS
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.rules import Rule
from policyengine.report.finding_text import details

_SETTINGS = [row for row in ROWS if isinstance(row, SettingRow)]
# What a policy, a requirement or a path of `children may` calls as AWS does.
OWN = {row.key for row in _SETTINGS} | {row.attribute for row in _SETTINGS} | {"resource_types", "tags", "guardduty"}
FOREIGN = sorted({row.aws_key for row in _SETTINGS if "_" in row.aws_key} - OWN)
AWS_WORDS = re.compile(rf"@@\w+|\bplans/|\b(?:{'|'.join(FOREIGN)})\b", re.IGNORECASE)

CASES = {name_of(case): case for case in (*cases("fail"), *cases("pass"))}


def said(finding: Diagnostic) -> Iterator[str]:
    """All that people read of a finding beside the lines of files."""
    yield from (finding.message, finding.help, *(label.text for label in finding.labels))
    yield from (text for title, text in details(finding) if title in {"path", "paths"})
    yield from [finding.fix.title] if finding.fix else []


def foreign_words(files: Mapping[str, str]) -> list[tuple[str, str]]:
    """What findings that point to a file of the language say in AWS's words, each with the name of its rule."""
    written = "\n".join(text for name, text in files.items() if name.endswith(".bpol")).lower()
    return [
        (finding.name, text)
        for finding in found_in(files)
        if finding.span and finding.span.source.name.endswith(".bpol")
        for text in said(finding)
        if any(word.lower() not in written for word in AWS_WORDS.findall(text))
    ]


def test_the_words_are_looked_for() -> None:
    assert {"delete_after_days", "target_backup_vault_name", "schedule_expression", "iam_role_arn"} <= set(FOREIGN)
    assert not {"retain", "regions", "windows_vss"} & set(FOREIGN)


@pytest.mark.parametrize("name", CASES)
def test_a_case_is_spoken_of_in_the_language(name: str) -> None:
    assert foreign_words(texts(CASES[name])) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_an_example_is_spoken_of_in_the_language(rule: Rule) -> None:
    examples = [files for files in (rule.page.bad, rule.page.good) if files]
    assert [foreign_words(files) for files in examples] == [[] for _ in examples]


def test_a_lock_of_a_document_is_mended_in_the_document() -> None:
    rules = '{"@@operators_allowed_for_child_policies": ["@@none"], r: {target_backup_vault_name: {"@@assign": V}}}'
    snapshot = f"version: 1\nroot: {{name: Root, policies: [p]}}\npolicies:\n  p: {{content: {{plans: {{d: {{rules: {rules}}}}}}}}}\n"
    (finding,) = [each for each in found_in({"organization.yaml": snapshot}) if each.code == "PE305"]
    assert (finding.span, finding.help) == (None, "write `@@none` on each of them, too")
