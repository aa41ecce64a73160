"""Lists that are not what they should be: each is refused with its place and what to do, or read as it is meant."""

from __future__ import annotations

import gzip
import json
import time
from pathlib import Path

import pytest
from inventory.lists import AT, outcome, read

from policyengine.aws.resources import InventorySettings
from policyengine.base.errors import UnreadableError
from policyengine.inventory import read_inventory

VOLUME = "arn:aws:ec2:eu-west-1:111111111111:volume/vol-1"
KINDS = "expected an inventory: JSON, JSON Lines, CSV or Parquet, also packed with gzip"
LISTS = "expected an answer of AWS Config, Resource Explorer, the tagging API or AWS Backup, or a table with ARNs"


def row(**more: object) -> str:
    return json.dumps({"arn": VOLUME} | more)


def twice(key: str) -> str:
    return f"the key `{key}` stands twice in an object, with another value before; keep one of the two"


def item(**more: object) -> str:
    return json.dumps({"Results": [json.dumps({"arn": VOLUME, "awsRegion": "eu-west-1"} | more)]})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", f"inventory-1: the file is empty; {KINDS}"),
        (" \n", f"inventory-1: the file is empty; {KINDS}"),
        ('{"Results": ["{}"', "inventory-1:1: expected a comma or the end of a list; the file ends too soon, fetch it again"),
        ('{"Results": [\n"{', "inventory-1:2: this is not JSON: a text in quotes does not end; the file ends too soon, fetch it again"),
        ('{"arn": "x\n"}', "inventory-1:1: this is not JSON: a text in quotes has a line end or a control character in it"),
        ('{"arn": "x\\q"}', "inventory-1:1: this is not JSON: `\\` stands before a character that needs none"),
        ('{"arn": nothing}', "inventory-1:1: this is not JSON: expected a value"),
        ('{"arn": "x", }', "inventory-1:1: this is not JSON: expected a key in quotes"),
        ('{"arn": ', "inventory-1:1: this is not JSON: expected a value; the file ends too soon, fetch it again"),
        ('{"Results": []', "inventory-1:1: expected a comma or the end of an object; the file ends too soon, fetch it again"),
        ('{"Results": {}}', "inventory-1:1: Results: expected a list"),
        ('{"NextToken": "x", "Resources": 5}', "inventory-1:1: Resources: expected a list"),
        ('{"Results": [1 2]}', "inventory-1:1: expected a comma or the end of a list"),
        ('{"Results": ["{}",]}', "inventory-1:1: expected a value after the comma"),
        ('{"Results": ["{oops"]}', "inventory-1:1: Results[0]: expected JSON, found `{oops`: expected a key in quotes"),
        ('{"Results": ["[]"]}', "inventory-1:1: Results[0]: expected the JSON text of an item, found a list"),
        ('{"Results": [" "]}', "inventory-1:1: Results[0]: expected the JSON text of an item, found an empty text"),
        ('{"Results": [5]}', f"inventory-1:1: Results[0]: {LISTS}, found `5`"),
        ('{"Results": [{"Name": "x"}]}', f"inventory-1:1: Results[0]: {LISTS}, found an object without an ARN"),
        ('{"Statement": []}', f"inventory-1:1: {LISTS}, found an object with `Statement`"),
        ("{}", f"inventory-1:1: {LISTS}, found an object with nothing in it"),
        ("[1]", f"inventory-1:1: {LISTS}, found `1`"),
        (row() + ",\n" + row(), "inventory-1:1: expected another value on a line of its own, found a comma"),
        (row() + "\n" + '{"arn": 5}', "inventory-1:2: arn: expected the ARN of a resource, found `5`"),
        (row() + "\n" + row(size_gb=float("nan")), "inventory-1:2: a number is none that JSON knows, or has too many digits"),
        (row(arn="orders"), "inventory-1:1: arn: expected the ARN of a resource, found `orders`"),
        (row(arn="arn:aws:ec2:eu-west-1"), "inventory-1:1: arn: expected the ARN of a resource, found `arn:aws:ec2:eu-west-1`"),
        (row(arn="arn:aws:s3:::" + "x" * 2048), "inventory-1:1: arn: expected an ARN, found a text of 2,061 characters"),
        (row(size_gb=-1), "inventory-1:1: size_gb: expected a size of 0 or more GB, found `-1`"),
        (row(size_gb="big"), "inventory-1:1: size_gb: expected a size of 0 or more GB, found `big`"),
        (row(size_gb=10**400), "inventory-1:1: size_gb: expected a size of 0 or more GB, found `1" + "0" * 58 + "…`"),
        (row(size_gb=True), "inventory-1:1: size_gb: expected a size of 0 or more GB, found `true`"),
        (row(account="1.11111E+11"), "inventory-1:1: account: expected the 12 digits of an account, found `1.11111E+11`; export it as a text"),
        (row(account=[1]), "inventory-1:1: account: expected the 12 digits of an account, found a list; export it as a text"),
        (row(created="yesterday"), "inventory-1:1: created: expected a date such as 2026-09-24T05:00:00Z, found `yesterday`"),
        (row(created=1e300), "inventory-1:1: created: expected a date such as 2026-09-24T05:00:00Z, found `1e+300`"),
        (row(encrypted="perhaps"), "inventory-1:1: encrypted: expected true or false, found `perhaps`"),
        (row(state={}), "inventory-1:1: state: expected a text, found an object"),
        (row(tags="env=prod"), "inventory-1:1: tags: expected JSON, found `env=prod`: expected a value"),
        (row(tags=5), "inventory-1:1: tags: expected tags as an object or a list of keys and values, found `5`"),
        (row(tags={"env": None}), "inventory-1:1: tags.env: expected the text of a tag, found `null`"),
        (row(tags=["env"]), "inventory-1:1: tags[0]: expected an object with a key and a value, found `env`"),
        (row(tags=[{"Key": 1}]), "inventory-1:1: tags[0]: expected a key and a value, both texts"),
        (row(tags=[{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]), "inventory-1:1: tags[1]: the key `a` stands twice, with another value before"),
        ('{"arn": "x", "tags": {"env": "prod", "env": "test"}}', f"inventory-1:1: {twice('env')}"),
        ('{"arn": "x",\n "tags": {}}\n{"arn": "x", "size_gb": 1, "size_gb": 2}', f"inventory-1:3: {twice('size_gb')}"),
        ('{"Results": [{"arn": "x", "tags": [{"key": "a", "value": "1", "value": "2"}]}]}', f"inventory-1:1: {twice('value')}"),
        (row(tags='{"env": "prod", "env": "test"}'), f"inventory-1:1: tags: {twice('env')}"),
        (json.dumps({"Results": [f'{{"arn": "{VOLUME}", "tags": {{"env": "a", "env": "b"}}}}']}), f"inventory-1:1: Results[0]: {twice('env')}"),
        (f'arn,tags\n{VOLUME},"{{""env"": ""a"", ""env"": ""b""}}"\n', f"inventory-1:2: tags: {twice('env')}"),
        (f'arn,tags,tag:env\n{VOLUME},"{{""env"": ""a""}}",b\n', "inventory-1:2: tag:env: the key `env` stands in `tags` with another value"),
        ('{"arn": "arn:aws:s3:::b", "tags": {"env": "prod", "env": "prod"}}', None),
        (row(parents=5), "inventory-1:1: parents: expected ARNs with spaces between them, found `5`"),
        (row(facts=[]), None),
        (row(facts=[1]), "inventory-1:1: facts: expected an object, found a list"),
        (item(tags="x"), "inventory-1:1: Results[0].tags: expected tags as an object or a list of keys and values, found `x`"),
        (item(accountId="me"), "inventory-1:1: Results[0].accountId: expected the 12 digits of an account, found `me`; export it as a text"),
        (item(resourceType="AWS::EC2::Volume", configuration="{oops"), "inventory-1:1: Results[0].configuration: expected JSON, found `{oops`: expected a key in quotes"),
        (item(resourceType="AWS::EC2::Volume", configuration={"size": -8}), "inventory-1:1: Results[0].configuration.size: expected a size of 0 or more GB, found `-8`"),
        ("name,owner\nx,y\n", 'inventory-1:1: expected a column `arn`, found `name`, `owner`; name the column of ARNs in policyengine.toml: `arn = "..."` under `[inventory.columns]`'),
        ("arn,arn\n", "inventory-1:1: `arn` stand twice in the first line; rename one of them"),
        (f"arn,state\n{VOLUME}\n", "inventory-1:2: expected 2 cells as in the first line, found 1"),
        (f'arn,tags\n{VOLUME},"oops\n', "inventory-1:2: this is no CSV: unexpected end of data"),
        (f"arn,size_gb\n{VOLUME},-1\n", "inventory-1:2: size_gb: expected a size of 0 or more GB, found `-1`"),
        ("hello\n", 'inventory-1:1: expected a column `arn`, found `hello`; name the column of ARNs in policyengine.toml: `arn = "..."` under `[inventory.columns]`'),
        (b"\xff\xfe{\x00", f"inventory-1: this is UTF-16; {KINDS}, and texts as UTF-8"),
        (b"PK\x03\x04", f"inventory-1: this is a ZIP file; {KINDS}, and texts as UTF-8"),
        (b'{"arn":\n"\xe4"}', f"inventory-1:2: not UTF-8 text (byte 0xe4); {KINDS}"),
        (b'{"arn": "\xc3', "inventory-1:1: the file ends within a character; fetch it again"),
        (gzip.compress(row().encode(), mtime=0)[:-9], "inventory-1: the gzip file ends too soon; fetch it again"),
        (b"\x1f\x8bnonsense", "inventory-1: this is no gzip file, or a damaged one: Error -3 while decompressing data: unknown compression method"),
        (b"PAR1nonsense", "inventory-1: Parquet is read from files alone"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(text: str | bytes, message: str | None) -> None:
    if message is None:
        assert len(read(text)) == 1
        return
    with pytest.raises(UnreadableError) as caught:
        outcome(text)
    assert str(caught.value) == message


def test_every_fault_of_a_file_is_listed_up_to_a_hundred() -> None:
    with pytest.raises(UnreadableError) as caught:
        outcome("\n".join(row(size_gb=-1) for _ in range(500)))
    lines = str(caught.value).splitlines()
    assert (len(lines), lines[-1]) == (100, "inventory-1:100: size_gb: expected a size of 0 or more GB, found `-1`")


@pytest.mark.parametrize("open_", ["[", '{"a":', '{"Results": [', '{"Results": ["['])
def test_nesting_without_end_is_refused(open_: str) -> None:
    with pytest.raises(UnreadableError):
        outcome(open_ * 100_000)


@pytest.mark.parametrize(
    ("arn", "type_", "account", "region"),
    [
        ("ARN:AWS:EC2:EU-WEST-1:111111111111:Volume/vol-1", "EBS", "111111111111", "eu-west-1"),
        ("arn:aws:S3:::Logs", "S3", None, None),
        ("arn:aws-cn:rds:cn-north-1:111111111111:DB:orders", "RDS", "111111111111", "cn-north-1"),
        ("arn:aws:dynamodb:eu-west-1:111111111111:table/t/index/i", None, "111111111111", "eu-west-1"),
        ("arn:aws:s3:::logs/key", None, None, None),
        ("arn:aws:iam::aws:policy/ReadOnly", None, None, None),
        ("arn:aws:ec2:eu-west-1:111111111111:volume/", None, "111111111111", "eu-west-1"),
        ("arn:aws:storagegateway:eu-west-1:111111111111:gateway/sgw-1", None, "111111111111", "eu-west-1"),
        ("arn:aws:storagegateway:eu-west-1:111111111111:gateway/sgw-1/volume/vol-1", "StorageGateway", "111111111111", "eu-west-1"),
        ("arn:aws:rds:eu-west-1:111111111111:cluster-snapshot:x", None, "111111111111", "eu-west-1"),
        ("arn:aws:ssm-sap:eu-west-1:111111111111:HANA/app/DB/HDB", "SAPHANA", "111111111111", "eu-west-1"),
        ("arn:aws:cloudformation:eu-west-1:111111111111:stack/shop/1", "CloudFormation", "111111111111", "eu-west-1"),
        ("arn:aws:timestream:eu-west-1:111111111111:database/db/table/t", None, "111111111111", "eu-west-1"),
    ],
)  # fmt: skip
def test_arns_are_read_whatever_their_case(
    arn: str, type_: str | None, account: str | None, region: str | None
) -> None:
    (resource,) = read(row(arn=arn))
    assert (resource.arn.lower(), resource.type, resource.account, resource.region) == (
        arn.lower(), type_, account, region,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arn", "account", "region"),
    [
        ("arn:aws:ec2:us-east-1:111111111111:volume/v", "111111111111", "us-east-1"),
        ("arn:aws:s3:::logs", "222222222222", "eu-west-1"),
        ("arn:aws:ec2:us-east-1::volume/v", "222222222222", "us-east-1"),
    ],
)
def test_an_arn_decides_what_it_says(arn: str, account: str, region: str) -> None:
    (listed,) = read(row(arn=arn, account="222222222222", region="eu-west-1"))
    assert (listed.account, listed.region) == (account, region)
    item = {"arn": arn, "accountId": "222222222222", "awsRegion": "eu-west-1", "resourceType": "AWS::EC2::Volume"}
    (queried,) = read(json.dumps({"Results": [json.dumps(item)]}))
    assert (queried.account, queried.region) == (account, region)


ITEM = {"arn": VOLUME, "accountId": "111111111111", "awsRegion": "eu-west-1", "resourceType": "AWS::EC2::Volume"}


@pytest.mark.parametrize("lacking", [{"arn": None}, {"arn": ""}, {"arn": None, "resourceType": None}])
def test_an_item_of_a_resource_without_its_arn_is_not_left_out(lacking: dict[str, str | None]) -> None:
    with pytest.raises(UnreadableError) as caught:
        outcome(json.dumps({"Results": [json.dumps(ITEM), json.dumps(ITEM | lacking)]}))
    found = "Results[1].arn: expected the ARN of a resource, found none; have the query select `arn`"
    assert str(caught.value) == f"inventory-1:1: {found}"


def test_items_in_a_list_by_themselves_are_read() -> None:
    """As `jq .Results` writes them."""
    assert [one.arn for one in read(json.dumps([json.dumps(ITEM), json.dumps(ITEM | {"arn": f"{VOLUME}2"})]))] == [
        VOLUME,
        f"{VOLUME}2",
    ]


PROTECTED = json.dumps({"Results": [{"ResourceArn": VOLUME, "ResourceType": "EBS"}]})


def unprocessed(number: int, *keys: dict[str, str]) -> str:
    """An answer of `batch-get-resource-config`, with the keys that it does not answer."""
    return json.dumps(
        {"baseConfigurationItems": [ITEM | {"arn": f"{VOLUME}{number}"}], "unprocessedResourceKeys": keys}
    )


NO_ELEMENTS = '{"Results": [], "NextToken": "more"}'


def page(number: int, token: str | None = None, *, first: bool = False) -> str:
    listed, more = {"Results": [json.dumps(ITEM | {"arn": f"{VOLUME}{number}"})]}, {"NextToken": token}
    return json.dumps(more | listed if first else listed | more)


@pytest.mark.parametrize(
    "texts",
    [
        [page(1)],
        [page(1, "")],
        [page(1, "more") + "\n" + page(2)],
        [page(1, "more", first=True), page(2)],
        [f"[{page(1, 'more')}, {page(2)}]"],
        [page(1, "more"), page(2, "yet more"), page(3)],
        [page(1, "more"), '{"Results": []}'],
        [NO_ELEMENTS, page(1)],  # AWS has pages in which nothing is left of what it looked through
        [NO_ELEMENTS + page(1)],
        [page(1, "more") + NO_ELEMENTS + page(2)],
        [page(1) + page(2, "more"), page(3)],
        [unprocessed(1, {"resourceType": "AWS::EC2::Volume", "resourceId": "two"}), unprocessed(2)],
    ],
)
def test_pages_with_the_last_one_are_a_list(texts: list[str]) -> None:
    assert len(read(*texts)) == sum(text.count(VOLUME) for text in texts)


@pytest.mark.parametrize(
    "texts",
    [
        [page(1, "more")],
        [page(1, "more", first=True)],
        [page(1, "more"), page(2, "yet more")],
        [f"[{page(1, 'more')}, {page(2, 'yet more')}]"],
        ['{"PaginationToken": "more", "ResourceTagMappingList": []}'],
        ['{"nextToken": "more", "Resources": []}'],
        [NO_ELEMENTS, page(1, "more")],
        [NO_ELEMENTS + page(1, "more")],
        [page(1) + NO_ELEMENTS],
        [page(1) + page(2, "more")],  # a list, and the first page of another one
        [page(1, "more"), PROTECTED],  # another list under the same name
        [page(1), PROTECTED.replace("}]", '}], "NextToken": "more"')],
        [page(1), unprocessed(2, {"resourceType": "AWS::EC2::Volume", "resourceId": "three"})],
    ],
)
def test_pages_without_the_last_one_are_not_all(texts: list[str]) -> None:
    with pytest.raises(UnreadableError, match="expected the last page of the list, found that it names a next one"):
        outcome(*texts)


def test_a_fault_says_which_element_of_a_list_it_is() -> None:
    entries = [{"ResourceARN": VOLUME, "Tags": tags} for tags in ([], [{"Key": "a"}, {"Key": 5}], [{"Value": "b"}])]
    with pytest.raises(UnreadableError) as caught:
        outcome(json.dumps({"ResourceTagMappingList": entries}))
    assert str(caught.value).splitlines() == [
        "inventory-1:1: ResourceTagMappingList[1].Tags[1]: expected a key and a value, both texts",
        "inventory-1:1: ResourceTagMappingList[2].Tags[0]: expected a key and a value, both texts",
    ]


@pytest.mark.parametrize("text", [row(arn=f"{VOLUME}\ud800"), row(region="eu-\udfff1"), item(awsRegion="\ud800")])
def test_half_of_a_character_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError, match="half of a character"):
        outcome(text)


@pytest.mark.parametrize("columns", [{"tags": "labels"}, {"size_gb": "gigs", "arn": "arn"}])
def test_a_column_that_the_project_names_must_be_there(columns: dict[str, str]) -> None:
    column = next(iter(columns.values()))
    with pytest.raises(UnreadableError) as caught:
        outcome(f"arn,type\n{VOLUME},EBS\n", settings=InventorySettings(columns=columns))
    assert str(caught.value) == (
        f"inventory-1:1: expected a column `{column}`, which policyengine.toml names as `{next(iter(columns))}` under"
        " `[inventory.columns]`, found `arn`, `type`; add it to the table, or correct its name there"
    )


@pytest.mark.parametrize(
    ("more", "type_", "sure"),
    [
        ({"engine": "aurora-mysql"}, "Aurora", True),
        ({"engine": "docdb"}, "DocumentDB", True),
        ({"engine": "neptune"}, "Neptune", True),
        ({"engine": "mysql"}, "RDS", True),
        ({"type": "Neptune"}, "Neptune", True),
        ({"type": "AWS::DocDB::DBCluster"}, "DocumentDB", True),
        ({"type": "AWS::RDS::DBCluster"}, "Aurora", False),
        ({"engine": "martian"}, "Aurora", False),
        ({}, "Aurora", False),
    ],
)
def test_clusters_that_share_an_arn_differ_by_engine_or_type(more: dict[str, str], type_: str, sure: bool) -> None:  # noqa: FBT001
    (cluster,) = read(row(arn="arn:aws:rds:eu-west-1:111111111111:cluster:c", **more))
    assert (cluster.type, "types" not in cluster.facts) == (type_, sure)


def test_a_file_system_of_ontap_has_no_backups_of_its_own() -> None:
    arn = "arn:aws:fsx:eu-west-1:111111111111:file-system/fs-1"
    assert [one.type for one in read(row(arn=arn), row(arn=arn + "2", engine="ONTAP"))] == ["FSx", None]


def test_of_two_records_the_last_capture_counts() -> None:
    old, new = row(state="old", captured_at="2026-09-01"), row(state="new", captured_at="2026-09-02")
    for texts in ((old, new), (new, old)):
        inventory = outcome("\n".join(texts)).value
        assert ([one.state for one in inventory.resources], inventory.repeated) == (["new"], 1)
    assert [one.state for one in read(row(state="first"), row(state="second"))] == ["second"]


def test_another_kind_of_list_fills_in_what_the_last_one_cannot_say() -> None:
    bucket = "arn:aws:s3:::logs"
    mine = row(arn=bucket, account="111111111111", tags={"old": "1"}, facts={"versioning": True})
    tagged = json.dumps({"ResourceTagMappingList": [{"ResourceARN": bucket, "Tags": []}]})
    (resource,) = read(mine, tagged)
    assert (resource.account, resource.tags, resource.facts) == ("111111111111", {}, {"versioning": True})
    cluster = "arn:aws:rds:eu-west-1:111111111111:cluster:c"
    tagged = json.dumps({"ResourceTagMappingList": [{"ResourceARN": cluster, "Tags": []}]})
    for texts in ((row(arn=cluster, engine="docdb"), tagged), (tagged, row(arn=cluster, engine="docdb"))):
        (resource,) = read(*texts)
        assert (resource.type, resource.facts) == ("DocumentDB", {})


def test_the_tags_of_a_volume_name_its_stack_and_its_cluster() -> None:
    stack = "arn:aws:cloudformation:eu-west-1:111111111111:stack/shop/1"
    tags = {"aws:cloudformation:stack-id": stack, "CSIVolumeName": "pvc-1", "kubernetes.io/cluster/shop": "owned"}
    (volume,) = read(row(tags=tags))
    assert volume.parents == (stack, "arn:aws:eks:eu-west-1:111111111111:cluster/shop")
    assert read(row(tags={"kubernetes.io/cluster/shop": "owned"}))[0].parents == ()


def test_tags_keep_their_case_their_spaces_and_their_length() -> None:
    tags = {"Env": " Prod ", "env": "x" * 256, "<b>": "`rm -rf`", "": ""}
    assert read(row(tags=tags))[0].tags == tags
    assert read(f"arn,tag:Env,tag:env\n{VOLUME}, Prod ,\n")[0].tags == {"Env": " Prod "}


def test_a_row_may_be_longer_than_a_piece_of_the_file() -> None:
    long = row(state="x" * 3_000_000)
    assert [len(one.state or "") for one in read("\n".join([row(arn="arn:aws:s3:::a"), long]))] == [0, 3_000_000]


@pytest.mark.parametrize("cut", range(1, 60))
def test_where_a_piece_ends_makes_no_difference(cut: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policyengine.inventory.inventory_files._PIECE", cut)
    text = json.dumps({"ViewArn": 'ä\\u00e4"', "Count": 12345, "Results": [item_text(n) for n in range(3)]}, indent=1)
    assert [one.state for one in read(text + "\n" + row(arn="arn:aws:s3:::b", size_gb=12.5))] == [None] * 4


def item_text(number: int) -> str:
    return json.dumps({"arn": f"{VOLUME}{number}", "awsRegion": "eu-west-1", "tags": [{"key": "ä", "value": "\\"}]})


def test_a_packed_file_is_not_unpacked_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policyengine.inventory.inventory_files._MOST", 10 << 20)
    with pytest.raises(UnreadableError, match=r"at most 10 MiB, unpacked; split it"):
        outcome(gzip.compress(b" " * (64 << 20)))


def test_more_resources_than_fit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policyengine.inventory.inventory_files.MOST_RESOURCES", 2)
    with pytest.raises(UnreadableError, match="more than 2 resources"):
        outcome("\n".join(row(arn=f"arn:aws:s3:::b{n}") for n in range(3)))


@pytest.mark.parametrize("text", ['{"Results": ["', '{"a": "', "arn\n", '"', "[" + '{"arn": "'])
def test_a_value_without_end_is_refused_soon(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policyengine.inventory.json_pieces._MOST_OF_RECORD", 1 << 20)
    before = time.process_time()
    with pytest.raises(UnreadableError):
        outcome(text + "x" * (20 << 20))
    assert time.process_time() - before < 3


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    for file, message in (
        (tmp_path, "this is a directory"),
        (Path("/dev/null"), "this is no regular file"),
        (tmp_path / "x", "no such file"),
    ):
        with pytest.raises(UnreadableError, match=message):
            read_inventory([file], InventorySettings(), at=AT)
