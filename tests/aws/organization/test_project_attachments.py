from __future__ import annotations

import pytest
from aws.organization.projects import attached, compiled, joined, names_of

SNAPSHOT = """
version: 1
root:
  policies: [a, b]
  units:
    - name: Workloads
      units:
        - name: Fin/ance
          policies: [c]
          accounts:
            - {id: "222222222222", name: payments, policies: [a]}
            - {id: "444444444444", name: twin}
  accounts:
    - {id: "111111111111", name: management}
    - {id: "333333333333", name: twin}
    - {id: "555555555555", name: "666666666666"}
policies: {a: {content: {}}, b: {content: {}}, c: {content: {}}}
"""
UNKNOWN_ORDER = f"{SNAPSHOT}\nattachment_order: unknown"


def test_names_of_the_project_come_after_those_of_the_snapshot() -> None:
    project = compiled("n", "m", attached="n, b, m to root\nm, n to ou Workloads\nn to account payments")
    outcome = joined(SNAPSHOT, project)
    assert attached(outcome.value) == {
        "": ["a", "b", "n", "m"],
        "Workloads": ["m", "n"],
        r"Workloads/Fin\/ance": ["c"],
        r"Workloads/Fin\/ance/payments": ["a", "n"],
    }
    assert outcome.diagnostics == ()
    assert outcome.value.root.attached_at is not None
    assert outcome.value.root.attached_at.text == "n, b, m to root"


def test_a_policy_of_the_project_replaces_the_document_and_keeps_its_attachments() -> None:
    organization = joined(SNAPSHOT, compiled("a")).value
    assert attached(organization)[""] == ["a", "b"]
    assert [policy.content for policy in organization.root.policies] == [{"plans": {"project": {}}}, {}]
    assert list(organization.policies) == ["a", "b", "c"]


def test_names_tell_upper_case_from_lower() -> None:
    outcome = joined(SNAPSHOT, compiled("A", attached="A to root"))
    assert names_of(outcome.value.root) == ["a", "b", "A"]
    assert outcome.diagnostics == ()


def test_only_the_project_counts_where_that_is_asked_for() -> None:
    organization = joined(UNKNOWN_ORDER, compiled("n", attached="n to root"), only_project=True).value
    assert attached(organization) == {"": ["n"]}
    assert (list(organization.policies), organization.root.unordered) == (["n"], 0)


LISTED = "`policyengine show` lists what there is"


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("root", ""),
        ("ou Workloads", "Workloads"),
        (r"ou Workloads/Fin\/ance", r"Workloads/Fin\/ance"),
        ("account payments", r"Workloads/Fin\/ance/payments"),
        ("account 222222222222", r"Workloads/Fin\/ance/payments"),
        ("account 666666666666", "666666666666"),
    ],
)
def test_a_target_is_found_by_each_of_its_names(target: str, path: str) -> None:
    organization = joined(SNAPSHOT, compiled("n", attached=f"n to {target}")).value
    assert [entity.path for entity in organization.entities if "n" in names_of(entity)] == [path]


@pytest.mark.parametrize(
    ("line", "code", "underlined", "message", "help_text"),
    [
        ("n to ou workloads", "PE160", "ou workloads", "the organization has no unit `workloads`",
         "did you mean `Workloads`?"),
        ("n to ou Worklods", "PE160", "ou Worklods", "the organization has no unit `Worklods`",
         "did you mean `Workloads`?"),
        ("n to ou Root/Workloads", "PE160", "ou Root/Workloads", "the organization has no unit `Root/Workloads`",
         "paths start below the root: did you mean `Workloads`?"),
        ("n to ou /Workloads/", "PE160", "ou /Workloads/", "the organization has no unit `/Workloads/`",
         "paths start below the root: did you mean `Workloads`?"),
        (r"n to ou Fin\/ance", "PE160", r"ou Fin\/ance", r"the organization has no unit `Fin\/ance`",
         r'paths start below the root: did you mean `"Workloads/Fin\\/ance"`?'),
        ("n to ou Root", "PE160", "ou Root", "the organization has no unit `Root`",
         "write `to root` for the root itself"),
        ("n to ou payments", "PE160", "ou payments", "the organization has no unit `payments`",
         "`payments` is an account: write `to account`"),
        ("n to ou Elsewhere", "PE160", "ou Elsewhere", "the organization has no unit `Elsewhere`", LISTED),
        ("n to account paymnts", "PE160", "account paymnts", "the organization has no account `paymnts`",
         "did you mean `payments`?"),
        ("n to account Workloads", "PE160", "account Workloads", "the organization has no account `Workloads`",
         "`Workloads` is a unit: write `to ou`"),
        (r"n to account Workloads/payments", "PE160", "account Workloads/payments",
         "the organization has no account `Workloads/payments`",
         "accounts go by name or id, without a path: did you mean `payments`?"),
        ("n to account 999999999999", "PE160", "account 999999999999",
         "the organization has no account with the id `999999999999`", LISTED),
        ("N to root", "PE161", "N", "there is no policy `N`", "did you mean `n`?"),
        ("n, gone to root", "PE161", "gone", "there is no policy `gone`", ""),
        ("n to account twin", "PE162", "account twin", "2 accounts have the name `twin`",
         r"use the id of the one that is meant: 333333333333 (`twin`), 444444444444 (`Workloads/Fin\/ance/twin`)"),
        ("b, n, a to root", "PE163", "b, n, a",
         "the project attaches `b`, `a` in this order, the snapshot has `a`, `b`",
         "write the names in the snapshot's order, or detach and attach them again in AWS"),
    ],
)  # fmt: skip
def test_what_cannot_be_attached_is_reported(
    line: str, code: str, underlined: str, message: str, help_text: str
) -> None:
    (found,) = joined(SNAPSHOT, compiled("n", attached=f"n to account management\n{line}")).diagnostics
    assert (found.code, found.message, found.help) == (code, message, help_text)
    assert found.span is not None
    assert found.span.text == underlined


def test_one_account_by_two_names_is_one_target() -> None:
    project = compiled("n", "m", attached="n to account payments\nm to account 222222222222\nm to root")
    outcome = joined(SNAPSHOT, project)
    (found,) = outcome.diagnostics
    assert (found.code, found.message) == ("PE139", "`222222222222` and `payments` are the same account")
    assert [label.span.text for label in found.labels] == ["account payments"]
    assert attached(outcome.value)[r"Workloads/Fin\/ance/payments"] == ["a", "n"]
    assert attached(outcome.value)[""] == ["a", "b", "m"]


def test_what_can_be_attached_is_attached_all_the_same() -> None:
    outcome = joined(SNAPSHOT, compiled("n", attached="gone, n to ou Workloads\nn to ou Elsewhere\nb, a, n to root"))
    assert [found.code for found in outcome.diagnostics] == ["PE161", "PE160", "PE163"]
    assert attached(outcome.value)["Workloads"] == ["n"]
    assert attached(outcome.value)[""] == ["a", "b", "n"]


def test_policies_are_not_missed_where_the_project_lost_statements() -> None:
    outcome = joined(SNAPSHOT, compiled("n", attached="gone, n to ou Workloads", complete=False))
    assert outcome.diagnostics == ()
    assert attached(outcome.value)["Workloads"] == ["n"]


@pytest.mark.parametrize(
    ("line", "names", "known"),
    [
        ("n to root", ["a", "b", "n"], ()),
        ("a, n to root", ["a", "b", "n"], ("a",)),
        ("b, n, a to root", ["b", "a", "n"], ("b", "a")),
        ("a, b to root", ["a", "b"], ("a", "b")),
    ],
)
def test_the_project_tells_an_order_that_the_snapshot_does_not_know(
    line: str, names: list[str], known: tuple[str, ...]
) -> None:
    outcome = joined(UNKNOWN_ORDER, compiled("n", attached=line))
    root = outcome.value.root
    assert outcome.diagnostics == ()
    assert (names_of(root), root.unordered, root.project_order) == (names, 2, known)


def test_shared_names_change_places_among_themselves_only() -> None:
    snapshot = """
version: 1
attachment_order: unknown
root: {policies: [a, x, b, y, c]}
policies: {a: {content: {}}, b: {content: {}}, c: {content: {}}, x: {content: {}}, y: {content: {}}}
"""
    root = joined(snapshot, compiled(attached="c, a, b to root")).value.root
    assert (names_of(root), root.unordered, root.project_order) == (["c", "x", "a", "y", "b"], 5, ("c", "a", "b"))


def test_an_attachment_without_a_list_in_the_snapshot_has_a_known_order() -> None:
    organization = joined(UNKNOWN_ORDER, compiled("n", "m", attached="m, n to ou Workloads")).value
    workloads = organization.entities[1]
    assert (names_of(workloads), workloads.unordered, workloads.project_order) == (["m", "n"], 0, ())


def test_hundreds_of_wrong_targets_are_all_reported() -> None:
    lines = "\n".join(f"n to account nobody-{index}" for index in range(300))
    assert len(joined(SNAPSHOT, compiled("n", attached=lines)).diagnostics) == 300


PRODUCTIONS = """
version: 1
root:
  units:
    - {name: Infrastructure, units: [{name: Prod}, {name: A/Prod}]}
    - {name: Security, units: [{name: Prod}, {name: Audit}]}
    - {name: Workloads, units: [{name: Prod}]}
"""


@pytest.mark.parametrize(
    ("unit", "advice"),
    [
        ("Prod", "3 units are called so: did you mean `Infrastructure/Prod`, `Security/Prod` or `Workloads/Prod`?"),
        ("prod", "3 units are called so: did you mean `Infrastructure/Prod`, `Security/Prod` or `Workloads/Prod`?"),
        ("Audit", "paths start below the root: did you mean `Security/Audit`?"),
    ],
)
def test_all_units_of_a_name_are_named(unit: str, advice: str) -> None:
    (found,) = joined(PRODUCTIONS, compiled("n", attached=f"n to ou {unit}")).diagnostics
    assert found.help == advice


def test_of_a_great_many_units_of_a_name_some_are_named() -> None:
    units = "".join(f"    - {{name: Team{number}, units: [{{name: Prod}}]}}\n" for number in range(7))
    (found,) = joined(f"version: 1\nroot:\n  units:\n{units}", compiled("n", attached="n to ou Prod")).diagnostics
    assert found.help == (
        "7 units are called so: did you mean `Team0/Prod`, `Team1/Prod`, `Team2/Prod`, `Team3/Prod`, `Team4/Prod` or 2 more?"
    )
