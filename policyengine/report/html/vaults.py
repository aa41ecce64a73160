"""What is known of the vaults that a rule meets, Region by Region; Regions where it is the same stand together."""

from __future__ import annotations

from policyengine.plan import FOREVER, UNKNOWN, DeployedRule, Vault
from policyengine.report.html.tables import Table
from policyengine.requirements.durations import shown

_KEYS = {"aws_managed": "AWS managed key", "customer": "customer managed key", "aws_owned": "AWS owned key"}


class Vaults:
    """Vaults by number, each `[name, state, facts]`; the state is `there`, `missing` or `unknown`."""

    def __init__(self) -> None:
        self._rows = Table()
        self._known: dict[Vault | None, int] = {}

    def places(self, regions: tuple[DeployedRule, ...]) -> list[list[object]]:
        """Where a rule runs: `[[Region, ...], vault, air-gapped vault, [vault of each copy]]`, vaults by number."""
        together: dict[tuple[object, ...], list[str]] = {}
        for rule in regions:
            copies = tuple(self._number(copy.vault) for copy in rule.copies)
            met = (self._number(rule.vault), self._number(rule.air_gapped), copies)
            together.setdefault(met, []).append(rule.region)
        return [[found, *met] for met, found in together.items()]

    def text(self) -> str:
        """All vaults as a JSON list."""
        return self._rows.text()

    def _number(self, vault: Vault | None) -> int | None:
        if vault is None:
            return None
        if vault not in self._known:
            self._known[vault] = self._rows.add([vault.name, _state(vault), ", ".join(_facts(vault))])
        return self._known[vault]


def _state(vault: Vault) -> str:
    if vault.exists is UNKNOWN:
        return "unknown"
    return "there" if vault.exists else "missing"


def _facts(vault: Vault) -> list[str]:
    if vault.exists is not True:
        alike = f", but there is {' and '.join(vault.namesakes)}" if vault.namesakes else ""
        return [f"{'not in the snapshot' if vault.exists is UNKNOWN else 'does not exist'}{alike}"]
    facts = ["logically air-gapped"] if vault.type == "air_gapped" else []
    facts.append(_lock(vault))
    if vault.key is not UNKNOWN:
        facts.append(_KEYS[vault.key])
    return facts


def _lock(vault: Vault) -> str:
    if vault.lock is UNKNOWN:
        return "lock not in the snapshot"
    if vault.lock == "none":
        return "not locked"
    least, most = vault.min_retention, vault.max_retention
    bounds = []
    if least is not UNKNOWN and least:
        bounds.append(f"at least {shown(least)}")
    if most is not UNKNOWN and most != FOREVER:
        bounds.append(f"at most {shown(most)}")
    kind = "compliance" if vault.changeable_until else vault.lock
    until = f", removable until {vault.changeable_until}" if vault.changeable_until else ""
    return f"{kind} lock{' of ' if bounds else ''}{' and '.join(bounds)}{until}"
