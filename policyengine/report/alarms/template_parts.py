"""Parts that templates of CloudFormation and Terraform share."""

from __future__ import annotations

from policyengine.analysis.alarms import AgeRule
from policyengine.aws.documents import Json
from policyengine.aws.facts.monitoring import FailureEvent, source_of_events

HOUR_SECONDS = 3600


def event_pattern(event: FailureEvent, account: Json) -> dict[str, Json]:
    """The pattern of EventBridge for events of failures in an account."""
    detail: dict[str, Json] = {event.member: list[Json](event.states)}
    if event.message:
        detail[event.message] = [{"anything-but": [""]}]
    return {"source": [source_of_events()], "account": [account], "detail-type": [event.type], "detail": detail}


def age_parameters(rule: AgeRule) -> dict[str, Json]:
    """The parameters of a managed rule on the age of points; AWS Config takes texts."""
    return {"recoveryPointAgeValue": str(rule.days), "recoveryPointAgeUnit": "days"}


def camel(name: str) -> str:
    """`BackupFailed` for `backup-failed`."""
    return "".join(word.capitalize() for word in name.split("-"))
