# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients that others wrote agree that a simulated host is a WinRM server: pywinrm and pypsrp run
a program on it, and pypsrp enumerates a class from it."""

from __future__ import annotations

import warnings
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

import pytest
from pypsrp.exceptions import AuthenticationError, WSManFaultError
from pypsrp.shell import Process, WinRS
from pypsrp.wsman import SelectorSet, WSMan
from winrm.exceptions import InvalidCredentialsError, WinRMTransportError
from winrm.exceptions import WSManFaultError as PywinrmFault
from winrm.protocol import Protocol

from integration.runs import own_address
from unit.winsim.wire import machine
from winsim.config import Access
from winsim.server import Host, Hosts

pytestmark = [pytest.mark.integration, pytest.mark.plain("looks at octets and messages")]

ADDRESS = own_address()
N = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
W = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
CIMV2 = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2"
CONFIG = "http://schemas.microsoft.com/wbem/wsman/1/config"
SHELLS = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
SELECTOR = f"{{{W}}}Selector"
SEALED = Access(basic=False, allow_unencrypted=False)
#: Scheme, authentication of the client, and what the host allows.
WAYS = [
    ("http", "basic", Access()),
    ("http", "ntlm", SEALED),
    ("https", "basic", Access()),
    ("https", "ntlm", SEALED),
]


@pytest.fixture(params=WAYS, ids=lambda way: f"{way[0]}-{way[1]}")
def way(request: pytest.FixtureRequest) -> Iterator[tuple[Host, str]]:
    scheme, authentication, access = request.param
    with (
        warnings.catch_warnings(),
        Hosts([machine(address=ADDRESS)], https=scheme == "https", access=access) as hosts,
    ):
        warnings.simplefilter("ignore")  # the certificate is self-signed
        yield hosts[0], authentication


def pywinrm(host: Host, authentication: str, password: str = "Passw0rd!") -> Protocol:
    return Protocol(
        host.url,
        transport=authentication,
        username="admin",
        password=password,
        server_cert_validation="ignore",
    )


def pypsrp(host: Host, authentication: str, **settings: Any) -> WSMan:
    plain = host.scheme == "http" and authentication == "basic"
    arguments = {
        "port": host.port,
        "username": "admin",
        "password": "Passw0rd!",
        "ssl": host.scheme == "https",
        "auth": authentication,
        "cert_validation": False,
        "encryption": "never" if plain else "auto",
    }
    return WSMan(host.address, **(arguments | settings))


def test_pywinrm_runs_a_program(way: tuple[Host, str]) -> None:
    protocol = pywinrm(*way)
    shell = protocol.open_shell(codepage=65001)
    command = protocol.run_command(shell, "echo", ["héllo", "日本"])
    assert protocol.get_command_output(shell, command) == ("héllo 日本\r\n".encode(), b"", 0)
    protocol.cleanup_command(shell, command)
    protocol.close_shell(shell)


def test_pywinrm_sees_what_a_program_says_and_returns(way: tuple[Host, str]) -> None:
    protocol = pywinrm(*way)
    shell = protocol.open_shell(codepage=65001)
    command = protocol.run_command(shell, "no-such-program")
    stdout, stderr, code = protocol.get_command_output(shell, command)
    assert stdout == b""
    assert b"no-such-program" in stderr
    assert code != 0
    protocol.close_shell(shell)


def test_pypsrp_runs_a_program(way: tuple[Host, str]) -> None:
    host, authentication = way
    with pypsrp(host, authentication) as wsman, WinRS(wsman, codepage=65001) as shell:
        process = Process(shell, "echo", ["one two"])
        process.invoke()
        assert (process.stdout, process.stderr, process.rc) == (b"one two\r\n", b"", 0)


def enumerate_with(wsman: WSMan, class_name: str, max_elements: int) -> list[ET.Element]:
    """Every instance of a class, page by page, with pypsrp's own operations."""
    uri = f"{CIMV2}/{class_name}"
    start = ET.Element(f"{{{N}}}Enumerate")
    ET.SubElement(start, f"{{{W}}}OptimizeEnumeration")
    ET.SubElement(start, f"{{{W}}}MaxElements").text = str(max_elements)
    answer = wsman.enumerate(uri, start)
    found: list[ET.Element] = []
    while True:
        found += [e for e in answer.iter() if e.tag == f"{{{uri}}}{class_name}"]
        if any(e.tag.endswith("}EndOfSequence") for e in answer.iter()):
            return found
        pull = ET.Element(f"{{{N}}}Pull")
        context = answer.find(f".//{{{N}}}EnumerationContext")
        assert context is not None
        pull.append(context)
        ET.SubElement(pull, f"{{{N}}}MaxElements").text = str(max_elements)
        answer = wsman.pull(uri, pull)


@pytest.mark.parametrize("max_elements", [1, 32_000])
def test_pypsrp_enumerates_a_class(way: tuple[Host, str], max_elements: int) -> None:
    host, authentication = way
    with pypsrp(host, authentication) as wsman:
        found = enumerate_with(wsman, "Win32_Process", max_elements)
    names = [element.findtext(f"{{{CIMV2}/Win32_Process}}Name") for element in found]
    assert names == [process.name for process in host.machine.processes()]
    assert "ping & <pong>.exe" in names


def test_pypsrp_negotiates_by_itself() -> None:
    with Hosts([machine(address=ADDRESS)], access=SEALED) as hosts:
        with pypsrp(hosts[0], "negotiate") as wsman:
            assert len(enumerate_with(wsman, "Win32_Service", 10)) == 1
        assert {entry.user for entry in hosts.log.entries() if entry.action} == {"admin"}


def test_pypsrp_reads_the_configuration() -> None:
    with Hosts([machine(address=ADDRESS)]) as hosts, pypsrp(hosts[0], "basic") as wsman:
        wsman.update_max_payload_size()
        assert wsman.max_envelope_size == 500 * 1024


def items_of(wsman: WSMan, uri: str, mode: str = "", **selectors: str) -> list[ET.Element]:
    """What an enumeration finds in its first answer."""
    start = ET.Element(f"{{{N}}}Enumerate")
    ET.SubElement(start, f"{{{W}}}OptimizeEnumeration")
    ET.SubElement(start, f"{{{W}}}MaxElements").text = "100"
    if mode:
        ET.SubElement(start, f"{{{W}}}EnumerationMode").text = mode
    answer = wsman.enumerate(uri, start, selector_set=selected(**selectors))
    return list(answer.find(f".//{{{W}}}Items"))


def selected(**values: str) -> SelectorSet | None:
    if not values:
        return None
    found = SelectorSet()
    for name, value in values.items():
        found.add_option(name, value)
    return found


def test_pypsrp_reads_parts_of_the_configuration(way: tuple[Host, str]) -> None:
    host, authentication = way
    with pypsrp(host, authentication) as wsman:
        (service,) = wsman.get(f"{CONFIG}/service")
        name = f"{{{CONFIG}/service}}AllowUnencrypted"
        assert service.findtext(name) == str(authentication == "basic").lower()
        (reference,) = items_of(wsman, f"{CONFIG}/listener", "EnumerateEPR")
        chosen = {each.get("Name", ""): each.text or "" for each in reference.iter(SELECTOR)}
        (listener,) = wsman.get(f"{CONFIG}/listener", selector_set=selected(**chosen))
        assert listener.findtext(f"{{{CONFIG}/listener}}Transport") == host.scheme.upper()


def test_pypsrp_finds_its_own_shell(way: tuple[Host, str]) -> None:
    host, authentication = way
    with pypsrp(host, authentication) as wsman:
        with WinRS(wsman, codepage=65001) as shell:
            (found,) = items_of(wsman, SHELLS)
            assert found.findtext(f"{{{SHELLS}}}ShellId") == shell.id
            assert found.findtext(f"{{{SHELLS}}}Owner") == "admin"
            (same,) = wsman.get(SHELLS, selector_set=selected(ShellId=shell.id))
            assert same.findtext(f"{{{SHELLS}}}OutputStreams") == "stdout stderr"
        assert items_of(wsman, SHELLS) == []


def test_pypsrp_asks_with_a_dmtf_uri(way: tuple[Host, str]) -> None:
    host, authentication = way
    uri = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/Win32_Process"
    with pypsrp(host, authentication) as wsman:
        found = items_of(wsman, uri, __cimnamespace="root/cimv2")
        assert [each.findtext(f"{{{uri}}}Name") for each in found] == [
            process.name for process in host.machine.processes()
        ]
        with pytest.raises(WSManFaultError) as fault:
            items_of(wsman, uri, __cimnamespace="root/hardware")
        assert "Invalid namespace" in str(fault.value)


def test_a_wrong_password(way: tuple[Host, str]) -> None:
    host, authentication = way
    with pytest.raises(InvalidCredentialsError):
        pywinrm(host, authentication, password="wrong").open_shell()
    with (
        pytest.raises(AuthenticationError),
        pypsrp(host, authentication, password="wrong") as wsman,
    ):
        WinRS(wsman).open()


def test_faults_arrive_as_faults(way: tuple[Host, str]) -> None:
    host, authentication = way
    with pytest.raises(PywinrmFault) as pywinrm_fault:
        pywinrm(host, authentication).run_command("11111111-1111-1111-1111-111111111111", "x")
    assert pywinrm_fault.value.wsman_fault_code == 2150858843
    with pypsrp(host, authentication) as wsman, pytest.raises(WSManFaultError) as pypsrp_fault:
        wsman.get("http://schemas.microsoft.com/wbem/wsman/1/konfig")
    assert pypsrp_fault.value.code == 2150858811
    assert pypsrp_fault.value.machine == host.address


def test_plain_soap_is_refused_where_it_is_not_allowed() -> None:
    with Hosts([machine(address=ADDRESS)], access=Access(allow_unencrypted=False)) as hosts:
        with pytest.raises(WinRMTransportError) as error:
            pywinrm(hosts[0], "basic").open_shell()
        assert error.value.code == 500
        assert error.value.response_text == ""


def test_a_client_that_verifies_the_certificate() -> None:
    with Hosts([machine(address=ADDRESS)], https=True) as hosts:
        protocol = Protocol(
            hosts[0].url,
            transport="basic",
            username="admin",
            password="Passw0rd!",
            server_cert_validation="validate",
            ca_trust_path=str(hosts.certificate),
        )
        protocol.close_shell(protocol.open_shell())
        assert hosts.log.actions() == ["Create", "Delete"]


def test_two_hosts_and_their_logs() -> None:
    machines = [machine(address=ADDRESS), machine(address=own_address(2))]
    machines[1].name = "win-2"
    machines[1].users = {"other": "Secret7"}
    with Hosts(machines) as hosts:
        with pypsrp(hosts["win-2"], "ntlm", username="other", password="Secret7") as wsman:
            enumerate_with(wsman, "Win32_Process", 1)
        assert hosts.log.entries(host="win-1") == []
        assert hosts.log.actions() == ["Enumerate", "Pull", "Pull"]
        entries = hosts.log.entries(action="Pull")
        assert {entry.class_name for entry in entries} == {"Win32_Process"}
        assert all(entry.bytes_in > 1000 and entry.bytes_out > 1000 for entry in entries)
        with pytest.raises(AuthenticationError), pypsrp(hosts["win-2"], "ntlm") as wsman:
            enumerate_with(wsman, "Win32_Process", 1)
