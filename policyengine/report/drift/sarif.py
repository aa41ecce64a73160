"""`drift --format sarif`: a result for each difference, at the place of the project's files that says otherwise."""

from __future__ import annotations

from hashlib import sha256
from posixpath import join, normpath

from policyengine.analysis.drift import DRIFT, Difference, DriftCause
from policyengine.base import REPOSITORY, VERSION, page_url
from policyengine.base.source import Position
from policyengine.report.check.result import FilePlace
from policyengine.report.check.sarif import SCHEMA, artifact, base_ids, region, spelled
from policyengine.report.drift.as_json import difference_json
from policyengine.report.drift.result import DriftResult, classes_text, unjudged_text
from policyengine.report.json_output import stamp, to_json
from policyengine.report.terminal import printable

_CAUSES = tuple(DriftCause)
_CONFIGURATION = "policyengine.toml"


def render(result: DriftResult) -> str:
    """The comparison as a log of one run."""
    return to_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [spelled(_run(result))]})


def _run(result: DriftResult) -> dict[str, object]:
    driver = {
        "name": "policyengine drift",
        "version": VERSION,
        "informationUri": REPOSITORY,
        "rules": [_rule(cause) for cause in _CAUSES],
    }
    notes = [*unjudged_text(result.unjudged, result), *(finding.message for finding in result.findings)]
    return {
        "tool": {"driver": driver},
        "invocations": [
            {
                "executionSuccessful": result.verdict != "unknown",
                "toolExecutionNotifications": [
                    {"level": "warning", "message": {"text": printable(text)}} for text in notes
                ],
            }
        ],
        "originalUriBaseIds": base_ids(),
        "columnKind": "unicodeCodePoints",
        "results": [_result(difference, result) for difference in result.differences],
        "properties": {"at": stamp(result.at), "against": result.against, "verdict": result.verdict},
    }


def _rule(cause: DriftCause) -> dict[str, object]:
    return {
        "id": f"drift-{cause.value}",
        "name": cause.value,
        "shortDescription": {"text": f"drift: {cause.value}"},
        "helpUri": page_url("drift.md"),
        "defaultConfiguration": {"level": "error" if cause in DRIFT else "note"},
    }


def _result(difference: Difference, result: DriftResult) -> dict[str, object]:
    effect = classes_text(difference)
    text = f"{difference.message} ({result.whom(difference.accounts)}{f': {effect}' if effect else ''})"
    fields = difference_json(difference)
    about = ("policy", "target", "before", "after", "paths", "accounts", "invalid", "classes")
    return {
        "ruleId": f"drift-{difference.cause.value}",
        "ruleIndex": _CAUSES.index(difference.cause),
        "level": "error" if difference.cause in result.fail_on else "note",
        "message": {"text": text.replace("](", "]\\(")},
        "locations": [_location(difference, result)],
        "partialFingerprints": {"primaryLocationLineHash": _fingerprint(difference)},
        "properties": {key: fields[key] for key in about},
    }


def _location(difference: Difference, result: DriftResult) -> dict[str, object]:
    """The place in the project; the configuration for what no file of it says."""
    span = difference.span
    where = FilePlace(_CONFIGURATION, Position(1, 1))
    if span:
        where = FilePlace(span.source.name, span.first, span.last)
    file = normpath(join(result.prefix, where.file))
    return {"physicalLocation": {"artifactLocation": artifact(file), "region": region(where)}}


def _fingerprint(difference: Difference) -> str:
    """The identity of a difference across runs, whatever it does and to whom."""
    place = difference.target.path if difference.target else difference.before + difference.after
    return sha256(repr((difference.cause.value, difference.policy, place)).encode()).hexdigest()[:32]
