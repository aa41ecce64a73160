"""Coverage in words that every format for people shares: what a reason means, and the smallest change that helps."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from policyengine.analysis.coverage import CoverageGroup, CoverageReason
from policyengine.analysis.findings import GateLimit
from policyengine.aws.resources import NotVisible
from policyengine.base.source import Position
from policyengine.base.text import quoted
from policyengine.report.check.result import FilePlace, place
from policyengine.report.coverage.result import CoverageCause, CoverageReport, counted_types
from policyengine.report.coverage_reasons import MEANINGS, NOTES
from policyengine.report.shown_text import clipped, count, some

_R = CoverageReason
_MOST_TYPES = 6
_LONGEST_LINE = 120  # characters of a policy's line


def share(covered: CoverageReport) -> str:
    """`92.5 % protected`; of very many the share is never rounded up to all."""
    result = covered.result
    if not result.resources:
        return "no resources"
    tenths = result.protected * 1000 // result.resources
    return f"{tenths // 10}.{tenths % 10} % protected"


def headline(covered: CoverageReport) -> str:
    """The sums in one line, and what nobody sees."""
    result = covered.result
    numbers = f"{result.protected:,} of {count(result.resources, 'resource')}"
    parts = [f"{result.unprotected:,} unprotected"]
    if result.undecided:
        parts.append(f"{result.undecided:,} undecided")
    hidden = "; ".join(map(not_visible, result.not_visible))
    return f"{share(covered)} ({numbers}), {', '.join(parts)}{f'; {hidden}' if hidden else ''}"


def not_visible(hidden: NotVisible) -> str:
    """`not visible to config: FSx, Timestream`."""
    types = some(hidden.types, _MOST_TYPES)
    untagged = "what never had a tag" if hidden.untagged else ""
    return f"not visible to {hidden.source}: {', '.join(part for part in (types, untagged) if part)}"


def remarks(covered: CoverageReport) -> list[str]:
    """What no group says: notes on protected resources."""
    return [f"{count(number, 'protected resource')} {NOTES[note]}" for note, number in covered.result.notes.items()]


def cause_title(cause: CoverageCause, covered: CoverageReport) -> str:
    """`12 RDS, 3 EBS in payments (222222222222), eu-west-1`."""
    types = ", ".join(f"{number:,} {kind}" for kind, number in counted_types(cause))
    places = _accounts(cause, covered)
    regions = some(cause.regions, 3)
    return f"{types} in {', '.join(part for part in (places, regions) if part)}"


def _accounts(cause: CoverageCause, covered: CoverageReport) -> str:
    ids = cause.accounts
    nowhere = any(group.account is None for group in cause.groups)
    known = [number for number in ids if number in covered.accounts]
    names = covered.check.names.named(known) if known and covered.check.names else ""
    others = [covered.account_title(number) for number in ids if number not in covered.accounts]
    parts = [names, some(others, 3), covered.account_title(None) if nowhere else ""]
    return ", ".join(part for part in parts if part)


def compared(group: CoverageGroup) -> str:
    """What a resource has against what a selection wants; empty where no value decides."""
    if group.reason is _R.REGION_NOT_IN_PLAN:
        return f"it is in {group.observed or 'some Region'}, and the plan runs in {group.wanted or 'none'}"
    if group.observed and group.wanted:
        return f"it has {quoted(group.observed, 120)}, and the selection wants {quoted(group.wanted, 120)}"
    if group.wanted:
        return f"the selection wants {quoted(group.wanted, 120)}"
    return f"it has {quoted(group.observed, 120)}" if group.observed else ""


def written_line(group: CoverageGroup) -> str:
    """The line of a policy that nearly matched: its place, its text, and whose it is; empty where none has a line."""
    span = group.span
    if span is None or not span.source.text:
        return ""
    text = clipped(span.source.line(span.first.line).strip(), _LONGEST_LINE)
    of = f" (policy {some(group.policies)})" if group.policies else ""
    return f"{span.source.name}:{span.first.line}: {text}{of}"


def remedy(group: CoverageGroup, covered: CoverageReport) -> str:
    """The smallest change that would protect the resources of a group."""
    if group.reason is _R.NO_PLAN_FOR_ACCOUNT and group.account not in covered.accounts:
        return "pull the snapshot again, or leave the account out of the inventory: the snapshot does not have it"
    return _REMEDIES[group.reason](group)


def _kind(group: CoverageGroup) -> str:
    return quoted(group.type or "the type")


def _value(pair: str) -> str:
    return quoted(pair.partition(" = ")[2], 120)


def _key(pair: str) -> str:
    return quoted(pair.partition(" = ")[0], 120)


def _tag(wanted: str) -> str:
    return f"{'one of ' if ', ' in wanted else ''}{quoted(wanted, 120)}"


def _in_region(group: CoverageGroup) -> str:
    return f" in {group.region}" if group.region else ""


def _has_selected_key(group: CoverageGroup) -> bool:
    """Whether the tag has the key that is selected: otherwise another value in the selection takes nothing."""
    return _key(group.observed) == _key(group.wanted)


def _retag_or_value(group: CoverageGroup) -> str:
    written = f"write the tag as {_tag(group.wanted)}"
    if not _has_selected_key(group):
        return written
    return f"{written}, or add {_value(group.observed)} to `values` of the selection"


def _value_or_retag(group: CoverageGroup) -> str:
    tagged = f"tag it {_tag(group.wanted)}"
    if not _has_selected_key(group):
        return tagged
    return f"add {_value(group.observed)} to `values` of the selection, or {tagged}"


def _retag(group: CoverageGroup) -> str:
    return f"write the tag as {_tag(group.wanted)}: its key is {_key(group.observed)}"


_REMEDIES: Mapping[CoverageReason, Callable[[CoverageGroup], str]] = {
    _R.NO_PLAN_FOR_ACCOUNT: lambda _: "attach a policy with a plan to the account, or to a unit above it",
    _R.POLICY_INVALID: lambda group: (
        f"mend the policy: `policyengine effective {group.account or 'ACCOUNT'}` shows its errors"
    ),
    _R.TYPE_NOT_SUPPORTED: lambda _: "none in a policy: back it up by the service's own means",
    _R.RESTORE_TEST_LEFTOVER: lambda _: "delete it once the restore test is over",
    _R.NOT_AVAILABLE: lambda _: "bring it back into service: EC2 running or stopped, databases available",
    _R.OPT_IN_OFF: lambda group: (
        f"opt in to {_kind(group)}{_in_region(group)} in the management account's settings of AWS Backup"
    ),
    _R.EXCLUDED_BY_CONDITION: lambda group: (
        f"give it a tag that meets {quoted(group.wanted, 120)}, or change the condition"
    ),
    _R.EXCLUDED_BY_TYPE: lambda group: f"take {_kind(group)} out of `except_types`",
    _R.TAG_KEY_CASE: _retag,
    _R.TAG_VALUE_CASE_OR_SPACE: _retag_or_value,
    _R.TAG_KEY_TYPO: _retag,
    _R.TAG_VALUE_TYPO: lambda group: f"write the tag as {quoted(group.wanted, 120)}",
    _R.REGION_NOT_IN_PLAN: lambda group: f"add {group.region or 'its Region'} to `regions` of the plan",
    _R.TAG_VALUE_NOT_SELECTED: _value_or_retag,
    _R.TYPE_NOT_SELECTED: lambda group: f"add {_kind(group)} to `types` of the selection",
    _R.NO_TAG: lambda group: f"tag it {_tag(group.wanted)}" if group.wanted else "give it the tag",
    _R.ACCOUNT_UNKNOWN: lambda _: "list it with its account: a column `account`, or AWS Config's `accountId`",
    _R.REGION_UNKNOWN: lambda _: "list it with its Region: a column `region`, or AWS Config's `awsRegion`",
    _R.TAGS_UNKNOWN: lambda _: "list it with its tags: an AWS Config query that selects `tags` has them",
    _R.OPT_IN_UNKNOWN: lambda group: f"add{_in_region(group)} the opt-in to `settings.opt_in` of the snapshot",
    _R.STATE_UNKNOWN: lambda _: "list it with its state: a column `state`, or AWS Config's `configuration`",
    _R.NEGATED_CONDITION: lambda group: f"give it the tag of {quoted(group.wanted, 120)}, so that it is decided",
    _R.CONDITIONS_ALONE: lambda _: 'give the selection the types that are meant, `types = ["*"]` for all of them',
}
if set(_REMEDIES) != set(CoverageReason):
    raise LookupError("a reason has no remedy")


def _limited(covered: CoverageReport, limit: GateLimit) -> str:
    if covered.is_limit_open:
        return f"of no resource anybody can say whether it is protected, so --max-unprotected {limit} is not met"
    result = covered.result
    return limit.said("--max-unprotected", "unprotected", (result.protected, result.unprotected, result.undecided))


def ending(covered: CoverageReport) -> str:
    """The last line after the verdict: why it is what it is."""
    said = []
    if covered.limit is not None:
        said.append(_limited(covered, covered.limit))
    if covered.check.demanded:
        standing = sum(bool(finding.requirement) for finding in covered.check.verdict.standing)
        asked = count(len(covered.check.demanded), "requirement")
        said.append(f"{asked} on resources: {count(standing, 'finding') if standing else 'no findings'}")
    return "; ".join(said)


def group_place(group: CoverageGroup, covered: CoverageReport) -> FilePlace:
    """The selection that nearly takes the resources; what no policy's text says, the snapshot does."""
    if group.span and group.span.source.text:
        return place(group.span, covered.check)
    return FilePlace(covered.check.snapshot or "policyengine.toml", Position(1, 1))


def group_text(group: CoverageGroup, covered: CoverageReport) -> str:
    """The group as a sentence: how many resources of each type, why, what would help, and the first few."""
    title = cause_title(CoverageCause((group,)), covered)
    verb = "undecided" if group.reason.is_undecided else "unprotected"
    said = [f"{title} {verb}: {MEANINGS[group.reason]}", compared(group), f"change: {remedy(group, covered)}"]
    said.append(f"for example {some(group.sample, 3)}" if group.sample else "")
    return ". ".join(text for text in said if text)
