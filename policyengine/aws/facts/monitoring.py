"""Events and metrics of AWS Backup: names and states (facts 12)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from policyengine.aws.facts.data_files import read_data
from policyengine.base.records import Record


class FailureEvent(Record):
    """Events that report a failure: `member` of `detail` has one of `states`.

    Where `message` is set, that member must hold a text that is not empty: "completed with issues" (facts 12.2).
    """

    name: str
    type: str
    member: str
    states: tuple[str, ...]
    message: str = ""


class VaultMetrics(Record):
    """The names of CloudWatch's metrics of a vault, in `namespace`, by the dimension `dimension`.

    `stored`, `copied` and `kept` count failures: of backups into the vault, of copies into it, and of its recovery
    points. The others count successes, so a vault without data of them gets no backups. An alarm looks back at most
    `look_back_hours` hours.
    """

    namespace: str
    dimension: str
    stored: tuple[str, ...]
    copied: tuple[str, ...]
    kept: tuple[str, ...]
    backups_completed: str
    backups_created: str
    copies_completed: str
    copies_created: str
    look_back_hours: int


@cache
def source_of_events() -> str:
    """The `source` of every event of AWS Backup."""
    source: str = _monitoring()["source_of_events"]
    return source


@cache
def failure_events() -> Mapping[str, FailureEvent]:
    """The events of single failures, by our names for them."""
    return MappingProxyType(
        {
            name: FailureEvent(name, raw["type"], raw["member"], tuple(raw["states"]), raw.get("message", ""))
            for name, raw in _monitoring()["events"].items()
        }
    )


@cache
def vault_metrics() -> VaultMetrics:
    """The CloudWatch metrics that AWS Backup has for each vault (facts 12)."""
    raw = _monitoring()
    metrics: dict[str, Any] = {
        name: tuple(each) if isinstance(each, list) else each for name, each in raw["metrics"].items()
    }
    return VaultMetrics(
        namespace=raw["namespace"], dimension=raw["vault_dimension"], look_back_hours=raw["look_back_hours"], **metrics
    )


@cache
def _monitoring() -> Any:  # noqa: ANN401 - JSON
    return read_data("monitoring.json")
