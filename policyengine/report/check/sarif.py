"""`check --format sarif`: SARIF 2.1.0 (OASIS), with what GitHub code scanning asks for beyond it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from policyengine.analysis.findings import Finding, Waiver
from policyengine.analysis.findings.registry import RULES
from policyengine.base import VERSION
from policyengine.base.diagnostics import Diagnostic, Severity
from policyengine.base.rules import Rule
from policyengine.report.check.result import CheckResult, FilePlace, anchor, fingerprints, place
from policyengine.report.json_output import finding, stamp, target, to_json
from policyengine.report.terminal import clipped, printable, sentences

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_BASE = "%SRCROOT%"
_LONGEST_DESCRIPTION = 1024  # characters, of GitHub
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_INDEX = {rule.code: index for index, rule in enumerate(RULES)}
_PROPERTIES = ("path", "region", "accounts", "policies", "requirement")


def render(result: CheckResult) -> str:
    """The verdict as a log of one run."""
    return to_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(result)]})


def _run(result: CheckResult) -> dict[str, object]:
    driver = {"name": "policyengine", "version": VERSION, "rules": [_rule(rule) for rule in RULES]}
    base = {"description": {"text": "the top of the git repository, or the project where there is none"}}
    made = zip(result.verdict.findings, fingerprints(result), strict=True)
    return {
        "tool": {"driver": driver},
        "invocations": [_invocation(result)],
        "originalUriBaseIds": {_BASE: base},
        "columnKind": "unicodeCodePoints",
        "results": [_spelled(_result(found, known_by, result)) for found, known_by in made],
        "properties": {"at": stamp(result.at), "verdict": "fail" if result.verdict.failed else "pass"},
    }


def _rule(rule: Rule) -> dict[str, object]:
    page = rule.page
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": page.title},
        "fullDescription": {"text": clipped(page.why, _LONGEST_DESCRIPTION)},
        "help": {"text": page.why, "markdown": page.text},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": [rule.family]},
    }


def _invocation(result: CheckResult) -> dict[str, object]:
    notes = [{"level": "warning", "message": {"text": printable(f"{title}: {text}")}} for title, text in result.remarks]
    return {"executionSuccessful": True, "toolExecutionNotifications": notes}


def _result(made: Finding, known_by: str, result: CheckResult) -> dict[str, object]:
    found = made.diagnostic
    told = finding(found)
    # Either all results of a run have a state relative to the baseline, or none.
    state = {"baselineState": "unchanged" if made.accepted else "new"} if result.baseline else {}
    return {
        "ruleId": found.code,
        "ruleIndex": _INDEX[found.code],
        "level": _LEVELS[found.severity],
        "message": {"text": _message(found, result)},
        "locations": [_location(anchor(found, result))],
        "relatedLocations": list(_related(found, result)),
        # The first is the only one that GitHub reads.
        "partialFingerprints": {"primaryLocationLineHash": known_by, "policyengine/v1": known_by},
        "suppressions": list(_suppressions(made, result)),
        **state,
        "properties": {key: told[key] for key in _PROPERTIES},
    }


def _message(found: Diagnostic, result: CheckResult) -> str:
    """The message with its details, and links to the related locations; nothing else of it is a link."""
    told = sentences(found, result.names).replace("](", "]\\(")
    links = [f"[{_linked(label.text)}]({number})" for number, label in enumerate(found.labels, 1)]
    return f"{told}. See: {', '.join(links)}" if links else told


def _linked(text: str) -> str:
    return printable(text).replace("[", "\\[").replace("]", "\\]")


def _related(found: Diagnostic, result: CheckResult) -> Iterator[dict[str, object]]:
    for number, label in enumerate(found.labels, 1):
        yield {"id": number, **_location(place(label.span, result)), "message": {"text": label.text}}


def _suppressions(made: Finding, result: CheckResult) -> Iterator[dict[str, object]]:
    if made.waiver:
        yield _waived(made.waiver, result)
    elif made.accepted:
        yield {"kind": "external", "status": "accepted", "justification": f"accepted in {result.baseline}"}


def _waived(waiver: Waiver, result: CheckResult) -> dict[str, object]:
    until = waiver.until.isoformat()
    return {
        "kind": "external",
        "status": "accepted",
        "justification": f"waived until {until}: {waiver.because}",
        "location": _location(place(waiver.span, result)),
        "properties": {
            "what": waiver.what,
            "target": dict(target(waiver.target)),
            "until": until,
            "because": waiver.because,
        },
    }


def _location(where: FilePlace) -> dict[str, object]:
    region = {"startLine": where.first.line}
    if where.last:
        region |= {"startColumn": where.first.column, "endLine": where.last.line, "endColumn": where.last.column}
    return {"physicalLocation": {"artifactLocation": _artifact(where.file), "region": region}}


def _artifact(file: str) -> dict[str, object]:
    """A file as a URI; outside of repository and project it stands for itself."""
    name = quote(file, safe="/", errors="backslashreplace")
    return {"uri": f"file://{name}"} if file.startswith("/") else {"uri": name, "uriBaseId": _BASE}


def _spelled(value: object) -> object:
    """A value whose texts hold nothing that a reader could obey or stumble over."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: _spelled(inner) for key, inner in value.items()}
    return [_spelled(inner) for inner in value] if isinstance(value, list) else value
