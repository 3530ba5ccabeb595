"""The grammar of the regular expressions of XML Schema part 2, appendix F: from text to parts."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from scoring.processing.errors import PATTERN_BAD, ProcessingError

Predicate = Callable[[str], bool]

MOST_REPEATS = 1_000
DEEPEST_GROUP = 40

_BLOCKS = {
    "BasicLatin": (0x0, 0x7F),
    "Latin-1Supplement": (0x80, 0xFF),
    "LatinExtended-A": (0x100, 0x17F),
    "Greek": (0x370, 0x3FF),
    "Cyrillic": (0x400, 0x4FF),
    "GeneralPunctuation": (0x2000, 0x206F),
    "CJKSymbolsandPunctuation": (0x3000, 0x303F),
    "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF),
    "CJKUnifiedIdeographsExtensionA": (0x3400, 0x4DB5),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "HangulSyllables": (0xAC00, 0xD7A3),
    "HalfwidthandFullwidthForms": (0xFF00, 0xFFEF),
}
_CATEGORY = re.compile("L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|Z[slp]?|S[mcko]?|C[cfon]?")
_CONTROL = {"n": "\n", "r": "\r", "t": "\t"}
_SPECIAL = "\\|.-^?*+{}()[]$/"


def _in_category(prefixes: tuple[str, ...]) -> Predicate:
    return lambda c: unicodedata.category(c).startswith(prefixes)


def _is_name_start(c: str) -> bool:
    return c in "_:" or unicodedata.category(c).startswith(("L", "Nl"))


def _is_name(c: str) -> bool:
    return c in "_:.-·" or unicodedata.category(c).startswith(("L", "Nl", "Nd", "M"))


_SHORTHAND: dict[str, Predicate] = {
    "s": lambda c: c in " \t\n\r",
    "i": _is_name_start,
    "c": _is_name,
    "d": _in_category(("Nd",)),
    "w": lambda c: not unicodedata.category(c).startswith(("P", "Z", "C")),
}


@dataclass(frozen=True, slots=True)
class One:
    """One character that the predicate accepts."""

    accepts: Predicate


@dataclass(frozen=True, slots=True)
class Sequence:
    """One part after the other."""

    parts: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Any one of the branches."""

    branches: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part `least` to `most` times, `most` None without a limit."""

    part: "Part"
    least: int
    most: int | None


Part = One | Sequence | Choice | Repeat


@dataclass(slots=True)
class Reader:
    """Recursive descent over the grammar of appendix F."""

    source: str
    at: int = 0
    depth: int = 0

    def peek(self, ahead: int = 0) -> str:
        """Return a coming character, empty at the end."""
        return self.source[self.at + ahead : self.at + ahead + 1]

    def take(self, wanted: str = "") -> str:
        """Return the next character and step over it."""
        found = self.peek()
        if not found or (wanted and found != wanted):
            raise self.error(f"{wanted or 'something'} expected at {self.at + 1}")
        self.at += 1
        return found

    def error(self, detail: str) -> ProcessingError:
        """Return the refusal of this pattern."""
        return ProcessingError(PATTERN_BAD, detail=f"{self.source[:80]}: {detail}")

    def choice(self) -> Part:
        """Branches between bars."""
        self.depth += 1
        if self.depth > DEEPEST_GROUP:
            raise self.error("nested too deeply")
        branches = [self.sequence()]
        while self.peek() == "|":
            self.take()
            branches.append(self.sequence())
        self.depth -= 1
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def sequence(self) -> Part:
        """Pieces up to a bar, a closing parenthesis or the end, without the anchors around them."""
        parts: list[Part] = []
        if self.peek() == "^":
            self.take()
        while self.peek() not in ("", "|", ")"):
            if self.peek() == "$" and self.peek(1) in ("", "|", ")"):
                self.take()
                break
            parts.append(self.quantified(self.atom()))
        return Sequence(tuple(parts))

    def quantified(self, part: Part) -> Part:
        """Apply the quantifier that follows, if one does."""
        sign = self.peek()
        if sign in ("?", "*", "+") and sign:
            self.take()
            return Repeat(part, int(sign == "+"), 1 if sign == "?" else None)
        if sign != "{":
            return part
        end = self.source.find("}", self.at)
        low, comma, high = self.source[self.at + 1 : end].partition(",") if end > 0 else ("", "", "")
        if not low.isdecimal() or (high and not high.isdecimal()) or len(low + high) > 8:
            raise self.error("wrong quantifier")
        self.at = end + 1
        most = int(high) if high else None if comma else int(low)
        if max(int(low), most or 0) > MOST_REPEATS or (most is not None and most < int(low)):
            raise self.error("wrong quantifier")
        return Repeat(part, int(low), most)

    def atom(self) -> Part:
        """One character, class or group."""
        c = self.take()
        if c == "(":
            if self.peek() + self.peek(1) == "?:":
                self.at += 2
            inner = self.choice()
            self.take(")")
            return inner
        if c == "[":
            return One(self.bracket())
        if c == ".":
            return One(lambda x: x not in "\n\r")
        if c == "\\":
            return One(self.escape())
        if c in "?*+{}]":
            raise self.error(f"{c} at {self.at}")
        return One(lambda x: x == c)

    def escape(self) -> Predicate:
        """What follows a backslash."""
        c = self.take()
        if c in _CONTROL:
            return _equals(_CONTROL[c])
        if c in _SPECIAL:
            return _equals(c)
        if c.lower() in _SHORTHAND:
            inner = _SHORTHAND[c.lower()]
            return inner if c.islower() else _negation(inner)
        if c in ("p", "P"):
            return self.property(negated=c == "P")
        raise self.error(f"\\{c} is no escape")

    def property(self, *, negated: bool) -> Predicate:
        """A general category or a block in braces."""
        self.take("{")
        end = self.source.find("}", self.at)
        name = self.source[self.at : end] if end > 0 else ""
        self.at = end + 1
        if _CATEGORY.fullmatch(name):
            inner = _in_category((name,))
        elif name.removeprefix("Is") in _BLOCKS and name.startswith("Is"):
            low, high = _BLOCKS[name.removeprefix("Is")]
            inner = _between(chr(low), chr(high))
        else:
            raise self.error(f"\\p{{{name}}} is not known")
        return _negation(inner) if negated else inner

    def bracket(self) -> Predicate:
        """A class in brackets after its opening one, with ranges, negation and subtraction."""
        negated = self.peek() == "^"
        if negated:
            self.take()
        members: list[Predicate] = []
        taken: Predicate | None = None
        while taken is None and (self.peek() != "]" or not members):
            if self.peek() == "-" and self.peek(1) == "[" and members:
                self.at += 2
                self.depth += 1
                if self.depth > DEEPEST_GROUP:
                    raise self.error("nested too deeply")
                taken = self.bracket()
            else:
                members.append(self.member())
        self.take("]")
        return _bracketed(tuple(members), negated, taken)

    def member(self) -> Predicate:
        """One character, escape or range of a class."""
        c = self.take()
        if c == "[":
            raise self.error("[ in a class")
        if c == "\\" and self.peek() not in (*_CONTROL, *_SPECIAL):
            return self.escape()
        low = self._literal(c)
        if self.peek() != "-" or self.peek(1) in ("]", "[", ""):
            return _equals(low)
        self.take()
        high = self._literal(self.take())
        if high < low:
            raise self.error(f"{low}-{high} is no range")
        return _between(low, high)

    def _literal(self, c: str) -> str:
        if c != "\\":
            return c
        escaped = self.take()
        if escaped not in _CONTROL and escaped not in _SPECIAL:
            raise self.error(f"\\{escaped} in a range")
        return _CONTROL.get(escaped, escaped)


def _equals(wanted: str) -> Predicate:
    return lambda c: c == wanted


def _between(low: str, high: str) -> Predicate:
    return lambda c: low <= c <= high


def _negation(inner: Predicate) -> Predicate:
    return lambda c: not inner(c)


def _bracketed(members: tuple[Predicate, ...], negated: bool, taken: Predicate | None) -> Predicate:
    return lambda c: (any(member(c) for member in members) != negated) and not (taken is not None and taken(c))
