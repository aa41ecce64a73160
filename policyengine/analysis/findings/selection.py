"""Which checks a name stands for: `--select`, `--ignore`, and the levels of `[checks]` in `policyengine.toml`.

A name is a check's, its code, or its family's by name or by the beginning of the codes: `vault-missing`, `PE601`,
`environment`, `PE6`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from policyengine.analysis.findings.configuration import NO_SUCH_CHECK
from policyengine.analysis.findings.registry import FAMILY_NAMES, LEVELLED, RULES
from policyengine.base.errors import UsageError
from policyengine.base.rules import Family, Rule
from policyengine.base.text import Nearest, listed, quoted

_SELECTABLE: Mapping[str, tuple[Rule, ...]] = {
    **FAMILY_NAMES,
    **{rule.code: (rule,) for rule in RULES},
    **{rule.name: (rule,) for rule in RULES},
}
_NAMES = frozenset((*Family, *(rule.name for rule in RULES)))
"""All but codes and what they begin with."""


def left_out(select: Sequence[str], ignore: Sequence[str]) -> frozenset[str]:
    """The names of the checks whose findings a run leaves out; a name may be several, with commas between them.

    What AWS refuses, what is wrong with the texts and what the gate rests on stays in whatever is selected, and so do
    errors about requirements (`Gate`). Raises `UsageError` for a name that stands for no check, and for one in `ignore`
    that stands only for checks that stay.
    """
    chosen = {rule.name for name in _each(select) for rule in _rules(name, "--select")}
    dropped = {rule.name for name in _each(ignore) for rule in _droppable(name)}
    free = {rule.name for rule in RULES if not rule.fixed}
    return frozenset((free - chosen if chosen else set()) | (free & dropped))


def levels_by_check(levels: Mapping[str, str]) -> dict[str, str]:
    """The level of each check that `[checks]` sets, by name: what names fewer checks is stronger, of two a name.

    A family's level leaves those of its checks as they are that cannot have it.
    """
    by_check: dict[str, str] = {}
    for name, level in sorted(levels.items(), key=lambda item: (-len(_SELECTABLE[item[0]]), item[0] in _NAMES)):
        for rule in _SELECTABLE[name]:
            if level in LEVELLED[rule.name].levels:
                by_check[rule.name] = level
    return by_check


def _each(names: Iterable[str]) -> list[str]:
    return [name.strip() for several in names for name in several.split(",")]


def _rules(name: str, option: str) -> tuple[Rule, ...]:
    rules = _SELECTABLE.get(name) or _SELECTABLE.get(name.upper()) or _SELECTABLE.get(name.lower())
    if rules is None:
        families = f"`policyengine rules` lists the checks, the families are {listed(Family, 'and')}"
        advice = Nearest(_SELECTABLE).suggestion(name) or families
        raise UsageError(f"{option}: {NO_SUCH_CHECK} {quoted(name)}; {advice}")
    return rules


def _droppable(name: str) -> tuple[Rule, ...]:
    rules = _rules(name, "--ignore")
    if all(rule.fixed for rule in rules):
        raise UsageError(f"--ignore: {quoted(name)} cannot be left out: {rules[0].fixed}")
    return rules
