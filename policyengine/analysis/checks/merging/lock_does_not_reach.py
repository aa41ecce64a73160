from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts, used_here, written_at
from policyengine.aws.admission import setting_at
from policyengine.aws.documents import ASSIGN, CONTROL, VALUE_OPERATORS, Json, PolicyDocument
from policyengine.aws.merge import Resolved, keys, segment
from policyengine.aws.setting_words import in_words
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule

RULE = Rule("PE305", "lock-does-not-reach", Severity.WARNING, harm=Harm.NOTHING)

_NONE = "@@none"
_NAMED = 3
_LOCKED = "write `locked` before the block to close everything in it"


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per policy and topmost such container; on `plans` itself, where it only bars new plans, info."""
    for (policy, path), settings in _cases(facts).items():
        span = written_at(policy, path, CONTROL)
        control = "children may nothing" if span else _NONE
        shown = [_in_language(path, name) if span else name for name in settings[:_NAMED]]
        named = ", ".join(f"`{name}`" for name in shown)
        more = f" and {len(settings) - _NAMED} more" if len(settings) > _NAMED else ""
        effect = f"in policy `{policy.name}` does not reach {named}{more}"
        diagnostic = RULE.at(
            span,
            f"`{control}` on `{in_words(path) if span else path}` {effect}",
            formerly=f"`{control}` on `{path}` {effect}",
            help=_LOCKED if span else f"write `{_NONE}` on each of them, too",
            labels=used_here(policy, path, CONTROL),
            path=path,
            policies=(policy.name,),
            values=tuple(settings),
        )
        yield diagnostic if "/" in path else diagnostic.with_severity(Severity.INFO)


def _in_language(path: str, name: str) -> str:
    """A setting below a container, its last steps as the language's word: `nightly/retain`."""
    steps = name.split("/")
    row = setting_at(keys(f"{path}/{name}"))
    return "/".join((*steps[: -len(row.path)], row.key)) if row else name


def _cases(facts: Facts) -> dict[tuple[PolicyDocument, str], list[str]]:
    """Settings that stay open below an entity although one of its policies closes a container around them.

    What a peer or a policy further up closes is closed: controls intersect (semantics.md R13).
    """
    cases: dict[tuple[PolicyDocument, str], list[str]] = {}
    for result in facts.effective.distinct:
        for policy, (path, settings) in facts.each(dict.fromkeys(result.entity.policies), _unreached):
            if still_open := [name for name in settings if _is_open(result, f"{path}/{name}")]:
                cases.setdefault((policy, path), still_open)
    return cases


def _is_open(result: Resolved, path: str) -> bool:
    node = result.root.find(keys(path))
    return node is not None and node.limit.allowed != 0


def _unreached(policy: PolicyDocument) -> Iterator[tuple[str, list[str]]]:
    """Topmost containers with `@@none` and the settings beneath them without it, as folded paths."""
    pending = [("", policy.content)] if isinstance(policy.content, dict) else []
    while pending:
        path, node = pending.pop()
        for key, below in _children(node):
            if len(below) == 1 and ASSIGN in below:  # a setting, as most are: nothing lies beneath it
                continue
            place = f"{path}/{segment(key)}" if path else segment(key)
            closed = _is_closed(below) and not _is_setting(below)
            if settings := list(_open_settings(below, "")) if closed else []:
                yield place, settings
            else:
                pending.append((place, below))


def _open_settings(node: dict[str, Json], path: str) -> Iterator[str]:
    for key, below in _children(node):
        if _is_setting(below) and not _is_closed(below):
            yield path + segment(key)
        yield from _open_settings(below, f"{path}{segment(key)}/")


def _children(node: dict[str, Json]) -> list[tuple[str, dict[str, Json]]]:
    return [(key, below) for key, below in node.items() if isinstance(below, dict) and not key.startswith("@@")]


def _is_setting(node: dict[str, Json]) -> bool:
    return any(key.startswith("@@") and key.lower() in VALUE_OPERATORS for key in node)


def _is_closed(node: dict[str, Json]) -> bool:
    for key, value in node.items():
        if isinstance(value, list) and key.lower() == CONTROL and [str(name).lower() for name in value] == [_NONE]:
            return True
    return False
