"""The one place where HTML of authors is made safe: nh3 first, as browsers parse, then bleach with the same allow-list.

TeX between `$…$` or `$$…$$` never reaches an HTML parser: `$a<b$` is taken out, and put back as text.  `$` opens inline TeX before
anything but white space, and closes it after anything but white space where no digit follows, so that prices stay prices; a
dollar after a backslash does neither.
"""

import html
import re

import bleach
import nh3

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
_PASSES = 6
_MOST_SIGNS = 5_000  # of markup in one text: the time of the parsers grows with their square


def clean(source: str) -> str:
    """Return the source with nothing left but the allow-list; `clean(clean(x)) == clean(x)`.

    Comments, scripts and every attribute not listed are dropped, other tags are taken away from around their text.
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


def lost_tags(source: str) -> set[str]:
    """Return the names of the tags in the source that `clean` takes away, for a warning to the author."""
    names = {name.lower() for name in re.findall(r"<([A-Za-z][A-Za-z0-9]*)[\s/>]", _TEX.sub("", source))}
    return names - TAGS


def plain_text(cleaned: str) -> str:
    """Return cleaned HTML as plain text, for searching."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", cleaned)).split())


def _pass(text: str) -> str:
    held: list[str] = []

    def hold(match: re.Match[str]) -> str:
        tex = match["display"] or match["inline"]
        if "</" in tex or "<br" in tex or "<!" in tex:
            return match[0]  # two dollars with markup between them are no formula
        held.append(html.escape(html.unescape(match[0]), quote=False))
        return f"{_OPEN}{len(held) - 1}{_CLOSE}"

    protected = _TEX.sub(hold, text)
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
