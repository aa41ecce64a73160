"""`test --format json`."""

from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.expectations import Cause, Coverage, Failure, Share, TestResult, Trail
from policyengine.report.json_output import finding, location, stamp, step_json, step_line, to_json
from policyengine.report.terminal import plain
from policyengine.report.test.result import Tested


def render(tested: Tested) -> str:
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
            "tests": [_test(result) for result in results],
            "coverage": _coverage(coverage, tested.minimum) if coverage else None,
            "findings": [finding(found) for found in tested.findings],
        }
    )


def _test(result: TestResult) -> dict[str, object]:
    return {
        "name": result.title,
        "outcome": "passed" if result.passed else "failed",
        "location": location(result.span),
        "account": result.account or None,
        "message": "\n".join(line for failure in result.failures for line in _message(failure)) or None,
        "failures": [_failure(failure) for failure in result.failures],
        "notes": list(result.notes),
    }


def _message(failure: Failure) -> Iterator[str]:
    """A failure for those who show nothing but one text."""
    for cause in failure.causes:
        yield f"{failure.span.source.name}:{failure.span.first.line}: {cause.message}"
        if cause.trail:
            yield f"  {cause.trail.path}"
            for step, reason in cause.trail.steps:
                yield f"  {plain(step_line(cause.trail.path, step))}"
                yield from [f"    {reason}"] if reason else []
        if cause.help:
            yield f"  help: {cause.help}"


def _failure(failure: Failure) -> dict[str, object]:
    return {"location": location(failure.span), "causes": [_cause(cause) for cause in failure.causes]}


def _cause(cause: Cause) -> dict[str, object]:
    return {
        "message": cause.message,
        "help": cause.help,
        "path": cause.trail.path if cause.trail else None,
        "trail": _trail(cause.trail) if cause.trail else [],
    }


def _trail(trail: Trail) -> list[dict[str, object]]:
    return [step_json(trail.path, step, reason) for step, reason in trail.steps]


def _coverage(coverage: Coverage, minimum: int | None) -> dict[str, object]:
    whole = coverage.whole
    return {
        "touched": whole.touched,
        "total": whole.total,
        "percent": whole.percent,
        "minimum": minimum,
        **{name: _share(share) for name, share in coverage.kinds.items()},
    }


def _share(share: Share) -> dict[str, object]:
    untouched = [{"name": found.name, "location": location(found.span)} for found in share.untouched]
    return {"touched": share.touched, "total": share.total, "percent": share.percent, "untouched": untouched}
