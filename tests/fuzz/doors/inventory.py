"""`read_streams`: any text is an inventory, or has faults with their places, however it comes in pieces."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from fuzz.doors.door import Door
from fuzz.laws import holds
from fuzz.mutations import trees
from fuzz.words import STUMBLING
from policyengine.aws.resources import InventorySettings, ResourceInventory
from policyengine.aws.resources.inventory_settings import COLUMNS
from policyengine.base.errors import UnreadableError
from policyengine.inventory import InventoryFile, read_streams

AT = datetime(2026, 9, 24, tzinfo=UTC)
SAMPLES = Path(__file__).parents[2] / "inventory" / "samples"
WORDS = (
    "Results",
    "Resources",
    "ResourceTagMappingList",
    "configurationItems",
    "NextToken",
    "configuration",
    "AWS::EC2::Volume",
    "arn:aws:rds:eu-west-1:111111111111:cluster:c",
    "arn:aws:s3:::b",
    "ResourceDeleted",
    "[]",
    "{}",
    "2026-09-24T00:00:00Z",
)


class Drops(io.BytesIO):
    """Bytes that come a few at a time."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(7, size) if size and size > 0 else 7)


def check(text: str) -> None:
    """Reads a text twice, at once and in drops."""
    content = text.encode("utf-8", "surrogatepass")
    whole, dropped = _read(io.BytesIO(content)), _read(Drops(content))
    holds("pieces make no difference", whole == dropped, (whole, dropped))
    if isinstance(whole, str):
        holds("place", all(line.startswith("list") and line.isprintable() for line in whole.split("\n")), whole)
    else:
        arns = [resource.arn for resource in whole.resources]
        holds("each resource once", len(set(arns)) == len(arns), arns)


def _read(stream: io.BytesIO) -> ResourceInventory | str:
    try:
        return read_streams([InventoryFile("list", stream, AT)], InventorySettings(), at=AT).value
    except UnreadableError as error:
        return str(error)


def seeds() -> Iterator[str]:
    """The samples of the tests, and each of their records alone."""
    for file in sorted(SAMPLES.iterdir()):
        text = file.read_text(encoding="utf-8")
        yield text
        if file.suffix == ".json":
            page = json.loads(text)
            yield from (
                json.dumps({key: [one]}) for key, found in page.items() if isinstance(found, list) for one in found
            )
        else:
            yield from text.splitlines()


DOOR = Door("inventory", check, seeds, (*COLUMNS, *WORDS, *STUMBLING), trees.mutated, seconds_per_character=600e-6)
