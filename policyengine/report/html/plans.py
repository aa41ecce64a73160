"""The plans of a page in words: each document once, and where it runs once for all accounts that run it the same way.

A row is `[label, [text, path], ...]`; the path is that of the setting below its block, and leads to its trail. A path
that no policy sets stands for AWS Backup's default. Settings without a row of their own come last, as they are written.
Vaults are described Region by Region, and the backups of the next 30 days with the runs that AWS Backup leaves out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import TypeAlias

from policyengine.analysis.diff import block, settings
from policyengine.analysis.requirements import shown
from policyengine.aws.arns import VaultArn
from policyengine.aws.cron import CronError, parse_cron
from policyengine.aws.deployment import (
    FOREVER,
    OWN,
    UNKNOWN,
    BackupRule,
    Condition,
    Copy,
    DeployedPlan,
    DeployedRule,
    DeployedVault,
    Plan,
    Selection,
    minute,
    run_outcomes,
    shapes,
    upcoming,
)
from policyengine.aws.documents import Json
from policyengine.aws.merge import Leaf, Resolved, segment
from policyengine.aws.setting_words import in_words
from policyengine.aws.settings import (
    AIR_GAPPED_VAULT,
    BY_RESOURCES,
    BY_TAGS,
    COLD_AFTER,
    COMPLETE_WITHIN,
    CONDITION_KEY,
    CONDITION_OPERATORS,
    CONDITION_VALUE,
    CONTINUOUS,
    COPY_BLOCK,
    COPY_TARGET,
    EXCEPT_TYPES,
    REGIONS,
    RETAIN,
    RULE_BLOCK,
    SCHEDULE,
    SELECTED_KEY,
    SELECTED_VALUES,
    SELECTIONS,
    START_WITHIN,
    TAG_KEY,
    TAG_ROLE,
    TAG_VALUE,
    TYPES,
    VAULT,
)
from policyengine.report.html.page import Table
from policyengine.report.html.tree import Trails
from policyengine.report.schedule_words import schedule_words

Value: TypeAlias = tuple[str, str]
Row: TypeAlias = tuple[str, *tuple[Value, ...]]

_WORDS = {"==": "is", "!=": "is not", "like": "is like", "not like": "is not like"}
_OPERATORS = {key: _WORDS[operator] for operator, key in CONDITION_OPERATORS.items()}
_KEYS = {"aws_managed": "AWS managed key", "customer": "customer managed key", "aws_owned": "AWS owned key"}
DAYS = 30


def plan_rows(plan: Plan) -> list[Row]:
    """The rows of a plan's settings beside its rules and selections."""
    written = _texts(plan.document)
    texts = {
        path: text for path, text in written.items() if not path.startswith((f"{RULE_BLOCK.place}/", f"{SELECTIONS}/"))
    }
    first: list[Row] = [("Regions", (", ".join(plan.regions) or "none", REGIONS.place))]
    return [*first, *_rest(texts, first)]


def rule_rows(plan: Plan, rule: BackupRule, schedule: str) -> list[Row]:
    """The settings of a rule without its copies; `schedule` is what its schedule says in words."""
    written = _texts(block(plan.document, RULE_BLOCK.place).get(rule.name))
    texts = {path: text for path, text in written.items() if not path.startswith(f"{COPY_BLOCK.place}/")}
    rows: list[Row] = [
        ("Schedule", (schedule, SCHEDULE.place)),
        ("Starts", (f"within {shown(rule.start_within)}", START_WITHIN.place)),
        ("Completes", (f"within {shown(rule.complete_within)}", COMPLETE_WITHIN.place)),
        ("Keeps", (shown(rule.retention), RETAIN.place)),
        *_cold(rule),
        ("Vault", (rule.vault or "none", VAULT.place)),
    ]
    if rule.air_gapped:
        rows.append(("Air-gapped vault", (_target(rule.air_gapped), AIR_GAPPED_VAULT.place)))
    if CONTINUOUS.place in texts:
        rows.append(("Continuous", ("point-in-time recovery" if rule.continuous else "off", CONTINUOUS.place)))
    return [*rows, *_rest(texts, rows)]


def copy_rows(plan: Plan, copy: Copy) -> list[Row]:
    """The settings of a copy, the vault that it goes to first."""
    actions = block(plan.document, RULE_BLOCK.place, copy.rule, COPY_BLOCK.place)
    texts = _texts(actions.get(next((key for key in actions if copy.path.endswith(f"/{segment(key)}")), "")))
    inherits = ", as the rule does" if copy.inherits_retention else ""
    rows: list[Row] = [
        ("Copies to", (_goal(copy), COPY_TARGET.place)),
        ("Keeps", (f"{shown(copy.retention)}{inherits}", RETAIN.place)),
        *_cold(copy),
    ]
    return [*rows, *_rest(texts, rows)]


def _goal(copy: Copy) -> str:
    """The vault that a copy goes to, or what is written in its place."""
    return _target(copy.target) if copy.target else copy.arn


def selection_rows(plan: Plan, selection: Selection) -> list[Row]:
    """The rows of a selection: what it selects, and the role that backs it up."""
    kind = BY_TAGS if selection.kind == "tag" else BY_RESOURCES
    texts = _texts(block(plan.document, SELECTIONS, kind).get(selection.name))
    rows: list[Row] = []
    if selection.kind == "tag":
        rows.append(
            (
                "Tag",
                (selection.key, SELECTED_KEY.place),
                (" or ".join(selection.values) or "no value", SELECTED_VALUES.place),
            )
        )
    elif selection.types:
        rows.append(("Resources", (_types(selection.types), TYPES.place)))
    if selection.excepted:
        rows.append(("Except", (_types(selection.excepted), EXCEPT_TYPES.place)))
    rows += [_condition(condition, selection) for condition in selection.conditions]
    rows.append(("Role", (selection.role or "none", TAG_ROLE.place)))
    return [*rows, *_rest(texts, rows)]


def _texts(document: Json | Mapping[str, Json]) -> dict[str, str]:
    """Every setting beneath a node by its path below it; a list in one text, `a, b`."""
    return {path: value if isinstance(value, str) else ", ".join(value) for path, value in settings(document).items()}


def _cold(of: BackupRule | Copy) -> Iterator[Row]:
    if of.cold_after != FOREVER:
        yield "Cold storage", (f"after {shown(of.cold_after)}", COLD_AFTER.place)


def _target(target: VaultArn) -> str:
    account = "this account" if target.account.lower() == OWN else f"account {target.account}"
    return f"{target.name} in {'the same Region' if target.region.startswith('$') else target.region}, {account}"


def _types(names: Iterable[str]) -> str:
    return ", ".join("everything" if name == "*" else name for name in names)


def _condition(condition: Condition, selection: Selection) -> Row:
    below = condition.path.removeprefix(f"{selection.path}/")
    return (
        "Where",
        (condition.key, f"{below}/{CONDITION_KEY.place}"),
        (
            f"{_OPERATORS[condition.operator]} {condition.value}",
            f"{below}/{CONDITION_VALUE.place}",
        ),
    )


def _rest(texts: Mapping[str, str], rows: Sequence[Row]) -> Iterator[Row]:
    """The settings that no row shows; a tag's key and value in one."""
    shown = {path for row in rows for _, path in row[1:]}
    for path, text in texts.items():
        above, _, last = path.rpartition("/")
        tagged = f"{above}/{TAG_VALUE.place}" if last == TAG_KEY.place else ""
        if path in shown:
            continue
        if tagged in texts:
            shown.add(tagged)
            yield "Tag", (text, path), (texts[tagged], tagged)
        else:
            yield _words(path), (text, path)


def _words(path: str) -> str:
    """`scan actions, guardduty, malware scanner`."""
    return ", ".join(part.replace("_", " ").replace("~1", "/").replace("~0", "~") for part in path.split("/"))


class Vaults:
    """Vaults by number, each `[name, state, facts]`; the state is `there`, `missing` or `unknown`."""

    def __init__(self) -> None:
        self._rows = Table()
        self._known: dict[DeployedVault | None, int] = {}

    def places(self, regions: tuple[DeployedRule, ...]) -> list[list[object]]:
        """The Regions of a rule, with its vaults by number.

        Each is `[[Region, ...], vault, air-gapped vault, [vault of each copy]]`.
        """
        together: dict[tuple[object, ...], list[str]] = {}
        for rule in regions:
            copied = {copy.copy: copy.vault for copy in (*rule.copies, *rule.stranded_copies)}
            copies = tuple(self._number(copied[copy]) for copy in rule.rule.copies)
            met = (self._number(rule.vault), self._number(rule.air_gapped), copies)
            together.setdefault(met, []).append(rule.region)
        return [[facts, *met] for met, facts in together.items()]

    def text(self) -> str:
        """All vaults as a JSON list."""
        return self._rows.text()

    def _number(self, vault: DeployedVault | None) -> int | None:
        if vault is None:
            return None
        if vault not in self._known:
            self._known[vault] = self._rows.add([vault.name, _state(vault), ", ".join(_facts(vault))])
        return self._known[vault]


def _state(vault: DeployedVault) -> str:
    if vault.exists is UNKNOWN:
        return "unknown"
    return "there" if vault.exists else "missing"


def _facts(vault: DeployedVault) -> list[str]:
    if vault.exists is not True:
        namesakes = f", but there is {' and '.join(vault.namesakes)}" if vault.namesakes else ""
        return [f"{'not in the snapshot' if vault.exists is UNKNOWN else 'does not exist'}{namesakes}"]
    facts = ["logically air-gapped"] if vault.type == "air_gapped" else []
    facts.append(_lock(vault))
    if vault.key is not UNKNOWN:
        facts.append(_KEYS[vault.key])
    return facts


def _lock(vault: DeployedVault) -> str:
    if vault.lock is UNKNOWN:
        return "lock not in the snapshot"
    if vault.lock == "none":
        return "not locked"
    least, most = vault.min_retention, vault.max_retention
    bounds = []
    if least is not UNKNOWN and least:
        bounds.append(f"at least {shown(least)}")
    if most is not UNKNOWN and most != FOREVER:
        bounds.append(f"at most {shown(most)}")
    kind = "compliance" if vault.changeable_until else vault.lock
    until = f", removable until {vault.changeable_until}" if vault.changeable_until else ""
    return f"{kind} lock{' of ' if bounds else ''}{' and '.join(bounds)}{until}"


class RunTable:
    """All runs of 30 days, the first day being that of a moment.

    A schedule is `{"cron", "words", "days", "hours", "minutes"}`, days counted from the first one; a loss is
    `[rules that AWS runs instead, minutes since the first day began]`.
    """

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
        left = datetime.max.replace(tzinfo=UTC) - self._midnight
        self._end = self._midnight + min(timedelta(days=DAYS), left)
        self._schedules = Table()
        self._losses = Table()
        self._known: dict[str, tuple[int, str]] = {}

    def schedule(self, text: str) -> tuple[int, str]:
        """The number of a schedule, and what it says in words."""
        if text not in self._known:
            row = self._row(text)
            self._known[text] = (self._schedules.add(row), str(row["words"]))
        return self._known[text]

    def losses(self, plan: Plan) -> list[tuple[int, int]]:
        """The rules of a plan that lose runs, by their place, each with the number of its loss."""
        rules = [rule for rule in plan.rules if rule.interval is not UNKNOWN] if plan.regions else []
        if len({rule.retention for rule in rules}) < 2:  # noqa: PLR2004 - one rule loses to another
            return []
        losses = []
        for rule, fate in zip(
            rules, run_outcomes(shapes(rules, plan.reach), minute(self._at), minute(self._end)), strict=True
        ):
            if fate.lost:
                by = sorted({rules[cause.place].name for causes in fate.lost.values() for cause in causes})
                first = minute(self._midnight)
                loss = self._losses.add([by, [run - first for run in sorted(fate.lost)]])
                losses.append((plan.rules.index(rule), loss))
        return losses

    def texts(self) -> dict[str, str]:
        """Both tables as JSON lists."""
        return {"schedules": self._schedules.text(), "losses": self._losses.text()}

    def _row(self, text: str) -> dict[str, object]:
        try:
            cron = parse_cron(text)
        except CronError as error:
            return {"cron": text, "words": f"no schedule: {error}", "days": [], "hours": [], "minutes": []}
        runs = takewhile(lambda run: run < self._end, upcoming(cron, self._at))
        days = dict.fromkeys((run - self._midnight).days for run in runs)
        return {
            "cron": text,
            "words": schedule_words(cron),
            "days": list(days),
            "hours": cron.hours,
            "minutes": cron.minutes,
        }


class Plans:
    """Plans by number.

    A plan is `{"name", "rows", "rules", "selections", "trails", "losses"}`: its rules are `[name, path, rule]`, its
    selections `[name, kind, path, selection]`, its trails pairs of the number of a path and that of a trail. Where it
    runs is `[plan, places of each rule]`. A path is `[AWS's, the same in the language's words]`.
    """

    def __init__(self, trails: Trails, runs: RunTable) -> None:
        self._trails = trails
        self._runs = runs
        self._vaults = Vaults()
        self._rows = {name: Table() for name in ("plans", "rules", "selections", "paths", "places", "deployed")}
        self._known: dict[Plan, int] = {}
        self._known_deployed: dict[DeployedPlan, int] = {}

    def add(self, deployed: DeployedPlan, resolved: Resolved | None) -> int:
        """The number of a plan where it runs; `resolved` is a result that it belongs to."""
        if deployed not in self._known_deployed:
            places = [
                self._rows["places"].add(self._vaults.places(deployed.in_regions[rule.name]))
                for rule in deployed.plan.rules
            ]
            row = [self._plan(deployed.plan, resolved), places]
            self._known_deployed[deployed] = self._rows["deployed"].add(row)
        return self._known_deployed[deployed]

    def texts(self) -> dict[str, str]:
        """All tables as JSON lists."""
        return {**{name: rows.text() for name, rows in self._rows.items()}, "vaults": self._vaults.text()}

    def _plan(self, plan: Plan, resolved: Resolved | None) -> int:
        if plan not in self._known:
            leaves = plan.node.leaves if plan.node else ()
            row = {
                "name": plan.name,
                "rows": plan_rows(plan),
                "rules": [[rule.name, _below(plan, rule.path), self._rule(plan, rule)] for rule in plan.rules],
                "selections": [self._selection(plan, selection) for selection in plan.selections],
                "trails": [number for leaf in leaves for number in self._trail(plan, leaf, resolved)],
                "losses": self._runs.losses(plan),
            }
            self._known[plan] = self._rows["plans"].add(row)
        return self._known[plan]

    def _rule(self, plan: Plan, rule: BackupRule) -> int:
        schedule, words = self._runs.schedule(rule.schedule)
        copies = [
            [copy.path.removeprefix(f"{rule.path}/"), copy_rows(plan, copy), _goal(copy), shown(copy.retention)]
            for copy in rule.copies
        ]
        rows = rule_rows(plan, rule, words)
        row = {"schedule": schedule, "gap": _gap(rule), "rows": rows, "copies": copies, "continuous": rule.continuous}
        row |= {"runs": words, "kept": shown(rule.retention)}
        return self._rows["rules"].add(row)

    def _selection(self, plan: Plan, selection: Selection) -> list[object]:
        number = self._rows["selections"].add(selection_rows(plan, selection))
        return [selection.name, selection.kind, _below(plan, selection.path), number]

    def _trail(self, plan: Plan, leaf: Leaf, resolved: Resolved | None) -> tuple[int, int]:
        words = in_words(leaf.path).removeprefix(f"{in_words(plan.path)}/")
        return self._rows["paths"].add([_below(plan, leaf.path), words]), self._trails.add(leaf, resolved)


def _gap(rule: BackupRule) -> str:
    """The longest time between two runs that AWS starts; empty where there are fewer than two, or unknown ones."""
    return "" if rule.interval is UNKNOWN or rule.interval == FOREVER else shown(rule.interval)


def _below(plan: Plan, path: str) -> str:
    return path.removeprefix(f"{plan.path}/")
