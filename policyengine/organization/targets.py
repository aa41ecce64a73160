"""What the target of an `attach` means: the root, a unit by its path, an account by its id or name."""

from __future__ import annotations

import re

from policyengine.catalogue.language import account_name_ambiguous, unknown_target
from policyengine.diagnostics import Diagnostic
from policyengine.model.documents import TargetName
from policyengine.organization.branches import Branch, Leaf
from policyengine.wording import Nearest, quoted

_ID = re.compile("[0-9]{12}")
_SHOWN = 5  # accounts of one name


class Targets:
    """All that a policy may be attached to, by every name it has."""

    def __init__(self, branches: list[Branch]) -> None:
        self._root = branches[0]
        self._units = {branch.path: branch for branch in branches[1:]}
        self._ids: dict[str, Leaf] = {}
        self._names: dict[str, list[Leaf]] = {}
        for branch in branches:
            for leaf in branch.accounts:
                self._ids[leaf.item.id] = leaf
                self._names.setdefault(leaf.item.name, []).append(leaf)
        self._nearest_unit = Nearest(self._units)
        self._nearest_account = Nearest(self._names)

    def find(self, target: TargetName) -> Branch | Leaf | Diagnostic:
        """What a target means, or why it means nothing."""
        if target.kind == "root":
            return self._root
        if target.kind == "ou":
            return self._units.get(target.text) or self._no_unit(target)
        named = self._names.get(target.text, [])
        leaf = self._ids.get(target.text) or (named[0] if len(named) == 1 else None)
        return leaf or (self._ambiguous(target, named) if named else self._no_account(target))

    def _no_unit(self, target: TargetName) -> Diagnostic:
        message = f"the organization has no unit {quoted(target.text)}"
        return unknown_target.RULE.at(target.span, message, help=self._unit_advice(target.text))

    def _unit_advice(self, text: str) -> str:
        if text in self._names or text in self._ids:
            return f"{quoted(text)} is an account: write `to account`"
        below_root = text.strip("/").removeprefix(f"{self._root.item.name}/")
        if below_root in self._units:
            return f"paths start below the root: did you mean {quoted(below_root)}?"
        if text.strip("/") in ("", self._root.item.name):
            return "write `to root` for the root itself"
        ends = [path for path in self._units if path.endswith(f"/{text}")]
        if len(ends) == 1:
            return f"paths start below the root: did you mean {quoted(ends[0])}?"
        return self._nearest_unit.suggestion(text)

    def _no_account(self, target: TargetName) -> Diagnostic:
        text = target.text
        if _ID.fullmatch(text):
            return unknown_target.RULE.at(target.span, f"the organization has no account with the id {quoted(text)}")
        advice = f"{quoted(text)} is a unit: write `to ou`" if text in self._units else ""
        advice = advice or self._path_advice(text) or self._nearest_account.suggestion(text)
        return unknown_target.RULE.at(target.span, f"the organization has no account {quoted(text)}", help=advice)

    def _path_advice(self, text: str) -> str:
        last = text.rsplit("/", 1)[-1]
        if last != text and last in self._names:
            return f"accounts go by name or id, without a path: did you mean {quoted(last)}?"
        return ""

    def _ambiguous(self, target: TargetName, named: list[Leaf]) -> Diagnostic:
        shown = [f"{leaf.item.id} ({quoted(leaf.path)})" for leaf in named[:_SHOWN]]
        more = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
        message = f"{len(named)} accounts have the name {quoted(target.text)}"
        help_text = f"use the id of the one that is meant: {', '.join(shown)}{more}"
        return account_name_ambiguous.RULE.at(target.span, message, help=help_text)
