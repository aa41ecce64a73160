"""Every rule: listed, well named, and its examples do what its page says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

import policyengine
from policyengine.analysis.checks import CHECKS
from policyengine.analysis.findings.baseline import read_baseline
from policyengine.analysis.findings.configuration import read_configuration
from policyengine.analysis.findings.registry import LEVELLED, RULES
from policyengine.aws.admission import admit
from policyengine.aws.policy_text import TextFault, read_document
from policyengine.base.catalogue.admission import unreadable_document
from policyengine.base.catalogue.waivers import no_accounts
from policyengine.base.diagnostics import Diagnostic, Rule, Severity
from policyengine.base.source import Source
from policyengine.cli.gate import gate_of
from policyengine.engine import evaluate, judge
from policyengine.language.compiler import decompile
from policyengine.report.rules import files, pages

PACKAGE = Path(policyengine.__file__).parent
# A plan without a Region, or a scan without settings, is what it says, and what AWS then does with the account; backups
# without an end are told of themselves, and once more where nobody can delete them.
CONSEQUENCES = {"regions-emptied": {"PE401"}, "scan-without-settings": {"PE401"}, "lock-irreversible": {"PE503"}}
# Says that the formatter itself is at fault: no text brings it about, tests/language/syntax breaks the printer to see it.
GUARDS = {"unsafe-formatting"}
AT = datetime(2026, 9, 13, 7, 0, tzinfo=UTC)
DOCS = PACKAGE.parent / "docs"
_NUMBER = r"(?:\d+(?:\.\w+)*|[RC]\d+)"
SECTIONS = re.compile(
    rf"(?P<page>facts|facts\.md|(?:semantics|language|interface|diff)\.md) (?P<numbers>{_NUMBER}(?:, {_NUMBER})*)(?: \([^()]+\))?"
)


def found_in(example: str | Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """What counts in a small project, or is said of a single policy document."""
    texts = files(example)
    if "policy.json" in texts:
        document = read_document("policy", texts["policy.json"])
        if isinstance(document, TextFault):
            return (unreadable_document.RULE.at(None, document.message),)
        return admit(document, at=AT).diagnostics or decompile(document, name="policy").diagnostics
    sources = [Source(name, text) for name, text in texts.items() if name.endswith(".bpol")]
    snapshot = next((Source(name, text) for name, text in texts.items() if name.startswith("organization")), None)
    baseline = read_baseline(Source("baseline.json", texts["baseline.json"])) if "baseline.json" in texts else None
    settings = read_configuration(Source("policyengine.toml", texts.get("policyengine.toml", "")), LEVELLED)
    gate = gate_of(settings, strict=settings.strict)
    standing = judge(evaluate(sources, snapshot, at=AT), gate, at=AT, baseline=baseline).standing
    return standing if snapshot else tuple(found for found in standing if found.code != no_accounts.RULE.code)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.name not in GUARDS], ids=lambda rule: rule.name)
def test_the_bad_example_triggers_its_rule_and_the_good_one_nothing(rule: Rule) -> None:
    bad = {found.code for found in found_in(rule.bad) if found.severity is not Severity.INFO or found.code == rule.code}
    assert bad == {rule.code} | CONSEQUENCES.get(rule.name, set())
    assert [found.code for found in found_in(rule.good) if found.severity is not Severity.INFO] == []
    assert rule.code not in {found.code for found in found_in(rule.good)}


def test_codes_and_names_are_unique_and_codes_have_their_family() -> None:
    assert len({rule.code for rule in RULES}) == len({rule.name for rule in RULES}) == len(RULES)
    assert all(re.fullmatch(r"PE[1-8]\d\d", rule.code) for rule in RULES)
    assert all(re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", rule.name) for rule in RULES)


def test_every_rule_file_is_listed() -> None:
    homes = [*PACKAGE.glob("base/catalogue/*/*.py"), *PACKAGE.glob("analysis/checks/*/*.py")]
    written = {home.stem.replace("_", "-") for home in homes if home.stem != "__init__"}
    assert written == {rule.name for rule in RULES}


def test_merging_codes_follow_the_order_of_the_contract() -> None:
    names = [rule.name for rule in RULES if rule.code.startswith("PE3")]
    assert names == [
        "operator-blocked",
        "key-blocked",
        "assign-shadowed",
        "peer-order-unknown",
        "lock-does-not-reach",
        "override-without-effect",
        "regions-emptied",
        "too-many-policies-attached",
        "policy-not-attached",
        "document-too-long",
        "unverified-rendering",
    ]
    assert [rule.name for rule in RULES if rule.code.startswith("PE4")] == [
        "effective-policy-invalid",
        "account-without-plan",
    ]


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_pages_are_written_in_full(rule: Rule) -> None:
    assert rule.title
    assert len(rule.rationale) > 40


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_every_section_that_a_page_names_exists(rule: Rule) -> None:
    cited = [SECTIONS.fullmatch(part) for part in rule.reference.split("; ")]
    assert all(cited), f"`{rule.reference}` is not of the form `facts 4.2.4, 8.1; semantics.md R12`"
    for part in filter(None, cited):
        page = (DOCS / f"{part['page'].removesuffix('.md')}.md").read_text()
        missing = [number for number in part["numbers"].split(", ") if not _stands_in(page, number)]
        assert missing == [], f"{part['page']} has no {missing}"


def _stands_in(page: str, number: str) -> bool:
    """Whether a page has a heading or a row of a table of this number."""
    heading = rf"#+ {re.escape(number)}\.? "
    row = rf"\| {re.escape(number)} \|"
    return re.search(f"^(?:{heading}|{row})", page, re.MULTILINE) is not None


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_rules_about_aws_link_a_page_of_aws_that_our_facts_rest_on(rule: Rule) -> None:
    """Those of the language, of requirements and of waivers rest on our pages alone."""
    ours = rule.code[:3] in {"PE1", "PE7", "PE8"}
    assert rule.aws_pages or (ours and re.match(r"language|interface", rule.reference))
    sources = "".join((DOCS / page).read_text() for page in ("facts.md", "semantics.md"))
    for page in rule.aws_pages:
        address = re.fullmatch(r"https://docs\.aws\.amazon\.com/[a-z/-]+/(?:API_)?([\w-]+)\.html", page)
        assert address, page
        assert address[1] in sources, f"neither facts.md nor semantics.md names {page}"


def test_a_project_may_weaken_only_checks_that_judge_its_organization() -> None:
    free = {name for name, settable in LEVELLED.items() if "off" in settable.levels}
    refused = {check.RULE.name for check in CHECKS if check.RULE.refused}
    assert refused == {"effective-policy-invalid", "too-many-policies-attached"}
    assert {check.RULE.name for check in CHECKS} - refused <= free
    assert {rule.name for rule in RULES if rule.code < "PE3" or rule.code > "PE8" or rule.refused}.isdisjoint(free)


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
        ("PE503", (), "checks go by name: did you mean `retention-unlimited`?"),
    ],
)
def test_what_a_project_may_set_a_check_to(name: str, levels: tuple[str, ...], reason: str) -> None:
    assert LEVELLED[name] == (levels, reason)


def test_the_published_pages_are_those_of_the_catalogue() -> None:
    """`policyengine rules --out docs/rules` writes them anew."""
    folder = DOCS / "rules"
    assert {page.name: page.read_text() for page in folder.glob("*.md")} == pages(RULES)
