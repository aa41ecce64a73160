"""What inventories say of resources: the ARNs of types, and the paths of AWS Config, fit what the other files say."""

from __future__ import annotations

import pytest

from policyengine.aws.facts import resource_types
from policyengine.aws.facts.inventories import config_paths, hidden_from, shared_arn, type_patterns
from policyengine.aws.resources.identity import identify

NAMES = resource_types("aws")
DEEPER = {"StorageGateway": "gateway/sgw-1/volume/vol-1", "SAPHANA": "HANA/app/DB/HDB"}


@pytest.mark.parametrize("name", NAMES)
def test_what_the_pattern_of_a_type_selects_is_of_the_type(name: str) -> None:
    """Of clusters that share a pattern the first is named."""
    head, _, rest = NAMES[name].rpartition(":") if name == "S3" else _parts(NAMES[name])
    identity = identify(f"{head}:{DEEPER.get(name, rest.replace('*', 'x'))}")
    assert identity is not None
    assert identity.type == (shared_arn().types[0] if name in shared_arn().types[:3] else name)
    assert identity.shared == (name in shared_arn().types[:3])


def _parts(pattern: str) -> tuple[str, str, str]:
    arn, partition, service, _, _, rest = pattern.split(":", 5)
    return f"{arn}:{partition}:{service}:eu-west-1:111111111111", ":", rest


def test_every_type_has_the_arn_of_its_service() -> None:
    services = {pattern.split(":")[2] for pattern in NAMES.values()}
    assert set(type_patterns()) == services
    named = {name for pattern in type_patterns().values() for name in pattern.groupindex}
    assert named == set(NAMES) - {"DocumentDB", "Neptune"}


def test_what_a_list_cannot_see_are_types() -> None:
    types, untagged, lacks = hidden_from("config")
    assert set(types) < set(NAMES)
    assert not untagged
    assert lacks == ("types that its recorder leaves out",)
    assert hidden_from("tagging-api")[:2] == ((), True)
    assert hidden_from("table") == ((), False, ())


@pytest.mark.parametrize("source", ["config", "resource-explorer", "tag-editor", "tagging-api"])
def test_every_list_of_aws_lacks_something(source: str) -> None:
    assert hidden_from(source).lacks


def test_config_has_paths_for_what_is_asked_of_it() -> None:
    assert config_paths("AWS::EC2::Volume").facts["size_gb"] == (("size",),)
    assert config_paths("AWS::Lambda::Function").facts == {}
    assert "AWS::CloudFormation::Stack" in config_paths("AWS::Lambda::Function").related
