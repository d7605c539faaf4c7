# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Well-known ports by name and by number, for administrators of Windows machines.

Names are those of IANA's Service Name and Transport Protocol Port Number Registry, followed by the
names that people say (``rdp``, ``smb``, ``winrm``). The protocols of an entry are those that its
service listens on, which is less than IANA reserved: most old services have both TCP and UDP
registered and use one. On Windows they follow Microsoft's "Service overview and network port
requirements for Windows".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..ground.model import Protocol
from ..ground.names import ascii_lower
from ..words.phrases import Phrase

# Where name, number and protocol come from.
Source = Literal[
    "IANA",  # Service Name and Transport Protocol Port Number Registry
    "Microsoft",  # "Service overview and network port requirements for Windows"
    "WSUS",  # Microsoft, "Configure WSUS": ports 8530 and 8531 by default
    "maker",  # the default in the documentation of the product named in the description
]


@dataclass(frozen=True)
class WellKnownPort:
    """One service at one port.

    ``names`` starts with the main name, which is also ``name``. ``protocols`` are those that the
    service listens on. ``first`` are those without which it is not there, if the others only help.
    """

    names: tuple[str, ...]
    port: int
    protocols: tuple[Protocol, ...]
    source: Source = "IANA"
    first: tuple[Protocol, ...] = ()

    @property
    def usual(self) -> tuple[Protocol, ...]:
        """Those that are meant where nobody says which."""
        return self.first or self.protocols

    @property
    def name(self) -> str:
        return self.names[0]

    @property
    def description(self) -> Phrase:
        """What it is, in a few words."""
        return Phrase(f"port.{self.name}")


_TCP = (Protocol.TCP,)
_UDP = (Protocol.UDP,)
_BOTH = (Protocol.TCP, Protocol.UDP)
_Port = WellKnownPort

WELL_KNOWN_PORTS: tuple[WellKnownPort, ...] = (
    # Classic services of the system ports
    _Port(("echo",), 7, _BOTH),
    _Port(("discard",), 9, _BOTH),
    _Port(("daytime",), 13, _BOTH),
    _Port(("qotd",), 17, _BOTH),
    _Port(("chargen",), 19, _BOTH),
    _Port(("ftp-data",), 20, _TCP),
    _Port(("ftp",), 21, _TCP),
    _Port(("ssh", "sftp"), 22, _TCP),
    _Port(("telnet",), 23, _TCP),
    _Port(("smtp",), 25, _TCP),
    _Port(("nameserver", "wins"), 42, _BOTH),
    _Port(("domain", "dns"), 53, _BOTH),
    _Port(("bootps", "dhcp", "dhcp-server"), 67, _UDP),
    _Port(("bootpc", "dhcp-client"), 68, _UDP),
    _Port(("tftp",), 69, _UDP),
    _Port(("http", "www", "www-http"), 80, _TCP),
    _Port(("kerberos",), 88, _BOTH),
    _Port(("pop3",), 110, _TCP),
    _Port(("sunrpc", "portmapper"), 111, _BOTH),
    _Port(("nntp",), 119, _TCP),
    _Port(("ntp",), 123, _UDP),
    _Port(("epmap", "rpc", "msrpc", "rpc-epmap"), 135, _TCP),
    _Port(("netbios-ns",), 137, _UDP),
    _Port(("netbios-dgm",), 138, _UDP),
    _Port(("netbios-ssn",), 139, _TCP),
    _Port(("imap", "imap4"), 143, _TCP),
    _Port(("snmp",), 161, _UDP),
    _Port(("snmptrap", "snmp-trap"), 162, _UDP),
    _Port(("ldap",), 389, _BOTH),
    _Port(("https",), 443, _TCP),
    _Port(("http3", "quic"), 443, _UDP),
    _Port(("microsoft-ds", "smb", "cifs"), 445, _TCP),
    _Port(("kpasswd",), 464, _BOTH),
    _Port(("submissions", "smtps"), 465, _TCP),
    _Port(("isakmp", "ike"), 500, _UDP),
    _Port(("syslog",), 514, _UDP),
    _Port(("printer", "lpd", "lpr"), 515, _TCP),
    _Port(("rtsp",), 554, _TCP),
    _Port(("submission",), 587, _TCP),
    _Port(("http-rpc-epmap",), 593, _TCP),
    _Port(("ipp", "ipps"), 631, _TCP),
    _Port(("ldaps",), 636, _TCP),
    _Port(("dhcp-failover",), 647, _TCP),
    _Port(("imaps",), 993, _TCP),
    _Port(("pop3s",), 995, _TCP),
    # Registered ports
    _Port(("ms-sql-s", "mssql", "sqlserver"), 1433, _TCP),
    _Port(("ms-sql-m", "sqlbrowser"), 1434, _UDP),
    # IANA registered 1521 to another product, nCube License Manager, before Oracle's listener.
    _Port(("oracle", "oracle-tns"), 1521, _TCP, "maker"),
    _Port(("l2tp",), 1701, _UDP),
    _Port(("pptp",), 1723, _TCP),
    _Port(("msmq",), 1801, _BOTH),
    _Port(("radius",), 1812, _UDP),
    _Port(("radius-acct",), 1813, _UDP),
    _Port(("mqtt",), 1883, _TCP),
    _Port(("ssdp",), 1900, _UDP),
    _Port(("nfs",), 2049, _BOTH),
    _Port(("vmrdp",), 2179, _TCP),
    _Port(("docker",), 2375, _TCP),
    _Port(("docker-s",), 2376, _TCP),
    _Port(("icslap", "upnp"), 2869, _TCP),
    _Port(("iscsi-target", "iscsi"), 3260, _TCP),
    _Port(("msft-gc", "global-catalog"), 3268, _TCP),
    _Port(("msft-gc-ssl",), 3269, _TCP),
    _Port(("mysql", "mariadb"), 3306, _TCP),
    _Port(("ms-cluster-net",), 3343, _BOTH),
    # Remote Desktop works without UDP, which only makes it faster ([MS-RDPEUDP] 1.3).
    _Port(("ms-wbt-server", "rdp"), 3389, _BOTH, first=_TCP),
    _Port(("teredo",), 3544, _UDP),
    _Port(("ws-discovery",), 3702, _UDP),
    _Port(("ipsec-nat-t",), 4500, _UDP),
    _Port(("sip",), 5060, _BOTH),
    _Port(("mdns",), 5353, _UDP),
    _Port(("llmnr",), 5355, _UDP),
    _Port(("wsdapi",), 5357, _TCP),
    _Port(("wsdapi-s",), 5358, _TCP),
    _Port(("postgresql", "postgres"), 5432, _TCP),
    _Port(("amqp",), 5672, _TCP),
    _Port(("rfb", "vnc"), 5900, _TCP),
    # In IANA's registry the name winrm is port 47001. People mean the port that clients connect to.
    _Port(("wsman", "winrm", "winrm-http"), 5985, _TCP),
    _Port(("wsmans", "winrm-https"), 5986, _TCP),
    _Port(("redis",), 6379, _TCP),
    _Port(("syslog-tls",), 6514, _TCP),
    _Port(("live-migration",), 6600, _TCP, "Microsoft"),
    _Port(("pando-pub", "delivery-opt"), 7680, _TCP),
    _Port(("irdmi", "http-8000"), 8000, _TCP),
    _Port(("http-8008",), 8008, _TCP),
    _Port(("http-alt", "http-8080"), 8080, _TCP),
    _Port(("pcsync-https", "https-alt"), 8443, _TCP),
    _Port(("wsus", "wsus-http"), 8530, _TCP, "WSUS"),
    _Port(("wsus-https",), 8531, _TCP, "WSUS"),
    _Port(("ddi-tcp-1", "http-8888"), 8888, _TCP),
    _Port(("pdl-datastream", "jetdirect", "raw-print"), 9100, _TCP),
    _Port(("adws",), 9389, _TCP),
    _Port(("zabbix-agent",), 10050, _TCP),
    _Port(("zabbix-trapper",), 10051, _TCP),
    _Port(("memcache", "memcached"), 11211, _TCP),
    _Port(("mongodb",), 27017, _TCP),
    _Port(("winrm-local",), 47001, _TCP),
)

# The rules that Windows has for its own services at these ports, each by the id of the first. Where
# it has one for each profile or scope, the ids of the others have something appended. Recorded
# (tests/samples/firewall_registry), and published for the roles and features of servers.
_RULES_OF_WINDOWS = {
    ("ftp", Protocol.TCP): "IIS-WebServerRole-FTP-In-TCP-21",
    ("ssh", Protocol.TCP): "OpenSSH-Server-In-TCP",
    ("domain", Protocol.TCP): "DNSSrv-DNS-TCP-In",
    ("domain", Protocol.UDP): "DNSSrv-DNS-UDP-In",
    ("http", Protocol.TCP): "IIS-WebServerRole-HTTP-In-TCP",
    ("kerberos", Protocol.TCP): "ADDS-Kerberos-TCP-In",
    ("kerberos", Protocol.UDP): "ADDS-Kerberos-UDP-In",
    # The only one of those at the endpoint mapper that is not for one feature: WMI, by DCOM.
    ("epmap", Protocol.TCP): "FPS-RPCSS-In-TCP",
    ("netbios-ns", Protocol.UDP): "FPS-NB_Name-In-UDP",
    ("netbios-dgm", Protocol.UDP): "FPS-NB_Datagram-In-UDP",
    ("netbios-ssn", Protocol.TCP): "FPS-NB_Session-In-TCP",
    ("snmp", Protocol.UDP): "SNMP-In-UDP",
    ("snmptrap", Protocol.UDP): "SNMPTRAP-In-UDP",
    ("ldap", Protocol.TCP): "ADDS-LDAP-TCP-In",
    ("ldap", Protocol.UDP): "ADDS-LDAP-UDP-In",
    ("https", Protocol.TCP): "IIS-WebServerRole-HTTPS-In-TCP",
    ("microsoft-ds", Protocol.TCP): "FPS-SMB-In-TCP",
    ("printer", Protocol.TCP): "LPDPrinterServer-TCP-In",
    ("l2tp", Protocol.UDP): "RRAS-L2TP-In-UDP",
    ("pptp", Protocol.TCP): "RRAS-PPTP-In-TCP",
    ("msmq", Protocol.TCP): "MSMQ-In-TCP",
    ("msmq", Protocol.UDP): "MSMQ-In-UDP",
    ("ssdp", Protocol.UDP): "NETDIS-SSDPSrv-In-UDP",
    ("icslap", Protocol.TCP): "NETDIS-UPnPHost-In-TCP",
    ("vmrdp", Protocol.TCP): "VIRT-REMOTEDESKTOP-In-TCP",
    ("ms-wbt-server", Protocol.TCP): "RemoteDesktop-UserMode-In-TCP",
    ("ms-wbt-server", Protocol.UDP): "RemoteDesktop-UserMode-In-UDP",
    ("ws-discovery", Protocol.UDP): "NETDIS-FDRESPUB-WSD-In-UDP",
    ("mdns", Protocol.UDP): "MDNS-In-UDP",
    ("llmnr", Protocol.UDP): "NETDIS-LLMNR-In-UDP",
    ("wsdapi", Protocol.TCP): "NETDIS-WSDEVNT-In-TCP",
    ("wsdapi-s", Protocol.TCP): "NETDIS-WSDEVNTS-In-TCP",
    ("wsman", Protocol.TCP): "WINRM-HTTP-In-TCP",
    ("live-migration", Protocol.TCP): "VIRT-MIGL-In-TCP",
    ("pando-pub", Protocol.TCP): "DeliveryOptimization-TCP-In",
    ("adws", Protocol.TCP): "ADWS-TCP-In",
}

_BY_NAME = {name: entry for entry in WELL_KNOWN_PORTS for name in entry.names}
_BY_PORT = {
    (entry.port, protocol): entry for entry in WELL_KNOWN_PORTS for protocol in entry.protocols
}


def lookup(name: str) -> WellKnownPort | None:
    """The service with this name in any case, or None."""
    return _BY_NAME.get(ascii_lower(name))


def names() -> tuple[str, ...]:
    """Every name that ``lookup`` knows, in the order of ports."""
    return tuple(_BY_NAME)


def find(port: int, protocol: Protocol) -> WellKnownPort | None:
    """The service that usually listens on this port with this protocol, or None."""
    return _BY_PORT.get((port, protocol))


def name(port: int, protocol: Protocol) -> str | None:
    """The well-known name of a port, or None."""
    entry = find(port, protocol)
    return None if entry is None else entry.name


def rule_of_windows(port: int, protocol: Protocol) -> str | None:
    """The id that the rules begin with which Windows has for its own service at this port, or
    None."""
    known = name(port, protocol)
    return None if known is None else _RULES_OF_WINDOWS.get((known, protocol))
