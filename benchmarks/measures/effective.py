"""The effective policy of every account: the engine with all trails, beside its oracle and what else can merge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random

from benchmarks.figures import Figure, Goal, Measurement
from benchmarks.inputs.organizations import Account, Size, chains, organization
from benchmarks.inputs.projects import snapshot_text
from benchmarks.inputs.written import document
from benchmarks.moment import AT
from benchmarks.peers import Peer, Settings
from benchmarks.peers.merging import with_deepmerge, with_jsonmerge
from benchmarks.peers.oracle import oracle
from benchmarks.peers.rego import rego
from benchmarks.scale import Scale
from benchmarks.timing import cpu_of, side_by_side
from policyengine.aws.merge import AccountPolicy, Effective, keys, resolve
from policyengine.aws.organization import Organization, attach
from policyengine.aws.snapshot.snapshot import read_snapshot
from policyengine.base.source import Source

Chains = Sequence[tuple[Account, list[list[str]]]]

_PEERS = {"the oracle": oracle, "deepmerge": with_deepmerge, "jsonmerge": with_jsonmerge, "Rego": rego}
_FASTER = {"the oracle": 50, "Rego": 1_000}
_SLOW = "Rego"


def effective(scale: Scale) -> Measurement:
    """CPU time of all accounts, per account and per distinct chain; peers on a sample, extrapolated."""
    figures: list[Figure] = []
    goals: list[Goal] = []
    skipped: dict[str, None] = {}
    for size in scale.large:
        case = _Case(size, scale)
        figures += case.figures()
        goals += case.goals()
        skipped |= dict.fromkeys(name for name, peer in case.peers.items() if peer is None)
    return Measurement("effective", "Effective policy of every account", tuple(figures), tuple(goals), tuple(skipped))


def settle(organization: Organization) -> Effective:
    """What is timed of the engine: every account's status and document, every distinct result's trails and notes."""
    found = resolve(organization, at=AT)
    for result in found.distinct:
        _ = result.policy, result.errors, result.notes
        for leaf in result.root.leaves:
            _ = leaf.trail
    return found


@dataclass(frozen=True)
class _Case:
    """An organization, with what the engine and its peers take for it."""

    size: Size
    scale: Scale

    @cached_property
    def peers(self) -> Mapping[str, Peer | None]:
        generated = organization(self.size, self.scale.seed)
        documents = {name: document(policy) for name, policy in generated.policies.items()}
        return {name: make(documents) for name, make in _PEERS.items()}

    @cached_property
    def organization(self) -> Organization:
        text = snapshot_text(organization(self.size, self.scale.seed))
        return attach(read_snapshot(Source("organization.json", text))).value

    @cached_property
    def result(self) -> Effective:
        return settle(self.organization)

    @cached_property
    def engine(self) -> float:
        """Seconds that the engine takes for everything."""
        return side_by_side({"": lambda: settle(self.organization)}, self.scale.rounds)[""]

    @cached_property
    def each(self) -> Mapping[str, float]:
        """Seconds that a peer takes for an account."""
        return {name: self._seconds(peer, self.sample(name)) for name, peer in self.peers.items() if peer}

    def sample(self, name: str) -> Chains:
        """The accounts that a peer looks at."""
        every = list(chains(organization(self.size, self.scale.seed)))
        count = self.scale.slow_sample if name == _SLOW else self.scale.sample
        return Random(self.scale.seed).sample(every, min(count, len(every)))

    def figures(self) -> Iterator[Figure]:
        of, distinct = f"{self.size.accounts:,} accounts", len(self.result.distinct)
        yield Figure(f"{of}: the engine, all trails", self.engine, "s", f"{distinct:,} distinct chains")
        yield Figure(f"{of}: the engine, a distinct chain", 1_000 * self.engine / distinct, "ms")
        for name, each in self.each.items():
            yield Figure(f"{of}: {name}", each * self.size.accounts, "s", self._note(name))
            yield Figure(f"{of}: {name}, an account", 1_000 * each, "ms")

    def goals(self) -> Iterator[Goal]:
        of = f"{self.size.accounts:,} accounts"
        yield Goal(f"a distinct chain of {of}", 1_000 * self.engine / len(self.result.distinct), 1, "ms")
        for name in (name for name in _FASTER if name in self.each):
            times = self.each[name] * self.size.accounts / self.engine
            yield Goal(f"faster than {name}, {of}", times, _FASTER[name], "times", least=True)

    def _note(self, name: str) -> str:
        peer, sample = self.peers[name], self.sample(name)
        known = {found.account.id: found for found in self.result.accounts}
        equal = sum(
            peer.settings(peer.merge(chain)) == _settings(known[account.id]) for account, chain in sample if peer
        )
        note = f"extrapolated from {len(sample)} accounts, {equal} of them equal to the engine's"
        return f"{note}; {peer.lacks}" if peer and peer.lacks else note

    @staticmethod
    def _seconds(peer: Peer, sample: Chains) -> float:
        return cpu_of(lambda: [peer.merge(chain) for _, chain in sample]) / len(sample)


def _settings(found: AccountPolicy) -> Settings:
    return {keys(leaf.path): leaf.value for leaf in found.resolved.root.leaves} if found.resolved else {}
