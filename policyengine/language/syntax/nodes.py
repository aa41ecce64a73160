"""The syntax tree of a `.bpol` file: what the author wrote, checked against the grammar only.

Every node has its span, which equality ignores, so that two trees are equal when they mean the same. Names that only a
later stage understands (setting keys, attributes, resource types) are plain names here. Expressions are untyped;
`analysis/requirements` gives them types and a meaning. A `...Node` is the written form of what has a typed or compiled
form elsewhere.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from policyengine.base.records import Record
from policyengine.base.source import Source, Span
from policyengine.language.syntax.literals import (
    Boolean,
    Date,
    Duration,
    Forever,
    HeadedNode,
    Integer,
    Name,
    Reference,
    SyntaxNode,
    Text,
    TextOrName,
    Value,
)

ComparisonOperator = Literal["==", "!=", "<", "<=", ">", ">=", "in", "like"]


class AttributeNode(SyntaxNode):
    """`.name` on a path."""

    name: str


class Index(SyntaxNode):
    """`["name"]` on a path."""

    key: str


class Path(SyntaxNode):
    """`account.tags["env"]`, `plans["daily"].rules["nightly"].retention`, or one bare word."""

    head: str
    steps: tuple[AttributeNode | Index, ...]


class Items(SyntaxNode):
    """A list inside an expression."""

    items: tuple[Expression | SpreadNode, ...]


class SpreadNode(SyntaxNode):
    """`...home` in a list inside an expression: the items of another list."""

    value: Expression


class ComparisonNode(SyntaxNode):
    """`left OPERATOR right`."""

    left: Expression
    operator: ComparisonOperator
    right: Expression


class LogicalNode(SyntaxNode):
    """`a and b and c`, `a or b`: two operands or more."""

    operator: Literal["and", "or"]
    operands: tuple[Expression, ...]


class NotNode(SyntaxNode):
    """`not EXPR`."""

    operand: Expression


class QuantifierNode(SyntaxNode):
    """`every KIND [where EXPR] satisfies EXPR`; `count` is the N of `at least N`, None for the other kinds."""

    kind: Literal["every", "some", "no", "at least"]
    count: int | None
    over: Name
    where: Expression | None
    satisfies: Expression


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


class SettingNode(SyntaxNode):
    """`key = value`, `key += list`, `key -= list`; also an entry of a tag block."""

    key: Name
    operator: SettingOperator
    value: Value
    locked: bool = False


class LockedKey(SyntaxNode):
    """`locked retain` without a value: it closes what a template set."""

    key: Name


class ChildrenMay(SyntaxNode):
    """`children may append, remove in rules/nightly`; `path` is empty where the block itself is meant."""

    operators: tuple[ChildOperator, ...]
    path: tuple[Name, ...]


class Where(SyntaxNode):
    """`where NAME: "KEY" OP "VALUE"` in a selection."""

    name: Name
    key: TextOrName
    operator: ConditionOperator
    value: TextOrName
    locked: bool = False


BlockKind: TypeAlias = str
"""The word, or the two words, that a block of the table of settings begins with: `tag selection`, `advanced`."""


class Argument(SyntaxNode):
    """`keep = 35 days` in the use of a template."""

    name: Name
    value: Value


class Like(SyntaxNode):
    """`nightly(keep = 35 days)` after `like`: the use of a template."""

    template: Name
    arguments: tuple[Argument, ...] = ()


class Block(HeadedNode):
    """A plan, rule, selection or block of settings.

    `name` is None for the kinds without one (`advanced`). Behind `like` the braces may be missing.
    """

    kind: BlockKind
    name: Name | None
    body: tuple[Item, ...]
    locked: bool = False
    like: Like | None = None


class CopyNode(HeadedNode):
    """`copy to vault "V" in REGION [account "ID"] { ... }` or `copy to "ARN" { ... }`; the braces may be missing.

    It has either `arn`, or `vault` and `region` and perhaps `account`; each may be the name of a let.
    """

    arn: TextOrName | None
    vault: TextOrName | None
    region: TextOrName | None
    account: TextOrName | None
    body: tuple[Item, ...]
    locked: bool = False


Item = SettingNode | LockedKey | ChildrenMay | Where | Block | CopyNode


class Let(SyntaxNode):
    """`let NAME = value`."""

    name: Name
    value: Value


class Parameter(SyntaxNode):
    """`keep`, or `keep = 35 days` with a default, in the head of a template."""

    name: Name
    default: Value | None = None


class Template(SyntaxNode):
    """`template rule NAME(PARAMETERS) { ... }`: a block that only blocks `like` it bring into AWS.

    The kind of the block is `policy`, `plan`, `rule`, or that of a selection.
    """

    block: Block
    parameters: tuple[Parameter, ...] = ()


class Policy(HeadedNode):
    """`policy NAME ["description"] [like TEMPLATE] { ... }`; behind `like` the braces may be missing."""

    name: Name
    description: Text | None
    body: tuple[Item, ...]
    like: Like | None = None


class TargetNode(SyntaxNode):
    """`root`, `ou "Workloads/Prod"`, `account "payments"`; `text` is empty for the root."""

    kind: Literal["root", "ou", "account"]
    text: str


class Attach(SyntaxNode):
    """`attach P1, P2 to TARGET, TARGET`; the policies are in attachment order."""

    policies: tuple[Name, ...]
    targets: tuple[TargetNode, ...]


class AssertionNode(SyntaxNode):
    """`assert EXPR [message "..."]`."""

    condition: Expression
    message: Text | None


class Require(HeadedNode, uncompared=("level_span",)):
    """`require NAME ["title"] { ... }`; `level` and `level_span` are None where no level is written."""

    name: Name
    title: Text | None
    level: Literal["advisory", "mandatory"] | None
    reference: Text | None
    scope: Expression | None
    assertions: tuple[AssertionNode, ...]
    level_span: Span | None = None


class UsePack(SyntaxNode):
    """`use pack "NAME" [level advisory] [for EXPR]`."""

    pack: Text
    level: Literal["advisory", "mandatory"] | None
    scope: Expression | None


class Waive(SyntaxNode):
    """`waive WHAT for TARGET until DATE because "..."`; `pack` says that WHAT is `pack "NAME"`.

    `until` may be the name of a let, which `settle_waivers` of the compiler replaces by its date.
    """

    what: Name
    target: TargetNode
    until: Date | Reference
    because: Text
    pack: bool = False


class TagEntry(SyntaxNode):
    """`env = "prod"` in the tags of a hypothetical account; the value may be the name of a let."""

    key: Name
    value: TextOrName


class GivenAccount(SyntaxNode):
    """`given account "x" [in ou "..." | in root] [tags { ... }]`; `place` is None for an account of the snapshot."""

    account: Text
    place: TargetNode | None
    tags: tuple[TagEntry, ...]


class GivenPolicy(SyntaxNode):
    """`given policy P attached to TARGET`."""

    policy: Name
    target: TargetNode


class ExpectExpression(SyntaxNode):
    """`expect EXPR`."""

    condition: Expression


class ExpectViolation(SyntaxNode):
    """`expect [no] violation of R`."""

    requirement: Name
    violated: bool


class ExpectValidity(SyntaxNode):
    """`expect valid`, `expect invalid`."""

    valid: bool


Expectation = ExpectExpression | ExpectViolation | ExpectValidity
Step = GivenAccount | GivenPolicy | Expectation


class Test(SyntaxNode):
    """`test "..." { given ... expect ... }`, in written order."""

    title: Text
    steps: tuple[Step, ...]


Statement = Let | Template | Policy | Attach | Require | UsePack | Waive | Test


class Comment(SyntaxNode):
    """`# ...` to the end of its line; `text` has the `#` and no trailing blanks."""

    text: str


class Module(Record, uncompared=("source", "comments", "complete")):
    """The tree of one file.

    Attributes:
        source: The file.
        language: The number after `language`; None where the line is missing.
        statements: In written order.
        comments: In written order, wherever they stand.
        complete: False where syntax errors may have cost a `let`, `template` or `policy`: later stages then report no
            unknown names.
    """

    source: Source
    language: int | None
    statements: tuple[Statement, ...]
    comments: tuple[Comment, ...]
    complete: bool = True
