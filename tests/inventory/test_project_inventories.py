"""The inventories of a project: which files they are, and the schema of their rows."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from inventory.lists import AT, normalised
from inventory.test_same_in_every_format import volumes

from policyengine.aws.resources import Resource
from policyengine.aws.resources.inventory_settings import COLUMNS, inventory_schema
from policyengine.base.errors import ConfigurationError, UnreadableError
from policyengine.inventory import project_inventory
from policyengine.project import load_project

SCHEMA = inventory_schema()


def project(folder: Path, settings: str, **files: str) -> Path:
    (folder / "policyengine.toml").write_text(f"[inventory]\n{settings}\n", encoding="utf-8")
    (folder / "inventory").mkdir()
    for name, arn in files.items():
        (folder / "inventory" / f"{name}.json").write_text(json.dumps({"arn": arn}), encoding="utf-8")
    return folder


def arns(folder: Path, *given: Path) -> list[str] | None:
    outcome = project_inventory(load_project(folder), given, at=AT)
    return None if outcome is None else [resource.arn for resource in outcome.value.resources]


def test_patterns_name_the_files(tmp_path: Path) -> None:
    folder = project(tmp_path, 'files = ["inventory/*.json"]', b="arn:aws:s3:::b", a="arn:aws:s3:::a")
    assert arns(folder) == ["arn:aws:s3:::a", "arn:aws:s3:::b"]


def test_files_that_are_given_take_their_place(tmp_path: Path) -> None:
    folder = project(tmp_path, 'files = ["inventory/*.json"]', a="arn:aws:s3:::a", b="arn:aws:s3:::b")
    assert arns(folder, folder / "inventory" / "b.json") == ["arn:aws:s3:::b"]


def test_a_project_without_files_has_no_inventory(tmp_path: Path) -> None:
    assert arns(project(tmp_path, 'max_age = "7 days"', a="arn:aws:s3:::a")) is None


def test_patterns_that_no_file_fits_are_a_fault(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigurationError, match=r"^policyengine.toml: inventory.files: no file matches `list/\*.json`$"
    ):
        arns(project(tmp_path, 'files = ["inventory/*.json", "list/*.json"]', a="arn:aws:s3:::a"))


@pytest.mark.parametrize("pattern", ["/etc/*", "", "a**b/[x"])
def test_what_is_no_pattern_is_refused(tmp_path: Path, pattern: str) -> None:
    with pytest.raises(ConfigurationError, match=r"inventory\.files"):
        arns(project(tmp_path, f"files = [{json.dumps(pattern)}]"))


def test_a_checkout_has_no_inventory_outside_of_it(tmp_path: Path) -> None:
    secret = tmp_path / "secret.json"
    secret.write_text('{"arn": "arn:aws:s3:::secret"}', encoding="utf-8")
    (tmp_path / "checkout" / ".git").mkdir(parents=True)
    folder = project(tmp_path / "checkout", 'files = ["inventory/*.json"]')
    (folder / "inventory" / "link.json").symlink_to(secret)
    with pytest.raises(UnreadableError):
        arns(folder)


def test_a_fault_names_the_file_as_the_project_does(tmp_path: Path) -> None:
    with pytest.raises(
        UnreadableError, match=r"^inventory/a.json:1: arn: expected the ARN of a resource, found `nothing`$"
    ):
        arns(project(tmp_path, 'files = ["inventory/*.json"]', a="nothing"))


def test_the_schema_has_every_column() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert list(SCHEMA["properties"]) == list(COLUMNS) == list(Resource.__struct_fields__)


@given(volumes())
@settings(max_examples=50)
def test_what_is_normalised_fits_the_schema(resource: Resource) -> None:
    jsonschema.validate(normalised(resource), SCHEMA)


@pytest.mark.parametrize(
    "row", [{}, {"arn": 5}, {"arn": "arn:aws:s3:::b", "size_gb": -1}, {"arn": "x", "account": "1"}]
)
def test_what_cannot_be_read_does_not_fit(row: object) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(row, SCHEMA)
