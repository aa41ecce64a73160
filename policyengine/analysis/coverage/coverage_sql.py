"""The coverage of an inventory in SQL, in DuckDB's words: every other engine runs the translation of the same text.

A cell is what decides the verdict on a resource by itself: the document of its account, Region, type, state and the
tags that any selection has to do with. One query has the distinct cells of an inventory, which are judged in Python by
the one judge; their verdicts come back as a relation, and another query joins it to the inventory and to what contains
what. No text of a user stands in a query: keys of tags, accounts and values are rows of relations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from policyengine.analysis.coverage.containment import ENGINES, LEVELS
from policyengine.analysis.coverage.coverage_summary import SAMPLE
from policyengine.analysis.coverage.matching import LEFTOVER, OWN_ENGINES, SHARING
from policyengine.analysis.coverage.preconditions import AWS_MANAGED_KEY
from policyengine.analysis.coverage.resource_judge import WITH_STATE
from policyengine.aws.documents import Json
from policyengine.base.records import Record

INVENTORY = (
    *("arn VARCHAR", "account VARCHAR", "region VARCHAR", "type VARCHAR", "tags MAP(VARCHAR, VARCHAR)"),
    *(
        "state VARCHAR",
        "engine VARCHAR",
        "parents VARCHAR[]",
        "kms VARCHAR",
        "versioning BOOLEAN",
        "of_any_type BOOLEAN",
    ),
)
"""The columns of the view `inventory`; `type` is the language's name, `of_any_type` whether a cluster may have any."""

FLAGS = ("region", "type", "state", "engine", "of_any_type", "cluster", "leftover", "leftover_tag", "untagged")
"""The lowest bits of a cell's flags: which texts are null, then what else is so; behind them a bit for each tag."""

WORD = 60
"""Bits of a word of flags: a BIGINT has a sign."""

_TEXTS = ("region", "type", "state", "engine", "own")
_ROW = ("arn", "account", "region", "type")
_VERDICT = ("verdict", "protected")
_BESIDE = ("twice", "versioning", "uncopyable")
_PLACE = ("place", "wide")
_UNLISTED = (
    "coalesce(m.cluster, '') || '|' || coalesce(m.account, '') || '|' || coalesce(m.region, '') || '|' || "
    "coalesce(m.engine, '')"
)
"""The key of a cluster that no list may have, of a member `m`."""


class CoverageRelation(NamedTuple):
    """A small relation to upload: columns with their types in SQL, and rows."""

    name: str
    columns: tuple[str, ...]
    rows: Iterable[tuple[Json, ...]]


class InventoryTraits(NamedTuple):
    """The kinds of content that an inventory may have; queries leave out the parts that it surely lacks.

    `contains`: resources inside of others, or instances of clusters; `engines`: engines of databases, or clusters that
    may be of any type; `versioning`: the fact of buckets; `clusters`: clusters of RDS; `leftovers`: ARNs that say that
    a restore test left the resource.
    """

    contains: bool = True
    engines: bool = True
    versioning: bool = True
    clusters: bool = True
    leftovers: bool = True


class CoverageShape(Record):
    """The shape of the judgement that queries depend on beside the relations.

    `keys` is how many keys of tags matter, `leftovers` how many say that a restore test left a resource; `own` whether
    plans name single resources. `sampled`: the cells that are judged are those of a sample, so that answers have the
    cell of each resource that has another one.
    """

    keys: int
    leftovers: int
    traits: InventoryTraits = InventoryTraits()
    own: bool = True
    sampled: bool = False

    @property
    def words(self) -> int:
        """The number of words that the flags of a cell take."""
        return -(-(len(FLAGS) + self.keys) // WORD)

    @property
    def cell(self) -> tuple[str, ...]:
        """The columns of a cell, none of which is ever null: an absent text is empty, and has a flag."""
        flags = (f"flags{word}" for word in range(self.words))
        return ("doc", *self.texts, *flags, *(f"v{place}" for place in range(self.keys)))

    @property
    def texts(self) -> tuple[str, ...]:
        """The columns of a cell that are texts but values of tags."""
        lacking = {"engine": not self.traits.engines, "own": not self.own}
        return tuple(name for name in _TEXTS if not lacking.get(name))

    @property
    def group_columns(self) -> tuple[str, ...]:
        """The columns by which resources are grouped: account, numbers of place and verdict, and optional ones."""
        extra = ["inside", "twice", "uncopyable"] if self.traits.contains else []
        if self.traits.versioning:
            extra.append("versioning")
        return ("account", "place", "verdict", *extra)

    @property
    def unjudged(self) -> tuple[str, ...]:
        """The column for cells without a verdict, each as a list of texts."""
        return ("cell",) if self.sampled else ()

    def accounts(self, numbers: Iterable[tuple[str, int, bool]]) -> CoverageRelation:
        """The number of each account's document, and whether that names single resources."""
        return CoverageRelation("cov_accounts", ("account VARCHAR", "doc INTEGER", "own BOOLEAN"), numbers)

    def names(self, keys: Iterable[str], leftovers: Iterable[str]) -> CoverageRelation:
        """The keys of tags, in one row."""
        columns = [f"{name} VARCHAR" for name in (*self._key_columns("k", self.keys), *self._leftover_columns)]
        return CoverageRelation("cov_keys", ("one INTEGER", *columns), [(1, *keys, *leftovers)])

    def verdicts(self, rows: Iterable[tuple[Json, ...]]) -> CoverageRelation:
        """Each cell with the number of its verdict, and whether that protects; with its place, and the type's alone."""
        whole = {"doc": "INTEGER", **{f"flags{word}": "BIGINT" for word in range(self.words)}}
        columns = [f"{name} {whole.get(name, 'VARCHAR')}" for name in self.cell]
        judged = ("verdict INTEGER", "protected BOOLEAN", *(f"{name} INTEGER" for name in _PLACE))
        return CoverageRelation("cov_cells", (*columns, *judged), rows)

    @property
    def _leftover_columns(self) -> list[str]:
        return self._key_columns("left", self.leftovers)

    @staticmethod
    def _key_columns(prefix: str, number: int) -> list[str]:
        return [f"{prefix}{place}" for place in range(number)]


def literal(text: str) -> str:
    """A text of ours in SQL.

    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def perhaps_leftover(arn: str) -> str:
    """Whether an ARN may say that a restore test left its resource.

    >>> perhaps_leftover("i.arn")
    "contains(i.arn, 'awsbackup-restore-test')"
    """
    return f"contains({arn}, {literal(LEFTOVER)})"


def count_query() -> str:
    """The query for the number of resources.

    >>> count_query()
    'SELECT count(*) FROM inventory AS i'
    """
    return "SELECT count(*) FROM inventory AS i"


def keys_query() -> str:
    """The query for every key of tags.

    >>> keys_query()
    'SELECT DISTINCT u.k FROM (SELECT map_keys(i.tags) AS ks FROM inventory AS i) AS s CROSS JOIN UNNEST(s.ks) AS
    u(k)'
    """
    keys = "SELECT map_keys(i.tags) AS ks FROM inventory AS i"  # by itself: tenfold where rows go through the join
    return f"SELECT DISTINCT u.k FROM ({keys}) AS s CROSS JOIN UNNEST(s.ks) AS u(k)"


def traits_query() -> str:
    """The query for the number of resources with each of `InventoryTraits`, a column each.

    An example: tests/inventory/sql/traits.sql
    """
    conditions = (
        f"cardinality(i.parents) > 0 OR {_member()}",
        "i.engine IS NOT NULL OR i.of_any_type",
        "i.versioning IS NOT NULL",
        _cluster("i.arn"),
        _leftover("i.arn"),
    )
    return f"SELECT {', '.join(f'count(CASE WHEN {each} THEN 1 END)' for each in conditions)} FROM inventory AS i"


class CoverageQueries:
    """The queries of an inventory of a shape."""

    def __init__(self, shape: CoverageShape) -> None:
        self.shape = shape

    def sampled_cells(self) -> str:
        """The query for the cells of a sample, with the number of resources in each.

        An example: tests/inventory/sql/sampled_cells.sql
        """
        cell = ", ".join(self.shape.cell)
        return f"SELECT {cell}, count(*) AS n FROM ({self._keyed('inventory_sample')}) AS k GROUP BY {cell}"

    def cells(self) -> str:
        """The query for every cell with the number of its resources; clusters that no list has count 0.

        An example: tests/inventory/sql/cells.sql
        """
        cell = ", ".join(self.shape.cell)
        listed = f"SELECT {cell}, count(*) AS n FROM ({self._keyed('inventory')}) AS k GROUP BY {cell}"
        if not self.shape.traits.contains:
            return listed
        unlisted = f"SELECT {cell}, 0 AS n FROM ({self._keyed('unlisted')}) AS u"
        steps, every = ", ".join(self._members()), f"{listed} UNION ALL {unlisted}"
        return f"WITH {steps} SELECT {cell}, CAST(sum(n) AS BIGINT) AS n FROM ({every}) AS c GROUP BY {cell}"

    def groups(self) -> str:
        """The sums: what all resources of a group share, as `group_columns`, then their count and their first ARNs.

        Of protected resources the Region counts for DynamoDB alone, and no ARN is shown.

        An example: tests/inventory/sql/groups.sql
        """
        columns = {
            "account": "v.account",
            "place": "CASE WHEN v.protected IS TRUE THEN v.wide ELSE v.place END",
            "verdict": "v.verdict",
            "cell": "v.cell",
            "inside": "v.through IS NOT NULL",
            "twice": "v.twice",
            "uncopyable": "v.uncopyable",
            "versioning": "v.versioning",
        }
        keys = self.shape.group_columns
        shared = ", ".join(f"{columns[key]} AS {key}" for key in (*keys, *self.shape.unjudged))
        arn = "CASE WHEN v.protected IS TRUE THEN NULL ELSE v.arn END AS arn"
        rows = f"SELECT {shared}, {arn} FROM verdicts AS v"
        chosen = ", ".join((*keys, "count(*) AS n", f"min(arn, {SAMPLE}) AS sample", *self.shape.unjudged))
        by = ", ".join((*keys, *self.shape.unjudged))
        return f"{self._verdicts()} SELECT {chosen} FROM ({rows}) AS s GROUP BY {by}"

    def rows(self, *, tags: bool = False, unprotected: bool = False) -> str:
        """The list: every resource with its verdict, or those that are not protected or not judged.

        With `tags` those stand in front, and whether it is a cluster that may be of any type.

        An example: tests/inventory/sql/rows_with_containers.sql
        """
        columns = ", ".join(f"v.{name}" for name in (*_ROW, "verdict", "through", *_BESIDE, *self.shape.unjudged))
        where = " WHERE v.protected IS FALSE" if unprotected else ""
        if unprotected and self.shape.sampled:
            where += " OR v.verdict IS NULL"
        joined = " JOIN inventory AS i ON i.arn = v.arn" if tags else ""
        labels = "i.tags, i.of_any_type, " if tags else ""
        return f"{self._verdicts()} SELECT {labels}{columns} FROM verdicts AS v{joined}{where}"

    def _verdicts(self) -> str:
        """The steps up to `verdicts`: of every resource, with what contains it."""
        if not self.shape.traits.contains:
            alone = "CAST(NULL AS VARCHAR) AS through, FALSE AS twice, FALSE AS uncopyable"
            return f"WITH verdicts AS (SELECT j.*, {alone} FROM ({self._judged('inventory')}) AS j)"
        steps = [
            *self._members(),
            *self._containers(),
            f"level0 AS MATERIALIZED ({self._alone()})",
            *(
                f"level{n} AS MATERIALIZED ({self._with_containers('level0', f'level{n - 1}')})"
                for n in range(1, LEVELS)
            ),
            f"judged AS ({self._judged('inventory')})",
            f"with_clusters AS ({self._with_clusters()})",
            f"contained AS ({self._with_containers('with_clusters', f'level{LEVELS - 1}')})",
            (
                "verdicts AS (SELECT c.*, k.arn IS NOT NULL AS uncopyable FROM contained AS c "
                "LEFT JOIN uncopyable AS k ON k.arn = c.arn AND c.type = 'EC2')"
            ),
        ]
        return f"WITH {', '.join(steps)}"

    def _members(self) -> list[str]:
        """Instances of clusters with their cluster, and the clusters that no list has: only their place is known."""
        return [
            (
                f"edges AS MATERIALIZED (SELECT DISTINCT i.arn, i.type, {_member()} AS member, u.parent "
                "FROM inventory AS i CROSS JOIN UNNEST(i.parents) AS u(parent) WHERE cardinality(i.parents) > 0)"
            ),
            "clusters AS (SELECT arn, min(parent) AS cluster FROM edges WHERE parent LIKE '%:cluster:%' GROUP BY arn)",
            (
                "members AS MATERIALIZED (SELECT i.arn, i.account, i.region, i.engine, c.cluster FROM inventory AS i "
                f"LEFT JOIN clusters AS c ON c.arn = i.arn WHERE {_member()})"
            ),
            f"unlisted AS ({self._unlisted()})",
        ]

    def _unlisted(self) -> str:
        """A row for each cluster that some `members` have and no list has, as those of `inventory`, and `named`."""
        types = " ".join(
            f"WHEN lower(m.engine) LIKE {literal(prefix + '%')} THEN {literal(kind)}"
            for prefix, kind in ENGINES.items()
        )
        of_member = {
            "arn": _UNLISTED,
            "account": "m.account",
            "region": "m.region",
            "type": f"CASE {types} ELSE 'Aurora' END",
            "engine": "m.engine",
            "named": "coalesce(m.cluster, '')",
        }
        distinct = ", ".join(f"{value} AS {name}" for name, value in of_member.items())
        columns = {name: f"CAST(NULL AS {kind})" for name, kind in (column.split(maxsplit=1) for column in INVENTORY)}
        columns |= {name: f"d.{name}" for name in of_member} | {"of_any_type": "d.engine IS NULL"}
        chosen = ", ".join(f"{value} AS {name}" for name, value in columns.items())
        return f"SELECT {chosen} FROM (SELECT DISTINCT {distinct} FROM members AS m) AS d"

    def _containers(self) -> list[str]:
        """The containers, and the instances with a volume whose copies cannot leave their account."""
        columns = ", ".join(f"i.{column.split()[0]}" for column in INVENTORY)
        return [
            (
                "uncopyable AS (SELECT DISTINCT u.arn FROM inventory AS i CROSS JOIN UNNEST(i.parents) AS u(arn) "
                f"WHERE cardinality(i.parents) > 0 AND i.type = 'EBS' AND i.kms LIKE {literal(f'%{AWS_MANAGED_KEY}%')})"
            ),
            "boxes AS (SELECT DISTINCT parent FROM edges)",
            f"listed AS (SELECT {columns} FROM inventory AS i JOIN boxes AS b ON b.parent = i.arn)",
        ]

    def _alone(self) -> str:
        columns = ", ".join(f"c.{name}" for name in (*_ROW, "member", *_VERDICT))
        return (
            f"SELECT {columns}, CAST(NULL AS VARCHAR) AS through, FALSE AS twice "
            f"FROM ({self._judged('listed')} UNION ALL {self._judged('unlisted')}) AS c"
        )

    def _with_clusters(self) -> str:
        """Instances of clusters with the verdict on their cluster, in place of one of their own."""
        top = f"level{LEVELS - 1}"
        picked = [
            f"CASE WHEN NOT j.member THEN j.{name} WHEN a.arn IS NOT NULL THEN a.{name} ELSE b.{name} END AS {name}"
            for name in _VERDICT
        ]
        own = ", ".join(f"j.{name}" for name in (*_ROW, *_PLACE, "member", "versioning"))
        return (
            f"SELECT {own}, {', '.join(picked)}, "
            "CASE WHEN j.member AND a.protected THEN a.arn END AS through, "
            "coalesce(j.member AND a.twice, FALSE) AS twice "
            "FROM judged AS j LEFT JOIN members AS m ON m.arn = j.arn "
            f"LEFT JOIN {top} AS a ON a.arn = m.cluster LEFT JOIN {top} AS b ON b.arn = {_UNLISTED}"
        )

    def _with_containers(self, source: str, level: str) -> str:
        """Rows with the verdict on what contains them, where that protects them or may."""
        contains = (
            "(p.type = 'CloudFormation' OR (p.type = 'EC2' AND e.type = 'EBS') "
            "OR (p.type = 'EKS' AND e.type IN ('EBS', 'EFS', 'S3')))"
        )
        around = (
            "SELECT e.arn, count(CASE WHEN p.protected THEN 1 END) AS n, "
            "min(CASE WHEN p.protected THEN p.arn END) AS best, "
            "min(CASE WHEN p.protected IS NULL THEN p.arn END) AS open_arn "
            f"FROM edges AS e JOIN {level} AS p ON p.arn = e.parent AND e.parent <> e.arn "
            f"WHERE e.type IS NOT NULL AND {contains} AND NOT (e.member AND e.parent LIKE '%:cluster:%') GROUP BY e.arn"
        )
        pick = "CASE WHEN o.protected THEN NULL WHEN a.n > 0 THEN a.best WHEN o.protected IS FALSE THEN a.open_arn END"
        extra = ", o.versioning, o.place, o.wide" if source == "with_clusters" else ""
        joined = f"{source} AS o LEFT JOIN ({around}) AS a ON a.arn = o.arn"
        first = f"SELECT o.*, coalesce(a.n, 0) AS n, {pick} AS pick FROM {joined}"
        picked = [f"CASE WHEN o.pick IS NULL THEN o.{name} ELSE p.{name} END AS {name}" for name in _VERDICT]
        return (
            f"SELECT {', '.join(f'o.{name}' for name in _ROW)}, o.member{extra}, {', '.join(picked)}, "
            "CASE WHEN o.pick IS NULL THEN o.through WHEN p.protected THEN o.pick END AS through, "
            "CASE WHEN o.pick IS NULL THEN o.twice OR (o.protected IS TRUE AND o.n > 0) ELSE p.twice OR o.n > 1 END "
            f"AS twice FROM ({first}) AS o LEFT JOIN {level} AS p ON p.arn = o.pick"
        )

    def _judged(self, source: str) -> str:
        """The rows of a source with the verdict on each by itself; a cell without one leaves its verdict null."""
        joined = " AND ".join(f"c.{name} = k.{name}" for name in self.shape.cell)
        columns = ", ".join(f"k.{name}_ AS {name}" for name in _ROW)
        judged = [f"c.{name}" for name in (*_VERDICT, *_PLACE)]
        if self.shape.sampled:
            texts = ", ".join(f"CAST(k.{name} AS VARCHAR)" for name in self.shape.cell)
            judged.append(f"CASE WHEN c.verdict IS NULL THEN [{texts}] END AS cell")
        return (
            f"SELECT {columns}, k.member, k.versioning, {', '.join(judged)} "
            f"FROM ({self._keyed(source)}) AS k LEFT JOIN cov_cells AS c ON {joined}"
        )

    def _keyed(self, source: str) -> str:
        """The query for each row of a relation with its cell."""
        arn = "i.named" if source == "unlisted" else "i.arn"
        columns = [
            *(f"i.{name} AS {name}_" for name in _ROW),
            f"{_member() if self.shape.traits.contains else 'FALSE'} AS member",
            "CASE WHEN i.type = 'S3' THEN i.versioning END AS versioning",
            *(f"{value} AS {name}" for value, name in zip(self._cell(arn), self.shape.cell, strict=True)),
        ]
        return (
            f"SELECT {', '.join(columns)} FROM {source} AS i "
            "LEFT JOIN cov_accounts AS a ON a.account = i.account CROSS JOIN cov_keys AS n"
        )

    def _cell(self, arn: str) -> list[str]:
        """The values of `CoverageShape.cell` of a row `i` of an ARN, with its account `a` and the keys of tags `n`."""
        texts = self._cell_texts(arn)
        tags = [f"i.tags[n.k{place}]" for place in range(self.shape.keys)]
        flags = self._flags(arn, texts, tags)
        return [
            "CASE WHEN i.account <> '' THEN coalesce(a.doc, 0) ELSE 1 END",
            *(f"coalesce({text}, '')" for text in texts.values()),
            *(_packed(flags[word * WORD : (word + 1) * WORD]) for word in range(self.shape.words)),
            *(f"coalesce({tag}, '')" for tag in tags),
        ]

    def _cell_texts(self, arn: str) -> dict[str, str]:
        """The texts of a cell by their columns, null where they do not matter or are absent."""
        every = {
            "region": "i.region",
            "type": "i.type",
            "state": f"CASE WHEN i.type IN ({_listed(sorted(WITH_STATE))}) THEN i.state END",
            "engine": f"CASE WHEN i.type IN ({_listed(sorted(SHARING))}) THEN i.engine END",
            "own": f"CASE WHEN a.own THEN {arn} END",
        }
        return {name: every[name] for name in self.shape.texts}

    def _flags(self, arn: str, texts: Mapping[str, str], tags: Iterable[str]) -> list[str]:
        """The conditions behind the bits of a cell: those of `FLAGS`, then whether each tag is absent."""
        traits = self.shape.traits
        leftover_tags = [f"i.tags[n.left{place}] IS NOT NULL" for place in range(self.shape.leftovers)]
        return [
            *(f"({texts[name]} IS NULL)" if name in texts else "TRUE" for name in FLAGS[:4]),
            _sure("i.of_any_type") if traits.engines or traits.contains else "FALSE",
            _sure(_cluster(arn)) if traits.clusters else "FALSE",
            _sure(_leftover(arn)) if traits.leftovers else "FALSE",
            _sure(" OR ".join(leftover_tags)) if leftover_tags else "FALSE",
            "(i.tags IS NULL)",
            *(f"({tag} IS NULL)" for tag in tags),
        ]


def _cluster(arn: str) -> str:
    """Whether a row `i` is a cluster of RDS, by its ARN.

    >>> _cluster("i.arn")
    "i.type = 'RDS' AND i.arn LIKE '%:cluster:%'"
    """
    return f"i.type = 'RDS' AND {arn} LIKE '%:cluster:%'"


def _leftover(arn: str) -> str:
    """Whether an ARN says that a restore test left its resource."""
    return " OR ".join(f"{arn} LIKE {literal(f'%{mark}{LEFTOVER}%')}" for mark in ":/")


def _member() -> str:
    """Whether a row `i` is an instance of a cluster, by engine or parents."""
    inside = "array_to_string(i.parents, ' ') LIKE '%:cluster:%'"
    return f"coalesce(i.type = 'RDS' AND i.arn NOT LIKE '%:cluster:%' AND ({_own_engine()} OR {_sure(inside)}), FALSE)"


def _own_engine() -> str:
    """Whether the engine of a row `i` is one of clusters."""
    return _sure(" OR ".join(f"lower(i.engine) LIKE {literal(engine + '%')}" for engine in OWN_ENGINES))


def _sure(condition: str) -> str:
    """A condition that is false where it is unknown.

    >>> _sure("i.of_any_type")
    'coalesce(i.of_any_type, FALSE)'
    """
    return f"coalesce({condition}, FALSE)"


def _packed(bits: Iterable[str]) -> str:
    """Conditions that are never null as bits of a number, the first the lowest.

    >>> _packed(["(i.tags IS NULL)", "FALSE", "i.of_any_type"])
    'CAST((i.tags IS NULL) AS BIGINT) * 1 + CAST(i.of_any_type AS BIGINT) * 4'
    """
    places = (f"CAST({bit} AS BIGINT) * {1 << place}" for place, bit in enumerate(bits) if bit != "FALSE")
    return " + ".join(places) or "CAST(0 AS BIGINT)"


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(map(literal, texts))
