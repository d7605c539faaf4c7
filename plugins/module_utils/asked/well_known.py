# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Well-known ports by name and by number, as an administrator of Windows machines meets them.

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

Language = Literal["en", "ja"]

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

    ``names`` has the main name first. ``name`` is that one. ``protocols`` are those that the
    service listens on. ``english`` and ``japanese`` describe it in a few words.
    """

    names: tuple[str, ...]
    port: int
    protocols: tuple[Protocol, ...]
    english: str
    japanese: str
    source: Source = "IANA"

    @property
    def name(self) -> str:
        return self.names[0]


_TCP = (Protocol.TCP,)
_UDP = (Protocol.UDP,)
_BOTH = (Protocol.TCP, Protocol.UDP)
_Port = WellKnownPort

WELL_KNOWN_PORTS: tuple[WellKnownPort, ...] = (
    # Classic services of the system ports
    _Port(("echo",), 7, _BOTH, "Echo", "エコー"),
    _Port(("discard",), 9, _BOTH, "Discard, also Wake-on-LAN", "破棄、Wake-on-LAN"),
    _Port(("daytime",), 13, _BOTH, "Daytime", "日時"),
    _Port(("qotd",), 17, _BOTH, "Quote of the Day", "今日の一言"),
    _Port(("chargen",), 19, _BOTH, "Character Generator", "文字列生成"),
    _Port(("ftp-data",), 20, _TCP, "FTP data", "FTP データ"),
    _Port(("ftp",), 21, _TCP, "FTP control", "FTP 制御"),
    _Port(("ssh", "sftp"), 22, _TCP, "SSH and SFTP", "SSH、SFTP"),
    _Port(("telnet",), 23, _TCP, "Telnet", "Telnet"),
    _Port(("smtp",), 25, _TCP, "SMTP (mail transfer)", "SMTP (メール転送)"),
    _Port(("nameserver", "wins"), 42, _BOTH, "WINS replication", "WINS レプリケーション"),
    _Port(("domain", "dns"), 53, _BOTH, "DNS", "DNS (名前解決)"),
    _Port(("bootps", "dhcp", "dhcp-server"), 67, _UDP, "DHCP server", "DHCP サーバー"),
    _Port(("bootpc", "dhcp-client"), 68, _UDP, "DHCP client", "DHCP クライアント"),
    _Port(("tftp",), 69, _UDP, "TFTP", "TFTP (簡易ファイル転送)"),
    _Port(("http", "www", "www-http"), 80, _TCP, "HTTP (web)", "HTTP (Web)"),
    _Port(("kerberos",), 88, _BOTH, "Kerberos", "Kerberos 認証"),
    _Port(("pop3",), 110, _TCP, "POP3 (mail reading)", "POP3 (メール受信)"),
    _Port(("sunrpc", "portmapper"), 111, _BOTH, "ONC RPC port mapper", "ONC RPC ポートマッパー"),
    _Port(("nntp",), 119, _TCP, "NNTP (news)", "NNTP (ニュース)"),
    _Port(("ntp",), 123, _UDP, "NTP (time)", "NTP (時刻同期)"),
    _Port(
        ("epmap", "rpc", "msrpc", "rpc-epmap"),
        135,
        _TCP,
        "RPC endpoint mapper",
        "RPC エンドポイント マッパー",
    ),
    _Port(("netbios-ns",), 137, _UDP, "NetBIOS name service", "NetBIOS 名前サービス"),
    _Port(("netbios-dgm",), 138, _UDP, "NetBIOS datagram service", "NetBIOS データグラム サービス"),
    _Port(("netbios-ssn",), 139, _TCP, "NetBIOS session service", "NetBIOS セッション サービス"),
    _Port(("imap", "imap4"), 143, _TCP, "IMAP (mail reading)", "IMAP (メール受信)"),
    _Port(("snmp",), 161, _UDP, "SNMP", "SNMP (機器監視)"),
    _Port(("snmptrap", "snmp-trap"), 162, _UDP, "SNMP traps", "SNMP トラップ"),
    _Port(("ldap",), 389, _BOTH, "LDAP, domain controller locator", "LDAP、DC ロケーター"),
    _Port(("https",), 443, _TCP, "HTTPS (web over TLS)", "HTTPS (TLS の Web)"),
    _Port(("http3", "quic"), 443, _UDP, "HTTP/3 (web over QUIC)", "HTTP/3 (QUIC の Web)"),
    _Port(
        ("microsoft-ds", "smb", "cifs"),
        445,
        _TCP,
        "SMB (file and printer sharing)",
        "SMB (ファイルとプリンターの共有)",
    ),
    _Port(("kpasswd",), 464, _BOTH, "Kerberos password change", "Kerberos パスワード変更"),
    _Port(("submissions", "smtps"), 465, _TCP, "Mail submission over TLS", "メール送信 (TLS)"),
    _Port(("isakmp", "ike"), 500, _UDP, "IPsec IKE", "IPsec 鍵交換 (IKE)"),
    _Port(("syslog",), 514, _UDP, "Syslog", "Syslog (ログ転送)"),
    _Port(("printer", "lpd", "lpr"), 515, _TCP, "LPD printing", "LPD 印刷"),
    _Port(("rtsp",), 554, _TCP, "RTSP (streaming)", "RTSP (映像配信)"),
    _Port(("submission",), 587, _TCP, "Mail submission", "メール送信"),
    _Port(
        ("http-rpc-epmap",),
        593,
        _TCP,
        "RPC over HTTP endpoint mapper",
        "RPC over HTTP エンドポイント マッパー",
    ),
    _Port(("ipp", "ipps"), 631, _TCP, "IPP printing", "IPP 印刷"),
    _Port(("ldaps",), 636, _TCP, "LDAP over TLS", "LDAP (TLS)"),
    _Port(("dhcp-failover",), 647, _TCP, "DHCP failover", "DHCP フェールオーバー"),
    _Port(("imaps",), 993, _TCP, "IMAP over TLS", "IMAP (TLS)"),
    _Port(("pop3s",), 995, _TCP, "POP3 over TLS", "POP3 (TLS)"),
    # Registered ports
    _Port(("ms-sql-s", "mssql", "sqlserver"), 1433, _TCP, "SQL Server", "SQL Server"),
    _Port(
        ("ms-sql-m", "sqlbrowser"), 1434, _UDP, "SQL Server Browser", "SQL Server Browser サービス"
    ),
    # IANA registered 1521 to another product, nCube License Manager, before Oracle's listener.
    _Port(("oracle", "oracle-tns"), 1521, _TCP, "Oracle listener", "Oracle リスナー", "maker"),
    _Port(("l2tp",), 1701, _UDP, "L2TP (VPN)", "L2TP (VPN)"),
    _Port(("pptp",), 1723, _TCP, "PPTP (VPN)", "PPTP (VPN)"),
    _Port(("msmq",), 1801, _BOTH, "Message Queuing", "メッセージ キュー (MSMQ)"),
    _Port(("radius",), 1812, _UDP, "RADIUS authentication", "RADIUS 認証"),
    _Port(("radius-acct",), 1813, _UDP, "RADIUS accounting", "RADIUS アカウンティング"),
    _Port(("mqtt",), 1883, _TCP, "MQTT", "MQTT"),
    _Port(("ssdp",), 1900, _UDP, "SSDP (UPnP discovery)", "SSDP (UPnP 検出)"),
    _Port(("nfs",), 2049, _BOTH, "NFS", "NFS (ファイル共有)"),
    _Port(
        ("vmrdp",), 2179, _TCP, "Hyper-V virtual machine console", "Hyper-V 仮想マシン コンソール"
    ),
    _Port(("docker",), 2375, _TCP, "Docker API without TLS", "Docker API (TLS なし)"),
    _Port(("docker-s",), 2376, _TCP, "Docker API over TLS", "Docker API (TLS)"),
    _Port(("icslap", "upnp"), 2869, _TCP, "UPnP device host", "UPnP デバイス ホスト"),
    _Port(("iscsi-target", "iscsi"), 3260, _TCP, "iSCSI target", "iSCSI ターゲット"),
    _Port(("msft-gc", "global-catalog"), 3268, _TCP, "Global Catalog", "グローバル カタログ"),
    _Port(("msft-gc-ssl",), 3269, _TCP, "Global Catalog over TLS", "グローバル カタログ (TLS)"),
    _Port(("mysql", "mariadb"), 3306, _TCP, "MySQL and MariaDB", "MySQL、MariaDB"),
    _Port(("ms-cluster-net",), 3343, _BOTH, "Failover cluster", "フェールオーバー クラスター"),
    _Port(
        ("ms-wbt-server", "rdp"), 3389, _BOTH, "Remote Desktop (RDP)", "リモート デスクトップ (RDP)"
    ),
    _Port(("teredo",), 3544, _UDP, "Teredo (IPv6 tunnel)", "Teredo (IPv6 トンネル)"),
    _Port(("ws-discovery",), 3702, _UDP, "WS-Discovery", "WS-Discovery (機器検出)"),
    _Port(("ipsec-nat-t",), 4500, _UDP, "IPsec NAT traversal", "IPsec NAT トラバーサル"),
    _Port(("sip",), 5060, _BOTH, "SIP (telephony)", "SIP (IP 電話)"),
    _Port(("mdns",), 5353, _UDP, "Multicast DNS", "マルチキャスト DNS"),
    _Port(("llmnr",), 5355, _UDP, "LLMNR (local name resolution)", "LLMNR (ローカル名前解決)"),
    _Port(("wsdapi",), 5357, _TCP, "Web Services on Devices", "Web Services on Devices (WSD)"),
    _Port(
        ("wsdapi-s",),
        5358,
        _TCP,
        "Web Services on Devices over TLS",
        "Web Services on Devices (WSD、TLS)",
    ),
    _Port(("postgresql", "postgres"), 5432, _TCP, "PostgreSQL", "PostgreSQL"),
    _Port(("amqp",), 5672, _TCP, "AMQP (message queue)", "AMQP (メッセージ キュー)"),
    _Port(("rfb", "vnc"), 5900, _TCP, "VNC (screen sharing)", "VNC (画面共有)"),
    # In IANA's registry the name winrm is port 47001. People mean the port that clients connect to.
    _Port(("wsman", "winrm", "winrm-http"), 5985, _TCP, "WinRM over HTTP", "WinRM (HTTP)"),
    _Port(("wsmans", "winrm-https"), 5986, _TCP, "WinRM over HTTPS", "WinRM (HTTPS)"),
    _Port(("redis",), 6379, _TCP, "Redis", "Redis"),
    _Port(("syslog-tls",), 6514, _TCP, "Syslog over TLS", "Syslog (TLS)"),
    _Port(
        ("live-migration",),
        6600,
        _TCP,
        "Hyper-V live migration",
        "Hyper-V ライブ マイグレーション",
        "Microsoft",
    ),
    _Port(
        ("pando-pub", "delivery-opt"),
        7680,
        _TCP,
        "Delivery Optimization (shared Windows updates)",
        "配信の最適化 (Windows Update の共有)",
    ),
    _Port(("irdmi", "http-8000"), 8000, _TCP, "HTTP, alternate port", "HTTP (代替ポート)"),
    _Port(("http-8008",), 8008, _TCP, "HTTP, alternate port", "HTTP (代替ポート)"),
    _Port(
        ("http-alt", "http-8080"),
        8080,
        _TCP,
        "HTTP, alternate port or proxy",
        "HTTP (代替ポート、プロキシ)",
    ),
    _Port(
        ("pcsync-https", "https-alt"),
        8443,
        _TCP,
        "HTTPS, alternate port",
        "HTTPS (代替ポート)",
    ),
    _Port(("wsus", "wsus-http"), 8530, _TCP, "WSUS over HTTP", "WSUS (HTTP)", "WSUS"),
    _Port(("wsus-https",), 8531, _TCP, "WSUS over HTTPS", "WSUS (HTTPS)", "WSUS"),
    _Port(("ddi-tcp-1", "http-8888"), 8888, _TCP, "HTTP, alternate port", "HTTP (代替ポート)"),
    _Port(
        ("pdl-datastream", "jetdirect", "raw-print"),
        9100,
        _TCP,
        "Raw printing (JetDirect)",
        "RAW 印刷 (JetDirect)",
    ),
    _Port(
        ("adws",),
        9389,
        _TCP,
        "Active Directory Web Services",
        "Active Directory Web サービス",
    ),
    _Port(("zabbix-agent",), 10050, _TCP, "Zabbix agent", "Zabbix エージェント"),
    _Port(("zabbix-trapper",), 10051, _TCP, "Zabbix trapper", "Zabbix トラッパー"),
    _Port(("memcache", "memcached"), 11211, _TCP, "Memcached", "Memcached"),
    _Port(("mongodb",), 27017, _TCP, "MongoDB", "MongoDB"),
    _Port(
        ("winrm-local",),
        47001,
        _TCP,
        "WinRM, for programs on the machine itself",
        "WinRM (ローカル用)",
    ),
)

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


def describe(port: int, protocol: Protocol, language: Language = "en") -> str | None:
    """What usually listens there, in a few English or Japanese words, or None."""
    entry = find(port, protocol)
    return None if entry is None else description(entry, language)


def description(entry: WellKnownPort, language: Language = "en") -> str:
    """What a service is, in a few English or Japanese words."""
    return entry.japanese if language == "ja" else entry.english
