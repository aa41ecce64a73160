"""`coverage --format sarif`: SARIF 2.1.0 (OASIS), a result for each group, at the line of the selection."""

from __future__ import annotations

import json
from hashlib import sha256

from policyengine.analysis.coverage import CoverageGroup, CoverageReason
from policyengine.base import REPOSITORY, VERSION
from policyengine.report.blind_spots import not_visible
from policyengine.report.check.result import FilePlace
from policyengine.report.check.sarif import SCHEMA, artifact, base_ids, region, spelled
from policyengine.report.coverage.as_json import group_json
from policyengine.report.coverage.result import CoverageReport
from policyengine.report.coverage.words import group_place, group_text, remarks
from policyengine.report.coverage_reasons import MEANINGS, reason_url
from policyengine.report.json_output import stamp, to_json
from policyengine.report.shown_text import printable

_INDEX = {reason: index for index, reason in enumerate(CoverageReason)}


def render(covered: CoverageReport) -> str:
    """The coverage as a log of one run."""
    return to_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(covered)]})


def _run(covered: CoverageReport) -> dict[str, object]:
    driver = {
        "name": "policyengine coverage",
        "version": VERSION,
        "informationUri": REPOSITORY,
        "rules": [_rule(reason) for reason in CoverageReason],
    }
    of_inventory = (each.message for each in covered.check.verdict.standing if not each.requirement)
    warnings = (*remarks(covered), *of_inventory)
    hidden = map(not_visible, covered.result.not_visible)
    notes = [
        {"level": level, "message": {"text": printable(text)}}
        for level, texts in (("warning", warnings), ("note", hidden))
        for text in texts
    ]
    return {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notes}],
        "originalUriBaseIds": base_ids(),
        "columnKind": "unicodeCodePoints",
        "results": [spelled(_result(group, covered)) for group in covered.groups],
        "properties": {"at": stamp(covered.check.at), "verdict": covered.verdict},
    }


def _rule(reason: CoverageReason) -> dict[str, object]:
    help_text = f"{MEANINGS[reason]}; {reason_url(reason)} has an example and what to do"
    return {
        "id": reason.value,
        "name": reason.value,
        "shortDescription": {"text": MEANINGS[reason]},
        "fullDescription": {"text": MEANINGS[reason]},
        "helpUri": reason_url(reason),
        "help": {"text": help_text, "markdown": help_text},
        "defaultConfiguration": {"level": _level(reason)},
        "properties": {"tags": ["coverage"]},
    }


def _level(reason: CoverageReason) -> str:
    return "note" if reason.is_undecided else "warning"


def _result(group: CoverageGroup, covered: CoverageReport) -> dict[str, object]:
    where = group_place(group, covered)
    same = _fingerprint(group, where)
    return {
        "ruleId": group.reason.value,
        "ruleIndex": _INDEX[group.reason],
        "level": _level(group.reason),
        "message": {"text": group_text(group, covered).replace("](", "]\\(")},
        "locations": [{"physicalLocation": {"artifactLocation": artifact(where.file), "region": region(where)}}],
        "relatedLocations": [],
        "suppressions": [],
        "partialFingerprints": {"primaryLocationLineHash": same, "policyengine/v1": same},
        "properties": {name: value for name, value in group_json(group).items() if name not in {"location", "reason"}},
    }


def _fingerprint(group: CoverageGroup, where: FilePlace) -> str:
    """The identity of a group across runs, however many resources it has."""
    parts = [group.account, group.region, group.type, group.reason.value, group.observed, group.wanted, where.file]
    return sha256(json.dumps(parts).encode("ascii")).hexdigest()
