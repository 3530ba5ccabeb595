"""All kinds of items by name."""

from typing import Literal

from itembank.kinds.choices import HotSpot, HotText, OneOf, SomeOf
from itembank.kinds.composite import Business, Case
from itembank.kinds.declaration import ALL_OR_MAPPED, CHOICE_SCHEMES, BaseType, Cardinality, Kind, ResponseDeclaration
from itembank.kinds.ordering import Ordering
from itembank.kinds.pairs import GapMatch, InlineChoice, Matching
from itembank.kinds.written import Number, Quantity, Text

Choosing = Literal["single", "multiple", "truefalse", "hottext", "hotspot"]
Placing = Literal["inline", "gapmatch", "matching", "ordering"]
Writing = Literal["numeric", "quantity", "text", "extended"]
PartName = Literal[Choosing, Placing, Writing]
KindName = Literal[PartName, "case", "business"]

_ONE = ResponseDeclaration(Cardinality.SINGLE, BaseType.IDENTIFIER)
_SOME = ResponseDeclaration(Cardinality.MULTIPLE, BaseType.IDENTIFIER)
_PAIRS = ResponseDeclaration(Cardinality.MULTIPLE, BaseType.PAIR)
_ORDER = ResponseDeclaration(Cardinality.ORDERED, BaseType.IDENTIFIER)
_NUMBER = ResponseDeclaration(Cardinality.SINGLE, BaseType.NUMBER)
_QUANTITY = ResponseDeclaration(Cardinality.SINGLE, BaseType.QUANTITY)
_STRING = ResponseDeclaration(Cardinality.SINGLE, BaseType.STRING)
_PARTS = ResponseDeclaration(Cardinality.NONE, BaseType.STRING)
_LOG = ResponseDeclaration(Cardinality.LOG, BaseType.ACTION)

_FILLED = ("all_or_nothing", "per_option", "mapped")

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        OneOf("single", "单项选择题", "Single choice", _ONE, ("options",), ALL_OR_MAPPED),
        SomeOf("multiple", "多项选择题", "Multiple choice", _SOME, ("options", "limit"), CHOICE_SCHEMES),
        OneOf("truefalse", "判断题", "True or false", _ONE, ("options",)),
        InlineChoice("inline", "选词填空题", "Inline choice", _PAIRS, ("gaps",), _FILLED, is_mixed=True),
        GapMatch("gapmatch", "选项填空题", "Gap match", _PAIRS, ("gaps", "options", "once"), _FILLED, is_mixed=True),
        Matching("matching", "配伍题", "Matching", _PAIRS, ("gaps", "options", "once"), _FILLED, is_mixed=True),
        Ordering("ordering", "排序题", "Ordering", _ORDER, ("options",), _FILLED, is_mixed=True),
        HotText("hottext", "文中选择题", "Hot text", _SOME, ("options", "limit"), CHOICE_SCHEMES),
        HotSpot("hotspot", "图中选择题", "Hot spot", _SOME, ("image", "options", "limit"), CHOICE_SCHEMES),
        Number("numeric", "计算题", "Numeric entry", _NUMBER),
        Quantity("quantity", "带单位的计算题", "Quantity with a unit", _QUANTITY, ("options",)),
        Text("text", "填空题", "Short text", _STRING, (), ALL_OR_MAPPED),
        Text("extended", "问答题", "Extended text", _STRING, machine_scored=False),
        Case("case", "案例分析题", "Case analysis", _PARTS),
        Business("business", "模拟业务题", "Simulated business", _LOG),
    )
}

CHOICES = frozenset({"single", "multiple", "truefalse"})
"""Kinds whose options stand in a list of their own, A, B, C …"""

PLACED = frozenset({"inline", "gapmatch", "matching", "ordering"})
"""Kinds in which options are put into places."""

SHUFFLED = frozenset({"single", "multiple", "gapmatch", "matching", "ordering"})
"""Kinds whose options a paper may shuffle; those of a gap alone, passages, spots and units keep their places."""
