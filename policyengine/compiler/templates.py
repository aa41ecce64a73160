"""Templates (language.md 3.6): which there are, and what a block that is `like` one comes to.

A template is a piece of AWS's tree that is never emitted by itself. Laying a piece over another is the whole rule of
merging: a setting that the upper piece mentions replaces all operators below, nodes of the same name merge, others are
added.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from policyengine.catalogue.language import circular_template, name_repeated, unknown_template
from policyengine.compiler.cycles import cycles
from policyengine.compiler.locks import contradictions
from policyengine.compiler.lower import lower_block
from policyengine.compiler.node import OWN, Assigned, Layer, Node
from policyengine.compiler.shape import PLAN, RULE
from policyengine.compiler.values import Scope
from policyengine.diagnostics import Diagnostic, Label
from policyengine.model.documents import Origin
from policyengine.source import Span
from policyengine.syntax.nodes import Template
from policyengine.syntax.values import Name
from policyengine.wording import listed, quoted

_SHAPES = {"plan": PLAN, "rule": RULE}
_SHOWN = 5  # members of a circle that a finding points at


@dataclass(frozen=True, slots=True)
class Templates:
    """The project's templates by folded name."""

    by_name: Mapping[str, Node]

    def chain(self, like: Name | None) -> list[Node]:
        """The template of that name, the one that is like, and so on: nearest first."""
        pieces: list[Node] = []
        while like:
            piece = self.by_name[like.text.lower()]
            pieces.append(piece)
            like = piece.like
        return pieces


def collect_templates(written: Sequence[Template], scope: Scope) -> Templates:
    """The templates of all files, each lowered once; findings go to the scope.

    INVARIANT: a template is a named block, of a plan or of a rule; the parser sees to it.
    """
    by_name: dict[str, Node] = {}
    for block in (template.block for template in written):
        name = block.name or Name("", span=block.head)
        node = Node(_SHAPES[block.kind], name.text, Origin(name.span))
        lower_block(node, block, scope)
        first = by_name.setdefault(node.key.lower(), node)
        if first is not node:
            scope.found.append(_repeated(node, first))
    templates = Templates(by_name)
    for node in by_name.values():
        check_likes(node, templates, scope)
        scope.found.extend(contradictions(node))
    _cut_circles(by_name, scope)
    return templates


def check_likes(node: Node, templates: Templates, scope: Scope) -> None:
    """Report every `like` below a node that names no template of its kind, and forget it."""
    for place in _walk(node):
        if place.like and (wrong := _mislike(place.like, place.shape.block, templates, scope)):
            place.like = None
            if scope.complete or wrong.labels:
                scope.found.append(wrong)


def expand(root: Node, templates: Templates) -> Node:
    """A policy's tree with everything that its templates bring; the trees given stay as they are."""
    result = Node(root.shape, root.key, root.origin)
    _lay(result, root, _Use(OWN, None), templates)
    return result


@dataclass(frozen=True, slots=True)
class _Use:
    """Where a piece is laid: how far from the policy's text it stands, and the block that asked for it."""

    layer: Layer
    at: Span | None

    def of_template(self, kind: str, distance: int, at: Span) -> _Use:
        plan, rule = self.layer
        return _Use((-distance, rule) if kind == "plan" else (plan, -distance), self.at or at)

    def place(self, origin: Origin) -> Origin:
        return Origin(origin.span, self.at) if self.at else origin


def _lay(result: Node, piece: Node, use: _Use, templates: Templates) -> None:
    if piece.declared:
        result.key, result.origin, result.declared = piece.key, use.place(piece.origin), True
    if piece.values:
        result.origin = use.place(piece.origin)
        result.values = {key: Assigned(held.value, use.place(held.origin)) for key, held in piece.values.items()}
    if control := piece.control:
        result.control = replace(control, origin=use.place(control.origin), layer=use.layer)
    if piece.lock and not result.lock:
        result.lock = replace(piece.lock, origin=use.place(piece.lock.origin), layer=use.layer)
    for folded, child in piece.children.items():
        below = result.children.get(folded)
        if below is None:
            below = result.children[folded] = Node(child.shape, child.key, use.place(child.origin))
        chain = templates.chain(child.like)
        for distance in range(len(chain), 0, -1):
            deeper = use.of_template(child.shape.block, distance, child.origin.span)
            _lay(below, chain[distance - 1], deeper, templates)
        _lay(below, child, use, templates)


def _walk(node: Node) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(current.children.values()))


def _repeated(node: Node, first: Node) -> Diagnostic:
    return name_repeated.RULE.at(
        node.origin.span,
        f"there are two templates called {quoted(node.key)}",
        help="a template is known in every file of the project; give one of them another name",
        labels=(Label(first.origin.span, "first defined here"),),
    )


def _mislike(like: Name, kind: str, templates: Templates, scope: Scope) -> Diagnostic | None:
    found = templates.by_name.get(like.text.lower())
    if found and found.shape.block == kind:
        return None
    if found:
        return unknown_template.RULE.at(
            like.span,
            f"{quoted(like.text)} is a template of a {found.shape.block}, not of a {kind}",
            labels=(Label(found.origin.span, "defined here"),),
        )
    known = [node.key for node in templates.by_name.values() if node.shape.block == kind]
    advice = scope.suggestion(like.text, known) or (
        f"there are {listed(known)}" if known else f"write `template {kind} ...`"
    )
    return unknown_template.RULE.at(like.span, f"no {kind} template is called {quoted(like.text)}", help=advice)


def _cut_circles(by_name: Mapping[str, Node], scope: Scope) -> None:
    links = {name: [node.like.text.lower()] if node.like else [] for name, node in by_name.items()}
    circles, knotted = cycles(links)
    scope.found.extend(_circular([by_name[name] for name in circle]) for circle in circles)
    for name in knotted:
        by_name[name].like = None


def _circular(circle: Sequence[Node]) -> Diagnostic:
    first, like = circle[0], circle[-1].like
    return circular_template.RULE.at(
        like.span if like else first.origin.span,
        f"the template {quoted(first.key)} is like itself",
        help=f"break the circle: {listed(node.key for node in (*circle, first))}",
        labels=tuple(Label(node.origin.span, f"{quoted(node.key)} is defined here") for node in circle[:_SHOWN]),
    )
