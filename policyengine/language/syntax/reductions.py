"""Which function builds which node: the names that stand after `->` in the grammar.

Each takes the reading and the values of its symbols, tokens for terminals, and returns the node.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from policyengine.language.syntax import build_requirements as expressions
from policyengine.language.syntax import build_requirements as requirements
from policyengine.language.syntax import build_statements as items
from policyengine.language.syntax import build_statements as statements
from policyengine.language.syntax import build_values as schedules
from policyengine.language.syntax import build_values as values
from policyengine.language.syntax.grammar import grammar
from policyengine.language.syntax.reading import Reading, Token

T = TypeVar("T")
Action = Callable[..., Any]


def nothing(_reading: Reading) -> list[Any]:
    """An empty list, which `more` and `another` fill."""
    return []


def absent(_reading: Reading) -> None:
    """An optional part that is not there."""


def first(_reading: Reading, item: T) -> list[T]:
    """A list of one."""
    return [item]


def another(_reading: Reading, listed: list[T], _separator: Token, item: T) -> list[T]:
    """One more, after a separator."""
    listed.append(item)
    return listed


def more(_reading: Reading, listed: list[T], item: T | None) -> list[T]:
    """One more; None is a part that was refused."""
    if item is not None:
        listed.append(item)
    return listed


def passed(_reading: Reading, value: T) -> T:
    """The value of the only symbol."""
    return value


def second(_reading: Reading, _word: Token, value: T) -> T:
    """What follows a word."""
    return value


ACTIONS: dict[str, Action] = {
    "absent": absent,
    "adjacent": more,
    "and": expressions.conjunction,
    "another": another,
    "assertion": requirements.assertion,
    "at_least": expressions.at_least,
    "attach": statements.attach,
    "attribute": expressions.attribute,
    "bare_name": values.bare_name,
    "body": items.body,
    "boolean": values.boolean,
    "chain": expressions.chain,
    "children": items.children,
    "clause_scope": requirements.clause_scope,
    "clause_setting": requirements.clause_setting,
    "comparison": expressions.comparison,
    "condition_of_open": expressions.condition_of_open,
    "copy_to_arn": items.copy_to_arn,
    "copy_to_vault": items.copy_to_vault,
    "cron": schedules.cron,
    "daily": schedules.daily,
    "duration": values.duration,
    "every_hours": schedules.every_hours,
    "expect": requirements.expect,
    "expect_validity": requirements.expect_validity,
    "expect_violation": requirements.expect_violation,
    "expression_list": expressions.items,
    "filtered_quantifier": expressions.filtered_quantifier,
    "first": first,
    "forever": values.forever,
    "given_account": requirements.given_account,
    "given_policy": requirements.given_policy,
    "hourly": schedules.hourly,
    "index": expressions.index,
    "integer": values.integer,
    "language": statements.language,
    "last_and": expressions.last_and,
    "last_or": expressions.last_or,
    "let": statements.let,
    "list": values.list_of,
    "locked": items.locked,
    "longer_chain": expressions.longer_chain,
    "monthly": schedules.monthly,
    "more": more,
    "named_block": items.named_block,
    "not": expressions.negation,
    "not_like": items.not_like,
    "nothing": nothing,
    "or": expressions.disjunction,
    "parenthesised": expressions.parenthesised,
    "path": expressions.path,
    "plain_block": items.plain_block,
    "policy": statements.policy,
    "quantifier": expressions.quantifier,
    "quantity": expressions.quantity,
    "quoted_name": values.quoted_name,
    "reference": values.reference,
    "require": requirements.require,
    "root": statements.root,
    "second": second,
    "second_text": requirements.second_text,
    "selection": items.selection,
    "setting": items.setting,
    "template": statements.template,
    "test": requirements.test,
    "text": values.text,
    "unit_or_account": statements.unit_or_account,
    "unparenthesised": expressions.unparenthesised,
    "use_pack": statements.use_pack,
    "waive": statements.waive,
    "weekly": schedules.weekly,
    "where": items.where,
    "word": expressions.word,
    "yearly": schedules.yearly,
}


@cache
def reductions() -> list[tuple[str, int, Action]]:
    """The rules with what builds their nodes, rule `-n - 1` at index `n`, so that an action of the tables finds it."""
    return [(name, size, ACTIONS[action] if action else passed) for name, size, action in reversed(grammar().rules)]
