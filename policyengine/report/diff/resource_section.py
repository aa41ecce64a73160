"""The effect of a change on resources, in the formats of `diff`: which lose or gain protection, in groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

from policyengine.analysis.coverage import TURNS, ChangedResources, CoverageChange
from policyengine.aws.facts import backup_name
from policyengine.report.account_names import AccountNames
from policyengine.report.blind_spots import blind_spots_json, with_blind_spots
from policyengine.report.coverage_reasons import MEANINGS
from policyengine.report.markdown import Section, code, folded, item, prose
from policyengine.report.shown_text import count, some
from policyengine.report.terminal import TerminalPage

_MOST = 20  # groups
_SAMPLE = 3  # ARNs of a group
_REGIONS = 3
_STYLES = {"lost": "error", "undecided": "warning", "gained": "good"}
_VERBS = {"lost": "lost", "undecided": "no longer decided", "gained": "gained"}


def write_resources(page: TerminalPage, change: CoverageChange, names: AccountNames) -> None:
    """Adds what becomes of resources to a page for people."""
    groups = _together(change)
    page.gap()
    for turns in groups[:_MOST]:
        turn = turns[0]
        page.line((f"resources {turn.turn}", _STYLES[turn.turn]), ": ", (title(turns, names), "strong"))
        page.line("   ", why(turn))
        page.line((f"   {_sample(turns)}", "dim"))
        page.line()
    if len(groups) > _MOST:
        page.line((f"and {count(len(groups) - _MOST, 'more group')}; --format json has them", "dim"))
    page.line(("resources", "error" if change.number("lost") else "strong"), f": {summary(change)}")


def resource_sections(change: CoverageChange, names: AccountNames) -> Iterator[Section]:
    """The tables of lost and gained resources of a comment on a pull request; the gained ones are folded."""
    yield Section("\n", [item(f"**resources**: {prose(summary(change))}")])
    groups = _together(change)
    lost = [_entry(turns, names) for turns in groups if turns[0].turn != "gained"]
    yield Section("\n", lost)
    gained = [_entry(turns, names) for turns in groups if turns[0].turn == "gained"]
    yield folded(f"{count(change.number('gained'), 'resource')} gained", gained)


def resource_rows(change: CoverageChange, names: AccountNames) -> Iterator[tuple[str, ...]]:
    """The rows of lost and gained resources: which, why, and some of their ARNs."""
    for turns in _together(change):
        yield _VERBS[turns[0].turn], title(turns, names), why(turns[0]), _sample(turns)


_Turns = Sequence[ChangedResources]


def _together(change: CoverageChange) -> list[_Turns]:
    """The turns that differ in account, Region and type alone stand in one group, in the order of the first."""
    groups: dict[tuple[object, ...], list[ChangedResources]] = {}
    for turn in change.turns:
        groups.setdefault((turn.turn, turn.plans, turn.reason), []).append(turn)
    return list(groups.values())


def _sample(turns: _Turns) -> str:
    """A few ARNs, and how many more there are."""
    arns, number = _arns(turns), sum(turn.count for turn in turns)
    rest = f" and {number - len(arns):,} more" if number > len(arns) else ""
    return ", ".join(arns) + rest


def _arns(turns: _Turns) -> list[str]:
    return list(chain.from_iterable(turn.sample for turn in turns))[:_SAMPLE]


def _entry(turns: _Turns, names: AccountNames) -> str:
    lines = [f"- **{_VERBS[turns[0].turn]}**: {prose(title(turns, names))}", f"  - {prose(why(turns[0]))}"]
    lines += [f"  - {code(arn)}" for arn in _arns(turns)]
    return "".join(map(item, lines))


def resources_json(change: CoverageChange) -> dict[str, object]:
    """The lost and gained resources in JSON."""
    return {
        "resources": change.resources,
        **{turn: change.number(turn) for turn in TURNS},
        "groups": [_json(turn) for turn in change.turns],
        "not_visible": blind_spots_json(change.not_visible),
    }


def _json(turn: ChangedResources) -> dict[str, object]:
    return {
        "turn": turn.turn,
        "account": turn.account,
        "region": turn.region,
        "type": backup_name(turn.type),
        "plans": list(turn.plans),
        "reason": turn.reason.value if turn.reason else None,
        "count": turn.count,
        "sample": list(turn.sample),
    }


def summary(change: CoverageChange) -> str:
    """`2 lost, 1 gained of 40 resources`, and what nobody sees."""
    parts = [f"{number:,} {_VERBS[turn]}" for turn in TURNS if (number := change.number(turn))]
    sums = f"{', '.join(parts) or 'none lost, none gained'} of {count(change.resources, 'resource')}"
    return with_blind_spots(sums, change.not_visible)


def title(turns: _Turns, names: AccountNames) -> str:
    """`2 RDS in payments (222222222222), eu-west-1`."""
    types: Counter[str] = Counter()
    for turn in turns:
        types[turn.type or "no type of AWS Backup"] += turn.count
    regions = some(sorted({turn.region for turn in turns if turn.region}), _REGIONS)
    where = ", ".join(part for part in (_accounts(turns, names), regions) if part)
    return f"{some([f'{number:,} {kind}' for kind, number in types.most_common()])} in {where}"


def _accounts(turns: _Turns, names: AccountNames) -> str:
    ids = sorted({turn.account for turn in turns if turn.account})
    known = names.named(ids) if ids else ""
    nowhere = "" if all(turn.account for turn in turns) else "an unknown account"
    return ", ".join(part for part in (known, nowhere) if part)


def why(turn: ChangedResources) -> str:
    """The plans that protected them and why none does now, or those that do now."""
    plans = some([f"`{name}`" for name in turn.plans]) or "no plan"
    if turn.reason is None:
        return f"now protected by {plans}"
    return f"protected by {plans} before; now {turn.reason.value}: {MEANINGS[turn.reason]}"
