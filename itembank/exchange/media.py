"""Pictures in files of their own, as QTI packages and Moodle XML have them: taken in as `data:` addresses, and written out again."""

import posixpath
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from urllib.parse import unquote

from lxml import etree

from core.errors import ExamError, Words
from itembank import errors
from itembank.exchange.qti_xml import address_of, attribute, below, is_picture, name_of
from itembank.kinds.errors import IMAGE_ABSENT, IMAGE_OUTSIDE
from itembank.pictures import Picture, from_bytes, read_picture

Find = Callable[[str], bytes | None]
"""The bytes of a file of a package by its path; None where there is no such file."""

FOLDER = "media"
_PLUGIN = "@@PLUGINFILE@@/"
_BY_MOODLE = re.compile(rf"""(<img\b[^<>]*?\bsrc\s*=\s*)(["']){_PLUGIN}([^"'<>]*)\2""", re.IGNORECASE)
_ADDRESS = re.compile(r'(<img src=")(data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=]+)(?=")')
_MARKED_UP = frozenset({"html", "moodle_auto_format"})
_MOODLE_TEXTS = ("questiontext", "generalfeedback", "graderinfo", "answer", "subquestion")


def no_files(_path: str) -> bytes | None:
    """Find nothing: an item that came without a package."""


def embed(root: etree._Element, folder: str, find: Find) -> list[ExamError]:
    """Give each picture below an element of QTI that names a file its `data:` address; return why others keep the name.

    `folder` is where in the package the file of the element lies.
    """
    remarks = []
    for element in filter(is_picture, below(root, "img", "object")):
        address = address_of(element)
        if not address.startswith("data:"):
            try:
                element.set("src" if name_of(element) == "img" else "data", _found(address, folder, find).address)
            except ExamError as why:
                remarks.append(_dropped(address, why))
    return remarks


def take_out(root: etree._Element, up: str) -> dict[str, Picture]:
    """Let each picture below an element of QTI name a file, `up` leading to the top; return the files by their paths."""
    files = {}
    for element in below(root, "img"):
        picture = read_picture(attribute(element, "src"))
        path = f"{FOLDER}/{_file_name(picture)}"
        files[path] = picture
        element.set("src", f"{up}{path}")
    return files


def embed_moodle(question: etree._Element) -> list[ExamError]:
    """Give each picture in the texts of a Moodle question its `data:` address, taking its file away; return why others have none."""
    remarks: list[ExamError] = []
    for element in question.iter(*_MOODLE_TEXTS):
        if (text := element.find("text")) is not None and element.get("format", "html") in _MARKED_UP:
            files = {f"{file.get('path', '/')}{file.get('name', '')}".lstrip("/"): file for file in element.iterfind("file")}
            text.text = _BY_MOODLE.sub(lambda found, files=files: _embedded(found, files, remarks), text.text or "")  # type: ignore[misc]
            for file in files.values():
                if file.get("taken"):
                    element.remove(file)
    return remarks


def take_out_moodle(question: etree._Element) -> None:
    """Let each picture in the texts of a Moodle question stand in a file beside its text."""
    for text in list(question.iter("text")):
        files = {_file_name(picture): picture for picture in map(read_picture, _addresses(text.text or ""))}
        text.text = _ADDRESS.sub(lambda found: f"{found[1]}{_PLUGIN}{_file_name(read_picture(found[2]))}", text.text or "")
        for name, picture in files.items():
            file = etree.Element("file", name=name, path="/", encoding="base64")
            file.text = b64encode(picture.data).decode()
            text.addnext(file)


def _found(address: str, folder: str, find: Find) -> Picture:
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//", address):
        raise IMAGE_OUTSIDE()
    data = find(posixpath.normpath(posixpath.join("/", folder, unquote(address))).lstrip("/"))
    if data is None:
        raise IMAGE_ABSENT()
    return from_bytes(data)


def _embedded(found: re.Match[str], files: dict[str, etree._Element], remarks: list[ExamError]) -> str:
    name = unquote(found[3])
    try:
        if name not in files:
            raise IMAGE_ABSENT()
        address = read_picture(f"data:image/any;base64,{''.join((files[name].text or '').split())}").address
    except ExamError as why:
        remarks.append(_dropped(name, why))
        address = ""
    if name in files:
        files[name].set("taken", "true")
    return f"{found[1]}{found[2]}{address}{found[2]}"


def _dropped(what: str, why: ExamError) -> ExamError:
    return errors.PICTURE_DROPPED(what=what[:80], why=Words(why.text("zh"), why.text("en")))


def _addresses(text: str) -> Iterator[str]:
    yield from (found[2] for found in _ADDRESS.finditer(text))


def _file_name(picture: Picture) -> str:
    return f"{sha256(picture.data).hexdigest()[:16]}.{'png' if picture.kind == 'png' else 'jpg'}"
