"""Every fault the compiler finds: the place, what is said, what is advised."""

from __future__ import annotations

import pytest
from language.compiler.compiling import findings, inside, told

RULE = ("rule r", "plan p", "policy x")
_NO_TIME_ZONE = "AWS backup policies have no time zone; times are UTC"


def fault(text: str, *heads: str) -> tuple[str, str, str, str]:
    """The only finding about a text in nested blocks."""
    (found,) = findings(inside(text, *heads))
    return told(found)


@pytest.mark.parametrize(
    ("text", "underlined", "message", "advice"),
    [
        ("retian = 1 day", "retian", "a rule has no setting `retian`", "did you mean `retain`?"),
        (
            "delete_after_days = 1 day",
            "delete_after_days",
            "a rule has no setting `delete_after_days`",
            "the language calls it `retain`",
        ),
        ("regions = [eu-west-1]", "regions", "a rule has no setting `regions`", "`regions` belongs in a plan"),
        ('role = "Backup"', "role", "a rule has no setting `role`", "`role` belongs in a selection"),
        (
            'iam_role_arn = "Backup"',
            "iam_role_arn",
            "a rule has no setting `iam_role_arn`",
            "the language calls it `role`, in a selection",
        ),
        (
            "resource_types = [EC2]",
            "resource_types",
            "a rule has no setting `resource_types`",
            "the language calls it `types`, in a resource selection, or `index` here",
        ),
        *(
            (f'{key} = "Europe/Berlin"', key, f"a rule has no setting `{key}`", _NO_TIME_ZONE)
            for key in ("timezone", "time_zone", "schedule_expression_timezone")
        ),
    ],
)
def test_unknown_settings(text: str, underlined: str, message: str, advice: str) -> None:
    assert fault(text, *RULE) == ("unknown-setting", underlined, message, advice)


@pytest.mark.parametrize(
    ("text", "fixed", "advice"),
    [
        ("delete_after_days = 35 days", "retain", "the language calls it `retain`"),
        ("DeleteAfterDays = 35 days", "retain", "the language calls it `retain`"),
        ('target_backup_vault_name = "Main"', "vault", "the language calls it `vault`"),
        ('iam_role_arn = "Backup"', "", "the language calls it `role`, in a selection"),
        (
            "delete_after_days = 35 days  retain = 7 days",
            "",
            "`retain` is what is meant, and stands in this block already: keep one of the two",
        ),
    ],
)
def test_a_key_of_aws_is_renamed(text: str, fixed: str, advice: str) -> None:
    (found,) = findings(inside(text, *RULE))
    assert [edit.replacement for edit in found.fix.edits] == [fixed] if found.fix else not fixed
    assert found.help == advice


def test_an_unknown_setting_far_from_all_names_shows_them() -> None:
    assert fault("colour = true", "advanced", "plan p", "policy x") == (
        "unknown-setting",
        "colour",
        "`advanced` has no setting `colour`",
        "it has `windows_vss`, `s3_acls`, `s3_object_tags`",
    )


@pytest.mark.parametrize(
    ("text", "name", "underlined", "message", "advice"),
    [
        (
            'vault += "V"',
            "list-operator-on-scalar",
            'vault += "V"',
            "`vault` holds one value, and `+=` is for lists",
            "write `vault = ...`",
        ),
        (
            "retain = 35",
            "number-without-unit",
            "35",
            "`retain` takes a duration, and this number has no unit",
            "write `35 days`",
        ),
        (
            "start_within = 60",
            "number-without-unit",
            "60",
            "`start_within` takes a duration, and this number has no unit",
            "write `60 minutes`",
        ),
        (
            "retain = 36 hours",
            "duration-not-whole",
            "36 hours",
            "`36 hours` is not a whole number of days",
            "AWS counts in days here: write `1 day` or `2 days`",
        ),
        (
            "cold_after = 5 minutes",
            "duration-not-whole",
            "5 minutes",
            "`5 minutes` is not a whole number of days",
            "AWS counts in days here: write `1 day`",
        ),
        (
            "retain = 99999999999999999 days",
            "duration-too-long",
            "99999999999999999 days",
            "this duration is longer than AWS can hold",
            "AWS takes numbers of up to 16 digits",
        ),
        (
            "retain = forever",
            "forever-in-policy",
            "forever",
            "`forever` cannot be written into a policy as `retain`",
            "leave the setting out: AWS then sets no end",
        ),
        (
            "cold_after = forever",
            "forever-in-policy",
            "forever",
            "`forever` cannot be written into a policy as `cold_after`",
            "leave the setting out: AWS then moves nothing to cold storage",
        ),
        (
            "retain = 1",
            "number-without-unit",
            "1",
            "`retain` takes a duration, and this number has no unit",
            "write `1 day`",
        ),
        (
            "retain = PT1H",
            "unknown-name",
            "PT1H",
            "`retain` takes a duration, and nothing is called `PT1H`",
            "a duration is written `35 days`",
        ),
        (
            "start_within = soon",
            "unknown-name",
            "soon",
            "`start_within` takes a duration, and nothing is called `soon`",
            "a duration is written `8 hours`",
        ),
        (
            "schedule = nightly",
            "unknown-name",
            "nightly",
            "`schedule` takes a schedule, and nothing is called `nightly`",
            "a schedule is written `daily at 05:00`",
        ),
        ("start_within = forever", "wrong-value-type", "forever", "`start_within` takes a duration, not `forever`", ""),
        (
            "schedule = every 5 hours",
            "uneven-hours",
            "every 5 hours",
            "the hours of `every` do not divide a day evenly",
            "use one of 1, 2, 3, 4, 6, 8, 12, or `cron(...)`",
        ),
        (
            "schedule = every 0 hours",
            "uneven-hours",
            "every 0 hours",
            "`every` takes an hour or more",
            "use one of 1, 2, 3, 4, 6, 8, 12",
        ),
        (
            "schedule = every 24 hours",
            "uneven-hours",
            "every 24 hours",
            "`every` takes steps of less than a day",
            "write `daily at 05:00`, or use one of 1, 2, 3, 4, 6, 8, 12",
        ),
        (
            "schedule = every 48 hours at 01:30",
            "uneven-hours",
            "every 48 hours at 01:30",
            "`every` takes steps of less than a day",
            "write `daily at 01:30`, or use one of 1, 2, 3, 4, 6, 8, 12",
        ),
        ("schedule = 1 day", "wrong-value-type", "1 day", "`schedule` takes a schedule, not a duration", ""),
        (
            "vault = Main",
            "unknown-name",
            "Main",
            "`vault` takes a string, and nothing is called `Main`",
            'a text is written in quotes: `"Main"`',
        ),
        (
            "vault = eu-west-1",
            "wrong-value-type",
            "eu-west-1",
            "`vault` takes a string, not `eu-west-1`",
            'write `"eu-west-1"`',
        ),
        ("vault = 7", "wrong-value-type", "7", "`vault` takes a string, not a number", 'write `"7"`'),
        ('vault = ["V"]', "wrong-value-type", '["V"]', "`vault` takes a string, not a list", ""),
        (
            "air_gapped_vault = true",
            "wrong-value-type",
            "true",
            "`air_gapped_vault` takes the name of a vault or an ARN, in quotes, not `true`",
            'write `"true"`',
        ),
        (
            "continuous = hourly",
            "wrong-value-type",
            "hourly",
            "`continuous` takes `true` or `false`, not a schedule",
            "",
        ),
        (
            "continuous = 1",
            "wrong-value-type",
            "1",
            "`continuous` takes `true` or `false`, not a number",
            "did you mean `true`?",
        ),
        ("continuous = 2", "wrong-value-type", "2", "`continuous` takes `true` or `false`, not a number", ""),
        *(
            (
                f"continuous = {word}",
                "unknown-name",
                word,
                f"`continuous` takes `true` or `false`, and nothing is called `{word}`",
                advice,
            )
            for word, advice in {
                "yes": "did you mean `true`?",
                "True": "did you mean `true`?",
                "disabled": "did you mean `false`?",
                "maybe": "",
            }.items()
        ),
        (
            "scan = fast",
            "unknown-name",
            "fast",
            "`scan` takes `incremental` or `full`, and nothing is called `fast`",
            "",
        ),
        (
            "scan = ful",
            "unknown-name",
            "ful",
            "`scan` takes `incremental` or `full`, and nothing is called `ful`",
            "did you mean `full`?",
        ),
        ("index = EBS", "wrong-value-type", "EBS", "`index` takes a list of `EBS`, `S3`, not `EBS`", "write `[EBS]`"),
        ("index = [RDS]", "wrong-value-type", "RDS", "`index` takes `EBS` or `S3`, not `RDS`", ""),
        (
            "index = [[EBS]]",
            "wrong-value-type",
            "[EBS]",
            "`index` takes `EBS` or `S3`, not a list",
            "leave out the inner brackets",
        ),
        (
            "recovery_point_tags { Owner = true }",
            "wrong-value-type",
            "true",
            "`Owner` takes a string, not `true`",
            'write `"true"`',
        ),
        (
            'recovery_point_tags { Owner += ["x"] }',
            "list-operator-on-scalar",
            'Owner += ["x"]',
            "`Owner` holds one value, and `+=` is for lists",
            "write `Owner = ...`",
        ),
        (
            'copy to vault "V" in Ireland',
            "unknown-name",
            "Ireland",
            "`in` takes a Region, and nothing is called `Ireland`",
            "it is no Region of the partitions `aws`, `aws-cn` and `aws-us-gov`",
        ),
        (
            'copy to vault "V" in eu-wst-1',
            "unknown-name",
            "eu-wst-1",
            "`in` takes a Region, and nothing is called `eu-wst-1`",
            "did you mean `eu-west-1`?",
        ),
        ('copy to vault "V" in S3', "wrong-value-type", "S3", "`in` takes a Region, not `S3`", ""),
        (
            "retain = 1 day\nretain = 2 days",
            "setting-repeated",
            "retain = 2 days",
            "`retain = ...` is written twice in this block",
            "keep one of the two",
        ),
    ],
)
def test_values_of_a_rule(text: str, name: str, underlined: str, message: str, advice: str) -> None:
    assert fault(text, *RULE) == (name, underlined, message, advice)


@pytest.mark.parametrize(
    ("text", "name", "underlined", "message", "advice"),
    [
        (
            'regions = "eu-west-1"',
            "wrong-value-type",
            '"eu-west-1"',
            "`regions` takes a list of Regions, not a string",
            'write `["eu-west-1"]`',
        ),
        (
            "regions = eu-west-1",
            "wrong-value-type",
            "eu-west-1",
            "`regions` takes a list of Regions, not `eu-west-1`",
            "write `[eu-west-1]`",
        ),
        ("regions = [eu-west-1, 7]", "wrong-value-type", "7", "`regions` takes a Region, not a number", ""),
        (
            "regions = home",
            "unknown-name",
            "home",
            "`regions` takes a Region, and nothing is called `home`",
            "it is no Region of the partitions `aws`, `aws-cn` and `aws-us-gov`",
        ),
        (
            "regions = [eu-west-1]\nregions += [sa-east-1]\nregions += [eu-west-2]",
            "setting-repeated",
            "regions += [eu-west-2]",
            "`regions += ...` is written twice in this block",
            "keep one of the two",
        ),
        (
            "resource selection s { types = [EC3] }",
            "unknown-name",
            "EC3",
            "`types` takes a resource type or an ARN pattern, and nothing is called `EC3`",
            "did you mean `EC2`?",
        ),
        (
            "resource selection s { types = [ALL] }",
            "wrong-value-type",
            "ALL",
            "`types` takes a resource type or an ARN pattern, not `ALL`",
            "",
        ),
        (
            "resource selection s { role = Backup }",
            "unknown-name",
            "Backup",
            "`role` takes the name of a role or an ARN, in quotes, and nothing is called `Backup`",
            'a text is written in quotes: `"Backup"`',
        ),
        (
            "malware_scan { types = [RDS] }",
            "wrong-value-type",
            "RDS",
            "`types` takes `EBS`, `EC2`, `S3` or `ALL`, not `RDS`",
            "",
        ),
        (
            'tag selection s { values = "x" }',
            "wrong-value-type",
            '"x"',
            "`values` takes a list of strings, not a string",
            'write `["x"]`',
        ),
        (
            "advanced { s3_acls = 1 day }",
            "wrong-value-type",
            "1 day",
            "`s3_acls` takes `true` or `false`, not a duration",
            "",
        ),
        (
            "rule a { }\nrule A { }",
            "block-repeated",
            "rule A",
            "there are two rules called `A`",
            "AWS ignores case: `a` and `A` are one name",
        ),
        ("rule a { }\nrule a { }", "block-repeated", "rule a", "there are two rules called `a`", "make one of the two"),
        (
            "tag selection a { }\ntag selection a { }",
            "block-repeated",
            "tag selection a",
            "there are two tag selections called `a`",
            "make one of the two",
        ),
        (
            "advanced { }\nadvanced { }",
            "block-repeated",
            "advanced",
            "`advanced` is written twice",
            "make one of the two",
        ),
        (
            'plan_tags { a = "1" A = "2" }',
            "block-repeated",
            'A = "2"',
            "there are two tags called `A`",
            "AWS ignores case: `a` and `A` are one name",
        ),
        (
            'tag selection s { where c: "k" == "v" where C: "k" == "w" }',
            "block-repeated",
            'where C: "k" == "w"',
            "there are two conditions called `C`",
            "AWS ignores case: `c` and `C` are one name",
        ),
        (
            'rule r { copy to vault "v" in eu-west-1 copy to "arn:aws:backup:eu-west-1:$account:backup-vault:V" }',
            "block-repeated",
            'copy to "arn:aws:backup:eu-west-1:$account:backup-vault:V"',
            "this rule copies to the same vault twice",
            "AWS ignores case: `arn:aws:backup:eu-west-1:$account:backup-vault:v` and `arn:aws:backup:eu-west-1:$account:backup-vault:V` are one name",
        ),
        (
            "children may append in regoins",
            "unknown-child-path",
            "regoins",
            "a plan has nothing called `regoins`",
            "did you mean `regions`?",
        ),
        (
            "children may append in rules/r/lifecycle/retain",
            "unknown-child-path",
            "retain",
            "`lifecycle` has nothing called `retain`",
            "write `rules/r/retain`",
        ),
        (
            "rule r { children may append in lifecycle/cold_after }",
            "unknown-child-path",
            "cold_after",
            "`lifecycle` has nothing called `cold_after`",
            "write `cold_after`",
        ),
        (
            "children may append in rules/r/lifecycle/vault",
            "unknown-child-path",
            "vault",
            "`lifecycle` has nothing called `vault`",
            "expected `move_to_cold_storage_after_days`, `delete_after_days`, `opt_in_to_archive_for_supported_resources`",
        ),
        (
            "tag selection s { children may append in colour }",
            "unknown-child-path",
            "colour",
            "a tag selection has nothing called `colour`",
            "expected `role`, `key`, `values`, `conditions`",
        ),
        (
            "resource selection s { types = [Oracle] }",
            "unknown-name",
            "Oracle",
            "`types` takes a resource type or an ARN pattern, and nothing is called `Oracle`",
            (
                "known here: `EC2`, `EBS`, `RDS`, `Aurora`, `DSQL`, `DocumentDB`, `Neptune`, `DynamoDB`, `EFS`, `FSx`, `FSxVolume`, "
                "`S3`, `StorageGateway`, `Timestream`, `VirtualMachine`, `CloudFormation`, `SAPHANA`, `EKS`, `Redshift` and `RedshiftServerless`"
            ),
        ),
        (
            "children may append in regions/home",
            "unknown-child-path",
            "home",
            "`regions` is a setting; nothing called `home` stands below it",
            "end the path here",
        ),
        (
            "children may append\nchildren may nothing",
            "child-control-repeated",
            "children may nothing",
            "the same node has a `children may` already",
            "keep one of the two: a node has one list of operators",
        ),
        (
            "children may append in rules/r/retain\nrule R { children may nothing in retain }",
            "child-control-repeated",
            "children may nothing in retain",
            "the same node has a `children may` already",
            "keep one of the two: a node has one list of operators",
        ),
        (
            "locked rule r { children may append in retain }",
            "child-control-inside-locked",
            "children may append in retain",
            "this is locked, and `children may` would open it",
            "leave out one of the two",
        ),
        (
            "locked rule r { }\nchildren may append in rules/r",
            "child-control-inside-locked",
            "children may append in rules/r",
            "this is locked, and `children may` would open it",
            "leave out one of the two",
        ),
        (
            "locked regions = [eu-west-1]\nchildren may append in regions",
            "child-control-inside-locked",
            "children may append in regions",
            "this is locked, and `children may` would open it",
            "leave out one of the two",
        ),
        (
            "rule r like nigthly { }",
            "unknown-template",
            "nigthly",
            "no rule template is called `nigthly`",
            "write `template rule ...`",
        ),
    ],
)
def test_faults_in_a_plan(text: str, name: str, underlined: str, message: str, advice: str) -> None:
    assert fault(text, "plan p", "policy x") == (name, underlined, message, advice)


def test_a_policys_path_starts_below_plans() -> None:
    assert fault("children may append in plans/daily", "policy x") == (
        "unknown-child-path",
        "daily",
        "a plan has nothing called `daily`",
        "the path of a policy starts below `plans`, with the name of a plan",
    )


@pytest.mark.parametrize(
    ("text", "name", "underlined", "message", "advice"),
    [
        (
            "policy a { }\npolicy A { }",
            "name-repeated",
            "A",
            "there are two policies called `A`",
            "`a` and `A` differ only in case; give one of them another name",
        ),
        (
            "template rule t { }\ntemplate plan T { }",
            "name-repeated",
            "T",
            "there are two templates called `T`",
            "a template is known in every file of the project; give one of them another name",
        ),
        (
            "let a = 1 day\nlet a = 2 days",
            "name-repeated",
            "a",
            "there are two lets called `a`",
            "a let is known in every file of the project; give one of them another name",
        ),
        (
            'policy "a/b" { }',
            "invalid-policy-name",
            '"a/b"',
            "`a/b` is not a name for a policy",
            "use 1 to 128 letters, digits, `_`, `-`, `.` and spaces, and no `.` at the start",
        ),
        (
            'policy ".a" { }',
            "invalid-policy-name",
            '".a"',
            "`.a` is not a name for a policy",
            "use 1 to 128 letters, digits, `_`, `-`, `.` and spaces, and no `.` at the start",
        ),
        (
            "let a = b",
            "unknown-name",
            "b",
            "nothing is called `b`",
            "a text needs quotes; a bare name is a let, a Region or a resource type",
        ),
        ("let a = [eu-wst-1]", "unknown-name", "eu-wst-1", "nothing is called `eu-wst-1`", "did you mean `eu-west-1`?"),
        (  # what would be a circle is no advice
            "let b = [...b2]",
            "unknown-name",
            "b2",
            "nothing is called `b2`",
            "a text needs quotes; a bare name is a let, a Region or a resource type",
        ),
        (
            "let vault-main = other\nlet other = vault-mian",
            "unknown-name",
            "vault-mian",
            "nothing is called `vault-mian`",
            "a text needs quotes; a bare name is a let, a Region or a resource type",
        ),
        ("let a = a", "circular-let", "a", "`a` is defined by itself", "break the circle: `a`, `a`"),
        (
            "let a = [b]\nlet b = c\nlet c = a\nlet d = a",
            "circular-let",
            "a",
            "`a` is defined by itself",
            "break the circle: `a`, `b`, `c`, `a`",
        ),
        (
            "template rule a like b { }\ntemplate rule b like a { }",
            "circular-template",
            "a",
            "the template `a` is like itself",
            "break the circle: `a`, `b`, `a`",
        ),
        (
            "template rule a like a { }",
            "circular-template",
            "a",
            "the template `a` is like itself",
            "break the circle: `a`, `a`",
        ),
        (
            "template rule a like c { }\ntemplate rule bc { }",
            "unknown-template",
            "c",
            "no rule template is called `c`",
            "did you mean `bc`?",
        ),
        (
            "template plan a { }\ntemplate rule b like a { }",
            "unknown-template",
            "a",
            "`a` is a template of a plan, not of a rule",
            "",
        ),
        (
            "template rule a { retain = 5 }",
            "number-without-unit",
            "5",
            "`retain` takes a duration, and this number has no unit",
            "write `5 days`",
        ),
        (
            "template rule a { locked retain = 1 day children may append in retain }",
            "child-control-inside-locked",
            "children may append in retain",
            "this is locked, and `children may` would open it",
            "leave out one of the two",
        ),
        (
            "attach a to root\nattach b to root",
            "target-attached-twice",
            "root",
            "`root` has an `attach` already",
            "name all its policies in one `attach`: their order there is AWS's order of attachment",
        ),
        (
            'attach a to ou "X"\nattach b to ou "X"',
            "target-attached-twice",
            'ou "X"',
            '`ou "X"` has an `attach` already',
            "name all its policies in one `attach`: their order there is AWS's order of attachment",
        ),
        (
            "attach a to root, root",
            "target-attached-twice",
            "root",
            "`root` has an `attach` already",
            "name it once",
        ),
        (
            "attach a, b, a to root",
            "policy-listed-twice",
            "a",
            "`a` is attached twice to the same target",
            "list it once",
        ),
    ],
)
def test_faults_of_a_project(text: str, name: str, underlined: str, message: str, advice: str) -> None:
    (found,) = findings(text)
    assert told(found) == (name, underlined, message, advice)


@pytest.mark.parametrize(
    "word", ["eu-west-1", "EC2", "daily", "none", "compliance", "full", "ALL", "sunday", "may", "day"]
)
def test_words_with_a_meaning_name_no_let(word: str) -> None:
    (found,) = findings(f"let {word} = 1 day")
    assert told(found) == (
        "reserved-let-name",
        word,
        f"`{word}` has a meaning of its own and cannot name a value",
        "choose another name",
    )


def test_requirements_have_different_names() -> None:
    requirement = 'require R { assert account.name == "x" }'
    (found,) = findings("\n".join(requirement.replace("R", name) for name in ("deep", "Deep")))
    assert told(found)[:3] == ("name-repeated", "Deep", "there are two requirements called `Deep`")


def test_second_places_are_shown() -> None:
    texts = (
        "policy x { plan p { regions = far rule r { locked retain = 1 day children may append in retain } } }",
        "let far = 7 days",
    )
    assert [(label.span.text, label.text) for found in findings(*texts) for label in found.labels] == [
        ("7 days", "`far` is defined here"),
        ("locked retain = 1 day", "locked here"),
    ]


def test_a_wrong_item_of_a_let_is_shown_in_the_let() -> None:
    (found,) = findings("policy x { plan p { regions = home } }", "let home = [eu-west-1, EC2]")
    assert told(found)[:3] == ("wrong-value-type", "EC2", "`regions` takes a Region, not `EC2`")
    assert [(label.span.text, label.text) for label in found.labels] == [("home", "used here")]


def test_a_list_in_a_list_is_an_error_even_by_way_of_a_let() -> None:
    (found,) = findings("policy x { plan p { regions = [home, eu-west-2] } }", "let home = [eu-west-1]")
    assert told(found) == (
        "wrong-value-type",
        "home",
        "`regions` takes a Region, not a list",
        "`home` is a list: write `...home`",
    )


@pytest.mark.parametrize("value", ["36 hours", "99999999999999999 days"])
def test_a_wrong_duration_is_shown_where_its_let_defines_it(value: str) -> None:
    (found,) = findings(inside("retain = long", *RULE), f"let long = {value}")
    assert [(label.span.text, label.text) for label in found.labels] == [(value, "`long` is defined here")]


def test_a_hundred_years_are_all_that_aws_backup_keeps() -> None:
    assert findings(inside("retain = 100 years", *RULE)) == ()


def test_years_say_what_the_calendar_can_hold() -> None:
    advice = [
        told(found)[2:]
        for years in (1, 6, 7)
        for found in findings(inside(f"retain = {years} years", *RULE).replace("1 years", "1 year"))
    ]
    assert advice == [
        ("`1 year` is 365 days; as many calendar years can hold 366", "write `366 days` to cover the calendar"),
        ("`6 years` is 2190 days; as many calendar years can hold 2192", "write `2192 days` to cover the calendar"),
        ("`7 years` is 2555 days; as many calendar years can hold 2557", "write `2557 days` to cover the calendar"),
    ]


def test_one_mistake_in_a_template_is_reported_once() -> None:
    text = "template rule t { retain = 5 children may append in retian }\n" + inside(
        "rule a like t { }\nrule b like t { }", "plan p", "policy x"
    )
    assert sorted(found.name for found in findings(text)) == ["number-without-unit", "unknown-child-path"]


def test_who_is_like_a_template_that_is_there_twice_is_spared() -> None:
    text = "template rule a { }\ntemplate plan a { }\n" + inside("rule r like a { }", "plan p like a", "policy x")
    assert [told(found)[:2] for found in findings(text)] == [("name-repeated", "a")]


def test_who_uses_a_broken_let_is_spared() -> None:
    text = inside("regions = [a]\nrule r { retain = b }", "plan p", "policy x")
    assert [found.name for found in findings(text, "let a = c\nlet b = b\nlet daily = 7")] == [
        "reserved-let-name",
        "circular-let",
        "unknown-name",
    ]


def test_all_mistakes_are_reported_at_once() -> None:
    text = (
        inside('retain = 5\nvault = 7\ncolour = true\ncopy to vault "V" in nowhere { retain = forever }', *RULE)
        + "attach x, x to root\nlet a = b"
    )
    assert sorted(found.name for found in findings(text)) == [
        "forever-in-policy",
        "number-without-unit",
        "policy-listed-twice",
        "unknown-name",
        "unknown-name",
        "unknown-setting",
        "wrong-value-type",
    ]


@pytest.mark.parametrize(
    ("setting", "advice"),
    [
        ('schedule_timezone = "Europe/Berlin"', "AWS backup policies have no time zone; times are UTC"),
        ("ScheduleExpression = daily at 05:00", "the language calls it `schedule`"),
        ('target_vault_name = "Main"', "did you mean `vault`?"),
        ("start_window = 1 hour", "did you mean `start_within`?"),
        ("delete_after = 35 days", "did you mean `retain`?"),
        ("DeleteAfterDays = 35 days", "the language calls it `retain`"),
        ("cold_storage_after = 35 days", "did you mean `cold_after`?"),
        ("copy_actions = true", "it is a block: `copy to ... { ... }`"),
        ("recovery_point_tag = true", "it is a block: `recovery_point_tags { ... }`"),
        ('rule_name = "nightly"', "a rule's name is the name of its block"),
        ('destination_vault_arn = "x"', "it belongs in a copy, as `target`"),
    ],
)
def test_settings_of_a_rule_in_another_notation(setting: str, advice: str) -> None:
    (found,) = findings(inside(setting, *RULE))
    assert (found.name, found.help) == ("unknown-setting", advice)


@pytest.mark.parametrize(
    ("setting", "advice"),
    [
        ('resources = ["*"]', "did you mean `types`?"),
        ('not_resources = ["*"]', "did you mean `except_types`?"),
        ('list_of_tags = "x"', "to take only what has a tag, ask for it in a condition"),
        ('conditions = "x"', "write `where ...`"),
    ],
)
def test_settings_of_a_selection_in_another_notation(setting: str, advice: str) -> None:
    (found,) = findings(inside(setting, "resource selection s", "plan p", "policy x"))
    assert (found.name, found.help) == ("unknown-setting", advice)


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("Efs", "did you mean `EFS`?"),
        ("EC2Instance", "did you mean `EC2`?"),
        ("RDSCluster", "did you mean `Aurora`?"),
        ("docdb", "did you mean `DocumentDB`?"),
        ("ElastiCache", "AWS Backup does not back up `ElastiCache`"),
        ("Lambda", "AWS Backup does not back up `Lambda`"),
    ],
)
def test_resource_types_by_other_names(name: str, advice: str) -> None:
    (found,) = findings(inside(f"types = [{name}]", "resource selection s", "plan p", "policy x"))
    assert (found.name, found.help) == ("unknown-name", advice)


@pytest.mark.parametrize(
    ("setting", "advice"),
    [("index = [EFS]", ""), ("index = [ebs]", "did you mean `EBS`?")],
)
def test_a_type_without_an_index_is_no_slip_of_the_pen(setting: str, advice: str) -> None:
    (found,) = findings(inside(setting, *RULE))
    assert found.help == advice


def test_a_region_of_another_number_is_no_slip_of_the_pen() -> None:
    far, near = findings(inside("regions = [eu-west-9, eu-west1]", "plan p", "policy x"))
    assert (far.help, near.help) == (
        "it is no Region of the partitions `aws`, `aws-cn` and `aws-us-gov`",
        "did you mean `eu-west-1`?",
    )
