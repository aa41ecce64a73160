"""What the documentation shows of the language and of the files around it can be read, and is laid out as it should be."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from policyengine import Source, attach, compile_policies, format_module, parse, read_snapshot
from policyengine.analysis.findings.configuration import (
    AllowedChange,
    Configuration,
    SettableLevels,
    read_configuration,
)
from policyengine.aws.resources import InventorySettings
from policyengine.base.rules import Fact

ROOT = Path(__file__).parents[2]
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted(ROOT.glob("examples/*/*.md")),
    *sorted(ROOT.glob("docs/*.md")),
    ROOT / "policies" / "README.md",
    *sorted(ROOT.glob("policies/packs/*/README.md")),
]


def _blocks(page: Path, language: str) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}(?: [^\n]+)?\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


POLICIES = [
    pytest.param(block, id=f"{page.relative_to(ROOT).as_posix()}-{number}")
    for page in PAGES
    for number, block in enumerate(_blocks(page, "bpol"), 1)
]


@pytest.mark.parametrize("block", POLICIES)
def test_policies_can_be_read(block: str) -> None:
    assert parse(Source("page.bpol", block)).diagnostics == ()


@pytest.mark.parametrize("block", POLICIES)
def test_policies_have_the_canonical_layout(block: str) -> None:
    assert format_module(parse(Source("page.bpol", block)).value) == block


def test_the_page_of_the_language_shows_a_whole_project() -> None:
    source = Source("page.bpol", _blocks(ROOT / "docs" / "language.md", "bpol")[0])
    compiled = compile_policies([parse(source).value])
    assert [found.name for found in compiled.diagnostics] == ["years-in-retention"]
    assert [policy.name for policy in compiled.value.policies] == ["baseline", "finance"]


def test_the_page_of_the_interface_shows_a_snapshot() -> None:
    snapshot = _blocks(ROOT / "docs" / "interface.md", "yaml")[0]
    attached = attach(read_snapshot(Source("organization.yaml", snapshot)), compile_policies([]).value)
    assert (attached.diagnostics, [account.name for account in attached.value.accounts]) == (
        (),
        ["management", "payments"],
    )


def test_the_page_of_the_interface_shows_a_configuration() -> None:
    text = _blocks(ROOT / "docs" / "interface.md", "toml")[0]
    found = read_configuration(
        Source("policyengine.toml", text), known_checks={"account-without-plan": SettableLevels()}
    )
    assert found == Configuration(
        "organization.yaml",
        baseline="baseline.json",
        allow=(AllowedChange("87dee266b8b690bf116cff58547b2fab", "OPS-13"),),
        inventory=InventorySettings(
            ("inventory/*.json", "inventory/*.parquet"), timedelta(days=7), {"arn": "resource_arn"}, "backup.resources"
        ),
        unknown=(Fact.ROLES,),
        checks={"account-without-plan": "error"},
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


NAMED = re.compile(r"https://docs\.aws\.amazon\.com/[a-z/-]+/(?:API_)?([\w-]+)\.html")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_pages_of_aws_are_those_that_the_facts_rest_on(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    known = "".join((ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("facts.md", "semantics.md"))
    named = NAMED.findall(text)
    assert len(named) == text.count("https://docs.aws.amazon.com/")
    assert [name for name in named if name not in known] == []


def test_every_old_answer_names_a_page_of_aws_and_a_fact_that_exists() -> None:
    rows = [
        line
        for line in (ROOT / "docs" / "old-answers.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and not line.startswith(("| One reads", "|---"))
    ]
    facts = (ROOT / "docs" / "facts.md").read_text(encoding="utf-8")
    assert len(rows) == 30
    for row in rows:
        *_, aws, numbers = row.strip(" |").split(" | ")
        assert NAMED.search(aws), row
        if "semantics.md" not in numbers:
            cited = re.findall(r"\d+(?:\.\w+)*", numbers)
            assert cited
            for number in cited:
                assert re.search(rf"^(?:#+ |\| ){re.escape(number)}\.?[ |]", facts, re.MULTILINE), number
