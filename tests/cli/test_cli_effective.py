"""`effective` and `explain`: accounts, formats, refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.command import AT, Command, Ran, write

ORGANIZATION = """\
version: 1
organization: {id: o-exampleorgid, management_account: "111111111111"}
root:
  name: Root
  policies: [baseline]
  accounts: [{id: "111111111111", name: management}]
  units:
    - name: Workloads
      units:
        - name: "R/D"
          policies: [broken]
          accounts: [{id: "222222222222", name: shop}]
    - name: Labs
      accounts: [{id: "333333333333", name: shop}, {id: "444444444444", name: shop-2}]
policies:
  baseline:
    content:
      plans:
        Daily:
          regions: {"@@assign": [eu-west-1]}
          rules: {Nightly: {target_backup_vault_name: {"@@assign": Main}}}
          selections:
            tags:
              t:
                iam_role_arn: {"@@assign": "arn:aws:iam::$account:role/Backup"}
                tag_key: {"@@assign": backup}
                tag_value: {"@@assign": ["yes"]}
  broken:
    content: '{"plans": {"other": {"regions": {"@@assign": ["eu-west-1"]}}}}'
last_valid: {"222222222222": {plans: {}}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(tmp_path, {"organization.yaml": ORGANIZATION})


def accounts(ran: Ran) -> dict[str, Any]:
    return {account["id"]: account for account in ran.json["accounts"]}


def test_every_account_with_its_document(policyengine: Command, project: Path) -> None:
    ran = policyengine.json("effective", "--all", "-C", project, "--at", AT)
    assert ran.code == 0
    assert ran.json["schema"] == "policyengine/effective/1"
    assert ran.json["at"] == "2026-09-13T07:00:00Z"
    found = accounts(ran)
    assert list(found) == sorted(found)
    daily = {
        "regions": ["eu-west-1"],
        "rules": {"nightly": {"target_backup_vault_name": "Main"}},
        "selections": {
            "tags": {
                "t": {
                    "iam_role_arn": "arn:aws:iam::$account:role/Backup",
                    "tag_key": "backup",
                    "tag_value": ["yes"],
                }
            }
        },
    }
    assert found["111111111111"] == {
        "id": "111111111111",
        "name": "management",
        "path": "management",
        "status": "valid",
        "policy": {"plans": {"daily": daily}},
        "published": {"plans": {"daily": daily}},
        "errors": [],
        "notes": [],
    }
    shop = found["222222222222"]
    assert shop["path"] == "Workloads/R\\/D/shop"
    assert shop["status"] == "invalid"
    assert shop["published"] == {"plans": {}}
    assert shop["errors"][0] == {
        "code": "KEY_REQUIRED",
        "message": "'rules' is missing",
        "path": "plans/other",
        "contributing_policies": ["broken"],
    }


def test_distinct_documents_are_written_once(policyengine: Command, project: Path) -> None:
    ran = policyengine.json("effective", "--all", "-C", project, "--distinct")
    digests = [account["document"] for account in ran.json["accounts"]]
    assert len(set(digests)) == 2
    assert set(ran.json["documents"]) == set(digests)
    assert set(ran.json["documents"][digests[0]]) == {"policy", "errors", "notes"}
    assert "policy" not in ran.json["accounts"][0]
    assert "published" in ran.json["accounts"][0]


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (["222222222222"], ["222222222222"]),
        (["Labs/shop"], ["333333333333"]),
        (["shop-2", "management"], ["111111111111", "444444444444"]),
        (["Labs/*"], ["333333333333", "444444444444"]),
        (["shop*", "222222222222"], ["222222222222", "333333333333", "444444444444"]),
        (["*"], ["111111111111", "222222222222", "333333333333", "444444444444"]),
    ],
)
def test_accounts_by_id_path_name_and_pattern(
    policyengine: Command, project: Path, wanted: list[str], ids: list[str]
) -> None:
    ran = policyengine.json("effective", *wanted, "-C", project)
    assert list(accounts(ran)) == ids


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("shop", "shop: 2 accounts have this name; give an id or a path: 222222222222 (Workloads/R\\/D/shop), 333333333333 (Labs/shop)"),
        ("managment", "managment: no such account; did you mean `management`?"),
        ("zzz*", "zzz*: no such account; `policyengine show` lists what there is"),
        ("Labs", "Labs: no such account; it is a unit: did you mean `Labs/*`?"),
        ("/labs/", "/labs/: no such account; it is a unit: did you mean `Labs/*`?"),
    ],
)  # fmt: skip
def test_accounts_that_are_not_there(policyengine: Command, project: Path, wanted: str, message: str) -> None:
    ran = policyengine.json("effective", wanted, "-C", project)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"error: {message}\n"


def test_an_organization_without_policies_and_one_with_the_type_disabled(policyengine: Command, tmp_path: Path) -> None:
    tree = 'version: 1\norganization: {{backup_policies_enabled: {}}}\nroot: {{name: R, accounts: [{{id: "111111111111", name: a}}]}}\n'
    write(tmp_path, {"on.yaml": tree.format("true"), "off.yaml": tree.format("false")})
    on = policyengine.json("effective", "--all", "--snapshot", tmp_path / "on.yaml")
    off = policyengine.json("effective", "--all", "--snapshot", tmp_path / "off.yaml")
    assert [(a["status"], a["policy"], a["published"]) for a in on.json["accounts"]] == [("empty", {}, {})]
    assert [(a["status"], a["policy"], a["published"]) for a in off.json["accounts"]] == [("disabled", None, None)]


REFUSED = {
    "version": 1,
    "root": {
        "name": "Root",
        "accounts": [{"id": "111111111111", "name": "clean"}],
        "units": [{"name": "U", "policies": ["bad"], "accounts": [{"id": "222222222222", "name": "hit"}]}],
    },
    "policies": {
        "bad": {
            "content": {
                "plans": {
                    "p": {
                        "regions": {"@@assign": ["eu-west-1"]},
                        "rules": {"r": {"lifecycle": {"to_delete_after_days": {"@@assign": "30"}}}},
                    }
                }
            }
        }
    },
}


@pytest.fixture
def refused(tmp_path: Path) -> Path:
    file = tmp_path / "refused.json"
    file.write_text(json.dumps(REFUSED))
    return file


def test_what_aws_would_refuse_is_never_merged_silently(policyengine: Command, refused: Path) -> None:
    for command in (["effective", "--all"], ["effective", "hit"], ["explain", "hit"]):
        ran = policyengine.json(*command, "--snapshot", refused)
        assert ran.code == 2
        assert ran.json["accounts"] == []
        assert [found["path"] for found in ran.json["findings"]] == ["plans/p/rules/r/lifecycle/to_delete_after_days"]
        assert "delete_after_days" in ran.json["findings"][0]["help"]


def test_the_advice_is_how_to_go_on_without_what_aws_would_refuse(policyengine: Command, refused: Path) -> None:
    ran = policyengine("effective", "--all", "--snapshot", refused)
    assert ran.code == 2
    advice = "AWS would refuse these documents; --hypothetical drops the refused settings and merges the rest"
    assert ran.out.splitlines()[-1] == advice
    assert policyengine("effective", "--all", "--snapshot", refused, "--hypothetical", "--quiet") == (0, "", "")


def test_refused_documents_that_no_requested_account_sees_do_not_matter(policyengine: Command, refused: Path) -> None:
    ran = policyengine.json("effective", "clean", "--snapshot", refused)
    assert ran.code == 0
    assert [account["status"] for account in ran.json["accounts"]] == ["empty"]


def test_a_hypothetical_run_drops_the_refused_settings_and_says_so(policyengine: Command, refused: Path) -> None:
    ran = policyengine.json("effective", "--all", "--hypothetical", "--snapshot", refused)
    assert ran.code == 0
    assert accounts(ran)["222222222222"]["policy"] == {"plans": {"p": {"regions": ["eu-west-1"]}}}
    assert accounts(ran)["222222222222"]["hypothetical"] is True
    assert "hypothetical" not in accounts(ran)["111111111111"]


def test_check_reports_refusals_goes_on_and_fails(policyengine: Command, refused: Path) -> None:
    ran = policyengine.json("check", "--snapshot", refused)
    assert ran.code == 1
    names = [found["name"] for found in ran.json["findings"]]
    assert "unknown-key" in names
    assert "effective-policy-invalid" in names


def test_explain_names_winners_and_losers(policyengine: Command, tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "organization.yaml": 'version: 1\nroot: {name: Root, accounts: [{id: "111111111111", name: shop}]}\n',
            "backup.bpol": """\
policy base {
  plan daily {
    regions = [eu-west-1]
    rule nightly {
      retain = 35 days
    }
  }
}
policy shorter { plan daily { rule nightly { retain = 7 days } } }
attach base to root
attach shorter to account "shop"
""",
        },
    )
    ran = policyengine.json("explain", "shop", "Plans/daily/rules", "-C", tmp_path)
    assert ran.code == 0
    path = "plans/daily/rules/nightly/lifecycle/delete_after_days"
    (value,) = ran.json["values"]
    assert (value["path"], value["value"]) == (path, "7")
    trail = [(s["policy"], s["entity"], s["outcome"], s["location"]["line"]) for s in value["trail"]]
    assert trail == [("base", "", "overridden", 5), ("shorter", "shop", "applied", 9)]
    shown = policyengine("explain", "shop", path, "-C", tmp_path).out
    assert "  overridden retain = 35 days by `base` at the root  backup.bpol:5" in shown
    assert "  applied    retain = 7 days by `shorter` at shop  backup.bpol:9" in shown


def test_explain_of_a_path_that_is_not_there(policyengine: Command, project: Path) -> None:
    ran = policyengine("explain", "management", "plans/daily/region", "-C", project)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith("did you mean `plans/daily/regions`?\n")


def test_a_hypothetical_run_is_marked_for_people_and_in_explain(policyengine: Command, refused: Path) -> None:
    shown = policyengine("effective", "--all", "--hypothetical", "--snapshot", refused).out
    assert "U/hit (222222222222): invalid, hypothetical: what AWS would refuse is left out\n" in shown
    assert "clean (111111111111): empty\n" in shown
    explained = policyengine("explain", "hit", "--hypothetical", "--snapshot", refused)
    head = "U/hit (222222222222): invalid, hypothetical: what AWS would refuse is left out: 1 value\n"
    assert explained.out.startswith(head)
    assert policyengine.json("explain", "hit", "--hypothetical", "--snapshot", refused).json["hypothetical"] is True


def test_distinct_documents_are_shown_once(policyengine: Command, project: Path) -> None:
    shown = policyengine("effective", "--all", "--distinct", "-C", project).out
    assert shown.count('"daily"') == 2
    assert (
        "management (111111111111): valid\nLabs/shop (333333333333): valid\nLabs/shop-2 (444444444444): valid\n"
        in shown
    )


def test_what_aws_publishes_now_is_written_with_sorted_keys(policyengine: Command, tmp_path: Path) -> None:
    last_valid = 'last_valid: {"222222222222": {plans: {z: {rules: {}}, a: {}}}}'
    write(
        tmp_path, {"organization.yaml": ORGANIZATION.replace('last_valid: {"222222222222": {plans: {}}}', last_valid)}
    )
    ran = policyengine("effective", "222222222222", "-C", tmp_path, "--format", "json")
    assert '"published": {"plans": {"a": {}, "z": {"rules": {}}}}' in ran.out


def test_a_text_that_is_no_json_is_refused_like_any_other(policyengine: Command, tmp_path: Path) -> None:
    text = json.dumps({**REFUSED, "policies": {"bad": {"content": '{"plans": '}}})
    file = write(tmp_path, {"s.json": text}) / "s.json"
    assert policyengine("effective", "clean", "--snapshot", file).code == 0
    ran = policyengine("effective", "hit", "--snapshot", file, "--format", "json")
    assert (ran.code, [found["name"] for found in ran.json["findings"]]) == (2, ["unreadable-document"])
    checked = policyengine.json("check", "--snapshot", file)
    assert (checked.code, checked.json["findings"][0]["policies"]) == (1, ["bad"])
    hypothetical = policyengine.json("effective", "hit", "--hypothetical", "--snapshot", file)
    assert hypothetical.json["accounts"][0]["policy"] == {}


@pytest.mark.parametrize(
    "content",
    [
        {"plans": {"p": {"regions": {"@@assign": {"a": 1}, "@@append": None}}}},
        {"plans": {"p": {"regions": {"@@assign": ["a"], "deep": {"@@assign": "x"}}, "rules": {"@@append": [[1]]}}}},
        {"plans": {"@@assign": "x", "p": {"rules": {"r": {"@@assign": "x"}, "lifecycle": {"@@assign": [{}]}}}}},
        {"plans": {"p": {"rules": {"r": {"copy_actions": {"@@assign": ["x"]}}}, "selections": {"@@assign": "x"}}}},
    ],
)
def test_documents_that_nobody_asked_for_are_not_even_merged(
    policyengine: Command, tmp_path: Path, content: dict[str, Any]
) -> None:
    text = json.dumps({**REFUSED, "policies": {"bad": {"content": content}}})
    file = write(tmp_path, {"s.json": text}) / "s.json"
    ran = policyengine.json("effective", "clean", "--snapshot", file)
    assert (ran.code, [account["status"] for account in ran.json["accounts"]]) == (0, ["empty"])
