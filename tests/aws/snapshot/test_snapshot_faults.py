from __future__ import annotations

import json

import pytest

from policyengine.aws.snapshot.snapshot import read_snapshot
from policyengine.base.errors import Fault, SnapshotError
from policyengine.base.source import Source


def faults(text: str, name: str = "s.yaml") -> list[Fault]:
    with pytest.raises(SnapshotError) as caught:
        read_snapshot(Source(name, text))
    return list(caught.value.faults)


def told(text: str, name: str = "s.yaml") -> list[tuple[int, str, str]]:
    return [(fault.line, fault.path, fault.message) for fault in faults(text, name)]


NO_AIR_GAPPED_LOCK = (
    "vault `Safe` is air-gapped, and its lock {}; expected `compliance` with at least 7 days, as all of them have, or no "
    "`lock` where it is unknown"
)


@pytest.mark.parametrize(
    ("part", "line", "path", "message"),
    [
        ("rot: 5", 2, "rot", "unknown key `rot`; did you mean `root`?"),
        ("organization: {name: x}", 2, "organization.name",
         "unknown key `name`; expected `id`, `management_account` or `backup_policies_enabled`"),
        ("organization:\n  management_account: 111111111111", 3, "organization.management_account",
         'account ids are 12 digits in quotes: "111111111111"'),
        ("organization: {backup_policies_enabled: yes}", 2, "organization.backup_policies_enabled",
         "expected `true` or `false`, found the text `yes`"),
        ("organization: {id: 5}", 2, "organization.id", 'expected text, found the number 5: put it in quotes: "5"'),
        ("organization: []", 2, "organization", "expected a mapping, found a list"),
        ("attachment_order: knwon", 2, "attachment_order",
         "expected `known`, `unknown` or `inferred`, found the text `knwon`; did you mean `known`?"),
        ("policies:\n  p:\n    plans: {}", 4, "policies.p.plans", "the policy's document belongs under `content`"),
        ("policies:\n  p: {id: p-1}", 3, "policies.p.content", "`content` is missing"),
        ("policies: {p: {content: [1]}}", 2, "policies.p.content",
         "expected the policy's document, as text or as a mapping"),
        ("policies: {p: {content: ''}}", 2, "policies.p.content", "an empty text stands here"),
        ("policies: {'': {content: x}}", 2, 'policies[""]', "an empty text stands here"),
        ("policies: [p]", 2, "policies", "expected a mapping, found a list"),
        ("vaults: [{name: V, accounts: all}]", 2, "vaults[0].accounts",
         'expected "*", a list of account ids, or a unit such as {ou: "Workloads"}'),
        ("vaults: [{name: V, accounts: [1]}]", 2, "vaults[0].accounts[0]",
         'account ids are 12 digits in quotes: "000000000001"'),
        ("vaults: [{name: V, accounts: {unit: W, ou: W}}]", 2, "vaults[0].accounts.unit",
         "unknown key `unit`; expected `ou`"),
        ("vaults:\n- name: V\n  regions: [eu-west-1, EU]", 4, "vaults[0].regions[1]",
         "expected a Region such as `eu-west-1`, found the text `EU`"),
        ("vaults: [{name: V, type: Standard}]", 2, "vaults[0].type",
         "expected `standard` or `logically_air_gapped`, found the text `Standard`; did you mean `standard`?"),
        ("vaults: [{name: V, lock: locked}]", 2, "vaults[0].lock",
         "expected `none`, or a lock such as {mode: governance}"),
        ("vaults:\n- name: V\n  lock:\n    mode: governance\n    min_retention_days: 0", 6,
         "vaults[0].lock.min_retention_days", "expected 1 or more, found the number 0"),
        ("vaults: [{name: V, lock: {mode: governance, max_retention_days: 1.5}}]", 2,
         "vaults[0].lock.max_retention_days", "expected a whole number, found the number 1.5"),
        ("vaults: [{name: V, lock: {mode: compliance, changeable_until: 2027-02-31}}]", 2,
         "vaults[0].lock.changeable_until", "expected a day such as `2027-01-31`, found the text `2027-02-31`"),
        ("vaults: [{name: V, lock: {mode: compliance, changeable_until: 20270131}}]", 2,
         "vaults[0].lock.changeable_until", "expected a day such as `2027-01-31`, found the number 20270131"),
        ("vaults: [{name: V, lock: {mode: compliance, changeable_until: '2027-01-31T10:00'}}]", 2,
         "vaults[0].lock.changeable_until", "expected a day such as `2027-01-31`, found the text `2027-01-31T10:00`"),
        ("vaults:\n- name: V\n  lock:\n    mode: governance\n    changeable_until: 2027-01-31", 4, "vaults[0].lock",
         "`changeable_until` belongs to a compliance lock: a governance lock can be removed at any time"),
        ("vaults:\n- name: V\n  lock:\n    mode: compliance\n    min_retention_days: 9\n    max_retention_days: 3", 4,
         "vaults[0].lock", "`min_retention_days` (9) is more than `max_retention_days` (3)"),
        *(
            (f"vaults: [{{name: Safe, type: logically_air_gapped, lock: {lock}}}]", 2, "vaults[0]",
             NO_AIR_GAPPED_LOCK.format(found))
            for lock, found in [
                ("none", "is `none`"),
                ("{mode: governance, min_retention_days: 7, max_retention_days: 35}", "has the mode `governance`"),
                ("{mode: compliance, min_retention_days: 6, max_retention_days: 35}", "has `min_retention_days: 6`"),
                ("{mode: compliance, max_retention_days: 6}", "has `max_retention_days: 6`"),
                ("{mode: compliance, changeable_until: 2027-01-31}", "has `changeable_until`"),
            ]
        ),
        ("vaults: [{name: V, type: logically_air_gapped, key: aws_managed}]", 2, "vaults[0]",
         "vault `V` is air-gapped, and its key is `aws_managed`; expected `aws_owned` or `customer`, as all of them have, or no `key` where it is unknown"),
        ("vaults: [{name: V, key: aws}]", 2, "vaults[0].key",
         "expected `customer`, `aws_managed` or `aws_owned`, found the text `aws`"),
        ("roles: {BackupRole: '*'}", 2, "roles", "expected a list, found a mapping"),
        ("settings: {opt_in: {Ireland: [EC2]}}", 2, "settings.opt_in.Ireland",
         "expected a Region such as `eu-west-1`, found the text `Ireland`"),
        ("last_valid: {'2222': {}}", 2, "last_valid.2222", "account ids are 12 digits, found the text `2222`"),
        ("units: [{name: U, parent: r-1}]", 2, "units[0].id", "`id` is missing"),
        ("roles: [{name: [x]}]", 2, "roles[0].name", "expected text, found a list"),
        ("roles: [{name: null}]", 2, "roles[0].name", "expected text, found nothing"),
        ("roles: [{name: true}]", 2, "roles[0].name", 'expected text, found `true`: put it in quotes: "true"'),
    ],
)  # fmt: skip
def test_a_part_of_a_wrong_shape_is_reported_with_its_place(part: str, line: int, path: str, message: str) -> None:
    assert told(f"version: 1\n{part}\nroot: {{}}") == [(line, path, message)]


@pytest.mark.parametrize(
    "lock",
    [
        "{mode: compliance}",
        "{mode: compliance, max_retention_days: 7}",
        "{mode: compliance, min_retention_days: 7, max_retention_days: 35}",
    ],
)
def test_a_lock_that_an_air_gapped_vault_can_have_is_no_fault(lock: str) -> None:
    """A bound that is left out is unknown."""
    text = f"version: 1\nroot: {{}}\nvaults: [{{name: Safe, type: logically_air_gapped, lock: {lock}}}]"
    assert read_snapshot(Source("s.yaml", text)).vaults


@pytest.mark.parametrize(
    ("text", "line", "path", "message"),
    [
        ("", 1, "", "the file is empty; expected a mapping with `version` and `root`"),
        (" \n\n", 1, "", "the file is empty; expected a mapping with `version` and `root`"),
        ("# nothing yet", 1, "", "expected a mapping with `version` and `root`, found nothing"),
        ("[1, 2]", 1, "", "expected a mapping with `version` and `root`, found a list"),
        ("organization", 1, "", "expected a mapping with `version` and `root`, found the text `organization`"),
        ("version: 1", 1, "root", "`root` is missing"),
        ("version: 2\nroot: {}", 1, "version", "expected the number 1, found the number 2"),
        ("version: '1'\nroot: {}", 1, "version", "expected the number 1, found the text `1`"),
        ("version: 1\nroot:\n- name: A\n- name: B", 2, "root", "expected a mapping, found a list"),
        ("version: 1\nroot: {}\nroot: {}", 3, "root", "`root` stands twice in one mapping, first on line 2"),
        ("version: 1\nroot: {<<: {}}", 2, 'root["<<"]', "merge keys are not supported: write the keys out"),
        ("version: 1\nroot: !!map {}", 2, "root",
         "tags such as `!!map` are not supported: leave it out, or put the value in quotes"),
        ("version: !!python/object:os.system 1\nroot: {}", 1, "version",
         "tags such as `!!python/object:os.system` are not supported: leave it out, or put the value in quotes"),
        ("version: 1\nroot: *nowhere", 2, "root", "the alias `*nowhere` repeats a value that has no such anchor"),
        ("version: 1\nroot: {}\n---\nversion: 1", 3, "", "expected one document, a second one begins here"),
        ("version: 1\n\troot: {}", 2, "", "a tab stands in the indentation, expected spaces"),
        ("version: 1\nroot: {name: 'x}", 2, "", "expected a closing quote"),
        ("version: 1\nroot: {name: a: b}", 2, "", "expected `,` or `}`"),
        ("version: 1\nroot: @x", 2, "", "a text that begins with this character needs quotes"),
        ("version: 1\nroot: {? [a] : b}", 2, "", "expected a key, which is a plain text"),
        ("version: 1\nroot: {name: \x1b[31m}", 2, "",
         "the character U+001B does not belong in a text file; is this YAML, saved as UTF-8?"),
        ("\0\1\2", 1, "", "the character U+0000 does not belong in a text file; is this YAML, saved as UTF-8?"),
    ],
)  # fmt: skip
def test_faulty_yaml_is_reported_with_its_line(text: str, line: int, path: str, message: str) -> None:
    assert told(text) == [(line, path, message)]


@pytest.mark.parametrize(
    ("text", "line", "path", "message"),
    [
        ('{"version": 1,\n "root": {},\n "root": {}}', 3, "root", "`root` stands twice in one mapping, first on line 2"),
        ('{"version": NaN,\n "root": {}, "organization": {"backup_policies_enabled": true, "id": null}}', 1, "version", "JSON knows no number `NaN`"),
        ('{"version": 1,\n "root": {"name": -Infinity}}', 2, "root.name", "JSON knows no number `-Infinity`"),
        ('{"version": 1e999, "root": {}}', 1, "version", "the number is too large"),
        ('{"version": ' + "9" * 5000 + ', "root": {}}', 1, "version", "a number of 5,000 digits is too large"),
        ('{"version": 1,\n "root": {"name": "\\ud800"}}', 2, "root.name",
         "half a surrogate pair stands where a character is expected"),
        ('{"version": 1,\n "root": {},}', 2, "", "expected a key in double quotes, found `}` (column 13)"),
        ("{'version': 1}", 1, "", "expected a key in double quotes, found `'` (column 2)"),
        ('{"version": 1\n "root": {}}', 2, "", 'expected `,` or a closing bracket, found `"` (column 2)'),
        ('{"version": 1} more', 1, "", "expected nothing after the closing bracket, found `m` (column 16)"),
        ('{"version": 1, "root": "', 1, "",
         "expected a closing double quote for the string that begins here (column 24)"),
        ('{"version": 1, "root": {"name": "a\nb"}}', 1, "", "expected no raw control character in a string (column 35)"),
        ("version: 1", 1, "", "expected a value, found `v` (column 1)"),
        ("\0", 1, "", "expected a value, found the character U+0000 (column 1)"),
    ],
)  # fmt: skip
def test_faulty_json_is_reported_with_its_line(text: str, line: int, path: str, message: str) -> None:
    assert told(text, "s.json") == [(line, path, message)]


def test_all_faults_are_reported_at_once_in_the_order_of_the_file() -> None:
    text = """
version: 1
root:
  polices: [a]
  units:
    - nmae: Workloads
      accounts:
        - {id: 222222222222, name: payments}
        - id: "333"
        - payments
      id: ou-1
      id: ou-2
vaults:
  - {lock: none}
"""
    assert told(text) == [
        (4, "root.polices", "unknown key `polices`; did you mean `policies`?"),
        (6, "root.units[0].nmae", "unknown key `nmae`; did you mean `name`?"),
        (8, "root.units[0].accounts[0].id", 'account ids are 12 digits in quotes: "222222222222"'),
        (9, "root.units[0].accounts[1].id", "account ids are 12 digits, found the text `333`"),
        (9, "root.units[0].accounts[1].name", "`name` is missing"),
        (10, "root.units[0].accounts[2]", "expected a mapping, found the text `payments`"),
        (12, "root.units[0].id", "`id` stands twice in one mapping, first on line 11"),
        (14, "vaults[0].name", "`name` is missing"),
    ]


def test_lines_of_json_are_those_of_the_values() -> None:
    value = {"version": 1, "root": {"accounts": [{"id": "111111111111", "name": 5}, {"id": 2, "name": "two"}]}}
    text = json.dumps(value, indent=1)
    lines = text.splitlines()
    assert [(lines[fault.line - 1].strip(), fault.path) for fault in faults(text, "s.json")] == [
        ('"name": 5', "root.accounts[0].name"),
        ('"id": 2,', "root.accounts[1].id"),
    ]


def test_the_place_of_a_value_behind_an_alias_is_that_of_the_alias() -> None:
    text = 'version: 1\nroot:\n  accounts:\n  - &one {id: "1", name: one}\n  - *one'
    assert [fault.line for fault in faults(text)] == [4, 5]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("version: 1\nroot: [", 2),  # the fault is the end of the text
        ("version: 1\nroot: {name: é\n}\nx: 1\n", 4),
        # Only a line feed ends a line, as in an editor; YAML knows other characters that do.
        ("version: 1\nroot: {}\n# one\u2028# two\u2029# three\u0085# four\nx: 1\n", 4),
        ('version: 1\nroot: {name: "a\u2028b"}\nx: 1\n', 3),
        ("version: 1\r\nroot: {}\r\nx: 1\r\n", 3),
        ("\ufeffx: 1\nversion: 1\nroot: {}\n", 1),
        ("\ufeffversion: 1\nx: 1\nroot: {}\n", 2),
        ('\ufeff{"version": 1, "root": {},\n"x": 1}', 2),
    ],
)
def test_lines_are_those_of_an_editor(text: str, line: int) -> None:
    assert [fault.line for fault in faults(text)] == [line]


def test_an_error_names_the_file_and_reads_as_lines() -> None:
    with pytest.raises(SnapshotError) as caught:
        read_snapshot(Source("organization.yaml", "version: 1\nroot: {nmae: x}\nvalts: []"))
    assert str(caught.value) == (
        "organization.yaml:2: root.nmae: unknown key `nmae`; did you mean `name`?\n"
        "organization.yaml:3: valts: unknown key `valts`; did you mean `vaults`?"
    )


def test_names_in_messages_are_short_and_harmless() -> None:
    long, hostile = "n" * 100_000, "a\\u001b[31m\\u202e`x"
    text = f'{{"version": 1, "root": {{}}, "{long}": 1, "{hostile}": 2}}'
    messages = [f"{fault.path} {fault.message}" for fault in faults(text, "s.json")]
    assert max(map(len, messages)) < 500
    assert all(message.isprintable() for message in messages)
    assert r"a\x1b[31m\u202e'x" in messages[1]
