# SPDX-License-Identifier: GPL-3.0-or-later
"""The same message with other headers, and other parts that may be there or not."""

from __future__ import annotations

from random import Random

from winsim.soap import A, Element, N, P, S, W, new_id, text_of
from winsim.unkind.about import About
from winsim.unkind.tree import (
    BODY,
    HEADER,
    NIL,
    RELATES_TO,
    content,
    is_class,
    pages,
    split,
)

_URIS = frozenset(
    f"{{{namespace}}}{name}"
    for namespace, name in (
        (A, "Action"),
        (A, "To"),
        (A, "RelatesTo"),
        (A, "MessageID"),
        (A, "Address"),
        (W, "ResourceURI"),
        (W, "FaultDetail"),
    )
)
_FIREWALL = "/MSFT_NetFirewall"


def header_order(root: Element, random: Random, about: About) -> None:
    """Header blocks stand in any order (SOAP 1.2 part 1, 5.2). That of OMI isn't that of Windows
    (sample omi/get_response.xml)."""
    header = root.find(HEADER)
    if header is not None:
        blocks = list(header)
        random.shuffle(blocks)
        header[:] = blocks


def more_headers(root: Element, random: Random, about: About) -> None:
    """A header block that needn't be understood may be any (SOAP 1.2 part 1, 5.2.3). OMI sends no
    p:ActivityId, Windows does since Windows 10 (recorded)."""
    header = root.find(HEADER)
    if header is None:
        return
    for activity in header.findall(f"{{{P}}}ActivityId"):
        header.remove(activity)
    block = Element("{urn:example:relay}Via")
    block.append(_with_text("{urn:example:relay}Action", "urn:example:relayed"))
    header.insert(random.randint(0, len(header)), block)


def relationship(root: Element, random: Random, about: About) -> None:
    """RelatesTo may say that it is an answer (WS-Addressing 2.2, RelationshipType)."""
    for relates_to in root.iter(RELATES_TO):
        relates_to.set("RelationshipType", f"{{{A}}}Reply")


def blanks_around_uris(root: Element, random: Random, about: About) -> None:
    """White space around a URI doesn't count (XML Schema part 2, 3.2.17 and 4.3.6). Recorded in the
    answers that their authors indented (sample txwinrm_Create_response.xml)."""
    for element in root.iter():
        if element.tag in _URIS and element.text:
            element.text = f"\n      {element.text}\n    "


def no_language(root: Element, random: Random, about: About) -> None:
    """The envelope says its language or not (samples of Windows and of OMI)."""
    root.attrib.pop("{http://www.w3.org/XML/1998/namespace}lang", None)


def context_at_end(root: Element, random: Random, about: About) -> None:
    """EndOfSequence ends an enumeration, whatever context stands before it: an empty one (Windows),
    a filled one (sample omi/wql_projected_response.xml) or none (WS-Enumeration 3.2)."""
    for page in pages(root):
        if (
            page.find(f"{{{N}}}EndOfSequence") is None
            and page.find(f"{{{W}}}EndOfSequence") is None
        ):
            continue
        for old in page.findall(f"{{{N}}}EnumerationContext"):
            page.remove(old)
        text = random.choice(["", f"uuid:{new_id()}", "1215496192", None])
        if text is not None:
            page.insert(0, _with_text(f"{{{N}}}EnumerationContext", text))


def expiry(root: Element, random: Random, about: About) -> None:
    """An enumeration may tell when it ends (WS-Enumeration 3.1, wsen:Expires)."""
    for page in pages(root):
        if page.tag == f"{{{N}}}EnumerateResponse":
            page.insert(0, _with_text(f"{{{N}}}Expires", "PT4M"))


def more_parts(root: Element, random: Random, about: About) -> None:
    """Elements of other namespaces where a schema is open: after the others in the answer to an
    Enumerate, and in an endpoint reference (WS-Enumeration 3.1; WS-Addressing 2.1)."""
    targets = [page for page in pages(root) if page.tag == f"{{{N}}}EnumerateResponse"]
    for element in [*targets, *root.iter(f"{{{A}}}EndpointReference")]:
        element.append(_with_text("{urn:example:relay}Hop", "1"))


def reference_parameters(root: Element, random: Random, about: About) -> None:
    """Selectors, and what reference parameters hold, stand in any order (DSP0226 5.1.2.2: a set;
    WS-Addressing 2.1)."""
    for element in root.iter():
        if element.tag in {f"{{{A}}}ReferenceParameters", f"{{{W}}}SelectorSet"}:
            children = list(element)
            random.shuffle(children)
            element[:] = children


def address(root: Element, random: Random, about: About) -> None:
    """The address of a reference is anonymous or that of the service (DSP0226 5.1.2.1; the samples
    of a shell's Create have the URL)."""
    for element in root.iter(f"{{{A}}}Address"):
        element.text = random.choice([element.text or "", "http://WIN-1.example.com:5985/wsman"])


def put_without_instance(root: Element, random: Random, about: About) -> None:
    """The answer to a Put may have no instance (WS-Transfer 3.2; DSP0226 7.4)."""
    if about.request.action.endswith("/Put") and about.request.fragment is None:
        body = root.find(BODY)
        if body is not None and not any(child.tag == f"{{{S}}}Fault" for child in body):
            body[:] = []


def output_of_class(root: Element, random: Random, about: About) -> None:
    """The output of a method is called after its class, and the action hasn't Response at its end
    (sample omi/invoke_response.xml)."""
    output = _output(root)
    if output is None:
        return
    uri, _name = split(output.tag)
    output.tag = f"{{{uri}}}{uri.rpartition('/')[2]}_OUTPUT"
    for action in root.iter(f"{{{A}}}Action"):
        action.text = (action.text or "").removesuffix("Response")


def returned_or_not(root: Element, random: Random, about: About) -> None:
    """A method of a firewall rule that worked returns 0 as Microsoft documents it, a ReturnValue that
    is nil, or nothing at all (seen of Enable and Disable over WS-Management, by the authors of
    nx_system_tests)."""
    output = _output(root)
    if output is None or _FIREWALL.lower() not in output.tag.lower():
        return
    if [text_of(child) for child in output] not in ([], ["0"]):
        return
    output[:] = []
    returned = _with_text(f"{{{split(output.tag)[0]}}}ReturnValue", "0")
    if random.random() < 0.5:
        returned.text = None
        returned.set(NIL, "true")
    if random.random() < 0.7:
        output.append(returned)


def _output(root: Element) -> Element | None:
    found = content(root)
    if found is None or not is_class(split(found.tag)[0]) or not found.tag.endswith("_OUTPUT"):
        return None
    return found


def _with_text(tag: str, text: str) -> Element:
    element = Element(tag)
    element.text = text
    return element
