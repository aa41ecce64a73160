"""Templates (language.md 3.6): collecting them, and expanding the blocks that are `like` one.

A template is a subtree of AWS's tree that is never emitted by itself. A block is expanded by overlaying it on its
template, and the template on the one that it is like: a setting of the upper tree replaces all operators of the lower
one's, nodes of the same name merge, others are added.
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
from policyengine.language.compiler.values import Scope
from policyengine.language.compiler.vocabulary import PLAN, RULE
from policyengine.language.language_rules import CIRCULAR_TEMPLATE, NAME_REPEATED, UNKNOWN_TEMPLATE
from policyengine.language.syntax.literals import Name
from policyengine.language.syntax.nodes import Template

_SHAPES = {"plan": PLAN, "rule": RULE}
_SHOWN = 5  # members of a cycle that a diagnostic points at


@record
class Templates:
    """The templates of a project.

    Attributes:
        by_name: By folded name; of several with one name the first.
        repeated: The folded names of several templates.
        used: The folded names of templates that blocks are like.
    """

    by_name: Mapping[str, TreeNode]
    repeated: frozenset[str] = frozenset()
    used: set[str] = field(default_factory=set)
    _expanded: dict[str, TreeNode] = field(default_factory=dict, repr=False)

    def expanded(self, like: Name) -> TreeNode:
        """The template of that name, overlaid on all that it is like."""
        name = like.text.lower()
        if name not in self._expanded:
            self._expanded[name] = self._expand(name)
        return self._expanded[name]

    def _expand(self, name: str) -> TreeNode:
        """A template overlaid on the chain that it is like, from the far end.

        Templates in the chain that blocks are like are stored on the way, so that a long chain is walked once.
        """
        node = self.by_name[name]
        chain = [node]
        while (like := chain[-1].like) and like.text.lower() not in self._expanded:
            chain.append(self.by_name[like.text.lower()])
        result = TreeNode(node.shape, node.key, node.origin)
        if like:
            _overlay(result, self._expanded[like.text.lower()], _at(node, len(chain)), self)
        for distance in range(len(chain) - 1, -1, -1):
            template = chain[distance]
            _overlay(result, template, _at(node, distance), self)
            if distance and template.key.lower() in self.used:
                stored = self._expanded[template.key.lower()] = TreeNode(template.shape, template.key, template.origin)
                _overlay(stored, result, _at(node, -distance), self)
        return result


def collect_templates(statements: Sequence[Template], scope: Scope) -> Templates:
    """The templates of all files, each lowered once; diagnostics are added to the scope.

    INVARIANT: the block of a template has a name and is a plan or a rule, which the parser ensures.
    """
    by_name: dict[str, TreeNode] = {}
    repeated: set[str] = set()
    for block in (template.block for template in statements):
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
    _cut_cycles(by_name, scope)
    return templates


def check_likes(node: TreeNode, templates: Templates, scope: Scope) -> None:
    """Reports and removes every `like` at or below a node that names no template of its kind.

    Without the statements that syntax errors cost, a name may be that of a lost template and is not reported.
    """
    for block in _walk(node):
        if not block.like:
            continue
        template = templates.by_name.get(block.like.text.lower())
        if template and template.shape.block == block.shape.block:
            if block is not node:
                templates.used.add(block.like.text.lower())
            continue
        if scope.complete or template:
            scope.found.extend(_wrong_like(block.like, block.shape.block, template, templates, scope))
        block.like = None


def expand(root: TreeNode, templates: Templates) -> TreeNode:
    """A policy's tree with its templates expanded, as a new tree."""
    result = TreeNode(root.shape, root.key, root.origin)
    _overlay(result, root, _Use(OWN, None), templates)
    return result


@record
class _Use:
    """The use of a tree in a policy: its layer, and the policy's block that is like it (None for the policy itself)."""

    layer: Layer
    at: Span | None

    def of_template(self, kind: str, at: Span) -> _Use:
        """The use of a template by a block of this tree."""
        return _Use(self.beyond(_layer(kind, 1)), self.at or at)

    def beyond(self, layer: Layer) -> Layer:
        """The layer in the policy of what has a layer in this tree."""
        return self.layer[0] + layer[0], self.layer[1] + layer[1]

    def place(self, origin: WrittenAt) -> WrittenAt:
        """An origin in this tree, with the block of the policy that uses it."""
        return WrittenAt(origin.span, self.at) if self.at else origin


def _at(node: TreeNode, distance: int) -> _Use:
    return _Use(_layer(node.shape.block, distance), None)


def _layer(kind: str, distance: int) -> Layer:
    return (-distance, 0) if kind == "plan" else (0, -distance)


def _overlay(result: TreeNode, upper: TreeNode, use: _Use, templates: Templates) -> None:
    """Overlays a tree on `result`, which is changed; blocks of the tree that are `like` a template bring it along."""
    if upper.declared:
        result.key, result.origin, result.declared = upper.key, use.place(upper.origin), True
    if upper.values:
        result.origin = use.place(upper.origin)
        result.values = {key: Assigned(each.value, use.place(each.origin)) for key, each in upper.values.items()}
    if control := upper.control:
        result.control = replace(control, origin=use.place(control.origin), layer=use.beyond(control.layer))
    if (lock := upper.lock) and not result.lock:
        result.lock = replace(lock, origin=use.place(lock.origin), layer=use.beyond(lock.layer))
    for folded, child in upper.children.items():
        below = result.children.get(folded)
        if below is None:
            below = result.children[folded] = TreeNode(child.shape, child.key, use.place(child.origin))
        if child.like:
            of_template = use.of_template(child.shape.block, child.origin.span)
            _overlay(below, templates.expanded(child.like), of_template, templates)
        _overlay(below, child, use, templates)


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


def _wrong_like(
    like: Name, kind: str, template: TreeNode | None, templates: Templates, scope: Scope
) -> Iterator[Diagnostic]:
    if template:
        if like.text.lower() not in templates.repeated:  # else the second may be of this kind; the two are reported
            yield _other_kind(like, kind, template)
        return
    names = [node.key for node in templates.by_name.values() if node.shape.block == kind]
    advice = scope.suggestion(like.text, names) or (
        f"there are {listed(names)}" if names else f"write `template {kind} ...`"
    )
    yield UNKNOWN_TEMPLATE.at(like.span, f"no {kind} template is called {quoted(like.text)}", help=advice)


def _other_kind(like: Name, kind: str, template: TreeNode) -> Diagnostic:
    message = f"{quoted(like.text)} is a template of a {template.shape.block}, not of a {kind}"
    return UNKNOWN_TEMPLATE.at(like.span, message, labels=(Label(template.origin.span, "defined here"),))


def _cut_cycles(by_name: Mapping[str, TreeNode], scope: Scope) -> None:
    """Reports the templates that are like themselves, and removes their `like`, so that expanding ends."""
    links = {name: [node.like.text.lower()] if node.like else [] for name, node in by_name.items()}
    circular, members = cycles(links)
    scope.found.extend(_circular_template([by_name[name] for name in cycle]) for cycle in circular)
    for name in members:
        by_name[name].like = None


def _circular_template(cycle: Sequence[TreeNode]) -> Diagnostic:
    first, like = cycle[0], cycle[-1].like
    return CIRCULAR_TEMPLATE.at(
        like.span if like else first.origin.span,
        f"the template {quoted(first.key)} is like itself",
        help=f"break the circle: {listed(node.key for node in (*cycle, first))}",
        labels=tuple(Label(node.origin.span, f"{quoted(node.key)} is defined here") for node in cycle[:_SHOWN]),
    )
