"""The coverage of an inventory as one query, in DuckDB's SQL: every other engine runs its translation.

It joins the relations of `coverage_relations` to a view `inventory` with the columns of `INVENTORY`, and computes with
masks what `DocumentMasks.outcome` does. Bits stand for selections, a mask is one column a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from policyengine.analysis.coverage.containment import ENGINES, LEVELS
from policyengine.analysis.coverage.coverage_relations import (
    PLACE_MASKS,
    TAG_MASKS,
    key_masks,
)
from policyengine.analysis.coverage.coverage_results import CoverageReason
from policyengine.analysis.coverage.masks import FAILING_REASONS, NEAR_REASONS
from policyengine.analysis.coverage.matching import LEFTOVER, OWN_ENGINES, SHARING, UNTOLD_CLUSTER
from policyengine.analysis.coverage.preconditions import AWS_MANAGED_KEY
from policyengine.aws.facts import CLUSTERS_OF_RDS
from policyengine.base.records import record

INVENTORY = (
    *("arn VARCHAR", "account VARCHAR", "region VARCHAR", "type VARCHAR", "tags MAP(VARCHAR, VARCHAR)"),
    *("state VARCHAR", "engine VARCHAR", "parents VARCHAR[]", "kms VARCHAR", "versioning BOOLEAN", "untold BOOLEAN"),
)
"""The columns of the view `inventory`; `type` is the language's name, `untold` whether a cluster may be of any type."""

ROW = ("arn", "account", "region", "type")
_BESIDE = ("twice", "versioning", "uncopyable")
_OF = ("doc", "protected", "reason", "signature", "of_region", "of_kind")

_CODES = ("", *(reason.value for reason in CoverageReason))
_UNDECIDED = [place for place, reason in enumerate(CoverageReason, start=1) if reason.is_undecided]
_LACKING, _SEVERAL = 99, 100  # codes beside those of `_CODES`
_FAILING = (
    *("off", "refused", "excluded", "missed0", "missed1", "missed2", "missed3"),
    *("elsewhere", "missed4", "not_typed", "missed5"),
)
"""The masks of `FAILING_REASONS`."""


@record
class CoverageShape:
    """What the query depends on beside the relations.

    `keys` are those of tags that matter, `columns` those of `cov_documents`; `usable` are the states by kind;
    `contains` says that the inventory has resources inside of others, `members` that it has instances of clusters.
    """

    words: int
    keys: tuple[str, ...]
    columns: frozenset[str]
    usable: Mapping[str, Sequence[str]]
    leftover_keys: tuple[str, ...]
    contains: bool


def literal(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def kind_expression() -> str:
    """The `kind_of` a row."""
    own = " OR ".join(f"lower(engine) LIKE {literal(engine + '%')}" for engine in OWN_ENGINES)
    sharing = _listed(sorted(SHARING - {"RDS"}))
    return f"""CASE
    WHEN type IN ({_listed(sorted(SHARING))}) AND untold THEN {literal(UNTOLD_CLUSTER)}
    WHEN type = 'RDS' AND arn LIKE '%:cluster:%' THEN {literal(CLUSTERS_OF_RDS)}
    WHEN type IN ({sharing}) AND engine <> '' AND NOT ({own}) THEN {literal(CLUSTERS_OF_RDS)}
    ELSE type END"""


def member_expression(of: str = "") -> str:
    """Whether a row is an instance of a cluster, by engine or parents; `of` stands before the columns."""
    own = " OR ".join(f"lower({of}engine) LIKE {literal(engine + '%')}" for engine in OWN_ENGINES)
    inside = f"array_to_string({of}parents, ' ') LIKE '%:cluster:%'"
    return _sure(f"{of}type = 'RDS' AND {of}arn NOT LIKE '%:cluster:%' AND ({_sure(own)} OR {_sure(inside)})")


def places_query() -> str:
    """Every Region with every kind."""
    return f"SELECT DISTINCT region, {kind_expression()} AS kind FROM inventory WHERE type IS NOT NULL"


def states_query(kinds: Iterable[str]) -> str:
    """Every state of the kinds for which it matters."""
    asked = f"SELECT type, state, arn, engine, untold FROM inventory WHERE type IN ({_listed(kinds)})"
    return f"SELECT DISTINCT {kind_expression()} AS kind, state FROM ({asked}) AS i WHERE state IS NOT NULL"


def keys_query() -> str:
    """Every key of tags."""
    return "SELECT DISTINCT u.k FROM inventory AS i CROSS JOIN UNNEST(map_keys(i.tags)) AS u(k)"


def values_query(keys: Sequence[str]) -> str:
    """Every value of some keys of tags, with its key."""
    exploded = "inventory AS i CROSS JOIN UNNEST(map_keys(i.tags)) AS u(k)"
    return f"SELECT u.k, i.tags[u.k] AS v FROM {exploded} WHERE u.k IN ({_listed(keys)}) GROUP BY 1, 2"


def contains_query() -> str:
    """Whether any resource may stand inside another."""
    return f"SELECT count(*) FROM inventory WHERE cardinality(parents) > 0 OR {member_expression()}"


class CoverageQueries:
    """The queries of an inventory of a shape."""

    def __init__(self, shape: CoverageShape) -> None:
        self._shape = shape
        self._words = range(shape.words)
        self.verdict = (*_OF, *self._masks("taking"), *self._masks("nearest"))

    def groups(self, *, by_account: bool) -> str:
        """The sums: what all resources of a group share, then their count and first and last ARN.

        Without accounts these are NULL.
        """
        account = "account" if by_account else "CAST(NULL AS VARCHAR) AS account"
        inside = "protected IS TRUE AND through IS NOT NULL"
        columns = [account, *ROW[2:], *self.verdict, f"({inside}) AS inside", *_BESIDE]
        sums = "count(*) AS n, min(arn) AS first_arn, max(arn) AS last_arn"
        keys = [*ROW[1:], *self.verdict, "inside", *_BESIDE]
        shared = f"SELECT arn, {', '.join(columns)} FROM verdicts"
        body = f"SELECT {', '.join(keys)}, {sums} FROM ({shared}) AS s GROUP BY {', '.join(keys)}"
        return f"{self._verdicts()}\n{body}"

    def rows(self, *, unprotected: bool = False) -> str:
        """The list: every resource with its verdict, or only those that are surely not protected."""
        columns = ", ".join((*ROW, *self.verdict, "through", *_BESIDE))
        where = " WHERE protected IS FALSE" if unprotected else ""
        return f"{self._verdicts()}\nSELECT {columns} FROM verdicts{where}"

    def _verdicts(self) -> str:
        """The steps up to `verdicts`: of every resource, with what contains it."""
        if not self._shape.contains:
            chain = self._judged("", "inventory")
            alone = "SELECT *, CAST(NULL AS VARCHAR) AS through, FALSE AS twice, FALSE AS uncopyable FROM judged"
            return f"WITH {chain},\nverdicts AS ({alone})"
        steps = [
            *self._containers(),
            self._judged("c_", "c_source"),
            f"level0 AS MATERIALIZED ({self._alone('c_judged')})",
            *(
                f"level{n} AS MATERIALIZED ({self._with_containers('level0', f'level{n - 1}')})"
                for n in range(1, LEVELS)
            ),
            self._judged("", "inventory"),
            f"with_clusters AS ({self._with_clusters()})",
            f"contained AS ({self._with_containers('with_clusters', f'level{LEVELS - 1}')})",
            """verdicts AS (SELECT c.*, k.arn IS NOT NULL AS uncopyable FROM contained AS c
    LEFT JOIN uncopyable AS k ON k.arn = c.arn AND c.type = 'EC2')""",
        ]
        return f"WITH {', '.join(steps)}"

    def _containers(self) -> list[str]:
        """What stands in what, the containers, and clusters that no list has: nothing is known but their place."""
        cases = " ".join(
            f"WHEN lower(engine) LIKE {literal(prefix + '%')} THEN {literal(kind)}" for prefix, kind in ENGINES.items()
        )
        unlisted = (
            f"SELECT DISTINCT {_UNLISTED} AS arn, m.account, m.region, CASE {cases} ELSE 'Aurora' END AS type, "
            "CAST(NULL AS MAP(VARCHAR, VARCHAR)) AS tags, CAST(NULL AS VARCHAR) AS state, m.engine, "
            "CAST(NULL AS VARCHAR[]) AS parents, CAST(NULL AS VARCHAR) AS kms, CAST(NULL AS BOOLEAN) AS versioning, "
            "FALSE AS untold FROM members AS m"
        )
        columns = ", ".join(f"i.{column.split()[0]}" for column in INVENTORY)
        return [
            f"""edges AS MATERIALIZED (SELECT DISTINCT i.arn, i.type, {member_expression("i.")} AS member, u.parent
    FROM inventory AS i CROSS JOIN UNNEST(i.parents) AS u(parent))""",
            f"""uncopyable AS (SELECT DISTINCT u.arn FROM inventory AS i CROSS JOIN UNNEST(i.parents) AS u(arn)
    WHERE i.type = 'EBS' AND i.kms LIKE {literal(f"%{AWS_MANAGED_KEY}%")})""",
            "boxes AS (SELECT DISTINCT parent FROM edges)",
            "clusters AS (SELECT arn, min(parent) AS cluster FROM edges WHERE parent LIKE '%:cluster:%' GROUP BY arn)",
            f"""members AS MATERIALIZED (SELECT i.arn, i.account, i.region, i.engine, c.cluster FROM inventory AS i
    LEFT JOIN clusters AS c ON c.arn = i.arn WHERE {member_expression("i.")})""",
            f"""c_source AS (SELECT {columns} FROM inventory AS i JOIN boxes AS b ON b.parent = i.arn
    UNION ALL {unlisted})""",
        ]

    def _alone(self, source: str) -> str:
        columns = ", ".join((*ROW, "kind", "member", *self.verdict))
        return f"SELECT {columns}, CAST(NULL AS VARCHAR) AS through, FALSE AS twice FROM {source}"

    def _with_clusters(self) -> str:
        """Instances of clusters with the verdict on their cluster, in place of one of their own."""
        top = f"level{LEVELS - 1}"
        picked = [
            f"CASE WHEN NOT j.member THEN j.{name} WHEN a.arn IS NOT NULL THEN a.{name} ELSE b.{name} END AS {name}"
            for name in self.verdict
        ]
        return (
            f"SELECT {', '.join(f'j.{name}' for name in ROW)}, j.kind, j.member, j.versioning, {', '.join(picked)}, "
            "CASE WHEN j.member AND a.protected THEN a.arn END AS through, "
            "coalesce(j.member AND a.twice, FALSE) AS twice FROM judged AS j "
            "LEFT JOIN members AS m ON m.arn = j.arn "
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
        beside = ", o.versioning" if source == "with_clusters" else ""
        joined = f"{source} AS o LEFT JOIN ({around}) AS a ON a.arn = o.arn"
        first = f"SELECT o.*, coalesce(a.n, 0) AS n, {pick} AS pick FROM {joined}"
        picked = [f"CASE WHEN o.pick IS NULL THEN o.{name} ELSE p.{name} END AS {name}" for name in self.verdict]
        return (
            f"SELECT {', '.join(f'o.{name}' for name in ROW)}, o.kind, o.member{beside}, {', '.join(picked)}, "
            "CASE WHEN o.pick IS NULL THEN o.through WHEN p.protected THEN o.pick END AS through, "
            "CASE WHEN o.pick IS NULL THEN o.twice OR (o.protected IS TRUE AND o.n > 0) ELSE p.twice OR o.n > 1 END "
            f"AS twice FROM ({first}) AS o LEFT JOIN {level} AS p ON p.arn = o.pick"
        )

    def _judged(self, prefix: str, source: str) -> str:
        """The chain of steps from a source to the verdict on each of its rows by itself."""
        return f"""{prefix}keyed AS ({self._keyed(source)}),
{prefix}masked AS ({self._masked(f"{prefix}keyed")}),
{prefix}missed AS ({self._missed(f"{prefix}masked")}),
{prefix}failed AS ({self._failed(f"{prefix}missed")}),
{prefix}decided AS ({self._decided(f"{prefix}failed")}),
{prefix}judged AS ({self._named(f"{prefix}decided")})"""

    def _keyed(self, source: str) -> str:
        """Each row with its kind and the values of the tags that matter."""
        values = [f"tags[{literal(key)}] AS v{place}" for place, key in enumerate(self._shape.keys)]
        left = [f"arn LIKE {literal(f'%{mark}{LEFTOVER}%')}" for mark in ":/"]
        left += [_sure(f"tags[{literal(key)}] IS NOT NULL") for key in self._shape.leftover_keys]
        columns = [
            *ROW,
            *("state", "engine", "parents", "kms", "versioning"),
            f"{kind_expression()} AS kind",
            f"{member_expression()} AS member",
            "tags IS NULL AS untagged",
            f"({' OR '.join(left)}) AS leftover",
            *values,
        ]
        return f"SELECT {', '.join(columns)} FROM {source}"

    def _masked(self, source: str) -> str:
        """Each row with the masks of its document, Region and kind, and tags."""
        names = [*ROW, *("state", "engine", "parents", "kms", "versioning", "kind", "member", "untagged", "leftover")]
        columns = [f"r.{name}" for name in names]
        columns += [f"r.v{place}" for place in range(len(self._shape.keys))]
        columns += ["d.doc", "d.lacking", f"{self._usable()} AS usable"]
        for word in self._words:
            columns += [f"d.all_bits_{word}", f"d.by_tag_{word}"]
            columns += [f"coalesce(p.{mask}_{word}, 0) AS {mask}_{word}" for mask in PLACE_MASKS]
            columns += self._tag_columns(word)
            for place in range(len(self._shape.keys)):
                columns.append(f"{self._document(key_masks(place)[-1], word)} AS concerned{place}_{word}")
        joins = [
            "LEFT JOIN cov_accounts AS a ON a.account = r.account",
            "JOIN cov_documents AS d ON d.doc = coalesce(a.doc, 0)",
            "LEFT JOIN cov_places AS p ON p.doc = d.doc AND p.region = coalesce(r.region, '') AND p.kind = r.kind",
        ]
        joins += [
            f"LEFT JOIN cov_tags AS t{place} "
            f"ON t{place}.k = {place} AND t{place}.doc = d.doc AND t{place}.v = r.v{place}"
            for place in range(len(self._shape.keys))
        ]
        return f"SELECT {', '.join(columns)} FROM {source} AS r {' '.join(joins)}"

    def _usable(self) -> str:
        cases = [
            f"WHEN r.kind = {literal(kind)} THEN "
            + (f"r.state IN ({_listed(states)})" if states else "CASE WHEN r.state IS NOT NULL THEN FALSE END")
            for kind, states in sorted(self._shape.usable.items())
        ]
        return f"CASE {' '.join(cases)} ELSE TRUE END" if cases else "TRUE"

    def _tag_columns(self, word: int) -> list[str]:
        """What all tags of a row are together: selected, near by each reason, refused, negated, unknown."""
        columns = [f"{self._of_tags('selected', word)} AS selected_{word}"]
        columns += [f"{self._of_tags(f'near{n}', word)} AS near{n}_{word}" for n in range(len(NEAR_REASONS))]
        refused, negated = [f"d.refused_{word}"], [f"d.negated_{word}"]
        for place in range(len(self._shape.keys)):
            _, other, absent, open_, _ = (self._document(name, word) for name in key_masks(place))
            refused.append(
                f"CASE WHEN r.v{place} IS NULL THEN {absent} WHEN t{place}.doc IS NULL THEN {other} "
                f"ELSE t{place}.refused_{word} END"
            )
            if open_ != "0":
                negated.append(f"CASE WHEN r.v{place} IS NULL THEN {open_} ELSE 0 END")
        for name, parts in (("refused", refused), ("negated", negated)):
            columns.append(f"CASE WHEN r.untagged THEN {parts[0]} ELSE {_any_bit(parts)} END AS {name}_{word}")
        columns.append(f"CASE WHEN r.untagged THEN d.asking_{word} ELSE 0 END AS unknown_{word}")
        return columns

    def _of_tags(self, mask: str, word: int) -> str:
        """A mask over all tags that matter: of the row of each, else what any other value is to the document."""
        return _any_bit(self._of_tag(mask, place, word) for place in range(len(self._shape.keys)))

    def _of_tag(self, mask: str, place: int, word: int) -> str:
        other = self._document(key_masks(place)[0], word) if mask == TAG_MASKS[-2] else "0"
        if other == "0":
            return f"coalesce(t{place}.{mask}_{word}, 0)"
        return (
            f"CASE WHEN r.v{place} IS NULL THEN 0 WHEN t{place}.doc IS NULL THEN {other} "
            f"ELSE t{place}.{mask}_{word} END"
        )

    def _document(self, name: str, word: int) -> str:
        column = f"{name}_{word}"
        return f"d.{column}" if column in self._shape.columns else "0"

    def _missed(self, source: str) -> str:
        """The selections by tag that miss, each by the first reason that is near."""
        columns = ["*"]
        for word in self._words:
            missed = f"CASE WHEN untagged THEN 0 ELSE by_tag_{word} & ~selected_{word} END"
            columns.append(f"{missed} AS unselected_{word}")
        inner = f"SELECT {', '.join(columns)} FROM {source}"
        columns = ["*"]
        for word in self._words:
            before: list[str] = []
            for place in range(len(NEAR_REASONS)):
                rest = "".join(f" & ~{mask}" for mask in before)
                columns.append(f"unselected_{word} & near{place}_{word}{rest} AS missed{place}_{word}")
                before.append(f"near{place}_{word}")
            rest = "".join(f" & ~{mask}" for mask in before)
            columns.append(f"unselected_{word}{rest} AS missed{len(NEAR_REASONS)}_{word}")
            columns.append(f"unselected_{word} | not_typed_{word} AS choice_{word}")
        return f"SELECT {', '.join(columns)} FROM ({inner}) AS u"

    def _failed(self, source: str) -> str:
        """The selections that fail on any clause, and those that fail on several."""
        columns = ["*"]
        for word in self._words:
            clauses = [f"{name}_{word}" for name in ("off", "refused", "excluded", "elsewhere", "choice")]
            columns.append(f"({' | '.join(clauses)}) AS failing_{word}")
            several = [f"(({' | '.join(clauses[:n])}) & {clauses[n]})" for n in range(1, len(clauses))]
            columns.append(f"({' | '.join(several)}) AS several_{word}")
        return f"SELECT {', '.join(columns)} FROM {source}"

    def _decided(self, source: str) -> str:
        """The selections that are sure, that take the row, and that fail on one clause alone."""
        columns = ["*"]
        for word in self._words:
            sure = f"all_bits_{word} & ~failing_{word}"
            open_ = f"(unknown_{word} | off_unknown_{word} | negated_{word})"
            columns += [f"({sure}) AS sure_{word}", f"({sure} & ~{open_}) AS taking_{word}"]
            columns.append(f"(failing_{word} & ~several_{word}) AS once_{word}")
        return f"SELECT {', '.join(columns)} FROM {source}"

    def _named(self, source: str) -> str:
        """The verdict with its reason, the selection that gives it and the values of its tags."""
        coded = f"SELECT *, {self._code()} AS code FROM {source}"
        nearest = [f"{self._hit(word)} AS hit_{word}" for word in self._words]
        hit = f"SELECT *, {', '.join(nearest)} FROM ({coded}) AS c"
        first = []
        for word in self._words:
            bit = f"hit_{word} & -hit_{word}"
            earlier = " OR ".join(f"hit_{before} <> 0" for before in range(word))
            first.append(f"CASE WHEN {earlier} THEN 0 ELSE {bit} END" if earlier else f"({bit})")
        named = [f"{bit} AS nearest_{word}" for word, bit in enumerate(first)]
        lowest = f"SELECT *, {', '.join(named)} FROM ({hit}) AS h"
        taken = [f"CASE WHEN code = 0 THEN taking_{word} ELSE 0 END AS taking_{word}" for word in self._words]
        columns = [
            *ROW,
            *(
                "CASE WHEN type = 'S3' THEN versioning END AS versioning",
                "kind",
                "member",
                "doc",
                "region AS of_region",
                "kind AS of_kind",
            ),
            f"CASE WHEN code = 0 THEN TRUE WHEN code IN ({_numbers(_UNDECIDED)}) THEN NULL ELSE FALSE END AS protected",
            f"{self._reason()} AS reason",
            f"{self._signature()} AS signature",
            *taken,
            *self._masks("nearest"),
        ]
        return f"SELECT {', '.join(columns)} FROM ({lowest}) AS l"

    def _code(self) -> str:
        """A number for the verdict, a place in `_CODES`; plus `_SEVERAL` where every selection fails on several."""
        cases = [
            ("lacking IS NOT NULL", _LACKING),
            ("kind IS NULL", _CODES.index("type-not-supported")),
            ("leftover", _CODES.index("restore-test-leftover")),
            ("usable IS FALSE", _CODES.index("not-available")),
            (f"{self._any('taking')} AND usable", 0),
            (self._any("taking"), _CODES.index("state-unknown")),
            (self._any("sure", "unknown"), _CODES.index("tags-unknown")),
            (self._any("sure", "off_unknown"), _CODES.index("opt-in-unknown")),
            (self._any("sure"), _CODES.index("negated-condition")),
        ]
        failing = [(_CODES.index(reason.value), mask) for reason, mask in zip(FAILING_REASONS, _FAILING, strict=True)]
        cases += [(self._any(mask, "once"), code) for code, mask in failing]
        cases += [(self._any(mask), code + _SEVERAL) for code, mask in reversed(failing)]
        whens = " ".join(f"WHEN {condition} THEN {code}" for condition, code in cases)
        return f"CASE {whens} ELSE {_CODES.index('no-plan-for-account')} END"

    def _hit(self, word: int) -> str:
        """The selections that give the reason."""
        cases = []
        for reason, mask in zip(FAILING_REASONS, _FAILING, strict=True):
            code = _CODES.index(reason.value)
            cases.append(f"WHEN code = {code} THEN {mask}_{word} & once_{word}")
            cases.append(f"WHEN code = {code + _SEVERAL} THEN {mask}_{word}")
        return f"CASE {' '.join(cases)} ELSE 0 END"

    def _reason(self) -> str:
        names = [(code, name) for code, name in enumerate(_CODES) if name]
        cases = [f"WHEN {code} THEN {literal(name)}" for code, name in names]
        cases += [f"WHEN {code + _SEVERAL} THEN {literal(name)}" for code, name in names if name in _NAMES]
        return f"CASE code WHEN {_LACKING} THEN lacking {' '.join(cases)} END"

    def _signature(self) -> str:
        """The tags that the selection that gives the reason asks for: number of the key, length, value of each."""
        parts = []
        for place in range(len(self._shape.keys)):
            concerned = " OR ".join(f"(nearest_{word} & concerned{place}_{word}) <> 0" for word in self._words)
            text = f"'{place}:' || CAST(length(v{place}) AS VARCHAR) || ':' || v{place}"
            parts.append(f"CASE WHEN v{place} IS NOT NULL AND ({concerned}) THEN {text} ELSE '' END")
        return " || ".join(parts) or "''"

    def _any(self, *masks: str) -> str:
        """Whether some bit is in all of the masks."""
        words = [f"({' & '.join(f'{mask}_{word}' for mask in masks)}) <> 0" for word in self._words]
        return f"({' OR '.join(words)})"

    def _masks(self, name: str) -> list[str]:
        return [f"{name}_{word}" for word in self._words]


_NAMES = frozenset(reason.value for reason in FAILING_REASONS)
_UNLISTED = (
    "coalesce(m.cluster, '') || '|' || coalesce(m.account, '') || '|' || coalesce(m.region, '') || '|' || "
    "coalesce(m.engine, '')"
)
"""The key of a cluster that no list may have, of a member `m`."""


def _sure(condition: str) -> str:
    """A condition that is false where it is unknown."""
    return f"coalesce({condition}, FALSE)"


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(map(literal, texts)) or "NULL"


def _numbers(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))


def _any_bit(masks: Iterable[str]) -> str:
    """The bits that are in any mask."""
    parts = [mask for mask in masks if mask != "0"]
    return f"({' | '.join(f'({part})' for part in parts)})" if parts else "0"


def decoded_tags(signature: str, keys: Sequence[str]) -> dict[str, str]:
    """The tags of a signature."""
    tags: dict[str, str] = {}
    while signature:
        place, length, rest = signature.split(":", 2)
        tags[keys[int(place)]] = rest[: int(length)]
        signature = rest[int(length) :]
    return tags
