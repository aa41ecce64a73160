from __future__ import annotations

import time
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyengine.analysis.findings.configuration import (
    AllowedChange,
    Configuration,
    SettableLevels,
    read_configuration,
)
from policyengine.base.errors import ConfigurationError
from policyengine.base.rules import Fact
from policyengine.base.source import Source

CHECKS = {
    "cold-storage-ignored": SettableLevels(),
    "operator-blocked": SettableLevels(),
    "requirement-undecided": SettableLevels(("info", "warning", "error"), "unknown"),
    "waiver-unused": SettableLevels(("warning", "error"), "gate"),
    "unknown-name": SettableLevels((), "its level cannot be set: it is a mistake in the text"),
}

ONE, TWO = "0123456789abcdef" * 2, "fedcba9876543210" * 2


def read(text: str) -> Configuration:
    return read_configuration(Source("policyengine.toml", text), CHECKS)


def told(text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        read(text)
    return [line.removeprefix("policyengine.toml:") for line in str(caught.value).splitlines()]


def test_every_setting_is_read() -> None:
    text = """
[project]
organization = "aws/organization.yaml"
policies     = ["policies/*.bpol", "shared/*.bpol"]
partition    = "aws-us-gov"

[gate]
fail_on  = "warning"
strict   = true
baseline = "baseline.json"
unknown  = ["roles", "vault-locks"]

[checks]
cold-storage-ignored = "error"
operator-blocked = "off"
"""
    configuration = read(text)
    assert (configuration.organization, configuration.partition) == ("aws/organization.yaml", "aws-us-gov")
    assert configuration.policies == ("policies/*.bpol", "shared/*.bpol")
    assert (configuration.fail_on, configuration.strict, configuration.baseline) == ("warning", True, "baseline.json")
    assert configuration.unknown == (Fact.ROLES, Fact.VAULT_LOCKS)
    assert configuration.checks == {"cold-storage-ignored": "error", "operator-blocked": "off"}


def test_inventories_have_files_an_age_and_columns() -> None:
    text = """
[inventory]
files = ["inventory/*.json"]
max_age = "36 hours"
[inventory.columns]
arn = "resource_arn"
"""
    inventory = read(text).inventory
    assert (inventory.files, inventory.max_age) == (("inventory/*.json",), timedelta(hours=36))
    assert (inventory.column("arn"), inventory.column("tags")) == ("resource_arn", "tags")
    assert read(text).settings["inventory.columns.arn"] == "resource_arn"
    assert read("").inventory.max_age is None


@pytest.mark.parametrize("text", ["", "# nothing\n", "[project]\n[gate]\n[checks]\n", "\ufeff[gate]\nstrict = false\n"])
def test_what_is_left_out_has_its_default(text: str) -> None:
    assert read(text) == Configuration()
    assert Configuration().policies == ("**/*.bpol",)
    assert (Configuration().partition, Configuration().fail_on) == ("aws", "error")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[projct]", "1: projct: unknown table `projct`; did you mean `project`?"),
        ("x = 1", "1: x: unknown table `x`; expected one of `project`, `gate`, `inventory`, `checks`"),
        ("project = 5", "1: project: expected a table [project], found the number 5"),
        ("checks = []", "1: checks: expected a table [checks], found a list"),
        ("[project]\norganisation = 'x'", "2: project.organisation: unknown key `organisation`; did you mean `organization`?"),
        ("[gate]\nverbose = true", "2: gate.verbose: unknown key `verbose`; expected one of `fail_on`, `strict`, `baseline`, `allow`, `unknown`"),
        ("[project]\norganization = 5", "2: project.organization: expected a text in quotes, found the number 5"),
        ("[project]\norganization = 2026-01-01", "2: project.organization: expected a text in quotes, found a date or time"),
        ("[project]\npolicies = 'x'", '2: project.policies: expected a list such as ["**/*.bpol"], found the text `x`'),
        ("[project]\npolicies = [1]", '2: project.policies: expected a list such as ["**/*.bpol"], found a list'),
        ("[project]\npolicies = []", '2: project.policies: expected a list such as ["**/*.bpol"], found a list'),
        ("[project]\npartition = 'gov'",
         '2: project.partition: expected "aws", "aws-cn" or "aws-us-gov", found the text `gov`'),
        ("[gate]\n\nfail_on = 'info'", '3: gate.fail_on: expected "error" or "warning", found the text `info`'),
        ("[gate]\nstrict = 'yes'", "2: gate.strict: expected true or false, found the text `yes`"),
        ("gate.strict = 1", " gate.strict: expected true or false, found the number 1"),
        ("[checks]\ncold-storage-ignore = 'off'",
         "2: checks.cold-storage-ignore: expected the name or code of a check, or a family, found `cold-storage-ignore`; did you mean `cold-storage-ignored`?"),
        ("[checks]\n'Operator-Blocked' = 'off'",
         "2: checks.Operator-Blocked: expected the name or code of a check, or a family, found `Operator-Blocked`; did you mean `operator-blocked`?"),
        ("[checks]\noperator-blocked = 'fatal'",
         '2: checks.operator-blocked: expected "off", "info", "warning" or "error", found the text `fatal`'),
        ("[checks]\nrequirement-undecided = 'off'",
         '2: checks.requirement-undecided: expected "info", "warning" or "error", found the text `off`: unknown'),
        ("[checks]\nwaiver-unused = 'info'",
         '2: checks.waiver-unused: expected "warning" or "error", found the text `info`: gate'),
        ("[checks]\nwaiver-unused = 'loud'",
         '2: checks.waiver-unused: expected "warning" or "error", found the text `loud`'),
        ("[inventory]\nfiles = 'x.json'", '2: inventory.files: expected a list such as ["inventory/*.json"], found the text `x.json`'),
        ("[inventory]\ntable = 'a; b'", '2: inventory.table: expected a table such as "backup.resources", found the text `a; b`'),
        ("[inventory]\nmax_age = 7", '2: inventory.max_age: expected a length of time such as "7 days" or "36 hours", found the number 7'),
        ("[inventory]\nmax_age = '0 days'", '2: inventory.max_age: expected a length of time such as "7 days" or "36 hours", found the text `0 days`'),
        ("[inventory]\ncolumns = 5", "2: inventory.columns: expected a table [inventory.columns], found the number 5"),
        ("[inventory]\n[inventory.columns]\nann = 'x'", "3: inventory.columns.ann: unknown column `ann`; did you mean `arn`?"),
        ("[inventory.columns]\narn = 5", "2: inventory.columns.arn: expected a text in quotes, found the number 5"),
        ("[gate]\nunknown = ['role']", "2: gate.unknown: unknown fact `role`; did you mean `roles`?"),
        ("[gate]\nunknown = 'roles'", '2: gate.unknown: expected a list such as ["roles"], found the text `roles`'),
        ("[checks]\nunknown-name = 'off'",
         "2: checks.unknown-name: its level cannot be set: it is a mistake in the text"),
        ("a = " + "[" * 5000, " this is not TOML that can be read"),
        ("a = " + "9" * 5000, " this is not TOML that can be read"),
    ],
)  # fmt: skip
def test_a_fault_is_reported_with_its_line(text: str, fault: str) -> None:
    assert told(text) == [fault]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a." * 32 + "b = 1", "1: a key has more than 32 parts"),
        ("[gate]\n\n[" + "a . " * 100_000 + "b]", "3: a key has more than 32 parts"),
        ("[gate]\n" + r'"\"".' * 100_000 + "b = 1", "2: a key has more than 32 parts"),
        (
            "[gate]\nbaseline = '''\n[" + " " * 500_000 + "\n" + "[" * 500_000 + "'''\nfail_on = 'x'",
            '5: gate.fail_on: expected "error" or "warning", found the text `x`',
        ),
    ],
    ids=["short", "table", "quoted", "headers in a text"],
)
def test_keys_and_headers_without_end_are_soon_reported(text: str, fault: str) -> None:
    begin = time.process_time()
    assert told(text) == [fault]
    assert time.process_time() - begin < 2


def test_a_key_may_have_32_parts_and_a_text_any_number_of_dots() -> None:
    assert told("a." * 31 + "b = 1") == [
        " a: unknown table `a`; expected one of `project`, `gate`, `inventory`, `checks`"
    ]
    assert read("[project]\norganization = 'a.b." + "." * 100 + "yaml'").organization == "a.b." + "." * 100 + "yaml"


@pytest.mark.parametrize(
    ("text", "line"), [("[gate]\nstrict = ", 2), ("\na = '\x1b'", 2), ("a = [1,\n2\n", 3), ("[a]\n[a]", 2), ("x", 1)]
)
def test_what_is_no_toml_is_reported_with_its_line(text: str, line: int) -> None:
    (message,) = told(text)
    assert message.startswith(f"{line}: this is not TOML: ")
    assert message.isprintable()


def test_all_faults_are_reported_at_once() -> None:
    text = "[checks]\nnone-such = 'loud'\n[gate]\nstrict = 1\nlax = true\n"
    assert [line.split(" ")[1] for line in told(text)] == [
        "checks.none-such:",
        "checks.none-such:",
        "gate.strict:",
        "gate.lax:",
    ]


@given(st.text(alphabet="[]gate.strict=policies\"'\n #1{}") | st.text())
def test_any_text_is_a_configuration_or_a_list_of_faults(text: str) -> None:
    try:
        assert read(text)
    except ConfigurationError as error:
        assert str(error).startswith("policyengine.toml:")  # noqa: PT017 - either is fine


@pytest.mark.parametrize(
    "text",
    [
        f'[gate]\nallow = [{{id = "{ONE}", reason = "agreed"}}, {{id = "{TWO}", reason = "BAK-7"}}]\n',
        f'[[gate.allow]]\nid = "{ONE}"\nreason = "agreed"\n[[gate.allow]]\nid = "{TWO}"\nreason = "BAK-7"\n',
    ],
)
def test_changes_that_are_allowed(text: str) -> None:
    assert read(text).allow == (AllowedChange(ONE, "agreed"), AllowedChange(TWO, "BAK-7"))


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("[gate]\nallow = 'x'", ['2: gate.allow: expected a list of {id = "...", reason = "..."}, found the text `x`']),
        ("[gate]\nallow = [5]", ['2: gate.allow[0]: expected {id = "...", reason = "..."}, found the number 5']),
        (
            f"[gate]\nallow = [{{id = '{ONE}'}}]",
            ["2: gate.allow[0]: `reason` is missing: say why this change is fine"],
        ),
        (
            "[gate]\nallow = [{reason = 'a'}]",
            ["2: gate.allow[0]: `id` is missing: `policyengine diff` shows the id of each change"],
        ),
        (
            "[gate]\nstrict = true\n[[gate.allow]]\nid = '0123456789abcdef0123456789abcdef'\nreason = ' '\n[[gate.allow]]\nid = 7\nresaon = 'x'\nreason = 'y'\n",
            [
                "3: gate.allow[0].reason: expected a text in quotes, found the text ` `",
                "6: gate.allow[1].id: expected a text in quotes, found the number 7",
                "6: gate.allow[1].resaon: unknown key `resaon`; did you mean `reason`?",
            ],
        ),
        (
            f"[gate]\nallow = [{{id = '{ONE}', reason = 'x'}}, {{id = '{ONE}', reason = 'y'}}]",
            [f"2: gate.allow[1].id: the change `{ONE}` is allowed at allow[0] already"],
        ),
        (
            "[gate]\nallow = [\n{id = '87dee26a15f5', reason = 'x'}]",
            [
                "2: gate.allow[0].id: `87dee26a15f5` is an id of an earlier release, and ids have 32 digits now; take the entry out, and `policyengine diff` shows the id of today"
            ],
        ),
        (
            f"[gate]\nallow = [{{id = '{ONE.upper()}', reason = 'x'}}]",
            [
                f"2: gate.allow[0].id: `{ONE.upper()}` is no id of a change, expected the 32 digits that `policyengine diff` shows"
            ],
        ),
    ],
)
def test_faults_of_allowed_changes(text: str, faults: list[str]) -> None:
    assert told(text) == faults


def test_the_ids_of_what_is_compared_with_may_be_those_of_an_earlier_release() -> None:
    text = "[gate]\nfail_on = 'warning'\nallow = [{id = '87dee26a15f5', reason = 'x'}]\n"
    found = read_configuration(Source("policyengine.toml", text), {}, with_allow=False)
    assert (found.fail_on, found.allow) == ("warning", ())


def test_of_very_many_faults_the_first_are_reported_and_soon() -> None:
    started = time.process_time()
    assert len(told("".join(f"key{number} = 1\n" for number in range(50_000)))) == 100
    assert time.process_time() - started < 5
