"""How the entries of one question hang together: names, placeholders, kinds, options. Works on the marked tree, so that
everything is reported at once, also where an entry beside it has the wrong type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from engine import template
from engine.given_rules import draws
from engine.marked_yaml import Fault, Items, Leaf, Node, Table
from engine.near import did_you_mean
from engine.records import Draw, Value
from engine.schema import KIND_KEYS, KINDS, PARTS_KEYS

MAX_TEXT = 20_000  # characters of one text


@dataclass(frozen=True, slots=True)
class _Text:
    """A text with placeholders, and where it begins."""

    key: str
    text: str
    line: int


def question_faults(question: Table, rules: Sequence[Draw], skills: Sequence[str] | None) -> Iterator[Fault]:
    """What is wrong in one question beyond the types of its entries; `rules` are its givens that could be read."""
    if "derivation" in question.entries:
        for key in PARTS_KEYS:
            if key in question.entries:
                yield question.lines[key], f"a question with `derivation` has no `{key}`: the answer is a write-up"
    elif "parts" not in question.entries:
        yield question.line, "`parts` is missing (or `derivation`, where the answer is a write-up)"
    given = question.entries.get("given")
    if given is not None and not isinstance(given, Table):
        yield question.lines["given"], "`given`: expected a mapping of names to rules, as in `n: {integer: [7, 64]}`"
    elif given is not None:
        yield from draws(given)[1]
    named = tuple(given.entries) if isinstance(given, Table) else ()
    yield from _template_faults(question, named, rules)
    yield from _skill_faults(question, skills)
    has_solver = _leaf(question, "solver") is not None
    if not has_solver and "mistakes" in question.entries:
        yield question.lines["mistakes"], "`mistakes` are a solver's; expected `solver` beside it"
    yield from _part_faults(_tables(question, "parts"), has_solver)


def part_names(parts: Sequence[str | None]) -> tuple[str, ...]:
    """The names of the parts: what each says, or a, b, c, ... by its place."""
    return tuple(name or chr(ord("a") + place) for place, name in enumerate(parts))


# ----- placeholders -----


def _template_faults(question: Table, named: Sequence[str], rules: Sequence[Draw]) -> Iterator[Fault]:
    sample = _sample(rules)
    shown: set[str] = set()
    all_read = True
    for text in _texts(question):
        if len(text.text) > MAX_TEXT:
            yield text.line, f"`{text.key}`: {len(text.text):,} characters; at most {MAX_TEXT:,} are shown"
            return
        read = template.compile_template(text.text)
        if isinstance(read, template.Fault):
            all_read = False
            yield from (_at(text, fault) for fault in template.faults(text.text))
        else:
            shown |= template.names(read)
            yield from (_at(text, fault) for fault in islice(_slot_faults(read, named, sample), template.MAX_FAULTS))
    if all_read:
        yield from _hidden(question, rules, shown)


def _slot_faults(
    read: template.Template, named: Sequence[str], sample: Mapping[str, Value]
) -> Iterator[template.Fault]:
    """Names that no given has, and values that do not suit their filter; givens with a broken rule are left alone."""
    for slot in template.slots(read):
        if slot.name not in named:
            yield template.Fault(f"`{slot.name}` is no given: {did_you_mean(slot.name, named)}", slot.offset)
        elif slot.name in sample:
            filled = template.render(template.Template((slot,)), sample)
            if isinstance(filled, template.Fault):
                yield filled


def _hidden(question: Table, rules: Sequence[Draw], shown: set[str]) -> Iterator[Fault]:
    sizes = {side for rule in rules for side in rule.size}
    given = question.entries.get("given")
    if any((kind := _leaf(part, "kind")) and kind.value == "expression" for part in _tables(question, "parts")):
        return  # letters are asked for: the numbers only certify the formula
    for rule in rules:
        if rule.constant is None and rule.name not in shown | sizes and isinstance(given, Table):
            yield given.lines[rule.name], f"`{rule.name}` is drawn, but no text shows it: nobody could know its value"


def _texts(question: Table) -> Iterator[_Text]:
    yield from _text(question, "text")
    for part in _tables(question, "parts"):
        yield from _text(part, "ask")
        for option in _tables(part, "options"):
            yield from _text(option, "text")
            yield from _text(option, "reason")


def _text(table: Table, key: str) -> Iterator[_Text]:
    node = table.entries.get(key)
    if isinstance(node, Leaf) and isinstance(node.value, str):
        yield _Text(key, node.value, node.text_line)


def _at(text: _Text, fault: template.Fault) -> Fault:
    return text.line + text.text[: fault.offset].count("\n"), f"`{text.key}`: {fault.message}"


def _sample(rules: Sequence[Draw]) -> Mapping[str, Value]:
    """The first value of each rule: enough to see whether each placeholder suits the shape of its given."""
    sample: dict[str, Value] = {}
    for rule in rules:
        sample[rule.name] = _first(rule, sample) if rule.constant is None else rule.constant
    return sample


def _first(rule: Draw, sample: Mapping[str, Value]) -> Value:
    value: Value = rule.values[0]
    for side in reversed(rule.size):
        count = sample[side] if isinstance(side, str) else side
        value = (value,) * (count if isinstance(count, int) else 1)
    return value


# ----- skills -----


def _skill_faults(question: Table, skills: Sequence[str] | None) -> Iterator[Fault]:
    seen: set[str] = set()
    for leaf in _leaves(question, "skills"):
        name = str(leaf.value)
        if name in seen:
            yield leaf.line, f"the skill `{name}` is there twice"
        elif skills is not None and name not in skills:
            yield leaf.line, f"`{name}` is none of the bank's skills: {did_you_mean(name, skills)}"
        seen.add(name)


# ----- parts -----


def _part_faults(parts: Sequence[Table], has_solver: bool) -> Iterator[Fault]:
    said = [leaf.value if (leaf := _leaf(part, "name")) is not None else None for part in parts]
    seen: set[str] = set()
    for part, name in zip(parts, part_names([str(each) if each is not None else None for each in said]), strict=True):
        if name in seen:
            yield part.lines.get("name", part.line), f"two parts are called `{name}`; give each a name of its own"
        seen.add(name)
        kind = _leaf(part, "kind")
        if kind is not None and kind.value in KINDS:
            yield from _kind_faults(part, str(kind.value))
        if "answer" in part.entries and not has_solver:
            yield part.lines["answer"], "`answer` names a step of a solver, but the question has no `solver`"


def _kind_faults(part: Table, kind: str) -> Iterator[Fault]:
    for key in KIND_KEYS:
        presence = KINDS[kind].presence(key)
        if presence == "required" and key not in part.entries:
            yield part.line, f"a part of kind `{kind}` needs `{key}`"
        if presence == "refused" and key in part.entries:
            yield part.lines[key], f"a part of kind `{kind}` has no `{key}`"
    options = _tables(part, "options")
    if options and KINDS[kind].options == "required":
        yield from _option_faults(part, kind, options)


def _option_faults(part: Table, kind: str, options: Sequence[Table]) -> Iterator[Fault]:
    texts: dict[object, int] = {}
    for option in options:
        text = _leaf(option, "text")
        if text is not None and text.value in texts:
            yield text.line, f"this option is there twice; the first is on line {texts[text.value]}"
        elif text is not None:
            texts[text.value] = text.line
    holding = [leaf.value for option in options if (leaf := _leaf(option, "holds")) is not None]
    yield from _truth_faults(part, kind, holding)
    pick = _leaf(part, "pick")
    if pick is not None and isinstance(pick.value, int) and pick.value > len(options):
        yield pick.line, f"`pick`: found {pick.value}, but there are {len(options)} options"


def _truth_faults(part: Table, kind: str, holding: Sequence[object]) -> Iterator[Fault]:
    if not all(isinstance(each, bool | str) for each in holding):
        return  # reported already, as an entry of the wrong type
    true, formulas = holding.count(True), sum(isinstance(each, str) for each in holding)
    line = part.lines["options"]
    is_pool = "pick" in part.entries  # of a pool, one option that holds is drawn
    if kind == "choice" and ((true > 1 and not is_pool) or (formulas == 0 and true in (0, len(holding)))):
        yield line, f"{true} of {len(holding)} options hold; expected exactly one (or `pick` from a pool)"
    if kind == "choices" and formulas == 0 and true in (0, len(holding)):
        yield line, f"{true} of {len(holding)} options hold; expected at least one that does and one that does not"


# ----- the tree -----


def _leaf(table: Table, key: str) -> Leaf | None:
    node = table.entries.get(key)
    return node if isinstance(node, Leaf) and node.value is not None else None


def _items(table: Table, key: str) -> tuple[Node, ...]:
    node = table.entries.get(key)
    return node.items if isinstance(node, Items) else ()


def _tables(table: Table, key: str) -> list[Table]:
    return [node for node in _items(table, key) if isinstance(node, Table)]


def _leaves(table: Table, key: str) -> list[Leaf]:
    return [node for node in _items(table, key) if isinstance(node, Leaf)]
