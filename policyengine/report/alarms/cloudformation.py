"""Alarms as a template of CloudFormation, with the topic and the account as parameters."""

from __future__ import annotations

from policyengine.analysis.alarms import AgeRule, AlarmPlan, MetricAlarm
from policyengine.aws.documents import Json
from policyengine.aws.facts.monitoring import FailureEvent, vault_metrics
from policyengine.report.alarms.template_parts import HOUR_SECONDS, age_parameters, camel, event_pattern

SUFFIX = ".json"
_TOPIC: Json = {"Ref": "TopicArn"}


def template(plan: AlarmPlan) -> Json:
    """The template of accounts in a Region; equal for equal plans."""
    resources: dict[str, Json] = {}
    for event in plan.events:
        resources[f"Event{camel(event.name)}"] = _event(event)
    for alarm in plan.alarms:
        resources[alarm.id] = _alarm(alarm)
    for rule in plan.age_rules:
        resources[rule.id] = _age_rule(rule)
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Alarms on backups in {plan.region}, for the vaults that backup policies use",
        "Metadata": {"policyengine": {"template": plan.name, "region": plan.region}},
        "Parameters": {
            "TopicArn": {"Type": "String", "Description": "ARN of the SNS topic that alarms and events go to"},
            "AccountId": {
                "Type": "String",
                "AllowedPattern": "^[0-9]{12}$",
                "Description": "Account whose events count",
            },
        },
        "Resources": resources,
    }


def name_of(template: Json) -> str:
    """The name that a template of ours gives itself, empty where it is none."""
    metadata = template.get("Metadata") if isinstance(template, dict) else None
    own = metadata.get("policyengine") if isinstance(metadata, dict) else None
    name = own.get("template") if isinstance(own, dict) else None
    return name if isinstance(name, str) else ""


def _event(event: FailureEvent) -> Json:
    return {
        "Type": "AWS::Events::Rule",
        "Properties": {
            "Name": f"backup-event-{event.name}",
            "Description": f"{event.type}: {', '.join(event.states)}",
            "EventPattern": event_pattern(event, {"Ref": "AccountId"}),
            "State": "ENABLED",
            "Targets": [{"Id": "topic", "Arn": _TOPIC}],
        },
    }


def _alarm(alarm: MetricAlarm) -> Json:
    metrics = vault_metrics()
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmName": alarm.name,
            "AlarmDescription": alarm.description,
            "Namespace": metrics.namespace,
            "MetricName": alarm.metric,
            "Dimensions": [{"Name": metrics.dimension, "Value": alarm.vault}],
            "Statistic": "Sum",
            "Period": HOUR_SECONDS,
            "EvaluationPeriods": alarm.hours,
            "DatapointsToAlarm": alarm.hours,
            "Threshold": 1,
            "ComparisonOperator": "LessThanThreshold" if alarm.silence else "GreaterThanOrEqualToThreshold",
            "TreatMissingData": "breaching" if alarm.silence else "notBreaching",
            "AlarmActions": [_TOPIC],
        },
    }


def _age_rule(rule: AgeRule) -> Json:
    return {
        "Type": "AWS::Config::ConfigRule",
        "Properties": {
            "ConfigRuleName": rule.name,
            "Description": rule.description,
            "InputParameters": age_parameters(rule),
            "Source": {"Owner": "AWS", "SourceIdentifier": rule.identifier},
        },
    }
