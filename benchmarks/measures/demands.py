"""The requirements of three packs, judged from effective documents: the engine beside the same in Rego."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from random import Random

from benchmarks.figures import Figure, Goal, Measurement
from benchmarks.inputs.organizations import organization
from benchmarks.inputs.projects import ASKING, snapshot_text
from benchmarks.moment import AT
from benchmarks.peers.demands import rego_demands
from benchmarks.scale import Scale
from benchmarks.timing import cpu_of
from policyengine.analysis.requirements import Judgement, judge
from policyengine.aws.deployment import deploy
from policyengine.base.source import Source
from policyengine.engine import Evaluation, evaluate

_FASTER = 50
_TITLE = "Requirements of three packs"


def demands(scale: Scale) -> Measurement:
    """CPU time from effective documents to truths, an account; Rego's on a sample, held against the engine's."""
    size = scale.large[-1]
    text = snapshot_text(organization(size, scale.seed))
    evaluation = evaluate([Source("asking.bpol", ASKING)], Source("organization.json", text), at=AT)
    engine = min(cpu_of(lambda: _judged(evaluation)) for _ in range(scale.rounds)) / size.accounts
    views = len(_judged(evaluation).views)
    of = f"{size.accounts:,} accounts"
    figures = [
        Figure(f"{of}: the engine, an account", 1_000_000 * engine, "µs", f"{views:,} sets of accounts share a result"),
        Figure(f"{of}: the engine, a set of accounts", 1_000_000 * engine * size.accounts / views, "µs"),
    ]
    rego = rego_demands(json.loads(text)["vaults"])
    if rego is None or evaluation.effective is None:
        return Measurement("demands", _TITLE, tuple(figures), skipped=("Rego",))
    sample = Random(scale.seed).sample(evaluation.effective.accounts, min(scale.sample, size.accounts))
    asked = [(account.account.id or "", account.published) for account in sample]
    judged: list[list[bool]] = []
    each = cpu_of(lambda: judged.extend(rego(account, policy) for account, policy in asked)) / len(asked)
    expected = _truths(_judged(evaluation))
    equal = sum(truths == expected[account] for (account, _), truths in zip(asked, judged, strict=True))
    note = f"{len(asked)} accounts, {equal} of them with the engine's truths; no cron, no reasons"
    figures.append(Figure(f"{of}: Rego, an account", 1_000_000 * each, "µs", note))
    goal = Goal(f"requirements, faster than Rego, {of}", each / engine, _FASTER, "times", least=True)
    return Measurement("demands", _TITLE, tuple(figures), (goal,))


def _judged(evaluation: Evaluation) -> Judgement:
    """What is timed of the engine: documents to plans, plans to where they run, and the truth of every assertion."""
    organization, effective = evaluation.organization, evaluation.effective
    if organization is None or effective is None:
        raise ValueError("the project does not compile")
    deployment = deploy(organization, effective, at=AT)
    return judge(evaluation.commitments.demands.requirements, deployment.published, organization.management_account)


def _truths(judgement: Judgement) -> dict[str, Sequence[bool]]:
    truths: dict[str, list[bool]] = defaultdict(list)
    for result in judgement.results:
        for account in result.accounts:
            truths[account.id or ""].append(result.truth is True)
    return dict(truths)
