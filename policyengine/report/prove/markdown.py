"""`prove --format markdown`: a comment on a pull request, in the Markdown of GitHub and GitLab.

A table of the requirements stands first; what is violated or can be broken is listed with the policy that does it, what
is guaranteed is folded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policyengine.analysis.prove import Counterexample, Outcome, Proof, ProtectingLines
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.source import Span
from policyengine.report import could_not_judge
from policyengine.report.markdown import Section, block, code, comment, folded, item, prose, table_row
from policyengine.report.prove.result import Group, Places, ProofReport, freezes, groups
from policyengine.report.prove.words import attach_line, reason, summary
from policyengine.report.shown_text import count

_OUTCOMES: tuple[Outcome, ...] = ("violated", "breakable", "undecided", "guaranteed")
_HEAD = "\n| requirement | level | violated | breakable | undecided | guaranteed |\n|---|---|---:|---:|---:|---:|\n"


def render(proven: ProofReport) -> str:
    """The proofs as a comment of at most 60,000 characters."""
    word = "fail" if proven.failed else "pass"
    return comment("prove", f"**{word}**: {prose(summary(proven))}", _sections(proven))


def refused(findings: Sequence[Diagnostic], _at: str) -> str:
    """The page without proofs, where faults or refusals prevent them."""
    return could_not_judge.markdown("prove", findings)


def _sections(proven: ProofReport) -> Iterator[Section]:
    yield Section(_HEAD, [_row(proof) for proof in proven.proofs])
    for proof in proven.proofs:
        places = Places([result.target for result in proof.results])
        of_proof = list(groups(proof))
        title = prose(proof.requirement.title) if proof.requirement.title else ""
        open_groups = [_group(group, places) for group in of_proof if group.first.outcome != "guaranteed"]
        head = item(f"**{code(proof.requirement.name)}** {title}".rstrip())
        yield Section(f"\n{head}\n", open_groups)
        if proof.suggestion:
            yield folded("lines that would guarantee it", _suggested(proof.suggestion))
    guaranteed = [
        item(f"- {code(proof.requirement.name)}: {prose(_places(group, proof))}")
        for proof in proven.proofs
        for group in groups(proof)
        if group.first.outcome == "guaranteed"
    ]
    yield folded("guaranteed", guaranteed)
    frozen = [
        item(f"- {prose(each.places)}: {prose(each.counterexample.broken)}") + _counterexample(each.counterexample)
        for each in freezes(proven.proofs)
    ]
    yield folded(count(len(frozen), "freeze risk"), frozen)


def _row(proof: Proof) -> str:
    numbers = (sum(result.outcome == outcome for result in proof.results) for outcome in _OUTCOMES)
    return table_row(code(proof.requirement.name), proof.requirement.level, *(f"{number:,}" for number in numbers))


def _places(group: Group, proof: Proof) -> str:
    where = Places([result.target for result in proof.results]).of([result.target for result in group.results])
    return f"{where}: {reason(group.first)}"


def _group(group: Group, places: Places) -> str:
    first = group.first
    already = ", already broken" if first.outcome == "violated" else ""
    where = prose(places.of([result.target for result in group.results]))
    head = item(f"- **{first.outcome}**: {where}{already}") + item(f"  - {prose(reason(first))}")
    return head + (_counterexample(first.counterexample) if first.counterexample else "")


def _counterexample(counterexample: Counterexample) -> str:
    """The policy in full, and where it would be attached."""
    return (
        item("  - by this policy:")
        + item("")
        + block(f"{counterexample.text}\n{attach_line(counterexample)}")
        + item("")
    )


def _suggested(suggestion: ProtectingLines) -> list[str]:
    lines = [
        item(f"- {code(line.text)} in policy {code(line.origin.policy.name)}{_at(line.origin.span)}")
        for line in suggestion.lines
    ]
    return [
        *lines,
        *(item(f"- no lines would do for {code(each.target.path)}: {prose(each.reason)}") for each in suggestion.left),
    ]


def _at(span: Span | None) -> str:
    return f" {code(f'{span.source.name}:{span.first.line}')}" if span else ""
