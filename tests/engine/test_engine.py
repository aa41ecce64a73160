"""The line as a whole: what stops it, what does not, and what may come in any order."""

from __future__ import annotations

import itertools

from support.moment import AT

from policyengine.analysis.findings import Gate
from policyengine.base.source import Source
from policyengine.engine import Evaluation, evaluate, verdict_of

TREE = Source(
    "organization.yaml",
    """\
version: 1
root:
  name: Root
  units:
    - {name: Prod, accounts: [{id: "111111111111", name: shop}]}
""",
)
SHARED = Source(
    "shared.bpol", 'let home = [eu-west-1]\ntemplate rule nightly { schedule = daily at 05:00  vault = "Main" }\n'
)
BASE = Source(
    "base.bpol",
    """\
policy base {
  plan daily {
    regions = home
    rule nightly like nightly {
      retain = 35 days
    }
    tag selection all {
      role = "Backup"
      key = "backup"
      values = ["yes"]
    }
  }
}
""",
)
PROD = Source("prod.bpol", "policy prod { plan daily { rule nightly { retain = 7 days } } }\n")
ATTACHED = Source("attached.bpol", 'attach base to root\nattach prod to ou "Prod"\n')


def names(evaluation: Evaluation) -> list[str]:
    return [found.name for found in evaluation.diagnostics]


def settings(evaluation: Evaluation) -> dict[str, object]:
    """What the one account ends up with, by path."""
    assert evaluation.effective is not None
    (account,) = evaluation.effective.accounts
    assert account.resolved is not None
    return {leaf.path: leaf.value for leaf in account.resolved.root.leaves}


def test_the_order_of_files_does_not_matter() -> None:
    outcomes = []
    for sources in itertools.permutations([SHARED, BASE, PROD, ATTACHED]):
        evaluation = evaluate(sources, TREE, at=AT)
        outcomes.append((settings(evaluation), evaluation.diagnostics))
    assert len(outcomes) == 24
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert outcomes[0][0]["plans/daily/rules/nightly/lifecycle/delete_after_days"] == "7"
    assert outcomes[0][0]["plans/daily/rules/nightly/target_backup_vault_name"] == "Main"


def test_the_order_of_attachment_does_matter() -> None:
    other = Source("other.bpol", 'policy other { plan daily { rule nightly { vault = "Other" } } }\n')
    vaults = []
    for order in ("base, other", "other, base"):
        evaluation = evaluate([SHARED, BASE, other, Source("attached.bpol", f"attach {order} to root\n")], TREE, at=AT)
        vaults.append(settings(evaluation)["plans/daily/rules/nightly/target_backup_vault_name"])
        assert names(evaluation) == ["assign-shadowed"]
    assert vaults == ["Main", "Other"]


def test_faults_of_the_language_stop_before_the_accounts() -> None:
    evaluation = evaluate(
        [SHARED, BASE, ATTACHED, Source("prod.bpol", "policy prod { plan p { retian = 1 } }")], TREE, at=AT
    )
    assert evaluation.stopped
    assert evaluation.effective is None
    assert names(evaluation) == ["unknown-setting"]


def test_faults_of_attachments_stop_before_the_accounts() -> None:
    evaluation = evaluate([SHARED, BASE, Source("a.bpol", 'attach base to ou "Prdo"')], TREE, at=AT)
    assert evaluation.stopped
    assert evaluation.effective is None
    assert names(evaluation) == ["unknown-target"]


def test_refused_documents_do_not_stop_it() -> None:
    refused = Source(
        "prod.bpol", 'policy prod { plan daily { rule "no way" { schedule = daily at 05:00  retain = 7 days } } }'
    )
    evaluation = evaluate([SHARED, BASE, refused, ATTACHED], TREE, at=AT)
    assert evaluation.effective is not None
    assert names(evaluation) == ["malformed-name"]
    assert evaluation.effective.accounts[0].status == "valid"


def test_without_a_snapshot_it_ends_after_admission() -> None:
    evaluation = evaluate([SHARED, BASE, PROD, ATTACHED], None, at=AT)
    assert not evaluation.stopped
    assert evaluation.organization is None
    assert names(evaluation) == []


def test_one_run_reports_all_it_can() -> None:
    """A fault of the language, one of an attachment and a refused document, each in its own file."""
    sources = [
        Source("a.bpol", "policy a { plan p { rule r { start_within = 30 minutes } } }\n"),
        Source("b.bpol", "policy b { plan p { retain = 5 days } }\n"),
        Source("c.bpol", 'attach a to ou "Nope"\n'),
    ]
    assert sorted(names(evaluate(sources, TREE, at=AT))) == ["number-out-of-range", "unknown-setting", "unknown-target"]
    assert sorted(names(evaluate(sources, None, at=AT))) == ["number-out-of-range", "unknown-setting"]


def test_a_fault_in_what_policies_share_keeps_admission_from_guessing() -> None:
    sources = [
        Source("a.bpol", 'template rule r { vualt = "V" }\npolicy a { plan p { rule "no way" like r { } } }\n'),
    ]
    assert names(evaluate(sources, None, at=AT)) == ["unknown-setting"]


def test_a_pack_is_waived_until_the_date_of_a_let() -> None:
    asked = Source("asked.bpol", 'use pack "dora"\n')
    plain = [SHARED, BASE, PROD, ATTACHED, asked]
    waived = Source("waived.bpol", 'let end = 2099-01-31\nwaive pack "dora" for root until end because "x"\n')
    before = verdict_of(evaluate(plain, TREE, at=AT), Gate(), at=AT)
    after = verdict_of(evaluate([*plain, waived], TREE, at=AT), Gate(), at=AT)
    about = {"requirement-violated", "requirement-undecided"}
    violations = [each.diagnostic for each in before.findings if each.diagnostic.name in about]
    assert violations
    assert [
        each.diagnostic for each in after.findings if each.waiver and each.waiver.what == 'pack "dora"'
    ] == violations
    assert names(evaluate([*plain, waived], TREE, at=AT)) == names(evaluate(plain, TREE, at=AT))


def test_what_the_broken_text_may_have_used_is_not_called_unused() -> None:
    broken = Source("broken.bpol", "policy more { plan daily { regions = home; } rule\n}\nlet spare = 1 day\n")
    assert "unused-definition" not in names(evaluate([SHARED, broken], None, at=AT))
    assert "unused-definition" in names(evaluate([SHARED], None, at=AT))
