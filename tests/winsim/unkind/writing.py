# SPDX-License-Identifier: GPL-3.0-or-later
"""The same envelope in other letters: prefixes, quotes, white space, comments, CDATA.

Each choice is a function of its own; `style` makes them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from winsim.soap import (
    CIM,
    PREFIXES,
    RSP,
    UTF_8,
    XML,
    XSI,
    A,
    B,
    E,
    Element,
    N,
    P,
    S,
    W,
    X,
    attribute,
    escape,
)
from winsim.unkind.tree import is_name, is_name_in, split

_WINDOWS = {uri: prefix for prefix, uri in PREFIXES.items()} | {XSI: "xsi", CIM: "cim", B: "b"}
_OMI = {
    S: "SOAP-ENV",
    A: "wsa",
    N: "wsen",
    E: "e",
    XSI: "xsi",
    B: "wsmb",
    W: "wsman",
    X: "wxf",
    CIM: "cim",
    P: "msftwinrm",
}
#: Shell answers of Windows have the names of both (sample pypsrp_winrs_operation_timeout.yml).
_ONE_NAME = dict.fromkeys((A, N, E, B, W, X, CIM, P, RSP), "p") | {S: "s", XSI: "i"}
_DEFAULT = {S: "", XSI: "xsi"}


@dataclass(frozen=True)
class Style:
    """How an envelope is written. `names` gives the prefix of a namespace, which may be empty;
    one that isn't in it is called `p` and, where that won't do, by a number. `early`: declared at
    the root as far as possible, else where it's needed. `between` stands between elements."""

    names: dict[str, str]
    early: bool
    quote: str
    between: str
    comment: str
    short: bool
    cdata: bool
    references: bool
    declaration: str


def prefixes(random: Random) -> dict[str, str]:
    """Which prefix a namespace has means nothing (Namespaces in XML 1.0, 4). Those of Windows and of
    OMI are recorded (samples wsman_enumerate and omi)."""
    return random.choice([_WINDOWS, _OMI, _ONE_NAME, _DEFAULT])


def early_declarations(random: Random) -> bool:
    """Namespaces are declared at the root or where they are needed (Namespaces in XML 1.0, 6.1).
    Windows does both (samples wsman_enumerate), OMI declares xsi at the root."""
    return random.random() < 0.5


def quote(random: Random) -> str:
    """Attributes stand in either kind of quotes (XML 1.0, 2.3, AttValue)."""
    return random.choice("\"'")


def between(random: Random) -> str:
    """White space among elements means nothing in a SOAP message (SOAP 1.2 part 1, 5), nor in content
    that holds elements only. Recorded answers have none, or their authors indented them (sample
    max_concurrent_operations_2150859174.xml)."""
    return random.choice(["", "", "\n", "\r\n    ", " \t "])


def comment(random: Random) -> str:
    """A comment in header blocks and bodies. SOAP forbids document type declarations and
    processing instructions (SOAP 1.2 part 1, 5), not comments, which relaying may remove (2.7.4)."""
    return random.choice(["", "", "", "<!-- a > b -->"])


def short_form(random: Random) -> bool:
    """An element without content is one tag or two (XML 1.0, 3.1); Windows writes both (recorded:
    an empty text in two tags, a nil in one)."""
    return random.random() < 0.5


def cdata(random: Random) -> bool:
    """Text may stand in CDATA sections (XML 1.0, 2.7)."""
    return random.random() < 0.2


def references(random: Random) -> bool:
    """A character may be written as a reference to its number (XML 1.0, 4.1)."""
    return random.random() < 0.2


def declaration(random: Random) -> str:
    """An XML declaration, which may be left out, and a byte order mark (XML 1.0, 2.8 and 4.3.3).
    The recorded answers of Windows have neither, openwsman's have the declaration."""
    return random.choice(
        ["", '<?xml version="1.0"?>', "\ufeff", '<?xml version="1.0" encoding="{charset}"?>\n']
    )


def style(random: Random) -> Style:
    """All choices, which hold for one envelope."""
    return Style(
        names=prefixes(random),
        early=early_declarations(random),
        quote=quote(random),
        between=between(random),
        comment=comment(random),
        short=short_form(random),
        cdata=cdata(random),
        references=references(random),
        declaration=declaration(random),
    )


def write(root: Element, chosen: Style, random: Random, charset: str = UTF_8) -> str:
    """The whole document. Its comments stand at random places."""
    marked = chosen.declaration == "\ufeff" and charset != UTF_8  # that gets its mark as octets
    parts = ["" if marked else chosen.declaration.format(charset=charset)]
    _Writer(chosen, random, parts).element(root, {"xml": XML}, depth=0)
    return "".join(parts)


class _Writer:
    def __init__(self, chosen: Style, random: Random, parts: list[str]) -> None:
        self._style = chosen
        self._random = random
        self._parts = parts
        self._others: dict[str, str] = {}

    def element(self, element: Element, scope: dict[str, str], depth: int) -> None:
        scope, declared = dict(scope), {}
        if depth == 0 and self._style.early:
            for uri in sorted(_used(element)):
                prefix = self._style.names.get(uri)
                if prefix is not None and scope.get(prefix, uri) == uri:
                    scope[prefix] = declared[prefix] = uri
        names: dict[str, str] = {}  # by their prefixes, as far as this tag needs them

        def qualified(name: str, *, unprefixed: bool = False) -> str:
            uri, local = split(name)
            if not uri:
                return local
            prefix = self._prefix(uri, names, unprefixed=unprefixed)
            names[prefix] = uri
            if scope.get(prefix) != uri:
                scope[prefix] = declared[prefix] = uri
            return f"{prefix}:{local}" if prefix else local

        if not element.tag.startswith("{") and scope.get(""):
            scope[""] = declared[""] = ""
        if not element.tag.startswith("{"):
            names[""] = ""
        tag = qualified(element.tag, unprefixed=True)
        attributes = {
            qualified(name): qualified(value) if is_name_in(name) else value
            for name, value in element.attrib.items()
        }
        text = element.text or ""
        if is_name(element):
            text = qualified(text)
        written = "".join(
            self._attribute(f"xmlns:{prefix}" if prefix else "xmlns", uri)
            for prefix, uri in declared.items()
        ) + "".join(self._attribute(name, value) for name, value in attributes.items())
        if not len(element) and not text and self._style.short:
            self._parts.append(f"<{tag}{written}/>")
            return
        self._parts.append(f"<{tag}{written}>")
        if len(element):
            for child in element:
                self._parts.append(self._style.between)
                if depth > 1 and self._random.random() < 0.05:
                    self._parts.append(self._style.comment)
                self.element(child, scope, depth + 1)
            self._parts.append(self._style.between)
        else:
            self._parts.append(self._text(text))
        self._parts.append(f"</{tag}>")

    def _prefix(self, uri: str, names: dict[str, str], *, unprefixed: bool) -> str:
        """The prefix of a namespace: another one where this tag uses that for another, or where it
        would be empty and mustn't (Namespaces in XML 1.0, 6.2)."""
        if uri == XML:
            return "xml"
        for prefix, known in names.items():
            if known == uri and (prefix or unprefixed):
                return prefix
        prefix = self._style.names.get(uri, "p")
        if (not prefix and not unprefixed) or prefix in names:
            return self._others.setdefault(uri, f"ns{len(self._others) + 1}")
        return prefix

    def _attribute(self, name: str, value: str) -> str:
        return f" {name}={self._style.quote}{attribute(value)}{self._style.quote}"

    def _text(self, text: str) -> str:
        plain = "\r" not in text and "]]>" not in text
        if text and plain and self._style.cdata and escape(text).count("?") == text.count("?"):
            return f"<![CDATA[{text}]]>"
        if text and self._style.references and text[0].isalnum():
            return f"&#{ord(text[0])};{escape(text[1:])}"
        return escape(text)


def _used(root: Element) -> set[str]:
    found = {split(element.tag)[0] for element in root.iter()}
    return found - {""}
