"""Each kind of change of a plan: its class and its words."""

from __future__ import annotations

import pytest
from analysis.diff.states import RULE, SELECTION, TREE, Told, compared, lines, plan, rule, state, told, whole

from policyengine.analysis.diff.orderings import AIR_GAPPED as AIR_GAPPED_ROW
from policyengine.analysis.diff.orderings import COPY, PLAN, TAGGED
from policyengine.analysis.diff.orderings import RULE as RULE_TABLE

NIGHTLY = "plan `daily`, rule `nightly`: "
ALL = "plan `daily`, tag selection `all`: "
TYPES = "plan `daily`, resource selection `disks`: "
COPIED = 'copy to vault "Copies" in eu-central-1 { retain = 90 days }\n'
COPY_TO = "plan `daily`, rule `nightly`, copy to `Copies` in eu-central-1: "
AIR_GAPPED = 'air_gapped_vault = "arn:aws:backup:$region:$account:backup-vault:{}"\n'


def with_copy(lines: str, before: str = RULE) -> str:
    return whole(before + COPIED.replace("retain = 90 days", lines))


def disks(types: str, more: str = "") -> str:
    return plan(rule(), f'resource selection disks {{ role = "Backup"  types = [{types}]  {more} }}\n')


OTHER = SELECTION.replace("all", "other")
CRON = RULE.replace("daily at 05:00", '"cron({})"')
LONG_KEPT = RULE.replace("35 days", "400 days")
MONTHLY = LONG_KEPT.replace("daily", "monthly on day 1") + "cold_after = 30 days\n"

# Each row is read both ways; where the way back is another class, it is the last column.
RULES = [
    (RULE, RULE.replace("35 days", "7 days"), "weakened", "retention 35 days -> 7 days", "strengthened"),
    (RULE, RULE.replace("retain = 35 days\n", ""), "strengthened", "retention 35 days -> forever", "weakened"),
    (RULE, RULE.replace("daily", "weekly on sunday"), "weakened", "interval 1 day -> 7 days", "strengthened"),
    (RULE, RULE.replace("daily at 05:00", "hourly"), "strengthened", "interval 1 day -> 1 hour", "weakened"),
    (RULE, RULE.replace("05:00", "06:00"), "changed", "schedule `cron(0 5 ? * * *)` -> `cron(0 6 ? * * *)`", "changed"),
    (RULE.replace("schedule = daily at 05:00\n", ""), RULE.replace("05:00", "06:00"), "changed", "schedule `cron(0 5 ? * * *)` -> `cron(0 6 ? * * *)`", "changed"),
    (RULE, RULE + "continuous = true\n", "strengthened", "continuous backup off -> on", "weakened"),
    (RULE, RULE + AIR_GAPPED.format("Safe"), "strengthened", "air-gapped vault none -> `Safe`", "weakened"),
    (RULE + AIR_GAPPED.format("Safe"), RULE + AIR_GAPPED.format("Cave"), "changed", "air-gapped vault `Safe` -> `Cave`", "changed"),
    (LONG_KEPT + "cold_after = 30 days\n", LONG_KEPT, "changed", "time before cold storage 30 days -> never", "changed"),
    (RULE, RULE + "start_within = 2 hours\n", "changed", "start window 8 hours -> 2 hours", "changed"),
    (RULE + "start_within = 8 hours\n", RULE + "start_within = 9 hours\n", "changed", "start window 8 hours -> 9 hours", "changed"),
    (MONTHLY, MONTHLY + "archive = true\n", "changed", "archive off -> on", "changed"),
    (RULE, RULE + "complete_within = 2 days\n", "changed", "completion window 7 days -> 2 days", "changed"),
    (RULE, RULE + "index = [S3]\n", "changed", "index none -> `S3`", "changed"),
    (RULE, RULE.replace("Main", "Other"), "changed", "vault `Main` -> `Other`", "changed"),
    (RULE, RULE + 'recovery_point_tags { Owner = "x" }\n', "changed", "tag `Owner` none -> `x`", "changed"),

]  # fmt: skip
OTHERS = [
    (whole(), plan(SELECTION, rule(), rule(name="second")), "added", "plan `daily`, rule `second`: is new", "lost"),
    (whole(), plan(SELECTION, rule(name="late")), "changed", "plan `daily`, rule `late`: was called `nightly`", "changed"),
    (whole(RULE, OTHER), whole(), "lost", "plan `daily`, tag selection `other`: is gone", "added"),
    (whole(), whole().replace("selection all", "selection some"), "changed", "plan `daily`, tag selection `some`: was called `all`", "changed"),
    (whole(), whole().replace("plan daily", "plan nightly"), "changed", "plan `nightly`: was called `daily`", "changed"),
    (whole(), whole(RULE + COPIED), "added", f"{COPY_TO}is new", "lost"),
    (with_copy("retain = 90 days"), with_copy("retain = 30 days"), "weakened", f"{COPY_TO}retention of the copy 90 days -> 30 days", "strengthened"),
    (with_copy("retain = 90 days"), with_copy(""), "weakened", f"{COPY_TO}retention of the copy 90 days -> 35 days", "strengthened"),
    (with_copy("retain = 200 days"), with_copy("retain = 200 days  cold_after = 9 days"), "changed", f"{COPY_TO}time before cold storage of the copy never -> 9 days", "changed"),
    (with_copy("retain = 400 days  cold_after = 30 days", MONTHLY), with_copy("retain = 400 days  cold_after = 30 days  archive = true", MONTHLY), "changed", f"{COPY_TO}archive of the copy off -> on", "changed"),
    (whole(), whole().replace('"Backup"', '"Other"'), "changed", f"{ALL}role `arn:aws:iam::$account:role/Backup` -> `arn:aws:iam::$account:role/Other`", "changed"),
    (whole(), whole().replace('["yes"] }', '["yes"]  where prod: "aws:ResourceTag/env" == "prod" }'), "weakened", f"{ALL}only where `aws:ResourceTag/env equals prod`", "strengthened"),
    (whole(), whole().replace('["yes"]', '["yes", "ja"]'), "strengthened", f"{ALL}tag values now `ja`", "weakened"),
    (disks("EC2, EBS"), disks("EC2"), "lost", f"{TYPES}no longer backs up `EBS`", "added"),
    (disks("EC2"), disks("EC2", "except_types = [EC2]"), "lost", f"{TYPES}no longer backs up `EC2`", "added"),
    (disks('"*"'), disks('"*"', "except_types = [S3]"), "weakened", f"{TYPES}no longer selects `S3`", "strengthened"),
    (disks("EC2"), disks("EC2", "except_types = [S3]"), "changed", f"{TYPES}not resource types none -> `arn:aws:s3:::*`", "changed"),
    (whole(), whole(RULE, "advanced { s3_acls = false }\n"), "weakened", "plan `daily`: ACLs in backups of S3 on -> off", "strengthened"),
    (whole(), whole(RULE, "advanced { s3_object_tags = false }\n"), "weakened", "plan `daily`: object tags in backups of S3 on -> off", "strengthened"),
    (whole(), whole(RULE, "advanced { windows_vss = true }\n"), "strengthened", "plan `daily`: Windows VSS off -> on", "weakened"),
    (whole(), whole(RULE, 'plan_tags { Owner = "x" }\n'), "changed", "plan `daily`: tag `Owner` none -> `x`", "changed"),
]  # fmt: skip
ROWS = [(whole(base), whole(head), there, NIGHTLY + said, back) for base, head, there, said, back in RULES] + OTHERS


@pytest.mark.parametrize(("base", "head", "there", "said", "back"), ROWS, ids=[row[3] for row in ROWS])
def test_a_change_and_the_way_back(base: str, head: str, there: str, said: str, back: str) -> None:
    assert Told(there, said) in told(compared(state(base), state(head)))
    assert [found.change_class for found in compared(state(head), state(base)).changes] == [back]


# The same in other words: no change.
SAME = [
    ("a schedule that is the default", whole(), whole(RULE.replace("schedule = daily at 05:00\n", ""))),
    ("a schedule in other words", whole(), whole(RULE.replace("daily at 05:00", '"cron(0 5 * * ? *)"'))),
    ("days by name and by number", whole(RULE.replace("daily", "weekly on sunday")), whole(RULE.replace("daily at 05:00", '"cron(0 5 ? * 1 *)"'))),
    ("a start window that is the default", whole(), whole(RULE + "start_within = 8 hours\n")),
    ("a completion window that is the default", whole(), whole(RULE + "complete_within = 7 days\n")),
    ("a number with a zero before it", whole(), whole(RULE.replace("35 days", '"035"'))),
    ("what is off", whole(), whole(RULE + "continuous = false\n")),
    ("no archive", whole(MONTHLY), whole(MONTHLY + "archive = false\n")),
    ("no VSS", whole(), whole(RULE, "advanced { windows_vss = false }\n")),
    ("the retention of the rule", with_copy(""), with_copy("retain = 35 days")),
    ("values in another order", whole().replace('["yes"]', '["yes", "ja"]'), whole().replace('["yes"]', '["ja", "yes"]')),
    ("types in another order", disks("EC2, EBS"), disks("EBS, EC2")),
    ("excepted types in another order", disks('"*"', "except_types = [S3, EC2]"), disks('"*"', "except_types = [EC2, S3]")),
    ("Regions in another order", whole(regions="[eu-west-1, eu-west-2]"), whole(regions="[eu-west-2, eu-west-1]")),
]  # fmt: skip


@pytest.mark.parametrize(("base", "head"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_the_same_in_other_words_is_no_change(base: str, head: str) -> None:
    assert told(compared(state(base), state(head))) == []
    assert told(compared(state(head), state(base))) == []


# What loses something and wins something: two changes, and the way back wins and loses.
BOTH = [
    ("other values", whole(), whole().replace('["yes"]', '["ja"]'), [("lost", f"{ALL}tag values no longer `yes`"), ("added", f"{ALL}tag values now `ja`")]),
    ("a value with a comma", whole().replace('["yes"]', '["gold", "silver"]'), whole().replace('["yes"]', '["gold, silver"]'), [("lost", f"{ALL}tag values no longer `gold` and `silver`"), ("added", f"{ALL}tag values now `gold, silver`")]),
    ("one value for another", whole().replace('["yes"]', '["a", "b"]'), whole().replace('["yes"]', '["b", "c"]'), [("weakened", f"{ALL}tag values no longer `a`"), ("strengthened", f"{ALL}tag values now `c`")]),
    ("another tag", whole(), whole().replace('"backup"', '"keep"'), [("lost", f"{ALL}no longer selects by tag `backup`: `yes`"), ("added", f"{ALL}now selects by tag `keep`: `yes`")]),
    ("one type for another", disks("EC2, EBS"), disks("EC2, S3"), [("lost", f"{TYPES}no longer backs up `EBS`"), ("added", f"{TYPES}now backs up `S3`")]),
    ("a shorter gap with fewer runs", whole(CRON.format("0 0-5 ? * * *")), whole(CRON.format("0 7,15,23 ? * * *")), [("weakened", f"{NIGHTLY}runs a week 42 -> 21"), ("strengthened", f"{NIGHTLY}interval 19 hours -> 8 hours")]),
]  # fmt: skip


@pytest.mark.parametrize(("base", "head", "expected"), [row[1:] for row in BOTH], ids=[row[0] for row in BOTH])
def test_what_is_lost_and_won(base: str, head: str, expected: list[tuple[str, str]]) -> None:
    assert told(compared(state(base), state(head))) == [Told(*row) for row in expected]
    back = [found.change_class for found in compared(state(head), state(base)).changes]
    assert back == [row[0] for row in expected], "the same two, each the other way round"


def test_everything_instead_of_a_list_obeys_the_opt_in() -> None:
    """Nobody knows what is opted in to."""
    found = told(compared(state(disks("EC2")), state(disks('"*"'))))
    unsure = f"{TYPES}nobody can tell any more whether it backs up `EC2`, whose opt-in is not known"
    assert (found[0], found[1].change_class) == (Told("weakened", unsure), "strengthened")
    assert found[1].message.startswith(f"{TYPES}now selects `EBS`, `RDS`, ")


IN_PROD = 'where prod: "aws:ResourceTag/env" == "prod"'
UNTYPED = "since it has conditions and no resource types"
OPT_IN = "{eu-west-1: [EC2]}"


@pytest.mark.parametrize(
    ("types", "opt_in", "expected", "back"),
    [
        ("EC2", "{}", f"nobody can tell any more whether it backs up `EC2`, {UNTYPED}", ("strengthened", "now surely backs up `EC2`")),
        ('"*"', OPT_IN, f"nobody can tell any more whether it backs up `EC2`, {UNTYPED}", ("strengthened", "now surely backs up `EC2`")),
        ('"*"', "{}", "nobody can tell any more whether it selects `EC2`, `EBS`, ", ("strengthened", "now surely selects `EC2`, `EBS`, ")),
    ],
)  # fmt: skip
def test_without_types_nobody_knows_what_a_selection_takes(
    types: str, opt_in: str, expected: str, back: tuple[str, str]
) -> None:
    tree, typed = f"{TREE}settings: {{opt_in: {opt_in}}}\n", disks(types, IN_PROD)
    untyped = typed.replace(f"types = [{types}]  ", "")
    away = told(compared(state(typed, tree=tree), state(untyped, tree=tree)))
    home = told(compared(state(untyped, tree=tree), state(typed, tree=tree)))
    for said, row in ((away, ("weakened", expected)), (home, back)):
        assert any(each.change_class == row[0] and each.message.startswith(TYPES + row[1]) for each in said)


RUNS = [
    ("fewer a day", "0 9-17 ? * MON-FRI *", "0 9,17 ? * MON-FRI *", "weakened", "runs a week 45 -> 10", "strengthened"),
    ("far in the future", "0 5 ? * * *", "0 5 ? * * 2190-2199", "weakened", "interval 1 day -> ", "strengthened"),
    ("an end", "0 5 ? * * *", "0 5 ? * * 2020-2190", "weakened", "schedule `cron(0 5 ? * * *)` -> `cron(0 5 ? * * 2020-2190)`", "strengthened"),
    ("other times, as many", "0 5 ? * * *", "30 6 ? * * *", "changed", "schedule `cron(0 5 ? * * *)` -> `cron(30 6 ? * * *)`", "changed"),
    ("other times, with an end", "0 5 ? * * *", "0 6 ? * * 2026-2030", "weakened", "runs for good -> until 2030", "strengthened"),
    ("other times, and a sooner end", "0 5 ? * * 2026-2035", "0 6 ? * * 2026-2030", "weakened", "runs until 2035 -> until 2030", "strengthened"),
    ("other times, the same end", "0 5 1 * ? 2026-2035", "0 5 15 * ? 2026-2035", "changed", "schedule ", "changed"),
    ("other times, fewer", "0 5,17 ? * * *", "0 6 ? * * *", "weakened", "interval 12 hours -> 1 day", "strengthened"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("was", "is_now", "there", "said", "back"), [row[1:] for row in RUNS], ids=[r[0] for r in RUNS]
)
def test_runs_that_aws_starts(was: str, is_now: str, there: str, said: str, back: str) -> None:
    base, head = (state(whole(CRON.format(text))) for text in (was, is_now))
    ways = [[one for one in found.changes if not one.fact] for found in (compared(base, head), compared(head, base))]
    (change,) = ways[0]
    assert (change.change_class.value, change.message.startswith(NIGHTLY + said)) == (there, True), change.message
    assert [one.change_class.value for one in ways[1]] == [back], "beside what checks say"


def test_an_added_rule_takes_runs_of_another() -> None:
    greedy = rule(RULE.replace("35 days", "36 days"), "greedy")
    found = compared(state(whole()), state(plan(rule(), greedy, SELECTION)))
    assert told(found) == [
        Told("lost", f"{NIGHTLY}runs no more"),
        Told("added", "plan `daily`, rule `greedy`: is new"),
    ]
    assert [lines(change) for change in found.changes] == [["+a.bpol:9"], ["+a.bpol:9"]]
    back = compared(state(plan(rule(), greedy, SELECTION)), state(whole()))
    assert [change.change_class for change in back.changes] == ["lost", "added"]


def test_a_longer_retention_takes_runs_of_another() -> None:
    both = plan(rule(), rule(RULE.replace("35 days", "{}"), "other"), SELECTION)
    found = compared(state(both.replace("{}", "35 days")), state(both.replace("{}", "36 days")))
    assert told(found) == [
        Told("lost", f"{NIGHTLY}runs no more"),
        Told("strengthened", "plan `daily`, rule `other`: retention 35 days -> 36 days"),
    ]


def test_every_ordering_has_a_row() -> None:
    nouns = {ordering.noun for table in (PLAN, RULE_TABLE, COPY, (AIR_GAPPED_ROW, TAGGED)) for ordering in table}
    missing = [noun for noun in nouns if not any(f": {noun} " in row[3] for row in ROWS)]
    assert missing == [], "add a change of each to ROWS"


ENV = '"aws:ResourceTag/env" {} "{}"'
PROD = ENV.format("==", "prod")
GONE, ONLY = "condition `aws:ResourceTag/env {}` is gone", "only where `aws:ResourceTag/env {}`"
CONDITIONS = {
    "it goes": ([PROD], [], [("strengthened", GONE.format("equals prod"))]),
    "it comes": ([], [PROD], [("weakened", ONLY.format("equals prod"))]),
    "another operator": (
        [PROD],
        [ENV.format("!=", "test")],
        [("weakened", ONLY.format("not equals test")), ("strengthened", GONE.format("equals prod"))],
    ),
    "another wildcard": (
        [ENV.format("not like", "x*")],
        [PROD],
        [("weakened", ONLY.format("equals prod")), ("strengthened", GONE.format("not like x*"))],
    ),
    "another value": (
        [PROD],
        [ENV.format("==", "test")],
        [("weakened", ONLY.format("equals test")), ("strengthened", GONE.format("equals prod"))],
    ),
    "it is there twice": ([PROD], [PROD, PROD], []),
    "another order": ([PROD, ENV.format("!=", "x")], [ENV.format("!=", "x"), PROD], []),
}


def where(conditions: list[str], name: str) -> str:
    said = "".join(f"  where {name}{place}: {condition}" for place, condition in enumerate(conditions))
    return whole().replace('["yes"] }', f'["yes"]{said} }}')


@pytest.mark.parametrize(("base", "head", "expected"), CONDITIONS.values(), ids=list(CONDITIONS))
@pytest.mark.parametrize("name", ["c", "other"])
def test_conditions_are_what_they_ask_whatever_their_names(
    base: list[str], head: list[str], expected: list[tuple[str, str]], name: str
) -> None:
    found = told(compared(state(where(base, "c")), state(where(head, name))))
    assert found == [Told(change_class, ALL + said) for change_class, said in expected]


def test_regions_are_reported_each() -> None:
    base, head = whole(regions="[eu-west-1, eu-west-2]"), whole(regions="[eu-west-2, eu-north-1]")
    found = compared(state(base), state(head))
    assert told(found) == [
        Told("lost", "plan `daily`: no longer runs in eu-west-1", "eu-west-1"),
        Told("added", "plan `daily`: now runs in eu-north-1", "eu-north-1"),
    ]
    assert [(change.before, change.after) for change in found.changes] == [("eu-west-1", None), (None, "eu-north-1")]


def test_a_region_is_one_change_whatever_others_an_account_has() -> None:
    child = 'policy labs { plan daily { regions += [eu-west-3] } }\nattach labs to ou "Labs"\n'
    found = compared(state(whole(), child), state(whole(regions="[eu-west-1, eu-west-2]"), child))
    (change,) = found.changes
    assert (change.message, len(change.accounts)) == ("plan `daily`: now runs in eu-west-2", 3)


def test_before_and_after_are_the_documents_own_texts() -> None:
    (change,) = compared(
        state(whole()), state(whole(RULE.replace("35 days", "35 days ").replace("05:00", "06:30")))
    ).changes
    assert (change.before, change.after) == ("cron(0 5 ? * * *)", "cron(30 6 ? * * *)")
    assert change.path == "plans/daily/rules/nightly/schedule_expression"
    gone, came = compared(state(whole()), state(whole().replace('["yes"]', '["no", "ja"]'))).changes
    assert [(change.before, change.after) for change in (gone, came)] == [('["yes"]', None), (None, '["no", "ja"]')]


def test_a_rule_that_is_renamed_and_changed_is_another_rule() -> None:
    head = plan(SELECTION, rule(RULE.replace("35", "36"), name="late"))
    assert told(compared(state(whole()), state(head))) == [
        Told("lost", "plan `daily`, rule `nightly`: is gone"),
        Told("added", "plan `daily`, rule `late`: is new"),
    ]


def test_a_copy_into_another_vault_is_another_copy() -> None:
    head = whole(RULE + COPIED.replace("Copies", "Safe"))
    found = compared(state(whole(RULE + COPIED)), state(head))
    assert [change.change_class for change in found.changes] == ["lost", "added"]


SHOPS_OWN = 'policy shops {\nplan daily {\n%s}\n}\nattach shops to account "shop"\n'


def test_a_copy_that_spells_out_its_own_account_is_the_same_copy() -> None:
    own, spelled = (
        state(SHOPS_OWN % ("regions = [eu-west-1]\n" + rule(RULE + COPIED.replace(" {", f"{account} {{")) + SELECTION))
        for account in ("", ' account "222222222222"')
    )
    text = "plan `daily`, rule `nightly`, copy to `Copies` in eu-central-1 of account 222222222222: "
    assert told(compared(own, spelled)) == [Told("changed", f"{text}spells its account in another way")]
    assert told(compared(spelled, own)) == [Told("changed", f"{COPY_TO}spells its account in another way")]


def test_a_copy_into_the_account_of_another_is_another_copy() -> None:
    spelled = whole(RULE + COPIED.replace(" {", ' account "222222222222" {'))
    found = compared(state(whole(RULE + COPIED)), state(spelled))
    assert [(change.change_class.value, len(change.accounts)) for change in found.changes] == [
        ("lost", 2),
        ("changed", 1),
        ("added", 2),
    ]


WINDOWS = RULE.replace("daily at 05:00", "hourly").replace("35 days", "1 day") + "start_within = 1 hour\n"
LONG = RULE.replace("daily at 05:00", "every 12 hours").replace("35 days", "7 days") + "start_within = {}\n"


def test_a_window_that_breaks_another_rule_weakens() -> None:
    """The hourly rule loses runs once the window of the other grows: the finding is about the hourly one."""
    base, head = (
        plan(rule(WINDOWS, "hourly"), rule(LONG.format(hours), "long"), SELECTION) for hours in ("1 hour", "8 hours")
    )
    found = compared(state(base), state(head))
    assert [finding.name for finding in found.new_findings] == ["windows-overlap"]
    assert told(found) == [
        Told("weakened", "plan `daily`, rule `hourly`: interval 2 hours -> 9 hours"),
        Told("changed", "plan `daily`, rule `long`: start window 1 hour -> 8 hours"),
    ]
    assert lines(found.changes[0]) == lines(found.changes[1])
