"""Events and metrics of AWS Backup: names and states (facts 12)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from policyengine.aws.facts import _read
from policyengine.base.records import record


@record
class FailureEvent:
    """Events that report a failure: `member` of `detail` has one of `states`.

    Where `message` is set, that member must hold a text that is not empty: "completed with issues" (facts 12.2).
    """

    name: str
    type: str
    member: str
    states: tuple[str, ...]
    message: str = ""


@record
class VaultMetrics:
    """The metrics of a vault in `namespace`, by `dimension`.

    `stored` are failures of backups, `copied` of copies into the vault, `kept` those of its points. The others count
    what goes well: a vault where they are not sent is silent. An alarm looks back `look_back_hours` at most.
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
    """The metrics of vaults."""
    raw = _monitoring()
    metrics: dict[str, Any] = {
        name: tuple(each) if isinstance(each, list) else each for name, each in raw["metrics"].items()
    }
    return VaultMetrics(
        namespace=raw["namespace"], dimension=raw["vault_dimension"], look_back_hours=raw["look_back_hours"], **metrics
    )


@cache
def _monitoring() -> Any:  # noqa: ANN401 - JSON
    return _read("monitoring.json")
