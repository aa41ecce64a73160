"""Templates (language.md 3.6): which there are, and what a block that is `like` one comes to.

A template is a piece of AWS's tree that is never emitted by itself. Laying a piece over another is the whole rule of
merging: a setting that the upper piece mentions replaces all operators below, nodes of the same name merge, others are
added.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace

from policyengine.aws.documents import WrittenAt
from policyengine.base.diagnostics import Diagnostic, Label
from policyengine.base.records import record
from policyengine.base.source import Span
from policyengine.base.text import listed, quoted
from policyengine.language.compiler.blocks import contradictions, lower_block
from policyengine.language.compiler.lets import cycles
from policyengine.language.compiler.policy_tree import OWN, Assigned, Layer, TreeNode
from policyengine.language.compiler.settings import PLAN, RULE
from policyengine.language.compiler.values import Scope
from policyengine.language.language_rules import CIRCULAR_TEMPLATE, NAME_REPEATED, UNKNOWN_TEMPLATE
from policyengine.language.syntax.literals import Name
from policyengine.language.syntax.nodes import Template

_SHAPES = {"plan": PLAN, "rule": RULE}
_SHOWN = 5  # members of a circle that a finding points at


@record
class Templates:
    """The project's templates by folded name; of a `repeated` name the first. `used` are those that blocks are like."""

    by_name: Mapping[str, TreeNode]
    repeated: frozenset[str] = frozenset()
    used: set[str] = field(default_factory=set)
    _whole: dict[str, TreeNode] = field(default_factory=dict, repr=False)

    def whole(self, like: Name) -> TreeNode:
        """The template of that name with everything that the ones it is like bring."""
        name = like.text.lower()
        if name not in self._whole:
            self._whole[name] = self._laid(name)
        return self._whole[name]

    def _laid(self, name: str) -> TreeNode:
        """A template laid over what it is like; what the used ones on the way come to is kept, so that it is cheap."""
        node = self.by_name[name]
        chain = [node]
        while (like := chain[-1].like) and like.text.lower() not in self._whole:
            chain.append(self.by_name[like.text.lower()])
        laid = TreeNode(node.shape, node.key, node.origin)
        if like:
            _lay(laid, self._whole[like.text.lower()], _at(node, len(chain)), self)
        for distance in range(len(chain) - 1, -1, -1):
            piece = chain[distance]
            _lay(laid, piece, _at(node, distance), self)
            if distance and piece.key.lower() in self.used:
                kept = self._whole[piece.key.lower()] = TreeNode(piece.shape, piece.key, piece.origin)
                _lay(kept, laid, _at(node, -distance), self)
        return laid


def collect_templates(written: Sequence[Template], scope: Scope) -> Templates:
    """The templates of all files, each lowered once; findings go to the scope.

    INVARIANT: a template is a named block, of a plan or of a rule; the parser sees to it.
    """
    by_name: dict[str, TreeNode] = {}
    repeated: set[str] = set()
    for block in (template.block for template in written):
        name = block.name or Name("", span=block.head)
        node = TreeNode(_SHAPES[block.kind], name.text, WrittenAt(name.span))
        lower_block(node, block, scope)
        first = by_name.setdefault(node.key.lower(), node)
        if first is not node:
            repeated.add(node.key.lower())
            scope.found.append(_repeated(node, first))
    templates = Templates(by_name, frozenset(repeated))
    for node in by_name.values():
        check_likes(node, templates, scope)
        scope.found.extend(contradictions(node))
    _cut_circles(by_name, scope)
    return templates


def check_likes(node: TreeNode, templates: Templates, scope: Scope) -> None:
    """Report every `like` below a node that names no template of its kind, and forget it."""
    for place in _walk(node):
        if not place.like:
            continue
        found = templates.by_name.get(place.like.text.lower())
        if found and found.shape.block == place.shape.block:
            if place is not node:
                templates.used.add(place.like.text.lower())
            continue
        if scope.complete or found:
            scope.found.extend(_mislike(place.like, place.shape.block, found, templates, scope))
        place.like = None


def expand(root: TreeNode, templates: Templates) -> TreeNode:
    """A policy's tree with everything that its templates bring; the trees given stay as they are."""
    result = TreeNode(root.shape, root.key, root.origin)
    _lay(result, root, _Use(OWN, None), templates)
    return result


@record
class _Use:
    """Where a piece is laid: how far from the policy's text it stands, and the block that asked for it."""

    layer: Layer
    at: Span | None

    def of_template(self, kind: str, at: Span) -> _Use:
        return _Use(self.beyond(_layer(kind, 1)), self.at or at)

    def beyond(self, layer: Layer) -> Layer:
        """How far from the policy's text that stands which is so far from this piece."""
        return self.layer[0] + layer[0], self.layer[1] + layer[1]

    def place(self, origin: WrittenAt) -> WrittenAt:
        return WrittenAt(origin.span, self.at) if self.at else origin


def _at(node: TreeNode, distance: int) -> _Use:
    return _Use(_layer(node.shape.block, distance), None)


def _layer(kind: str, distance: int) -> Layer:
    return (-distance, 0) if kind == "plan" else (0, -distance)


def _lay(result: TreeNode, piece: TreeNode, use: _Use, templates: Templates) -> None:
    if piece.declared:
        result.key, result.origin, result.declared = piece.key, use.place(piece.origin), True
    if piece.values:
        result.origin = use.place(piece.origin)
        result.values = {key: Assigned(held.value, use.place(held.origin)) for key, held in piece.values.items()}
    if control := piece.control:
        result.control = replace(control, origin=use.place(control.origin), layer=use.beyond(control.layer))
    if (lock := piece.lock) and not result.lock:
        result.lock = replace(lock, origin=use.place(lock.origin), layer=use.beyond(lock.layer))
    for folded, child in piece.children.items():
        below = result.children.get(folded)
        if below is None:
            below = result.children[folded] = TreeNode(child.shape, child.key, use.place(child.origin))
        if child.like:
            deeper = use.of_template(child.shape.block, child.origin.span)
            _lay(below, templates.whole(child.like), deeper, templates)
        _lay(below, child, use, templates)


def _walk(node: TreeNode) -> Iterator[TreeNode]:
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(current.children.values()))


def _repeated(node: TreeNode, first: TreeNode) -> Diagnostic:
    return NAME_REPEATED.at(
        node.origin.span,
        f"there are two templates called {quoted(node.key)}",
        help="a template is known in every file of the project; give one of them another name",
        labels=(Label(first.origin.span, "first defined here"),),
    )


def _mislike(like: Name, kind: str, found: TreeNode | None, templates: Templates, scope: Scope) -> Iterator[Diagnostic]:
    if found:
        if like.text.lower() not in templates.repeated:  # else the second may be of this kind, and that is told
            yield _other_kind(like, kind, found)
        return
    known = [node.key for node in templates.by_name.values() if node.shape.block == kind]
    advice = scope.suggestion(like.text, known) or (
        f"there are {listed(known)}" if known else f"write `template {kind} ...`"
    )
    yield UNKNOWN_TEMPLATE.at(like.span, f"no {kind} template is called {quoted(like.text)}", help=advice)


def _other_kind(like: Name, kind: str, found: TreeNode) -> Diagnostic:
    message = f"{quoted(like.text)} is a template of a {found.shape.block}, not of a {kind}"
    return UNKNOWN_TEMPLATE.at(like.span, message, labels=(Label(found.origin.span, "defined here"),))


def _cut_circles(by_name: Mapping[str, TreeNode], scope: Scope) -> None:
    links = {name: [node.like.text.lower()] if node.like else [] for name, node in by_name.items()}
    circles, knotted = cycles(links)
    scope.found.extend(_circular_template([by_name[name] for name in circle]) for circle in circles)
    for name in knotted:
        by_name[name].like = None


def _circular_template(circle: Sequence[TreeNode]) -> Diagnostic:
    first, like = circle[0], circle[-1].like
    return CIRCULAR_TEMPLATE.at(
        like.span if like else first.origin.span,
        f"the template {quoted(first.key)} is like itself",
        help=f"break the circle: {listed(node.key for node in (*circle, first))}",
        labels=tuple(Label(node.origin.span, f"{quoted(node.key)} is defined here") for node in circle[:_SHOWN]),
    )
