"""The smallest change that would protect resources, by the reason why no plan does (coverage.md#reasons).

None is named where something else is known to be in the way as well. Undecided resources are decided by theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping

from policyengine.analysis.coverage import UNTOLD_CLUSTER, CoverageReason, named_type, opt_in_names
from policyengine.aws.facts import features, resource_types, types_of_pattern
from policyengine.base.text import listed, quoted
from policyengine.report.coverage.result import CoverageCause, CoverageReport
from policyengine.report.shown_text import some

NOT_ONE = "no one change is sure to be enough: `policyengine explain --resource ARN` has every clause"
"""What stands in place of a remedy where several clauses fail, or another one asks for the same tag."""

_R = CoverageReason
_NO_VALUE = " not like *"
_MOST_REGIONS = 20


def change_for(cause: CoverageCause, covered: CoverageReport) -> str:
    """The smallest change that would protect the resources of a cause, after what no policy can change."""
    if cause.first.reason is _R.NO_PLAN_FOR_ACCOUNT and cause.first.account:
        if inactive := covered.organization.inactive.get(cause.first.account):
            return f"leave the account out of the inventory: it is {inactive.condition}, and no policy reaches it"
        if cause.first.account in covered.accounts and not covered.organization.backup_policies_enabled:
            return "enable backup policies for the organization: none is in force before"
    return remedy(cause, covered.accounts)


def remedy(cause: CoverageCause, accounts: Container[str | None]) -> str:
    """The smallest change to policies or resources; `accounts` are those that the snapshot has."""
    if cause.first.reason is _R.NO_PLAN_FOR_ACCOUNT and cause.first.account not in accounts:
        return "pull the snapshot again, or leave the account out of the inventory: the snapshot does not have it"
    if cause.first.reason in _OF_THE_ACCOUNT and None in cause.types:
        return _REMEDIES[_R.TYPE_NOT_SUPPORTED](cause)
    if not cause.alone:
        return NOT_ONE
    advice = _REMEDIES[cause.first.reason](cause)
    return advice + (_elsewhere(cause) if cause.first.reason in _OF_THE_RESOURCE else "")


def _elsewhere(cause: CoverageCause) -> str:
    """Of which other resource the change is where another one decides: a cluster, or what contains the resource."""
    around = {named_type(kind) for kind in cause.kinds} & _CONTAINERS - cause.types.keys()
    advice = f"; of what {_names(around)} contains, the same there" if around else ""
    if "RDS" not in cause.types or not cause.kinds - _CONTAINERS - {"RDS"}:
        return advice
    how = "the same of the cluster" if cause.first.reason in _OF_THE_LIST else "on the cluster"
    return f"{advice}; of an instance of a cluster, {how}"


def _value(pair: str) -> str:
    return quoted(pair.partition(" = ")[2], 120)


def _key(pair: str) -> str:
    return quoted(pair.partition(" = ")[0], 120)


def _tag(wanted: str) -> str:
    return f"{'one of ' if ', ' in wanted else ''}{quoted(wanted, 120)}"


def _names(names: Iterable[str]) -> str:
    return listed(sorted(set(names)), "and")


def _written(cause: CoverageCause, sharing: Callable[[str], Iterable[str]] = lambda kind: (kind,)) -> str:
    """Its types as selections write them: names stand for the project's partition, for another one the patterns.

    `sharing` has the types that are meant by one of them.
    """
    return _names(
        name if group.partition in {"", cause.partition} else resource_types(group.partition)[name]
        for group in cause.groups
        for kind in group.kinds
        for name in sharing(named_type(kind))
    )


def _in_regions(cause: CoverageCause) -> str:
    return f" in {some(cause.regions, _MOST_REGIONS)}" if cause.regions else ""


def _has_selected_key(cause: CoverageCause) -> bool:
    """Whether the tag has the key that is selected: otherwise another value in the selection takes nothing."""
    return _key(cause.first.observed) == _key(cause.first.wanted)


def _retag_or_value(cause: CoverageCause) -> str:
    written = f"write the tag as {_tag(cause.first.wanted)}"
    if not _has_selected_key(cause):
        return written
    return f"{written}, or add {_value(cause.first.observed)} to `values` of the selection"


def _value_or_retag(cause: CoverageCause) -> str:
    tagged = f"tag it {_tag(cause.first.wanted)}"
    if not _has_selected_key(cause):
        return tagged
    return f"add {_value(cause.first.observed)} to `values` of the selection, or {tagged}"


def _retag(cause: CoverageCause) -> str:
    return f"write the tag as {_tag(cause.first.wanted)}: its key is {_key(cause.first.observed)}"


def _tagged(cause: CoverageCause) -> str:
    return f"tag it {_tag(cause.first.wanted)}"


def _condition(cause: CoverageCause) -> str:
    if cause.first.wanted.endswith(_NO_VALUE):
        return "change the condition: no value of the tag meets it"
    return f"give it a tag that meets {quoted(cause.first.wanted, 120)}, or change the condition"


def _opt_in(cause: CoverageCause) -> str:
    names = _names(name for kind in cause.kinds for name in opt_in_names(kind) or ())
    return f"opt in to {names}{_in_regions(cause)} in the management account's settings of AWS Backup"


def _opt_in_known(cause: CoverageCause) -> str:
    """What decides where nobody knows an opt-in; of some types AWS does not say by which name they are opted in to."""
    nameless = [kind for kind in cause.types if kind and opt_in_names(kind) is None]
    added = f"add{_in_regions(cause)} the opt-in to `settings.opt_in` of the snapshot"
    added += "; list a cluster with its `engine`" * (UNTOLD_CLUSTER in cause.kinds)
    names = _written(cause, lambda kind: {kind}.intersection(nameless))
    named = f"name {names} in `types` of a selection: by which name AWS has the opt-in is not known"
    if len(nameless) == len(cause.types):
        return named
    return f"{added}; {named}" if nameless else added


def _attached(cause: CoverageCause) -> str:
    """The policy to attach; some types need the opt-in whatever a selection says."""
    advice = "attach a policy whose plan selects it to the account, or to a unit above it"
    always = {named_type(kind) for kind in cause.kinds if features(named_type(kind)).opt_in_always}
    return f"{advice}; {_names(always)} needs the opt-in{_in_regions(cause)}, too" if always else advice


def _left_out(cause: CoverageCause) -> str:
    """The types to take out of `except_types`, with those that share their pattern: AWS excludes the pattern."""
    every = types_of_pattern("aws")
    return f"take {_written(cause, lambda kind: every[resource_types('aws')[kind]])} out of `except_types`"


def _types(cause: CoverageCause) -> str:
    return f"add {_written(cause)} to `types` of the selection"


_REMEDIES: Mapping[CoverageReason, Callable[[CoverageCause], str]] = {
    _R.NO_PLAN_FOR_ACCOUNT: _attached,
    _R.POLICY_INVALID: lambda cause: (
        f"mend the policy: `policyengine effective {cause.first.account or 'ACCOUNT'}` shows its errors;"
        " which resources it protects is known then"
    ),
    _R.TYPE_NOT_SUPPORTED: lambda _: "none in a policy: back it up by the service's own means",
    _R.RESTORE_TEST_LEFTOVER: lambda _: "delete it once the restore test is over",
    _R.NOT_AVAILABLE: lambda _: "bring it back into service: EC2 running or stopped, databases available",
    _R.OPT_IN_OFF: _opt_in,
    _R.EXCLUDED_BY_CONDITION: _condition,
    _R.EXCLUDED_BY_TYPE: _left_out,
    _R.TAG_KEY_CASE: _retag,
    _R.TAG_VALUE_CASE_OR_SPACE: _retag_or_value,
    _R.TAG_KEY_TYPO: _retag,
    _R.TAG_VALUE_TYPO: lambda cause: f"write the tag as {_tag(cause.first.wanted)}",
    _R.REGION_NOT_IN_PLAN: lambda cause: f"add {cause.first.region or 'its Region'} to `regions` of the plan",
    _R.TAG_VALUE_NOT_SELECTED: _value_or_retag,
    _R.TYPE_NOT_SELECTED: _types,
    _R.NO_TAG: _tagged,
    _R.ACCOUNT_UNKNOWN: lambda _: "list it with its account: a column `account`, or AWS Config's `accountId`",
    _R.REGION_UNKNOWN: lambda _: "list it with its Region: a column `region`, or AWS Config's `awsRegion`",
    _R.TAGS_UNKNOWN: lambda _: "list it with its tags: an AWS Config query that selects `tags` has them",
    _R.OPT_IN_UNKNOWN: _opt_in_known,
    _R.NAMED_BESIDE_ALL: lambda cause: f"{_opt_in(cause)}, or name it in a selection without `*`",
    _R.STATE_UNKNOWN: lambda _: "list it with its state: a column `state`, or AWS Config's `configuration`",
    _R.NEGATED_CONDITION: lambda _: (
        "give it the tag of the negated condition, which `policyengine explain --resource ARN` names;"
        " where its key lacks `aws:ResourceTag/`, write it so"
    ),
    _R.CONDITIONS_ALONE: lambda _: 'give the selection the types that are meant, `types = ["*"]` for all of them',
    _R.PATTERN_UNKNOWN: lambda _: "correct the patterns under `last_valid` in the snapshot, as AWS publishes them",
}
if set(_REMEDIES) != set(CoverageReason):
    raise LookupError("a reason has no remedy")

_OF_THE_ACCOUNT = frozenset({_R.NO_PLAN_FOR_ACCOUNT, _R.POLICY_INVALID})
_CONTAINERS = frozenset({"CloudFormation", "EC2", "EKS"})
_OF_THE_LIST = frozenset({_R.ACCOUNT_UNKNOWN, _R.REGION_UNKNOWN, _R.TAGS_UNKNOWN, _R.STATE_UNKNOWN})
_OF_THE_RESOURCE = frozenset(
    {
        *(_R.NOT_AVAILABLE, _R.EXCLUDED_BY_CONDITION, _R.TAG_KEY_CASE, _R.TAG_VALUE_CASE_OR_SPACE, _R.TAG_KEY_TYPO),
        *(_R.TAG_VALUE_TYPO, _R.TAG_VALUE_NOT_SELECTED, _R.NO_TAG),
        *(*_OF_THE_LIST, _R.NEGATED_CONDITION),
    }
)
"""The reasons whose remedy changes the resource that is judged."""
