"""Goes through a document along AWS's syntax tree and refuses every node that does not fit it.

Takes a content and the moment it is sent. Everything that a node can be blamed for by itself is judged here, its
control included (semantics.md section 3.1); what the settings of one rule demand of each other is left, as `promises`,
to `relations.py`.
"""

from __future__ import annotations

from datetime import datetime

from policyengine.aws.admission import messages as texts
from policyengine.aws.admission.admission_rules import CHILD_CONTROL_INVALID
from policyengine.aws.admission.formats import complaint, copy_name, name_complaint, partition_of, schedule_complaint
from policyengine.aws.admission.messages import (
    Complaint,
    Path,
    Refusal,
    allowed_names,
    folded_path,
    key_meant,
    shape,
    shown,
)
from policyengine.aws.admission.policy_schema import Container
from policyengine.aws.admission.relations import fragment_complaints
from policyengine.aws.documents import ASSIGN, CONTROL, REMOVE, VALUE_OPERATORS, Json, spelled
from policyengine.aws.setting_rows import Kind, Relation, SettingRow
from policyengine.aws.settings import PLANS
from policyengine.base.text import suggestion

_ENTRIES = ("@@all", "@@none", "@@assign", "@@append", "@@remove")


def control_complaint(value: Json) -> Complaint | None:
    """The reason why AWS does not read a control list, or None where it does.

    Entries count whatever their case, and two spellings of one entry are taken; exact repetition is not.
    """
    if not isinstance(value, list):
        advice = f'write `["{value}"]`' if value in _ENTRIES else ""
        return _complaint(f"`{CONTROL}` is {shape(value)}, expected a list", advice)
    if not value:
        advice = '`["@@none"]` allows nothing, `["@@all"]` everything'
        return _complaint(f"`{CONTROL}` is an empty list", advice)
    for entry in value:
        if not isinstance(entry, str) or entry.lower() not in _ENTRIES:
            return _unknown_entry(entry)
    entries = [entry for entry in value if isinstance(entry, str)]
    if repeated := next((entry for number, entry in enumerate(entries) if entry in entries[:number]), None):
        return _complaint(f"{shown(repeated)} stands twice in `{CONTROL}`", "once is enough")
    if len(entries) > 1 and "@@none" in {entry.lower() for entry in entries}:
        return _complaint(f"`@@none` stands beside other entries in `{CONTROL}`", "let it stand alone, or leave it out")
    return None


def _unknown_entry(entry: Json) -> Complaint:
    advice = (suggestion(entry, _ENTRIES) if isinstance(entry, str) else "") or allowed_names(_ENTRIES)
    return _complaint(f"{shape(entry)} is not an operator that `{CONTROL}` lists", advice)


def _complaint(message: str, advice: str) -> Complaint:
    return Complaint(CHILD_CONTROL_INVALID, message, advice)


_OPERATORS = frozenset((*VALUE_OPERATORS, CONTROL))
_MOST_SUGGESTIONS = 500  # in one document: looking for the nearest key is dear, and nobody reads that many


class Walk:
    """One look at one document.

    `refusals` are in the document's order. `doubtful` are the paths of refused nodes, and of keys that an unknown key
    was probably meant to be: nobody complains about their values or their absence again. `promises` are the paths of
    switches that are on, with what they demand of other settings. Promises are spelled as the author did, like all
    paths that the methods hand down; the others are folded.
    """

    __slots__ = ("_at", "_content", "_partition", "doubtful", "promises", "refusals")

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._content: Json = {}
        self._partition: str | None = None
        self.refusals: list[Refusal] = []
        self.doubtful: set[Path] = set()
        self.promises: list[tuple[Relation, Path]] = []

    def document(self, node: Container, content: dict[str, Json]) -> None:
        """Judges a whole document; what AWS refuses in it is in `refusals`."""
        self._content = content
        keys = self._children(node, content, ())
        if not self.refusals and PLANS not in keys:
            self.refusals.append(Refusal((), texts.no_plans(), entry=None))

    def _container(self, node: Container, value: Json, path: Path) -> None:
        if not isinstance(value, dict):
            self._refuse(path, texts.not_an_object(node, path[-1], value))
            return
        keys = self._children(node, value, path)
        if node.required or node.one_of or node.most:
            for below, fault in fragment_complaints(node, value, keys, path, self.doubtful):
                self._refuse((*path, *below), fault)

    def _children(self, node: Container, value: dict[str, Json], path: Path) -> dict[str, str]:
        """Judge the nodes in a container; gives its keys by their folded form."""
        keys: dict[str, str] = {}
        for key, child in value.items():
            folded = key.lower()
            child_path = (*path, key)
            if folded in keys:
                self._refuse(child_path, texts.same_key(keys[folded], key))
            keys[folded] = key
            below = node.keys.get(folded) or self._unfixed(node, child, child_path)
            if isinstance(below, SettingRow):
                self._setting(below, child, child_path)
            elif below:
                self._container(below, child, child_path)
        return keys

    def _unfixed(self, node: Container, child: Json, path: Path) -> Container | None:
        """The node under a key that AWS does not fix: an operator, an unknown key, or a name of the author's.

        None where it has been judged here.
        """
        key = path[-1]
        if key.startswith("@@"):
            self._container_operator(node, child, path)
            return None
        if node.each is None:
            self._unknown_key(node, path)
            return None
        if _is_misplaced(node.each, child, key.lower()):
            self._refuse(path, texts.misplaced_key(node, path[-2], key))
            return None
        if fault := copy_name(key) if node.names == "vault_arn" else name_complaint(node, key):
            self._refuse(path, fault)
        return node.each

    def _container_operator(self, node: Container, operand: Json, path: Path) -> None:
        *parent, name = path
        operator = name.lower()
        if operator == CONTROL:
            fault = control_complaint(operand)
        elif operator not in VALUE_OPERATORS:
            fault = texts.unknown_operator_named(name)
        elif parent:
            fault = texts.operator_on_container(node, parent[-1], name)
        else:
            fault = texts.operand_of_document(name, operand)
        if fault:
            self._refuse_entry(path, fault)

    def _unknown_key(self, node: Container, path: Path) -> None:
        *parent, key = path
        meant = key_meant(node, key.lower()) if len(self.refusals) < _MOST_SUGGESTIONS else ()
        self._refuse(path, texts.unknown_key_in(node, parent[-1] if parent else "", key, meant))
        if meant:
            self.doubtful.add(folded_path((*parent, *meant)))

    def _setting(self, node: SettingRow, value: Json, path: Path) -> None:
        if not isinstance(value, dict):
            self._refuse(path, texts.not_wrapped(node, path[-1], value))
            return
        for name, operand in value.items():
            operator = name if name in _OPERATORS else name.lower()
            if operator == ASSIGN or (node.many and operator in VALUE_OPERATORS):
                self._operand(node, operand, path, operator)
            else:
                self._odd_operator(operand, (*path, name), operator)
        if len(value) > 1:
            self._check_spellings(value, path)

    def _odd_operator(self, operand: Json, path: Path, operator: str) -> None:
        """Judge an entry of a setting that holds no value: its control, or what does not belong there."""
        *parent, name = path
        if operator == CONTROL:
            if fault := control_complaint(operand):
                self._refuse_entry(path, fault)
        elif operator in VALUE_OPERATORS:
            self._refuse(tuple(parent), texts.operator_on_single_value(parent[-1], name), operator)
        elif operator.startswith("@@"):
            self._refuse(tuple(parent), texts.unknown_operator_named(name), operator)
        else:
            self._refuse(path, texts.key_in_setting(parent[-1], name))

    def _check_spellings(self, value: dict[str, Json], path: Path) -> None:
        """Refuse operators of a setting that differ only by case."""
        spellings: dict[str, str] = {}
        for name in value:
            first = spellings.setdefault(name.lower(), name)
            if first != name:
                self._refuse(path, texts.same_key(first, name), name.lower())

    def _operand(self, node: SettingRow, operand: Json, path: Path, operator: str) -> None:
        if not node.many:
            self._plain(node, operand, path, operator)
        elif not isinstance(operand, list):
            self._refuse(path, texts.not_a_list(path[-1], operand), operator)
        elif not operand and not node.format.may_be_empty and operator != REMOVE:
            self._refuse(path, texts.empty(path[-1]), operator)
        else:
            for element in operand:
                self._plain(node, element, path, operator)

    def _plain(self, node: SettingRow, value: Json, path: Path, operator: str) -> None:
        if value is None or isinstance(value, (dict, list)):
            self._refuse(path, texts.not_plain(node, path[-1], value), operator)
            return
        text = value if isinstance(value, str) else spelled(value)
        if node.kind is Kind.SCHEDULE:
            refusal = schedule_complaint(text, self._at)
        else:
            refusal = complaint(node.format, path[-1], text, suggest=False)
            if refusal and len(self.refusals) < _MOST_SUGGESTIONS:
                if self._partition is None:
                    self._partition = partition_of(self._content)
                refusal = complaint(node.format, path[-1], text, suggest=True, partition=self._partition)
        if refusal is None:
            if text == "true" and node.relation is not Relation.NONE:
                self.promises.append((node.relation, path))
        elif not self._repeats_refused_arn(node, text, path):
            self._refuse(path, refusal, operator)

    def _repeats_refused_arn(self, node: SettingRow, text: str, path: Path) -> bool:
        """A copy usually repeats its key in `target_backup_vault_arn`; one wrong ARN is one mistake."""
        return (
            node.kind is Kind.VAULT_ARN and text.lower() == path[-2].lower() and folded_path(path[:-1]) in self.doubtful
        )

    def _refuse(self, path: Path, fault: Complaint, operator: str = "") -> None:
        """Refuse a node with everything beneath it."""
        folded = folded_path(path)
        self.refusals.append(Refusal(folded, fault, entry=folded, operator=operator))
        self.doubtful.add(folded)

    def _refuse_entry(self, path: Path, fault: Complaint) -> None:
        """Refuse an operator of a node and keep the rest of the node."""
        *parent, operator = folded_path(path)
        self.refusals.append(Refusal(tuple(parent), fault, entry=(*parent, operator), operator=operator))


def _is_misplaced(each: Container, child: Json, folded: str) -> bool:
    """Whether a key of AWS's stands in the place of a name, and no key beneath it shows that it is a name."""
    if folded not in each.keys:
        return False
    if not isinstance(child, dict):
        return True
    keys = {key.lower() for key in child} - {CONTROL}
    return bool(keys) and keys.isdisjoint(each.keys)
