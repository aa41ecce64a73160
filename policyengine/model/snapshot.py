"""The snapshot: what AWS knows of an organization, read from YAML or JSON (interface.md section 2).

`read_snapshot` takes text that nobody has looked at and gives a typed value, or every fault with its line. Whether the
parts fit together is for `organization/` to say; it asks `Snapshot.faults` for the lines.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import Field, PrivateAttr, ValidationError

from policyengine.errors import Fault, SnapshotError
from policyengine.model.reading import nests_too_deeply, places, read_slowly, read_text
from policyengine.model.shape_faults import ShapeFault, shape_faults
from policyengine.model.shapes import (
    AccountId,
    Document,
    ListedAccount,
    ListedUnit,
    Many,
    OrganizationFacts,
    Part,
    Role,
    Root,
    Searched,
    Settings,
    StoredPolicy,
    Text,
    Vault,
)
from policyengine.model.tokens import Built, Loc
from policyengine.model.wording import path_text
from policyengine.source import Source


class Snapshot(Part):
    """All that is known of an organization; None where nobody looked.

    The tree stands in `root`. A pulled snapshot may list `units` and `accounts` flat instead, each with the id of its
    parent.
    """

    version: Literal[1] = 1
    organization: OrganizationFacts | None = None
    root: Root
    units: Many[ListedUnit] | None = Field(None, description="units as AWS lists them, each with its parent")
    accounts: Many[ListedAccount] | None = Field(None, description="accounts as AWS lists them, each with its parent")
    attachment_order: Literal["known", "unknown"] | None = Field(None, description="absent: known")
    policies: dict[Text, StoredPolicy] | None = Field(None, description="AWS's documents by the name of the policy")
    vaults: Many[Vault] | None = None
    roles: Many[Role] | None = None
    searched: Searched | None = Field(None, description="where vaults and roles were looked for; absent: everywhere")
    settings: Settings | None = None
    last_valid: dict[AccountId, Document] | None = Field(
        None, description="what AWS publishes now for accounts where the new policy would be invalid"
    )

    _source: Source | None = PrivateAttr(default=None)

    def faults(self, problems: Iterable[tuple[Loc, str]]) -> tuple[Fault, ...]:
        """Faults for problems at locations such as `("root", "units", 0, "name")`, in the order of the file."""
        found = [ShapeFault(loc, message) for loc, message in problems]
        if self._source is None:
            return tuple(Fault("snapshot", 0, path_text(fault.loc), fault.message) for fault in found)
        return tuple(_placed(self._source, found, Built()))


def read_snapshot(source: Source) -> Snapshot:
    """The snapshot that a text holds: JSON where the name ends in `.json`, else YAML or JSON.

    Raises `SnapshotError` with every fault of notation and shape. Linear in the text.
    """
    built = read_text(source)
    if not built.complete:
        raise SnapshotError(tuple(_placed(source, [], built)))
    shapes: list[ShapeFault] = []
    try:
        snapshot = Snapshot.model_validate(built.value)
    except ValidationError as error:
        if nests_too_deeply(built.value):
            raise SnapshotError(tuple(_placed(source, [], read_slowly(source)))) from None
        shapes = shape_faults(error, snapshot_schema())
    if shapes or built.faults:
        raise SnapshotError(tuple(_placed(source, shapes, built)))
    snapshot._source = source  # noqa: SLF001 - a private attribute of pydantic, set where the value is made
    return snapshot


def snapshot_schema() -> dict[str, Any]:
    """The JSON Schema of a snapshot."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Snapshot of an organization"}
    return {**head, **_plain(Snapshot.model_json_schema())}


def _plain(node: Any) -> Any:  # noqa: ANN401 - JSON
    """A schema without the titles and empty defaults that pydantic makes up."""
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {key: _plain(value) for key, value in node.items() if not _made_up(key, value)}


def _made_up(key: str, value: object) -> bool:
    return (key == "default" and value is None) or (key == "title" and isinstance(value, str))


def _placed(source: Source, shapes: list[ShapeFault], built: Built) -> list[Fault]:
    where = places(source, [fault.loc for fault in shapes]) if shapes else {}
    faults = [Fault(source.name, flaw.line, path_text(flaw.loc), flaw.message) for flaw in built.faults]
    told = {flaw.loc for flaw in built.faults}
    for fault in (fault for fault in shapes if fault.loc not in told):
        place = where[fault.loc]
        line = place.key_line if fault.at_key else place.line
        faults.append(Fault(source.name, line, path_text(fault.loc), fault.message))
    return sorted(faults, key=lambda fault: fault.line)
