"""The plans of a page: each document once, and where it runs once for all accounts that run it alike."""

from __future__ import annotations

from policyengine.effective import Leaf, Resolved
from policyengine.plan import FOREVER, UNKNOWN, DeployedPlan, Plan, Rule, Selection
from policyengine.report.html.cards import copy_rows, plan_rows, rule_rows, selection_rows
from policyengine.report.html.runs import Runs
from policyengine.report.html.tables import Table
from policyengine.report.html.trails import Trails
from policyengine.report.html.vaults import Vaults
from policyengine.requirements.durations import shown


class Plans:
    """Plans by number.

    A plan is `{"name", "rows", "rules", "selections", "trails", "losses"}`: its rules are `[name, path, rule]`, its
    selections `[name, kind, path, selection]`, its trails pairs of the number of a path and that of a trail. Where it
    runs is `[plan, places of each rule]`.
    """

    def __init__(self, trails: Trails, runs: Runs) -> None:
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

    def _rule(self, plan: Plan, rule: Rule) -> int:
        schedule, words = self._runs.schedule(rule.schedule)
        copies = [[copy.path.removeprefix(f"{rule.path}/"), copy_rows(plan, copy)] for copy in rule.copies]
        rows = rule_rows(plan, rule, words)
        row = {"schedule": schedule, "gap": _gap(rule), "rows": rows, "copies": copies, "continuous": rule.continuous}
        return self._rows["rules"].add(row)

    def _selection(self, plan: Plan, selection: Selection) -> list[object]:
        number = self._rows["selections"].add(selection_rows(plan, selection))
        return [selection.name, selection.kind, _below(plan, selection.path), number]

    def _trail(self, plan: Plan, leaf: Leaf, resolved: Resolved | None) -> tuple[int, int]:
        return self._rows["paths"].add(_below(plan, leaf.path)), self._trails.add(leaf, resolved)


def _gap(rule: Rule) -> str:
    """The longest time between two runs that AWS starts; empty where fewer than two are to come, or nobody knows."""
    return "" if rule.interval is UNKNOWN or rule.interval == FOREVER else shown(rule.interval)


def _below(plan: Plan, path: str) -> str:
    return path.removeprefix(f"{plan.path}/")
