"""What AWS refuses because settings of one rule contradict each other."""

from __future__ import annotations

import pytest
from aws.admission.builders import RULE, archive, continuous, findings

from policyengine.aws.documents import Json
from policyengine.base.diagnostics import Severity

TABLE: list[tuple[dict[str, Json], str, str, str, str]] = [
    (
        continuous(),
        "continuous-retention",
        f"{RULE}/enable_continuous_backup",
        "continuous backup stands beside no `delete_after_days`, expected 1 to 35 days",
        "set it in the same rule of the same policy: what is inherited does not count",
    ),
    (
        continuous(delete_after="036"),
        "continuous-retention",
        f"{RULE}/enable_continuous_backup",
        "continuous backup stands beside a `delete_after_days` of 36, expected 1 to 35 days",
        "keep them for 35 days at most, and what is kept longer by a rule of snapshots",
    ),
    (
        continuous(delete_after="35", move_to_cold_storage_after="1"),
        "cold-storage-in-continuous-rule",
        f"{RULE}/enable_continuous_backup",
        "continuous backup stands beside `move_to_cold_storage_after_days`, expected no transition to cold storage",
        "give the transition to a rule of its own",
    ),
    (
        archive(),
        "archive-without-days",
        f"{RULE}/lifecycle/opt_in_to_archive_for_supported_resources",
        "the archive opt-in stands without `move_to_cold_storage_after_days` and `delete_after_days`",
        "set both in this lifecycle: what is inherited does not count",
    ),
    (
        archive(move_to_cold_storage_after="30"),
        "archive-without-days",
        f"{RULE}/lifecycle/opt_in_to_archive_for_supported_resources",
        "the archive opt-in stands without `delete_after_days`",
        "set both in this lifecycle: what is inherited does not count",
    ),
    (
        archive(move_to_cold_storage_after="30", delete_after="119"),
        "archive-gap-too-short",
        f"{RULE}/lifecycle/opt_in_to_archive_for_supported_resources",
        (
            "the archive opt-in stands with cold storage after 30 days and deletion after 119, expected at least 90 days "
            "from one to the other"
        ),
        "set `delete_after_days` to 120 or more, or `move_to_cold_storage_after_days` to 29 or less",
    ),
    (
        archive(None, move_to_cold_storage_after="30", delete_after="120"),
        "archive-schedule-too-frequent",
        f"{RULE}/lifecycle/opt_in_to_archive_for_supported_resources",
        "the archive opt-in stands in a rule without `schedule_expression`, expected runs at least 28 days apart",
        "monthly is `cron(0 5 1 * ? *)`",
    ),
    (
        archive("cron(0 0/8 1 * ? *)", move_to_cold_storage_after="30", delete_after="120"),
        "archive-schedule-too-frequent",
        f"{RULE}/lifecycle/opt_in_to_archive_for_supported_resources",
        (
            "the archive opt-in stands with `cron(0 0/8 1 * ? *)`, whose next two runs are less than a day apart, "
            "expected runs at least 28 days apart"
        ),
        "monthly is `cron(0 5 1 * ? *)`",
    ),
    (
        archive("cron(0 5 ? * * *)", move_to_cold_storage_after="30", delete_after="120"),
        "archive-schedule-too-frequent",
        f"{RULE}/lifecycle/opt_in_to_archive_for_supported_resources",
        (
            "the archive opt-in stands with `cron(0 5 ? * * *)`, whose next two runs are 1 day apart, expected runs at "
            "least 28 days apart"
        ),
        "monthly is `cron(0 5 1 * ? *)`",
    ),
    (
        archive("cron(0 5 ? * SUN *)", move_to_cold_storage_after="30", delete_after="120"),
        "archive-schedule-too-frequent",
        f"{RULE}/lifecycle/opt_in_to_archive_for_supported_resources",
        (
            "the archive opt-in stands with `cron(0 5 ? * SUN *)`, whose next two runs are 7 days apart, expected runs at "
            "least 28 days apart"
        ),
        "monthly is `cron(0 5 1 * ? *)`",
    ),
]


@pytest.mark.parametrize(("content", "name", "path", "message", "advice"), TABLE)
def test_one_mistake_is_one_finding(content: dict[str, Json], name: str, path: str, message: str, advice: str) -> None:
    (found,) = findings(content)

    assert (found.name, found.path, found.message, found.help) == (name, path, message, advice)
    assert (found.severity, found.span, found.policies) == (Severity.ERROR, None, ("p",))
