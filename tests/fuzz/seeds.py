"""Texts to begin with: the project's examples, packs and golden inputs, and the example of every finding."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

from generators.dice import Dice
from generators.factoring import factored
from generators.inventories import stocked
from generators.nonsense import STRANGE_LETS, nonsense
from generators.organizations import PLAIN, WILD, organization
from generators.requirements import LETS

from policyengine.analysis.findings.registry import RULES
from policyengine.aws.documents import PolicyDocument
from policyengine.base.source import Source
from policyengine.language.compiler import decompile
from policyengine.language.syntax import format_module
from policyengine.language.syntax.nodes import Module, Policy, Statement

ROOT = Path(__file__).parents[2]
FOLDERS = ("examples", "policies", "tests/golden")
LONGEST = 6_000
GENERATED = 8
_CRON = re.compile(r"cron\([^()\n]*\)")


def policy_texts() -> Iterator[str]:
    """Files of the language."""
    yield from _texts(".bpol")


def reusing_texts() -> Iterator[str]:
    """Files of the language, and generated ones that say everything by lets, templates and lists of lists."""
    yield from policy_texts()
    for seed in range(GENERATED):
        dice = random.Random(seed)
        statements = [
            statement
            for number, policy in enumerate(organization(dice, PLAIN)["policies"].values())
            for statement in _factored(PolicyDocument(f"p{number}", policy["content"], 1, 1), dice)
        ]
        text = format_module(Module(Source("", ""), None, tuple(statements), ()))
        yield f'{text}attach p0 to root, ou "Prod", account "shop"\n{_WAIVED}'


_WAIVED = 'let day = 2027-03-31\nuse pack "dora"\nwaive pack "dora" for ou "Prod" until day because "OPS-1"\n'


def _factored(document: PolicyDocument, dice: random.Random) -> Iterator[Statement]:
    for statement in decompile(document, name=document.name).value.statements:
        if isinstance(statement, Policy):
            yield from factored(statement, Dice(dice))


def requirement_texts() -> Iterator[str]:
    """Files of the language that ask for something, and some that ask for nonsense."""
    yield from (text for text in _texts(".bpol") if re.search(r"^\s*(require|use|test|let)\b", text, re.MULTILINE))
    for seed in range(GENERATED):
        dice = random.Random(seed)
        snapshot = stocked(dice)
        asked = (f"require r{number} {{\n  assert {nonsense(dice, snapshot)}\n}}\n" for number in range(3))
        yield LETS + STRANGE_LETS + "".join(asked)


def document_texts() -> Iterator[str]:
    """Policies as AWS has them."""
    for text in _texts(".json"):
        if '"plans"' in text and '"root"' not in text:
            yield text
    for seed in range(GENERATED):
        policies = organization(random.Random(seed), PLAIN)["policies"]
        yield from (json.dumps(policy["content"]) for policy in policies.values())


def snapshot_texts() -> Iterator[str]:
    """Organizations, as YAML and as JSON."""
    yield from _texts(".yaml")
    yield from (text for text in _texts(".json") if '"root"' in text)
    for seed in range(GENERATED):
        for snapshot in (stocked(random.Random(seed)), organization(random.Random(seed), WILD)):
            for document in snapshot["policies"].values():
                document["content"] = {"plans": {}}
            yield json.dumps(snapshot)


def schedules() -> Iterator[str]:
    """The schedules that stand anywhere in the project."""
    files = [*ROOT.glob("docs/*.md"), *ROOT.glob("tests/aws/cron/*.py"), *ROOT.glob("tests/aws/admission/*.json")]
    written = (file.read_text(encoding="utf-8") for file in sorted(files))
    yield from sorted({found for text in (*written, *_texts("")) for found in _CRON.findall(text)})


def _texts(ending: str) -> Iterator[str]:
    files = (file for folder in FOLDERS for file in sorted((ROOT / folder).rglob(f"*{ending}")) if file.is_file())
    of_files = (file.read_text(encoding="utf-8") for file in files if file.suffix in {".bpol", ".yaml", ".json"})
    yield from dict.fromkeys(text for text in (*of_files, *_examples(ending)) if len(text) <= LONGEST)


def _examples(ending: str) -> Iterator[str]:
    for rule in RULES:
        for example in (rule.page.bad, rule.page.good):
            yield from (text for name, text in example.items() if name.endswith(ending))
