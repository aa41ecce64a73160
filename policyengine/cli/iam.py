"""`policyengine iam`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import typer

from policyengine.aws.documents import Json
from policyengine.base.errors import UsageError
from policyengine.base.text import quoted
from policyengine.cli.options import (
    Color,
    ColorOption,
    DirOption,
    Format,
    FormatOption,
    OutputOption,
    Partition,
    QuietOption,
    SnapshotOption,
    load_inputs,
)
from policyengine.cli.output import CLEAN, Output
from policyengine.export.iam_policies import (
    IamScope,
    delegation_policy,
    identity_policy,
    member_role,
    role_template,
)
from policyengine.project import Project
from policyengine.report.json_output import to_json
from policyengine.stages import PURE

SCHEMA = "policyengine/iam/1"

_DEFAULT_ROLE = "policyengine-read"


class IamSubject(StrEnum):
    """For whom a policy is."""

    READ = "read"
    APPLY = "apply"
    DELEGATE = "delegate"
    MEMBER_ROLE = "member-role"


SubjectArgument = Annotated[
    IamSubject, typer.Argument(metavar="SUBJECT", help="read, apply, delegate or member-role.", show_default=False)
]


MemberRoleOption = Annotated[
    str | None,
    typer.Option("--role", metavar="NAME", help="The role in member accounts.", show_default=False),
]
AccountOption = Annotated[
    str | None,
    typer.Option("--account", metavar="ID", help="Whom delegate and member-role let in.", show_default=False),
]
OrganizationOption = Annotated[
    str | None,
    typer.Option("--organization", metavar="ID", help="Its id.", show_default="the snapshot's, else any"),
]
ManagementOption = Annotated[
    str | None,
    typer.Option("--management", metavar="ID", help="Its management account.", show_default="the snapshot's, else any"),
]
ReadOnlyOption = Annotated[bool, typer.Option("--read-only", help="With delegate: nothing that writes.")]
TemplateOption = Annotated[bool, typer.Option("--template", help="With member-role: a CloudFormation template.")]
PartitionOption = Annotated[
    Partition | None, typer.Option("--partition", help="The partition.", show_default="the project's")
]


def iam(  # noqa: PLR0913 - the options of interface.md section 3
    subject: SubjectArgument,
    *,
    role: MemberRoleOption = None,
    account: AccountOption = None,
    organization: OrganizationOption = None,
    management: ManagementOption = None,
    read_only: ReadOnlyOption = False,
    template: TemplateOption = False,
    partition: PartitionOption = None,
    option: DirOption = None,
    snapshot: SnapshotOption = None,
    form: FormatOption = Format.TERMINAL,
    output: OutputOption = None,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """The IAM policies that `pull`, `drift` and `apply` need, and no more; for review, as JSON."""
    to = Output(form, output, quiet, color)
    _refuse_options(
        subject,
        {
            "--account": (account is not None, {IamSubject.DELEGATE, IamSubject.MEMBER_ROLE}),
            "--role": (role is not None, set(IamSubject) - {IamSubject.DELEGATE}),
            "--read-only": (read_only, {IamSubject.DELEGATE}),
            "--template": (template, {IamSubject.MEMBER_ROLE}),
        },
    )
    project = load_inputs(None, option, snapshot)
    organization, management = _ids_of(project, organization, management)
    scope = IamScope(partition or project.configuration.partition, organization, management, _role_name(role))
    document = _document(subject, scope, _checked("--account", account, _ACCOUNT), read_only=read_only)
    if template:
        document = role_template(document)
    if not to.silent:
        to.write(to_json({"schema": SCHEMA, **document} if form is Format.JSON else document))
    return CLEAN


def _refuse_options(subject: IamSubject, given: Mapping[str, tuple[bool, set[IamSubject]]]) -> None:
    for name, (is_given, subjects) in given.items():
        if is_given and subject not in subjects:
            raise UsageError(f"{name}: `iam {subject.value}` has no such option")


def _document(subject: IamSubject, scope: IamScope, account: str | None, *, read_only: bool) -> dict[str, Json]:
    if subject is IamSubject.READ:
        return identity_policy(scope, "read")
    if subject is IamSubject.APPLY:
        return identity_policy(scope, "apply")
    if subject is IamSubject.DELEGATE:
        if account is None:
            raise UsageError("iam delegate: name the member account that gets to work: `--account ID`")
        return delegation_policy(scope, account, "read" if read_only else "apply")
    trusted = account or scope.management
    if trusted is None:
        raise UsageError("iam member-role: name the account whose users and roles may assume it: `--account ID`")
    return member_role(scope if scope.role else scope.with_role(_DEFAULT_ROLE), trusted)


def _ids_of(project: Project, organization: str | None, management: str | None) -> tuple[str | None, str | None]:
    """The organization's id and its management account, those of the options before those of the snapshot."""
    facts = PURE.read_snapshot(project.snapshot).organization if project.snapshot else None
    there, its_management = (facts.id, facts.management_account) if facts else (None, None)
    return (
        _checked("--organization", organization, _ORGANIZATION)
        or _checked("the snapshot's organization.id", there, _ORGANIZATION),
        _checked("--management", management, _ACCOUNT) or its_management,
    )


_ACCOUNT = (re.compile("[0-9]{12}"), "the 12 digits of an account's id")
_ORGANIZATION = (re.compile("o-[a-z0-9]{4,32}"), "an organization's id such as `o-exampleorgid`")
_ROLE = (
    re.compile(r"/?(?:[A-Za-z0-9+=,.@_-]{1,512}/){0,8}[A-Za-z0-9+=,.@_-]{1,64}"),
    "a role's name, with its path where it has one",
)


def _checked(name: str, value: str | None, expected: tuple[re.Pattern[str], str]) -> str | None:
    pattern, words = expected
    if value is not None and not pattern.fullmatch(value):
        raise UsageError(f"{name} {quoted(value)}: expected {words}")
    return value


def _role_name(role: str | None) -> str | None:
    return _checked("--role", role, _ROLE)
