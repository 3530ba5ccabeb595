"""The one place where HTML of authors is made safe: nh3 first, as browsers parse, then bleach with the same allow-list.

TeX between `$…$` or `$$…$$` never reaches an HTML parser: `$a<b$` is taken out, and put back as text.  `$` opens inline TeX before
anything but white space, and closes it after anything but white space where no digit follows, so that prices stay prices; a
dollar after a backslash does neither.

A picture (`<img>`) does not reach one either: it is taken out as well, and put back as a tag of our own making, with its `data:` address
(see `itembank.pictures`), its description and its size, and nothing else.  In the description no sign is left that means something
outside of it: no quote, no bracket of a tag or of a marker, no dollar.
"""

import html
import re

import bleach
import nh3

from core.errors import ExamError
from itembank.kinds.errors import IMAGE_OUTSIDE
from itembank.pictures import MOST_IN_ITEM, MOST_SIDE, Picture, read_picture

INLINE = frozenset(["b", "strong", "i", "em", "u", "s", "sub", "sup", "small", "span", "code", "br", "ruby", "rt", "rp", "q"])
BLOCK = frozenset(["p", "div", "h3", "h4", "h5", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "hr", "figure", "figcaption"])
TABLE = frozenset(["table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td"])
TAGS = INLINE | BLOCK | TABLE
CLASSES = frozenset({"num", "center", "blank", "indent"})
_DROPPED_WITH_CONTENT = {"script", "style", "template", "title", "noscript", "iframe", "object", "svg", "math", "textarea"}
# No attribute may hold free text: held TeX is put back as text, and in an attribute that could close it.
_ATTRIBUTES = {
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "col": {"span"},
    "ol": {"start"},
}
_CLASSED = frozenset({"td", "th", "p", "span", "div", "table"})
_NUMBER = re.compile(r"[0-9]{1,3}")
_SIZE = re.compile(r"[0-9]{1,4}")
_SCOPES = frozenset({"row", "col", "rowgroup", "colgroup"})

_TEX = re.compile(
    r"""(?<!\\)(?:
        \$\$(?!\$)(?P<display>[^$]{1,4000}?)(?<!\\)\$\$
      | \$(?![\s$])(?P<inline>(?:[^$\n\\]|\\.){1,1000}?)(?<![\s\\])\$(?![0-9$])
    )""",
    re.VERBOSE,
)
_OPEN, _CLOSE = "\U0010f800", "\U0010f801"  # private characters that no text may keep
_HELD = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
_CONTROL = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff\ufeff{_OPEN}{_CLOSE}]")
_PLAIN = re.compile(r"(?:[^<>&]|&(?:lt|gt|amp);|<br>)*")
_MARKUP = re.compile(
    rf"</?(?:{'|'.join(sorted(TAGS | {'img', 'a', 'font'}))})(?:\s+[a-z-]+\s*=\s*[\"'][^\"'<>]*[\"'])*\s*/?>", re.IGNORECASE
)
_IMG = re.compile(r"""<img(?=[\s/>])(?:[^"'<>]++|"[^"]*+"|'[^']*+')*+>""", re.IGNORECASE)
_TAG = re.compile(r"<([A-Za-z][A-Za-z0-9]*)(?=[\s/>])([^<>]*)")
_SILENT = frozenset({"id", "name", "lang", "class"})
_ATTRIBUTE = re.compile(r"""([A-Za-z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_MOST_ALT = 500  # characters of a description
_PASSES = 6
_MOST_SIGNS = 5_000  # of markup in one text: the time of the parsers grows with their square


def clean(source: str) -> str:
    """Return the source with nothing left but the allow-list; `clean(clean(x)) == clean(x)`.

    Comments, scripts and every attribute not listed are dropped, other tags are taken away from around their text.  Of a picture that
    cannot be kept the description stays.
    """
    text = _normal(source)
    if _PLAIN.fullmatch(text):
        return text
    if text.count("<") + text.count("&") > _MOST_SIGNS:
        return _as_text(text)
    for _ in range(_PASSES):
        cleaned = _pass(text)
        if cleaned == text:
            return text
        text = cleaned
    return _as_text(text)  # what will not settle


def from_plain(text: str) -> str:
    """Return a plain text as HTML that shows it, lines kept; a text that already holds tags of the allow-list is left as it is."""
    text = text.strip()
    if _MARKUP.search(_TEX.sub("", text)):
        return text
    return html.escape(text, quote=False).replace("\r\n", "\n").replace("\n", "<br>")


def lost_markup(source: str) -> set[str]:
    """Return what of the markup in the source `clean` takes away, for a warning to the author: tags, and of the others attributes.

    Names, languages and classes say nothing to a reader and are not told; of pictures see `lost_pictures`.
    """
    lost = set()
    for name, rest in _TAG.findall(_TEX.sub("", _IMG.sub("", source))):
        tag = name.lower()
        if tag not in TAGS:
            lost.add(tag)
        else:
            lost |= {f"{tag} {attribute}" for attribute in _attributes(rest).keys() - _ATTRIBUTES.get(tag, set()) - _SILENT}
    return lost


def lost_pictures(source: str) -> list[tuple[str, ExamError]]:
    """Return the pictures in the source that `clean` takes away, each with its address, shortened, and why.

    One without an address is none.
    """
    lost = []
    for found in _IMG.finditer(source):
        address = _attributes(found[0]).get("src", "")
        try:
            if address:
                _read(address)
        except ExamError as error:
            lost.append((address[:80], error))
    return lost


def pictures_in(cleaned: str) -> list[str]:
    """Return the address of each picture in HTML."""
    return [_attributes(found[0]).get("src", "") for found in _IMG.finditer(cleaned)]


def settle_pictures(source: str) -> str:
    """Return a source with its pictures, and nothing but them, as `clean` leaves them: what a file hid in one is not kept either."""
    return _IMG.sub(lambda found: _picture(found[0]), _normal(source)) if _IMG.search(source) else source


def with_named_pictures(cleaned: str) -> str:
    """Return cleaned HTML with `[description width × height]` in the place of each picture."""

    def named(found: re.Match[str]) -> str:
        told = _attributes(found[0])
        size = " × ".join(filter(None, (told.get("width"), told.get("height"))))
        return html.escape(f"[{' '.join(filter(None, (told.get('alt'), size)))}]", quote=False)

    return _IMG.sub(named, cleaned)


def without_pictures(cleaned: str) -> str:
    """Return cleaned HTML with the description of each picture in its place."""
    return _IMG.sub(lambda found: html.escape(_attributes(found[0]).get("alt", ""), quote=False), cleaned)


def plain_text(cleaned: str) -> str:
    """Return cleaned HTML as plain text, for searching; of a picture its description."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", without_pictures(cleaned))).split())


def shows_nothing(cleaned: str) -> bool:
    """Say whether cleaned HTML has neither words nor a picture."""
    return not plain_text(cleaned) and not _IMG.search(cleaned)


def _pass(text: str) -> str:
    held: list[str] = []

    def hold(piece: str) -> str:
        held.append(piece)
        return f"{_OPEN}{len(held) - 1}{_CLOSE}"

    def hold_tex(match: re.Match[str]) -> str:
        tex = match["display"] or match["inline"]
        if "</" in tex or "<br" in tex or "<!" in tex or _OPEN in tex:
            return match[0]  # two dollars with markup or a picture between them are no formula
        return hold(html.escape(html.unescape(match[0]), quote=False))

    def hold_picture(match: re.Match[str]) -> str:
        return hold(_picture(match[0]) if len(held) < MOST_IN_ITEM else "")

    protected = _TEX.sub(hold_tex, _IMG.sub(hold_picture, text))
    parsed = nh3.clean(
        protected,
        tags=set(TAGS),
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes=dict(_ATTRIBUTES),
        attribute_filter=_filter_value,
        allowed_classes={tag: set(CLASSES) for tag in _CLASSED},
        link_rel=None,
        url_schemes=set(),
    )
    again = bleach.clean(parsed, tags=TAGS, attributes=_allows, protocols=(), strip=True, strip_comments=True)
    return _normal(_HELD.sub(lambda match: held[int(match[1])], again).replace("&nbsp;", "\xa0"))


def _picture(tag: str) -> str:
    """Return the tag of a picture as it is kept; of one that cannot be kept its description."""
    given = _attributes(tag)
    alt = " ".join(_normal(given.get("alt", "")).split())[:_MOST_ALT].strip()
    try:
        picture = _read(given.get("src", ""))
    except ExamError:
        return html.escape(alt, quote=False)
    width, height = _shown_size(given, picture.width, picture.height)
    told = html.escape(alt).replace("$", "&#36;").replace("[", "&#91;")
    return f'<img src="{picture.address}" alt="{told}" width="{width}" height="{height}">'


def _read(address: str) -> Picture:
    if not address.startswith("data:"):
        raise IMAGE_OUTSIDE()
    return read_picture(address)


def _shown_size(given: dict[str, str], width: int, height: int) -> tuple[int, int]:
    """Return the size at which a picture is shown: as wide, else as high, as its author says, in its own proportions."""
    wide, high = (int(found) if _SIZE.fullmatch(found := given.get(name, "")) else 0 for name in ("width", "height"))
    wide = wide or round(high * width / height)
    high = round(wide * height / width)
    return (wide, high) if 0 < wide <= MOST_SIDE and 0 < high <= MOST_SIDE else (width, height)


def _attributes(tag: str) -> dict[str, str]:
    """Return the attributes of a tag; of one given twice the first, as browsers do."""
    told: dict[str, str] = {}
    for name, *values in _ATTRIBUTE.findall(tag):
        told.setdefault(name.lower(), html.unescape("".join(values)))
    return told


def _normal(text: str) -> str:
    """Return the text with one kind of line end and without control characters."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _as_text(text: str) -> str:
    """Return HTML that shows the text as it is, tags and all; this is plain, so cleaning it again changes nothing."""
    return html.escape(_normal(html.unescape(text)), quote=False)


def _filter_value(_tag: str, name: str, value: str) -> str | None:
    if name in {"colspan", "rowspan", "span", "start"}:
        return value if _NUMBER.fullmatch(value) else None
    if name == "scope":
        return value if value in _SCOPES else None
    return value  # a class: its values are limited by `allowed_classes`


def _allows(tag: str, name: str, value: str) -> bool:
    if name == "class":
        return tag in _CLASSED and bool(value) and set(value.split()) <= CLASSES
    return name in _ATTRIBUTES.get(tag, set()) and _filter_value(tag, name, value) is not None
