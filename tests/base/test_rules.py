"""Every rule: listed, well named, and its examples do what its page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.rule_examples import found_in

import policyengine
from policyengine.analysis.checks import CHECKS
from policyengine.analysis.findings.registry import LEVELLED, RULES
from policyengine.base.diagnostics import Severity
from policyengine.base.rules import Rule, parse_page
from policyengine.report.rules import index

PACKAGE = Path(policyengine.__file__).parent
# A plan without a Region, or a scan without settings, is what it says, and what AWS then does with the account; backups
# without an end are told of themselves, and once more where nobody can delete them.
CONSEQUENCES = {"regions-emptied": {"PE401"}, "scan-without-settings": {"PE401"}, "lock-irreversible": {"PE503"}}
# Says that the formatter itself is at fault: no text brings it about, tests/language/syntax breaks the printer to see it.
GUARDS = {"unsafe-formatting"}
DOCS = PACKAGE.parent / "docs"
_NUMBER = r"(?:\d+(?:\.\w+)*|[RC]\d+)"
NUMBERS = re.compile(rf"{_NUMBER}(?:, {_NUMBER})*(?: \([^()]+\))?")
PLACEHOLDERS = ("TODO",)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.name not in GUARDS], ids=lambda rule: rule.name)
def test_the_bad_example_triggers_its_rule_and_the_good_one_nothing(rule: Rule) -> None:
    bad = {
        found.code
        for found in found_in(rule.page.bad)
        if found.severity is not Severity.INFO or found.code == rule.code
    }
    assert bad == {rule.code} | CONSEQUENCES.get(rule.name, set())
    assert [found.code for found in found_in(rule.page.good) if found.severity is not Severity.INFO] == []
    assert rule.code not in {found.code for found in found_in(rule.page.good)}


def test_codes_and_names_are_unique_and_codes_have_their_family() -> None:
    assert len({rule.code for rule in RULES}) == len({rule.name for rule in RULES}) == len(RULES)
    assert all(re.fullmatch(r"PE[1-8]\d\d", rule.code) for rule in RULES)
    assert all(re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", rule.name) for rule in RULES)


def test_pages_tables_and_code_have_the_same_rules() -> None:
    """Every rule has its page, every page its rule, and the heading says what the declaration says."""
    folder = DOCS / "rules"
    written = {page.stem for page in folder.glob("*.md")} - {"index"}
    missing = [f"{rule.name}: write docs/rules/{rule.name}.md" for rule in RULES if rule.name not in written]
    assert missing == []
    assert written == {rule.name for rule in RULES}
    assert [rule.page.heading for rule in RULES] == [f"{rule.code} {rule.name} ({rule.severity})" for rule in RULES]
    assert (folder / "index.md").read_text() == index(RULES), "write it anew: policyengine rules --out docs/rules"


def test_every_check_is_named_like_its_file_and_has_a_code_of_its_family() -> None:
    files = {f"{file.parent.name}/{file.stem}" for file in (PACKAGE / "analysis" / "checks").glob("*/*.py")}
    named = {f"{check.RULE.family}/{check.RULE.name}".replace("-", "_") for check in CHECKS}
    assert named == {file for file in files if not file.endswith("__init__")}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_pages_are_written_in_full(rule: Rule) -> None:
    page = rule.page
    assert [part for part in PLACEHOLDERS if part in page.text] == [], f"docs/rules/{rule.name}.md is not filled in"
    assert page.title == page.title.strip()
    assert len(page.why) > 40
    assert page.bad != page.good


def test_a_page_of_another_form_is_refused_by_name() -> None:
    page = RULES[0].page.text
    for text in (page.replace("## Example", "## Examples"), page.replace("- [docs/", "- see [docs/"), ""):
        with pytest.raises(ValueError, match=r"docs/rules/some-rule\.md: "):
            parse_page("some-rule", text)


def test_merging_codes_begin_in_the_order_of_the_contract() -> None:
    names = [rule.name for rule in RULES if rule.code.startswith("PE3")]
    assert names[:7] == [
        "operator-blocked",
        "key-blocked",
        "assign-shadowed",
        "peer-order-unknown",
        "lock-does-not-reach",
        "override-without-effect",
        "regions-emptied",
    ]
    assert next(rule.name for rule in RULES if rule.code == "PE401") == "effective-policy-invalid"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_section_that_a_page_names_exists(rule: Rule) -> None:
    for name, numbers in rule.page.sections:
        assert name in {"facts.md", "semantics.md", "language.md", "interface.md", "diff.md"}
        assert NUMBERS.fullmatch(numbers), f"`{numbers}` is not of the form `4.2.4, 8.1` or `R12 (remark)`"
        page = (DOCS / name).read_text()
        cited = re.sub(r" \(.+\)", "", numbers).split(", ")
        assert [number for number in cited if not _stands_in(page, number)] == [], f"{name} has no such section"


def _stands_in(page: str, number: str) -> bool:
    """Whether a page has a heading or a row of a table of this number."""
    heading = rf"#+ {re.escape(number)}\.? "
    row = rf"\| {re.escape(number)} \|"
    return re.search(f"^(?:{heading}|{row})", page, re.MULTILINE) is not None


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_rules_about_aws_link_a_page_of_aws_that_our_facts_rest_on(rule: Rule) -> None:
    """Those of the language, of requirements and of waivers rest on our pages alone."""
    ours = rule.code[:3] in {"PE1", "PE7", "PE8"}
    assert rule.page.aws or (ours and rule.page.sections[0][0] in {"language.md", "interface.md"})
    sources = "".join((DOCS / page).read_text() for page in ("facts.md", "semantics.md"))
    for page in rule.page.aws:
        address = re.fullmatch(r"https://docs\.aws\.amazon\.com/[a-z/-]+/(?:API_)?([\w-]+)\.html", page)
        assert address, page
        assert address[1] in sources, f"neither facts.md nor semantics.md names {page}"


def test_a_project_may_weaken_only_checks_that_judge_its_organization() -> None:
    free = {name for name, settable in LEVELLED.items() if "off" in settable.levels}
    refused = {check.RULE.name for check in CHECKS if check.RULE.refused}
    assert refused == {"effective-policy-invalid", "too-many-policies-attached"}
    assert {check.RULE.name for check in CHECKS} - refused <= free
    fixed = [rule for rule in RULES if rule.code < "PE3" or rule.code > "PE8" or rule.refused]
    assert {name for rule in fixed for name in (rule.name, rule.code)}.isdisjoint(free)


@pytest.mark.parametrize(
    ("name", "levels", "reason"),
    [
        ("retention-unlimited", ("off", "info", "warning", "error"), ""),
        ("unknown-setting", (), "its level cannot be set: it is a mistake in the text"),
        ("unknown-key", (), "its level cannot be set: AWS would refuse the document all the same"),
        ("document-too-long", (), "its level cannot be set: AWS would refuse it all the same"),
        ("effective-policy-invalid", (), "its level cannot be set: AWS would refuse it all the same"),
        ("waiver-expired", (), "its level cannot be set: it is about what the gate itself rests on"),
        ("waiver-unused", ("warning", "error"), "it cannot be weakened: it is about what the gate itself rests on"),
        ("requirement-undecided", ("info", "warning", "error"), "what is unknown is never a silent pass"),
        ("requirement-violated", (), "its level cannot be set: how bad that is, the requirement says with its `level`"),
        ("PE503", ("off", "info", "warning", "error"), ""),
        ("environment", ("off", "info", "warning", "error"), ""),
        ("PE1", ("info", "warning", "error"), "it cannot be weakened: it is a mistake in the text"),
        ("admission", (), "its level cannot be set: AWS would refuse the document all the same"),
    ],
)
def test_what_a_project_may_set_a_check_to(name: str, levels: tuple[str, ...], reason: str) -> None:
    assert LEVELLED[name] == (levels, reason)
