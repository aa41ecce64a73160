"""The mutants of a module: each a fault at a place, and the code of the module with it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any

from mutation.operators import faults

ROOT = Path(__file__).parents[2]
_LONGEST = 100
# Types and decorators say nothing at run time, or everything: a wrong one is no small fault.
_LEFT_ALONE = {"annotation", "returns", "decorator_list", "bases", "format_spec", "names"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault: `node` stands where `parent` had another one, in a list where `index` tells which.

    `function` is the function around it, empty at the top of a module and in a class, where tables and defaults stand.
    """

    file: str
    line: int
    function: str
    was: str
    now: str
    tree: ast.Module
    parent: Any
    field: str
    index: int | None
    node: ast.AST

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.function or 'module'}: `{self.was}` -> `{self.now}`"

    @property
    def module(self) -> str:
        """The name under which the module is imported."""
        return self.file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @contextmanager
    def planted(self) -> Iterator[ast.Module]:
        """The tree of the module with the fault in it, as long as it is looked at."""
        held = getattr(self.parent, self.field)
        place, key = (self.parent.__dict__, self.field) if self.index is None else (held, self.index)
        before, place[key] = place[key], self.node
        try:
            yield self.tree
        finally:
            place[key] = before

    def code(self) -> CodeType:
        """The module, compiled with the fault in it."""
        with self.planted() as tree:
            return compile(tree, str(ROOT / self.file), "exec", dont_inherit=True)


def mutants_of(package: str) -> list[Mutant]:
    """All mutants of the modules of `policyengine/<package>`, always in the same order."""
    files = sorted((ROOT / "policyengine" / package).rglob("*.py"))
    return [mutant for file in files for mutant in mutants(file.relative_to(ROOT).as_posix(), file.read_text("utf-8"))]


def mutants(file: str, text: str) -> Iterator[Mutant]:
    """The mutants of one module, from top to bottom."""
    tree = ast.parse(text)
    for parent, field, index, node, function in _places(tree, ""):
        for fault in faults(node):
            line = _give_place(fault, node, parent)
            yield Mutant(file, line, function, *_shown(node, fault), tree, parent, field, index, fault)


def _give_place(fault: ast.AST, node: ast.AST, parent: ast.AST) -> int:
    """Lets the new nodes stand where the old one did, and tells its line."""
    place = next(found for found in (*ast.walk(node), parent) if isinstance(found, (ast.stmt, ast.expr)))
    for added in ast.walk(fault):
        if isinstance(added, (ast.stmt, ast.expr, ast.keyword)) and not hasattr(added, "lineno"):
            ast.copy_location(added, place)
    return place.lineno


def _places(parent: ast.AST, function: str) -> Iterator[tuple[ast.AST, str, int | None, ast.AST, str]]:
    for field, held in ast.iter_fields(parent):
        if field in _LEFT_ALONE:
            continue
        inner = f"{function}.{parent.name}" if isinstance(parent, ast.FunctionDef) and field == "body" else function
        inner = f"{function}.<lambda>" if isinstance(parent, ast.Lambda) and field == "body" else inner
        for index, node in enumerate(held) if isinstance(held, list) else [(None, held)]:
            if isinstance(node, ast.AST) and not _is_for_readers(node):
                yield parent, field, index, node, inner.lstrip(".")
                yield from _places(node, inner)


def _is_for_readers(node: ast.AST) -> bool:
    """Docstrings, imports, names of types, what only the type checker reads, promises about lengths, and what `repr` shows."""
    match node:
        case ast.Expr(ast.Constant()) | ast.Import() | ast.ImportFrom() | ast.If(ast.Name("TYPE_CHECKING")):
            return True
        case ast.Assign([ast.Name(name)]) | ast.AnnAssign(ast.Name(name), value=ast.expr()):
            return name == "__all__" or (name.lstrip("_")[:1].isupper() and not name.isupper())
        case ast.Call(ast.Name("cast")) | ast.keyword("strict" | "repr"):
            return True
    return False


def _shown(node: ast.AST, fault: ast.AST) -> tuple[str, str]:
    """What was there and what is there now, no more of it than tells them apart."""
    match node, fault:
        case (ast.If() | ast.While(), ast.If() | ast.While()):
            return _text(node.test), _text(fault.test)
        case ast.Call(_, _, before), ast.Call(_, _, after) if len(before) > len(after):
            return _text(next(keyword for keyword in before if keyword not in after)), ""
        case ast.comprehension(_, _, before), ast.comprehension(_, _, after):
            return _text(next(condition for condition in before if condition not in after)), ""
        case ast.match_case(), ast.match_case(_, guard):
            return f"case {_text(node.pattern)}", f"if {_text(guard)}" if guard else "no guard"
        case ast.Slice(), _:
            return f"[{_text(node)}]", f"[{_text(fault)}]"
    return _text(node), _text(fault)


def _text(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
