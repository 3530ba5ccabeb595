"""The files of a QTI package to its reader: which is which, what the manifest says of it, and the texts that items share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from lxml import etree

from itembank import errors
from itembank.exchange import media, qti_xml
from itembank.exchange.qti_body import Body, read_html
from itembank.exchange.qti_lom import Facts
from itembank.exchange.qti_unread import unread
from itembank.exchange.qti_xml import attribute, children, name_of

MANIFEST = "imsmanifest.xml"


@dataclass
class Package:
    """XML files by their paths; a single file is a package of one.

    `name` stands before every path where files are named to people.  `used` are the files that another one has asked for.  `find` reads a
    file of any kind, and `file` does so and notes that it was asked for.
    """

    name: str
    files: Mapping[str, bytes]
    facts: dict[str, Facts] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    find: media.Find = media.no_files
    _stimuli: dict[str, tuple[str, list[str]]] = field(default_factory=dict)

    def file(self, path: str) -> bytes | None:
        """Return a file that another refers to, or None."""
        self.used.add(path)
        return self.find(path)

    def called(self, path: str) -> str:
        """Return what a file is called in the report."""
        return f"{self.name}/{path}" if path else self.name

    def root_of(self, base: str, href: str, element: str) -> tuple[str, etree._Element]:
        """Return the path and the root element of a file that another refers to.

        Raises:
            ExamError: `itembank.qti_file_missing`; `itembank.qti_unsupported` when it is something else than `element`.
        """
        path = resolve(base, href)
        if path not in self.files:
            raise errors.QTI_FILE_MISSING(file=href[:200])
        root = qti_xml.parse(self.files[path])
        if name_of(root) != element:
            raise errors.QTI_UNSUPPORTED(element=f"{element} {name_of(root)}")
        self.used.add(path)
        return path, root

    def stimuli_of(self, root: etree._Element, path: str, body: Body) -> str:
        """Return the shared texts that an item refers to, as HTML.

        Raises:
            ExamError: as `root_of`.
        """
        texts = []
        for reference in children(root, "assessment-stimulus-ref"):
            href = attribute(reference, "href")
            held = self._stimuli.get(resolve(path, href))
            if held is None:
                found, stimulus = self.root_of(path, href, "assessment-stimulus")
                read = Body(dropped=[f"img {remark.fields['what']}" for remark in media.embed(stimulus, dirname(found), self.file)])
                held = self._stimuli[found] = read_html(children(stimulus, "stimulus-body"), read), [*read.dropped, *unread(stimulus)]
            texts.append(held[0])
            body.dropped += held[1]
        return "".join(texts)


def resolve(base: str, href: str) -> str:
    """Return the path of a file to which another refers."""
    return normpath(join(dirname(base), unquote(href)))
