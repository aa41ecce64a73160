"""Resources of accounts as requirements ask for them: what an inventory lists, with the plans that protect it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from policyengine.analysis.requirements.truth import MISSING
from policyengine.analysis.requirements.value_types import ABSENT
from policyengine.aws.deployment import UNKNOWN, DeployedCopy, DeployedPlan, DeployedRule, Minutes
from policyengine.base.records import Record


class LimitedPlan(DeployedPlan):
    """A plan as it backs up some resources: `limit` takes from a rule what AWS Backup does not do for them."""

    def __init__(self, whole: DeployedPlan, limit: Callable[[DeployedRule], DeployedRule]) -> None:
        super().__init__(whole.plan, whole.placement)
        self._whole, self._limit = whole, limit

    @cached_property
    def rules(self) -> tuple[DeployedRule, ...]:
        """Every rule in every Region, without what there is not."""
        return tuple(map(self._limit, self._whole.rules))


class ResourceRow(Record, eq=False):
    """A resource of an account.

    `kind` is the language's name of its type, None where AWS Backup has none; None as `place`, its Region, as `labels`,
    its tags, or as `is_protected` is what nobody knows. `deployed` are the plans that protect it, with the copies that
    there are of it; `reason` is why none does, or why nobody can tell, empty where one does. `of_any_type`: it is a
    cluster that may be of another type than `kind` as well.
    """

    arn: str
    kind: str | None
    place: str | None
    labels: Mapping[str, str] | None
    is_protected: bool | None
    deployed: tuple[DeployedPlan, ...] = ()
    names: tuple[str, ...] = ()
    reason: str = ""
    has_local_plan: bool = False
    of_any_type: bool = False

    @property
    def type(self) -> object:
        """The type as conditions compare it."""
        if self.of_any_type:
            return UNKNOWN
        return ABSENT if self.kind is None else self.kind

    @property
    def region(self) -> object:
        """The Region as conditions compare it."""
        return UNKNOWN if self.place is None else self.place

    @property
    def tags(self) -> object:
        """The tags; each is unknown where nobody looked."""
        return _UNKNOWN_TAGS if self.labels is None else self.labels

    @property
    def protected(self) -> object:
        """Whether a plan protects it."""
        return UNKNOWN if self.is_protected is None else self.is_protected

    @property
    def plans(self) -> object:
        """The names of the plans that protect it."""
        return UNKNOWN if self.is_protected is None else self.names

    @property
    def rules(self) -> tuple[DeployedRule, ...]:
        """The rules that back it up, in the Region where it is."""
        return tuple([rule for plan in self.deployed for rule in plan.rules if self.place in {None, rule.region}])

    @property
    def copies(self) -> tuple[DeployedCopy, ...]:
        """The copies of these rules that there surely are of it."""
        return tuple(copy for rule in self.rules for copy in rule.copies)

    def hides(self, over: str) -> bool:
        """Whether there may be more of a kind of elements, such as `copy`, than it shows."""
        return self.hides_plans or (over == "copy" and any(rule.unsure_copies for rule in self.rules))

    @property
    def hides_plans(self) -> bool:
        """Whether a plan that is not in `deployed` backs it up, or may do so."""
        return self.is_protected is None or self.has_local_plan

    @property
    def interval(self) -> object:
        """The smallest interval of a rule that backs it up; missing where none does."""
        intervals = [rule.rule.interval for rule in self.rules]
        return self._of_rules([interval for interval in intervals if interval is not UNKNOWN], len(intervals), min)

    @property
    def retention(self) -> object:
        """The longest retention of a rule that backs it up; missing where none does."""
        retentions = [rule.rule.retention for rule in self.rules]
        return self._of_rules(retentions, len(retentions), max)

    @property
    def why(self) -> str:
        """The reason as a message has it behind what it is the reason for."""
        return f" ({self.reason})" if self.reason else ""

    def _of_rules(self, values: list[Minutes], number: int, best: Callable[[list[Minutes]], Minutes]) -> object:
        if self.hides_plans:
            return UNKNOWN
        if not number:
            return MISSING
        return best(values) if len(values) == number else UNKNOWN


class _UnknownTags(Mapping[str, object]):
    """The tags of a resource at which nobody looked."""

    def __getitem__(self, key: str) -> object:
        return UNKNOWN

    def get(self, key: str, default: object = None) -> object:  # noqa: ARG002 - what is unknown may be there
        """The value of a tag, which nobody knows."""
        return UNKNOWN

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


_UNKNOWN_TAGS = _UnknownTags()


class AccountResources(Record, eq=False):
    """The resources of an account."""

    rows: tuple[ResourceRow, ...]


NO_RESOURCES = AccountResources(())


class ResourceRows(Record, eq=False):
    """The resources of accounts by the accounts' ids; an account that is not in it has none.

    `unlisted` are the types whose resources the inventory cannot list.
    """

    accounts: Mapping[str, AccountResources]
    unlisted: frozenset[str] = frozenset()

    def of(self, account: str) -> AccountResources:
        """The resources of an account by its id."""
        return self.accounts.get(account, NO_RESOURCES)
