"""Alarms as a module of Terraform or OpenTofu in JSON, with the topic and the account as variables."""

from __future__ import annotations

import json

from policyengine.analysis.alarms import AgeRule, AlarmPlan, MetricAlarm
from policyengine.aws.documents import Json
from policyengine.aws.facts.monitoring import FailureEvent, vault_metrics
from policyengine.report.alarms.template_parts import HOUR_SECONDS, age_parameters, event_pattern

SUFFIX = ".tf.json"
_TOPIC = "${var.topic_arn}"
_ACCOUNT = "${var.account_id}"
_COMMENT = "//"


def template(plan: AlarmPlan) -> Json:
    """The module of accounts in a Region; equal for equal plans."""
    resources: dict[str, dict[str, Json]] = {
        "aws_cloudwatch_event_rule": {_label(event.name): _event(event) for event in plan.events},
        "aws_cloudwatch_event_target": {_label(event.name): _target(event) for event in plan.events},
        "aws_cloudwatch_metric_alarm": {alarm.id: _alarm(alarm) for alarm in plan.alarms},
        "aws_config_config_rule": {rule.id: _age_rule(rule) for rule in plan.age_rules},
    }
    return {
        _COMMENT: {"policyengine": {"template": plan.name, "region": plan.region}},
        "variable": {
            "topic_arn": {"type": "string", "description": "ARN of the SNS topic that alarms and events go to"},
            "account_id": {"type": "string", "description": "Account whose events count"},
        },
        "resource": {kind: dict(of) for kind, of in resources.items() if of},
    }


def name_of(template: Json) -> str:
    """The name that a module of ours gives itself, empty where it is none."""
    comment = template.get(_COMMENT) if isinstance(template, dict) else None
    own = comment.get("policyengine") if isinstance(comment, dict) else None
    name = own.get("template") if isinstance(own, dict) else None
    return name if isinstance(name, str) else ""


def _event(event: FailureEvent) -> Json:
    return {
        "name": f"backup-event-{event.name}",
        "description": f"{event.type}: {', '.join(event.states)}",
        "event_pattern": json.dumps(event_pattern(event, _ACCOUNT)),
    }


def _target(event: FailureEvent) -> Json:
    return {
        "rule": f"${{aws_cloudwatch_event_rule.{_label(event.name)}.name}}",
        "target_id": "topic",
        "arn": _TOPIC,
    }


def _alarm(alarm: MetricAlarm) -> Json:
    metrics = vault_metrics()
    return {
        "alarm_name": _literal(alarm.name),
        "alarm_description": _literal(alarm.description),
        "namespace": metrics.namespace,
        "metric_name": alarm.metric,
        "dimensions": {metrics.dimension: _literal(alarm.vault)},
        "statistic": "Sum",
        "period": HOUR_SECONDS,
        "evaluation_periods": alarm.hours,
        "datapoints_to_alarm": alarm.hours,
        "threshold": 1,
        "comparison_operator": "LessThanThreshold" if alarm.silence else "GreaterThanOrEqualToThreshold",
        "treat_missing_data": "breaching" if alarm.silence else "notBreaching",
        "alarm_actions": [_TOPIC],
    }


def _age_rule(rule: AgeRule) -> Json:
    return {
        "name": rule.name,
        "description": rule.description,
        "input_parameters": json.dumps(age_parameters(rule)),
        "source": [{"owner": "AWS", "source_identifier": rule.identifier}],
    }


def _label(name: str) -> str:
    return name.replace("-", "_")


def _literal(text: str) -> str:
    """A text in which Terraform sees no template."""
    return text.replace("${", "$${").replace("%{", "%%{")
