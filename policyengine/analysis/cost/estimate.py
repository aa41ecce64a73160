"""The cost of the backups of workloads, in GB and in money.

The account of a vault pays for storage. For a transfer to another Region pays the source's account with fully managed
types, else that of the destination (facts 14.4).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from policyengine.analysis.cost.cost_results import CostLine, CostResult, LineKey
from policyengine.analysis.cost.placed_chains import PlacedChain, UndecidedError, placed_chains
from policyengine.analysis.cost.price_table import ANY, CostItem, Price, PriceTable
from policyengine.analysis.cost.retained_points import ChainCalendar
from policyengine.analysis.cost.stored_versions import ChainUse
from policyengine.analysis.cost.workloads import Usage, Workload, unit_of
from policyengine.aws.deployment import OWN, minute
from policyengine.aws.facts import resource_features
from policyengine.aws.organization import Organization

AUDIT = "Audit Manager"
"""What stands for the type of evaluations."""

_MONTHS = 12
_NO_STEADY_STATE = "kept forever, so that it grows without end: --months says what it costs until then"
_WORDS = {
    CostItem.WARM: "warm storage",
    CostItem.COLD: "cold storage",
    CostItem.AIR_GAPPED: "storage in air-gapped vaults",
    CostItem.TRANSFER: "transfers",
    CostItem.RESTORE: "restores",
    CostItem.RESTORE_TEST: "restore tests",
    CostItem.AUDIT: "evaluations",
}


class CostEstimator:
    """Estimates at a moment with a usage and prices; keeps what chains take, for both sides of a comparison."""

    def __init__(self, usage: Usage, prices: PriceTable, at: datetime, months: int = 0) -> None:
        self.usage, self.prices, self.at, self.months = usage, prices, at, months
        self.calendar = ChainCalendar(minute(at))
        self._chains: dict[tuple[object, ...], tuple[PlacedChain, ...] | str] = {}

    def estimate(
        self, workloads: Iterable[Workload], organization: Organization, notes: Sequence[str] = ()
    ) -> CostResult:
        """The monthly cost of the backups of an organization's workloads; `notes` say what those leave out."""
        units = {account.id or "": unit_of(account) for account in organization.accounts}
        advanced = advanced_in(organization)
        lines: dict[tuple[object, ...], CostLine] = {}
        for workload in workloads:
            for line in self._lines(workload, units, advanced):
                lacking = (line.key, line.missing)  # what is known of the others stays so
                lines[lacking] = _sum(lines[lacking], line) if lacking in lines else line
        for line in self._evaluations():
            lines[line.key] = line
        ordered = tuple(sorted(lines.values(), key=lambda line: _order(line.key)))
        return CostResult(self.at, ordered, self.prices.currency, self.prices.sources, self.months, tuple(notes))

    def _lines(self, workload: Workload, units: Mapping[str, str], advanced: Mapping[str, bool]) -> Iterator[CostLine]:
        if workload.why:
            yield self._unknown(workload, workload.why)
        if workload.why or not workload.plans:
            return
        chains = self._placed(workload, advanced)
        if isinstance(chains, str):
            yield self._unknown(workload, chains)
            return
        for chain in chains:
            yield from self._of_chain(workload, chain, units)
        yield from self._restores(workload)

    def _placed(self, workload: Workload, advanced: Mapping[str, bool]) -> tuple[PlacedChain, ...] | str:
        """The chains of a workload, or why nobody can say them; accounts with equal plans share them."""
        region = workload.region or ""
        key = (workload.view, region, workload.type, workload.plans, workload.rate, advanced.get(region))
        if key not in self._chains:
            try:
                self._chains[key] = placed_chains(workload, advanced)
            except UndecidedError as error:
                self._chains[key] = str(error)
        return self._chains[key]

    def _unknown(self, workload: Workload, why: str) -> CostLine:
        key = _key(workload, CostItem.WARM, workload.region or "", plans=workload.plans)
        return CostLine(key, None, (None,) * self.months, self._price(key), (why,))

    def _of_chain(self, workload: Workload, chain: PlacedChain, units: Mapping[str, str]) -> Iterator[CostLine]:
        size = (workload.size_gb or 0) * (1 if workload.rate.compression is None else workload.rate.compression)
        place, steady = chain.place, self.calendar.steady(chain.chain, chain.form)
        months = self.calendar.months(chain.chain, chain.form, self.months)
        own = place.account == OWN
        account, unit = (workload.account, workload.unit) if own else (place.account, units.get(place.account))
        key = LineKey(account, unit, chain.plans, workload.type, place.item, place.region, "")
        yield self._line(key, _times(size, steady, 0), [size * use.warm for use in months])
        if any(keeping.cold_after < keeping.retention for keeping in chain.chain):
            cold = key._replace(item=CostItem.COLD)
            yield self._line(cold, _times(size, steady, 1), [size * use.cold for use in months])
        if place.source:
            source_pays = resource_features()[workload.type].fully_managed != "no"
            payer, of = (workload.account, workload.unit) if source_pays else (account, unit)
            moved = LineKey(payer, of, chain.plans, workload.type, CostItem.TRANSFER, place.source, place.region)
            added = None if steady is None else size * steady.added / _MONTHS
            yield self._line(moved, added, [size * use.added for use in months])

    def _restores(self, workload: Workload) -> Iterator[CostLine]:
        tests = self.usage.restore_tests.get(workload.type)
        if tests is None:
            return
        key = _key(workload, CostItem.RESTORE, workload.region or "", plans=workload.plans)
        restored = (workload.size_gb or 0) * tests
        yield self._line(key, restored, [restored] * self.months)
        count = None if workload.resources is None else workload.resources * tests
        why = () if count is not None else ("the total does not say how many `resources` it has",)
        yield self._line(key._replace(item=CostItem.RESTORE_TEST), count, [count] * self.months, why)

    def _evaluations(self) -> Iterator[CostLine]:
        number = self.usage.evaluations
        if number is not None:
            yield self._line(LineKey(None, "", (), AUDIT, CostItem.AUDIT, ANY, ""), number, [number] * self.months)

    def _line(
        self, key: LineKey, quantity: float | None, months: Iterable[float | None], why: Sequence[str] = ()
    ) -> CostLine:
        price = self._price(key)
        reasons = [*why]
        if quantity is None and not why:
            reasons.append(_NO_STEADY_STATE)
        if price is None:
            reasons.append(f"no price for {price_words(key)}")
        return CostLine(key, quantity, tuple(months), price, tuple(reasons))

    def _price(self, key: LineKey) -> Price | None:
        return self.prices.price(key.item, key.type, key.region, key.to)


def advanced_in(organization: Organization) -> Mapping[str, bool]:
    """Whether DynamoDB has its advanced features, by Region, as far as the snapshot says it."""
    return (organization.settings.dynamodb_advanced if organization.settings else None) or {}


def price_words(key: LineKey) -> str:
    """The use that a price is for, in words: "cold storage of EFS in eu-west-1"."""
    of = "" if key.item is CostItem.AUDIT else f" of {key.type}"
    where = f" from {key.region} to {key.to}" if key.to else "" if key.region == ANY else f" in {key.region}"
    return f"{_WORDS[key.item]}{of}{where}"


def _key(workload: Workload, item: CostItem, region: str, *, plans: tuple[str, ...]) -> LineKey:
    return LineKey(workload.account, workload.unit, tuple(sorted(plans)), workload.type, item, region, "")


def _times(size: float, use: ChainUse | None, part: int) -> float | None:
    return None if use is None else size * use[part]


def _sum(line: CostLine, other: CostLine) -> CostLine:
    """Two lines with the same key, that lack the same, as one."""
    months = tuple(_plus(*pair) for pair in zip(line.months, other.months, strict=True))
    return CostLine(line.key, _plus(line.quantity, other.quantity), months, line.price, line.missing)


def _plus(amount: float | None, other: float | None) -> float | None:
    return None if amount is None or other is None else amount + other


def _order(key: LineKey) -> tuple[object, ...]:
    return (
        key.unit is None,
        key.unit or "",
        key.account or "",
        key.plans,
        key.type,
        tuple(CostItem).index(key.item),
        key.region,
        key.to,
    )
