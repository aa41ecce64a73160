"""Reading policies: files in the language to compiled documents, beside python-hcl2 on HCL of the same content."""

from __future__ import annotations

import re
from collections.abc import Sequence

from benchmarks.figures import Figure, Goal, Measurement
from benchmarks.inputs.organizations import Size, organization
from benchmarks.inputs.written import bpol, hcl
from benchmarks.peers import library
from benchmarks.scale import Scale
from benchmarks.timing import cpu_of, side_by_side
from policyengine.base.source import Source
from policyengine.engine import compile_sources

_FASTER = 3
_PEER = "python-hcl2"
_TITLE = "Reading policies"
# Strings, words and numbers, marks: near enough to both languages to count either.
_TOKEN = re.compile(r'"[^"]*"|[\w.:-]+|[^\s\w]')


def reading(scale: Scale) -> Measurement:
    """CPU time from text to documents; of python-hcl2 from text to dictionaries."""
    generated = organization(Size(scale.files, scale.files, scale.files // 2), scale.seed)
    policies = list(generated.policies.values())
    texts = [bpol(policy) for policy in policies]
    sources = [Source(f"{policy.name}.bpol", text) for policy, text in zip(policies, texts, strict=True)]
    engine = side_by_side({"engine": lambda: compile_sources(sources)}, scale.rounds)["engine"]
    figures = [Figure(f"{len(texts):,} files in the language, to documents", engine, "s"), *_amount(texts)]
    hcl2 = library("hcl2")
    if hcl2 is None:
        return Measurement("reading", _TITLE, tuple(figures), skipped=(_PEER,))
    written = [hcl(policy) for policy in policies]
    sample = written[:: max(1, len(written) // scale.sample)]
    peer = cpu_of(lambda: list(map(hcl2.loads, sample))) * len(written) / len(sample)
    note = f"extrapolated from {len(sample)} files"
    figures += [Figure(f"{len(written):,} files in HCL, by {_PEER}", peer, "s", note), *_amount(written)]
    goal = Goal(f"reading, faster than {_PEER}", peer / engine, _FASTER, "times", least=True)
    return Measurement("reading", _TITLE, tuple(figures), (goal,))


def _amount(texts: Sequence[str]) -> tuple[Figure, Figure]:
    size = sum(len(text.encode()) for text in texts)
    tokens = sum(len(_TOKEN.findall(text)) for text in texts)
    return Figure("their size", size, "bytes"), Figure("their tokens", tokens, "tokens")
