"""Does the access policy of a vault forbid everybody to delete its points (facts 5)?

It does if statements that deny name the three actions, for every principal and every resource. A condition may except
the principals that the control allows; any other condition leaves open whom the statement reaches.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from policyengine.analysis.controls.control_values import Compliance, ControlAnswer
from policyengine.aws.access_policies import DENY, Statement, read_access_policy, texts
from policyengine.aws.documents import Json
from policyengine.base.text import listed

ACTIONS = ("backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle", "backup:PutBackupVaultAccessPolicy")
"""What nobody may do, in AWS's order."""

_EXCEPTING = {"arnnotequals", "arnnotlike", "stringnotequals", "stringnotlike"}
_PRINCIPAL_KEY = "aws:principalarn"


def deletion_disabled(policy: Json | Literal["none"], allowed: Iterable[str]) -> ControlAnswer:
    """The answer of the control about a policy as the snapshot has it; None where nobody looked."""
    if policy is None:
        return ControlAnswer(Compliance.INSUFFICIENT_DATA, "nobody looked up its access policy")
    if policy == "none":
        return ControlAnswer(Compliance.NON_COMPLIANT, "it has no access policy")
    document = read_access_policy(policy)
    if document is None:
        return ControlAnswer(Compliance.INSUFFICIENT_DATA, "its access policy is no JSON object")
    denied, open_actions = set[str](), set[str]()
    for statement in document.statements:
        actions = set(_denied(statement))
        reach = _reaches_everybody(statement, frozenset(allowed))
        (denied if reach else open_actions).update(actions if reach is not False else ())
    missing = [action for action in ACTIONS if action.casefold() not in denied]
    if not missing:
        return ControlAnswer(Compliance.COMPLIANT, "its access policy denies everybody to delete points")
    if all(action.casefold() in open_actions for action in missing):
        return ControlAnswer(
            Compliance.INSUFFICIENT_DATA, f"whom it denies {listed(missing, 'and')} depends on a condition"
        )
    return ControlAnswer(
        Compliance.NON_COMPLIANT, f"its access policy does not deny {listed(missing, 'and')} to everybody"
    )


def _denied(statement: Statement) -> tuple[str, ...]:
    """The actions that a statement denies in whole, in small letters; wildcards do not count there (facts 4.4.8)."""
    return statement.actions if statement.effect == DENY and "*" in statement.resources else ()


def _reaches_everybody(statement: Statement, allowed: frozenset[str]) -> bool | None:
    """Whether a statement is for every principal but allowed ones; None where a condition leaves that open."""
    if not statement.for_everybody:
        return False
    conditions = statement.conditions
    if conditions is None:
        return True
    if not isinstance(conditions, Mapping):
        return None
    return True if all(_excepts(*condition, allowed) for condition in conditions.items()) else None


def _excepts(operator: str, keys: Any, allowed: frozenset[str]) -> bool:  # noqa: ANN401 - JSON
    """Whether a condition does nothing but except principals that are allowed."""
    if str(operator).casefold() not in _EXCEPTING or not isinstance(keys, Mapping):
        return False
    return all(str(key).casefold() == _PRINCIPAL_KEY and set(texts(value)) <= allowed for key, value in keys.items())
