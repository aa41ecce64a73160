"""What the requirements of the packs ask, where it is not plain from their projects: bounds, copies, Regions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from policyengine.cli.app import run

ORGANIZATION = """\
version: 1
root:
  name: Root
  accounts:
    - {id: "200000000001", name: shop}
    - {id: "900000000001", name: central}
vaults:
  - {name: Unlocked, accounts: "*", regions: [eu-west-1, eu-central-1], lock: none, key: customer}
  - {name: Governance, accounts: "*", regions: [eu-west-1, eu-central-1], lock: {mode: governance}, key: customer}
  - {name: Compliance, accounts: "*", regions: [eu-west-1, eu-central-1], lock: {mode: compliance, min_retention_days: 7}, key: customer}
  - {name: NoMinimum, accounts: "*", regions: [eu-west-1, eu-central-1], lock: {mode: compliance}, key: customer}
  - {name: Half, accounts: "*", regions: [eu-west-1], lock: {mode: governance}, key: customer}
  - {name: Half, accounts: "*", regions: [eu-central-1], lock: none, key: customer}
  - {name: AirGapped, accounts: "*", regions: [eu-west-1], type: logically_air_gapped, lock: {mode: compliance, min_retention_days: 7, max_retention_days: 4000}, key: aws_owned}
  - {name: Soon, accounts: "*", regions: [eu-west-1, eu-central-1], lock: {mode: compliance, min_retention_days: 2192, changeable_until: 2027-01-31}, key: customer}
  - {name: Past, accounts: "*", regions: [eu-west-1, eu-central-1], lock: {mode: compliance, min_retention_days: 2192, changeable_until: 2026-10-01}, key: customer}
  - {name: Untold, accounts: "*", regions: [eu-west-1, eu-central-1]}
roles:
  - {name: BackupRole, accounts: "*"}
settings:
  cross_account_backup: true
"""
POLICY = """\
policy tried {
  plan tried {
    regions = [%s]
    %s
    tag selection tagged { role = "BackupRole" key = "backup" values = ["yes"] }
  }
}
attach tried to account "shop"
use pack "%s" for account.name == "shop"
"""
CENTRAL = 'account "900000000001"'


def rule(settings: str, *, schedule: str = "daily at 02:00", vault: str = "Governance", name: str = "tried") -> str:
    return f'rule {name} {{ schedule = {schedule} vault = "{vault}" {settings} }}'


def copy(vault: str, region: str = "eu-central-1", where: str = "", settings: str = "") -> str:
    return f'copy to vault "{vault}" in {region} {where} {{ {settings} }}'


ONE_REGION = [
    (
        "audit-manager-plan-min-frequency-and-min-retention",
        rule("retain = 7 days", name="often") + rule("retain = 35 days", schedule="weekly on sunday at 09:00"),
        "violated",
    ),
    ("audit-manager-plan-min-frequency-and-min-retention", rule("retain = 35 days"), "holds"),
    ("audit-manager-plan-min-frequency-and-min-retention", rule("retain = 34 days"), "violated"),
    ("audit-manager-recovery-point-min-retention", rule(""), "holds"),
    ("audit-manager-recovery-point-min-retention", rule(f"retain = 35 days {copy('Governance')}"), "holds"),
    (
        "audit-manager-recovery-point-min-retention",
        rule(f"retain = 35 days {copy('Governance', settings='retain = 34 days')}"),
        "violated",
    ),
    ("audit-manager-resources-protected-by-cross-region", rule(copy("Governance")), "holds"),
    ("audit-manager-resources-protected-by-cross-region", rule(copy("Governance", "eu-west-1", CENTRAL)), "violated"),
    (
        "audit-manager-resources-protected-by-cross-region",
        rule(copy("Governance", "eu-west-1", CENTRAL) + copy("Governance")),
        "holds",
    ),
    ("audit-manager-resources-protected-by-cross-account", rule(copy("Governance")), "violated"),
    ("audit-manager-resources-protected-by-backup-vault-lock", rule("", vault="Half"), "holds"),
    (
        "audit-manager-resources-protected-by-backup-vault-lock",
        rule('air_gapped_vault = "AirGapped"', vault="Unlocked"),
        "holds",
    ),
    (
        "audit-manager-resources-in-logically-air-gapped-vault",
        rule('air_gapped_vault = "AirGapped"', schedule="weekly on sunday at 02:00"),
        "holds",
    ),
    (
        "audit-manager-resources-in-logically-air-gapped-vault",
        rule('air_gapped_vault = "AirGapped"', schedule="monthly on day 1 at 02:00"),
        "violated",
    ),
    ("audit-manager-resources-in-logically-air-gapped-vault", rule('air_gapped_vault = "Nowhere"'), "violated"),
    (
        "audit-manager-resources-in-logically-air-gapped-vault",
        rule(copy("AirGapped", "eu-west-1", CENTRAL)),
        "holds",
    ),
    ("sec-17a-4-six-years", rule("retain = 2191 days"), "violated"),
    ("sec-17a-4-six-years", rule("retain = 2192 days"), "holds"),
    ("sec-17a-4-six-years", rule(""), "holds"),
    ("sec-17a-4-immutable", rule("retain = 731 days"), "vacuous"),
    ("sec-17a-4-immutable", rule("retain = 1095 days"), "violated"),
    ("sec-17a-4-immutable", rule("retain = 1095 days", vault="Compliance"), "violated"),
    (
        "sec-17a-4-immutable",
        rule("retain = 1095 days", name="short") + rule("retain = 2192 days", vault="Compliance"),
        "violated",
    ),
    (
        "sec-17a-4-immutable",
        rule("retain = 35 days", name="short") + rule("retain = 2192 days", vault="Compliance"),
        "holds",
    ),
    ("sec-17a-4-immutable", rule("retain = 2192 days", vault="Soon"), "violated"),
    ("sec-17a-4-immutable", rule("retain = 2192 days", vault="Past"), "holds"),
    ("sec-17a-4-immutable", rule("retain = 2192 days", vault="Untold"), "undecided"),
    ("sec-17a-4-immutable", rule("retain = 1096 days"), "violated"),
    ("sec-17a-4-immutable", rule("retain = 1096 days", vault="Compliance"), "holds"),
    ("sec-17a-4-immutable", rule('retain = 1096 days air_gapped_vault = "AirGapped"'), "violated"),
    ("sec-17a-4-redundant", rule(f"retain = 2192 days {copy('Compliance')}"), "holds"),
    ("sec-17a-4-redundant", rule(f"retain = 2192 days {copy('Compliance', 'eu-west-1', CENTRAL)}"), "holds"),
    ("sec-17a-4-redundant", rule(f"retain = 2192 days {copy('Compliance', 'eu-west-1')}"), "violated"),
    ("sec-17a-4-redundant", rule(f"retain = 2192 days {copy('Governance')}"), "violated"),
    (
        "sec-17a-4-redundant",
        rule(f"retain = 2192 days {copy('Compliance', settings='retain = 2191 days')}"),
        "violated",
    ),
    ("sec-17a-4-redundant", rule(f"retain = 3650 days {copy('Compliance', settings='retain = 2557 days')}"), "holds"),
    ("sec-17a-4-redundant", rule(f"retain = 1825 days {copy('Compliance', settings='retain = 1096 days')}"), "holds"),
    (
        "sec-17a-4-redundant",
        rule(f"retain = 1825 days {copy('Compliance', settings='retain = 1095 days')}"),
        "violated",
    ),
    ("sec-17a-4-redundant", rule(f"retain = 2192 days {copy('Soon')}"), "violated"),
    (
        "sec-17a-4-redundant",
        rule(f"retain = 2192 days {copy('Compliance', settings='retain = 35 days')} {copy('Governance', 'eu-west-3')}"),
        "violated",
    ),
    ("sec-17a-4-lock-minimum", rule("retain = 2192 days", vault="Past"), "holds"),
    ("sec-17a-4-lock-minimum", rule("retain = 2192 days", vault="Compliance"), "violated"),
    ("sec-17a-4-easily-accessible", rule("cold_after = 731 days retain = 2192 days"), "holds"),
    ("sec-17a-4-easily-accessible", rule("cold_after = 730 days retain = 2192 days"), "violated"),
    ("hipaa-retrievable-copies", rule(copy("Nowhere")), "violated"),
    ("hipaa-second-place", rule(copy("Governance", "eu-west-1", CENTRAL)), "holds"),
    ("hipaa-second-place", rule(copy("Governance") + copy("Unlocked", "eu-west-1")), "violated"),
    ("nist-800-53-cp9-availability", rule(copy("Nowhere")), "violated"),
    ("dora-ready", rule("", vault="Nowhere"), "violated"),
    ("dora-segregation", rule('air_gapped_vault = "AirGapped"'), "holds"),
    ("rel09-bp03-automatic", rule(copy("Nowhere")), "violated"),
    ("pci-dss-4-audit-log-history", rule("cold_after = 92 days retain = 366 days"), "holds"),
    ("pci-dss-4-audit-log-history", rule("cold_after = 91 days retain = 366 days"), "violated"),
    ("pci-dss-4-audit-log-history", rule("retain = 365 days"), "violated"),
    ("pci-dss-4-audit-log-protection", rule("retain = 365 days", vault="Unlocked"), "holds"),
    ("pci-dss-4-audit-log-protection", rule("retain = 366 days", vault="Unlocked"), "violated"),
    (
        "pci-dss-4-audit-log-protection",
        rule('retain = 366 days air_gapped_vault = "AirGapped"', vault="Unlocked"),
        "holds",
    ),
    ("cis-controls-11-2-automated-backups", rule("", schedule="weekly on sunday at 02:00"), "holds"),
    ("cis-controls-11-2-automated-backups", rule("", schedule="monthly on first sunday at 02:00"), "violated"),
    ("cis-controls-11-3-equivalent-protection", rule("", vault="Unlocked"), "violated"),
    ("cis-controls-11-4-isolated-instance", rule('air_gapped_vault = "AirGapped"'), "holds"),
    ("gdpr-retention-limit", rule("retain = 366 days"), "holds"),
    ("gdpr-retention-limit", rule(f"retain = 35 days {copy('Unlocked', settings='retain = 367 days')}"), "violated"),
    ("gdpr-erasable", rule("retain = 366 days"), "holds"),
    ("gdpr-erasable", rule("retain = 92 days", vault="Compliance"), "holds"),
    ("gdpr-erasable", rule("retain = 93 days", vault="Compliance"), "violated"),
    ("gdpr-erasable", rule('retain = 93 days air_gapped_vault = "AirGapped"'), "violated"),
    ("gdpr-erasable", rule(f"retain = 93 days {copy('Compliance')}"), "violated"),
    ("ransomware-immutable", rule("retain = 14 days"), "violated"),
    ("ransomware-immutable", rule("retain = 14 days", vault="Compliance"), "holds"),
    ("ransomware-immutable", rule(f"retain = 30 days {copy('Compliance')}"), "holds"),
    (
        "ransomware-immutable",
        rule(f"retain = 30 days {copy('Compliance', settings='retain = 29 days')}"),
        "violated",
    ),
    (
        "ransomware-immutable",
        rule("retain = 7 days", name="short") + rule("retain = 30 days", vault="Compliance"),
        "holds",
    ),
    (
        "ransomware-immutable",
        rule("retain = 30 days", name="open") + rule("retain = 30 days", vault="Compliance"),
        "violated",
    ),
    ("ransomware-isolated-copy-locked", rule(copy("Unlocked")), "holds"),
    ("ransomware-isolated-copy-locked", rule(copy("Governance", where=CENTRAL)), "violated"),
    ("ransomware-lock-minimum", rule(copy("Compliance"), vault="Compliance"), "holds"),
    ("ransomware-lock-minimum", rule(copy("NoMinimum")), "violated"),
]

# A daily rule that lacks something, beside a yearly one that has it: not one of them is what a clause asks for.
DAILY, YEARLY = rule("retain = 29 days", name="often", vault="Unlocked"), "yearly on 1 january at 12:00"
FOR_A_DAY = "retain = 1 day"

ONE_REGION += [
    ("ransomware-immutable", DAILY + rule("retain = 366 days", schedule=YEARLY, vault="Compliance"), "violated"),
    ("ransomware-immutable", DAILY + rule("retain = 366 days", schedule="daily at 12:00", vault="Compliance"), "holds"),
    ("ransomware-immutable", DAILY + rule(copy("Compliance"), schedule=YEARLY, vault="Compliance"), "violated"),
    (
        "ransomware-immutable",
        rule("retain = 1 day", schedule="weekly on sunday at 02:00", vault="Compliance"),
        "violated",
    ),
    ("ransomware-immutable", rule(f"retain = 7 days {copy('Compliance', settings=FOR_A_DAY)}"), "holds"),
    (
        "ransomware-immutable",
        rule(f"retain = 7 days {copy('Compliance', settings=FOR_A_DAY)}", schedule="weekly on sunday at 02:00"),
        "violated",
    ),
    ("ransomware-immutable", rule("retain = 35 days", vault="Soon"), "violated"),
    ("ransomware-immutable", rule("retain = 35 days", vault="Past"), "holds"),
    ("ransomware-immutable", rule('retain = 35 days air_gapped_vault = "Unlocked"', vault="Unlocked"), "violated"),
    ("ransomware-immutable", rule('retain = 35 days air_gapped_vault = "Untold"', vault="Unlocked"), "undecided"),
    ("ransomware-isolated", rule('air_gapped_vault = "Unlocked"', vault="Unlocked"), "violated"),
    ("ransomware-isolated", rule('air_gapped_vault = "Governance"', vault="Unlocked"), "violated"),
    ("ransomware-isolated", rule('air_gapped_vault = "Untold"', vault="Unlocked"), "undecided"),
    ("ransomware-isolated", rule(copy("Unlocked", where=CENTRAL)), "holds"),
    ("ransomware-isolated", rule(copy("Nowhere", where=CENTRAL)), "violated"),
    ("ransomware-isolated", rule(copy("Unlocked")), "violated"),
    ("ransomware-isolated", DAILY + rule(copy("Unlocked", where=CENTRAL), schedule=YEARLY), "violated"),
    (
        "ransomware-isolated",
        rule(f"retain = 35 days {copy('Unlocked', where=CENTRAL, settings=FOR_A_DAY)}", schedule=YEARLY),
        "violated",
    ),
    ("ransomware-window", DAILY + rule("retain = 366 days", schedule=YEARLY), "violated"),
    ("ransomware-lock-minimum", rule("", vault="NoMinimum"), "violated"),
    ("ransomware-isolated-copy-locked", rule(copy("Soon", where=CENTRAL)), "violated"),
    ("cis-controls-11-2-automated-backups", rule("retain = 1 day", schedule="weekly on sunday at 02:00"), "violated"),
    (
        "cis-controls-11-2-automated-backups",
        rule("retain = 1 day", schedule="weekly on sunday at 02:00") + rule("", schedule=YEARLY, name="long"),
        "violated",
    ),
    ("cis-controls-11-3-equivalent-protection", rule('air_gapped_vault = "Unlocked"', vault="Unlocked"), "violated"),
    ("cis-controls-11-4-isolated-instance", rule('air_gapped_vault = "Unlocked"'), "violated"),
    ("cis-controls-11-4-isolated-instance", rule(copy("Governance", where=CENTRAL)), "holds"),
    ("cis-controls-11-4-isolated-instance", rule(copy("Governance")), "violated"),
    ("cis-controls-11-4-isolated-instance", rule(copy("AirGapped", "eu-west-1")), "holds"),
    (
        "cis-controls-11-4-isolated-instance",
        DAILY + rule(copy("Governance", where=CENTRAL), schedule=YEARLY),
        "violated",
    ),
    (
        "cis-controls-11-4-isolated-instance",
        DAILY + rule(f"retain = 366 days {copy('Governance', where=CENTRAL, settings=FOR_A_DAY)}", schedule=YEARLY),
        "violated",
    ),
    (
        "cis-controls-11-4-isolated-instance",
        rule("retain = 35 days", schedule="monthly on day 1 at 02:00", name="often")
        + rule(copy("Governance", where=CENTRAL), schedule=YEARLY),
        "violated",
    ),
    ("nist-800-53-cp9-alternate-site", rule(copy("Governance")), "holds"),
    ("nist-800-53-cp9-alternate-site", rule(copy("Governance", "eu-west-1", CENTRAL)), "violated"),
    ("nist-800-53-cp9-alternate-site", rule(copy("Nowhere")), "violated"),
    ("nist-800-53-cp9-alternate-site", DAILY + rule(copy("Governance"), schedule=YEARLY), "violated"),
    (
        "nist-800-53-cp9-alternate-site",
        rule(f"retain = 366 days {copy('Governance', settings=FOR_A_DAY)}", schedule="weekly on sunday at 02:00"),
        "violated",
    ),
    (  # the weekly rule takes a run of the daily one every week, so that its gap is two days
        "nist-800-53-cp9-alternate-site",
        rule("retain = 35 days", name="often") + rule(copy("Governance"), schedule="weekly on sunday at 02:00"),
        "violated",
    ),
    (
        "nist-800-53-cp9-alternate-site",
        rule("retain = 35 days", schedule="weekly on sunday at 02:00", name="often")
        + rule(copy("Governance"), schedule="monthly on first sunday at 02:00"),
        "violated",
    ),
    ("nist-800-53-cp9-frequency", rule("retain = 1 day"), "holds"),
    ("nist-800-53-cp9-frequency", rule("", schedule="weekly on sunday at 02:00"), "violated"),
    ("nist-800-53-cp9-integrity", rule('air_gapped_vault = "Unlocked"', vault="Unlocked"), "violated"),
    ("dora-frequency", rule("", schedule="weekly on sunday at 02:00"), "violated"),
    ("dora-ready", rule(copy("Nowhere")), "violated"),
    ("dora-segregation", rule('air_gapped_vault = "Unlocked"'), "violated"),
    ("dora-segregation", DAILY + rule(copy("Governance", where=CENTRAL), schedule=YEARLY), "violated"),
    ("dora-segregation", rule(copy("Governance", where=CENTRAL)), "holds"),
    ("dora-protection", rule('air_gapped_vault = "Unlocked"', vault="Unlocked"), "violated"),
    ("hipaa-second-place", DAILY + rule(copy("Governance"), schedule=YEARLY), "violated"),
    ("hipaa-second-place", rule(f"retain = 35 days {copy('Governance', settings=FOR_A_DAY)}"), "holds"),
    (
        "hipaa-second-place",
        rule(f"retain = 35 days {copy('Governance', settings=FOR_A_DAY)}", schedule="weekly on sunday at 02:00"),
        "violated",
    ),
    ("hipaa-integrity", rule('air_gapped_vault = "Unlocked"', vault="Unlocked"), "violated"),
    ("iso-27001-a8-13-retention", DAILY + rule("retain = 366 days", schedule=YEARLY), "violated"),
    ("iso-27001-a8-13-remote-copy", DAILY + rule(copy("Governance"), schedule=YEARLY), "violated"),
    ("iso-27001-a8-13-remote-copy", rule(copy("Governance")), "holds"),
    ("iso-27001-a8-13-deletion", rule(copy("Governance", settings="retain = 35 days")), "violated"),
    ("iso-27001-a8-13-protection", rule('air_gapped_vault = "Unlocked"', vault="Unlocked"), "violated"),
    ("rel09-bp02-secured", rule('air_gapped_vault = "Unlocked"', vault="Unlocked"), "violated"),
    ("pci-dss-4-audit-log-history", DAILY + rule("retain = 366 days", schedule=YEARLY), "violated"),
    (
        "pci-dss-4-audit-log-history",
        rule("retain = 366 days cold_after = 8 days", name="cold")
        + rule("retain = 92 days", schedule="daily at 12:00"),
        "violated",
    ),
    ("pci-dss-4-retention-ends", rule(copy("Governance", settings="retain = 35 days")), "violated"),
    (
        "pci-dss-4-audit-log-protection",
        rule('retain = 366 days air_gapped_vault = "Unlocked"', vault="Unlocked"),
        "violated",
    ),
    ("gdpr-retention-ends", rule(""), "violated"),
    ("gdpr-retention-limit", rule(""), "violated"),
    ("gdpr-erasable", rule("", vault="Compliance"), "violated"),
    ("gdpr-erasable", rule('retain = 93 days air_gapped_vault = "Untold"'), "undecided"),
    ("audit-manager-last-recovery-point-created", rule("retain = 35 days"), "violated"),
    (
        "audit-manager-last-recovery-point-created",
        rule("start_within = 1 hour complete_within = 1 hour retain = 35 days"),
        "violated",
    ),
    (
        "audit-manager-last-recovery-point-created",
        rule("start_within = 8 hours complete_within = 12 hours", schedule="every 4 hours"),
        "holds",
    ),
    (
        "audit-manager-last-recovery-point-created",
        rule("start_within = 8 hours complete_within = 13 hours", schedule="every 4 hours"),
        "violated",
    ),
    (
        "audit-manager-last-recovery-point-created",
        rule("start_within = 1 hour complete_within = 11 hours", schedule="every 12 hours at 02:00"),
        "holds",
    ),
    (
        "audit-manager-resources-protected-by-backup-vault-lock",
        rule('air_gapped_vault = "Unlocked"', vault="Unlocked"),
        "violated",
    ),
    ("audit-manager-resources-in-logically-air-gapped-vault", rule('air_gapped_vault = "Governance"'), "violated"),
    (
        "audit-manager-resources-in-logically-air-gapped-vault",
        rule('air_gapped_vault = "AirGapped"', schedule=YEARLY) + rule("", name="often"),
        "violated",
    ),
]

TWO_REGIONS = [
    ("audit-manager-resources-protected-by-cross-region", rule(copy("Governance")), "violated"),
    ("audit-manager-resources-protected-by-cross-region", rule(copy("Governance", "eu-west-3")), "holds"),
    ("audit-manager-resources-protected-by-backup-vault-lock", rule("", vault="Half"), "violated"),
    ("nist-800-53-cp9-alternate-site", rule(copy("Governance")), "violated"),
    ("iso-27001-a8-13-remote-copy", rule(copy("Governance")), "violated"),
    ("hipaa-second-place", rule(copy("Governance")), "violated"),
    ("sec-17a-4-redundant", rule(f"retain = 2192 days {copy('Compliance')}"), "violated"),
    ("dora-segregation", rule(copy("AirGapped", "eu-west-1")), "holds"),
    ("ransomware-immutable", rule("retain = 35 days", vault="Half"), "violated"),
    ("ransomware-isolated", rule('air_gapped_vault = "AirGapped"', vault="Half"), "violated"),
    ("cis-controls-11-4-isolated-instance", rule('air_gapped_vault = "AirGapped"'), "violated"),
    (
        "audit-manager-resources-in-logically-air-gapped-vault",
        rule('air_gapped_vault = "AirGapped"'),
        "violated",
    ),
]


@pytest.mark.parametrize(("requirement", "rules", "outcome"), ONE_REGION, ids=[case[0] for case in ONE_REGION])
def test_in_one_region(
    requirement: str, rules: str, outcome: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _outcome(requirement, rules, "eu-west-1", tmp_path, capsys) == outcome


@pytest.mark.parametrize(("requirement", "rules", "outcome"), TWO_REGIONS, ids=[case[0] for case in TWO_REGIONS])
def test_in_two_regions(
    requirement: str, rules: str, outcome: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _outcome(requirement, rules, "eu-west-1, eu-central-1", tmp_path, capsys) == outcome


REACHING = (
    *("dora-backups", "nist-800-53-cp9-backups", "rel09-bp01-backed-up", "gdpr-restorable"),
    *("cis-controls-11-2-automated-backups", "sec-17a-4-six-years", "pci-dss-4-audit-log-history"),
    *("dora-frequency", "hipaa-frequency", "nist-800-53-cp9-frequency", "rel09-bp01-objective", "ransomware-window"),
    *("iso-27001-a8-13-frequency", "iso-27001-a8-13-retention"),
)


@pytest.mark.parametrize(
    ("services", "outcome"), [("[]", "violated"), ("[S3]", "holds"), ("[Aurora]", "holds")], ids=str
)
def test_a_plan_that_reaches_no_type_protects_nothing(
    services: str, outcome: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    snapshot = f"{ORGANIZATION}  opt_in: {{eu-west-1: {services}}}\n"
    for requirement in REACHING:
        rules = rule("retain = 2192 days")
        assert _outcome(requirement, rules, "eu-west-1", tmp_path, capsys, snapshot=snapshot) == outcome


RUNNING = (
    *("hipaa-data-backup-plan", "dora-backups", "nist-800-53-cp9-backups", "rel09-bp01-backed-up"),
    *("gdpr-restorable", "sec-17a-4-six-years"),
)


@pytest.mark.parametrize(
    ("schedule", "outcome"),
    [("yearly on 1 january at 05:00", "holds"), ('cron("0 5 1 JAN ? 2198-2199")', "violated")],
    ids=["yearly", "in the year 2198"],
)
def test_a_rule_that_does_not_run_within_a_year_protects_nothing(
    schedule: str, outcome: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for requirement in RUNNING:
        rules = rule("retain = 2192 days", schedule=schedule)
        assert _outcome(requirement, rules, "eu-west-1", tmp_path, capsys) == outcome, requirement


def test_what_the_snapshot_does_not_tell_is_undecided(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    snapshot = ORGANIZATION[: ORGANIZATION.index("vaults:")]
    rules = rule("retain = 2192 days")
    assert _outcome("sec-17a-4-immutable", rules, "eu-west-1", tmp_path, capsys, snapshot=snapshot) == "undecided"


def _outcome(  # noqa: PLR0913 - a case and pytest's two
    requirement: str,
    rules: str,
    regions: str,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    *,
    snapshot: str = ORGANIZATION,
) -> str:
    """What `check` says of a requirement for an account whose one plan has the rules."""
    (folder / "organization.yaml").write_text(snapshot, encoding="utf-8")
    (folder / "tried.bpol").write_text(POLICY % (regions, rules, _pack_of(requirement)), encoding="utf-8")
    run(["check", str(folder), "--at", "2026-10-01", "--format", "json"])
    found = json.loads(capsys.readouterr().out)["findings"]
    assert [one["message"] for one in found if one["code"][:3] in {"PE1", "PE2"}] == []
    outcomes = {one["name"].removeprefix("requirement-") for one in found if one["requirement"] == requirement}
    return "/".join(sorted(outcomes)) or "holds"


def _pack_of(requirement: str) -> str:
    packs = (Path(__file__).parents[3] / "policies" / "packs").glob("*/*.bpol")
    return next(file.stem for file in packs if f"require {requirement} " in file.read_text(encoding="utf-8"))
