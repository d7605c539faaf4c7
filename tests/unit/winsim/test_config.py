# SPDX-License-Identifier: GPL-3.0-or-later
"""winrm/config and what is below it."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import yaml

from unit.rows import each_row
from unit.winsim.small import boot
from unit.winsim.structure import shape
from unit.winsim.wire import (
    CALLER,
    ENUMERATION,
    SAMPLES,
    TRANSFER,
    ask,
    enumerate_body,
    envelope,
    fault_code,
    find,
    machine,
    selectors,
    text,
    tree,
)
from winsim.config import Access
from winsim.wsman import Reply, Service

CONFIG = "http://schemas.microsoft.com/wbem/wsman/1/config"
LISTENER = f"{CONFIG}/listener"
MODE = "EnumerateObjectAndEPR"


def test_the_configuration_has_the_recorded_form() -> None:
    path = SAMPLES / "wsman_config" / "pypsrp_winrm_config_get_500.yml"
    (message,) = yaml.safe_load(path.read_text(encoding="utf-8"))["messages"]
    service = Service(machine("6.3.9600"))
    request = service.read(message["request"].encode(), CALLER)
    assert not isinstance(request, Reply)
    answer = ET.fromstring(service.answer(request, CALLER).text)
    assert shape(answer) == shape(ET.fromstring(message["response"]))


def test_it_tells_what_holds() -> None:
    host = machine()
    host.wsman.max_envelope_size = 153_600
    host.wsman.max_concurrent_operations = 15
    service = Service(host, Access(basic=False, allow_unencrypted=False))
    values = {
        element.tag.rpartition("}")[2]: element.text
        for element in tree(ask(service, envelope(f"{TRANSFER}Get", uri=CONFIG))).iter()
    }
    assert values["MaxEnvelopeSizekb"] == "150"
    assert values["MaxConcurrentOperationsPerUser"] == "15"
    assert values["AllowUnencrypted"] == "false"
    assert values["CbtHardeningLevel"] == "Relaxed"


def ask_for(path: str, header: str = "", host: Service | None = None, action: str = "") -> Reply:
    uri = f"{CONFIG}/{path}" if path else CONFIG
    body = enumerate_body(mode=MODE) if action else ""
    data = envelope(action or f"{TRANSFER}Get", body, uri=uri, header=header)
    return ask(host or Service(boot()), data)


@each_row(
    ("path", "element", "names"),
    [
        ("client", "Client", ["NetworkDelayms", "URLPrefix", "AllowUnencrypted"]),
        ("client/auth", "Auth", ["Basic", "Digest", "Kerberos"]),
        ("client/defaultports", "DefaultPorts", ["HTTP", "HTTPS"]),
        ("Service", "Service", ["RootSDDL", "MaxConcurrentOperations"]),
        ("service/Auth", "Auth", ["Basic", "Kerberos", "Negotiate"]),
        ("service/defaultports", "DefaultPorts", ["HTTP", "HTTPS"]),
        ("winrs", "Winrs", ["AllowRemoteShellAccess", "IdleTimeout"]),
    ],
)
def test_parts_of_the_configuration(path: str, element: str, names: list[str]) -> None:
    reply = ask_for(path)
    content = find(reply, ".//s:Body/*")
    assert content is not None
    assert content.tag == f"{{{CONFIG}/{path.lower()}}}{element}"
    assert [child.tag.rpartition("}")[2] for child in content][: len(names)] == names
    assert all(child.tag.startswith(f"{{{CONFIG}/{path.lower()}}}") for child in content)
    # A part says the same as the whole.
    whole = find(ask_for(""), f".//{{{CONFIG}}}{path.split('/')[0].title()}")
    assert whole is not None
    for step in path.split("/")[1:]:
        name = "Auth" if step.lower() == "auth" else "DefaultPorts"
        inner = whole.find(f"{{{CONFIG}}}{name}")
        assert inner is not None
        whole = inner
    assert "".join(content.itertext()) == "".join(whole.itertext())


def test_the_listeners() -> None:
    reply = ask_for("listener", action=f"{ENUMERATION}Enumerate")
    (listener,) = tree(reply).iter(f"{{{LISTENER}}}Listener")
    values = [(child.tag.rpartition("}")[2], child.text or "") for child in listener]
    assert values == [
        ("Address", "*"),
        ("Transport", "HTTP"),
        ("Port", "5985"),
        ("Hostname", ""),
        ("Enabled", "true"),
        ("URLPrefix", "wsman"),
        ("CertificateThumbprint", ""),
        ("ListeningOn", "127.0.0.1"),
        ("ListeningOn", "10.1.2.3"),
        ("ListeningOn", "::1"),
        ("ListeningOn", "fe80::1%7"),
    ]
    assert text(reply, ".//a:EndpointReference//w:ResourceURI") == LISTENER
    # The reference leads to it.
    got = ask_for("listener", selectors(Address="*", transport="http"))
    (same,) = tree(got).iter(f"{{{LISTENER}}}Listener")
    assert ET.tostring(same) == ET.tostring(listener)


def test_a_listener_of_https() -> None:
    machine = boot()
    machine.serve_winrm_at("https", 5986)
    reply = ask_for("listener", host=Service(machine), action=f"{ENUMERATION}Enumerate")
    ports = [element.text for element in tree(reply).iter(f"{{{LISTENER}}}Port")]
    assert ports == ["5985", "5986"]
    got = ask_for("listener", selectors(Address="*", Transport="HTTPS"), Service(machine))
    assert text(got, f".//{{{LISTENER}}}Port") == "5986"
    assert find(got, f".//{{{LISTENER}}}CertificateThumbprint") is None


@each_row(
    ("path", "header", "expected"),
    [
        ("services", "", ("a:DestinationUnreachable", "2150858811")),
        ("plugin", "", ("a:DestinationUnreachable", "2150858811")),
        ("service", selectors(Name="x"), ("w:InvalidSelectors", "2150858843")),
        ("listener", "", ("w:InvalidSelectors", "2150858842")),
        ("listener", selectors(Address="*"), ("w:InvalidSelectors", "2150858842")),
        ("listener", selectors(Address="*", Port="5985"), ("w:InvalidSelectors", "2150858843")),
        (
            "listener",
            selectors(Address="*", Transport="HTTPS"),
            ("a:DestinationUnreachable", "2150858752"),
        ),
    ],
)
def test_what_the_configuration_does_not_have(
    path: str, header: str, expected: tuple[str, str]
) -> None:
    assert fault_code(ask_for(path, header)) == (500, *expected)


@each_row(
    ("path", "expected"),
    [
        ("", ("a:ActionNotSupported", "2150858771")),
        ("service", ("a:ActionNotSupported", "2150858771")),
        ("listeners", ("a:DestinationUnreachable", "2150858811")),
    ],
)
def test_what_cannot_be_enumerated(path: str, expected: tuple[str, str]) -> None:
    reply = ask_for(path, action=f"{ENUMERATION}Enumerate")
    assert fault_code(reply) == (500, *expected)


def test_no_certificate_is_mapped_and_nothing_is_filtered() -> None:
    reply = ask_for("service/certmapping", action=f"{ENUMERATION}Enumerate")
    items = find(reply, ".//w:Items")
    assert items is not None
    assert len(items) == 0
    body = enumerate_body("SELECT * FROM Listener")
    data = envelope(f"{ENUMERATION}Enumerate", body, uri=LISTENER)
    reply = ask(Service(boot()), data)
    assert fault_code(reply) == (500, "n:FilteringNotSupported", "2150858776")


@each_row("action", ["Put", "Create", "Delete"])
def test_the_configuration_stays_as_it_is(action: str) -> None:
    data = envelope(f"{TRANSFER}{action}", uri=f"{CONFIG}/service")
    assert fault_code(ask(Service(boot()), data)) == (500, "a:ActionNotSupported", "2150858771")
