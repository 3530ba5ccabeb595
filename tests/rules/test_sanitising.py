"""The allow-list: nothing that runs gets through, TeX is never parsed as HTML, and cleaning twice is cleaning once."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from itembank.sanitising import TAGS, _pass, clean, from_plain, lost_markup, lost_pictures, plain_text
from tests.make.pictures import img, jpeg, png

PNG = png()
VECTORS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "<a href=javascript:alert(1)>x</a>",
    "<p onclick=alert(1) style='background:url(javascript:1)'>x</p>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    "<form><button formaction=javascript:alert(1)>x</button></form>",
    "<table background=javascript:alert(1)><tr><td>x",
    "<b title='$\" onmouseover=alert(1) x=\"$'>x</b>",
    "<p class='$\" onmouseover=alert(1) x=\"$'>x</p>",
    "<td colspan='$\"><img src=x onerror=alert(1)>$'>x</td>",
    "$<img src=x onerror=alert(1)>$",
    "$$<script>alert(1)</script>$$",
    "$a$<img src=x onerror=alert(1)>$b$",
    "<!--$--><img src=x onerror=alert(1)><!--$-->",
    "<style>@import 'javascript:alert(1)'</style>",
    "<link rel=stylesheet href=//evil>",
    "<base href=//evil>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<object data=javascript:alert(1)></object><embed src=x>",
    "<textarea><img src=x onerror=alert(1)></textarea>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<plaintext><img src=x onerror=alert(1)>",
    "\U0010f8000\U0010f801<img src=x onerror=alert(1)>",
    "<p id=keyed name=form>x</p>",
    f"<img src='{PNG}' alt='$' onerror=alert(1) onload='alert(1)' alt='x'> $",
    f"<img src='{PNG}' alt='\"&gt;&lt;script&gt;alert(1)&lt;/script&gt;' style='x' srcset='//evil' id=x>",
    f"<p class='<img src={PNG} alt=&quot;>'><img src=\"{PNG}\" alt='$a$ [[1]] &quot; onerror=alert(1)'>",
    f"<b title='<img src={PNG}>' onclick=alert(1)>$<img src='{PNG}' alt='a$b'></b>$x$",
    f"<a href='<img src={PNG}>'>x</a><!--<img src='{PNG}'>--><script><img src='{PNG}'></script>",
]
_ATTRIBUTES = {"class", "colspan", "rowspan", "scope", "span", "start"}


def assert_harmless(cleaned: str) -> None:
    """Parse as a browser would and look at every element and attribute."""
    if not cleaned.strip():
        return
    for element in lxml_html.fragment_fromstring(cleaned, create_parent="div").iter():
        assert isinstance(element.tag, str), cleaned  # no comment, no instruction
        if element.tag == "img":
            assert list(element.attrib) == ["src", "alt", "width", "height"], cleaned
            assert re.fullmatch(r"data:image/(?:png|jpeg);base64,[A-Za-z0-9+/]+=*", element.attrib["src"]), cleaned
            assert all(0 < int(element.attrib[side]) <= 4000 for side in ("width", "height")), cleaned
            continue
        assert element.tag in TAGS | {"div"}, cleaned
        assert set(element.attrib) <= _ATTRIBUTES, cleaned


@pytest.mark.parametrize("vector", VECTORS)
def test_nothing_that_runs_gets_through(vector: str) -> None:
    for source in (vector, f"<p>{vector}</p>", f"<table><tr><td>{vector}</td></tr></table>", f"$x$ {vector} $y$"):
        cleaned = clean(source)
        assert_harmless(cleaned)
        assert clean(cleaned) == cleaned


@pytest.mark.parametrize(
    ("source", "cleaned"),
    [
        ("$a<b$ 且 $c>d$", "$a&lt;b$ 且 $c&gt;d$"),
        ("$a &lt; b$", "$a &lt; b$"),
        ("$$\\frac{a}{b}<c \\& d$$", "$$\\frac{a}{b}&lt;c \\&amp; d$$"),
        ("$x<y$<b>z</b>", "$x&lt;y$<b>z</b>"),
        ("价格 $5 <b>降</b>到 $3", "价格 $5 <b>降</b>到 $3"),
        ("$5/$6", "$5/$6"),
        ("\\$5 <b>$x_1$</b>", "\\$5 <b>$x_1$</b>"),
    ],
)
def test_tex_is_not_parsed(source: str, cleaned: str) -> None:
    assert clean(source) == cleaned


@pytest.mark.parametrize(
    ("source", "cleaned"),
    [
        ("H<sub>2</sub>O, x<sup>2</sup>", "H<sub>2</sub>O, x<sup>2</sup>"),
        ("<ul><li>一<li>二</ul>", "<ul><li>一</li><li>二</li></ul>"),
        ("a<!-- 备注 -->b", "ab"),
        ("<font color=red>红</font>", "红"),
        ("<td class='num evil'>1</td>", "1"),
        ('<p class="num" style="x" id="y">1</p>', '<p class="num">1</p>'),
        ("a\x00b\x0bc\ufeff", "abc"),
        ("a\r\nb", "a\nb"),
        ("1 < 2 & 3 > 2", "1 &lt; 2 &amp; 3 &gt; 2"),
        ("<b>a</b>&nbsp;b", "<b>a</b>\xa0b"),
        ("<$\xa0$", "&lt;$\xa0$"),
        ("<b>x</b>$a&#13;b$", "<b>x</b>$a\nb$"),
    ],
)
def test_what_stays(source: str, cleaned: str) -> None:
    assert clean(source) == cleaned


def test_a_table_stays_a_table() -> None:
    source = '<table><caption>表</caption><tr><th scope="col">价</th></tr><tr><td colspan="2" class="num">1</td></tr></table>'
    cleaned = clean(source)
    for piece in ('<th scope="col">', '<td colspan="2" class="num">', "<caption>表</caption>"):
        assert piece in cleaned


_WORDS = (
    "< > & \" ' $ $$ \\ </ <!-- --> <b> </b> <p> <table> <td> </table> <script> <svg> <math> <style> </style> &lt; &amp; "
    "&#60; &#36; &#13; &nbsp; <br> <br/> <li> <ruby> <rt> <pre> a x 1 中 \U0010f800 \U0010f801 <img alt= src= width=9 height='7'"
)
_TAGS = ["<img src=x onerror=y>", "<p class=num>", "<td colspan=2>", img(PNG, "a$[[1]]&quot;&lt;"), img(jpeg(), width=30), f"'{PNG}'"]
_PIECES = st.sampled_from([*_WORDS.split(" "), " ", "\n", "\xa0", *_TAGS])


@settings(max_examples=400, deadline=None)
@given(st.lists(_PIECES, max_size=30).map("".join))
def test_cleaning_twice_is_cleaning_once_and_harmless(source: str) -> None:
    cleaned = clean(source)
    assert clean(cleaned) == cleaned
    assert_harmless(cleaned)


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_any_text_comes_to_rest(source: str) -> None:
    cleaned = clean(source)
    assert clean(cleaned) == cleaned


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(["<br>", "&lt;", "&gt;", "&amp;", "中", "a b", "\n", "\xa0", "$", '"', "'", "\\"]), max_size=15).map("".join)
)
def test_the_short_way_is_the_long_way(source: str) -> None:
    """What `clean` takes for plain at a glance is what the two sanitisers would leave as it is."""
    assert clean(source) == source == _pass(source)


def test_plain_cells_become_html_that_shows_them() -> None:
    assert from_plain("a<b & c\n第二行") == "a&lt;b &amp; c<br>第二行"
    assert from_plain("已有 <b>粗体</b>\n和换行") == "已有 <b>粗体</b>\n和换行"
    assert from_plain("若 $a<b$ 则") == "若 $a&lt;b$ 则"
    assert re.sub(r"\s", "", plain_text(from_plain("x<y"))) == "x<y"


def test_what_is_taken_away_is_named() -> None:
    assert lost_markup("<p>x</p><img src=x><font>y</font>$a<c$") == {"font"}
    assert lost_markup('<p style="x" class="y" id=z dir=rtl>x</p><td colspan="2" bgcolor=red><ol start="3" type=a>') == {
        "p style",
        "p dir",
        "td bgcolor",
        "ol type",
    }
    assert [(what, why.kind.code) for what, why in lost_pictures("<img alt=a><img src=x><IMG alt='b' src='data:image/png;base64,AA'>")] == [
        ("x", "itembank.image_outside"),
        ("data:image/png;base64,AA", "itembank.image_wrong"),
    ]


@pytest.mark.parametrize("piece", ["<", "<b><i>", "&", "$<a", "<table><tr><td>"])
def test_endless_markup_is_shown_as_text(piece: str) -> None:
    """Parsers need quadratic time for it; what no author means is not worth that."""
    cleaned = clean(piece * 20_000)
    assert_harmless(cleaned)
    assert clean(cleaned) == cleaned
    assert plain_text(cleaned).startswith(piece[0])
