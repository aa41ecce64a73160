"""The tables of `masks` as relations of plain rows, for engines that join: computed for what an inventory has.

A mask is split into words of 62 bits, which fit into every engine's BIGINT. Of the values of a tag only those have a
row that are not to a document what any other value is to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from policyengine.analysis.coverage.account_plans import NOBODY, AccountPlans
from policyengine.analysis.coverage.masks import NEAR_REASONS, DocumentMasks, TagKeys
from policyengine.analysis.coverage.matching import LEFTOVER, is_usable
from policyengine.aws.documents import Json
from policyengine.base.records import entity

WORD = 62
"""Bits of a word: a BIGINT has a sign, and -x of the lowest must fit, too."""

_OTHER = "\0"  # stands for every value that no selection names


class RelationColumn(NamedTuple):
    """A column of a relation, with its type in SQL."""

    name: str
    type: str


class CoverageRelation(NamedTuple):
    """A small relation to upload."""

    name: str
    columns: tuple[RelationColumn, ...]
    rows: list[tuple[Json, ...]]


class Vocabulary(NamedTuple):
    """What an inventory has of each dimension, each once: Regions with kinds, kinds with states, tags by key.

    `values` has the values of the keys that matter.
    """

    places: tuple[tuple[str | None, str], ...]
    states: tuple[tuple[str, str], ...]
    leftover_keys: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]


@entity
class CoverageDocuments:
    """The distinct documents of accounts by number; 0 is that of accounts without any.

    `keys` says which keys of tags matter to any.
    """

    documents: tuple[AccountPlans, ...]
    masks: tuple[DocumentMasks, ...]
    numbers: Mapping[str, int]
    keys: TagKeys

    @property
    def words(self) -> int:
        """How many words a mask has."""
        return max(1, *(-(-len(masks.bits) // WORD) for masks in self.masks))


def documents_of(accounts: Mapping[str, AccountPlans]) -> CoverageDocuments:
    """The documents of accounts, given by their ids."""
    distinct = tuple(dict.fromkeys([NOBODY, *accounts.values()]))
    places = {plans: number for number, plans in enumerate(distinct)}
    masks = tuple(DocumentMasks(plans) for plans in distinct)
    numbers = {account: places[plans] for account, plans in accounts.items()}
    return CoverageDocuments(distinct, masks, numbers, TagKeys(masks))


def is_leftover_key(key: str) -> bool:
    """Whether a tag of a key says that a restore test left the resource."""
    return key.startswith(LEFTOVER)


def usable_states(vocabulary: Vocabulary) -> dict[str, list[str]]:
    """The states in which resources of a kind can be backed up, for the kinds for which any state matters."""
    kinds = dict.fromkeys(kind for _, kind in vocabulary.places)
    usable: dict[str, list[str]] = {kind: [] for kind in kinds if is_usable(kind, None) is None}
    for kind, state in vocabulary.states:
        if kind in usable and is_usable(kind, state):
            usable[kind].append(state)
    return usable


def relations(documents: CoverageDocuments, vocabulary: Vocabulary) -> tuple[CoverageRelation, ...]:
    """All relations that the query joins, their names beginning with `cov_`."""
    words = documents.words
    accounts = [(account, number) for account, number in documents.numbers.items() if account]
    keys = tuple(vocabulary.values)
    of_documents = _document_columns(documents, keys)
    by_name = list(of_documents.values())
    return (
        CoverageRelation("cov_accounts", _columns("account VARCHAR", "doc INTEGER"), [*accounts]),
        CoverageRelation(
            "cov_documents",
            (*_columns("doc INTEGER", "lacking VARCHAR"), *_masks(of_documents, words)),
            [
                (number, plans.lacking and plans.lacking.value, *_words((of[number] for of in by_name), words))
                for number, plans in enumerate(documents.documents)
            ],
        ),
        CoverageRelation(
            "cov_places",
            (*_columns("doc INTEGER", "region VARCHAR", "kind VARCHAR"), *_masks(PLACE_MASKS, words)),
            [
                (number, region or "", kind, *_words(masks.place(region, kind), words))
                for number, masks in enumerate(documents.masks)
                for region, kind in vocabulary.places
                if masks.bits
            ],
        ),
        CoverageRelation(
            "cov_tags",
            (*_columns("doc INTEGER", "k INTEGER", "v VARCHAR"), *_masks(TAG_MASKS, words)),
            [*_tag_rows(documents, vocabulary, words)],
        ),
    )


PLACE_MASKS = ("off", "off_unknown", "excluded", "elsewhere", "not_typed")
"""The masks of a Region and a kind."""

TAG_MASKS = ("selected", *(f"near{place}" for place in range(len(NEAR_REASONS))), "refused")
"""The masks of a tag."""

DOCUMENT_MASKS = ("all_bits", "by_tag", "asking", "refused", "negated")
"""The masks of a document whatever the resource."""


def key_masks(place: int) -> tuple[str, ...]:
    """The masks of a document for a key: of a value that has no row, of its absence, and of those concerned."""
    names = ("other", "refused_other", "refused_absent", "negated_absent", "concerned")
    return tuple(f"{name}_k{place}" for name in names)


def _document_columns(documents: CoverageDocuments, keys: tuple[str, ...]) -> dict[str, list[int]]:
    """The masks of every document, by the name of the column."""
    columns: dict[str, list[int]] = {
        "all_bits": [masks.all for masks in documents.masks],
        "by_tag": [masks.by_tag for masks in documents.masks],
        "asking": [masks.by_tag | masks.asking for masks in documents.masks],
        "refused": [masks.always[0] for masks in documents.masks],
        "negated": [masks.always[1] for masks in documents.masks],
    }
    for place, key in enumerate(keys):
        of_key = zip(*[_of_key(masks, key) for masks in documents.masks], strict=True)
        named = zip(key_masks(place), map(list, of_key), strict=True)
        columns |= {name: masks for name, masks in named if any(masks)}
    return columns


def _of_key(masks: DocumentMasks, key: str) -> tuple[int, ...]:
    other = masks.tag(key, _OTHER)
    absent, concerned = masks.absent.get(key, (0, 0)), masks.concerned(key)
    return (other.near[-1], other.refused, *absent, concerned) if other else (0, 0, *absent, concerned)


def _tag_rows(documents: CoverageDocuments, vocabulary: Vocabulary, words: int) -> Iterator[tuple[Json, ...]]:
    for number, masks in enumerate(documents.masks):
        for place, (key, values) in enumerate(vocabulary.values.items()):
            usual = masks.tag(key, _OTHER)
            for value in values:
                row = masks.tag(key, value)
                if row is not None and row != usual:
                    yield number, place, value, *_words((row.selected, *row.near, row.refused), words)
                elif row is None and usual is not None:
                    yield number, place, value, *_words((0,) * len(TAG_MASKS), words)


def _words(masks: Iterable[int], words: int) -> list[int]:
    return [mask >> WORD * word & (1 << WORD) - 1 for mask in masks for word in range(words)]


def _masks(names: Iterable[str], words: int) -> tuple[RelationColumn, ...]:
    return tuple(RelationColumn(f"{name}_{word}", "BIGINT") for name in names for word in range(words))


def _columns(*texts: str) -> tuple[RelationColumn, ...]:
    return tuple(RelationColumn(*text.split()) for text in texts)
