"""Resources of accounts as requirements ask for them: what an inventory lists, with the plans that protect it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from policyengine.analysis.requirements.truth import ABSENT, MISSING
from policyengine.aws.deployment import UNKNOWN, DeployedCopy, DeployedPlan, DeployedRule, Minutes
from policyengine.base.records import entity


@entity
class ResourceRow:
    """A resource of an account.

    `kind` is the language's name of its type, None where AWS Backup has none; None as `place`, its Region, as `labels`,
    its tags, or as `is_protected` is what nobody knows. `deployed` are the plans that protect it, `reason` is why none
    does, or why nobody can tell, empty where one does. `can_copy` is whether AWS Backup copies points of it at all,
    None where that is unknown, `can_leave` whether it does to other accounts.
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
    can_copy: bool | None = True
    can_leave: bool = True

    @property
    def type(self) -> object:
        """The type as conditions compare it."""
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
        """The rules that back it up, in the Region where it is, without the copies that there cannot be of it."""
        rules = [rule for plan in self.deployed for rule in plan.rules if self.place in {None, rule.region}]
        if self.can_copy is not False and self.can_leave:
            return tuple(rules)
        return tuple([_with_copies(rule, self.can_copy is not False) for rule in rules])

    @property
    def copies(self) -> tuple[DeployedCopy, ...]:
        """The copies of these rules that there surely are of it."""
        return tuple(copy for rule in self.rules for copy in rule.copies) if self.can_copy else ()

    def hides(self, over: str) -> bool:
        """Whether there may be more of a kind of elements, such as `copy`, than it shows."""
        unsure = over == "copy" and self.can_copy is None and any(rule.copies for rule in self.rules)
        return self.hides_plans or unsure

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

    def _of_rules(self, known: list[Minutes], number: int, best: Callable[[list[Minutes]], Minutes]) -> object:
        if self.hides_plans:
            return UNKNOWN
        if not number:
            return MISSING
        return best(known) if len(known) == number else UNKNOWN


@lru_cache(maxsize=4096)
def _with_copies(rule: DeployedRule, inside: bool) -> DeployedRule:  # noqa: FBT001 - of a cache
    """A rule with the copies that stay inside the account, or with none."""
    return replace(rule, copies=tuple([copy for copy in rule.copies if inside and copy.cross_account is not True]))


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


@entity
class AccountResources:
    """The resources of an account."""

    rows: tuple[ResourceRow, ...]


NO_RESOURCES = AccountResources(())


@entity
class ResourceRows:
    """The resources of accounts by the accounts' ids; an account that is not in it has none.

    `unlisted` are the types whose resources the inventory cannot list.
    """

    accounts: Mapping[str, AccountResources]
    unlisted: frozenset[str] = frozenset()

    def of(self, account: str) -> AccountResources:
        """The resources of an account by its id."""
        return self.accounts.get(account, NO_RESOURCES)
