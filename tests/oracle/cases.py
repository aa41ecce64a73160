"""Small documents and chains for the oracle's own tests."""

from datetime import UTC, datetime
from typing import Any

from oracle.effective import Level, Result, effective

AT = datetime(2026, 9, 24, 7, 40, tzinfo=UTC)
N = "@@operators_allowed_for_child_policies"
DAYS = {"cron(0 5 1 * ? *)": 30, "cron(0 5 1 1/2 ? *)": 28, "cron(0 5 ? * SUN *)": 7, "cron(0 5 1 1 ? 2027)": None}
ARCHIVE = "opt_in_to_archive_for_supported_resources"
SELECTION = {
    "iam_role_arn": {"@@assign": "arn:aws:iam::$account:role/B"},
    "tag_key": {"@@assign": "backup"},
    "tag_value": {"@@assign": ["gold"]},
}

Tree = dict[str, Any]


def seconds(schedule: str, _at: datetime) -> float | None:
    days = DAYS[schedule]
    return None if days is None else days * 86_400


def merged(*levels: list[Tree]) -> Result:
    """Each level a list of documents; policies are named P00, P01 (root), P10 (next level) and so on."""
    names = ["", "Unit", "Unit/account"]
    chain = [
        Level(names[depth], [(f"P{depth}{number}", document) for number, document in enumerate(documents)])
        for depth, documents in enumerate(levels)
    ]
    return effective(chain, at=AT, next_two=seconds)


def plans(**settings: Tree) -> Tree:
    return {"plans": {"p": settings}}


def regions(**operators: list[str]) -> Tree:
    return plans(regions={f"@@{name}": value for name, value in operators.items()})


def rule(**settings: Tree) -> Tree:
    """A complete plan with one rule `r`."""
    vault = {"target_backup_vault_name": {"@@assign": "Main"}}
    return plans(
        regions={"@@assign": ["us-east-1"]},
        rules={"r": vault | settings},
        selections={"tags": {"t": SELECTION}},
    )


def lifecycle(**days: str) -> Tree:
    return {key: {"@@assign": value} for key, value in days.items()}


def kinds(result: Result) -> list[tuple[str, str, str, str, str, str]]:
    return [(n["kind"], n["path"], n["policy"], n["entity"], n["operator"], n["basis"]) for n in result.notes]


def errors(result: Result) -> list[tuple[str, str, str, list[str]]]:
    return [(e["code"], e["message"], e["path"], e["contributing_policies"]) for e in result.errors]
