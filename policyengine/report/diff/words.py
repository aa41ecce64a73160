"""The texts of a comparison, in words that every format for people shares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from policyengine.analysis.diff import Change, ChangeCause, ChangeClass, Flip, Move
from policyengine.analysis.findings import Waiver
from policyengine.aws.merge import EffectiveError
from policyengine.aws.note_words import error_text
from policyengine.aws.organization import Entity
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.text import listed, quoted
from policyengine.report.account_names import AccountNames
from policyengine.report.diff.result import DiffResult, RestatedRequirement
from policyengine.report.shown_text import clipped, count, some

_KEPT = "AWS keeps the last valid policy there, and no later change arrives until this is mended"
_NOTHING = "AWS withholds the policy, and a new account has no last valid one: it gets nothing until this is mended"

_LONGEST = 160  # characters of a source line
_ACCOUNTS = 5  # that are named one by one
_LINES = 8  # of a change
_PATHS = 3  # that are named of a refused policy
_BEFORE = {"holds": "held before", "undecided": "undecided before", "not applicable": "not applicable before"}


class TextLine(NamedTuple):
    """A line that causes a change: `+` in the head, `-` in the base; without a place it is no line of the project."""

    sign: str
    place: str
    text: str


class Notice(NamedTuple):
    """A fact beside the changes that is worth a line."""

    title: str
    text: str
    style: str = "info"


class Invalid(NamedTuple):
    """Accounts whose policies AWS withholds from now on for the same reasons, and what that means for them."""

    accounts: str
    errors: tuple[EffectiveError, ...]
    meaning: str


def invalid(result: DiffResult) -> list[Invalid]:
    """The accounts that became invalid, those with the same errors together."""
    together: dict[tuple[tuple[EffectiveError, ...], str], list[str]] = {}
    without_policy = result.comparison.without_policy
    for account in result.comparison.became_invalid:
        errors, number = account.resolved.errors if account.resolved else (), account.account.id or ""
        together.setdefault((errors, _NOTHING if number in without_policy else _KEPT), []).append(number)
    return [Invalid(result.accounts.described(ids), *same) for same, ids in together.items()]


def invalid_text(error: EffectiveError) -> str:
    """AWS's reason, and whose settings it is about."""
    message = error_text(error)
    return f"{message} (policies: {listed(error.policies)})" if error.policies else message


def headline(change: Change, result: DiffResult) -> str:
    """The change with the accounts that it happens to."""
    return f"{result.accounts_text(change)}: {change.message}"


def shown_causes(change: Change) -> tuple[list[TextLine], int]:
    """The lines that cause a change, those of the base first, and how many more there are; some of each side."""
    before, after = ([cause for cause in change.causes if cause.side == side] for side in ("base", "head"))
    most = max(_LINES // 2, _LINES - len(after))
    sides = before[:most], after[: _LINES - min(len(before), most)]
    shown = [cause_line(cause) for side in sides for cause in in_file_order(side)]
    return shown, len(change.causes) - len(shown)


def in_file_order(causes: Iterable[ChangeCause]) -> list[ChangeCause]:
    """Causes as their lines follow in the files, then those without a text."""
    return sorted(
        causes, key=lambda each: (False, each.span.source.name, each.span.start) if each.span else (True, "", 0)
    )


def cause_line(cause: ChangeCause) -> TextLine:
    """The lines that cause a change: `+ workloads.bpol:6: retain = 35 days`."""
    sign = "+" if cause.side == "head" else "-"
    if cause.span is None:
        return TextLine(sign, "", f"policy {quoted(cause.policy)} at {cause.entity.path or 'the root'}")
    first = cause.span.first
    text = cause.span.source.line(first.line).strip()
    return TextLine(sign, f"{cause.span.source.name}:{first.line}", clipped(text, _LONGEST))


def notices(result: DiffResult) -> Iterator[Notice]:
    """Notices on accounts beside changes of their plans, and on the comparison itself."""
    comparison, accounts = result.comparison, result.accounts
    if comparison.became_valid:
        who = accounts.described(_ids([account.account for account in comparison.became_valid]))
        yield Notice("valid again", f"{who}: AWS publishes the policy again", "good")
    if comparison.unknown:
        advice = "so nothing is compared there; `last_valid` of the snapshot can tell it"
        yield Notice(
            "unknown", f"{accounts.described(_ids(comparison.unknown))}: what AWS published until now, {advice}"
        )
    if comparison.stayed_invalid:
        text = f"{accounts.described(_ids(comparison.stayed_invalid))}: AWS keeps the last valid policy"
        yield Notice("still invalid", text, "warning")
    for title, entities in (("new account", comparison.added), ("gone account", comparison.removed)):
        if entities:
            yield Notice(_counted(title, entities), some(entities, _ACCOUNTS, _placed))
    if comparison.moved:
        yield Notice(_counted("moved account", comparison.moved), some(comparison.moved, _ACCOUNTS, _moved))
    yield from (Notice("gate", text, "warning") for text in agreed_texts(result))


def agreed_texts(result: DiffResult) -> Iterator[str]:
    """Texts on what only the head waives, accepts or judges otherwise: a reviewer of the change agrees to it."""
    for setting in result.agreed.settings:
        before, after = (quoted(text) if text else "not set" for text in (setting.before, setting.after))
        yield f"{quoted(setting.key)} of the configuration: {before} -> {after}"
    if result.agreed.accepted:
        yield f"the baseline accepts {count(result.agreed.accepted, 'finding')} that it did not accept before"
    for requirement in result.agreed.requirements:
        yield f"requirement {quoted(requirement.name)}: {_restated(requirement)}"
    for waiver in result.agreed.waivers:
        agreement = f"{quoted(waiver.what)} is now waived for {_target(waiver)} until {waiver.until}"
        yield f"{agreement} (because {waiver.because})"


def _restated(requirement: RestatedRequirement) -> str:
    """What has become of a requirement of the base."""
    if requirement.after is None:
        return f"{requirement.before} -> gone"
    if requirement.before != requirement.after:
        return f"{requirement.before} -> {requirement.after}"
    return "asks for something else than before"


def refusal_texts(result: DiffResult) -> Iterator[str]:
    """Texts for each policy that AWS would refuse, with the parts that cannot be compared."""
    for refusal in result.comparison.refusals:
        side = result.names.base if refusal.side == "base" else result.names.head
        accounts = result.gone_accounts if refusal.side == "base" else result.accounts
        text = f"AWS would refuse policy {quoted(refusal.policy)} in {quoted(side)}"
        if refusal.accounts and refusal.paths:
            paths = some(refusal.paths, _PATHS, quoted)
            text += f", so what hangs on {paths} is not compared for {accounts.described(refusal.accounts)}"
        yield text


def finding_text(diagnostic: Diagnostic, accounts: AccountNames) -> str:
    """The text of a finding of one side, with its accounts."""
    where = f" in {diagnostic.region}" if diagnostic.region and diagnostic.region not in diagnostic.message else ""
    accounts_text = f"; for {accounts.described(diagnostic.accounts)}" if diagnostic.accounts else ""
    return f"{diagnostic.message}{where}{accounts_text}"


def flip_text(flip: Flip, result: DiffResult) -> str:
    """A requirement with another result."""
    failing = result.accounts.described(flip.accounts)
    gone = any(each.name == flip.requirement and each.after is None for each in result.agreed.requirements)
    return f"{quoted(flip.requirement)} ({flip.level}) {flip.before} -> {'gone' if gone else flip.after}: {failing}"


def broken_text(flip: Flip, result: DiffResult) -> str:
    """A requirement that the change violates."""
    return (
        f"{quoted(flip.requirement)} ({flip.level}), {_BEFORE[flip.before]}: {result.accounts.described(flip.accounts)}"
    )


def ending_text(waiver: Waiver, result: DiffResult) -> str:
    """A waiver that ends soon."""
    days = result.days_left(waiver)
    left = f"in {count(days, 'day')}" if days else "today"
    what = f"the waiver of {quoted(waiver.what)} for {_target(waiver)} ends {left}, on {waiver.until}"
    return f"{what} (because {waiver.because})"


def _target(waiver: Waiver) -> str:
    target = {"root": "the root", "ou": waiver.target.path, "account": f"{waiver.target.name} ({waiver.target.id})"}
    return target[waiver.target.kind]


def idle_text(number: str, result: DiffResult) -> str:
    """An allowed change that there is none of; that others make the same one now is another change."""
    text = f"there is no change {quoted(number)}: take it out of `[gate] allow`"
    others = [change for change in result.comparison.changes if change.has_same_effect(number)]
    same_effects = [
        f"the same change has the id {quoted(change.id)} now, caused by {_authors(change, result)}" for change in others
    ]
    return "; ".join([text, *same_effects])


def _authors(change: Change, result: DiffResult) -> str:
    """Who makes a change: policies where they are attached, else the accounts to which it happens."""
    places = {f"{quoted(cause.policy)} at {cause.entity.path or 'the root'}" for cause in change.causes}
    return some(sorted(places), _ACCOUNTS) if places else result.accounts_text(change)


def summary(result: DiffResult) -> str:
    """The verdict, the number of accounts that the change touches, and how; and whether the inventory fails it."""
    if result.on_inventory is None or not result.on_inventory.failed:
        return _summary(result)
    return f"{_summary(result)}; the inventory has {count(len(result.on_inventory.standing), 'finding')}"


def _summary(result: DiffResult) -> str:
    comparison = result.comparison
    if not any(
        (
            comparison.touched,
            comparison.changes,
            comparison.new_findings,
            comparison.gone_findings,
            comparison.flips,
            result.newly_refused,
        )
    ):
        return f"nothing changes for {count(comparison.accounts, 'account')}"
    share = 100 * len(comparison.touched) / comparison.accounts if comparison.accounts else 0
    shown = f"{share:.0f}" if share in {0, 100} else "<1" if share < 1 else f"{min(share, 99):.0f}"
    touched = f"{len(comparison.touched):,} of {count(comparison.accounts, 'account')} touched ({shown} %)"
    counts = [f"{len(comparison.became_invalid):,} became invalid"] if comparison.became_invalid else []
    counts += [f"{len(result.newly_refused):,} newly refused"] if result.newly_refused else []
    broken = {flip.requirement for flip in result.broken}
    counts += [f"{count(len(broken), 'requirement')} newly violated"] if broken else []
    counts += [f"{number:,} {change_class}" for change_class in ChangeClass if (number := result.count(change_class))]
    allowed = sum(change.id in result.allow for change in comparison.changes)
    counts += [f"{allowed:,} allowed"] if allowed else []
    return f"{touched}: {', '.join(counts)}" if counts else touched


def _counted(title: str, rows: Sequence[object]) -> str:
    return title if len(rows) == 1 else f"{len(rows):,} {title}s"


def _ids(accounts: Sequence[Entity]) -> tuple[str, ...]:
    return tuple(account.id or "" for account in accounts)


def _placed(account: Entity) -> str:
    return f"{account.path} ({account.id})"


def _moved(move: Move) -> str:
    above = move.after.parent.path if move.after.parent else ""
    return f"{move.before.path} ({move.before.id}) to {above or 'the root'}"
