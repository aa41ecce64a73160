"""How much is measured: everything, or a little that shows that all of it works."""

from __future__ import annotations

from typing import NamedTuple

from benchmarks.inputs.organizations import FIFTY_THOUSAND, SMALL, TEN_THOUSAND, Size


class Scale(NamedTuple):
    """The sizes of the inputs, how often each thing is measured, and how many accounts a slow peer looks at."""

    seed: int
    large: tuple[Size, ...] = (TEN_THOUSAND, FIFTY_THOUSAND)
    edited: Size = TEN_THOUSAND._replace(policies=1_000, units=600)
    files: int = 1_000
    rounds: int = 3
    gates: int = 2  # rounds of whole commands on the largest organization
    starts: int = 9
    sample: int = 200
    slow_sample: int = 20
    grown: Size = Size(accounts=10_000, policies=300, units=180)
    accounts: tuple[int, ...] = (1_000, 3_000, 10_000, 30_000, 100_000)
    policies: tuple[int, ...] = (10, 30, 100, 300, 1_000)
    depths: tuple[int, ...] = (1, 2, 3, 4, 5)
    findings: tuple[int, ...] = (1_000, 3_000, 10_000, 30_000, 100_000)
    shapes: int = 3  # sizes of each shape
    huge: tuple[int, ...] = (20_000, 65_000, 200_000)
    counted: Size = Size(accounts=500, policies=60, units=30)  # where instructions are counted
    resources: int = 10_000_000
    proved: Size = Size(accounts=2_000, policies=20, units=15)


def quick(seed: int) -> Scale:
    """Sizes of which nothing can be learned but that everything runs."""
    return Scale(
        seed,
        large=(SMALL,),
        edited=SMALL,
        files=10,
        rounds=1,
        gates=1,
        starts=1,
        sample=5,
        slow_sample=2,
        grown=SMALL,
        accounts=(30, 60),
        policies=(10, 20),
        depths=(1, 3),
        findings=(30, 60),
        shapes=1,
        huge=(30, 60),
        counted=SMALL,
        resources=5_000,
        proved=Size(accounts=20, policies=5, units=4, depth=3, top=3),
    )
