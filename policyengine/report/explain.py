"""`explain` on a terminal, and as JSON: for each value its trail, winner and losers, with the lines that wrote them."""

from __future__ import annotations

from collections.abc import Sequence

from policyengine.aws.documents import ASSIGN
from policyengine.aws.merge import AccountPolicy, Leaf, Note, NoteKind, Resolved, Step, keys
from policyengine.aws.note_words import error_text, note_detail
from policyengine.aws.setting_words import PathStep, path_steps
from policyengine.aws.settings import COPY_BLOCK, PLAN_BLOCK, RESOURCE_SELECTION, RULE_BLOCK, TAG_SELECTION
from policyengine.language.syntax import is_bare_name, quote
from policyengine.report.effective import STATUS_MEANINGS, STATUS_STYLES, note_json
from policyengine.report.json_output import step_json, to_json
from policyengine.report.shown_text import count
from policyengine.report.terminal import Part, TerminalPage
from policyengine.report.trail_lines import (
    INDENT,
    entry_part,
    is_in_language,
    note_line,
    step_line,
    step_reason,
    value_in_words,
    written_at,
)

_GROUPS = (PLAN_BLOCK, RULE_BLOCK, COPY_BLOCK, TAG_SELECTION, RESOURCE_SELECTION)
SCHEMA = "policyengine/explain/1"


def terminal(
    account: AccountPolicy,
    leaves: Sequence[Leaf],
    *,
    hypothetical: bool = False,
    color: bool = False,
    width: int | None = None,
) -> str:
    """The origin of each leaf's value, by plan, rule and selection; first what the policies could not do.

    A value that one policy sets takes a line; one that several policies speak of has its trail below it.
    """
    page = TerminalPage(color=color, width=width)
    _status(page, account, leaves, hypothetical=hypothetical)
    resolved = account.resolved if account.status != "disabled" else None
    if resolved:
        _faults(page, resolved)
    for group, settings in _grouped(leaves).items():
        page.line()
        page.line((", ".join(map(_named, group)) or "the policy", "strong"), (_aside(group, settings), "dim"))
        for leaf, steps in settings:
            _setting(page, leaf, steps, resolved)
    return page.text()


def _status(page: TerminalPage, account: AccountPolicy, leaves: Sequence[Leaf], *, hypothetical: bool) -> None:
    """The account, whether its policy is valid, and how many values it has."""
    mark = ", hypothetical: what AWS would refuse is left out" if hypothetical else ""
    status = (account.status, STATUS_STYLES[account.status])
    page.line(
        (account.account.path, "strong"), f" ({account.account.id}): ", status, (mark, "warning"), _counts(leaves)
    )
    if account.status in STATUS_MEANINGS:
        page.line(STATUS_MEANINGS[account.status])


def _faults(page: TerminalPage, resolved: Resolved) -> None:
    """The errors of the merge, and the new keys that it ignores."""
    for error in resolved.errors:
        page.line(("error: ", "error"), error_text(error))
    for note in resolved.notes:
        if note.kind is NoteKind.KEY_BLOCKED:
            page.line(("not here: ", "warning"), _not_here(note))


def _not_here(note: Note) -> str:
    """A new key that is ignored, in the words of the file that has it."""
    path, text = note_line(note)
    return f"{path}: `{note.policy.name}`: {text}"


def _counts(leaves: Sequence[Leaf]) -> str:
    """How many values there are, and how many of them policies disagree on."""
    if not leaves:
        return ""
    contested = sum(map(_is_contested, leaves))
    return f": {count(len(leaves), 'value')}" + (f", {contested:,} contested" if contested else "")


def _is_contested(leaf: Leaf) -> bool:
    """Whether some policy had another value: it lost, or was blocked."""
    return any(step.outcome != "applied" for step in leaf.trail)


_Steps = tuple[PathStep, ...]


def _grouped(leaves: Sequence[Leaf]) -> dict[_Steps, list[tuple[Leaf, _Steps]]]:
    """The leaves by the plans, rules, copies and selections that they stand in, each with the rest of its path.

    A block comes before those inside it.
    """
    groups: dict[_Steps, list[tuple[Leaf, _Steps]]] = {}
    for leaf in leaves:
        steps = path_steps(leaf.path)
        depth = next((depth for depth, step in enumerate(steps) if step.row not in _GROUPS), len(steps))
        groups.setdefault(steps[:depth], []).append((leaf, steps[depth:]))
    outermost_first = (steps[:depth] for steps in groups for depth in range(len(steps) + 1))
    return {steps: groups[steps] for steps in dict.fromkeys(outermost_first) if steps in groups}


def _aside(group: _Steps, settings: Sequence[tuple[Leaf, _Steps]]) -> str:
    """AWS's path of a group, where something in it stands in no text of the language; a copy's says it already."""
    named = group and group[-1].row is COPY_BLOCK
    if named or all(is_in_language(leaf.path, leaf.trail) for leaf, _ in settings):
        return ""
    return f"  ({'/'.join(step.place for step in group)})"


def _named(step: PathStep) -> str:
    name = step.name if is_bare_name(step.name) else quote(step.name)
    return f"{step.word} {name}" if step.name else step.word


def _setting(page: TerminalPage, leaf: Leaf, steps: _Steps, resolved: Resolved | None) -> None:
    """A value, and on the same line the only policy that sets it, or below it the trail."""
    (word, sign), place = _called(steps), "/".join(step.place for step in steps)
    aside = "" if place == word or is_in_language(leaf.path, leaf.trail) else f"  ({place})"
    contested = _is_contested(leaf)
    value: list[Part] = [(word, "strong"), f" {sign} ", (value_in_words(leaf), "warning" if contested else "good")]
    alone = len(leaf.trail) == 1 and leaf.trail[0].operator == ASSIGN and not contested
    if alone:
        page.line(
            "  ", *value, (aside, "dim"), f"  by {_author(leaf.trail[0])}", (_line(leaf.path, leaf.trail[0]), "place")
        )
        return
    page.line(
        ("! " if contested else "  ", "warning"),
        *value,
        (aside, "dim"),
        ("  contested" if contested else "", "warning"),
    )
    for step in leaf.trail:
        page.line("  ", *step_line(leaf.path, step))
        if resolved and (note := resolved.note_of(leaf.path, step)):
            page.line(("  " + " " * INDENT + step_reason(note, step), "dim"))


def _called(steps: _Steps) -> tuple[str, str]:
    """A setting as the language calls it, and the sign before its value; a tag and a condition have their names.

    `recovery_point_tags owner` `=`, and its key `recovery_point_tags owner key` `=`; `where production` `like`.
    """
    words = [_named(step) for step in steps]
    if not (part := entry_part(steps[-1].row)):
        return " ".join(words), "="
    kind, _, operator = steps[-2].word.partition(" ")
    name = words[-2].removeprefix(f"{steps[-2].word} ")
    words[-2:] = [f"{kind} {name}" if operator else name, *(["key"] if part == "key" else [])]
    return " ".join(words), operator if operator and part == "value" else "="


def _author(step: Step) -> str:
    return f"`{step.policy.name}` at {step.entity.path or 'the root'}"


def _line(path: str, step: Step) -> str:
    origin = step.policy.origin(keys(path), step.operator)
    return f"  {written_at(origin)}" if origin else ""


def as_json(account: AccountPolicy, leaves: Sequence[Leaf], at: str, *, hypothetical: bool = False) -> str:
    """Every leaf with its trail (interface.md section 4), and the notes of the account's merge."""
    return to_json(
        {
            "schema": SCHEMA,
            "at": at,
            "account": account.account.id,
            "path": account.account.path,
            "status": account.status,
            **({"hypothetical": True} if hypothetical else {}),
            "values": [_value(account, leaf) for leaf in leaves],
            "notes": [note_json(note) for note in _notes(account)],
        }
    )


def _notes(account: AccountPolicy) -> Sequence[Note]:
    return account.resolved.notes if account.resolved and account.status != "disabled" else ()


def _value(account: AccountPolicy, leaf: Leaf) -> dict[str, object]:
    return {"path": leaf.path, "value": leaf.value, "trail": [_step(account, leaf, step) for step in leaf.trail]}


def _step(account: AccountPolicy, leaf: Leaf, step: Step) -> dict[str, object]:
    note = account.resolved.note_of(leaf.path, step) if account.resolved else None
    return step_json(leaf.path, step, note_detail(note) if note else "")
