"""Small documents for the tests of this room, built from the inside out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

from policyengine.aws.admission import admit
from policyengine.aws.documents import CONTROL, Json, PolicyDocument
from policyengine.aws.policy_text import minify, read_document
from policyengine.base.diagnostics import Diagnostic

AT = datetime(2026, 10, 5, 12, 30, tzinfo=UTC)
RULE = "plans/daily/rules/nightly"
ARN = "arn:aws:backup:eu-central-1:$account:backup-vault:Central"
ROLE = "arn:aws:iam::$account:role/BackupRole"


def assign(value: Json) -> dict[str, Json]:
    return {"@@assign": value}


def plan(**settings: Json) -> dict[str, Json]:
    return {"plans": {"Daily": settings}}


def rule(**settings: Json) -> dict[str, Json]:
    return plan(rules={"Nightly": settings})


def tags(**settings: Json) -> dict[str, Json]:
    return plan(selections={"tags": {"Gold": settings}})


def resources(**settings: Json) -> dict[str, Json]:
    return plan(selections={"resources": {"All": settings}})


def copy(arn: str, target: str | None = None) -> dict[str, Json]:
    return rule(copy_actions={arn: {"target_backup_vault_arn": assign(target or arn)}})


def plan_tag(name: str, key: Json, value: Json = "x") -> dict[str, Json]:
    return plan(backup_plan_tags={name: {"tag_key": assign(key), "tag_value": assign(value)}})


def conditions(count: int) -> dict[str, Json]:
    one: Json = {"condition_key": assign("aws:ResourceTag/team"), "condition_value": assign("search")}
    half = {f"c{number}": one for number in range(count // 2)}
    rest = {f"c{number}": one for number in range(count - count // 2)}
    return resources(conditions={"string_equals": half, "string_like": {**rest, CONTROL: ["@@none"]}})


def archive(schedule: str | None = "cron(0 5 1 * ? *)", **days: str) -> dict[str, Json]:
    lifecycle: dict[str, Json] = {f"{name}_days": assign(value) for name, value in days.items()}
    lifecycle["opt_in_to_archive_for_supported_resources"] = assign("true")
    settings: dict[str, Json] = {"lifecycle": lifecycle}
    if schedule is not None:
        settings["schedule_expression"] = assign(schedule)
    return rule(**settings)


def continuous(**days: str) -> dict[str, Json]:
    lifecycle: dict[str, Json] = {f"{name}_days": assign(value) for name, value in days.items()}
    return rule(enable_continuous_backup=assign(value=True), lifecycle=lifecycle)


def of_value(content: object) -> PolicyDocument:
    return of_text(minify(cast("Json", content)))


def of_text(text: str) -> PolicyDocument:
    document = read_document("p", text)
    assert isinstance(document, PolicyDocument)
    return document


def findings(content: object) -> tuple[Diagnostic, ...]:
    return admit(of_value(content), at=AT).diagnostics
