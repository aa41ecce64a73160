"""What is wrong with an expression is said where it stands, in the words of its author, with what was meant.

The tables read like the terminal: the expression (with lets above it), the place underlined, the message, the help.
"""

from __future__ import annotations

import pytest
from analysis.requirements.tables import asked, cases, drawn

UNKNOWN_ATTRIBUTES = """\
account.lock == compliance
        ^^^^ unknown-attribute
  an account has no attribute `lock`
  help: a rule has it: `every rule satisfies rule.vault.lock ...`

every plan satisfies plan.retain >= 1 day
                          ^^^^^^ unknown-attribute
  a plan has no attribute `retain`
  help: it has `name`, `regions`, `rules`, `tags`, `resource_types` and `windows_vss`

every rule satisfies rule.retentoin >= 35 days
                          ^^^^^^^^^ unknown-attribute
  a rule has no attribute `retentoin`
  help: did you mean `retention`?

every rule satisfies rule.retain >= 35 days
                          ^^^^^^ unknown-attribute
  a rule has no attribute `retain`
  help: did you mean `retention`?

every rule satisfies rule.delete_after_days >= 35 days
                          ^^^^^^^^^^^^^^^^^ unknown-attribute
  a rule has no attribute `delete_after_days`
  help: did you mean `retention`?

every rule satisfies rule.target_backup_vault_name == "Main"
                          ^^^^^^^^^^^^^^^^^^^^^^^^ unknown-attribute
  a rule has no attribute `target_backup_vault_name`
  help: did you mean `vault`?

every rule satisfies rule.recovery_point_tags["Owner"] == "platform"
                          ^^^^^^^^^^^^^^^^^^^ unknown-attribute
  a rule has no attribute `recovery_point_tags`
  help: did you mean `tags`?

every rule satisfies rule.days >= 35 days
                          ^^^^ unknown-attribute
  a rule has no attribute `days`
  help: it has `name`, `plan`, `region`, `resource_types`, `schedule`, `interval`, `retention`, `cold_after`, `start_within`, `complete_within`, `continuous`, `archive`, `leaves_account`, `leaves_region`, `vault`, `air_gapped_vault`, `copies` and `tags`

every rule satisfies rule.vault.lok == compliance
                                ^^^ unknown-attribute
  `rule.vault` is a vault and has no attribute `lok`
  help: did you mean `lock`?

every rule satisfies rule.vault.locked
                                ^^^^^^ unknown-attribute
  `rule.vault` is a vault and has no attribute `locked`
  help: did you mean `lock`?

every rule satisfies rule.vault.id == "x"
                                ^^ unknown-attribute
  `rule.vault` is a vault and has no attribute `id`
  help: it has `name`, `region`, `account`, `exists`, `lock`, `min_retention`, `max_retention`, `type` and `key`

every rule satisfies rule.lock == compliance
                          ^^^^ unknown-attribute
  a rule has no attribute `lock`
  help: did you mean `rule.vault.lock`?

every rule satisfies rule.min_retention >= 7 days
                          ^^^^^^^^^^^^^ unknown-attribute
  a rule has no attribute `min_retention`
  help: did you mean `rule.vault.min_retention`?

every copy satisfies copy.lock == compliance
                          ^^^^ unknown-attribute
  a copy has no attribute `lock`
  help: did you mean `copy.vault.lock`?

every rule satisfies rule.cross_region
                          ^^^^^^^^^^^^ unknown-attribute
  a rule has no attribute `cross_region`
  help: a copy has it: `every copy satisfies copy.cross_region ...`

every rule satisfies rule.role == "BackupRole"
                          ^^^^ unknown-attribute
  a rule has no attribute `role`
  help: a selection has it: `every selection satisfies selection.role ...`

every plan satisfies plan.retention >= 35 days
                          ^^^^^^^^^ unknown-attribute
  a plan has no attribute `retention`
  help: a rule has it: `every rule satisfies rule.retention ...`

account.retention >= 35 days
        ^^^^^^^^^ unknown-attribute
  an account has no attribute `retention`
  help: a rule has it: `every rule satisfies rule.retention ...`

account.vault == "Main"
        ^^^^^ unknown-attribute
  an account has no attribute `vault`
  help: a rule has it: `every rule satisfies rule.vault ...`

account.unit == "Workloads"
        ^^^^ unknown-attribute
  an account has no attribute `unit`
  help: did you mean `ou`?

account.email == "a@b.c"
        ^^^^^ unknown-attribute
  an account has no attribute `email`
  help: it has `id`, `name`, `path`, `ou`, `management`, `tags` and `plans`

account.name.length == 5
             ^^^^^^ unknown-attribute
  `account.name` is a string and has no attribute `length`
  help: leave out `.length`

every rule satisfies rule.retention.days >= 35
                                    ^^^^ unknown-attribute
  `rule.retention` is a duration and has no attribute `days`
  help: leave out `.days`

every rule satisfies rule.copy.retention >= 35 days
                          ^^^^ unknown-attribute
  a rule has no attribute `copy`
  help: a quantifier brings it in: `every copy satisfies ...`

every plan satisfies plan.rule.retention >= 35 days
                          ^^^^ unknown-attribute
  a plan has no attribute `rule`
  help: a quantifier brings it in: `every rule satisfies ...`

every rule satisfies rule.in_region["eu-west-1"].vault.lock == none
                          ^^^^^^^^^ unknown-attribute
  a rule has no attribute `in_region`
  help: a rule stands for one of its Regions here: narrow with `where rule.region == "eu-west-1"`

every rule satisfies (rule.vaul) == "Main"
                           ^^^^ unknown-attribute
  a rule has no attribute `vaul`
  help: did you mean `vault`?
"""

NO_SINGLE_VALUES = """\
every rule satisfies rule.vault == "Main"
                     ^^^^^^^^^^ unknown-attribute
  `rule.vault` is a vault, not a single value
  help: ask for an attribute of it, such as `rule.vault.name`

every rule satisfies "Main" == rule.vault
                               ^^^^^^^^^^ unknown-attribute
  `rule.vault` is a vault, not a single value
  help: ask for an attribute of it, such as `rule.vault.name`

every rule satisfies rule.vault
                     ^^^^^^^^^^ unknown-attribute
  `rule.vault` is a vault, not a single value
  help: ask for an attribute of it, such as `rule.vault.name`

every rule satisfies rule.vault in ["Main"]
                     ^^^^^^^^^^ unknown-attribute
  `rule.vault` is a vault, not a single value
  help: ask for an attribute of it, such as `rule.vault.name`

every rule satisfies (rule.vault) == "Main"
                     ^^^^^^^^^^^^ unknown-attribute
  `rule.vault` is a vault, not a single value
  help: ask for an attribute of it, such as `rule.vault.name`

every rule satisfies rule.copies >= 2
                     ^^^^^^^^^^^ unknown-attribute
  `rule.copies` is a set of copies, not a single value
  help: it is for quantifiers: `some copy satisfies ...`, `at least 2 copy satisfies ...`

every rule satisfies rule.copies == 0
                     ^^^^^^^^^^^ unknown-attribute
  `rule.copies` is a set of copies, not a single value
  help: it is for quantifiers: `some copy satisfies ...`, `at least 2 copy satisfies ...`

every rule satisfies "x" like rule.copies
                              ^^^^^^^^^^^ unknown-attribute
  `rule.copies` is a set of copies, not a single value
  help: it is for quantifiers: `some copy satisfies ...`, `at least 2 copy satisfies ...`

every rule satisfies rule.copies.retention >= 35 days
                                 ^^^^^^^^^ unknown-attribute
  `rule.copies` is a set of copies and has no attribute `retention`
  help: a quantifier asks each of them: `every copy satisfies copy.retention ...`

every rule satisfies rule.copies.count >= 2
                                 ^^^^^ unknown-attribute
  `rule.copies` is a set of copies and has no attribute `count`
  help: it is for quantifiers: `some copy satisfies ...`, `at least 2 copy satisfies ...`

every rule satisfies rule.copies["x"].retention >= 35 days
                                ^^^^^ unknown-attribute
  `rule.copies` is a set of copies, nothing is picked from it by name
  help: it is for quantifiers: `some copy satisfies ...`, `at least 2 copy satisfies ...`

account.tags == "prod"
^^^^^^^^^^^^ unknown-attribute
  `account.tags` is a set of tags, not a single value
  help: pick one by name: `account.tags["..."]`

account.tags.env == "prod"
             ^^^ unknown-attribute
  `account.tags` is a set of tags and has no attribute `env`
  help: pick one by name: `account.tags["env"]`

account == "payments"
^^^^^^^ unknown-attribute
  `account` is an account, not a single value
  help: ask for an attribute of it, such as `account.name`

plans == "daily"
^^^^^ unknown-attribute
  `plans` is a set of plans, not a single value
  help: pick one by name: `plans["..."]`, or ask all: `every plan satisfies ...`

plans["daily"] == "daily"
^^^^^^^^^^^^^^ unknown-attribute
  `plans["daily"]` is a plan, not a single value
  help: ask for an attribute of it, such as `plans["daily"].name`

plans["daily"].rules["nightly"] == 35 days
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unknown-attribute
  `plans["daily"].rules["nightly"]` is a rule in all its Regions, not a single value
  help: ask for an attribute of it, such as `plans["daily"].rules["nightly"].retention`

every plan satisfies plan.rules
                     ^^^^^^^^^^ unknown-attribute
  `plan.rules` is a set of rules, not a single value
  help: pick one by name: `plan.rules["..."]`, or ask all: `every rule satisfies ...`

plans["daily"].rules["nightly"].in_region == "eu-west-1"
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unknown-attribute
  `plans["daily"].rules["nightly"].in_region` is a set of Regions, not a single value
  help: pick one by name: `plans["daily"].rules["nightly"].in_region["..."]`

every copy satisfies copy == "x"
                     ^^^^ unknown-attribute
  `copy` is a copy, not a single value
  help: ask for an attribute of it, such as `copy.retention`

every rule satisfies rule.copy_actions == 1
                          ^^^^^^^^^^^^ unknown-attribute
  a rule has no attribute `copy_actions`
  help: did you mean `copies`?

every selection satisfies selection.nothing == 1
                                    ^^^^^^^ unknown-attribute
  a selection has no attribute `nothing`
  help: it has `name`, `plan`, `kind`, `role`, `key`, `values`, `types` and `conditions`

every resource satisfies resource.nothing == 1
                                  ^^^^^^^ unknown-attribute
  a resource has no attribute `nothing`
  help: it has `arn`, `type`, `region`, `tags`, `protected`, `plans`, `interval` and `retention`

every copy satisfies copy.nothing == 1
                          ^^^^^^^ unknown-attribute
  a copy has no attribute `nothing`
  help: it has `vault`, `region`, `account`, `retention`, `cold_after`, `cross_region`, `cross_account`, `rule` and `plan`

every rule satisfies rule.lifecycle == 1
                          ^^^^^^^^^ unknown-attribute
  a rule has no attribute `lifecycle`
  help: it has `name`, `plan`, `region`, `resource_types`, `schedule`, `interval`, `retention`, `cold_after`, `start_within`, `complete_within`, `continuous`, `archive`, `leaves_account`, `leaves_region`, `vault`, `air_gapped_vault`, `copies` and `tags`

every plan satisfies plan == 1
                     ^^^^ unknown-attribute
  `plan` is a plan, not a single value
  help: ask for an attribute of it, such as `plan.name`

every selection satisfies selection == "x"
                          ^^^^^^^^^ unknown-attribute
  `selection` is a selection, not a single value
  help: ask for an attribute of it, such as `selection.name`

every resource satisfies resource == "x"
                                     ^^^ unlike-types
  expected a kind of selection, found a string
  help: a kind of selection is `tag` or `resource`

every copy satisfies copy == "x"
                     ^^^^ unknown-attribute
  `copy` is a copy, not a single value
  help: ask for an attribute of it, such as `copy.retention`

plans == "x"
^^^^^ unknown-attribute
  `plans` is a set of plans, not a single value
  help: pick one by name: `plans["..."]`, or ask all: `every plan satisfies ...`

plans["x"].rules == "x"
^^^^^^^^^^^^^^^^ unknown-attribute
  `plans["x"].rules` is a set of rules, not a single value
  help: pick one by name: `plans["x"].rules["..."]`, or ask all: `every rule satisfies ...`

plans["x"].rules["y"] == "x"
^^^^^^^^^^^^^^^^^^^^^ unknown-attribute
  `plans["x"].rules["y"]` is a rule in all its Regions, not a single value
  help: ask for an attribute of it, such as `plans["x"].rules["y"].retention`

plans["x"].rules["y"].in_region == "x"
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unknown-attribute
  `plans["x"].rules["y"].in_region` is a set of Regions, not a single value
  help: pick one by name: `plans["x"].rules["y"].in_region["..."]`

every rule satisfies rule.vault == "x"
                     ^^^^^^^^^^ unknown-attribute
  `rule.vault` is a vault, not a single value
  help: ask for an attribute of it, such as `rule.vault.name`

every rule satisfies rule.tags == "x"
                     ^^^^^^^^^ unknown-attribute
  `rule.tags` is a set of tags, not a single value
  help: pick one by name: `rule.tags["..."]`

every rule satisfies rule.copies == "x"
                     ^^^^^^^^^^^ unknown-attribute
  `rule.copies` is a set of copies, not a single value
  help: it is for quantifiers: `some copy satisfies ...`, `at least 2 copy satisfies ...`

account == "x"
^^^^^^^ unknown-attribute
  `account` is an account, not a single value
  help: ask for an attribute of it, such as `account.name`
"""

PICKS = """\
plans.daily.rules.nightly.retention >= 35 days
      ^^^^^ unknown-attribute
  `plans` is a set of plans and has no attribute `daily`
  help: pick one by name: `plans["daily"]`

plans["daily"]["nightly"].retention >= 35 days
              ^^^^^^^^^^^ unknown-attribute
  `plans["daily"]` is a plan, nothing is picked from it by name
  help: did you mean `plans["daily"].rules["nightly"]`?

plans["daily"].rules.nightly.retention >= 35 days
                     ^^^^^^^ unknown-attribute
  `plans["daily"].rules` is a set of rules and has no attribute `nightly`
  help: pick one by name: `plans["daily"].rules["nightly"]`

every plan satisfies plan.rules.retention >= 35 days
                                ^^^^^^^^^ unknown-attribute
  `plan.rules` is a set of rules and has no attribute `retention`
  help: a quantifier asks each of them: `every rule satisfies rule.retention ...`

plans["daily"].rules["nightly"].in_region.vault.lock == none
                                          ^^^^^ unknown-attribute
  `plans["daily"].rules["nightly"].in_region` is a set of Regions and has no attribute `vault`
  help: pick one by name: `plans["daily"].rules["nightly"].in_region["..."]`

plan["daily"].windows_vss
^^^^ not-in-scope
  there is no `plan` here
  help: did you mean `plans["daily"]`?

account["env"] == "prod"
       ^^^^^^^ unknown-attribute
  `account` is an account, nothing is picked from it by name
  help: did you mean `account.tags["env"]`?

account.tags["env"]["x"] == "prod"
                   ^^^^^ unknown-attribute
  `account.tags["env"]` is a string, nothing is picked from it by name
  help: leave out `["x"]`

every rule satisfies rule["nightly"].retention >= 35 days
                         ^^^^^^^^^^^ unknown-attribute
  `rule` is a rule, nothing is picked from it by name
  help: narrow the quantifier: `every rule where rule.name == "nightly" satisfies ...`

every rule satisfies rule.vault["Main"].lock == none
                               ^^^^^^^^ unknown-attribute
  `rule.vault` is a vault, nothing is picked from it by name
  help: leave out `["Main"]`

plans["daily"].regions["eu-west-1"] == "x"
                      ^^^^^^^^^^^^^ unknown-attribute
  `plans["daily"].regions` is a list of strings, nothing is picked from it by name
  help: leave out `["eu-west-1"]`
"""

OUT_OF_SCOPE = """\
plan.name == "x"
^^^^ not-in-scope
  there is no `plan` here
  help: a quantifier brings it in: `every plan satisfies ...`

rule.retention >= 35 days
^^^^ not-in-scope
  there is no `rule` here
  help: a quantifier brings it in: `every rule satisfies ...`

every plan satisfies rule.retention >= 35 days
                     ^^^^ not-in-scope
  there is no `rule` here
  help: a quantifier brings it in: `every rule satisfies ...`

every plan satisfies copy.retention >= 35 days
                     ^^^^ not-in-scope
  there is no `copy` here
  help: a quantifier brings it in: `every copy satisfies ...`

every rule satisfies rule.vault.lock == copy.vault.lock
                                        ^^^^ not-in-scope
  there is no `copy` here
  help: a quantifier brings it in: `every copy satisfies ...`

rules.retention >= 35 days
^^^^^ not-in-scope
  a path cannot begin with `rules`
  help: did you mean `rule`?

copies.retention >= 35 days
^^^^^^ not-in-scope
  a path cannot begin with `copies`
  help: did you mean `copy`?

vault.lock == compliance
^^^^^ not-in-scope
  a path cannot begin with `vault`
  help: a rule has it: `every rule satisfies rule.vault.lock ...`

every rule satisfies vault.lock == compliance
                     ^^^^^ not-in-scope
  a path cannot begin with `vault`
  help: did you mean `rule.vault.lock`?

every rule satisfies region.name == "eu-west-1"
                     ^^^^^^ not-in-scope
  a path cannot begin with `region`
  help: did you mean `rule.region`?

acount.name == "payments"
^^^^^^ not-in-scope
  a path cannot begin with `acount`
  help: did you mean `account`?

org.name == "x"
^^^ not-in-scope
  a path cannot begin with `org`
  help: a path begins with `account` or `plans`

(every rule satisfies rule.continuous) and rule.archive
                                           ^^^^ not-in-scope
  there is no `rule` here
  help: a quantifier brings it in: `every rule satisfies ...`
"""

QUANTIFIERS = """\
every vault satisfies vault.lock == compliance
      ^^^^^ not-in-scope
  a quantifier cannot range over `vault`
  help: ask a rule or a copy for its vault: `every rule satisfies rule.vault.lock == compliance`

every rules satisfies rules.retention >= 35 days
      ^^^^^ not-in-scope
  a quantifier cannot range over `rules`
  help: did you mean `rule`?

some copies satisfies copies.cross_region
     ^^^^^^ not-in-scope
  a quantifier cannot range over `copies`
  help: did you mean `copy`?

no roule satisfies roule.continuous
   ^^^^^ not-in-scope
  a quantifier cannot range over `roule`
  help: did you mean `rule`?

every account satisfies account.management
      ^^^^^^^ not-in-scope
  a quantifier cannot range over `account`
  help: an assertion is judged for each account by itself: leave the quantifier out, and narrow with `for`

at least 2 accounts satisfies true
           ^^^^^^^^ not-in-scope
  a quantifier cannot range over `accounts`
  help: an assertion is judged for each account by itself: leave the quantifier out, and narrow with `for`

every region satisfies region == "eu-west-1"
      ^^^^^^ not-in-scope
  a quantifier cannot range over `region`
  help: a rule is judged in each of its Regions: `every rule satisfies rule.region in [eu-west-1]`

every tag satisfies tag == "x"
      ^^^ not-in-scope
  a quantifier cannot range over `tag`
  help: pick one by name: `account.tags["..."]`

every backup satisfies backup.retention >= 35 days
      ^^^^^^ not-in-scope
  a quantifier cannot range over `backup`
  help: the kinds are `plan`, `rule`, `copy`, `selection` and `resource`
"""

DURATIONS = """\
every rule satisfies rule.retention >= "7 years"
                                       ^^^^^^^^^ unlike-types
  `>=` compares durations, found a string
  help: write `7 years` without quotes

every rule satisfies rule.retention >= 30
                                       ^^ unlike-types
  `>=` compares durations, found a number
  help: write `30 days`

every rule satisfies 30 <= rule.retention
                     ^^ unlike-types
  `<=` compares durations, found a number
  help: write `30 days`

every rule satisfies rule.retention == 1
                                       ^ unlike-types
  expected a duration, found a number
  help: write `1 day`

every rule satisfies rule.retention >= "30"
                                       ^^^^ unlike-types
  `>=` compares durations, found a string
  help: write `30 days`

every rule satisfies rule.retention >= "forever"
                                       ^^^^^^^^^ unlike-types
  `>=` compares durations, found a string
  help: write `forever` without quotes

every rule satisfies rule.retention >= "30 months"
                                       ^^^^^^^^^^^ unlike-types
  `>=` compares durations, found a string
  help: a month has no fixed length: write `900 days`

every rule satisfies rule.retention >= "long"
                                       ^^^^^^ unlike-types
  `>=` compares durations, found a string
  help: a duration has a unit, such as `35 days`

every rule satisfies rule.retention >= compliance
                                       ^^^^^^^^^^ unlike-types
  `>=` compares durations, found a lock mode
  help: a duration has a unit, such as `35 days`

every rule satisfies rule.start_within >= 60
                                          ^^ unlike-types
  `>=` compares durations, found a number
  help: write `60 minutes`

every rule satisfies rule.interval <= 24
                                      ^^ unlike-types
  `<=` compares durations, found a number
  help: write `24 hours`

every rule satisfies rule.vault.min_retention >= 7
                                                 ^ unlike-types
  `>=` compares durations, found a number
  help: write `7 days`

every rule satisfies rule.retention >= rule.schedule
                                       ^^^^^^^^^^^^^ unlike-types
  `>=` compares durations, found a string
  help: `rule.retention` is a duration

every rule satisfies rule.retention == rule.name
                                       ^^^^^^^^^ unlike-types
  expected a duration, found a string
  help: `rule.retention` is a duration

every rule satisfies rule.retention >= forevr
                                       ^^^^^^ unknown-name
  nothing is called `forevr`
  help: did you mean `forever`?

every rule satisfies rule.retention >= kept_for
                                       ^^^^^^^^ unknown-name
  nothing is called `kept_for`
  help: a duration is written like `35 days`
"""

WORDS = """\
every rule satisfies rule.vault.lock == immutable
                                        ^^^^^^^^^ unlike-types
  `immutable` is not a lock mode
  help: a lock mode is `none`, `governance` or `compliance`

every rule satisfies rule.vault.lock == complience
                                        ^^^^^^^^^^ unlike-types
  `complience` is not a lock mode
  help: did you mean `compliance`?

every rule satisfies rule.vault.lock == "compliance"
                                        ^^^^^^^^^^^^ unlike-types
  expected a lock mode, found a string
  help: write `compliance` without quotes

every rule satisfies rule.vault.lock == "immutable"
                                        ^^^^^^^^^^^ unlike-types
  expected a lock mode, found a string
  help: a lock mode is `none`, `governance` or `compliance`

every rule satisfies rule.vault.lock == customer
                                        ^^^^^^^^ unlike-types
  expected a lock mode, found a kind of key
  help: a lock mode is `none`, `governance` or `compliance`

every rule satisfies rule.vault.lock == true
                                        ^^^^ unlike-types
  expected a lock mode, found a boolean
  help: a lock mode is `none`, `governance` or `compliance`

every rule satisfies compliance == rule.vault.key
                     ^^^^^^^^^^ unlike-types
  expected a kind of key, found a lock mode
  help: a kind of key is `aws_managed`, `customer` or `aws_owned`

every rule satisfies rule.vault.lock == rule.vault.key
                                        ^^^^^^^^^^^^^^ unlike-types
  expected a lock mode, found a kind of key
  help: `rule.vault.lock` is a lock mode

every rule satisfies rule.vault.lock >= governance
                     ^^^^^^^^^^^^^^^ unlike-types
  `>=` compares durations, found a lock mode
  help: use `==`, `!=` or `in`

every rule satisfies rule.vault.lock like "comp*"
                     ^^^^^^^^^^^^^^^ unlike-types
  `like` compares strings, found a lock mode
  help: both sides are texts; the right one is a pattern such as "Workloads/*"

every rule satisfies rule.vault.type == logically_air_gapped
                                        ^^^^^^^^^^^^^^^^^^^^ unlike-types
  `logically_air_gapped` is not a type of vault
  help: did you mean `air_gapped`?

every rule satisfies rule.vault.type == "air_gapped"
                                        ^^^^^^^^^^^^ unlike-types
  expected a type of vault, found a string
  help: write `air_gapped` without quotes

every rule satisfies rule.vault.key == cmk
                                       ^^^ unlike-types
  `cmk` is not a kind of key
  help: a kind of key is `aws_managed`, `customer` or `aws_owned`

every selection satisfies selection.kind == tags
                                            ^^^^ unlike-types
  `tags` is not a kind of selection
  help: did you mean `tag`?

every selection satisfies selection.kind == "resource"
                                            ^^^^^^^^^^ unlike-types
  expected a kind of selection, found a string
  help: write `resource` without quotes

every rule satisfies lock == compliance
                     ^^^^ unknown-name
  nothing is called `lock`
  help: did you mean `rule.vault.lock`?
"""

TEXTS = """\
account.id == 222222222222
              ^^^^^^^^^^^^ unlike-types
  expected a string, found a number
  help: a text needs quotes: `"222222222222"`

account.name == payments
                ^^^^^^^^ unknown-name
  nothing is called `payments`
  help: a text needs quotes: `"payments"`

account.name == 35 days
                ^^^^^^^ unlike-types
  expected a string, found a duration
  help: `account.name` is a string

account.name == none
                ^^^^ unlike-types
  expected a string, found a lock mode
  help: a text needs quotes: `"none"`

account.name >= "a"
^^^^^^^^^^^^ unlike-types
  `>=` compares durations, found a string
  help: use `==`, `!=` or `in`

account.name == account.management
                ^^^^^^^^^^^^^^^^^^ unlike-types
  expected a string, found a boolean
  help: `account.name` is a string

account.tags["env"] == prod
                       ^^^^ unknown-name
  nothing is called `prod`
  help: a text needs quotes: `"prod"`

account.ou like Workloads
                ^^^^^^^^^ unknown-name
  nothing is called `Workloads`
  help: a text needs quotes: `"Workloads"`

account.name like 5
                  ^ unlike-types
  `like` compares strings, found a number
  help: a text needs quotes: `"5"`

account.name like ["a"]
                  ^^^^^ unlike-types
  `like` compares strings, found a list of strings
  help: both sides are texts; the right one is a pattern such as "Workloads/*"

every rule satisfies rule.retention like "3*"
                     ^^^^^^^^^^^^^^ unlike-types
  `like` compares strings, found a duration
  help: both sides are texts; the right one is a pattern such as "Workloads/*"

every rule satisfies rule.region == eu-west-11
                                    ^^^^^^^^^^ unknown-name
  nothing is called `eu-west-11`
  help: did you mean `eu-west-1`?

every rule satisfies rule.plan == daily
                                  ^^^^^ unknown-name
  nothing is called `daily`
  help: a text needs quotes: `"daily"`

every rule satisfies rule.tags["Owner"] == true
                                           ^^^^ unlike-types
  expected a string, found a boolean
  help: a text needs quotes: `"true"`

every rule satisfies name == "nightly"
                     ^^^^ unknown-name
  nothing is called `name`
  help: did you mean `rule.name`?

every rule satisfies "nightly" == retention
                                  ^^^^^^^^^ unknown-name
  nothing is called `retention`
  help: did you mean `rule.retention`?
"""

BOOLEANS = """\
every rule satisfies rule.continuous == "false"
                                        ^^^^^^^ unlike-types
  expected a boolean, found a string
  help: write `false` without quotes

every rule satisfies rule.continuous == 1
                                        ^ unlike-types
  expected a boolean, found a number
  help: write `true` or `false`

every rule satisfies rule.continuous == "true"
                                        ^^^^^^ unlike-types
  expected a boolean, found a string
  help: write `true` without quotes

every rule satisfies rule.continuous == yes
                                        ^^^ unknown-name
  nothing is called `yes`
  help: write `true` or `false`

every rule satisfies rule.continuous == tru
                                        ^^^ unknown-name
  nothing is called `tru`
  help: did you mean `true`?

every rule satisfies rule.continuous >= true
                     ^^^^^^^^^^^^^^^ unlike-types
  `>=` compares durations, found a boolean
  help: use `==`, `!=` or `in`

every rule satisfies (rule.retention >= 1 day) == true
                     ^^^^^^^^^^^^^^^^^^^^^^^^^ unlike-types
  expected a value to compare, found a condition
  help: a condition stands by itself; several combine with `and`, `or` and `not`

(every rule satisfies rule.archive) == true
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unlike-types
  expected a value to compare, found a condition
  help: a condition stands by itself; several combine with `and`, `or` and `not`
"""

LISTS = """\
every plan satisfies [none] == plan.regions
                     ^^^^^^ unlike-types
  expected a list of strings, found a list of lock modes
  help: `plan.regions` is a list of strings

[1 day] == ["x"]
           ^^^^^ unlike-types
  expected a list of durations, found a list of strings
  help: `[1 day]` is a list of durations

[] == 1 day
      ^^^^^ unlike-types
  expected a list of strings, found a duration
  help: write `1 day in []`

every plan satisfies plan.regions == "eu-west-1"
                                     ^^^^^^^^^^^ unlike-types
  expected a list of strings, found a string
  help: write `"eu-west-1" in plan.regions`

every plan satisfies plan.regions != eu-west-1
                                     ^^^^^^^^^ unlike-types
  expected a list of strings, found a string
  help: write `not eu-west-1 in plan.regions`

every plan satisfies eu-west-1 == plan.regions
                     ^^^^^^^^^ unlike-types
  expected a list of strings, found a string
  help: write `eu-west-1 in plan.regions`

every plan satisfies plan.regions in "eu-west-1"
                                     ^^^^^^^^^^^ unlike-types
  `in` needs a list on its right, found a string
  help: the list stands on the right: `"eu-west-1" in plan.regions`

every plan satisfies plan.regions in [eu-west-1]
                     ^^^^^^^^^^^^ unlike-types
  `in` looks for one value, found a list of strings
  help: a rule runs in one Region at a time: `every rule satisfies rule.region in [eu-west-1]`

every plan satisfies plan.regions like "eu-*"
                     ^^^^^^^^^^^^ unlike-types
  `like` compares strings, found a list of strings
  help: ask for one value: `"..." in plan.regions`

every plan satisfies plan.regions >= 2
                     ^^^^^^^^^^^^ unlike-types
  `>=` compares durations, found a list of strings
  help: use `==`, `!=` or `in`

every plan satisfies plan.regions == [35 days]
                                      ^^^^^^^ unlike-types
  expected a string, found a duration
  help: a list holds values of one type

every plan satisfies 35 days in plan.regions
                     ^^^^^^^ unlike-types
  expected a string, found a duration
  help: `plan.regions` is a list of strings

every selection satisfies selection.values in ["gold"]
                          ^^^^^^^^^^^^^^^^ unlike-types
  `in` looks for one value, found a list of strings
  help: lists compare with `==`

every selection satisfies selection.types == RDS
                                             ^^^ unlike-types
  expected a list of strings, found a string
  help: write `RDS in selection.types`

every selection satisfies RDB in selection.types
                          ^^^ unknown-name
  nothing is called `RDB`
  help: did you mean `RDS`?

every rule satisfies rule.name in "nightly"
                                  ^^^^^^^^^ unlike-types
  `in` needs a list on its right, found a string
  help: write `rule.name == "nightly"`, or a list: `["nightly"]`

every rule satisfies rule.name in rule.plan
                                  ^^^^^^^^^ unlike-types
  `in` needs a list on its right, found a string
  help: write `rule.name == rule.plan`

every rule satisfies rule.vault.lock in compliance
                                        ^^^^^^^^^^ unlike-types
  `in` needs a list on its right, found a lock mode
  help: write `rule.vault.lock == compliance`, or a list: `[compliance]`

account.id in [222222222222]
               ^^^^^^^^^^^^ unlike-types
  expected a string, found a number
  help: a text needs quotes: `"222222222222"`

account.id in ["222222222222", 333333333333]
                               ^^^^^^^^^^^^ unlike-types
  expected a string, found a number
  help: a text needs quotes: `"333333333333"`

account.name in [payments, "ledger"]
                 ^^^^^^^^ unknown-name
  nothing is called `payments`
  help: a text needs quotes: `"payments"`

account.name in [account.id, "ledger"]
                 ^^^^^^^^^^ unlike-types
  a list holds literals only
  help: compare one by one, and combine with `or`

account.name in [["payments"]]
                 ^^^^^^^^^^^^ unlike-types
  a list cannot hold another list
  help: leave out the inner list

account.name in [true == false]
                 ^^^^^^^^^^^^^ unlike-types
  expected a value to compare, found a condition
  help: a condition stands by itself; several combine with `and`, `or` and `not`

every rule satisfies rule.retention in [35, 60]
                                        ^^ unlike-types
  expected a duration, found a number
  help: write `35 days`

every rule satisfies rule.start_within in [60 minutes, 90]
                                                       ^^ unlike-types
  expected a duration, found a number
  help: write `90 minutes`

every rule satisfies rule.vault.lock in ["compliance"]
                                         ^^^^^^^^^^^^ unlike-types
  expected a lock mode, found a string
  help: write `compliance` without quotes

every rule satisfies rule.vault.lock in [compliance, immutable]
                                                     ^^^^^^^^^ unlike-types
  `immutable` is not a lock mode
  help: a lock mode is `none`, `governance` or `compliance`

every rule satisfies rule.vault.lock in [compliance, customer]
                                                     ^^^^^^^^ unlike-types
  expected a lock mode, found a kind of key
  help: a lock mode is `none`, `governance` or `compliance`

["a", 2] == ["a"]
      ^ unlike-types
  expected a string like the first of the list, found a number
  help: a text needs quotes: `"2"`
"""

NO_CONDITIONS = """\
35 days
^^^^^^^ not-a-condition
  expected something true or false, found a duration
  help: say what must hold, such as `every rule satisfies rule.retention >= 35 days`

"payments"
^^^^^^^^^^ not-a-condition
  expected something true or false, found a string
  help: say what must hold, such as `every rule satisfies rule.retention >= 35 days`

compliance
^^^^^^^^^^ not-a-condition
  expected something true or false, found a lock mode
  help: say what must hold, such as `every rule satisfies rule.retention >= 35 days`

[eu-west-1]
^^^^^^^^^^^ not-a-condition
  expected something true or false, found a list of strings
  help: say what must hold, such as `every rule satisfies rule.retention >= 35 days`

nothing
^^^^^^^ unknown-name
  nothing is called `nothing`
  help: a text needs quotes; a bare name is a let, a Region or a resource type

account
^^^^^^^ unknown-attribute
  `account` is an account, not a single value
  help: ask for an attribute of it, such as `account.name`

account.name
^^^^^^^^^^^^ not-a-condition
  expected something true or false, found a string
  help: compare it with something, such as `account.name == "..."`

account.tags["env"]
^^^^^^^^^^^^^^^^^^^ not-a-condition
  expected something true or false, found a string
  help: compare it with something, such as `account.tags["env"] == "..."`

every rule satisfies rule.retention
                     ^^^^^^^^^^^^^^ not-a-condition
  expected something true or false, found a duration
  help: compare it with something, such as `rule.retention >= 35 days`

every rule satisfies not rule.retention
                         ^^^^^^^^^^^^^^ not-a-condition
  expected something true or false, found a duration
  help: compare it with something, such as `rule.retention >= 35 days`

every rule satisfies rule.continuous and rule.retention
                                         ^^^^^^^^^^^^^^ not-a-condition
  expected something true or false, found a duration
  help: compare it with something, such as `rule.retention >= 35 days`

every rule satisfies rule.vault.lock
                     ^^^^^^^^^^^^^^^ not-a-condition
  expected something true or false, found a lock mode
  help: compare it with something, such as `rule.vault.lock == compliance`

every plan satisfies plan.regions
                     ^^^^^^^^^^^^ not-a-condition
  expected something true or false, found a list of strings
  help: ask what is in it, such as `"..." in plan.regions`

every rule where rule.retention satisfies rule.continuous
                 ^^^^^^^^^^^^^^ not-a-condition
  expected something true or false, found a duration
  help: compare it with something, such as `rule.retention >= 35 days`
"""

LETS = """\
let kept = "35 days"
every rule satisfies rule.retention >= kept
                                       ^^^^ unlike-types
  `>=` compares durations, found a string
  help: write `35 days` without quotes

let kept = 35
every rule satisfies rule.retention >= kept
                                       ^^^^ unlike-types
  `>=` compares durations, found a number
  help: write `35 days`

let kept = 35 days
every rule satisfies rule.retention >= kpt
                                       ^^^ unknown-name
  nothing is called `kpt`
  help: did you mean `kept`?

let kept = 35 days
every rule satisfies kept.days >= 3
                     ^^^^^^^^^ not-in-scope
  `kept` is a let, and a value has no attributes
  help: write `kept` by itself

let kept = 35 days
kept
^^^^ not-a-condition
  expected something true or false, found a duration
  help: say what must hold, such as `every rule satisfies rule.retention >= 35 days`

let mode = "compliance"
every rule satisfies rule.vault.lock == mode
                                        ^^^^ unlike-types
  expected a lock mode, found a string
  help: write `compliance` without quotes

let desks = ["a", "b"]
account.name == desks
                ^^^^^ unlike-types
  expected a string, found a list of strings
  help: write `account.name in desks`

let desks = ["a", 2]
account.name in desks
                ^^^^^ unlike-types
  expected a string like the first of the list, found a number
  help: a text needs quotes: `"2"`

let desks = ["a", "b"]
account.name in [desks, "c"]
                 ^^^^^ unlike-types
  a list cannot hold another list
  help: leave out the inner list

let numbers = [1, 2]
account.id in numbers
              ^^^^^^^ unlike-types
  expected a list of strings, found a list of numbers
  help: a text needs quotes: `"1"`

let home = eu-west-1
every rule satisfies rule.region in home
                                    ^^^^ unlike-types
  `in` needs a list on its right, found a string
  help: write `rule.region == home`, or a list: `[home]`

let home = eu-west-1
every plan satisfies plan.regions == home
                                     ^^^^ unlike-types
  expected a list of strings, found a string
  help: write `home in plan.regions`

let home = eu-west-1
every rule satisfies rule.region in [...home]
                                     ^^^^^^^ unlike-types
  `...` takes a list that is written out, or a let of one
  help: write `home` without the dots

let home = [eu-west-1]
every rule satisfies rule.region in [...hom]
                                        ^^^ unknown-name
  nothing is called `hom`
  help: did you mean `home`?

let home = [eu-west-1]
every rule satisfies rule.retention in [35 days, ...home]
                                                 ^^^^^^^ unlike-types
  expected a duration, found a string
  help: a duration has a unit, such as `35 days`

let tiers = ["gold"]
account.tags["tier"] in [...account.tags["tier"]]
                         ^^^^^^^^^^^^^^^^^^^^^^^ unlike-types
  `...` takes a list that is written out, or a let of one

let until = 2027-03-31
account.name == until
                ^^^^^ not-in-scope
  `until` stands for a value that no condition compares
  help: conditions know texts, numbers, durations, and lists of these

let until = 2027-03-31
every rule satisfies until
                     ^^^^^ not-in-scope
  `until` stands for a value that no condition compares
  help: conditions know texts, numbers, durations, and lists of these

let until = 2027-03-31
account.name in [...until]
                    ^^^^^ not-in-scope
  `until` stands for a value that no condition compares
  help: conditions know texts, numbers, durations, and lists of these

let dates = [2027-03-31]
account.name in dates
                ^^^^^ not-in-scope
  `dates` stands for a value that no condition compares
  help: conditions know texts, numbers, durations, and lists of these

let long = ["a"]
account.name in [...long, "b"]

let long = ["a"]
account.name in [...long.x, "b"]
                    ^^^^^^ not-in-scope
  `long` is a let, and a value has no attributes
  help: write `long` by itself
"""

BROKEN_LETS = """\
let kept = nothing
           ^^^^^^^ unknown-name
  nothing is called `nothing`
  help: a text needs quotes; a bare name is a let, a Region or a resource type
every rule satisfies rule.retention >= kept

let kept = later
let later = kept
            ^^^^ circular-let
  `kept` is defined by itself
  help: break the circle: `kept`, `later`, `kept`
every rule satisfies rule.retention >= kept

let mode = immutable
           ^^^^^^^^^ unknown-name
  nothing is called `immutable`
  help: a text needs quotes; a bare name is a let, a Region or a resource type
every rule satisfies rule.vault.lock == mode

let desks = ["a", nobody]
                  ^^^^^^ unknown-name
  nothing is called `nobody`
  help: a text needs quotes; a bare name is a let, a Region or a resource type
account.name in desks

let kept = later
           ^^^^^ unknown-name
  nothing is called `later`
  help: a text needs quotes; a bare name is a let, a Region or a resource type
every rule satisfies account.name in [kept]
"""

YEARS = """\
every rule satisfies rule.retention >= 7 years
                                       ^^^^^^^ years-in-retention
  `7 years` is 2555 days; as many calendar years can hold 2557
  help: write `2557 days` to cover the calendar

every rule satisfies 1 year <= rule.retention
                     ^^^^^^ years-in-retention
  `1 year` is 365 days; as many calendar years can hold 366
  help: write `366 days` to cover the calendar

every rule satisfies rule.retention in [35 days, 6 years]
                                                 ^^^^^^^ years-in-retention
  `6 years` is 2190 days; as many calendar years can hold 2192
  help: write `2192 days` to cover the calendar

let kept = 7 years
           ^^^^^^^ years-in-retention
  `7 years` is 2555 days; as many calendar years can hold 2557
  help: write `2557 days` to cover the calendar
every rule satisfies rule.retention >= kept

let kept = [6 years]
            ^^^^^^^ years-in-retention
  `6 years` is 2190 days; as many calendar years can hold 2192
  help: write `2192 days` to cover the calendar
every rule satisfies rule.cold_after in kept

every copy satisfies copy.retention >= 1 year
                                       ^^^^^^ years-in-retention
  `1 year` is 365 days; as many calendar years can hold 366
  help: write `366 days` to cover the calendar

every rule satisfies rule.vault.min_retention >= 7 years
                                                 ^^^^^^^ years-in-retention
  `7 years` is 2555 days; as many calendar years can hold 2557
  help: write `2557 days` to cover the calendar

plans["ledger"].rules["monthly"].retention == 7 years
                                              ^^^^^^^ years-in-retention
  `7 years` is 2555 days; as many calendar years can hold 2557
  help: write `2557 days` to cover the calendar
"""

SEVERAL = """\
account.nme == "x" and account.id == 5
        ^^^ unknown-attribute
  an account has no attribute `nme`
  help: did you mean `name`?
                                     ^ unlike-types
  expected a string, found a number
  help: a text needs quotes: `"5"`

every rule where rule.nme == "x" satisfies rule.retain >= 35 days
                      ^^^ unknown-attribute
  a rule has no attribute `nme`
  help: did you mean `name`?
                                                ^^^^^^ unknown-attribute
  a rule has no attribute `retain`
  help: did you mean `retention`?

foo == bar
^^^ unknown-name
  nothing is called `foo`
  help: a text needs quotes; a bare name is a let, a Region or a resource type
       ^^^ unknown-name
  nothing is called `bar`
  help: a text needs quotes; a bare name is a let, a Region or a resource type
"""

RIGHT = """\
every rule satisfies rule.retention >= 35 days

every rule satisfies rule.retention == forever

every rule satisfies 60 days <= rule.retention

every rule satisfies rule.retention in [35 days, 60 days]

every rule satisfies rule.vault.lock in [governance, compliance]

every rule satisfies compliance == rule.vault.lock

every rule satisfies rule.continuous == true

every rule satisfies rule.continuous in [true]

every rule satisfies rule.region == eu-west-1

every rule satisfies rule.interval <= 1 year

every rule satisfies (rule.retention) >= 1 day

account.name == RDS

account.name in []

every plan satisfies eu-west-1 in plan.regions

every plan satisfies plan.regions == [eu-west-1]

every plan satisfies plan.regions == []

every rule satisfies rule.region in plans["daily"].regions

true

account.management

not account.management

account.plans["daily"].rules["nightly"].retention >= 1 day

let kept = 35 days
every rule satisfies rule.retention >= kept

let later = 35 days
let kept = later
every rule satisfies rule.retention in [kept, forever]

let desks = ["a", "b"]
account.name in desks

let mode = compliance
every rule satisfies rule.vault.lock == mode

let home = [eu-west-1]
every plan satisfies plan.regions == home

let home = [eu-west-1]
every plan satisfies plan.regions == [...home, ...[eu-west-2, ...home]]

let yes = true
every rule satisfies rule.continuous == yes

let yes = true
yes

let night = daily at 05:00
every rule satisfies rule.schedule == night

let retention = 35 days
every rule satisfies rule.retention >= retention

let types = [RDS, S3]
every selection satisfies selection.types == types
"""


@pytest.mark.parametrize("case", cases(UNKNOWN_ATTRIBUTES), ids=asked)
def test_an_unknown_attribute_is_suggested_by_what_policies_aws_or_others_call_it(case: str) -> None:
    assert drawn(case) == case


@pytest.mark.parametrize("case", cases(NO_SINGLE_VALUES), ids=asked)
def test_a_thing_is_no_value_and_its_attributes_are(case: str) -> None:
    assert drawn(case) == case


@pytest.mark.parametrize("case", cases(PICKS), ids=asked)
def test_what_is_picked_by_name_is_picked_from_something(case: str) -> None:
    assert drawn(case) == case


@pytest.mark.parametrize("case", cases(OUT_OF_SCOPE), ids=asked)
def test_a_path_begins_with_what_is_in_scope(case: str) -> None:
    assert drawn(case) == case


@pytest.mark.parametrize("case", cases(QUANTIFIERS), ids=asked)
def test_a_quantifier_ranges_over_five_kinds(case: str) -> None:
    assert drawn(case) == case


@pytest.mark.parametrize("case", cases(DURATIONS), ids=asked)
def test_a_duration_compares_with_a_duration(case: str) -> None:
    assert drawn(case) == case


@pytest.mark.parametrize("case", cases(WORDS), ids=asked)
def test_a_word_compares_with_its_likes(case: str) -> None:
    assert drawn(case) == case


@pytest.mark.parametrize("case", cases(TEXTS), ids=asked)
def test_a_text_compares_with_a_text(case: str) -> None:
    assert drawn(case) == case


@pytest.mark.parametrize("case", cases(BOOLEANS), ids=asked)
def test_a_boolean_compares_with_a_boolean(case: str) -> None:
    assert drawn(case) == case


@pytest.mark.parametrize("case", cases(LISTS), ids=asked)
def test_a_list_holds_values_of_one_type_and_is_asked_with_in(case: str) -> None:
    assert drawn(case) == case


@pytest.mark.parametrize("case", cases(NO_CONDITIONS), ids=asked)
def test_what_is_asserted_is_true_or_false(case: str) -> None:
    assert drawn(case) == case


@pytest.mark.parametrize("case", cases(LETS), ids=asked)
def test_a_let_is_judged_by_its_value_where_it_is_used(case: str) -> None:
    assert drawn(case) == case


@pytest.mark.parametrize("case", cases(BROKEN_LETS), ids=asked)
def test_a_broken_let_is_reported_once_where_it_is_broken(case: str) -> None:
    assert drawn(case) == case


@pytest.mark.parametrize("case", cases(YEARS), ids=asked)
def test_years_beside_a_retention_say_what_the_calendar_holds(case: str) -> None:
    assert drawn(case) == case


@pytest.mark.parametrize("case", cases(SEVERAL), ids=asked)
def test_several_faults_of_a_requirement_are_all_reported(case: str) -> None:
    assert drawn(case) == case


@pytest.mark.parametrize("case", cases(RIGHT), ids=asked)
def test_what_fits_is_left_alone(case: str) -> None:
    assert drawn(case) == case


def test_advice_to_write_an_expression_has_all_of_it() -> None:
    rule = f'plans["{"p" * 60}"].rules["{"r" * 60}"].retention'
    assert drawn(f"{rule} in 35 days").endswith(f"help: write `{rule} == 35 days`, or a list: `[35 days]`")
