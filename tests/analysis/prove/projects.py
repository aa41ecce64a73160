"""Small projects as texts of the language, what is proven of them, and counterexamples run through the whole line."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping

import yaml
from msgspec.structs import replace
from support.evaluation import evaluated
from support.moment import AT

from policyengine.analysis.prove import Counterexample, Proof, TargetResult
from policyengine.aws.organization.tree import Entity
from policyengine.base.source import Source
from policyengine.engine import prove_requirements

ORGANIZATION = """\
version: 1
organization: {id: o-exampleorgid, management_account: "111111111111"}
root:
  name: Root
  accounts: [{id: "111111111111", name: management}]
  units:
    - name: Shops
      units:
        - name: Online
          accounts: [{id: "222222222222", name: books, tags: {env: prod}}]
      accounts: [{id: "333333333333", name: toys, tags: {env: dev}}]
vaults:
  - {name: Main, accounts: "*", regions: [eu-west-1, eu-central-1], lock: {mode: compliance, min_retention_days: 7}}
  - {name: Loose, accounts: "*", regions: [eu-west-1], lock: none}
  - {name: Central, accounts: ["333333333333"], regions: [eu-central-1], lock: {mode: compliance}}
"""
NEW = "900000000000"
RULE = 'rule nightly { schedule = daily at 05:00  vault = "Main"  retain = 35 days }'
SELECTION = 'tag selection tagged { role = "Backup"  key = "backup"  values = ["yes"] }'


def plan(name: str = "daily", *, lock: str = "", regions: str = "[eu-west-1]", rule: str = RULE, may: str = "") -> str:
    """A whole plan; `may` is what children may do in it."""
    return f"{lock} plan {name} {{ regions = {regions}  {rule}  {SELECTION}  {may} }}\n"


def policy(*plans: str, name: str = "baseline", may: str = "", to: str = "root") -> str:
    """A policy that is attached."""
    return f"policy {name} {{ {may}\n{''.join(plans)} }}\nattach {name} to {to}\n"


def require(*assertions: str, scope: str = "", name: str = "r") -> str:
    """A requirement."""
    lines = [f"for {scope}"] if scope else []
    return "\n".join([f"require {name} {{", *lines, *(f"assert {text}" for text in assertions), "}\n"])


def proofs(
    text: str, organization: str = ORGANIZATION, *, suggesting: bool = False, wanted: Collection[str] = ()
) -> tuple[Proof, ...]:
    """What is proven of a project of one file, of the `wanted` requirements alone where some are named."""
    sources, snapshot = [Source("project.bpol", text)], Source("organization.yaml", organization)
    outcome = prove_requirements(sources, snapshot, at=AT, suggesting=suggesting, wanted=wanted)
    assert outcome.value is not None, [found.message for found in outcome.diagnostics]
    return outcome.value


def proven(text: str, organization: str = ORGANIZATION) -> Mapping[str, TargetResult]:
    """The results of a project with one requirement, by path."""
    (proof,) = proofs(text, organization)
    return {result.target.path: result for result in proof.results}


def outcomes(text: str, organization: str = ORGANIZATION) -> Mapping[str, str]:
    """The outcomes of a project with one requirement, by path."""
    return {path: result.outcome for path, result in proven(text, organization).items()}


def under_attack(text: str, counterexample: Counterexample, organization: str = ORGANIZATION) -> Mapping[str, str]:
    """What accounts come to once a counterexample is in the project: `invalid`, or what does not hold there.

    The one that it speaks of may have to be created first.
    """
    new = counterexample.account if counterexample.account.id is None else None
    place = replace(counterexample.place, id=NEW) if counterexample.place is new else counterexample.place
    return judged(
        with_attack(text, counterexample.text, place), with_account(organization, new) if new else organization
    )


def with_account(organization: str, new: Entity) -> str:
    """A snapshot with an account that is created later."""
    snapshot = yaml.safe_load(organization)
    unit = snapshot["root"]
    for entity in new.chain[1:-1]:
        unit = next(child for child in unit["units"] if child["name"] == entity.name)
    account = {"id": NEW, "name": new.name, "tags": dict(new.tags)}
    unit["accounts"] = [*unit.get("accounts", []), account]
    return json.dumps(snapshot)


def with_attack(text: str, counterexample: str, place: Entity) -> str:
    """A project with a policy attached where no policy of the project is, or last beside those."""
    target = f'ou "{place.path}"' if place.kind == "ou" else f'account "{place.id}"'
    lines = [_beside(line, target) for line in text.splitlines()]
    if lines == text.splitlines():
        lines.append(f"attach attack to {target}")
    return "\n".join([*lines, counterexample])


def judged(text: str, organization: str = ORGANIZATION) -> dict[str, str]:
    """By account path: `invalid`, or `violated` or `undecided` where a requirement is."""
    evaluation = evaluated(text, organization)
    assert evaluation.effective is not None, [found.message for found in evaluation.diagnostics]
    assert evaluation.judgement is not None
    found = {account.account.path: account.status for account in evaluation.effective.accounts}
    broken: dict[str, str] = {}
    for result in evaluation.judgement.results:
        for account in result.accounts:
            if result.violated:
                broken[account.path] = "violated"
            elif result.undecided:
                broken.setdefault(account.path, "undecided")
    return {path: "invalid" if status == "invalid" else broken.get(path, "") for path, status in found.items()}


def counterexamples(found: Mapping[str, TargetResult]) -> Iterator[Counterexample]:
    """Every counterexample."""
    return (result.counterexample for result in found.values() if result.counterexample)


def _beside(line: str, target: str) -> str:
    head, to, rest = line.partition(" to ")
    return f"{head}, attack to {rest}" if line.startswith("attach ") and to and rest == target else line
