"""Clients of boto3 for the fake, each call made once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias

import boto3
from botocore.config import Config

from fake_aws.fake import FakeAws

Client: TypeAlias = Any
"""A client of boto3, which has no types."""
ONCE = Config(retries={"total_max_attempts": 1}, read_timeout=5)


@cache
def session() -> boto3.Session:
    """A session of its own, without credentials: reading AWS's models takes a third of a second."""
    return boto3.Session()


def client(aws: FakeAws, service: str, account: str | None = None, region: str = "eu-west-1") -> Client:
    """A client of a service as an account calls it, the management account unless given."""
    told = aws.environment(account)
    return session().client(
        service,
        region_name=region,
        endpoint_url=aws.url,
        config=ONCE,
        aws_access_key_id=told["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=told["AWS_SECRET_ACCESS_KEY"],
    )


def pages(operation: Callable[..., Any], member: str, **asked: str) -> list[list[Any]]:
    """All pages of a list, until no token comes."""
    found = []
    while True:
        answer = operation(**asked)
        found.append(answer[member])
        if "NextToken" not in answer:
            return found
        asked["NextToken"] = answer["NextToken"]
