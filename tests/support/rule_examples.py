"""What is found in an example of a rule: on its page, or in a case under `tests/cases`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from io import BytesIO

from support.moment import AT

from policyengine.analysis.checks.snapshot_rules import NO_ACCOUNTS
from policyengine.analysis.findings.baseline import read_baseline
from policyengine.analysis.findings.configuration import read_configuration
from policyengine.analysis.findings.registry import LEVELLED
from policyengine.aws.admission import admit
from policyengine.aws.admission.admission_rules import UNREADABLE_DOCUMENT
from policyengine.aws.policy_text import TextFault, read_document
from policyengine.aws.resources import InventorySettings
from policyengine.aws.resources.gathering import unknown_accounts
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.source import Source
from policyengine.cli.gate import gate_of
from policyengine.engine import evaluate, verdict_of
from policyengine.inventory import InventoryFile, read_streams
from policyengine.language.compiler import decompile
from policyengine.project import Entry, matches, unread


class _Texts:
    """The files of a small project as a `ProjectTree`: they all lie in one folder."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def inside(self, folder: str) -> Iterator[tuple[str, Entry]]:
        return ((name, "file") for name in self._texts if not folder)

    def is_folder(self, name: str) -> bool:
        return not name

    def is_file(self, name: str) -> bool:
        return name in self._texts


def inventory_findings(
    texts: Mapping[str, str], settings: InventorySettings, known: Collection[str] | None
) -> tuple[Diagnostic, ...]:
    """What is said of the inventories of a small project, which are written at this moment."""
    written = [
        InventoryFile(name, BytesIO(text.encode()), AT) for name, text in texts.items() if name.startswith("inventory")
    ]
    outcome = read_streams(written, settings, at=AT)
    strangers = () if known is None else unknown_accounts(outcome.value.by_account, known)
    return (*outcome.diagnostics, *strangers)


def found_in(texts: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """What counts in a small project, file to text; or what is said of a single document, `policy.json`."""
    if "policy.json" in texts:
        document = read_document("policy", texts["policy.json"])
        if isinstance(document, TextFault):
            return (UNREADABLE_DOCUMENT.at(None, document.message),)
        return admit(document, at=AT).diagnostics or decompile(document, name="policy").diagnostics
    snapshot = next((Source(name, text) for name, text in texts.items() if name.startswith("organization")), None)
    baseline = read_baseline(Source("baseline.json", texts["baseline.json"])) if "baseline.json" in texts else None
    settings = read_configuration(Source("policyengine.toml", texts.get("policyengine.toml", "")), LEVELLED)
    gate = gate_of(settings, strict=settings.strict)
    found = matches(_Texts(texts), settings.policies)
    sources = [Source(name, texts[name]) for name in found.names]
    evaluation = evaluate(sources, snapshot, at=AT)
    standing = verdict_of(evaluation, gate, at=AT, baseline=baseline).standing
    known = [account.id or "" for account in evaluation.organization.accounts] if evaluation.organization else None
    standing += (*inventory_findings(texts, settings.inventory, known), *unread(found))
    return standing if snapshot else tuple(found for found in standing if found.code != NO_ACCOUNTS.code)
