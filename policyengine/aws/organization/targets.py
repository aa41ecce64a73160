"""Resolves the target of an `attach` or a `waive`: the root, a unit by its path, an account by its id or name.

Also the account arguments of commands (interface.md section 3, `effective`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Generic, Protocol, TypeVar

from policyengine.aws.arns import ACCOUNT_ID
from policyengine.aws.attachment_rules import ACCOUNT_NAME_AMBIGUOUS, UNKNOWN_TARGET
from policyengine.aws.documents import TargetName
from policyengine.aws.organization.tree import Entity, InactiveAccount, Organization
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.errors import UsageError
from policyengine.base.text import Advice, Nearest, Suggestion, quoted, suggestion

_TARGETS_SHOWN = 5  # accounts or units of the same name, in a message
_ACCOUNTS_SHOWN = 3  # accounts of the same name, in a line about an argument
_LONGEST = 150  # characters of a path in a message: it is to be copied
_NEEDS_NO_ESCAPE = re.compile(r"[\w./ -]+")
_GLOB = frozenset("*?[")


class NamedPlace(Protocol):
    """The root, a unit or an account: an `Entity`, or a `Branch` or `AccountLeaf` of the snapshot."""

    @property
    def id(self) -> str | None:
        """AWS's id."""

    @property
    def name(self) -> str:
        """The name that AWS shows."""

    @property
    def path(self) -> str:
        """The path below the root."""


P = TypeVar("P", bound=NamedPlace)

_LISTED = "`policyengine show` lists what there is"


class Targets(Generic[P]):
    """The root, units and accounts by path, id and name; `word` stands before a target in the statement.

    `inactive` accounts are no targets: a diagnostic says so of one that is named. `otherwise` is the advice where
    nothing is like a name.
    """

    def __init__(  # noqa: PLR0913 - what there is, and the words of advice
        self,
        root: P,
        units: Iterable[P],
        accounts: Iterable[P],
        *,
        word: str = "to",
        inactive: Iterable[InactiveAccount] = (),
        otherwise: str = _LISTED,
    ) -> None:
        self._root = root
        self._otherwise = otherwise
        self._word = word
        self._units = {unit.path: unit for unit in units}
        self._ids: dict[str, P] = {}
        self._names: dict[str, list[P]] = {}
        for account in accounts:
            self._ids[account.id or ""] = account
            self._names.setdefault(account.name, []).append(account)
        self._inactive = {text: account for account in inactive for text in (account.name, account.id)}
        self._nearest_unit = Nearest(self._units)
        self._nearest_account = Nearest(self._names)

    def find(self, target: TargetName) -> P | Diagnostic:
        """The root, unit or account that a target names, or a diagnostic if there is none or several."""
        if target.kind == "root":
            return self._root
        if target.kind == "ou":
            return self._units.get(target.text) or self._no_unit(target)
        named = self._names.get(target.text, [])
        account = self._ids.get(target.text) or (named[0] if len(named) == 1 else None)
        return account or (self._ambiguous(target, named) if named else self._no_account(target))

    def _no_unit(self, target: TargetName) -> Diagnostic:
        message = f"the organization has no unit {quoted(target.text)}"
        return UNKNOWN_TARGET.at(target.span, message, help=self._unit_advice(target.text))

    def _unit_advice(self, text: str) -> str:
        if text in self._names or text in self._ids:
            advice = f"{quoted(text)} is an account: write `{self._word} account`"
            return Advice.to_write(f'account "{text}"', advice) if _NEEDS_NO_ESCAPE.fullmatch(text) else advice
        below_root = text.strip("/").removeprefix(f"{self._root.name}/")
        if below_root in self._units:
            question = f"paths start below the root: did you mean {_written(below_root)}?"
            return Suggestion.of(question, text, below_root, sure=True)
        if text.strip("/") in ("", self._root.name):
            return f"write `{self._word} root` for the root itself"
        if ends := paths_ending(text, self._units):
            question = which_was_meant(map(_written, ends))
            return (
                question
                if len(ends) > 1
                else Suggestion.of(f"paths start below the root: {question}", text, ends[0], sure=True)
            )
        near = self._nearest_unit.suggestion(text)
        if not near:
            return self._otherwise
        return Suggestion.of(f"did you mean {_written(near.name)}?", text, near.name, sure=near.sure)

    def _no_account(self, target: TargetName) -> Diagnostic:
        text = target.text
        if inactive := self._inactive.get(text):
            message = f"account {quoted(text)} is {inactive.condition}, so that no policy reaches it"
            return UNKNOWN_TARGET.at(target.span, message, help="leave it out")
        if ACCOUNT_ID.fullmatch(text):
            message = f"the organization has no account with the id {quoted(text)}"
            return UNKNOWN_TARGET.at(target.span, message, help=self._otherwise)
        advice = f"{quoted(text)} is a unit: write `{self._word} ou`" if text in self._units else ""
        if advice and _NEEDS_NO_ESCAPE.fullmatch(text):
            advice = Advice.to_write(f'ou "{text}"', advice)
        advice = advice or self._path_advice(text) or self._nearest_account.suggestion(text) or self._otherwise
        return UNKNOWN_TARGET.at(target.span, f"the organization has no account {quoted(text)}", help=advice)

    def _path_advice(self, text: str) -> str:
        last = text.rsplit("/", 1)[-1]
        if last != text and last in self._names:
            question = f"accounts go by name or id, without a path: did you mean {quoted(last)}?"
            return Suggestion.of(question, text, last, sure=len(self._names[last]) == 1)
        return ""

    def _ambiguous(self, target: TargetName, named: list[P]) -> Diagnostic:
        shown = [f"{account.id} ({quoted(account.path)})" for account in named[:_TARGETS_SHOWN]]
        more = f" and {len(named) - _TARGETS_SHOWN} more" if len(named) > _TARGETS_SHOWN else ""
        message = f"{len(named)} accounts have the name {quoted(target.text)}"
        help_text = f"use the id of the one that is meant: {', '.join(shown)}{more}"
        return ACCOUNT_NAME_AMBIGUOUS.at(target.span, message, help=help_text)


def paths_ending(text: str, paths: Iterable[str]) -> list[str]:
    """The paths that end with a name or a part of a path; if there are none, those that do ignoring case."""
    end = re.compile(rf"(?<!\\)/{re.escape(text)}")
    folded = re.compile(end.pattern, re.IGNORECASE)
    all_paths = list(paths)
    return [path for path in all_paths if _ends(end, path)] or [path for path in all_paths if _ends(folded, path)]


def _ends(end: re.Pattern[str], path: str) -> bool:
    return any(match.end() == len(path) for match in end.finditer(path))


def which_was_meant(paths: Iterable[str]) -> str:
    """The question which of some paths, given as they are to be written, was meant."""
    shown = list(paths)
    if len(shown) == 1:
        return f"did you mean {shown[0]}?"
    more = f" or {len(shown) - _TARGETS_SHOWN} more" if len(shown) > _TARGETS_SHOWN else ""
    listed = ", ".join(shown[:_TARGETS_SHOWN]) if more else f"{', '.join(shown[:-1])} or {shown[-1]}"
    return f"{len(shown)} units are called so: did you mean {listed}{more}?"


def _written(path: str) -> str:
    """A path as it is written in a policy file: in quotes, with doubled backslashes, where it has any."""
    return quoted('"' + path.replace("\\", "\\\\") + '"' if "\\" in path else path, _LONGEST)


def targets_in(organization: Organization, word: str) -> Targets[Entity]:
    """The targets of an organization; `word` stands before a target in the statement (`for`)."""
    units = (entity for entity in organization.entities if entity.kind == "ou")
    inactive = organization.inactive.values()
    return Targets(organization.root, units, organization.accounts, word=word, inactive=inactive)


def find_accounts(organization: Organization, wanted: Iterable[str]) -> tuple[Entity, ...]:
    """The accounts that the arguments name, by id, each once.

    An argument is an id, else a full path, else a name; with `*`, `?` or `[` a glob over path and name. Raises
    `UsageError` for an argument that matches nothing, or a name that several accounts have.
    """
    chosen = dict.fromkeys(account for argument in wanted for account in _find(organization, argument))
    return tuple(sorted(chosen, key=lambda account: account.id or ""))


def _find(organization: Organization, argument: str) -> Sequence[Entity]:
    accounts = organization.accounts
    exact = _exact(accounts, argument)
    if len(exact) > 1:
        ids = ", ".join(f"{account.id} ({account.path})" for account in exact[:_ACCOUNTS_SHOWN])
        raise UsageError(f"{argument}: {len(exact)} accounts have this name; give an id or a path: {ids}")
    if exact:
        return exact
    globbed = [a for a in accounts if fnmatchcase(a.path, argument) or fnmatchcase(a.name, argument)]
    if globbed and _GLOB.intersection(argument):
        return globbed
    for inactive in organization.inactive.values():
        if argument in {inactive.id, inactive.path, inactive.name}:
            raise UsageError(f"{argument}: the account is {inactive.condition}, so that no policy reaches it")
    raise UsageError(f"{argument}: no such account{_advice(organization, argument)}")


def _exact(accounts: Sequence[Entity], argument: str) -> Sequence[Entity]:
    for attribute in ("id", "path", "name"):
        if matching := [account for account in accounts if getattr(account, attribute) == argument]:
            return matching
    return ()


def _advice(organization: Organization, argument: str) -> str:
    """The glob for the accounts of a unit that was named in place of an account, else what is spelled most like it."""
    units = (f"/{entity.path}" for entity in organization.entities if entity.kind == "ou")
    if meant := paths_ending(argument.strip("/"), units):
        question = which_was_meant(quoted(f"{path[1:]}/*") for path in meant)
        return f"; it is a unit: {question}" if len(meant) == 1 else f"; {question}"
    advice = suggestion(argument, (name for a in organization.accounts for name in (a.name, a.path, a.id or "")))
    return f"; {advice or _LISTED}"
