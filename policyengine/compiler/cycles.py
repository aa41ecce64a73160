"""Names that lead back to themselves: lets defined by lets, templates like templates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence


def cycles(links: Mapping[str, Sequence[str]]) -> tuple[list[list[str]], frozenset[str]]:
    """The circles of a graph, each as its names in order, and all the names in them.

    Of circles that share a name one is told. A link to an unknown name leads nowhere.
    """
    search = _Search(links)
    for start in links:
        search.walk(start)
    return search.found, frozenset(search.knotted)


class _Search:
    """Depth first, with a stack of its own: chains may be longer than Python's."""

    def __init__(self, links: Mapping[str, Sequence[str]]) -> None:
        self.links = links
        self.found: list[list[str]] = []
        self.knotted: set[str] = set()
        self._done: set[str] = set()

    def walk(self, start: str) -> None:
        trail: dict[str, Iterator[str]] = {} if start in self._done else {start: iter(self.links[start])}
        while trail:
            name = next(reversed(trail))
            following = next(trail[name], None)
            if following is None:
                del trail[name]
                self._done.add(name)
            elif following in trail:
                self._close(trail, name, following)
            elif following in self.links and following not in self._done:
                trail[following] = iter(self.links[following])

    def _close(self, trail: Mapping[str, object], last: str, first: str) -> None:
        if last in self.knotted or first in self.knotted:
            return
        names = list(trail)
        circle = names[names.index(first) :]
        if self.knotted.isdisjoint(circle):
            self.found.append(circle)
            self.knotted.update(circle)
