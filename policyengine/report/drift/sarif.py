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
from policyengine.report.shown_text import printable

_CAUSES = tuple(DriftCause)
_CONFIGURATION = "policyengine.toml"
_WORDS = {
    DriftCause.EDITED: "a policy of the project has other settings in AWS",
    DriftCause.MISSING_POLICY: "AWS does not have a policy of the project",
    DriftCause.UNMANAGED_POLICY: "a policy is attached that the project does not have",
    DriftCause.DETACHED: "a policy is not attached where the project attaches it",
    DriftCause.ATTACHED_OUTSIDE: "a policy of the project is attached where the project does not attach it",
    DriftCause.MOVED_ACCOUNT: "an account stands in another unit than the recorded one",
    DriftCause.ORDER: "policies are attached in another order than the project's",
    DriftCause.INVALID_STALE: "the effective policy is invalid, and AWS keeps the last valid one",
    DriftCause.PENDING: "AWS still publishes what was attached before",
    DriftCause.TYPE_DISABLED: "backup policies are disabled in the organization",
    DriftCause.UNEXPLAINED: "AWS publishes what neither the attached policies nor the recorded ones give",
    DriftCause.SPELLING: "a policy of the project is spelled in another way in AWS, and means the same",
}


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
    invocation = {"executionSuccessful": result.verdict != "unknown", "toolExecutionNotifications": _notices(result)}
    return {
        "tool": {"driver": driver},
        "invocations": [invocation],
        "originalUriBaseIds": base_ids(),
        "columnKind": "unicodeCodePoints",
        "results": [_result(difference, result) for difference in result.differences],
        "properties": {"at": stamp(result.at), "against": result.against, "verdict": result.verdict},
    }


def _notices(result: DriftResult) -> list[dict[str, object]]:
    """Notifications: how old the pulled state is, which accounts nobody can judge, and what is wrong with either."""
    age = result.compared_with.age_text(result.at)
    warnings = [*unjudged_text(result.unjudged, result), *(finding.message for finding in result.findings)]
    levels = [*([("note", age)] if age else []), *(("warning", text) for text in warnings)]
    return [{"level": level, "message": {"text": printable(text)}} for level, text in levels]


def _rule(cause: DriftCause) -> dict[str, object]:
    return {
        "id": f"drift-{cause.value}",
        "name": cause.value,
        "shortDescription": {"text": f"drift: {cause.value}"},
        "fullDescription": {"text": _WORDS[cause]},
        "helpUri": page_url("drift.md"),
        "help": {"text": _WORDS[cause], "markdown": _WORDS[cause]},
        "defaultConfiguration": {"level": "error" if cause in DRIFT else "note"},
        "properties": {"tags": ["drift"]},
    }


def _result(difference: Difference, result: DriftResult) -> dict[str, object]:
    effect = classes_text(difference)
    text = f"{difference.message} ({result.accounts_text(difference.accounts)}{f': {effect}' if effect else ''})"
    fields, identity = difference_json(difference), _fingerprint(difference)
    about = ("policy", "target", "before", "after", "paths", "accounts", "invalid", "classes")
    return {
        "ruleId": f"drift-{difference.cause.value}",
        "ruleIndex": _CAUSES.index(difference.cause),
        "level": "error" if difference.cause in result.fail_on else "note",
        "message": {"text": text.replace("](", "]\\(")},
        "locations": [_location(difference, result)],
        "relatedLocations": [],
        "partialFingerprints": {"primaryLocationLineHash": identity, "policyengine/v1": identity},
        "suppressions": [],
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
