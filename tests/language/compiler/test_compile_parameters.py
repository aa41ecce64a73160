"""Templates of every kind and their parameters, lets where strings stand, spreads, `locked KEY` (language.md 3.6)."""

from __future__ import annotations

import pytest
from language.compiler.compiling import CONTROL, compiled, findings, plans, told

from policyengine.base.diagnostics import Severity
from policyengine.base.source import Source
from policyengine.language.compiler import compile_policies, sound_policies
from policyengine.language.syntax import parse

RULE = "policy x { plan p { rule r { "
END = " } } }"


@pytest.mark.parametrize(
    ("reused", "text", "by_hand"),
    [
        pytest.param(
            "template rule t(keep) { retain = keep }",
            "policy x { plan p { rule r like t(keep = 35 days) } }",
            f"{RULE} retain = 35 days {END}",
            id="a rule without braces",
        ),
        pytest.param(
            'template rule t(keep = 7 days, where-to = "Main") { vault = where-to retain = keep }',
            'policy x { plan p { rule r like t(where-to = "Other") { start_within = 1 hour } } }',
            f'{RULE} vault = "Other" retain = 7 days start_within = 1 hour {END}',
            id="defaults",
        ),
        pytest.param(
            "template rule t(keep, copy-keep = keep) { retain = keep copy to far { retain = copy-keep } }\n"
            'let far = "arn:aws:backup:eu-west-1:$account:backup-vault:V"',
            "policy x { plan p { rule r like t(keep = 8 days) } }",
            f'{RULE} retain = 8 days copy to vault "V" in eu-west-1 {{ retain = 8 days }} {END}',
            id="a default that is another parameter",
        ),
        pytest.param(
            'let keep = "a let of that name"\ntemplate rule t(keep) { retain = keep }',
            "policy x { plan p { rule r like t(keep = 9 days) { vault = keep } } }",
            f'{RULE} retain = 9 days vault = "a let of that name" {END}',
            id="a parameter hides a let",
        ),
        pytest.param(
            "let keep = 5 days\ntemplate rule t(keep) { retain = keep }",
            "policy x { plan p { rule r like t(keep = keep) } }",
            f"{RULE} retain = 5 days {END}",
            id="an argument is read where it stands",
        ),
        pytest.param(
            "template rule inner(keep, when = daily at 05:00) { retain = keep schedule = when }\n"
            "template rule outer(days) like inner(keep = days) { cold_after = 2 days }\n"
            "template plan t(days) { rule r like outer(days = days) }",
            "policy x { plan p like t(days = 99 days) }",
            f"{RULE} retain = 99 days schedule = daily at 05:00 cold_after = 2 days {END}",
            id="arguments through three templates",
        ),
        pytest.param(
            'template tag selection tagged(who = "Backup", labels = ["daily"]) { role = who key = "backup" values = labels }',
            'policy x { plan p { tag selection s like tagged(labels = ["gold"]) } }',
            'policy x { plan p { tag selection s { role = "Backup" key = "backup" values = ["gold"] } } }',
            id="a tag selection",
        ),
        pytest.param(
            "template resource selection data(kinds, env) {\n"
            '  role = "Backup" types = [...kinds, S3] where e: "aws:ResourceTag/env" == env }',
            'policy x { plan p { resource selection s like data(kinds = [RDS, EFS], env = "prod") } }',
            'policy x { plan p { resource selection s { role = "Backup" types = [RDS, EFS, S3]\n'
            '  where e: "aws:ResourceTag/env" == "prod" } } }',
            id="a resource selection with a spread",
        ),
        pytest.param(
            "let home = [eu-west-1]\n"
            "template rule nightly(keep) { retain = keep }\n"
            "template policy tier(keep) { children may append plan p { regions = home rule r like nightly(keep = keep) } }",
            "policy x like tier(keep = 400 days) { plan p { rule r { locked retain } } }",
            f"policy x {{ children may append plan p {{ regions = [eu-west-1] rule r {{ locked retain = 400 days {END}",
            id="a policy, and a lock on what came from it",
        ),
        pytest.param(
            "template policy base { plan p { rule r { retain = 1 day } } }\n"
            'template policy tier like base { plan p { rule r { vault = "T" } } }',
            "policy x like tier { plan p { rule r { retain = 2 days } } }",
            f'{RULE} retain = 2 days vault = "T" {END}',
            id="a policy like one that is like another",
        ),
        pytest.param(
            'template rule t { recovery_point_tags { Owner = "a" } vault = "V" }',
            "policy x { plan p { rule r like t { recovery_point_tags { locked Owner } locked vault } } }",
            f'{RULE} recovery_point_tags {{ locked Owner = "a" }} locked vault = "V" {END}',
            id="a locked tag",
        ),
        pytest.param(
            'let central = "C" let dr = eu-west-2 let hub = "999999999999"',
            f"{RULE} copy to vault central in dr account hub {END}",
            f'{RULE} copy to vault "C" in eu-west-2 account "999999999999" {END}',
            id="the parts of a copy",
        ),
        pytest.param(
            'let k = "aws:ResourceTag/env" let v = "prod"',
            'policy x { plan p { tag selection s { role = "r" key = k values = [v] where c: k not like v } } }',
            'policy x { plan p { tag selection s { role = "r" key = "aws:ResourceTag/env" values = ["prod"]\n'
            '  where c: "aws:ResourceTag/env" not like "prod" } } }',
            id="both sides of a condition",
        ),
        pytest.param(
            "let a = [eu-west-1] let b = [...a, ...a, sa-east-1] let c = [...b]",
            "policy x { plan p { regions = [us-east-1, ...c] } }",
            "policy x { plan p { regions = [us-east-1, eu-west-1, eu-west-1, sa-east-1] } }",
            id="lists of lists of lists",
        ),
    ],
)
def test_what_is_reused_compiles_like_the_same_written_out(reused: str, text: str, by_hand: str) -> None:
    assert plans(text, reused) == plans(by_hand)


@pytest.mark.parametrize(
    ("reused", "text", "expected", "label"),
    [
        (
            "template rule t(keep) { retain = keep }",
            "rule r like t",
            (
                "argument-mismatch",
                "t",
                "the template `t` needs `keep`",
                "write `keep = ...` in the parentheses behind `t`",
            ),
            "keep",
        ),
        (
            "template rule t(keep = 1 day) { retain = keep }",
            "rule r like t(kepe = 2 days)",
            ("argument-mismatch", "kepe", "the template `t` has no parameter `kepe`", "did you mean `keep`?"),
            "t",
        ),
        (
            "template rule t(keep) { retain = keep }",
            "rule r like t(kep = 2 days)",
            ("argument-mismatch", "kep", "the template `t` has no parameter `kep`", "did you mean `keep`?"),
            "t",
        ),
        (
            "template rule t { retain = 1 day }",
            "rule r like t(keep = 2 days)",
            ("argument-mismatch", "keep", "the template `t` has no parameter `keep`", "it has no parameters"),
            "t",
        ),
        (
            "template rule t(keep) { retain = keep }",
            "rule r like t(keep = 2 days, keep = 3 days)",
            ("argument-mismatch", "keep", "`keep` is given twice", "once is enough"),
            "keep",
        ),
        (
            "template rule t(keep) { retain = keep }",
            "rule r like t(keep = true)",
            ("wrong-value-type", "true", "`retain` takes a duration, not `true`", ""),
            "keep",
        ),
        (
            "template rule t(keep) { retain = keep }\ntemplate plan unused(k) { rule r like t(keep = k) }",
            "rule r like t(keep = 36 hours)",
            ("duration-not-whole", "36 hours", "`36 hours` is not a whole number of days", None),
            "keep",
        ),
        (
            'template rule t(where-to) { vault = where-to }\nlet main = "Main"',
            "rule r like t(where-to = mian)",
            ("unknown-name", "mian", "`vault` takes a string, and nothing is called `mian`", "did you mean `main`?"),
            "where-to",
        ),
        (
            "template rule t(where-to) { vault = where_to start_within = where-to }",
            'rule r like t(where-to = "1")',
            (
                "unknown-name",
                "where_to",
                "`vault` takes a string, and nothing is called `where_to`",
                "did you mean `where-to`?",
            ),
            None,
        ),
        (
            "let home = 5 days",
            "regions = [eu-west-1, ...home]",
            ("wrong-value-type", "home", "`...` takes a list, not a duration", "write `home` without the dots"),
            "5 days",
        ),
        (
            'template tag selection t(given) { role = "r" key = "k" values = [...given] }',
            'tag selection s like t(given = "gold")',
            ("wrong-value-type", '"gold"', "`...` takes a list, not a string", 'write `["gold"]`'),
            "[...given]",
        ),
        (
            "",
            "regions = [sa-east-1, [eu-west-1]]",
            ("wrong-value-type", "[eu-west-1]", "`regions` takes a Region, not a list", "leave out the inner brackets"),
            None,
        ),
        (
            "let home = [eu-west-1]",
            "regions = [...hom]",
            ("unknown-name", "hom", "`regions` takes a Region, and nothing is called `hom`", "did you mean `home`?"),
            None,
        ),
        (
            'let central = "C"',
            "rule r { copy to vault centrel in eu-west-1 }",
            (
                "unknown-name",
                "centrel",
                "`copy to vault` takes a string, and nothing is called `centrel`",
                "did you mean `central`?",
            ),
            None,
        ),
        (
            "",
            "rule r { copy to vault Central in eu-west-1 }",
            (
                "unknown-name",
                "Central",
                "`copy to vault` takes a string, and nothing is called `Central`",
                'a text is written in quotes: `"Central"`',
            ),
            None,
        ),
        (
            "",
            'tag selection s { role = "r" key = "k" values = ["v"] where env: k == "v" }',
            (
                "unknown-name",
                "k",
                "`env` takes a string, and nothing is called `k`",
                'a text is written in quotes: `"k"`',
            ),
            None,
        ),
        (
            'template rule t { vault = "V" }',
            "rule r like t { locked retain }",
            (
                "lock-without-value",
                "locked retain",
                "no template sets `retain` here, and `locked` closes nothing",
                "write `locked retain = ...`",
            ),
            None,
        ),
        (
            'template rule t { vault = "V" }',
            'rule r like t { locked vault vault = "W" }',
            (
                "setting-repeated",
                "vault",
                "`vault` stands twice in this block, once with `locked`",
                "write `locked vault = ...` once",
            ),
            "locked vault",
        ),
        (
            'template rule t { vault = "V" }',
            "rule r like t { locked valt }",
            ("unknown-setting", "valt", "a rule has no setting `valt`", "did you mean `vault`?"),
            None,
        ),
        (
            "template tag selection t { }",
            "resource selection s like t",
            ("unknown-template", "t", "`t` is a template of a tag selection, not of a resource selection", ""),
            "t",
        ),
    ],
)
def test_faults_of_uses(reused: str, text: str, expected: tuple[str, str, str, str | None], label: str | None) -> None:
    (found,) = findings(f"policy x {{ plan p {{ {text} }} }}", reused)
    name, underlined, message, advice = told(found)
    assert (name, underlined, message, advice if expected[3] is not None else None) == expected
    assert label is None or label in [label.span.text for label in found.labels]
    assert found.span
    assert (found.span.source.name == "1.bpol") == ("where_to" not in reused)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("template rule t(a = b, b = a) { retain = a start_within = b }", ("circular-let", "a")),
        ("template rule t(a = [a]) { index = a }", ("circular-let", "[a]")),
        ("template rule t(a) like u(a = a) { }\ntemplate rule u(a) like t(a = a) { }", ("circular-template", "t")),
        ("template policy t like t", ("circular-template", "t")),
        ("let a = [...b]\nlet b = [...a]", ("circular-let", "a")),
        ("template rule t(a, a) { retain = a }", ("name-repeated", "a")),
        ("template rule t(sunday) { retain = sunday }", ("reserved-let-name", "sunday")),
        ("template rule t(keep = true) { retain = keep }", ("wrong-value-type", "true")),
        ("template rule t(keep = 5) { retain = keep }", ("number-without-unit", "5")),
        ("let a = [...b]", ("unknown-name", "b")),
        ('waive a for root until end because "x"', ("unknown-name", "end")),
        ('let end = 5 days\nwaive a for root until end because "x"', ("wrong-value-type", "end")),
    ],
)  # fmt: skip
def test_faults_of_definitions(text: str, expected: tuple[str, str]) -> None:
    assert [told(found)[:2] for found in findings(text) if found.severity is Severity.ERROR] == [expected]


def test_a_wrong_argument_is_reported_at_each_use() -> None:
    reused = "template rule t(keep) { retain = keep }"
    text = "policy x { plan p { rule a like t(keep = true) rule b like t(keep = true) } }"
    assert [told(found)[:2] for found in findings(text, reused)] == [("wrong-value-type", "true")] * 2


def test_a_fault_of_a_template_is_reported_once_however_often_it_is_used() -> None:
    reused = "template rule t(keep) { retain = keep start_within = 5 }"
    text = "policy x { plan p { rule a like t(keep = 1 day) rule b like t(keep = 2 days) } }"
    assert [told(found)[:2] for found in findings(text, reused)] == [("number-without-unit", "5")]


def test_the_origin_of_an_argument_is_the_line_of_the_template_and_the_place_of_use() -> None:
    reused = (
        "template rule nightly(keep) { retain = keep }\n"
        "template policy tier(keep) { plan p { rule r like nightly(keep = keep) } }"
    )
    (policy,) = compiled(
        "policy x like tier(keep = 35 days) { plan p { rule r { locked retain } } }", reused
    ).value.policies
    origin = policy.origins["plans", "p", "rules", "r", "lifecycle", "delete_after_days", "@@assign"]
    assert origin.used_at
    assert (origin.span.text, origin.used_at.text) == ("retain = keep", "policy x")
    lock = policy.origins["plans", "p", "rules", "r", "lifecycle", "delete_after_days", CONTROL]
    assert (lock.span.text, lock.used_at) == ("locked retain", None)


def test_several_targets_are_as_many_attachments() -> None:
    outcome = compiled('policy a { }\npolicy b { }\nattach a, b to root, ou "X", account "y"')
    assert outcome.diagnostics == ()
    assert [(each.target.kind, each.target.text, [name for name, _ in each.policies]) for each in outcome.value.attachments] == [
        ("root", "", ["a", "b"]),
        ("ou", "X", ["a", "b"]),
        ("account", "y", ["a", "b"]),
    ]  # fmt: skip


def test_a_target_stands_once_even_in_one_statement() -> None:
    (found,) = findings('policy a { }\nattach a to root, ou "X", root')
    assert told(found)[:2] == ("target-attached-twice", "root")


@pytest.mark.parametrize(
    ("text", "unused"),
    [
        ("let a = 1 day", ["a"]),
        ("let a = 1 day\nlet b = a", ["b"]),
        ("template rule t { }", ["t"]),
        ("template rule t { }\ntemplate rule u like t { }", ["u"]),
        ("template policy t(a, b = a) { }\npolicy x like t(a = 1)", ["b"]),
        ("let a = 1 day\ntemplate rule t(a) { retain = a }\npolicy x { plan p { rule r like t(a = 1 day) } }", ["a"]),
        ("let a = 1 day\npolicy x { plan p { rule r { retain = unknown } } }", None),
        ("let a = 1 day\nrequire r { assert every rule satisfies (rule.retention > a or not (rule.retention in [a])) }", []),
        ('let a = "x"\ntest "t" { given account "x" in root tags { env = a } expect valid }', []),
        ('let a = 1 day\nuse pack "p" for account.name == a', []),
        ('let a = 1 day\ntest "t" { given account "x" expect some rule where rule.retention == a satisfies true == true }', []),
    ],
)  # fmt: skip
def test_what_nothing_uses_is_an_info(text: str, unused: list[str] | None) -> None:
    infos = [found for found in findings(text) if found.severity is Severity.INFO]
    assert [told(found)[1] for found in infos] == (unused or [])
    assert all(found.name == "unused-definition" for found in infos)


@pytest.mark.scale
@pytest.mark.parametrize(
    ("reused", "use"),
    [
        ("template rule t(keep) { retain = keep }", "rule r{} like t(keep = {} days)"),
        ("template rule t(keep) { retain = keep }", "rule r{} like t(keep = {} hours)"),
        ('template rule t { vault = "V" }', "rule r{} like t {{ retain = {} days }}"),
    ],
)
def test_ten_thousand_uses_of_a_template(reused: str, use: str) -> None:
    uses = "\n".join(use.format(number, number) for number in range(1, 10_001))
    outcome = compiled(f"policy x {{ plan p {{ {uses} }} }}", reused)
    faults = sum(1 for number in range(1, 10_001) if number % 24) if "hours" in use else 0
    assert len([found for found in outcome.diagnostics if found.severity is Severity.ERROR]) == faults


@pytest.mark.scale
def test_ten_thousand_policies_with_a_fault() -> None:
    policies = "\n".join(f"policy p{n} {{ plan x {{ rule r like t(kep = 3 days) }} }}" for n in range(10_000))
    module = parse(
        Source("x.bpol", f"template rule t(keep) {{ retain = keep }}\n{policies}\npolicy sound {{}}\n")
    ).value
    (sound,) = sound_policies((module,), compile_policies((module,)))
    assert sound.name == "sound"


@pytest.mark.scale
def test_long_chains_of_templates_with_parameters() -> None:
    chain = "\n".join(f"template rule t{n}(k) like t{n + 1}(k = k) {{ }}" for n in range(3_000))
    last = "template rule t3000(k) { index = k }"
    assert plans("policy x { plan p { rule r like t0(k = [S3]) } }", chain, last)["p"]["rules"]["r"] == {
        "index_actions": {"resource_types": {"@@assign": ["S3"]}}
    }


@pytest.mark.scale
def test_lists_that_double_are_cut() -> None:
    lets = "let a0 = [S3]\n" + "\n".join(f"let a{n + 1} = [...a{n}, ...a{n}]" for n in range(60))
    (found,) = findings("policy x { plan p { rule r { index = a60 } } }", lets)
    assert told(found)[:3] == ("wrong-value-type", "a60", "this list has more than 2,500 items")
    doubling = "\n".join(f"template rule t{n}(k) like t{n + 1}(k = [...k, ...k]) {{ }}" for n in range(60))
    last = "template rule t60(k) { index = k }"
    (found,) = findings("policy x { plan p { rule r like t0(k = [S3]) } }", doubling, last)
    assert found.message == "this list has more than 2,500 items"


@pytest.mark.scale
def test_empty_lists_that_double_end() -> None:
    lets = "let a0 = []\n" + "\n".join(f"let a{n + 1} = [...a{n}, ...a{n}]" for n in range(60))
    (found,) = findings("policy x { plan p { rule r { index = a60 } } }", lets)
    assert found.name == "wrong-value-type"
