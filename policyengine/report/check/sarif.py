"""`check --format sarif`: SARIF 2.1.0 (OASIS), with what GitHub code scanning asks for beyond it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from policyengine.analysis.findings import Finding, Waiver
from policyengine.analysis.findings.registry import RULES
from policyengine.base import REPOSITORY, VERSION
from policyengine.base.diagnostics import Diagnostic, Fix, Severity
from policyengine.base.rules import Rule
from policyengine.report.check.result import CheckResult, FilePlace, anchor, fingerprints, place
from policyengine.report.finding_text import sentences
from policyengine.report.json_output import finding_json, stamp, target, to_json
from policyengine.report.shown_text import clipped, printable

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_BASE = "%SRCROOT%"
_LONGEST_DESCRIPTION = 1024  # characters, of GitHub
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_INDEX = {rule.code: index for index, rule in enumerate(RULES)}
_PROPERTIES = ("path", "region", "accounts", "policies", "requirement")


def render(result: CheckResult) -> str:
    """The verdict as a log of one run."""
    return to_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(result)]})


def _run(result: CheckResult) -> dict[str, object]:
    driver = {
        "name": "policyengine",
        "version": VERSION,
        "informationUri": REPOSITORY,
        "rules": [_rule(rule) for rule in RULES],
    }
    numbered = zip(result.verdict.findings, fingerprints(result), strict=True)
    return {
        "tool": {"driver": driver},
        "invocations": [_invocation(result)],
        "originalUriBaseIds": base_ids(),
        "columnKind": "unicodeCodePoints",
        "results": [spelled(_result(finding, fingerprint, result)) for finding, fingerprint in numbered],
        "properties": {"at": stamp(result.at), "verdict": "fail" if result.verdict.failed else "pass"},
    }


def base_ids() -> dict[str, object]:
    """The base of relative file names, as SARIF describes it."""
    return {_BASE: {"description": {"text": "the top of the git repository, or the project where there is none"}}}


def _rule(rule: Rule) -> dict[str, object]:
    page = rule.page
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": page.title},
        "fullDescription": {"text": clipped(page.why, _LONGEST_DESCRIPTION)},
        "helpUri": rule.url,
        "help": {"text": page.why, "markdown": page.text},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": [rule.family]},
    }


def _invocation(result: CheckResult) -> dict[str, object]:
    notes = [{"level": "warning", "message": {"text": printable(f"{title}: {text}")}} for title, text in result.remarks]
    return {"executionSuccessful": True, "toolExecutionNotifications": notes}


def _result(finding: Finding, fingerprint: str, result: CheckResult) -> dict[str, object]:
    diagnostic = finding.diagnostic
    fields = finding_json(diagnostic)
    # Either all results of a run have a state relative to the baseline, or none.
    state = {"baselineState": "unchanged" if finding.accepted else "new"} if result.baseline else {}
    return {
        "ruleId": diagnostic.code,
        "ruleIndex": _INDEX[diagnostic.code],
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": _message(diagnostic, result)},
        "locations": [_location(anchor(diagnostic, result))],
        "relatedLocations": list(_related(diagnostic, result)),
        # The first is the only one that GitHub reads.
        "partialFingerprints": {"primaryLocationLineHash": fingerprint, "policyengine/v1": fingerprint},
        "suppressions": list(_suppressions(finding, result)),
        **state,
        **({"fixes": [_fix(diagnostic.fix, result)]} if diagnostic.fix else {}),
        "properties": {key: fields[key] for key in _PROPERTIES},
    }


def _fix(fix: Fix, result: CheckResult) -> dict[str, object]:
    changes: dict[str, list[dict[str, object]]] = {}
    for span, replacement in fix.edits:
        where = place(span, result)
        inserted = {"text": replacement}
        changes.setdefault(where.file, []).append({"deletedRegion": region(where), "insertedContent": inserted})
    files = [{"artifactLocation": artifact(file), "replacements": edits} for file, edits in changes.items()]
    return {"description": {"text": fix.title}, "artifactChanges": files}


def _message(diagnostic: Diagnostic, result: CheckResult) -> str:
    """The message with its details, and links to the related locations; nothing else of it is a link."""
    text = sentences(diagnostic, result.names).replace("](", "]\\(")
    links = [f"[{_linked(label.text)}]({number})" for number, label in enumerate(diagnostic.labels, 1)]
    return f"{text}. See: {', '.join(links)}" if links else text


def _linked(text: str) -> str:
    return printable(text).replace("[", "\\[").replace("]", "\\]")


def _related(diagnostic: Diagnostic, result: CheckResult) -> Iterator[dict[str, object]]:
    for number, label in enumerate(diagnostic.labels, 1):
        yield {"id": number, **_location(place(label.span, result)), "message": {"text": label.text}}


def _suppressions(finding: Finding, result: CheckResult) -> Iterator[dict[str, object]]:
    if finding.waiver:
        yield _waived(finding.waiver, result)
    elif finding.accepted:
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
    return {"physicalLocation": {"artifactLocation": artifact(where.file), "region": region(where)}}


def region(where: FilePlace) -> dict[str, object]:
    """A stretch of a file as SARIF has it."""
    lines: dict[str, object] = {"startLine": where.first.line}
    if where.last:
        lines |= {"startColumn": where.first.column, "endLine": where.last.line, "endColumn": where.last.column}
    return lines


def artifact(file: str) -> dict[str, object]:
    """A file as a URI; outside of repository and project it stands for itself."""
    name = quote(file, safe="/", errors="backslashreplace")
    return {"uri": f"file://{name}"} if file.startswith("/") else {"uri": name, "uriBaseId": _BASE}


def spelled(value: object) -> object:
    """A value whose texts hold nothing that a reader could obey or stumble over."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: spelled(inner) for key, inner in value.items()}
    return [spelled(inner) for inner in value] if isinstance(value, list) else value
