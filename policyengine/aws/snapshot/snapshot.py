"""The snapshot of an organization, read from YAML or JSON (interface.md section 2).

`read_snapshot` takes unchecked text and gives a typed value, or all faults with their lines. Whether the parts fit
together is checked in `organization/`, which uses `Snapshot.faults` for the lines.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, Literal

from pydantic import Field, PrivateAttr

from policyengine.aws.snapshot.json_or_yaml import faults_at, read_shaped, schema_of
from policyengine.aws.snapshot.shape_faults import path_text
from policyengine.aws.snapshot.shapes import (
    AccountId,
    AuditFramework,
    Document,
    ListedAccount,
    ListedUnit,
    LocalPlan,
    Many,
    OrganizationFacts,
    Part,
    Pulled,
    RestoreTestingPlan,
    Role,
    Root,
    Searched,
    Settings,
    StoredPolicy,
    Text,
    Vault,
)
from policyengine.aws.snapshot.tokens import Loc
from policyengine.base.errors import Fault, SnapshotError
from policyengine.base.source import Source

_EXPECTED = "a mapping with `version` and `root`"


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
    attachment_order: Literal["known", "unknown", "inferred"] | None = Field(None, description="absent: known")
    orders: dict[str, Many[Many[Text]]] | None = Field(
        None,
        description="with an `inferred` order: by the path of a unit (empty for the root) or the id of an account, the "
        "orders of attachment that explain what AWS publishes",
    )
    policies: dict[Text, StoredPolicy] | None = Field(None, description="AWS's documents by the name of the policy")
    vaults: Many[Vault] | None = None
    roles: Many[Role] | None = None
    searched: Searched | None = Field(None, description="where vaults and roles were looked for; absent: everywhere")
    pulled: Pulled | None = Field(None, description="how this was read from AWS; `looked` counts before `searched`")
    local_plans: Many[LocalPlan] | None = Field(None, description="backup plans that accounts have of their own")
    restore_testing: Many[RestoreTestingPlan] | None = Field(None, description="restore testing plans of accounts")
    frameworks: Many[AuditFramework] | None = Field(None, description="frameworks of AWS Backup Audit Manager")
    settings: Settings | None = None
    last_valid: dict[AccountId, Document] | None = Field(
        None, description="what AWS publishes now for accounts where the new policy would be invalid"
    )

    _source: Source | None = PrivateAttr(default=None)

    def faults(self, problems: Iterable[tuple[Loc, str]]) -> tuple[Fault, ...]:
        """Faults for problems at locations such as `("root", "units", 0, "name")`, in the order of the file."""
        if self._source is None:
            return tuple(Fault("snapshot", 0, path_text(loc), message) for loc, message in problems)
        return tuple(faults_at(self._source, problems))


def read_snapshot(source: Source) -> Snapshot:
    """The snapshot in a text: JSON where the name ends in `.json`, else YAML or JSON.

    Raises `SnapshotError` with all faults of notation and shape. Linear in the text.
    """
    snapshot = read_shaped(source, Snapshot, _schema, _EXPECTED)
    if isinstance(snapshot, list):
        raise SnapshotError(tuple(snapshot))
    snapshot._source = source  # noqa: SLF001 - a private attribute of pydantic, set where the value is built
    return snapshot


def snapshot_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a snapshot."""
    return schema_of(Snapshot, "Snapshot of an organization")


@cache
def _schema() -> dict[str, Any]:
    # Cached for those who read many faulty snapshots: building it takes longer than reading a small one.
    return snapshot_schema()
