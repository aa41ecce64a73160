"""Growth: how the time of a check grows with accounts, policies, depth and findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import log
from statistics import linear_regression

from benchmarks.check import check
from benchmarks.figures import Figure, Goal, Measurement
from benchmarks.inputs.organizations import SMALL, Size, organization
from benchmarks.inputs.projects import ASKING, snapshot_text
from benchmarks.measures.effective import settle
from benchmarks.scale import Scale
from benchmarks.timing import cpu_of
from policyengine.aws.organization import attach
from policyengine.aws.snapshot.snapshot import read_snapshot
from policyengine.base.source import Source

_LINEAR = 1.0
_ALMOST_NOTHING = 0.01  # of what a distinct chain costs
_ROUNDS = 2  # the better one counts: what disturbs a round only ever adds to it


def growth(scale: Scale) -> Measurement:
    """The exponents of power laws fitted to CPU times; and what one more account on a chain costs."""
    base = scale.grown
    curves = {
        "accounts": {n: _check(base._replace(accounts=n), scale.seed) for n in scale.accounts},
        "policies": {n: _check(base._replace(policies=n, units=max(n // 2, 10)), scale.seed) for n in scale.policies},
        "depth": {n: _check(base._replace(depth=n), scale.seed) for n in scale.depths},
        "findings": {n: _check(SMALL._replace(accounts=scale.accounts[0]), scale.seed, n) for n in scale.findings},
    }
    figures = [figure for name, curve in curves.items() for figure in _figures(name, curve)]
    goals = [Goal(f"growth with {name}", exponent(curve), _LINEAR, "exponent") for name, curve in curves.items()]
    account, chain = _sharing(scale)
    figures.append(Figure("effective policies: one more account on a chain", 1_000_000 * account, "µs"))
    goals.append(Goal("one more account on a chain, of a chain", account / chain, _ALMOST_NOTHING, "times"))
    return Measurement("growth", "Growth", tuple(figures), tuple(goals))


def _check(size: Size, seed: int, findings: int = 0) -> float:
    """Seconds that a check takes; of three packs, or of requirements that make so many findings."""
    snapshot = Source("organization.json", snapshot_text(organization(size, seed)))
    asking = Source("asking.bpol", _violated(findings, size.accounts) if findings else ASKING)
    return min(cpu_of(lambda: check([asking], snapshot)) for _ in range(_ROUNDS))


def _violated(findings: int, accounts: int) -> str:
    """Requirements that every account violates, each in its own words."""
    return "".join(f'require r{n} {{ assert account.name == "x{n}" }}\n' for n in range(findings // accounts))


def _figures(name: str, curve: Mapping[int, float]) -> Iterator[Figure]:
    yield from (Figure(f"check, {name}: {n:,}", taken, "s") for n, taken in curve.items())
    yield Figure(f"exponent of {name}", exponent(curve), "exponent")


def exponent(curve: Mapping[int, float]) -> float:
    """The exponent of the power law nearest to a curve: the slope where both axes are logarithms."""
    return linear_regression(list(map(log, curve)), list(map(log, curve.values()))).slope


def _sharing(scale: Scale) -> tuple[float, float]:
    """Seconds that the effective policies take for one more account on a known chain, and for a chain."""
    few, many = (scale.grown._replace(accounts=n) for n in (scale.accounts[0], scale.accounts[-1]))
    taken, chains = zip(*[_settle(size, scale) for size in (few, many)], strict=True)
    return (taken[1] - taken[0]) / (many.accounts - few.accounts), taken[0] / chains[0]


def _settle(size: Size, scale: Scale) -> tuple[float, int]:
    snapshot = Source("organization.json", snapshot_text(organization(size._replace(own=0), scale.seed)))
    attached = attach(read_snapshot(snapshot)).value
    return min(cpu_of(lambda: settle(attached)) for _ in range(scale.rounds)), len(settle(attached).distinct)
