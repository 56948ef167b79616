"""Ways to damage the text of a write-up, for tests that the reader answers with a value or one clear sentence.

Every corruption is a pure function of the text and of a `random.Random`, so the same seed gives the same damage.
Nothing here knows what a formula means, and no corrupted text is promised to be wrong: some are still right.
"""

import re
from collections.abc import Callable, Iterator
from random import Random
from typing import Final

Corruption = Callable[[str, Random], str]
"""From a text and a source of randomness to the damaged text; the text itself where there is nothing to damage."""

SHAPE: Final = re.compile(r"(?:\\mathbb\{[RNZ]\}|\\Delta|\\\{0, ?1\\\})\^(?:\{[^{}]*\}|[A-Za-z0-9])")
COMMAND: Final = re.compile(r"\\[A-Za-z]{3,}")
END: Final = re.compile(r"\\end\{[a-z]+\*?\}")
BEGIN: Final = re.compile(r"\\begin\{[a-z]+\*?\}")
DELIMITER: Final = re.compile(r"\$\$?|\\[\[\]]|[()\[\]{}|]|\\left|\\right")
NUMBER: Final = re.compile(r"\d+")
SCRIPT: Final = re.compile(r"[\^_]")

CONTROL_CHARACTERS: Final = "\x00\x01\x07\x08\x0b\x0c\x1b\x7f\x85"
ZERO_WIDTH: Final = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
RIGHT_TO_LEFT: Final = "\u202e\u202b\u2067\u200f\u05d0\u0627"
LOOK_ALIKES: Final = {
    "a": "а",
    "e": "е",
    "o": "о",
    "p": "р",
    "x": "х",
    "c": "с",
    "-": "−",
    "=": "＝",
    "\\": "＼",
    "$": "＄",
}
DEPTHS: Final = (40, 400, 4000)


def corruptions(text: str, rng: Random) -> Iterator[tuple[str, str]]:
    """Damage the text in every known way, once each: pairs of the name of the corruption and the damaged text.

    The pairs come in a fixed order. A corruption that finds nothing to damage is left out.
    """
    for name, corrupt in CORRUPTIONS.items():
        damaged = corrupt(text, rng)
        if damaged != text:
            yield name, damaged


# Cutting and moving


def cut(text: str, rng: Random) -> str:
    """End the text at a random place."""
    return text[: rng.randrange(len(text))] if text else text


def cut_start(text: str, rng: Random) -> str:
    """Begin the text at a random place."""
    return text[rng.randrange(len(text)) :] if text else text


def cut_in_formula(text: str, rng: Random) -> str:
    """End the text within a command: just after a backslash and one letter."""
    places = [match.start() + 2 for match in COMMAND.finditer(text)]
    return text[: rng.choice(places)] if places else text


def shuffle_lines(text: str, rng: Random) -> str:
    """Put the lines into a random order."""
    lines = text.splitlines(keepends=True)
    rng.shuffle(lines)
    return "".join(lines)


def drop_line(text: str, rng: Random) -> str:
    """Leave out one line."""
    lines = text.splitlines(keepends=True)
    if lines:
        del lines[rng.randrange(len(lines))]
    return "".join(lines)


def repeat_line(text: str, rng: Random) -> str:
    """Write one line twice."""
    lines = text.splitlines(keepends=True)
    if lines:
        place = rng.randrange(len(lines))
        lines.insert(place, lines[place])
    return "".join(lines)


def join_lines(text: str, rng: Random) -> str:
    """Turn every line end into a space: one line, in which every relation and every sentence stands."""
    return text.replace("\n", " ")


def swap_characters(text: str, rng: Random) -> str:
    """Exchange two neighbouring characters, as fast typing does."""
    if len(text) < 2:
        return text
    place = rng.randrange(len(text) - 1)
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


# Delimiters and environments


def drop_brace(text: str, rng: Random) -> str:
    """Leave out one curly brace."""
    return _replace_one(text, re.compile(r"[{}]"), lambda _: "", rng)


def drop_dollar(text: str, rng: Random) -> str:
    """Leave out one dollar sign."""
    return _replace_one(text, re.compile(r"\$"), lambda _: "", rng)


def drop_backslash(text: str, rng: Random) -> str:
    """Leave out one backslash."""
    return _replace_one(text, re.compile(r"\\"), lambda _: "", rng)


def drop_all_backslashes(text: str, rng: Random) -> str:
    """Leave out every backslash, as a careless copy through a shell does."""
    return text.replace("\\", "")


def double_delimiter(text: str, rng: Random) -> str:
    """Write one bracket, bar, dollar sign or \\left twice."""
    return _replace_one(text, DELIMITER, lambda found: found * 2, rng)


def exchange_delimiter(text: str, rng: Random) -> str:
    """Put another bracket in the place of one."""
    return _replace_one(text, re.compile(r"[()\[\]{}]"), lambda found: rng.choice("()[]{}".replace(found, "")), rng)


def double_backslash(text: str, rng: Random) -> str:
    """Write one backslash twice: a command becomes a line end and a word."""
    return _replace_one(text, re.compile(r"\\"), lambda found: found * 2, rng)


def duplicate_end(text: str, rng: Random) -> str:
    """End one environment twice."""
    return _replace_one(text, END, lambda found: f"{found}\n{found}", rng)


def drop_end(text: str, rng: Random) -> str:
    """Leave one environment open."""
    return _replace_one(text, END, lambda _: "", rng)


def duplicate_begin(text: str, rng: Random) -> str:
    """Begin one environment twice."""
    return _replace_one(text, BEGIN, lambda found: f"{found}\n{found}", rng)


def rename_environment(text: str, rng: Random) -> str:
    """Give the end of one environment another name than its beginning has."""
    return _replace_one(text, END, lambda _: rng.choice([r"\end{alignt}", r"\end{}", r"\end{verbatim}", r"\end"]), rng)


# Words, shapes and numbers


def misspell_command(text: str, rng: Random) -> str:
    """Double, drop or exchange a letter of one command."""

    def misspelt(command: str) -> str:
        place = rng.randrange(1, len(command) - 1)
        return rng.choice(
            [
                command[:place] + command[place] + command[place:],
                command[:place] + command[place + 1 :],
                command[:place] + command[place + 1] + command[place] + command[place + 2 :],
            ]
        )

    return _replace_one(text, COMMAND, misspelt, rng)


def swap_shapes(text: str, rng: Random) -> str:
    """Exchange the declared sets of two symbols that are declared in different ones."""
    found = list(SHAPE.finditer(text))
    pairs = [(first, second) for first in found for second in found if _differ(first, second)]
    if not pairs:
        return text
    first, second = rng.choice(pairs)
    between = text[first.end() : second.start()]
    return text[: first.start()] + second.group() + between + first.group() + text[second.end() :]


def drop_declaration(text: str, rng: Random) -> str:
    """Take the word away that makes a sentence a declaration."""
    return _replace_one(
        text, re.compile(r"\b(?:Let|Define|Given|Where|With|Assume|Suppose|Recall)\b"), lambda _: "So", rng
    )


def huge_number(text: str, rng: Random) -> str:
    """Blow one number up: many digits, a huge exponent, a range without end."""
    return _replace_one(text, NUMBER, lambda _: rng.choice(["9" * 400, "9^{9^{9^9}}", "1000000000", "1e999"]), rng)


def double_script(text: str, rng: Random) -> str:
    """Write one superscript or subscript sign twice."""
    return _replace_one(text, SCRIPT, lambda found: found * 2, rng)


def strip_markup(text: str, rng: Random) -> str:
    """Take away every dollar sign and every environment: formulas in bare prose."""
    return BEGIN.sub("", END.sub("", text.replace("$", "")))


# Characters


def insert_control(text: str, rng: Random) -> str:
    """Insert one control character."""
    return _insert(text, rng.choice(CONTROL_CHARACTERS), rng)


def insert_zero_width(text: str, rng: Random) -> str:
    """Insert characters that cannot be seen, in three places."""
    for _ in range(3):
        text = _insert(text, rng.choice(ZERO_WIDTH), rng)
    return text


def insert_right_to_left(text: str, rng: Random) -> str:
    """Insert a mark or a letter that turns the direction of writing."""
    return _insert(text, rng.choice(RIGHT_TO_LEFT), rng)


def look_alike(text: str, rng: Random) -> str:
    """Replace one character by another that looks the same."""
    return _replace_one(text, re.compile("[" + re.escape("".join(LOOK_ALIKES)) + "]"), LOOK_ALIKES.__getitem__, rng)


def change_line_ends(text: str, rng: Random) -> str:
    """Use the line ends of another system, or a mixture of them."""
    return "".join(line + rng.choice(["\r\n", "\r", "\n", "\u2028"]) for line in text.splitlines())


def insert_surrogate(text: str, rng: Random) -> str:
    """Insert half of a surrogate pair, which no encoding can write."""
    return _insert(text, "\ud83d", rng)


def insert_comment(text: str, rng: Random) -> str:
    """Insert a percent sign: the rest of a LaTeX line goes away."""
    return _insert(text, "%", rng)


# Depth and size


def nest_brackets(text: str, rng: Random) -> str:
    """Put deeply nested brackets behind one equals sign."""
    depth = rng.choice(DEPTHS)
    return _replace_one(text, re.compile("="), lambda _: "=" + "(" * depth + "1" + ")" * depth + " ", rng)


def nest_fractions(text: str, rng: Random) -> str:
    """Put a deeply nested fraction behind one equals sign."""
    depth = rng.choice(DEPTHS)
    return _replace_one(text, re.compile("="), lambda _: "=" + r"\frac{1}{1+" * depth + "1" + "}" * depth + " ", rng)


def nest_unclosed(text: str, rng: Random) -> str:
    """Open very many groups behind one equals sign and close none."""
    opener = rng.choice(["{", "(", r"\left(", r"\sqrt{", r"\begin{bmatrix}", "^{", "|"])
    return _replace_one(text, re.compile("="), lambda _: "=" + opener * rng.choice(DEPTHS), rng)


def long_sum(text: str, rng: Random) -> str:
    """Put a sum of very many terms behind one equals sign."""
    return _replace_one(text, re.compile("="), lambda _: "=" + "1 + " * rng.choice(DEPTHS), rng)


def repeat_text(text: str, rng: Random) -> str:
    """Write the whole text twenty times."""
    return text * 20


CORRUPTIONS: Final[dict[str, Corruption]] = {
    corrupt.__name__: corrupt
    for corrupt in (
        cut,
        cut_start,
        cut_in_formula,
        shuffle_lines,
        drop_line,
        repeat_line,
        join_lines,
        swap_characters,
        drop_brace,
        drop_dollar,
        drop_backslash,
        drop_all_backslashes,
        double_delimiter,
        exchange_delimiter,
        double_backslash,
        duplicate_end,
        drop_end,
        duplicate_begin,
        rename_environment,
        misspell_command,
        swap_shapes,
        drop_declaration,
        huge_number,
        double_script,
        strip_markup,
        insert_control,
        insert_zero_width,
        insert_right_to_left,
        look_alike,
        change_line_ends,
        insert_surrogate,
        insert_comment,
        nest_brackets,
        nest_fractions,
        nest_unclosed,
        long_sum,
        repeat_text,
    )
}


def _replace_one(text: str, pattern: re.Pattern[str], new: Callable[[str], str], rng: Random) -> str:
    """Replace one random match of the pattern; the text itself where there is none."""
    found = list(pattern.finditer(text))
    if not found:
        return text
    match = rng.choice(found)
    return text[: match.start()] + new(match.group()) + text[match.end() :]


def _insert(text: str, new: str, rng: Random) -> str:
    place = rng.randrange(len(text) + 1)
    return text[:place] + new + text[place:]


def _differ(first: re.Match[str], second: re.Match[str]) -> bool:
    return first.end() <= second.start() and first.group() != second.group()
