"""What the published documents make AWS Backup do: plans, rules per Region, copies, vaults. The door is `deploy`."""

from policyengine.plan.calendar import Calendar, Gap, Outlook, Run, Suppressor, calendar
from policyengine.plan.clocks import ClockChange, ClockTime, clock_changes, clock_times
from policyengine.plan.collisions import Collision
from policyengine.plan.deploy import deploy
from policyengine.plan.deployed import DeployedPlan, Deployment, View
from policyengine.plan.destinations import Destination
from policyengine.plan.inventory import Inventory
from policyengine.plan.known import DAY, FOREVER, UNKNOWN, Known, Minutes, Unknown
from policyengine.plan.meetings import Meeting, meet
from policyengine.plan.origins import origin, origins, policies
from policyengine.plan.placement import DeployedCopy, DeployedRule, PlacedRule, Placement
from policyengine.plan.runs import Comparison, Runs, compare_runs, last_run, longest_without, moment, next_run, shapes
from policyengine.plan.values import Condition, Copy, Origin, Plan, Reach, Rule, Selection, Target
from policyengine.plan.vaults import OWN, Surroundings, Vault, role_path
from policyengine.plan.windows import Overlap, overlaps

__all__ = [
    "DAY",
    "FOREVER",
    "OWN",
    "UNKNOWN",
    "Calendar",
    "ClockChange",
    "ClockTime",
    "Collision",
    "Comparison",
    "Condition",
    "Copy",
    "DeployedCopy",
    "DeployedPlan",
    "DeployedRule",
    "Deployment",
    "Destination",
    "Gap",
    "Inventory",
    "Known",
    "Meeting",
    "Minutes",
    "Origin",
    "Outlook",
    "Overlap",
    "PlacedRule",
    "Placement",
    "Plan",
    "Reach",
    "Rule",
    "Run",
    "Runs",
    "Selection",
    "Suppressor",
    "Surroundings",
    "Target",
    "Unknown",
    "Vault",
    "View",
    "calendar",
    "clock_changes",
    "clock_times",
    "compare_runs",
    "deploy",
    "last_run",
    "longest_without",
    "meet",
    "moment",
    "next_run",
    "origin",
    "origins",
    "overlaps",
    "policies",
    "role_path",
    "shapes",
]
