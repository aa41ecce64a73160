"""The syntax tree of a `.bpol` file: what the author wrote, checked against the grammar only.

Every node has its span, which equality ignores, so that two trees are equal when they mean the same. Names that only a
later stage understands (setting keys, attributes, resource types) are plain names here. Expressions are untyped;
`analysis/requirements` gives them types and a meaning. A `...Node` is the written form of what has a typed or compiled
form elsewhere.
"""

from __future__ import annotations

from dataclasses import field
from typing import Literal, TypeAlias

from policyengine.base.records import record
from policyengine.base.source import Source, Span
from policyengine.language.syntax.literals import (
    Boolean,
    Date,
    Duration,
    Forever,
    Integer,
    Name,
    Reference,
    Text,
    TextOrName,
    Value,
    spanned,
)

ComparisonOperator = Literal["==", "!=", "<", "<=", ">", ">=", "in", "like"]


@record
class AttributeNode:
    """`.name` on a path."""

    name: str
    span: Span = spanned()


@record
class Index:
    """`["name"]` on a path."""

    key: str
    span: Span = spanned()


@record
class Path:
    """`account.tags["env"]`, `plans["daily"].rules["nightly"].retention`, or one bare word."""

    head: str
    steps: tuple[AttributeNode | Index, ...]
    span: Span = spanned()


@record
class Items:
    """A list inside an expression."""

    items: tuple[Expression | SpreadNode, ...]
    span: Span = spanned()


@record
class SpreadNode:
    """`...home` in a list inside an expression: the items of another list."""

    value: Expression
    span: Span = spanned()


@record
class ComparisonNode:
    """`left OPERATOR right`."""

    left: Expression
    operator: ComparisonOperator
    right: Expression
    span: Span = spanned()


@record
class LogicalNode:
    """`a and b and c`, `a or b`: two operands or more."""

    operator: Literal["and", "or"]
    operands: tuple[Expression, ...]
    span: Span = spanned()


@record
class NotNode:
    """`not EXPR`."""

    operand: Expression
    span: Span = spanned()


@record
class QuantifierNode:
    """`every KIND [where EXPR] satisfies EXPR`; `count` is the N of `at least N`, None for the other kinds."""

    kind: Literal["every", "some", "no", "at least"]
    count: int | None
    over: Name
    where: Expression | None
    satisfies: Expression
    span: Span = spanned()


Expression = (
    Path
    | Text
    | Integer
    | Duration
    | Forever
    | Boolean
    | Items
    | ComparisonNode
    | LogicalNode
    | NotNode
    | QuantifierNode
)


SettingOperator = Literal["=", "+=", "-="]
ConditionOperator = Literal["==", "!=", "like", "not like"]
ChildOperator = Literal["assign", "append", "remove", "anything", "nothing"]


@record
class SettingNode:
    """`key = value`, `key += list`, `key -= list`; also an entry of a tag block."""

    key: Name
    operator: SettingOperator
    value: Value
    locked: bool = False
    span: Span = spanned()


@record
class LockedKey:
    """`locked retain` without a value: it closes what a template set."""

    key: Name
    span: Span = spanned()


@record
class ChildrenMay:
    """`children may append, remove in rules/nightly`; `path` is empty where the block itself is meant."""

    operators: tuple[ChildOperator, ...]
    path: tuple[Name, ...]
    span: Span = spanned()


@record
class Where:
    """`where NAME: "KEY" OP "VALUE"` in a selection."""

    name: Name
    key: TextOrName
    operator: ConditionOperator
    value: TextOrName
    locked: bool = False
    span: Span = spanned()


BlockKind: TypeAlias = str
"""The word, or the two words, that a block of the table of settings begins with: `tag selection`, `advanced`."""


@record
class Argument:
    """`keep = 35 days` in the use of a template."""

    name: Name
    value: Value
    span: Span = spanned()


@record
class Like:
    """`nightly(keep = 35 days)` after `like`: the use of a template."""

    template: Name
    arguments: tuple[Argument, ...] = ()
    span: Span = spanned()


@record
class Block:
    """A plan, rule, selection or block of settings.

    `name` is None for the kinds without one (`advanced`). Behind `like` the braces may be missing.
    """

    kind: BlockKind
    name: Name | None
    body: tuple[Item, ...]
    locked: bool = False
    like: Like | None = None
    span: Span = spanned()
    head: Span = spanned()  # `rule nightly`, without the braces


@record
class CopyNode:
    """`copy to vault "V" in REGION [account "ID"] { ... }` or `copy to "ARN" { ... }`; the braces may be missing.

    It has either `arn`, or `vault` and `region` and perhaps `account`; each may be the name of a let.
    """

    arn: TextOrName | None
    vault: TextOrName | None
    region: TextOrName | None
    account: TextOrName | None
    body: tuple[Item, ...]
    locked: bool = False
    span: Span = spanned()
    head: Span = spanned()


Item = SettingNode | LockedKey | ChildrenMay | Where | Block | CopyNode


@record
class Let:
    """`let NAME = value`."""

    name: Name
    value: Value
    span: Span = spanned()


@record
class Parameter:
    """`keep`, or `keep = 35 days` with a default, in the head of a template."""

    name: Name
    default: Value | None = None
    span: Span = spanned()


@record
class Template:
    """`template rule NAME(PARAMETERS) { ... }`: a block that only blocks `like` it bring into AWS.

    The kind of the block is `policy`, `plan`, `rule`, or that of a selection.
    """

    block: Block
    parameters: tuple[Parameter, ...] = ()
    span: Span = spanned()


@record
class Policy:
    """`policy NAME ["description"] [like TEMPLATE] { ... }`; behind `like` the braces may be missing."""

    name: Name
    description: Text | None
    body: tuple[Item, ...]
    like: Like | None = None
    span: Span = spanned()
    head: Span = spanned()


@record
class TargetNode:
    """`root`, `ou "Workloads/Prod"`, `account "payments"`; `text` is empty for the root."""

    kind: Literal["root", "ou", "account"]
    text: str
    span: Span = spanned()


@record
class Attach:
    """`attach P1, P2 to TARGET, TARGET`; the policies are in attachment order."""

    policies: tuple[Name, ...]
    targets: tuple[TargetNode, ...]
    span: Span = spanned()


@record
class AssertionNode:
    """`assert EXPR [message "..."]`."""

    condition: Expression
    message: Text | None
    span: Span = spanned()


@record
class Require:
    """`require NAME ["title"] { ... }`; `level` and `level_span` are None where no level is written."""

    name: Name
    title: Text | None
    level: Literal["advisory", "mandatory"] | None
    reference: Text | None
    scope: Expression | None
    assertions: tuple[AssertionNode, ...]
    span: Span = spanned()
    head: Span = spanned()
    level_span: Span | None = field(default=None, kw_only=True, compare=False, repr=False)


@record
class UsePack:
    """`use pack "NAME" [level advisory] [for EXPR]`."""

    pack: Text
    level: Literal["advisory", "mandatory"] | None
    scope: Expression | None
    span: Span = spanned()


@record
class Waive:
    """`waive WHAT for TARGET until DATE because "..."`; `pack` says that WHAT is `pack "NAME"`.

    `until` may be the name of a let, which `settle_waivers` of the compiler replaces by its date.
    """

    what: Name
    target: TargetNode
    until: Date | Reference
    because: Text
    pack: bool = False
    span: Span = spanned()


@record
class TagEntry:
    """`env = "prod"` in the tags of a hypothetical account; the value may be the name of a let."""

    key: Name
    value: TextOrName
    span: Span = spanned()


@record
class GivenAccount:
    """`given account "x" [in ou "..." | in root] [tags { ... }]`; `place` is None for an account of the snapshot."""

    account: Text
    place: TargetNode | None
    tags: tuple[TagEntry, ...]
    span: Span = spanned()


@record
class GivenPolicy:
    """`given policy P attached to TARGET`."""

    policy: Name
    target: TargetNode
    span: Span = spanned()


@record
class ExpectExpression:
    """`expect EXPR`."""

    condition: Expression
    span: Span = spanned()


@record
class ExpectViolation:
    """`expect [no] violation of R`."""

    requirement: Name
    violated: bool
    span: Span = spanned()


@record
class ExpectValidity:
    """`expect valid`, `expect invalid`."""

    valid: bool
    span: Span = spanned()


Expectation = ExpectExpression | ExpectViolation | ExpectValidity
Step = GivenAccount | GivenPolicy | Expectation


@record
class Test:
    """`test "..." { given ... expect ... }`, in written order."""

    title: Text
    steps: tuple[Step, ...]
    span: Span = spanned()


Statement = Let | Template | Policy | Attach | Require | UsePack | Waive | Test


@record
class Comment:
    """`# ...` to the end of its line; `text` has the `#` and no trailing blanks."""

    text: str
    span: Span = spanned()


@record
class Module:
    """The tree of one file.

    Attributes:
        source: The file.
        language: The number after `language`; None where the line is missing.
        statements: In written order.
        comments: In written order, wherever they stand.
        complete: False where syntax errors may have cost a `let`, `template` or `policy`: later stages then report no
            unknown names.
    """

    source: Source = field(compare=False, repr=False)
    language: int | None
    statements: tuple[Statement, ...]
    comments: tuple[Comment, ...] = field(compare=False)
    complete: bool = field(default=True, compare=False)
