"""What a change does to resources, in the formats of `diff`: which lose or gain protection, in groups."""

from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.coverage import TURNS, CoverageChange, ResourceTurn
from policyengine.aws.facts import backup_name
from policyengine.report.account_names import AccountNames
from policyengine.report.coverage_reasons import MEANINGS
from policyengine.report.markdown import Section, code, folded, item, prose
from policyengine.report.terminal import TerminalPage, count, some

_MOST = 20
_STYLES = {"lost": "error", "undecided": "warning", "gained": "good"}
_VERBS = {"lost": "lost", "undecided": "no longer decided", "gained": "gained"}


def write_resources(page: TerminalPage, change: CoverageChange, names: AccountNames) -> None:
    """Adds what becomes of resources to a page for people."""
    for turn in change.turns[:_MOST]:
        page.line((f"resources {turn.turn}", _STYLES[turn.turn]), ": ", (title(turn, names), "strong"))
        page.line("   ", why(turn))
        page.line((f"   {some(turn.sample, 3)}", "dim"))
        page.line()
    if len(change.turns) > _MOST:
        page.line((f"and {count(len(change.turns) - _MOST, 'more group')}; --format json has them", "dim"))
    page.line(("resources", "error" if change.number("lost") else "strong"), f": {summary(change)}")


def resource_sections(change: CoverageChange, names: AccountNames) -> Iterator[Section]:
    """What becomes of resources, for a comment on a pull request; what is gained is folded."""
    yield Section("\n", [item(f"**resources**: {prose(summary(change))}")])
    lost = [_entry(turn, names) for turn in change.turns if turn.turn != "gained"]
    yield Section("\n", lost)
    gained = [_entry(turn, names) for turn in change.turns if turn.turn == "gained"]
    yield folded(f"{count(change.number('gained'), 'resource')} gained", gained)


def _entry(turn: ResourceTurn, names: AccountNames) -> str:
    lines = [f"- **{_VERBS[turn.turn]}**: {prose(title(turn, names))}", f"  - {prose(why(turn))}"]
    lines += [f"  - {code(arn)}" for arn in turn.sample]
    return "".join(map(item, lines))


def resources_json(change: CoverageChange) -> dict[str, object]:
    """What becomes of resources, for programs."""
    return {
        "resources": change.resources,
        **{turn: change.number(turn) for turn in TURNS},
        "groups": [_json(turn) for turn in change.turns],
    }


def _json(turn: ResourceTurn) -> dict[str, object]:
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
    """`2 lost, 1 gained of 40 resources`."""
    parts = [f"{number:,} {_VERBS[turn]}" for turn in TURNS if (number := change.number(turn))]
    return f"{', '.join(parts) or 'none lost, none gained'} of {count(change.resources, 'resource')}"


def title(turn: ResourceTurn, names: AccountNames) -> str:
    """`2 RDS in payments (222222222222), eu-west-1`."""
    account = names.named([turn.account]) if turn.account else "an unknown account"
    where = ", ".join(part for part in (account, turn.region or "") if part)
    return f"{turn.count:,} {turn.type or 'no type of AWS Backup'} in {where}"


def why(turn: ResourceTurn) -> str:
    """Which plans protected them and why none does, or which do now."""
    plans = some([f"`{name}`" for name in turn.plans]) or "no plan"
    if turn.reason is None:
        return f"now protected by {plans}"
    return f"protected by {plans} before; now {turn.reason.value}: {MEANINGS[turn.reason]}"
