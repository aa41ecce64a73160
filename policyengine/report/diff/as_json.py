"""`diff --format json`."""

from __future__ import annotations

from collections.abc import Iterable

from policyengine.analysis.diff import Change, ChangeCause, ChangeClass, Flip, Move, OrganizationComparison
from policyengine.analysis.findings import Waiver
from policyengine.aws.merge import AccountPolicy
from policyengine.aws.organization import Entity
from policyengine.base.diagnostics import Diagnostic
from policyengine.report.diff.result import DiffResult
from policyengine.report.json_output import error_json, finding_json, location, stamp, target, to_json

SCHEMA = "policyengine/diff/1"


def render(result: DiffResult) -> str:
    """The comparison as interface.md section 4 has it."""
    comparison = result.comparison
    return to_json(
        {
            "schema": SCHEMA,
            "at": stamp(result.at),
            "base": result.names.base,
            "head": result.names.head,
            "verdict": None if result.verdict == "not gated" else result.verdict,
            "fail_on": [change_class.value for change_class in ChangeClass if change_class in result.fail_on],
            "summary": _summary(result),
            "changes": [_change(change, result) for change in comparison.changes],
            **_validity(comparison),
            "accounts": _accounts(comparison),
            "requirements": [_flip(flip) for flip in comparison.flips],
            "findings": {
                "new": _findings(comparison.new_findings),
                "gone": _findings(comparison.gone_findings),
                **({"inventory": _findings(result.on_inventory.standing)} if result.on_inventory else {}),
            },
            "waivers": [_waiver(waiver, result) for waiver in result.ending],
            "not_compared": [refusal._asdict() for refusal in comparison.refusals],
            "hypothetical": {"base": list(result.refused.base), "head": list(result.refused.head)},
            "allow_unused": list(result.idle),
            "agreed": _agreed(result),
            **_resources(result),
            **_cost(result),
        }
    )


def _validity(comparison: OrganizationComparison) -> dict[str, object]:
    """The accounts whose effective policy AWS finds invalid on either side, and the errors of those that became so."""
    return {
        "became_invalid": [account.account.id for account in comparison.became_invalid],
        "became_valid": [account.account.id for account in comparison.became_valid],
        "stayed_invalid": _ids(comparison.stayed_invalid),
        "unknown": _ids(comparison.unknown),
        "errors": {account.account.id: _errors(account) for account in comparison.became_invalid},
    }


def _accounts(comparison: OrganizationComparison) -> dict[str, object]:
    return {
        "added": [target(account) for account in comparison.added],
        "removed": [target(account) for account in comparison.removed],
        "moved": [_move(move) for move in comparison.moved],
    }


def _agreed(result: DiffResult) -> dict[str, object]:
    agreed = result.agreed
    return {
        "settings": [setting._asdict() for setting in agreed.settings],
        "waivers": [_waiver(waiver, result) for waiver in agreed.waivers],
        "accepted": agreed.accepted,
        "requirements": [requirement._asdict() for requirement in agreed.requirements],
    }


def _resources(result: DiffResult) -> dict[str, object]:
    if result.resources is None:
        return {}
    from policyengine.report.diff.resource_section import resources_json  # noqa: PLC0415 - start-up: as for costs

    return {"resources": resources_json(result.resources)}


def _cost(result: DiffResult) -> dict[str, object]:
    if result.cost is None:
        return {}
    from policyengine.report.diff.cost_section import cost_json  # noqa: PLC0415 - start-up: most comparisons have no cost

    return {"cost": cost_json(result.cost)}


def _summary(result: DiffResult) -> dict[str, object]:
    comparison = result.comparison
    return {
        "accounts": comparison.accounts,
        "changed": len(comparison.touched),
        "became_invalid": len(comparison.became_invalid),
        "classes": {change_class.value: result.count(change_class) for change_class in ChangeClass},
        "allowed": sum(change.id in result.allow for change in comparison.changes),
    }


def _change(change: Change, result: DiffResult) -> dict[str, object]:
    causes = [_cause(cause) for cause in change.causes]
    return {**change_json(change), "causes": causes, "allowed": result.allow.get(change.id)}


def change_json(change: Change) -> dict[str, object]:
    """A change as interface.md section 4 has it, without its causes."""
    return {
        "id": change.id,
        "class": change.change_class.value,
        "path": change.path,
        "region": change.region or None,
        "before": change.before,
        "after": change.after,
        "message": change.message,
        "accounts": list(change.accounts),
    }


def _cause(cause: ChangeCause) -> dict[str, object]:
    return {
        "file": cause.span.source.name if cause.span else None,
        "line": cause.span.first.line if cause.span else None,
        "side": cause.side,
        "policy": cause.policy,
        "entity": cause.entity.path,
    }


def _errors(account: AccountPolicy) -> list[dict[str, object]]:
    return [error_json(error) for error in (account.resolved.errors if account.resolved else ())]


def _move(move: Move) -> dict[str, object]:
    return {"id": move.after.id, "name": move.after.name, "from": move.before.path, "to": move.after.path}


def _flip(flip: Flip) -> dict[str, object]:
    return {
        "requirement": flip.requirement,
        "level": flip.level,
        "before": flip.before,
        "after": flip.after,
        "accounts": list(flip.accounts),
    }


def _findings(findings: Iterable[Diagnostic]) -> list[dict[str, object]]:
    return [finding_json(diagnostic) for diagnostic in findings]


def _waiver(waiver: Waiver, result: DiffResult) -> dict[str, object]:
    return {
        "what": waiver.what,
        "target": target(waiver.target),
        "until": waiver.until.isoformat(),
        "days": result.days_left(waiver),
        "because": waiver.because,
        "location": location(waiver.span),
    }


def _ids(accounts: Iterable[Entity]) -> list[str]:
    return [account.id or "" for account in accounts]
