"""`prove --format json`."""

from __future__ import annotations

from collections.abc import Sequence

from policyengine.analysis.prove import (
    Counterexample,
    DisarmedPart,
    Line,
    Proof,
    ProtectingLines,
    TargetResult,
    UnclosedTarget,
)
from policyengine.base.diagnostics import Diagnostic
from policyengine.report import could_not_judge
from policyengine.report.json_output import location, stamp, target, to_json
from policyengine.report.prove.result import ProofReport

SCHEMA = "policyengine/prove/1"


def render(proven: ProofReport) -> str:
    """The proofs as interface.md section 4 has them."""
    return to_json(
        {
            "schema": SCHEMA,
            "at": stamp(proven.at),
            "verdict": "fail" if proven.failed else "pass",
            "summary": {
                "requirements": len(proven.proofs),
                "guaranteed": proven.count("guaranteed"),
                "breakable": proven.count("breakable"),
                "undecided": proven.count("undecided"),
                "violated": proven.count("violated"),
            },
            "requirements": [_proof(proof) for proof in proven.proofs],
            "findings": [],
        }
    )


def refused(findings: Sequence[Diagnostic], at: str) -> str:
    """The page without proofs, where faults or refusals prevent them."""
    return could_not_judge.as_json(SCHEMA, at, "requirements", findings)


def _proof(proof: Proof) -> dict[str, object]:
    return {
        "name": proof.requirement.name,
        "level": proof.requirement.level,
        "location": location(proof.requirement.span),
        "results": [_result(result) for result in proof.results],
        "suggestion": _suggestion(proof.suggestion) if proof.suggestion else None,
    }


def _result(result: TargetResult) -> dict[str, object]:
    counterexample = result.counterexample
    return {
        "target": target(result.target),
        "outcome": result.outcome,
        "basis": result.basis,
        "reason": result.reason,
        "peers": list(result.peers),
        "counterexample": counterexample.text if counterexample else None,
        "place": target(counterexample.place) if counterexample else None,
        "account": target(result.account) if result.account else None,
        "freeze": _freeze(result.freeze) if result.freeze else None,
    }


def _freeze(counterexample: Counterexample) -> dict[str, object]:
    return {
        "policy": counterexample.text,
        "place": target(counterexample.place),
        "account": target(counterexample.account),
        "error": counterexample.broken,
    }


def _suggestion(suggestion: ProtectingLines) -> dict[str, object]:
    return {
        "lines": [_line(line) for line in suggestion.lines],
        "disarmed": [_disarmed(disarmed) for disarmed in suggestion.disarmed],
        "left": [_left(left) for left in suggestion.left],
    }


def _line(line: Line) -> dict[str, object]:
    return {
        "text": line.text,
        "policy": line.origin.policy.name,
        "blocks": list(line.blocks),
        "instead": line.instead or None,
        "location": location(line.origin.span),
    }


def _disarmed(disarmed: DisarmedPart) -> dict[str, object]:
    return {
        "policy": disarmed.origin.policy.name,
        "target": target(disarmed.origin.entity),
        "path": disarmed.path,
        "location": location(disarmed.origin.span),
    }


def _left(left: UnclosedTarget) -> dict[str, object]:
    return {"target": target(left.target), "reason": left.reason}
