"""`test --format json`."""

from __future__ import annotations

from policyengine.analysis.expectations import Coverage, ExaminedShare, Failure, FailureCause, TestResult, Trail
from policyengine.aws.note_words import note_detail
from policyengine.report.json_output import finding_json, location, stamp, step_json, to_json
from policyengine.report.test.result import ProjectTestReport, failure_lines


def render(tested: ProjectTestReport) -> str:
    """The results as interface.md section 4 has them."""
    results = tested.run.results if tested.run else ()
    failed = tested.run.failed if tested.run else 0
    coverage = tested.run.coverage if tested.run else None
    return to_json(
        {
            "schema": "policyengine/test/1",
            "at": stamp(tested.at),
            "verdict": "fail" if tested.failed else "pass",
            "passed": len(results) - failed,
            "failed": failed,
            "tests": [_test_json(result) for result in results],
            "coverage": _coverage_json(coverage, tested.minimum) if coverage else None,
            "findings": [finding_json(diagnostic) for diagnostic in tested.findings],
        }
    )


def _test_json(result: TestResult) -> dict[str, object]:
    return {
        "name": result.title,
        "outcome": "passed" if result.passed else "failed",
        "location": location(result.span),
        "account": result.account or None,
        "message": "\n".join(line for failure in result.failures for line in failure_lines(failure)) or None,
        "failures": [_failure(failure) for failure in result.failures],
        "notes": list(result.notes),
    }


def _failure(failure: Failure) -> dict[str, object]:
    return {"location": location(failure.span), "causes": [_cause_json(cause) for cause in failure.causes]}


def _cause_json(cause: FailureCause) -> dict[str, object]:
    return {
        "message": cause.message,
        "help": cause.help,
        "path": cause.trail.path if cause.trail else None,
        "trail": _trail_json(cause.trail) if cause.trail else [],
    }


def _trail_json(trail: Trail) -> list[dict[str, object]]:
    return [step_json(trail.path, step, note_detail(note) if note else "") for step, note in trail.steps]


def _coverage_json(coverage: Coverage, minimum: int | None) -> dict[str, object]:
    whole = coverage.whole
    return {
        "touched": whole.touched,
        "total": whole.total,
        "percent": whole.percent,
        "minimum": minimum,
        **{name: _share(share) for name, share in coverage.kinds.items()},
    }


def _share(share: ExaminedShare) -> dict[str, object]:
    untouched = [{"name": each.name, "location": location(each.span)} for each in share.untouched]
    return {"touched": share.touched, "total": share.total, "percent": share.percent, "untouched": untouched}
