# SPDX-License-Identifier: GPL-3.0-or-later
"""Enumerations: contexts and their life, limits, modes, filters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from unit.rows import each_row
from unit.winsim.wire import (
    ENUMERATION,
    NAMESPACES,
    WMI,
    Repository,
    ask,
    enumerate_body,
    envelope,
    fault_code,
    find,
    machine,
    pull_body,
    selectors,
    text,
    tree,
)
from winsim.cim import CimClass, CimError, CimStatus, Property, Values
from winsim.machine import Machine
from winsim.wsman import Reply, Service

ENUMERATE, PULL, RELEASE = (f"{ENUMERATION}{verb}" for verb in ("Enumerate", "Pull", "Release"))
EVERYTHING = "SELECT * FROM Test_Thing"


class Thing(CimClass):
    """`count` instances; each has a text of `size` characters."""

    namespace = "root/test"
    name = "Test_Thing"
    properties = (
        Property("Number", "uint32", key=True),
        Property("Text", "string"),
        Property("Tags", "string", array=True),
        Property("Made", "datetime"),
    )

    def __init__(self, count: int, character: str = "x", size: int = 10) -> None:
        self._rows = [
            {"Number": number, "Text": character * size, "Tags": None, "Made": None}
            for number in range(count)
        ]

    def instances(self, machine: Machine) -> Iterable[Values]:
        return iter(self._rows)

    def associated(
        self,
        machine: Machine,
        keys: Mapping[str, str],
        association: str | None,
        result_class: str | None,
    ) -> Iterable[tuple[CimClass, Values]]:
        if association == "Test_Pair" and result_class in (None, "Test_Thing"):
            yield self, self._rows[int(keys["Number"]) + 1]


class Firm(Thing):
    """Looks for what is asked about at once."""

    def associated(
        self,
        machine: Machine,
        keys: Mapping[str, str],
        association: str | None,
        result_class: str | None,
    ) -> Iterable[tuple[CimClass, Values]]:
        raise CimError(CimStatus.NOT_FOUND, "Not found ")


class Pair(CimClass):
    """The association of each thing with the one behind it."""

    namespace = "root/test"
    name = "Test_Pair"
    properties = (
        Property("First", "reference", key=True),
        Property("Second", "reference", key=True),
    )

    def instances(self, machine: Machine) -> Iterable[Values]:
        return ()


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def service(thing: CimClass, clock: Clock | None = None) -> Service:
    return Service(machine(), repository=Repository(thing, Pair()), clock=clock or Clock())


def start(host: Service, body: str, uri: str = f"{WMI}root/test/*", limit: int = 512_000) -> Reply:
    return ask(host, envelope(ENUMERATE, body, uri=uri, max_envelope_size=limit))


def pull(host: Service, context: str, max_elements: int = 32_000, limit: int = 512_000) -> Reply:
    body = pull_body(context, max_elements)
    return ask(host, envelope(PULL, body, uri=f"{WMI}root/test/*", max_envelope_size=limit))


def context_of(reply: Reply) -> str:
    return text(reply, ".//n:EnumerationContext")


def numbers(reply: Reply) -> list[int]:
    return [int(e.text or "") for e in tree(reply).iter() if e.tag.rpartition("}")[2] == "Number"]


def ended(reply: Reply) -> bool:
    return any(e.tag.endswith("}EndOfSequence") for e in tree(reply).iter())


def test_pages_hold_everything_once_and_in_order() -> None:
    host = service(Thing(25))
    reply = start(host, enumerate_body(EVERYTHING, max_elements=10))
    seen = numbers(reply)
    contexts = [context_of(reply)]
    while not ended(reply):
        reply = pull(host, contexts[-1], max_elements=10)
        seen += numbers(reply)
        if not ended(reply):
            contexts.append(context_of(reply))
    assert seen == list(range(25))
    assert len(set(contexts)) == len(contexts) == 2
    assert len(host.enumerations) == 0


def test_a_context_serves_once() -> None:
    host = service(Thing(9))
    first = context_of(start(host, enumerate_body(EVERYTHING, max_elements=3)))
    pull(host, first, max_elements=3)
    assert fault_code(pull(host, first)) == (500, "n:InvalidEnumerationContext", "2150858779")


def test_an_unoptimised_enumeration_has_no_items_yet() -> None:
    host = service(Thing(3))
    reply = start(host, "<n:Enumerate/>", uri=f"{WMI}root/test/Test_Thing")
    assert find(reply, ".//w:Items") is None
    # Without n:MaxElements a Pull is for one item.
    body = f"<n:Pull><n:EnumerationContext>{context_of(reply)}</n:EnumerationContext></n:Pull>"
    assert numbers(ask(host, envelope(PULL, body))) == [0]


def test_nothing_found_is_an_end_and_no_fault() -> None:
    reply = start(service(Thing(3)), enumerate_body(f"{EVERYTHING} WHERE Number = 77"))
    assert (reply.status, numbers(reply), ended(reply)) == (200, [], True)
    assert context_of(reply) == ""


def test_release_forgets() -> None:
    host = service(Thing(3))
    context = context_of(start(host, enumerate_body(EVERYTHING, max_elements=1)))
    body = f"<n:Release><n:EnumerationContext>{context}</n:EnumerationContext></n:Release>"
    reply = ask(host, envelope(RELEASE, body))
    assert reply.status == 200
    assert find(reply, ".//s:Body/*") is None
    assert fault_code(pull(host, context))[1] == "n:InvalidEnumerationContext"


@pytest.mark.parametrize(("idle", "status"), [(239, 200), (241, 500)])
def test_an_idle_context_is_collected(idle: float, status: int) -> None:
    clock = Clock()
    host = service(Thing(3), clock)
    context = context_of(start(host, enumerate_body(EVERYTHING, max_elements=1)))
    clock.now += idle
    assert pull(host, context).status == status


def test_too_many_enumerations_at_once() -> None:
    host = service(Thing(3))
    host.machine.wsman.max_concurrent_operations = 2
    for _unused in range(2):
        start(host, enumerate_body(EVERYTHING, max_elements=1))
    reply = start(host, enumerate_body(EVERYTHING, max_elements=1))
    assert fault_code(reply) == (500, "w:InternalError", "2150859174")


def test_an_item_that_fits_no_envelope() -> None:
    reply = start(service(Thing(1, size=9000)), enumerate_body(EVERYTHING), limit=8192)
    assert fault_code(reply) == (500, "w:EncodingLimit", "2150858824")
    assert "exceeds the maximum envelope size that is allowed (8192)" in reply.text


def test_octets_count_where_they_are_more_than_two_a_character() -> None:
    """Japanese text takes three octets a character in UTF-8."""
    host = service(Thing(400, character="あ", size=300))
    reply = start(host, enumerate_body(EVERYTHING), limit=100_000)
    assert not ended(reply)
    assert 90_000 < len(reply.text.encode()) <= 100_000


def test_the_server_takes_its_own_limit_when_the_client_wants_more() -> None:
    host = service(Thing(4000, size=100))
    host.machine.wsman.max_envelope_size = 60_000
    reply = start(host, enumerate_body(EVERYTHING), limit=64_000_000)
    assert not ended(reply)
    assert len(reply.text.encode()) <= 60_000


def test_references_alone_and_with_their_objects() -> None:
    host = service(Thing(2))
    both = start(host, enumerate_body(EVERYTHING, mode="EnumerateObjectAndEPR"))
    item = find(both, ".//w:Items/w:Item")
    assert item is not None
    assert [child.tag.rpartition("}")[2] for child in item] == ["Test_Thing", "EndpointReference"]
    selector = item.find(".//w:SelectorSet/w:Selector", NAMESPACES)
    assert selector is not None
    assert (selector.get("Name"), selector.text) == ("Number", "0")
    assert text(both, ".//a:EndpointReference//w:ResourceURI") == f"{WMI}root/test/Test_Thing"
    alone = start(host, enumerate_body(EVERYTHING, mode="EnumerateEPR"))
    assert len(tree(alone).findall(".//w:Items/a:EndpointReference", NAMESPACES)) == 2
    assert numbers(alone) == []
    unknown = start(host, enumerate_body(EVERYTHING, mode="EnumerateNothing"))
    assert fault_code(unknown) == (500, "w:UnsupportedFeature", "2150858886")


def selector_filter(name: str, value: str) -> str:
    dialect = "http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter"
    return enumerate_body(
        filtering=f'<w:Filter Dialect="{dialect}"><w:SelectorSet><w:Selector Name="{name}">{value}'
        "</w:Selector></w:SelectorSet></w:Filter>"
    )


def test_a_selector_filter() -> None:
    host = service(Thing(5))
    uri = f"{WMI}root/test/Test_Thing"
    assert numbers(start(host, selector_filter("number", "3"), uri=uri)) == [3]
    assert numbers(start(host, selector_filter("Number", "33"), uri=uri)) == []
    for name, value in (("Nope", "1"), ("Tags", "a"), ("Made", "x"), ("Text", "it's")):
        reply = start(host, selector_filter(name, value), uri=uri)
        assert fault_code(reply) == (500, "n:CannotProcessFilter", "2150858778")


# What is associated with the second thing: the one behind it.
ASSOCIATED = enumerate_body(
    filtering='<w:Filter Dialect="http://schemas.dmtf.org/wbem/wsman/1/cimbinding/associationFilter">'
    "<b:AssociatedInstances><b:Object>"
    "<a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address>"
    f"<a:ReferenceParameters><w:ResourceURI>{WMI}root/test/Test_Thing</w:ResourceURI>"
    '<w:SelectorSet><w:Selector Name="Number">1</w:Selector></w:SelectorSet>'
    "</a:ReferenceParameters></b:Object>"
    "<b:AssociationClassName>Test_Pair</b:AssociationClassName>"
    "<b:ResultClassName>Test_Thing</b:ResultClassName></b:AssociatedInstances></w:Filter>"
)


def test_an_association() -> None:
    host = service(Thing(5))
    assert numbers(start(host, ASSOCIATED)) == [2]
    # What the host doesn't have is a fault, and no enumeration without items.
    for known in ("Test_Pair", "<b:ResultClassName>Test_Thing"):
        reply = start(host, ASSOCIATED.replace(known, f"{known}s"))
        assert fault_code(reply) == (500, "n:CannotProcessFilter", "2150858778")
    elsewhere = start(host, ASSOCIATED, uri=f"{WMI}root/cimv2/*")
    assert fault_code(elsewhere) == (500, "n:CannotProcessFilter", "2150858778")
    # What there is none of has no associations either.
    nobody = start(service(Firm(5)), ASSOCIATED)
    assert fault_code(nobody) == (500, "a:DestinationUnreachable", "2150858752")


@each_row(
    ("body", "uri", "expected"),
    [
        (enumerate_body("SELECT * FROM Test_None"), "*", ("n:CannotProcessFilter", "2150858778")),
        (
            enumerate_body("SELECT Nope FROM Test_Thing"),
            "*",
            ("n:CannotProcessFilter", "2150858778"),
        ),
        (enumerate_body("SELEKT"), "*", ("n:CannotProcessFilter", "2150858778")),
        (enumerate_body(EVERYTHING), "Test_Thing", ("a:DestinationUnreachable", "2150859003")),
        (enumerate_body(), "*", ("w:UnsupportedFeature", "2150858831")),
        (enumerate_body(), "Test_None", ("a:DestinationUnreachable", "2147749904")),
        (
            enumerate_body(filtering='<w:Filter Dialect="urn:none">x</w:Filter>'),
            "*",
            ("n:FilterDialectRequestedUnavailable", "2150858777"),
        ),
        # A selector filter is for one class, and an association filter needs its query.
        (selector_filter("Number", "3"), "*", ("n:CannotProcessFilter", "2150858778")),
        (
            selector_filter("Number", "3").replace("SelectorSet", "Selectors"),
            "Test_Thing",
            ("n:CannotProcessFilter", "2150858778"),
        ),
        (
            ASSOCIATED.replace("AssociatedInstances", "Associates"),
            "*",
            ("n:CannotProcessFilter", "2150858778"),
        ),
        (
            enumerate_body(EVERYTHING).replace("</n:Enum", "<n:Filter>x</n:Filter></n:Enum"),
            "*",
            ("n:CannotProcessFilter", "2150858778"),
        ),
        ("<n:Pull/>", "*", ("w:SchemaValidationError", "2150858817")),
        (
            "<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>-1</w:MaxElements></n:Enumerate>",
            "Test_Thing",
            ("w:SchemaValidationError", "2150858817"),
        ),
    ],
)
def test_what_cannot_be_enumerated(body: str, uri: str, expected: tuple[str, str]) -> None:
    reply = start(service(Thing(1)), body, uri=f"{WMI}root/test/{uri}")
    assert fault_code(reply) == (500, *expected)


def test_an_unknown_namespace() -> None:
    body = enumerate_body("SELECT * FROM FirewallProduct")
    reply = start(service(Thing(1)), body, uri=f"{WMI}root/SecurityCenter2/*")
    assert fault_code(reply) == (500, "a:DestinationUnreachable", "2147749902")


DMTF = "http://schemas.dmtf.org/wbem/wscim/1/"


@pytest.mark.parametrize("namespace", ["root/test", r"ROOT\test"])
def test_a_dmtf_uri_names_its_namespace_by_a_selector(namespace: str) -> None:
    uri = f"{DMTF}cim-schema/2/Test_Thing"
    header = selectors(__CimNamespace=namespace)
    body = enumerate_body(mode="EnumerateObjectAndEPR")
    reply = ask(service(Thing(2)), envelope(ENUMERATE, body, uri=uri, header=header))
    assert numbers(reply) == [0, 1]
    # So does the answer.
    assert find(reply, f".//{{{uri}}}Test_Thing") is not None
    assert text(reply, ".//a:EndpointReference//w:ResourceURI") == uri
    assert text(reply, ".//w:Selector[@Name='__cimnamespace']") == "root/test"
    assert text(reply, ".//w:Selector[@Name='Number']") == "0"


@pytest.mark.parametrize("uri", [f"{DMTF}*", f"{DMTF}cim-schema/2/*"])
def test_a_query_to_all_classes_of_a_namespace(uri: str) -> None:
    header = selectors(__cimnamespace="root/test")
    data = envelope(ENUMERATE, enumerate_body(EVERYTHING), uri=uri, header=header)
    assert numbers(ask(service(Thing(2)), data)) == [0, 1]


def test_a_dmtf_uri_without_a_namespace_is_about_hardware() -> None:
    data = envelope(ENUMERATE, enumerate_body(), uri=f"{DMTF}cim-schema/2/Test_Thing")
    expected = (500, "a:DestinationUnreachable", "2147749902")
    assert fault_code(ask(service(Thing(2)), data)) == expected


def test_a_wmi_uri_and_a_selector_have_to_name_one_namespace() -> None:
    uri = f"{WMI}root/test/Test_Thing"
    for namespace, status in (("root/test", 200), ("root/cimv2", 500)):
        header = selectors(__cimnamespace=namespace)
        data = envelope(ENUMERATE, enumerate_body(), uri=uri, header=header)
        reply = ask(service(Thing(2)), data)
        assert reply.status == status
    assert fault_code(reply) == (500, "w:InternalError", "2150858883")


def test_an_enumeration_is_of_a_class_and_takes_no_keys() -> None:
    uri = f"{WMI}root/test/Test_Thing"
    data = envelope(ENUMERATE, enumerate_body(), uri=uri, header=selectors(Number="1"))
    reply = ask(service(Thing(2)), data)
    assert fault_code(reply) == (500, "w:InvalidSelectors", "2150858843")


def test_endless_when_told_so() -> None:
    host = service(Thing(2))
    data = envelope(ENUMERATE, enumerate_body(EVERYTHING, max_elements=3))
    data = data.replace(b"root/cimv2/*", b"root/test/*")
    reply = ask(host, data, injected={"endless": ""})
    assert (numbers(reply), ended(reply)) == ([0, 1, 0], False)
    reply = pull(host, context_of(reply), max_elements=3)
    assert (numbers(reply), ended(reply)) == ([1, 0, 1], False)


def test_pages_without_items_and_without_end() -> None:
    host = service(Thing(2))
    data = envelope(ENUMERATE, enumerate_body(EVERYTHING))
    data = data.replace(b"root/cimv2/*", b"root/test/*")
    reply = ask(host, data, injected={"empty": ""})
    for _unused in range(3):
        assert (numbers(reply), ended(reply)) == ([], False)
        reply = pull(host, context_of(reply))


def test_one_page_without_items_is_no_end() -> None:
    host = service(Thing(3))
    data = envelope(ENUMERATE, enumerate_body(EVERYTHING, max_elements=1))
    reply = ask(host, data.replace(b"root/cimv2/*", b"root/test/*"))
    assert numbers(reply) == [0]
    again = envelope(
        f"{ENUMERATION}Pull", pull_body(context_of(reply)), uri=f"{WMI}root/test/Test_Thing"
    )
    reply = ask(host, again, injected={"empty": ""})
    assert (numbers(reply), ended(reply)) == ([], False)
    reply = pull(host, context_of(reply))
    assert (numbers(reply), ended(reply)) == ([1, 2], True)


@each_row(("turn", "expected"), [("0", [0, 1, 2]), ("1", [1, 2, 0]), ("5", [2, 0, 1])])
def test_an_association_whose_filter_is_ignored(turn: str, expected: list[int]) -> None:
    data = envelope(ENUMERATE, ASSOCIATED, uri=f"{WMI}root/test/*")
    reply = ask(service(Thing(3)), data, injected={"unfiltered": turn})
    assert numbers(reply) == expected
