"""The parts of a snapshot as pydantic checks them: strict types, no unknown keys, frozen (interface.md section 2).

Each part is checked by itself; whether the parts fit together (two roots, an unknown policy) is checked in
`organization/`. None means that the snapshot does not say; an empty tuple or mapping means that there are none. The
docstrings of the classes are the descriptions in the JSON Schema that users see.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Strict,
    Tag,
    WithJsonSchema,
    model_validator,
)
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from policyengine.aws.facts import limits
from policyengine.aws.snapshot.tokens import DEEPEST
from policyengine.base.text import escaped

T = TypeVar("T")

_SCALARS = frozenset({str, int, bool, type(None)})

ACCOUNT_ID = "^[0-9]{12}$"
REGION = "^[a-z]{2,}(-[a-z]+)+-[0-9]+$"
DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
BRANCH = "alternative: "
"""The prefix of alternatives' names in pydantic's locations, by which these steps are dropped and keys are not."""


def _document(value: dict[str, Any]) -> dict[str, Any]:
    """Refuse a document that nests too deeply, and turn its fractions into text, as AWS does with scalars (R23)."""
    return value if _plain(value, DEEPEST) else _copied(value, DEEPEST)


def _plain(node: Any, levels: int) -> bool:  # noqa: ANN401 - JSON
    """Whether a mapping or list can stay as it is, with no fraction and not too deep: so are most documents."""
    for child in node.values() if type(node) is dict else node:
        kind = type(child)
        if kind is dict or kind is list:
            if levels == 1 or not _plain(child, levels - 1):
                return False
        elif kind not in _SCALARS:
            return False
    return True


def _copied(node: Any, levels: int) -> Any:  # noqa: ANN401 - JSON
    if isinstance(node, (dict, list)) and levels == 0:
        raise PydanticCustomError("too_deep", "the nesting is deeper than {limit} levels", {"limit": DEEPEST})
    if isinstance(node, dict):
        return {key: _copied(child, levels - 1) for key, child in node.items()}
    if isinstance(node, list):
        return [_copied(child, levels - 1) for child in node]
    if isinstance(node, float):
        return repr(node)
    if type(node) not in _SCALARS:
        raise PydanticCustomError("no_json", "expected what JSON can hold")
    return node


def _kind_of_scope(value: object) -> str | None:
    if isinstance(value, (dict, UnitScope)):
        return BRANCH + "unit"
    if isinstance(value, (list, tuple)):
        return BRANCH + "ids"
    return BRANCH + "all" if value == "*" else None


def _kind_of_lock(value: object) -> str | None:
    if isinstance(value, (dict, Lock)):
        return BRANCH + "lock"
    return BRANCH + "none" if value == "none" else None


def _mapping_or_text(value: object) -> str | None:
    if isinstance(value, dict):
        return BRANCH + "mapping"
    return BRANCH + "text" if isinstance(value, str) else None


def _kind_of_policy(value: object) -> str | None:
    return BRANCH + "none" if value == "none" else _mapping_or_text(value)


def _kind_of_count(value: object) -> str | None:
    if isinstance(value, dict):
        return BRANCH + "operations"
    return BRANCH + "sum" if type(value) is int else None


def _day(value: object) -> object:
    """The date of a text such as `2027-01-31`; pydantic's own reading takes other notations, too."""
    if isinstance(value, date):
        return value
    try:
        if isinstance(value, str) and re.fullmatch(DAY, value):
            return date.fromisoformat(value)
    except ValueError:  # the 31st of February
        pass
    raise PydanticCustomError("day", "expected a day such as `2027-01-31`")


Many: TypeAlias = Annotated[tuple[T, ...], Field(strict=False)]
Text: TypeAlias = Annotated[str, Field(min_length=1, strict=True)]
AccountId: TypeAlias = Annotated[str, Field(pattern=ACCOUNT_ID, strict=True, examples=["222222222222"])]
Region: TypeAlias = Annotated[str, Field(pattern=REGION, examples=["eu-west-1"])]
Day: TypeAlias = Annotated[
    date, BeforeValidator(_day), WithJsonSchema({"type": "string", "pattern": DAY, "examples": ["2027-01-31"]})
]
Days: TypeAlias = Annotated[int, Field(ge=1)]
AccountState: TypeAlias = Literal["PENDING_ACTIVATION", "ACTIVE", "SUSPENDED", "PENDING_CLOSURE", "CLOSED"]
Document: TypeAlias = Annotated[dict[str, Any], AfterValidator(_document)]
Names: TypeAlias = Annotated[Many[Text] | None, Field(description="names of policies, in attachment order")]


class Part(BaseModel):
    """A mapping with known keys of known types."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)


class OrganizationFacts(Part):
    """What AWS says of the organization as a whole."""

    id: Text | None = None
    management_account: AccountId | None = None
    backup_policies_enabled: bool | None = Field(None, description="absent counts as true")


# No `Part`: there are 200,000 of them, and a model takes 680 bytes and twice the time, slots take 280.
@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid", defer_build=True))
class Account:
    """An account below a unit or the root."""

    id: AccountId
    name: Text
    state: AccountState | None = Field(
        default=None,
        description="as AWS has it; suspended, closing and closed accounts count for nothing; absent: ACTIVE",
    )
    tags: dict[Text, Annotated[str, Strict()]] | None = Field(default=None, description="absent: the account has none")
    policies: Names = None

    @property
    def counts(self) -> bool:
        """Whether policies reach the account: it is neither suspended nor on its way out of the organization."""
        return self.state in {None, "ACTIVE", "PENDING_ACTIVATION"}


class Unit(Part):
    """An organizational unit with what is below it."""

    name: Text
    id: Text | None = None
    policies: Names = None
    units: Many[Unit] | None = None
    accounts: Many[Account] | None = None


class Root(Unit):
    """The root, which is a unit without a name to speak of."""

    name: Text = "Root"


class ListedUnit(Part):
    """A unit of a pulled list: it names its parent instead of standing in it."""

    id: Text
    name: Text
    parent: Text | None = Field(None, description="id of the root or of a unit")
    policies: Names = None


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid", defer_build=True))
class ListedAccount(Account):
    """An account of a pulled list."""

    parent: Text | None = Field(default=None, description="id of the root or of a unit")


class StoredPolicy(Part):
    """A policy as Organizations stores it: AWS's document, as text or as a mapping."""

    id: Text | None = None
    description: str | None = None
    tags: dict[Text, str] | None = None
    content: Annotated[
        Annotated[Text, Tag(BRANCH + "text")] | Annotated[Document, Tag(BRANCH + "mapping")],
        Discriminator(_mapping_or_text, "alternative", "expected the policy's document, as text or as a mapping"),
    ]


class UnitScope(Part):
    """All accounts below a unit, at any depth."""

    ou: Text = Field(description="path of a unit, below the root")


Scope: TypeAlias = Annotated[
    Annotated[Literal["*"], Tag(BRANCH + "all")]
    | Annotated[Many[AccountId], Tag(BRANCH + "ids")]
    | Annotated[UnitScope, Tag(BRANCH + "unit")],
    Discriminator(
        _kind_of_scope, "alternative", 'expected "*", a list of account ids, or a unit such as {ou: "Workloads"}'
    ),
]


class Lock(Part):
    """A vault lock; retention in days, absent where the lock does not limit it (facts 4.2.1, 4.2.3)."""

    mode: Literal["governance", "compliance"]
    min_retention_days: Days | None = None
    max_retention_days: Days | None = None
    changeable_until: Day | None = Field(
        None, description="day from which on nobody can remove a compliance lock; absent: nobody can"
    )

    @model_validator(mode="after")
    def _in_order(self) -> Lock:
        least, most = self.min_retention_days, self.max_retention_days
        if least and most and least > most:
            message = "`min_retention_days` ({least}) is more than `max_retention_days` ({most})"
            raise PydanticCustomError("lock", message, {"least": least, "most": most})
        if self.mode == "governance" and self.changeable_until:
            message = "`changeable_until` belongs to a compliance lock: a governance lock can be removed at any time"
            raise PydanticCustomError("lock", message)
        return self


LockState: TypeAlias = Annotated[
    Annotated[Literal["none"], Tag(BRANCH + "none")] | Annotated[Lock, Tag(BRANCH + "lock")],
    Discriminator(_kind_of_lock, "alternative", "expected `none`, or a lock such as {mode: governance}"),
]


VaultPolicy: TypeAlias = Annotated[
    Annotated[Literal["none"], Tag(BRANCH + "none")]
    | Annotated[Text, Tag(BRANCH + "text")]
    | Annotated[Document, Tag(BRANCH + "mapping")],
    Discriminator(_kind_of_policy, "alternative", "expected `none`, or an IAM policy, as text or as a mapping"),
]

NO_AIR_GAPPED_KEY = "aws_managed"
"""The key that no air-gapped vault has: AWS owns it, or the customer manages it (facts 4.1)."""

_AIR_GAPPED_LEAST = limits()["air_gapped_least_days"]


class Vault(Part):
    """A backup vault that exists under one name in every account and Region of its scope."""

    name: Text
    accounts: Scope | None = None
    regions: Many[Region] | None = None
    type: Literal["standard", "logically_air_gapped"] | None = None
    lock: LockState | None = Field(None, description="`none`: the vault is not locked")
    key: Literal["customer", "aws_managed", "aws_owned"] | None = None
    policy: VaultPolicy | None = Field(None, description="its access policy; `none`: it has none; absent: unknown")

    @model_validator(mode="after")
    def _can_be(self) -> Vault:
        """An air-gapped vault has a key and, from its creation on, a lock for good that not every vault has (4.1)."""
        if self.type == "logically_air_gapped" and self.key == NO_AIR_GAPPED_KEY:
            message = (
                "vault `{vault}` is air-gapped, and its key is `{key}`; expected `aws_owned` or `customer`, as all of "
                "them have, or no `key` where it is unknown"
            )
            raise PydanticCustomError("key", message, {"vault": escaped(self.name), "key": self.key})
        if self.type == "logically_air_gapped" and (found := no_air_gapped_lock(self.lock)):
            message = (
                "vault `{vault}` is air-gapped, and its lock {found}; expected `compliance` with at least {least} "
                "days, as all of them have, or no `lock` where it is unknown"
            )
            context = {"vault": escaped(self.name), "found": found, "least": _AIR_GAPPED_LEAST}
            raise PydanticCustomError("lock", message, context)
        return self


def no_air_gapped_lock(lock: Lock | Literal["none"] | None) -> str:
    """The part of a lock that no air-gapped vault can have, in words.

    A bound that is absent is unknown, as the lock may be.
    """
    if lock is None or lock == "none":
        return "is `none`" if lock else ""
    if lock.mode != "compliance":
        return f"has the mode `{lock.mode}`"
    if lock.changeable_until:
        return "has `changeable_until`"
    for key in ("min_retention_days", "max_retention_days"):
        days = getattr(lock, key)
        if days is not None and days < _AIR_GAPPED_LEAST:
            return f"has `{key}: {days}`"
    return ""


class Role(Part):
    """An IAM role that exists in every account of its scope."""

    name: Text
    accounts: Scope | None = None


class Searched(Part):
    """Where vaults and roles were looked for; what lies outside is as unknown as a snapshot without them.

    Accounts or Regions that are absent mean all of them.
    """

    accounts: Scope | None = None
    regions: Many[Region] | None = None


class SearchedAccounts(Part):
    """In which accounts roles were looked for; absent: in all."""

    accounts: Scope | None = None


class Looked(Part):
    """Where a reading of AWS looked for each part of a snapshot; a part that is absent was looked for nowhere."""

    vaults: Searched | None = None
    roles: SearchedAccounts | None = None
    local_plans: Searched | None = None
    restore_testing: Searched | None = None
    frameworks: Searched | None = None

    @property
    def nowhere(self) -> Searched:
        """The search of a part that was looked for in no account."""
        return Searched(accounts=())


class Pulled(Part):
    """How a snapshot was read from AWS: when, by whom, with how many calls, and what could not be read."""

    at: Text | None = Field(None, description="the moment, such as `2026-12-01T06:30:00Z`")
    by: Text | None = Field(None, description="the caller's ARN")
    calls: (
        Annotated[
            Annotated[Annotated[int, Field(ge=0)], Tag(BRANCH + "sum")]
            | Annotated[dict[Text, Annotated[int, Field(ge=0)]], Tag(BRANCH + "operations")],
            Discriminator(_kind_of_count, "alternative", "expected a number of calls, in all or by operation"),
        ]
        | None
    ) = None
    skipped: (
        Many[
            Annotated[
                Annotated[Text, Tag(BRANCH + "text")] | Annotated[Document, Tag(BRANCH + "mapping")],
                Discriminator(_mapping_or_text, "alternative", "expected what could not be read, as text or a mapping"),
            ]
        ]
        | None
    ) = Field(None, description="what could not be read, which is unknown")
    looked: Looked | None = Field(None, description="absent: where nothing is listed, there is nothing")
    published: Literal["none", "chains", "all"] | None = Field(
        None,
        description="of which accounts `last_valid` has what AWS publishes: of one for each chain of attached policies "
        "and of the invalid ones, of all, or of none",
    )
    invalid: Many[AccountId] | None = Field(
        None, description="accounts whose policy AWS calls invalid, so that it keeps the one before; absent: unknown"
    )


class LocalPlan(Part):
    """A backup plan that accounts have of their own, with what AWS answers of it in each account and Region."""

    name: Text
    accounts: Scope | None = None
    regions: Many[Region] | None = None
    content: Document = Field(description="the answer of `get-backup-plan`, or what `create-backup-plan` takes")
    selections: Many[Document] | None = Field(
        None, description="the answers of `get-backup-selection`; absent: unknown"
    )


class RestoreTestingPlan(Part):
    """A restore testing plan with what AWS answers of it in each account and Region of its scope."""

    name: Text
    accounts: Scope | None = None
    regions: Many[Region] | None = None
    content: Document = Field(description="the answer of `get-restore-testing-plan`")
    selections: Many[Document] | None = Field(
        None, description="the answers of `get-restore-testing-selection`; absent: unknown"
    )


class AuditFramework(Part):
    """A framework of AWS Backup Audit Manager that exists under one name in every account and Region of its scope."""

    name: Text
    accounts: Scope | None = None
    regions: Many[Region] | None = None
    content: Document = Field(description="the answer of `describe-framework`, or what `create-framework` takes")


class Settings(Part):
    """Settings of AWS Backup in the management account, by Region where AWS keeps them so."""

    cross_account_backup: bool | None = None
    opt_in: dict[Region, Many[Text]] | None = Field(None, description="resource types that AWS Backup protects")
    dynamodb_advanced: dict[Region, bool] | None = None
