"""The requirements, packs and tests of a project with their types; the door is `check_types`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TypeVar

from msgspec.structs import replace

from policyengine.analysis.requirements.demands import (
    Assertion,
    Demands,
    Expected,
    ExpectedCondition,
    Level,
    Requirement,
    TypedTest,
)
from policyengine.analysis.requirements.expressions import Checker
from policyengine.analysis.requirements.packs import pack_names, read_pack
from policyengine.analysis.requirements.requirement_rules import (
    REQUIREMENT_NAMED_LIKE_CHECK,
    UNKNOWN_PACK,
    UNKNOWN_REQUIREMENT,
)
from policyengine.analysis.requirements.typed import Condition
from policyengine.aws.attachment_rules import UNKNOWN_POLICY
from policyengine.base.diagnostics import Diagnostic, Label, Outcome, Severity
from policyengine.base.fixes import repeated
from policyengine.base.source import Span
from policyengine.base.text import listed, quoted, suggestion
from policyengine.language.compiler import collect_lets, text_meant
from policyengine.language.language_rules import NAME_REPEATED
from policyengine.language.syntax.nodes import (
    ExpectExpression,
    ExpectViolation,
    GivenAccount,
    GivenPolicy,
    Let,
    Module,
    Policy,
    Require,
    Statement,
    TagEntry,
    Test,
    UsePack,
)

S = TypeVar("S", bound=Statement)


def check_types(
    modules: Sequence[Module], policies: Collection[str] = (), checks: Collection[str] = ()
) -> Outcome[Demands]:
    """The requirements and tests of a project's files, every expression typed, and their faults (language.md 5 to 7).

    `policies` are the names that tests may attach beside those of the files, `checks` those that no requirement may
    have, in lower case. A requirement with a faulty expression is left out, so that nobody judges half of it.
    """
    statements = [statement for module in sorted(modules, key=_file_of) for statement in module.statements]
    complete = all(module.complete for module in modules)
    checker = Checker(collect_lets(_all(statements, Let), complete=complete)[0], complete, [], set())
    own = [_own(require, checker) for require in _all(statements, Require)]
    used = [requirement for use in _all(statements, UsePack) for requirement in _of_pack(use, checker)]
    checker.diagnostics.extend(_used_again(_all(statements, UsePack)))
    checker.diagnostics.extend(_clashes(own, used))
    checker.diagnostics.extend(_named_like_checks(_all(statements, Require), checks))
    written = [require.name.text for require in _all(statements, Require)]
    names = _Names({*written, *(r.name for r in used)}, {*policies, *(p.name.text for p in _all(statements, Policy))})
    tests = [_test(test, checker, names) for test in _all(statements, Test)]
    requirements = tuple(requirement for requirement in (*own, *used) if requirement)
    demands = Demands(requirements, tuple(test for test in tests if test), frozenset(checker.ids))
    return Outcome(demands, tuple(checker.diagnostics))


class _Names:
    """The names that a test may refer to."""

    def __init__(self, requirements: Collection[str], policies: Collection[str]) -> None:
        self.requirements, self.policies = requirements, policies


def _own(require: Require, checker: Checker) -> Requirement | None:
    assertions = [
        Assertion(checker.equal(condition), assertion.message.value if assertion.message else "", assertion.span)
        for assertion in require.assertions
        if (condition := checker.condition(assertion.condition))
    ]
    scope = checker.condition(require.scope) if require.scope else None
    if len(assertions) < len(require.assertions) or (require.scope and not scope):
        return None
    return Requirement(
        name=require.name.text,
        title=require.title.value if require.title else "",
        reference=require.reference.value if require.reference else "",
        level=require.level or "mandatory",
        scope=(scope,) if scope else (),
        assertions=tuple(assertions),
        span=require.head,
        pack=None,
    )


def _of_pack(use: UsePack, checker: Checker) -> Iterator[Requirement]:
    """The requirements of a pack as its user wants them; violations point at the use."""
    name = use.pack.value
    scope = checker.condition(use.scope) if use.scope else None
    module = read_pack(name)
    if module is None:
        begun = next((pack for pack in pack_names() if name and pack.startswith(name.lower())), "")
        near = f"did you mean {quoted(begun)}?" if begun else suggestion(name, pack_names())
        advice = near or f"the packs are {listed(pack_names(), 'and')}"
        checker.diagnostics.append(UNKNOWN_PACK.at(use.pack.span, f"there is no pack {quoted(name)}", help=advice))
        return
    if use.scope and not scope:
        return
    lets = collect_lets(_all(module.statements, Let), complete=True)[0]
    inside = Checker(lets, complete=True, diagnostics=checker.diagnostics, ids=checker.ids, equal=checker.equal)
    for require in _all(module.statements, Require):
        if requirement := _own(require, inside):
            yield _used(requirement, use.level, scope, use.span, name)


def _used(requirement: Requirement, level: Level | None, scope: Condition | None, at: Span, pack: str) -> Requirement:
    return Requirement(
        name=requirement.name,
        title=requirement.title,
        reference=requirement.reference,
        level=level or requirement.level,
        scope=(*((scope,) if scope else ()), *requirement.scope),
        assertions=tuple(Assertion(assertion.condition, assertion.message, at) for assertion in requirement.assertions),
        span=at,
        pack=pack,
    )


def _used_again(uses: Iterable[UsePack]) -> Iterator[Diagnostic]:
    """A finding for each use of a pack for the same accounts as another: every violation would be reported twice."""
    first: dict[tuple[str, tuple[str, ...]], UsePack] = {}
    for use in uses:
        scope = tuple(use.scope.span.text.split()) if use.scope else ()
        other = first.setdefault((use.pack.value, scope), use)
        if other is not use:
            yield NAME_REPEATED.at(
                use.span,
                f"pack {quoted(use.pack.value)} is used twice{' for the same accounts' if scope else ''}",
                help="leave one out, or say with `for` which accounts each is for",
                labels=(Label(other.span, "first used here"),),
                fix=repeated(use.span, other.span),
            )


def _clashes(own: Iterable[Requirement | None], used: Iterable[Requirement]) -> Iterator[Diagnostic]:
    from_packs = {requirement.name.lower(): requirement for requirement in used}
    for requirement in own:
        if requirement and (other := from_packs.get(requirement.name.lower())):
            message = f"pack {quoted(other.pack or '')} has a requirement called {quoted(requirement.name)} too"
            label = Label(other.span, "used here")
            yield NAME_REPEATED.at(requirement.span, message, help="give this one another name", labels=(label,))


def _named_like_checks(requires: Iterable[Require], checks: Collection[str]) -> Iterator[Diagnostic]:
    for name in (require.name for require in requires):
        if name.text.lower() in checks:
            message = f"requirement {quoted(name.text)} has the name of a check"
            advice = "give it another name: a waiver could not say which of the two it means"
            yield REQUIREMENT_NAMED_LIKE_CHECK.at(name.span, message, help=advice)


def _test(test: Test, checker: Checker, names: _Names) -> TypedTest | None:
    before = len(checker.diagnostics)
    given = tuple(_with_texts(step, checker) for step in test.steps if isinstance(step, (GivenAccount, GivenPolicy)))
    checker.diagnostics.extend(_unknown_names(test, names) if checker.complete else ())
    expected: list[Expected] = []
    for step in test.steps:
        if isinstance(step, ExpectExpression):
            condition = checker.condition(step.condition)
            expected += [ExpectedCondition(condition, step.span)] if condition else []
        elif not isinstance(step, (GivenAccount, GivenPolicy)):
            expected.append(step)
    faulty = any(diagnostic.severity is Severity.ERROR for diagnostic in checker.diagnostics[before:])
    return None if faulty else TypedTest(test.title.value, given, tuple(expected), test)


def _with_texts(step: GivenAccount | GivenPolicy, checker: Checker) -> GivenAccount | GivenPolicy:
    """The step with texts in the place of lets; tags without one are reported and left out."""
    if not isinstance(step, GivenAccount):
        return step
    tags: list[TagEntry] = []
    for tag in step.tags:
        text = text_meant(tag.value, tag.key.text, checker.lets, complete=checker.complete)
        if isinstance(text, Diagnostic):
            checker.diagnostics.append(text)
        elif text:
            tags.append(replace(tag, value=text))
    return replace(step, tags=tuple(tags))


def _unknown_names(test: Test, names: _Names) -> Iterator[Diagnostic]:
    """Policies and requirements that a test names and nobody has."""
    for step in test.steps:
        if isinstance(step, GivenPolicy) and (name := step.policy).text not in names.policies:
            advice = suggestion(name.text, names.policies) or _listed("policies", names.policies)
            yield UNKNOWN_POLICY.at(name.span, f"there is no policy {quoted(name.text)}", help=advice)
        if isinstance(step, ExpectViolation) and (name := step.requirement).text not in names.requirements:
            advice = suggestion(name.text, names.requirements) or _listed("requirements", names.requirements)
            message = f"there is no requirement {quoted(name.text)}"
            yield UNKNOWN_REQUIREMENT.at(name.span, message, help=advice)


def _listed(what: str, names: Collection[str]) -> str:
    return f"the {what} are {listed(sorted(names), 'and')}" if names else f"the project has no {what}"


def _all(statements: Iterable[Statement], kind: type[S]) -> list[S]:
    return [statement for statement in statements if isinstance(statement, kind)]


def _file_of(module: Module) -> str:
    return module.source.name
