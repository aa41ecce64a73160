"""STS and IAM, answered by moto's server: each account has its users and roles, and credentials belong to one.

moto asks neither whether an assumed role exists nor who may assume it, and takes unknown keys for those of an account
of its own: that is asked here. Its accounts are values of the process, so that one fake at a time has them.
"""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs

from moto.iam.models import AccessKey, iam_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.sts.models import sts_backends
from werkzeug.test import Client

from fake_aws.faults import ApiError, Reply
from fake_aws.organization_state import State

USER = "pulling"
_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
    }
)
_HEADERS = ("Authorization", "Content-Type", "Host", "X-Amz-Date", "X-Amz-Security-Token")


class MotoAccounts:
    """The accounts of moto, emptied."""

    def __init__(self) -> None:
        self._client = Client(DomainDispatcherApplication(create_backend_app))
        self._keys: dict[str, AccessKey] = {}
        self._filled: dict[str, list[str]] = {}
        iam_backends.clear()
        sts_backends.clear()

    def credentials(self, account: str) -> dict[str, str]:
        """The access key of an account, of the user `pulling`, by the names of the environment."""
        if account not in self._keys:
            iam = iam_backends[account]["aws"]
            iam.create_user(region_name="us-east-1", user_name=USER)
            self._keys[account] = iam.create_access_key(USER)
        key = self._keys[account]
        return {"AWS_ACCESS_KEY_ID": key.access_key_id, "AWS_SECRET_ACCESS_KEY": key.secret_access_key}

    def account_of(self, access_key: str) -> str | None:
        """The account that an access key belongs to, None for one that nobody has."""
        for account, backends in list(iam_backends.items()):
            if access_key in backends["aws"].access_keys:
                return str(account)
        return None

    def caller_of(self, access_key: str, account: str) -> str:
        """The ARN of who has the key, as messages of AWS write it."""
        _, arn, _ = sts_backends[account]["aws"].get_caller_identity(access_key, "us-east-1")
        return arn

    def answer(self, headers: dict[str, str], body: bytes) -> Reply:
        """moto's answer to a call of STS or IAM."""
        kept = {name: headers[name] for name in _HEADERS if name in headers}
        response = self._client.post("/", data=body, headers=kept)
        return Reply(response.status_code, {"Content-Type": response.headers["Content-Type"]}, response.get_data())

    def prepare(self, state: State, account: str, body: bytes) -> None:
        """Give the caller's account the roles of the state, and see that the role to be assumed exists."""
        members = {key: values[0] for key, values in parse_qs(body.decode()).items()}
        if members.get("Action") == "AssumeRole":
            _check_role(state, account, members.get("RoleArn", ""))
        if members.get("Action") == "ListRoles":
            self._fill(account, state.roles_in(account))

    def _fill(self, account: str, roles: list[str]) -> None:
        if self._filled.get(account) == roles:
            return
        iam = iam_backends[account]["aws"]
        for old in list(iam.roles.values()):
            iam.delete_role(old.name)
        for role in roles:
            path, _, name = role.rpartition("/")
            iam.create_role(name, _TRUST, f"/{path}/" if path else "/", None, "", [], None)
        self._filled[account] = roles


def _check_role(state: State, caller: str, arn: str) -> None:
    matched = re.fullmatch(r"arn:aws:iam::([0-9]{12}):role/(.+)", arn)
    account = state.accounts.get(matched[1]) if matched else None
    exists = matched and account and account.status == "ACTIVE" and matched[2] in state.roles_in(account.id)
    if not exists or caller not in (state.management, matched[1] if matched else ""):
        message = (
            f"User: arn:aws:iam::{caller}:user/{USER} is not authorized to perform: sts:AssumeRole on resource: {arn}"
        )
        raise ApiError("AccessDenied", message, status=403)
