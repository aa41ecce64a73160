"""Every mistake that has a message of its own: what is underlined, what is said, what is advised. One finding each.

The underlined text stands between « and ».
"""

from __future__ import annotations

from collections import Counter

import pytest

from policyengine.base.fixes import apply_fixes
from policyengine.base.source import Source
from policyengine.language.syntax import parse
from policyengine.language.syntax.familiar_mistakes import MISTAKES, Mistake


def in_plan(text: str) -> str:
    return f"policy p {{\n  plan a {{\n    {text}\n  }}\n}}\n"


def in_rule(text: str) -> str:
    return in_plan(f"rule r {{\n      {text}\n    }}")


def in_requirement(text: str) -> str:
    return f"require r {{\n  {text}\n}}\n"


def in_test(text: str) -> str:
    return f'test "t" {{\n  {text}\n  expect valid\n}}\n'


SAMPLES = (
    # what stands where nothing like it can stand
    (
        "«polcy» p {\n}\n",
        "PE101",
        "expected a statement such as `policy` or `attach`, found `polcy`",
        "did you mean `policy`?",
    ),
    (
        "«atach» p to root\n",
        "PE101",
        "expected a statement such as `policy` or `attach`, found `atach`",
        "did you mean `attach`?",
    ),
    (
        "«regions» = [eu-west-1]\n",
        "PE106",
        "a setting belongs in a plan, a rule, a selection or a copy, not at the top of a file",
        "to name a value say `let regions = ...`",
    ),
    ("«plan» a {\n}\n", "PE106", "a plan belongs in a policy, not at the top of a file", ""),
    ("«locked» plan a {\n}\n", "PE106", "`locked` belongs in a policy, not at the top of a file", ""),
    ("attach p «to»\nattach q to root\n", "PE101", "expected `account`, `ou` or `root` after `to`", ""),
    ("attach p to «rot»\n", "PE101", "expected `account`, `ou` or `root`, found `rot`", "did you mean `root`?"),
    (
        "attach p to ou «Workloads»\n",
        "PE101",
        "expected a string, found `Workloads`",
        'put it in quotes: `"Workloads"`',
    ),
    ("let a = [S3]\nlet b = «...»a\n", "PE101", "`...` stands in a list", "put it in brackets: `[...NAME]`"),
    (
        'let shop = "1"\nattach p to account «shop»\n',
        "PE101",
        "expected a string, found the let `shop`",
        "no let can stand here: write the text itself, in quotes",
    ),
    (
        "attach p to account «111111111111»\n",
        "PE101",
        "expected a string, found `111111111111`",
        'put it in quotes: `"111111111111"`',
    ),
    ("policy «{»\n}\n", "PE101", "expected a name, found `{`", ""),
    ("policy «p»\n  plan a {\n  }\n}\n", "PE101", "expected `{` after `p`", ""),
    (
        "policy «pläne» {\n}\n",
        "PE105",
        "a name without quotes has ASCII letters, digits, `_` and `-` only",
        "put the name in quotes",
    ),
    # templates, their parameters and uses
    ("policy p like t(«5» days)\n", "PE101", "arguments go by name", "for example `like nightly(keep = 35 days)`"),
    ('policy p like t(a = 1, «"x"»)\n', "PE101", "arguments go by name", "for example `like nightly(keep = 35 days)`"),
    ("policy p like t(keep«)»\n", "PE101", "`keep` has no value", "write `keep = ...`"),
    ("policy p like t(keep«:» 5 days)\n", "PE101", "a value is set with `=`", "write `=`"),
    ("template rule t(«5») {\n}\n", "PE101", "arguments go by name", "for example `like nightly(keep = 35 days)`"),
    ("template rule t(keep = «)» {\n}\n", "PE101", "expected a value, found `)`", ""),
    ("template rule t(keep «days») {\n}\n", "PE101", "expected `)`, `,` or `=`, found `days`", ""),
    ("policy p «like»\n", "PE101", "expected a name after `like`", ""),
    ("policy «p»\n", "PE101", "expected `like` or `{` after `p`", ""),
    ('attach p to root «ou» "x"\n', "PE101", "a comma stands between targets", "write `,` before `ou`"),
    (
        'waive a for root«,» ou "x" until 2027-01-01 because "x"\n',
        "PE101",
        "a waiver is for one target",
        "write a `waive` for each",
    ),
    (
        'waive pack «cis» for root until 2027-01-01 because "x"\n',
        "PE101",
        "expected a string, found `cis`",
        'put it in quotes: `"cis"`',
    ),
    (
        in_rule("locked retain «35» days"),
        "PE101",
        "expected `=` after `retain`",
        "write `locked retain = ...`, or `locked retain` alone for what a template set",
    ),
    (
        in_rule('copy to «Vault» "x" in eu-west-1'),
        "PE101",
        "expected `vault` or a name alone, found `Vault`",
        "did you mean `vault`?",
    ),
    (
        in_rule('copy to vault "x" in eu-west-1 account «123456789012»'),
        "PE101",
        "expected a string, found `123456789012`",
        'put it in quotes: `"123456789012"`',
    ),
    ("let x «=» \n", "PE101", "expected a value after `=`", ""),
    ("«let x =»\nlet y = 3 days\n", "PE101", "expected a value after `let x =`", ""),
    ("let x = 3 days«;»\n", "PE105", "no `;` stands between statements or settings", "leave it out"),
    ("«/»/ note\nlet x = 3 days\n", "PE101", "a comment begins with `#`", "write `#` before it"),
    ("use pack «cis»\n", "PE101", "expected a string, found `cis`", 'put it in quotes: `"cis"`'),
    ('use pack "cis" level «"advisory"»\n', "PE101", 'expected a name, found `"advisory"`', "write it without quotes"),
    ('use pack "cis" level «strict»\n', "PE118", "`strict` is no level", "levels are `advisory` and `mandatory`"),
    (in_plan("retain «35» days"), "PE101", "expected `=`, found `35`", ""),
    (in_plan("retain«:» 35 days"), "PE101", "a value is set with `=`", "write `=`"),
    (in_plan("retain«:35» days"), "PE101", "a value is set with `=`", "write `=`"),
    ("policy p {\n  locked «locked» plan a {\n  }\n}\n", "PE101", "`locked` stands twice", "leave one out"),
    (
        in_plan('tag selection s {\n      where «:» "k" == "v"\n    }'),
        "PE101",
        "a condition needs a name",
        'write `where NAME: "KEY" == "VALUE"`',
    ),
    (in_plan("retain «==» 35 days"), "PE101", "`==` compares, `=` sets a value", "write `=`"),
    (in_plan("retain «=»"), "PE101", "expected a value after `=`", ""),
    (in_plan("regions = [eu-west-1]«,»"), "PE101", "no comma stands between settings", "leave it out"),
    (in_plan("regions = [eu-west-1 «eu-west-2»]"), "PE101", "expected `,` or `]`, found `eu-west-2`", ""),
    (in_plan("«regions =»\n    rule r {\n    }"), "PE101", "expected a value after `regions =`", ""),
    (
        in_plan("«ruel» nightly {\n    }"),
        "PE101",
        "expected a setting, `rule`, `tag selection`, `resource selection`, ... or `}`, found `ruel`",
        "did you mean `rule`?",
    ),
    (
        in_plan("«snapshots» {\n    }"),
        "PE101",
        "there is no block `snapshots`",
        "here may stand a setting, `rule`, `tag selection`, `resource selection`, ... or `}`",
    ),
    (
        in_plan("«selection» s {\n    }"),
        "PE101",
        "which kind of selection?",
        "say `tag selection` or `resource selection`",
    ),
    (
        in_plan("«{» }"),
        "PE101",
        "expected a setting, `rule`, `tag selection`, `resource selection`, ... or `}`, found `{`",
        "",
    ),
    (
        in_plan("«)»"),
        "PE101",
        "expected a setting, `rule`, `tag selection`, `resource selection`, ... or `}`, found `)`",
        "",
    ),
    (
        in_plan("values = [«daily», gold]"),
        "PE101",
        "`daily` begins a schedule",
        'if it is a text, put it in quotes: `"daily"`',
    ),
    (in_plan("regions = «$»region"), "PE105", "`$` means nothing outside of quotes", 'write `"$account"`'),
    (in_plan("types = «*»"), "PE105", "`*` means nothing outside of quotes", 'write `"*"`'),
    (
        in_plan("«@»@assign = 3"),
        "PE105",
        "AWS's operators are words and signs here",
        "say `=`, `+=`, `-=` or `children may ...`",
    ),
    (
        in_plan("retain = «-»3 days"),
        "PE105",
        "`-` means nothing here",
        "names have single `-` inside, and numbers are never negative",
    ),
    (
        in_rule('copy to "Central" «in» eu-west-1'),
        "PE101",
        "a copy to an ARN names no Region",
        'say `copy to vault "NAME" in REGION`',
    ),
    (
        in_rule('copy to vault "C" in eu-west-1 «acount» "1"'),
        "PE101",
        "expected a setting, `copy`, `recovery_point_tags`, `children may` or `}`, found `acount`",
        "did you mean `account`?",
    ),
    (
        in_rule("children may «foo»"),
        "PE101",
        "expected `anything`, `append`, `assign`, `nothing` or `remove`, found `foo`",
        "",
    ),
    (
        in_rule("children may append, «remov»"),
        "PE101",
        "expected `anything`, `append`, `assign`, `nothing` or `remove`, found `remov`",
        "did you mean `remove`?",
    ),
    (
        in_rule('children may append «remov»\n      vault = "V"'),
        "PE101",
        "expected a setting, `copy`, `recovery_point_tags`, `children may` or `}`, found `remov`",
        "did you mean `remove`?",
    ),
    (
        in_plan('tag selection s {\n      where w: "k" «=» "v"\n    }'),
        "PE101",
        "`=` sets a value, `==` compares",
        "write `==`",
    ),
    (in_plan('tag selection s {\n      where w «"k"» == "v"\n    }'), "PE101", 'expected `:`, found `"k"`', ""),
    (
        "template «copy» p {\n}\n",
        "PE101",
        "a template is a policy, a plan, a rule or a selection",
        "write `template rule NAME { ... }`",
    ),
    # braces and strings without an end, one brace too many
    ("«policy p {»\n  plan a {\n  }\n", "PE102", "`policy p {` is never closed", "add `}`"),
    ("policy p {\n  «plan a {»\n\npolicy q {\n}\n", "PE102", "`plan a {` is never closed", "add `}`"),
    (
        in_plan("«rule r {»\n      retain = 1 day\n\n    rule s {\n    }"),
        "PE102",
        "`rule r {` is never closed",
        "add `}`",
    ),
    ("policy p {\n  plan a {\n  }\n  «}»\n  plan b {\n  }\n}\n", "PE101", "there is one `}` too many", "leave it out"),
    ("policy p {\n}\n«}»\n", "PE101", "there is one `}` too many", "leave it out"),
    (
        in_plan('vault = «"Main»'),
        "PE103",
        "a string without an end",
        'strings end on the line where they begin, with `"`',
    ),
    (
        in_plan('values = ["a", «"b]»'),
        "PE103",
        "a string without an end",
        'strings end on the line where they begin, with `"`',
    ),
    (
        'policy «"p {»\n  plan a {\n  }\n}\n',
        "PE103",
        "a string without an end",
        'strings end on the line where they begin, with `"`',
    ),
    (
        in_test('«given account "x" in root tags {» env = "prod"'),
        "PE102",
        '`given account "x" in root tags {` is never closed',
        "add `}`",
    ),
    # escapes, characters, words
    (
        'let x = "C:«\\d»ir"\n',
        "PE104",
        "`\\d` is no escape",
        'escapes are `\\"`, `\\\\`, `\\n`, `\\t` and `\\u00e9`; a backslash is written `\\\\`',
    ),
    (
        'let x = "«\\u»12"\n',
        "PE104",
        "`\\u` is no escape",
        "`\\u` takes exactly four hexadecimal digits, as in `\\u00e9`",
    ),
    (
        'let x = "«\\ud800»"\n',
        "PE104",
        "`\\ud800` is no escape",
        "it names one half of a character; write the character itself",
    ),
    ("let x = «'»a'\n", "PE105", "strings stand in double quotes", "write `\"` instead of `'`"),
    ('let x = "a«\u202e»b"\n', "PE105", "a character that nobody sees (U+202E)", "in a string write `\\u202e`"),
    ("«\x00»", "PE105", "a NUL character: this is no policy file", ""),
    (
        "let «😀» = 3 days\n",
        "PE105",
        "`😀` (U+1F600) is no part of the language",
        "it may stand in quotes and in comments",
    ),
    (
        in_plan('plan_tags { «account» = "a" }'),
        "PE107",
        "`account` is a word of the language and needs quotes as the key of a tag",
        'write `"account"`',
    ),
    (
        in_test('given account "x" in root tags { «in» = "a" }'),
        "PE107",
        "`in` is a word of the language and needs quotes as the key of a tag",
        'write `"in"`',
    ),
    # parts in the wrong place
    (
        "policy p {\n  «rule r» {\n  }\n}\n",
        "PE106",
        "a rule belongs in a plan, not in a policy",
        "rules stand in the braces of `plan daily { ... }`",
    ),
    (
        "policy p {\n  «retain = 3 days»\n}\n",
        "PE106",
        "a setting belongs in a plan, a rule, a selection or a copy, not in a policy",
        "name the plan: `plan daily { ... }`",
    ),
    (
        "policy p {\n  «let» x = 3 days\n}\n",
        "PE106",
        "`let` stands at the top of a file, not within braces",
        "move it out of the block",
    ),
    (
        in_plan('«copy to "arn"»'),
        "PE106",
        "a copy belongs in a rule, not in a plan",
        "copies stand in the braces of `rule nightly { ... }`",
    ),
    (
        in_plan('«recovery_point_tags» { a = "b" }'),
        "PE106",
        "`recovery_point_tags` belongs in a rule, not in a plan",
        "",
    ),
    (in_rule('«plan_tags» { a = "b" }'), "PE106", "`plan_tags` belongs in a plan, not in a rule", ""),
    (in_rule('«where w: "k" == "v"»'), "PE106", "a condition (`where`) belongs in a selection, not in a rule", ""),
    (in_rule("«tag selection s» {\n      }"), "PE106", "a tag selection belongs in a plan, not in a rule", ""),
    (in_plan("«plan b» {\n    }"), "PE106", "a plan belongs in a policy, not in a plan", ""),
    (
        in_plan("«locked» children may append"),
        "PE106",
        "`locked` cannot stand before `children may`",
        "`locked` closes what it stands before; say `children may nothing`, or lock the block itself",
    ),
    (
        "template «advanced» {\n}\n",
        "PE106",
        "a template is a policy, a plan, a rule or a selection, not `advanced`",
        "put it into a `template plan` or a `template rule`",
    ),
    (
        in_test('given account "x" in «account "y"»'),
        "PE106",
        "an account does not lie in another account",
        'say `in ou "..."` or `in root`',
    ),
    (
        in_test('«given account "x" tags { env = "prod" }»'),
        "PE106",
        "only a new account takes `tags`; this one is looked up in the snapshot",
        'say where the new account lies: `in ou "..."`',
    ),
    (
        in_test('given account "x" in root tags { «env += "prod"» }'),
        "PE106",
        '`env += "prod"` is no tag',
        'tags are written `env = "prod"`',
    ),
    # numbers, times, dates, schedules
    (in_rule("retain = «6 months»"), "PE108", "`6 months`: a month has no fixed length", "say `180 days`"),
    (in_rule("retain = 35 «dais»"), "PE108", "`dais` is no unit", "did you mean `days`?"),
    (in_rule("retain = 35«d»"), "PE108", "`d` is no unit", "did you mean `days`?"),
    (in_rule("retain = 1«.»5 days"), "PE108", "numbers are whole", "use a smaller unit: `90 minutes`"),
    (in_rule("retain = «12345678901234567890» days"), "PE108", "a number of 20 digits is too large", ""),
    (
        "let x = 35 «fortnights»\n",
        "PE108",
        "`fortnights` is no unit",
        "units are `minutes`, `hours`, `days`, `weeks`, `years`",
    ),
    (in_rule("schedule = daily at «5:00»"), "PE109", "`5:00` is no time", "say `05:00`"),
    (
        in_rule("schedule = daily at «24:00»"),
        "PE109",
        "`24:00` is no time",
        "hours go from 00 to 23; midnight is `00:00`",
    ),
    (in_rule("schedule = daily at «05:60»"), "PE109", "`05:60` is no time", "times go from `00:00` to `23:59`, UTC"),
    (in_rule("schedule = daily at «5»"), "PE109", "`5` is no time", "say `05:00`"),
    (in_rule("schedule = daily at 05:00«:00»"), "PE109", "times have no seconds", "leave `:00` out"),
    (
        in_rule("schedule = daily at 05:00 «CET»"),
        "PE109",
        "`CET`: schedules have no time zone",
        "times are UTC: write the time in UTC",
    ),
    (in_rule("schedule = daily at 05:00 «UTC»"), "PE109", "times are UTC always", "leave `UTC` out"),
    (in_rule('schedule = daily at 05:00 «pm»\n      vault = "V"'), "PE109", "times have 24 hours", "say `17:00`"),
    (
        in_rule('schedule = daily at 05:00 «timezone» "Europe/Berlin"'),
        "PE109",
        "`timezone`: schedules have no time zone",
        "times are UTC: write the time in UTC",
    ),
    (in_rule("schedule = «05:00»"), "PE110", "`05:00` alone is no schedule", "for example `daily at 05:00`"),
    (in_rule("schedule = «daily»"), "PE101", "`daily` needs a time", "for example `daily at 05:00`"),
    (
        in_rule("schedule = «weekly» at 05:00"),
        "PE101",
        "`weekly` needs a day and a time",
        "for example `weekly on sunday at 05:00`, `monthly on last day at 05:00`, `yearly on 1 january at 05:00`",
    ),
    (in_rule("schedule = hourly at «00:15»"), "PE109", "`00:15` is not a minute of the hour", "say `hourly at :15`"),
    (
        in_rule("schedule = hourly at «:75»"),
        "PE109",
        "`:75` is not a minute of the hour",
        "minutes go from `:00` to `:59`",
    ),
    (
        in_rule("schedule = «rate»(1 day)"),
        "PE110",
        "AWS backup policies know no `rate`",
        'say `every 4 hours`, `daily at 05:00`, or `cron("...")`',
    ),
    (
        in_rule("schedule = cron(«0» 5 ? * * *)"),
        "PE110",
        "the fields of `cron` stand in quotes",
        'write `cron("0 5 ? * * *")`',
    ),
    (
        in_rule("schedule = every «day» at 05:00"),
        "PE110",
        "`every` is followed by a number of hours",
        "say `hourly`, `daily at 05:00`, `weekly on sunday at 05:00`, ...",
    ),
    (
        in_rule("schedule = every 2 «days»"),
        "PE110",
        "`every` counts hours, not `days`",
        "say `daily`, `weekly`, `monthly`, `yearly`, or `cron(...)`",
    ),
    (
        in_rule("schedule = weekly on «sundy» at 05:00"),
        "PE110",
        "expected a day of the week such as `sunday` or `sun`, found `sundy`",
        "did you mean `sunday`?",
    ),
    (in_rule("schedule = weekly on mon, wed, «mon» at 05:00"), "PE110", "`mon` is named twice", ""),
    (
        in_rule("schedule = monthly on day «32» at 05:00"),
        "PE110",
        "there is no day `32`",
        "days go from 1 to 31; for the last one write `last day` in place of `day 32`",
    ),
    (
        in_rule("schedule = yearly on «32» december at 05:00"),
        "PE110",
        "there is no day `32`",
        "the days of december go from 1 to 31",
    ),
    (
        in_rule("schedule = monthly on «1» at 05:00"),
        "PE110",
        "`monthly on` takes a day of the month, not `1`",
        "say `monthly on day 1`",
    ),
    (
        in_rule("schedule = monthly on «sunday» at 05:00"),
        "PE110",
        "`monthly on` takes a day of the month, not `sunday`",
        "say `monthly on first sunday`",
    ),
    (
        in_rule("schedule = monthly on «frist» sunday at 05:00"),
        "PE110",
        "expected `day`, `first` to `fifth` or `last`, found `frist`",
        "did you mean `first`?",
    ),
    (
        in_rule("schedule = monthly on last «moon» at 05:00"),
        "PE110",
        "expected a day of the week such as `sunday` or `sun`, found `moon`",
        "did you mean `mon`?",
    ),
    (
        in_rule("schedule = yearly on «31» april at 05:00"),
        "PE110",
        "there is no day `31`",
        "the days of april go from 1 to 30",
    ),
    (
        in_rule("schedule = yearly on 1 «brumaire» at 05:00"),
        "PE110",
        "expected a month such as `january` or `jan`, found `brumaire`",
        "",
    ),
    (
        in_rule("schedule = yearly on «january 1» at 05:00"),
        "PE110",
        "the day stands before the month, not `january 1`",
        "say `1 january`",
    ),
    (
        in_rule("schedule = yearly on «january» at 05:00"),
        "PE110",
        "`yearly on` takes a day and a month, not `january`",
        "for example `yearly on 1 january`",
    ),
    (
        'waive r for root until «2027-3-31» because "x"\n',
        "PE111",
        "`2027-3-31` is not written as a date",
        "write `2027-03-31`",
    ),
    (
        'waive r for root until «2027-02-29» because "x"\n',
        "PE111",
        "there is no day `2027-02-29`",
        "dates are written year, month, day: `2027-03-31`",
    ),
    (
        'waive r for root until «2027-13-01» because "x"\n',
        "PE111",
        "there is no day `2027-13-01`",
        "dates are written year, month, day: `2027-03-31`",
    ),
    (
        in_requirement("assert «a == b == c» == d"),
        "PE114",
        "comparisons do not chain",
        "say what both compare: `a == b and b == c`",
    ),
    (
        in_requirement("assert a or b and «no copy» satisfies c"),
        "PE115",
        "`no copy` is an operand here and needs parentheses",
        "it reaches as far right as it can: write `(every ... satisfies ...)`",
    ),
    (
        'waive r for root until «"2027-02-28"» because "x"\n',
        "PE101",
        'expected a date, found `"2027-02-28"`',
        "write it without quotes",
    ),
    (
        "waive r for root until «2027-03-31»\nattach p to root\n",
        "PE101",
        "a waiver needs a reason",
        'write `because "who agreed, and why"` behind `2027-03-31`',
    ),
    ("test «{»\n  expect valid\n}\n", "PE101", "a test needs a title", 'write `test "what it shows" {`'),
    (
        in_test("expect no «violations» of r"),
        "PE101",
        "expected `violation`, found `violations`",
        "say `violation of NAME`",
    ),
    (
        'require r {\n  for account in «ou» "Prod"\n  assert true\n}\n',
        "PE101",
        "no unit stands in a condition",
        'say `account.path like "UNIT/*"`',
    ),
    (
        'require r {\n  for «account» "web"\n  assert true\n}\n',
        "PE101",
        "an account's name stands behind no `account` in a condition",
        'say `account.name == "web"`',
    ),
    (
        in_plan("children «can» append"),
        "PE101",
        "expected `may`, found `can`",
        "for example `children may append`",
    ),
    (
        in_plan("children may append, «overwrite» in rules"),
        "PE101",
        "`children may` takes no `overwrite`",
        "`assign` replaces a value, `append` and `remove` change a list",
    ),
    *(
        (
            in_requirement(f"assert «{word}» rule satisfies rule.continuous"),
            "PE101",
            f"`{word}` begins no condition",
            advice,
        )
        for word, advice in (("all", "say `every`"), ("any", "say `some`"), ("none", "say `no`"))
    ),
    (
        in_requirement("assert «if» rule.continuous then true"),
        "PE101",
        "`if` begins no condition",
        "say `every rule where A satisfies B`, or `not A or B`",
    ),
    ('waive r for root «because» "x"\n', "PE101", "a waiver needs an end", "write `until 2027-03-31` before `because`"),
    # the language's version, depth
    ("language «2»\n", "PE112", "language `2` is unknown to this version", "it reads `language 1`"),
    ("let x = 3 days\n«language 1»\n", "PE112", "`language` belongs at the beginning of the file, once", ""),
    # requirements and tests
    (
        in_requirement("assert «a == b == c»"),
        "PE114",
        "comparisons do not chain",
        "say what both compare: `a == b and b == c`",
    ),
    (
        in_requirement("assert a or «every rule» satisfies b"),
        "PE115",
        "`every rule` is an operand here and needs parentheses",
        "it reaches as far right as it can: write `(every ... satisfies ...)`",
    ),
    (
        in_requirement("assert not «every rule» satisfies b"),
        "PE115",
        "`every rule` is an operand here and needs parentheses",
        "it reaches as far right as it can: write `(every ... satisfies ...)`",
    ),
    (
        in_requirement("assert every rule where «some copy» satisfies a satisfies b"),
        "PE115",
        "`some copy` is an operand here and needs parentheses",
        "it reaches as far right as it can: write `(every ... satisfies ...)`",
    ),
    (in_requirement("assert a «=» b"), "PE101", "`=` sets a value, `==` compares", "write `==`"),
    (
        in_requirement("assert a «not» like b"),
        "PE101",
        "`not` stands before the whole comparison",
        "write `not (a like b)`",
    ),
    (in_requirement("assert a «&»& b"), "PE105", "`&` is no word of the language", "say `and`"),
    (in_requirement("«asert» a"), "PE101", "expected `assert`, `for` or `}`, found `asert`", "did you mean `assert`?"),
    (in_requirement("assert a >= 3 «dayz»"), "PE108", "`dayz` is no unit", "did you mean `days`?"),
    (
        in_requirement("level = «optional»\n  assert a"),
        "PE118",
        "`optional` is no level",
        "levels are `advisory` and `mandatory`",
    ),
    (
        in_requirement("«levle = advisory»\n  assert a"),
        "PE118",
        "a requirement has no setting `levle`",
        "did you mean `level`?",
    ),
    (
        in_requirement("reference = «7 days»\n  assert a"),
        "PE118",
        "`reference` takes a string, not `7 days`",
        "put it in quotes",
    ),
    (in_requirement("«level =»\n  assert a"), "PE101", "expected a value after `level =`", ""),
    (
        in_requirement("level = advisory\n  «level = advisory»\n  assert a"),
        "PE116",
        "`level` stands twice in one requirement",
        "keep one of them",
    ),
    ("«require r» {\n  level = advisory\n}\n", "PE117", "requirement `r` asserts nothing", "add `assert ...`"),
    ('«test "t"» {\n  given account "x"\n}\n', "PE117", "a test without `expect` tests nothing", "add `expect ...`"),
    (
        'waive r for root until 2027-03-31 because «" "»\n',
        "PE117",
        "a waiver without a reason",
        "say who agreed, and why",
    ),
    (
        in_test('given «acount» "x"'),
        "PE101",
        "expected `account` or `policy`, found `acount`",
        "did you mean `account`?",
    ),
    (in_plan("children may append «append»"), "PE116", "`append` is said twice", "once is enough"),
    (in_plan("children may «nothing, append»"), "PE116", "`nothing` excludes `append`", "leave one of them out"),
)


@pytest.mark.parametrize(("sample", "code", "message", "advice"), SAMPLES, ids=[sample[0] for sample in SAMPLES])
def test_a_mistake_has_one_finding_that_names_it(sample: str, code: str, message: str, advice: str) -> None:
    outcome = parse(Source("sample.bpol", sample.replace("«", "").replace("»", "")))
    assert [(found.code, found.message, found.help) for found in outcome.diagnostics] == [(code, message, advice)]
    span = outcome.diagnostics[0].span
    assert span is not None
    assert span.text == sample.partition("«")[2].partition("»")[0]
    assert span.start == sample.index("«")


@pytest.mark.parametrize("sample", [sample[0] for sample in SAMPLES])
def test_messages_keep_to_one_style(sample: str) -> None:
    (found,) = parse(Source("sample.bpol", sample.replace("«", "").replace("»", ""))).diagnostics
    for text in (found.message, found.help):
        assert "\n" not in text
        assert not text.endswith(".") or text.endswith("...")
        assert text[:1].lower() == text[:1] or text.startswith("AWS")


@pytest.mark.parametrize("mistake", MISTAKES, ids=[mistake.message for mistake in MISTAKES])
def test_every_known_mistake_has_a_sample(mistake: Mistake) -> None:
    parts = mistake.message.replace("{before}", "{found}").split("{found}")
    assert any(all(part in message for part in parts) for _, _, message, _ in SAMPLES)


@pytest.mark.parametrize("sample", [sample[0] for sample in SAMPLES])
def test_a_fix_mends_its_mistake_and_makes_no_other(sample: str) -> None:
    source = Source("sample.bpol", sample.replace("«", "").replace("»", ""))
    before = parse(source).diagnostics
    for found in before:
        if found.fix:
            (mended,), _ = apply_fixes([source], [found.fix])
            left = Counter((other.code, other.message) for other in parse(mended).diagnostics)
            assert left <= Counter((other.code, other.message) for other in before if other is not found)
            assert [line for line in mended.text.split("\n") if line != line.rstrip()] == []
