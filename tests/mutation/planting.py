"""Puts a mutant into the running process: into functions that are there, or into a module before it is imported."""

from __future__ import annotations

import functools
import gc
import importlib.util
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import CodeType, FunctionType, ModuleType

from mutation.mutants import ROOT, Mutant

Place = tuple[str, str, int]
_Cache = type(functools.cache(lambda: None))


class Functions:
    """The functions that are in memory, by the place of their code, and what they have cached."""

    def __init__(self) -> None:
        self._at: dict[Place, list[FunctionType]] = defaultdict(list)
        gc.unfreeze()  # a run of tests freezes what it imports, and the list has nothing of it
        known = gc.get_objects()
        self._caches = [found for found in known if isinstance(found, _Cache)]
        for found in known:
            if isinstance(found, FunctionType):
                self._at[_place(found.__code__)].append(found)

    def plant(self, mutant: Mutant) -> bool:
        """Gives every function of the module its code in the mutant; False where one cannot take it."""
        for code in _codes(mutant.code()):
            for function in self._at.get(_place(code), ()):
                if len(code.co_freevars) != len(function.__code__.co_freevars):
                    return False
                function.__code__ = code
        self.forget()
        return True

    def forget(self) -> None:
        """Empties the caches, so that everything is worked out again."""
        for cache in self._caches:
            cache.cache_clear()


def _place(code: CodeType) -> Place:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


def plant_on_import(mutant: Mutant) -> None:
    """Lets the module be imported as the mutant."""
    sys.meta_path.insert(0, _Finder(mutant))


class _Finder(MetaPathFinder):
    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None, /
    ) -> ModuleSpec | None:
        if fullname != self._mutant.module:
            return None
        file = ROOT / self._mutant.file
        return importlib.util.spec_from_file_location(fullname, file, loader=_Loader(fullname, str(file), self._mutant))


class _Loader(SourceFileLoader):
    def __init__(self, fullname: str, path: str, mutant: Mutant) -> None:
        super().__init__(fullname, path)
        self._mutant = mutant

    def get_code(self, _fullname: str, /) -> CodeType:
        return self._mutant.code()
