"""Tables of cases that read like the terminal: what is written, then what is said of it.

A table is a text; an empty line ends a case. `drawn` and `told` write what the engine says in the same way, so that a
case holds where both texts are equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from support.evaluation import settled
from support.moment import AT

from policyengine.base.diagnostics import Diagnostic
from policyengine.base.source import Source
from policyengine.engine import evaluate

_BEFORE = "  assert "


def cases(table: str) -> list[str]:
    """The cases of a table."""
    return table.strip("\n").split("\n\n")


def asked(case: str) -> str:
    """The expression that a case is about: its first line that is no `let` and underlines none."""
    lines = case.splitlines()
    return next(line for line in lines if not line.startswith(("let ", " ")))


def drawn(case: str) -> str:
    """The lets and the expression of a case, with every fault of the language underlined."""
    lines = [*(line for line in case.splitlines() if line.startswith("let ")), _BEFORE + asked(case)]
    text = "\n".join([*lines[:-1], "require checked {", lines[-1], "}"])
    found = evaluate([Source("requirements.bpol", text)], None, at=AT).diagnostics
    shown: list[str] = []
    for number, line in enumerate(lines, start=1):
        last = number == len(lines)
        shown.append(line.removeprefix(_BEFORE))
        for fault in found:
            if fault.span and fault.span.first.line == number + last:
                shown += _underlined(fault, len(_BEFORE) if last else 0)
    return "\n".join(shown)


def told(table: str, project: dict[str, str], clauses: str = "") -> str:
    """The assertion of each case, as the only one of the requirement `house-rule`, with every finding about it."""
    return _written(table, project, clauses, _lines)


def identified(table: str, project: dict[str, str]) -> str:
    """The same, with what a baseline remembers each finding by."""
    return _written(table, project, "", _identity)


def _written(table: str, project: dict[str, str], clauses: str, lines_of: Callable[[Diagnostic], Iterable[str]]) -> str:
    """All cases are judged together, as requirements of one project, whose names are told as if they were the same."""
    asserted = {f"house-rule-{number}": asked(case) for number, case in enumerate(cases(table))}
    sources = [Source(name, text) for name, text in project.items() if name.endswith(".bpol")]
    sources.append(Source("requirements.bpol", "".join(_required(name, clauses, asserted[name]) for name in asserted)))
    evaluation = evaluate(sources, Source("organization.yaml", project["organization.yaml"]), at=AT)
    assert not evaluation.stopped, [found.message for found in evaluation.diagnostics]
    about: dict[str, list[str]] = {name: [text] for name, text in asserted.items()}
    for found in settled(evaluation):
        if found.requirement:
            about[found.requirement] += [line.replace(found.requirement, "house-rule") for line in lines_of(found)]
    return "\n".join("".join(f"{line}\n" for line in lines) for lines in about.values())


def _required(name: str, clauses: str, asserted: str) -> str:
    return f"require {name} {{\n{clauses}  assert {asserted}\n}}\n"


def _underlined(fault: Diagnostic, indent: int) -> Iterator[str]:
    assert fault.span
    yield f"{' ' * (fault.span.first.column - 1 - indent)}{'^' * len(fault.span.text)} {fault.name}"
    yield f"  {fault.message}"
    if fault.help:
        yield f"  help: {fault.help}"


def _lines(found: Diagnostic) -> Iterator[str]:
    named = "" if found.name == "requirement-violated" else f"[{found.name}]"
    yield f"{found.severity}{named}: {found.message}"
    if found.path:
        where = f" in {found.region}" if found.region else ""
        by = f" by {', '.join(found.policies)}" if found.policies else ""
        yield f"  at {found.path}{where}{by}"
    for label in found.labels:
        yield f"  {label.text}: {label.span.first.line} | {label.span.text.partition(chr(10))[0]}"
    if found.help:
        yield f"  help: {found.help}"


def _identity(found: Diagnostic) -> Iterator[str]:
    yield from (f"  | {value}".rstrip() for value in found.values)
    if found.anonymous:
        yield f"  without who set it: {found.anonymous}"
