# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ports as people write them, and what usually listens on them."""

from __future__ import annotations

from collections.abc import Mapping

from ...ground.languages import Text

# By the main name of the port.
_WELL_KNOWN = {
    "port.echo": Text("Echo", "エコー"),
    "port.discard": Text("Discard, also Wake-on-LAN", "破棄、Wake-on-LAN"),
    "port.daytime": Text("Daytime", "日時"),
    "port.qotd": Text("Quote of the Day", "今日の一言"),
    "port.chargen": Text("Character Generator", "文字列生成"),
    "port.ftp-data": Text("FTP data", "FTP データ"),
    "port.ftp": Text("FTP control", "FTP 制御"),
    "port.ssh": Text("SSH and SFTP", "SSH、SFTP"),
    "port.telnet": Text("Telnet", "Telnet"),
    "port.smtp": Text("SMTP (mail transfer)", "SMTP (メール転送)"),
    "port.nameserver": Text("WINS replication", "WINS レプリケーション"),
    "port.domain": Text("DNS", "DNS (名前解決)"),
    "port.bootps": Text("DHCP server", "DHCP サーバー"),
    "port.bootpc": Text("DHCP client", "DHCP クライアント"),
    "port.tftp": Text("TFTP", "TFTP (簡易ファイル転送)"),
    "port.http": Text("HTTP (web)", "HTTP (Web)"),
    "port.kerberos": Text("Kerberos", "Kerberos 認証"),
    "port.pop3": Text("POP3 (mail reading)", "POP3 (メール受信)"),
    "port.sunrpc": Text("ONC RPC port mapper", "ONC RPC ポートマッパー"),
    "port.nntp": Text("NNTP (news)", "NNTP (ニュース)"),
    "port.ntp": Text("NTP (time)", "NTP (時刻同期)"),
    "port.epmap": Text("RPC endpoint mapper", "RPC エンドポイント マッパー"),
    "port.netbios-ns": Text("NetBIOS name service", "NetBIOS 名前サービス"),
    "port.netbios-dgm": Text("NetBIOS datagram service", "NetBIOS データグラム サービス"),
    "port.netbios-ssn": Text("NetBIOS session service", "NetBIOS セッション サービス"),
    "port.imap": Text("IMAP (mail reading)", "IMAP (メール受信)"),
    "port.snmp": Text("SNMP", "SNMP (機器監視)"),
    "port.snmptrap": Text("SNMP traps", "SNMP トラップ"),
    "port.ldap": Text("LDAP, domain controller locator", "LDAP、DC ロケーター"),
    "port.https": Text("HTTPS (web over TLS)", "HTTPS (TLS の Web)"),
    "port.http3": Text("HTTP/3 (web over QUIC)", "HTTP/3 (QUIC の Web)"),
    "port.microsoft-ds": Text("SMB (file and printer sharing)", "SMB (ファイルとプリンターの共有)"),
    "port.kpasswd": Text("Kerberos password change", "Kerberos パスワード変更"),
    "port.submissions": Text("Mail submission over TLS", "メール送信 (TLS)"),
    "port.isakmp": Text("IPsec IKE", "IPsec 鍵交換 (IKE)"),
    "port.syslog": Text("Syslog", "Syslog (ログ転送)"),
    "port.printer": Text("LPD printing", "LPD 印刷"),
    "port.rtsp": Text("RTSP (streaming)", "RTSP (映像配信)"),
    "port.submission": Text("Mail submission", "メール送信"),
    "port.http-rpc-epmap": Text(
        "RPC over HTTP endpoint mapper", "RPC over HTTP エンドポイント マッパー"
    ),
    "port.ipp": Text("IPP printing", "IPP 印刷"),
    "port.ldaps": Text("LDAP over TLS", "LDAP (TLS)"),
    "port.dhcp-failover": Text("DHCP failover", "DHCP フェールオーバー"),
    "port.imaps": Text("IMAP over TLS", "IMAP (TLS)"),
    "port.pop3s": Text("POP3 over TLS", "POP3 (TLS)"),
    "port.ms-sql-s": Text("SQL Server", "SQL Server"),
    "port.ms-sql-m": Text("SQL Server Browser", "SQL Server Browser サービス"),
    "port.oracle": Text("Oracle listener", "Oracle リスナー"),
    "port.l2tp": Text("L2TP (VPN)", "L2TP (VPN)"),
    "port.pptp": Text("PPTP (VPN)", "PPTP (VPN)"),
    "port.msmq": Text("Message Queuing", "メッセージ キュー (MSMQ)"),
    "port.radius": Text("RADIUS authentication", "RADIUS 認証"),
    "port.radius-acct": Text("RADIUS accounting", "RADIUS アカウンティング"),
    "port.mqtt": Text("MQTT", "MQTT"),
    "port.ssdp": Text("SSDP (UPnP discovery)", "SSDP (UPnP 検出)"),
    "port.nfs": Text("NFS", "NFS (ファイル共有)"),
    "port.vmrdp": Text("Hyper-V virtual machine console", "Hyper-V 仮想マシン コンソール"),
    "port.docker": Text("Docker API without TLS", "Docker API (TLS なし)"),
    "port.docker-s": Text("Docker API over TLS", "Docker API (TLS)"),
    "port.icslap": Text("UPnP device host", "UPnP デバイス ホスト"),
    "port.iscsi-target": Text("iSCSI target", "iSCSI ターゲット"),
    "port.msft-gc": Text("Global Catalog", "グローバル カタログ"),
    "port.msft-gc-ssl": Text("Global Catalog over TLS", "グローバル カタログ (TLS)"),
    "port.mysql": Text("MySQL and MariaDB", "MySQL、MariaDB"),
    "port.ms-cluster-net": Text("Failover cluster", "フェールオーバー クラスター"),
    "port.ms-wbt-server": Text("Remote Desktop (RDP)", "リモート デスクトップ (RDP)"),
    "port.teredo": Text("Teredo (IPv6 tunnel)", "Teredo (IPv6 トンネル)"),
    "port.ws-discovery": Text("WS-Discovery", "WS-Discovery (機器検出)"),
    "port.ipsec-nat-t": Text("IPsec NAT traversal", "IPsec NAT トラバーサル"),
    "port.sip": Text("SIP (telephony)", "SIP (IP 電話)"),
    "port.mdns": Text("Multicast DNS", "マルチキャスト DNS"),
    "port.llmnr": Text("LLMNR (local name resolution)", "LLMNR (ローカル名前解決)"),
    "port.wsdapi": Text("Web Services on Devices", "Web Services on Devices (WSD)"),
    "port.wsdapi-s": Text("Web Services on Devices over TLS", "Web Services on Devices (WSD、TLS)"),
    "port.postgresql": Text("PostgreSQL", "PostgreSQL"),
    "port.amqp": Text("AMQP (message queue)", "AMQP (メッセージ キュー)"),
    "port.rfb": Text("VNC (screen sharing)", "VNC (画面共有)"),
    "port.wsman": Text("WinRM over HTTP", "WinRM (HTTP)"),
    "port.wsmans": Text("WinRM over HTTPS", "WinRM (HTTPS)"),
    "port.redis": Text("Redis", "Redis"),
    "port.syslog-tls": Text("Syslog over TLS", "Syslog (TLS)"),
    "port.live-migration": Text("Hyper-V live migration", "Hyper-V ライブ マイグレーション"),
    "port.pando-pub": Text(
        "Delivery Optimization (shared Windows updates)", "配信の最適化 (Windows Update の共有)"
    ),
    "port.irdmi": Text("HTTP, alternate port", "HTTP (代替ポート)"),
    "port.http-8008": Text("HTTP, alternate port", "HTTP (代替ポート)"),
    "port.http-alt": Text("HTTP, alternate port or proxy", "HTTP (代替ポート、プロキシ)"),
    "port.pcsync-https": Text("HTTPS, alternate port", "HTTPS (代替ポート)"),
    "port.wsus": Text("WSUS over HTTP", "WSUS (HTTP)"),
    "port.wsus-https": Text("WSUS over HTTPS", "WSUS (HTTPS)"),
    "port.ddi-tcp-1": Text("HTTP, alternate port", "HTTP (代替ポート)"),
    "port.pdl-datastream": Text("Raw printing (JetDirect)", "RAW 印刷 (JetDirect)"),
    "port.adws": Text("Active Directory Web Services", "Active Directory Web サービス"),
    "port.zabbix-agent": Text("Zabbix agent", "Zabbix エージェント"),
    "port.zabbix-trapper": Text("Zabbix trapper", "Zabbix トラッパー"),
    "port.memcache": Text("Memcached", "Memcached"),
    "port.mongodb": Text("MongoDB", "MongoDB"),
    "port.winrm-local": Text("WinRM, for programs on the machine itself", "WinRM (ローカル用)"),
}

_PORTS = {
    "noun.port": Text("port", "ポート"),
    "noun.protocol": Text("protocol", "プロトコル"),
    "list.and": Text(" and ", " と "),
    "list.or": Text(" or ", " または "),
    "ports.allowed": Text(
        "Allowed are 1 to 65535, ranges such as 8000-8100, and well-known names such as https.",
        "指定できるのは、1 ～ 65535、8000-8100 のような範囲、https "
        "などのウェルノウン ポートの名前です。",
    ),
    "ports.quoted": Text('"{text}"', "「{text}」"),
    "ports.long_number": Text("a number of more than 19 digits", "19 桁を超える数値"),
    "ports.no_port": Text(
        "{given} is not a port. {allowed}", "{given} はポートではありません。{allowed}"
    ),
    "ports.zero": Text(
        "0 is not a port that a program can be reached at. {allowed}",
        "0 は、プログラムに接続できるポートではありません。{allowed}",
    ),
    "ports.no_protocol": Text(
        "{given} is not a protocol with ports. Allowed are tcp (6) and udp (17).",
        "{given} は、ポートのあるプロトコルではありません。"
        "指定できるのは tcp (6) と udp (17) です。",
    ),
    "ports.other_protocol": Text(
        "{service} (port {port}) is a service over {its}, not over {asked}. Write {port} if that "
        "port is what you mean.",
        "{service} (ポート {port}) は {its} のサービスで、{asked} では使われません。"
        "それでもこのポートを指定する場合は、{port} と書いてください。",
    ),
    "ports.sign": Text(
        "{given} is not a port: write the number without a sign.",
        "{given} はポートではありません。符号なしの数値で書いてください。",
    ),
    "ports.reversed": Text(
        "The range {given} is the wrong way round: write {right}.",
        "範囲 {given} は順序が逆です。{right} と書いてください。",
    ),
    "ports.leading_zero": Text(
        "{given} has a leading zero, which YAML may read as an octal number: write {right}.",
        "{given} は先頭に 0 が付いています。YAML は 8 進数として読み取ることがあるため、"
        "{right} と書いてください。",
    ),
    "ports.with_protocol": Text(
        "{given}: write the port without a protocol here.",
        "{given}: ここではポートにプロトコルを付けないでください。",
    ),
    "ports.conflicting_protocol": Text(
        "{given} is {its}, but the option for protocols asks for {asked}. Make the two agree.",
        "{given} は {its} ですが、プロトコルのオプションでは {asked} が指定されています。どちらかに"
        "合わせてください。",
    ),
    "ports.blanks": Text(
        "{given}: separate ports with commas or write a list.",
        "{given}: ポートはコンマで区切るか、リストで書いてください。",
    ),
    "ports.no_whole_number": Text(
        "{given} is not a whole number. {allowed}", "{given} は整数ではありません。{allowed}"
    ),
    "ports.every": Text(
        "{given}: every port is written 1-65535.",
        "{given}: すべてのポートは 1-65535 と書いてください。",
    ),
    "ports.unknown": Text(
        "{given} is not a port or a well-known name. {allowed}",
        "{given} は、ポートでも、ウェルノウン ポートの名前でもありません。{allowed}",
    ),
    "ports.unknown_near": Text(
        "{given} is not a port or a well-known name. Did you mean {near}? {allowed}",
        "{given} は、ポートでも、ウェルノウン ポートの名前でもありません。"
        "{near} の間違いではありませんか。{allowed}",
    ),
    "ports.none_given": Text("No {what} was given.", "{what}が指定されていません。"),
    "ports.empty_list": Text(
        "No {what} was given: the list is empty.",
        "{what}が指定されていません。リストが空です。",
    ),
    "ports.empty_text": Text(
        "No {what} was given: the text is empty.",
        "{what}が指定されていません。文字列が空です。",
    ),
    "ports.too_deep": Text(
        "The list of {what}s is nested more than {most} levels deep; write one list without others "
        "in it.",
        "{what}のリストの入れ子が {most} 段を超えています。入れ子のない 1 つのリストで"
        "書いてください。",
    ),
    "ports.too_many": Text(
        "The list of {what}s has more than {most} entries. {instead}",
        "{what}のリストの要素が {most} 個を超えています。{instead}",
    ),
    "ports.too_long": Text(
        "The text for {what}s is longer than {most} characters. {instead}",
        "{what}の文字列が {most} 文字を超えています。{instead}",
    ),
    "ports.write_ranges": Text(
        "Write ranges, such as 8000-8999: there are 65535 ports in all.",
        "8000-8999 のように範囲で書いてください。ポートは全部で 65535 個です。",
    ),
    "ports.write_once": Text(
        "Write each one once: there are {count} in all.",
        "同じものは 1 回だけ書いてください。全部で {count} 種類です。",
    ),
    "ports.two_commas": Text(
        "{given} has nothing between two commas or at an end.",
        "{given} は、コンマの間、先頭、または末尾に値がありません。",
    ),
    "ports.boolean": Text(
        "{given} is not a {what}: YAML reads yes, no, on, off, true and false as booleans.",
        "{given} は{what}ではありません。YAML は yes、no、on、off、true、false を真偽値として"
        "読み取ります。",
    ),
    "ports.float": Text(
        "{given} is not a {what}: it has to be a whole number or a text in quotes.",
        "{given} は{what}ではありません。整数、または引用符で囲んだ文字列で書いてください。",
    ),
    "ports.dictionary": Text(
        "A dictionary is not a {what}: write a number, a text or a list.",
        "辞書は{what}として指定できません。数値、文字列、リストのいずれかで書いてください。",
    ),
    "ports.other_type": Text(
        "A value of type {type} is not a {what}: write a number, a text or a list.",
        "型 {type} の値は{what}として指定できません。"
        "数値、文字列、リストのいずれかで書いてください。",
    ),
    "ports.too_many_to_check": Text(
        "One check takes at most {most} ports. port_facts tells what listens on any number of "
        "them.",
        "1 回に確認できるポートは {most} 個までです。"
        "待ち受けているプログラムは、port_facts で数に制限なく調べられます。",
    ),
    "ports.unknown_key": Text(
        "A dictionary has the key '{key}'. It may have the keys {keys}.",
        "辞書に、使えないキー「{key}」があります。使えるキーは {keys} です。",
    ),
    "ports.unknown_key_near": Text(
        "A dictionary has the key '{key}'. Did you mean {meant}? It may have the keys {keys}.",
        "辞書に、使えないキー「{key}」があります。{meant} ではありませんか。使えるキーは {keys} で"
        "す。",
    ),
    "ports.key_missing": Text(
        "A dictionary lacks the key '{key}'. It may have the keys {keys}.",
        "辞書にキー「{key}」がありません。使えるキーは {keys} です。",
    ),
    "ports.no_program": Text(
        "expected_process wants the name or path of a program, or a list of them.",
        "expected_process には、プログラムの名前かパス、またはそのリストを指定してください。",
    ),
}

_SERVICES = {
    "services.no_list": Text(
        "'{given}' is not a list. Write a list of names and dictionaries, such as [https, {{name: "
        "web, port: 8080}}].",
        "「{given}」はリストではありません。名前と辞書のリストで指定してください。例: [https, "
        "{{name: web, port: 8080}}]。",
    ),
    "services.same_name": Text(
        "Two services have the name '{name}'. Each needs a name of its own.",
        "サービスの名前「{name}」が重複しています。別々の名前を付けてください。",
    ),
    "services.two_words": Text(
        "{key} and {alias} are two words for the same; write one of them.",
        "{key} と {alias} は同じ意味です。どちらか一方だけを書いてください。",
    ),
    "services.no_service": Text(
        "'{given}' is not a service: write a well-known name such as https, or a dictionary with "
        "name and port.",
        "「{given}」はサービスではありません。https などのウェルノウン ポートの名前か、"
        "name と port のある辞書で指定してください。",
    ),
    "services.unknown_key": Text(
        "The service '{name}' has the key '{key}'. It may have {keys}.",
        "サービス「{name}」に、使えないキー「{key}」があります。使えるキーは {keys} です。",
    ),
    "services.unknown_key_near": Text(
        "The service '{name}' has the key '{key}'. Did you mean {meant}? It may have {keys}.",
        "サービス「{name}」に、使えないキー「{key}」があります。{meant} ではありませんか。"
        "使えるキーは {keys} です。",
    ),
    "services.problem": Text("The service '{name}': {problem}", "サービス「{name}」: {problem}"),
    "services.no_port": Text(
        "The service '{name}' lacks the key port, and its name says none: {problem}",
        "サービス「{name}」にキー port がなく、名前からもポートが分かりません: {problem}",
    ),
    "services.different_ports": Text(
        "The service '{name}' has other ports for TCP than for UDP: make it two.",
        "サービス「{name}」は、TCP と UDP でポートが異なります。2 つのサービスに分けてください。",
    ),
}

_PLUGINS = {
    "lookup.no_port": Text(
        "well_known_port: '{term}' is neither a name nor a port of the table. Give a default for "
        "what is not there.",
        "well_known_port: 「{term}」は、表にある名前でもポートでもありません。"
        "表にない場合の値は default で指定してください。",
    ),
    "filter.problem": Text("{filter}: {problem}", "{filter}: {problem}"),
}

TEXTS: Mapping[str, Text] = {**_WELL_KNOWN, **_PORTS, **_SERVICES, **_PLUGINS}
