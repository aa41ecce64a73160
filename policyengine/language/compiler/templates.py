"""Templates (language.md 3.6): collecting them, and expanding the blocks that are `like` one.

A template is a subtree of AWS's tree that is never emitted by itself. A block is expanded by overlaying it on its
template, and the template on the one that it is like: a setting of the upper tree replaces all operators of the lower
one's, nodes of the same name merge, others are added. The text of a template with parameters is lowered anew for
arguments that no use before had.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from msgspec import field
from msgspec.structs import replace

from policyengine.aws.documents import WrittenAt
from policyengine.aws.settings import PLAN_BLOCK
from policyengine.base.diagnostics import Diagnostic, Label
from policyengine.base.records import Record
from policyengine.base.source import Span
from policyengine.base.text import listed, nearest, quoted
from policyengine.language.compiler.blocks import lower_block
from policyengine.language.compiler.child_controls import contradictions
from policyengine.language.compiler.lets import cycles, reserved
from policyengine.language.compiler.policy_tree import OWN, Assigned, Layer, TreeNode
from policyengine.language.compiler.scope import Call, Scope, Signature, signature
from policyengine.language.compiler.vocabulary import TEMPLATES
from policyengine.language.language_rules import (
    ARGUMENT_MISMATCH,
    CIRCULAR_LET,
    CIRCULAR_TEMPLATE,
    LOCK_WITHOUT_VALUE,
    NAME_REPEATED,
    UNKNOWN_TEMPLATE,
)
from policyengine.language.syntax.literals import Name, Value
from policyengine.language.syntax.nodes import Parameter, Template

_SHOWN = 5  # members of a cycle that a diagnostic points at

_OUTER, _MIDDLE = PLAN_BLOCK.parent, PLAN_BLOCK.kind
_Use: TypeAlias = "tuple[str, tuple[tuple[str, Value | None], ...]]"
"""A template in a use: its folded name, and the values of its parameters by name."""


class Definition(Record, eq=False):
    """A template: its text, its parameters, and its tree as far as nothing depends on arguments.

    `circular` is set where the template is like itself: then it is like none.
    """

    statement: Template
    signature: Signature
    node: TreeNode
    circular: bool = False

    @property
    def kind(self) -> str:
        """The kind of its block."""
        return self.node.shape.block


class Templates(Record):
    """The templates of a project.

    Attributes:
        by_name: By folded name; of several with one name the first.
        scope: Where findings about uses go.
        repeated: The folded names of several templates.
        used: The folded names of templates that blocks are like.
    """

    by_name: Mapping[str, Definition]
    scope: Scope
    repeated: frozenset[str] = frozenset()
    used: set[str] = field(default_factory=set)
    _expanded: dict[_Use, TreeNode] = field(default_factory=dict)
    _names: dict[str, list[str]] = field(default_factory=dict)

    def names(self, kind: str) -> Sequence[str]:
        """The names of all templates of a kind."""
        if kind not in self._names:
            self._names[kind] = [each.node.key for each in self.by_name.values() if each.kind == kind]
        return self._names[kind]

    def expanded(self, call: Call) -> TreeNode:
        """The template of a call with its arguments, overlaid on all that it is like.

        Uses with the same arguments share it, unless something is wrong with them: that is reported at each use.
        """
        use = self._use(call)
        if use in self._expanded:
            return self._expanded[use]
        before = len(self.scope.diagnostics)
        expanded = self._expand(use)
        if not use[1] or len(self.scope.diagnostics) == before:
            self._expanded[use] = expanded
        return expanded

    def _use(self, call: Call) -> _Use:
        name = call.name.text.lower()
        signature = self.by_name[name].signature
        if not signature.by_name:
            return name, ()
        return name, tuple(signature.bind(call.arguments, self.scope).items())

    def _lowered(self, use: _Use) -> TreeNode:
        """The tree of a template's own text in a use."""
        definition = self.by_name[use[0]]
        if not use[1]:
            return definition.node
        node = _lower(definition.statement, self.scope.inside(dict(use[1])))
        check_likes(node, self, self.scope)
        if definition.circular:
            node.like = None
        return node

    def _expand(self, use: _Use) -> TreeNode:
        """A template overlaid on the chain that it is like, from the far end.

        Templates in the chain that blocks are like are stored on the way, so that a long chain is walked once.
        """
        node = self._lowered(use)
        chain = [(use, node)]
        while (like := chain[-1][1].like) and (use := self._use(like)) not in self._expanded:
            chain.append((use, self._lowered(use)))
        result = TreeNode(node.shape, node.key, node.origin)
        if like:
            _overlay(result, self._expanded[use], _at(node, len(chain)), self)
        for distance in range(len(chain) - 1, -1, -1):
            use, template = chain[distance]
            _overlay(result, template, _at(node, distance), self)
            if distance and not use[1] and use[0] in self.used:
                stored = self._expanded[use] = TreeNode(template.shape, template.key, template.origin)
                _overlay(stored, result, _at(node, -distance), self)
        return result


def collect_templates(statements: Sequence[Template], scope: Scope) -> Templates:
    """The templates of all files, each lowered once; diagnostics are added to the scope.

    INVARIANT: the block of a template has a name and is of a kind that has templates, which the parser ensures.
    """
    by_name: dict[str, Definition] = {}
    repeated: set[str] = set()
    for template in statements:
        definition = _defined(template, scope)
        name = definition.node.key.lower()
        first = by_name.setdefault(name, definition)
        if first is not definition:
            repeated.add(name)
            scope.diagnostics.append(_repeated(definition.node, first.node))
    circular = _circular(by_name, scope)
    by_name = {name: replace(each, circular=name in circular) for name, each in by_name.items()}
    templates = Templates(by_name, scope, frozenset(repeated))
    for definition in by_name.values():
        check_likes(definition.node, templates, scope)
        scope.diagnostics.extend(contradictions(definition.node))
        if definition.circular:
            definition.node.like = None
    return templates


def _defined(template: Template, scope: Scope) -> Definition:
    scope.diagnostics.extend(_misnamed(template.parameters))
    of_template, circles = signature(template.parameters)
    scope.diagnostics.extend(_circular_default(circle, of_template) for circle in circles)
    # Without a use, parameters have their defaults, if any.
    node = _lower(template, scope.inside(of_template.bind((), scope)))
    return Definition(template, of_template, node)


def _lower(template: Template, scope: Scope) -> TreeNode:
    block = template.block
    name = block.name or Name("", span=block.head)
    node = TreeNode(TEMPLATES[block.kind], name.text, WrittenAt(name.span))
    lower_block(node, block, scope)
    return node


def _misnamed(parameters: Sequence[Parameter]) -> Iterator[Diagnostic]:
    first: dict[str, Name] = {}
    for name in (parameter.name for parameter in parameters):
        yield from reserved(name, "a parameter")
        earlier = first.setdefault(name.text, name)
        if earlier is not name:
            message = f"there are two parameters called {quoted(name.text)}"
            label = Label(earlier.span, "first defined here")
            yield NAME_REPEATED.at(name.span, message, help="give one of them another name", labels=(label,))


def _circular_default(circle: Sequence[str], of_template: Signature) -> Diagnostic:
    first, last = of_template.by_name[circle[0]], of_template.by_name[circle[-1]]
    return CIRCULAR_LET.at(
        (last.default or last.name).span,
        f"the default of {quoted(first.name.text)} is defined by itself",
        help=f"break the circle: {listed((*circle, circle[0]))}",
        labels=tuple(Label(of_template.by_name[name].name.span, f"{quoted(name)} is here") for name in circle[:_SHOWN]),
    )


def check_likes(node: TreeNode, templates: Templates, scope: Scope) -> None:
    """Reports and removes every `like` at or below a node that names no template of its kind; reports wrong arguments.

    Without the statements that syntax errors cost, a name may be that of a lost template and is not reported.
    """
    for block in _walk(node):
        if not block.like:
            continue
        template = templates.by_name.get(block.like.name.text.lower())
        if template and template.kind == block.shape.block:
            scope.diagnostics.extend(_misfits(block.like, template, scope))
            if block is not node:
                templates.used.add(block.like.name.text.lower())
            continue
        if scope.complete or template:
            scope.diagnostics.extend(_wrong_like(block.like.name, block.shape.block, template, templates, scope))
        block.like = None


def _misfits(call: Call, template: Definition, scope: Scope) -> Iterator[Diagnostic]:
    """Arguments that are repeated, that the template does not know, or that it misses."""
    name, parameters = quoted(call.name.text), template.signature.by_name
    defined = Label(template.node.origin.span, "the template is defined here")
    given: dict[str, Name] = {}
    meant: set[str] = set()
    for argument, _ in call.arguments:
        first = given.setdefault(argument.text, argument)
        if first is not argument:
            message = f"{quoted(argument.text)} is given twice"
            twice = (Label(first.span, "first given here"), defined)
            yield ARGUMENT_MISMATCH.at(argument.span, message, help="once is enough", labels=twice)
        elif argument.text not in parameters and scope.complete:
            message = f"the template {name} has no parameter {quoted(argument.text)}"
            advice = scope.suggestion(argument.text, parameters) or _known_parameters(parameters)
            meant.add(nearest(argument.text, parameters))
            yield ARGUMENT_MISMATCH.at(argument.span, message, help=advice, labels=(defined,))
    missing = [each for key, each in parameters.items() if key not in {*given, *meant} and each.default is None]
    if missing and scope.complete:
        names = listed((each.name.text for each in missing), "and")
        advice = f"write {quoted(f'{missing[0].name.text} = ...')} in the parentheses behind {name}"
        labels = tuple(Label(each.name.span, "it has no default") for each in missing[:_SHOWN])
        yield ARGUMENT_MISMATCH.at(call.span, f"the template {name} needs {names}", help=advice, labels=labels)


def _known_parameters(parameters: Mapping[str, Parameter]) -> str:
    return f"it has {listed(parameters, 'and')}" if parameters else "it has no parameters"


def expand(root: TreeNode, templates: Templates) -> TreeNode:
    """A policy's tree with its templates expanded, as a new tree."""
    result = TreeNode(root.shape, root.key, root.origin)
    own = _Position(OWN, None)
    if root.like:
        of_template = own.of_template(root.shape.block, root.origin.span)
        _overlay(result, templates.expanded(root.like), of_template, templates)
    _overlay(result, root, own, templates)
    return result


def values_missing(node: TreeNode) -> Iterator[Diagnostic]:
    """A finding for each `locked KEY` at or below a node, in an expanded tree, that closes nothing."""
    for each in _walk(node):
        if each.unset and not (each.values or each.children):
            word = each.shape.row.key if each.shape.row else each.key
            yield LOCK_WITHOUT_VALUE.at(
                each.unset.span,
                f"no template sets {quoted(word)} here, and `locked` closes nothing",
                help=f"write {quoted(f'locked {word} = ...')}",
                labels=(Label.use(each.unset.used_at),) if each.unset.used_at else (),
            )


class _Position(Record):
    """The use of a tree in a policy: its layer, and the policy's block that is like it (None for the policy itself)."""

    layer: Layer
    at: Span | None

    def of_template(self, kind: str, at: Span) -> _Position:
        """The use of a template by a block of this tree."""
        return _Position(self.beyond(_layer(kind, 1)), self.at or at)

    def beyond(self, layer: Layer) -> Layer:
        """The layer in the policy of what has a layer in this tree."""
        return self.layer[0] + layer[0], self.layer[1] + layer[1], self.layer[2] + layer[2]

    def place(self, origin: WrittenAt) -> WrittenAt:
        """An origin in this tree, with the block of the policy that uses it."""
        return WrittenAt(origin.span, self.at) if self.at else origin


def _at(node: TreeNode, distance: int) -> _Position:
    return _Position(_layer(node.shape.block, distance), None)


def _layer(kind: str, distance: int) -> Layer:
    policy, plan = kind == _OUTER, kind == _MIDDLE
    return -distance * policy, -distance * plan, -distance * (not (policy or plan))


def _overlay(result: TreeNode, upper: TreeNode, use: _Position, templates: Templates) -> None:
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
    if upper.unset and not result.unset:
        result.unset = use.place(upper.unset)
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
    like: Name, kind: str, template: Definition | None, templates: Templates, scope: Scope
) -> Iterator[Diagnostic]:
    if template:
        if like.text.lower() not in templates.repeated:  # else the second may be of this kind; the two are reported
            yield _other_kind(like, kind, template)
        return
    names = templates.names(kind)
    advice = scope.suggestion(like.text, names) or _known_templates(kind, names)
    yield UNKNOWN_TEMPLATE.at(like.span, f"no {kind} template is called {quoted(like.text)}", help=advice)


def _known_templates(kind: str, names: Sequence[str]) -> str:
    if not names:
        return f"write `template {kind} ...`"
    return f"there {'is' if len(names) == 1 else 'are'} {listed(names, 'and')}"


def _other_kind(like: Name, kind: str, template: Definition) -> Diagnostic:
    message = f"{quoted(like.text)} is a template of a {template.kind}, not of a {kind}"
    return UNKNOWN_TEMPLATE.at(like.span, message, labels=(Label(template.node.origin.span, "defined here"),))


def _circular(by_name: Mapping[str, Definition], scope: Scope) -> frozenset[str]:
    """Reports the templates that are like themselves; their folded names."""
    links = {name: [each.node.like.name.text.lower()] if each.node.like else [] for name, each in by_name.items()}
    circular, members = cycles(links)
    scope.diagnostics.extend(_circular_template([by_name[name].node for name in cycle]) for cycle in circular)
    return members


def _circular_template(cycle: Sequence[TreeNode]) -> Diagnostic:
    first, like = cycle[0], cycle[-1].like
    return CIRCULAR_TEMPLATE.at(
        like.name.span if like else first.origin.span,
        f"the template {quoted(first.key)} is like itself",
        help=f"break the circle: {listed(node.key for node in (*cycle, first))}",
        labels=tuple(Label(node.origin.span, f"{quoted(node.key)} is defined here") for node in cycle[:_SHOWN]),
    )
