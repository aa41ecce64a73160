"""The texts of proofs, in words that every format for people shares."""

from __future__ import annotations

from policyengine.analysis.prove import Counterexample, Outcome, TargetResult
from policyengine.aws.organization import Entity
from policyengine.language.syntax import is_bare_name, quote
from policyengine.report.prove.result import ProofReport
from policyengine.report.shown_text import count

_BASES = {
    "observed": "",
    "documented": ", by rules that AWS documents and nobody has observed",
    "inferred": ", by rules that are inferred from what AWS documents",
}


def reason(result: TargetResult) -> str:
    """The reason why a result is what it is, and by what sort of rules."""
    return f"{result.reason}{_BASES[result.basis] if result.basis else ''}"


def attach_line(counterexample: Counterexample) -> str:
    """The statement, the only one that a target may have: last, after the policies that are there.

    An account that is created later has no id that it could name.
    """
    name, place = counterexample.name, counterexample.place
    if place.policies:
        there = [policy.name for policy in place.policies]
        name = ", ".join(each if is_bare_name(each) else quote(each) for each in (*there, name))
    if place.kind == "ou":
        return f'attach {name} to ou "{_escaped(place.path)}"'
    if place.id is None:
        return f"# attach {name} to an account that is created in {place.parent.path if place.parent else 'the root'}"
    return f'attach {name} to account "{place.id}"  # {place.path}'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def where(entity: Entity) -> str:
    """A unit or account by its path."""
    return entity.path or "the root"


def summary(proven: ProofReport) -> str:
    """The verdict, and the numbers of requirements and targets by outcome."""
    requirements = count(len(proven.proofs), "requirement") if proven.proofs else "no requirements"
    outcomes: tuple[Outcome, ...] = ("guaranteed", "breakable", "undecided")
    shown = ("violated", *outcomes) if proven.count("violated") else outcomes
    counted = ", ".join(f"{proven.count(outcome):,} {outcome}" for outcome in shown)
    total = sum(len(proof.results) for proof in proven.proofs)
    return f"{requirements}, {count(total, 'target')}: {counted}"
