# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of well-known ports against facts from the documents it rests on."""

from __future__ import annotations

import re
from collections import Counter

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.well_known import (
    WELL_KNOWN_PORTS,
    find,
    lookup,
    names,
    rule_of_windows,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import Store
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    TCP,
    UDP,
    Direction,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import Protocol
from ansible_collections.portkeeper.windows.plugins.module_utils.words.catalogue import TEXTS
from ansible_collections.portkeeper.windows.plugins.module_utils.words.languages import (
    LANGUAGES,
    Language,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.firewall import firewall_samples as samples
from unit.rows import each_row

# Each line: port, protocols, and names that have to lead there. From the RFC of the protocol.
FROM_RFCS = """
    20    tcp      ftp-data        RFC 959
    21    tcp      ftp             RFC 959
    22    tcp      ssh             RFC 4251
    23    tcp      telnet          RFC 854
    25    tcp      smtp            RFC 5321
    53    tcp,udp  domain,dns      RFC 1035 section 4.2
    67    udp      bootps,dhcp     RFC 2131 section 4.1
    68    udp      bootpc          RFC 2131 section 4.1
    69    udp      tftp            RFC 1350 section 4
    80    tcp      http            RFC 9110 section 4.2.1
    88    tcp,udp  kerberos        RFC 4120 section 7.2
    110   tcp      pop3            RFC 1939 section 3
    123   udp      ntp             RFC 5905 section 7.2
    143   tcp      imap            RFC 9051 section 2.1
    161   udp      snmp            RFC 3417 section 3.1
    162   udp      snmptrap        RFC 3417 section 3.1
    443   tcp      https           RFC 9110 section 4.2.2
    465   tcp      submissions     RFC 8314 section 7.3
    514   udp      syslog          RFC 5426 section 3.3
    515   tcp      printer,lpd     RFC 1179 section 3.1
    587   tcp      submission      RFC 6409 section 3.1
    631   tcp      ipp             RFC 8010 section 3.1
    993   tcp      imaps           RFC 8314 section 7.1
    995   tcp      pop3s           RFC 8314 section 7.2
    1812  udp      radius          RFC 2865 section 3
    1813  udp      radius-acct     RFC 2866 section 3
    5353  udp      mdns            RFC 6762 section 3
    5355  udp      llmnr           RFC 4795 section 2
    6514  tcp      syslog-tls      RFC 5425 section 4.1
"""

# The same from Microsoft, "Service overview and network port requirements for Windows".
FROM_MICROSOFT = """
    42    tcp,udp  wins
    135   tcp      rpc,epmap
    137   udp      netbios-ns
    138   udp      netbios-dgm
    139   tcp      netbios-ssn
    389   tcp,udp  ldap
    445   tcp      smb,microsoft-ds
    464   tcp,udp  kpasswd
    500   udp      isakmp,ike
    593   tcp      http-rpc-epmap
    636   tcp      ldaps
    647   tcp      dhcp-failover
    1433  tcp      ms-sql-s,mssql
    1434  udp      ms-sql-m
    1701  udp      l2tp
    1723  tcp      pptp
    1801  tcp,udp  msmq
    1900  udp      ssdp
    2869  tcp      upnp
    3268  tcp      global-catalog
    3269  tcp      msft-gc-ssl
    4500  udp      ipsec-nat-t
    5985  tcp      winrm,winrm-http,wsman
    5986  tcp      winrm-https,wsmans
    6600  tcp      live-migration
    9389  tcp      adws
"""

LINES = [line.split() for line in (FROM_RFCS + FROM_MICROSOFT).splitlines() if line.strip()]

# RFC 6335 section 5.1: letters, digits and hyphens; at least one letter; no hyphen at an end or
# beside another; 15 characters at most.
SERVICE_NAME = re.compile(r"(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*\Z")


@each_row(("port", "protocols", "service_names"), [line[:3] for line in LINES])
def test_documented_ports(port: str, protocols: str, service_names: str) -> None:
    for name in service_names.split(","):
        entry = lookup(name)
        assert entry is not None
        assert entry.port == int(port)
        assert entry.protocols == tuple(Protocol(each) for each in protocols.split(","))
        assert all(find(entry.port, protocol) is entry for protocol in entry.protocols)


def test_a_name_leads_to_one_service() -> None:
    assert [name for name, count in Counter(names_of_table()).items() if count > 1] == []
    assert sorted(names()) == sorted(names_of_table())


def names_of_table() -> list[str]:
    return [name for entry in WELL_KNOWN_PORTS for name in entry.names]


def test_a_port_and_protocol_belongs_to_one_service() -> None:
    pairs = Counter((entry.port, each) for entry in WELL_KNOWN_PORTS for each in entry.protocols)
    assert [pair for pair, count in pairs.items() if count > 1] == []


def test_names_obey_the_grammar_of_service_names() -> None:
    assert [name for name in names() if not SERVICE_NAME.match(name) or len(name) > 15] == []


def test_the_table_is_in_the_order_of_ports() -> None:
    ports = [entry.port for entry in WELL_KNOWN_PORTS]
    assert ports == sorted(ports)
    assert all(1 <= port <= 65_535 for port in ports)


def test_both_languages_describe_every_service() -> None:
    for entry in WELL_KNOWN_PORTS:
        assert entry.protocols
        assert render(entry.description, "en").isascii()
        for text in (render(entry.description, language) for language in LANGUAGES):
            assert text == text.strip() != ""
            assert text.isprintable()


def test_lookup_takes_any_case_and_only_whole_names() -> None:
    assert lookup("HtTpS") == lookup("https")
    assert [lookup(text) for text in ("", "http ", "htt", "80", "https-")] == [None] * 5


def test_descriptions() -> None:
    def described(port: int, protocol: Protocol, language: Language = "en") -> str | None:
        entry = find(port, protocol)
        return None if entry is None else render(entry.description, language)

    assert described(3389, Protocol.TCP) == "Remote Desktop (RDP)"
    assert described(3389, Protocol.UDP, "ja") == "リモート デスクトップ (RDP)"
    assert described(443, Protocol.TCP) == "HTTPS (web over TLS)"
    assert described(443, Protocol.UDP) == "HTTP/3 (web over QUIC)"
    assert described(80, Protocol.UDP) is None
    assert described(8081, Protocol.TCP) is None


def test_every_description_in_the_catalogue_is_that_of_a_port() -> None:
    described = {key for key in TEXTS if key.startswith("port.")}
    assert {f"port.{entry.name}" for entry in WELL_KNOWN_PORTS} == described


def test_windows_has_the_rules_that_are_named_for_ports_and_they_open_them() -> None:
    recorded = [
        rule
        for name in (samples.WIN81, samples.WIN10_1903, samples.WIN10_EXPORT)
        for rule in samples.read(name).of(Store.LOCAL)
        if rule.direction is Direction.IN and rule.local_ports.numbers.ranges
    ]
    protocols = {Protocol.TCP: TCP, Protocol.UDP: UDP}
    found = {}
    for entry in WELL_KNOWN_PORTS:
        for protocol in entry.protocols:
            begins = rule_of_windows(entry.port, protocol)
            rules = [rule for rule in recorded if rule.rule_id.startswith(begins or "?")]
            if begins is not None and rules:
                found[begins] = {
                    rule.protocol == protocols[protocol] and entry.port in rule.local_ports.numbers
                    for rule in rules
                }
    # The rest are those of roles and features of servers.
    assert len(found) >= 20
    assert {begins: fits for begins, fits in found.items() if fits != {True}} == {}
    assert rule_of_windows(445, Protocol.UDP) is None
    assert rule_of_windows(4444, Protocol.TCP) is None
