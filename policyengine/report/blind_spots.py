"""Resources that the lists of an inventory cannot see, in words and as JSON: a part of every answer on resources."""

from __future__ import annotations

from collections.abc import Iterable

from policyengine.aws.facts import backup_name
from policyengine.aws.resources import NotVisible
from policyengine.report.shown_text import some

_MOST_TYPES = 6


def not_visible(hidden: NotVisible) -> str:
    """`not visible to config: FSx, Timestream, types that its recorder leaves out`."""
    untagged = "what never had a tag" if hidden.untagged else ""
    parts = (some(hidden.types, _MOST_TYPES), untagged, *hidden.lacks)
    return f"not visible to {hidden.source}: {', '.join(filter(None, parts))}"


def with_blind_spots(sums: str, hidden: Iterable[NotVisible]) -> str:
    """The sums of an answer, and behind them what the lists that it rests on cannot see."""
    return "; ".join((sums, *map(not_visible, hidden)))


def blind_spots_json(hidden: Iterable[NotVisible]) -> list[dict[str, object]]:
    """The same in JSON; types have AWS Backup's names."""
    return [
        {
            "source": each.source,
            "types": list(dict.fromkeys(map(backup_name, each.types))),
            "untagged": each.untagged,
            "lacks": list(each.lacks),
        }
        for each in hidden
    ]
