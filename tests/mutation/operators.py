"""The faults: for a node of a syntax tree, what a careless hand could have written in its place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeVar

_Node = TypeVar("_Node", bound=ast.AST)
_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_CALLED = {
    "all": "any",
    "any": "all",
    "endswith": "startswith",
    "lower": "upper",
    "lstrip": "rstrip",
    "max": "min",
    "min": "max",
    "rstrip": "lstrip",
    "sorted": "list",
    "startswith": "endswith",
    "upper": "lower",
}


def faults(node: ast.AST) -> Iterator[ast.AST]:
    """New nodes, each to stand in the place of `node`."""
    match node:
        case ast.stmt():
            return _of_statement(node)
        case ast.expr():
            return _of_expression(node)
    return _of_part(node)


def _of_statement(node: ast.stmt) -> Iterator[ast.stmt]:
    match node:
        case ast.If(_, body, orelse):
            yield ast.If(ast.Constant(value=True), body, orelse)
            yield ast.If(ast.Constant(value=False), body, orelse)
        case ast.While(_, body, orelse):
            yield ast.While(ast.Constant(value=False), body, orelse)
        case ast.Return(ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            yield ast.Return(ast.Constant(None))
        case ast.Expr(ast.Yield() | ast.YieldFrom()):
            yield ast.Expr(ast.YieldFrom(ast.Tuple([], ast.Load())))
        case ast.Expr(ast.Call()) | ast.Assign([ast.Attribute() | ast.Subscript()]):
            yield ast.Pass()
        case ast.Continue() | ast.Break() | ast.Raise() | ast.AugAssign():
            yield ast.Pass()


def _of_expression(node: ast.expr) -> Iterator[ast.expr]:
    match node:
        case ast.Constant():
            yield from _of_constant(node)
        case ast.Call():
            yield from _of_call(node)
        case ast.IfExp(_, body, orelse):
            yield from (body, orelse)
        case ast.Slice(lower, upper):
            yield from (ast.Slice(*bounds) for bounds in ((None, upper), (lower, None)) if bounds != (lower, upper))
        case _:
            yield from _of_operation(node)


def _of_operation(node: ast.expr) -> Iterator[ast.expr]:
    match node:
        case ast.BoolOp(op, values):
            for kept in _one_less(values):
                yield kept[0] if len(kept) == 1 else ast.BoolOp(op, kept)
        case ast.Compare(left, [op], comparators):
            for other in _COMPARISONS[type(op)]:
                yield ast.Compare(left, [other()], comparators)
        case ast.BinOp(left, op, right) if type(op) in _ARITHMETIC:
            yield ast.BinOp(left, _ARITHMETIC[type(op)](), right)
        case ast.UnaryOp(ast.Not() | ast.USub(), operand):
            yield operand


def _of_part(node: ast.AST) -> Iterator[ast.AST]:
    """What is neither a statement nor an expression."""
    match node:
        case ast.comprehension(target, iterated, conditions, is_async):
            for kept in _one_less(conditions):
                yield ast.comprehension(target, iterated, kept, is_async)
        case ast.match_case(pattern, guard, body):
            yield ast.match_case(pattern, ast.Constant(value=False), body)
            if guard:
                yield ast.match_case(pattern, None, body)


def _one_less(nodes: list[_Node]) -> Iterator[list[_Node]]:
    for left_out in nodes:
        yield [node for node in nodes if node is not left_out]


def _of_constant(node: ast.Constant) -> Iterator[ast.expr]:
    match node.value:
        case bool(truth):
            yield ast.Constant(not truth)
        case int(number):
            yield ast.Constant(number + 1)
        case str(text):
            yield ast.Constant(f"{text}x")


def _of_call(node: ast.Call) -> Iterator[ast.expr]:
    match node.func:
        case ast.Name(name) if name in _CALLED:
            yield ast.Call(ast.Name(_CALLED[name], ast.Load()), node.args, [] if name == "sorted" else node.keywords)
        case ast.Attribute(value, name) if name in _CALLED:
            yield ast.Call(ast.Attribute(value, _CALLED[name], ast.Load()), node.args, node.keywords)
    for left_out in node.keywords:
        if left_out.arg not in {"strict", "repr"}:
            yield ast.Call(node.func, node.args, [kept for kept in node.keywords if kept is not left_out])
