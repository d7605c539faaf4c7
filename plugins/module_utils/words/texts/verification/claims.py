# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The claims about Windows that verify_host can confirm, and their grades."""

from __future__ import annotations

from collections.abc import Mapping

from ....ground.languages import Text

_CLAIMS = {
    "claim.tcp_rows": Text(
        "rows of TCP endpoints: address, port, state, process",
        "TCP エンドポイントの行 (アドレス、ポート、状態、プロセス)",
    ),
    "claim.state_bound": Text("state 100 is bound", "状態 100 はバインド済み"),
    "claim.udp_owner": Text(
        "UDP endpoints have their process", "UDP エンドポイントにプロセスが示される"
    ),
    "claim.dual_stack_row": Text(
        "a socket for IPv6 and IPv4 is one row", "IPv6 と IPv4 兼用のソケットは 1 行"
    ),
    "claim.bound_row": Text(
        "outgoing connections have a second, bound row",
        "送信接続にはバインド済みの行がもう 1 つある",
    ),
    "claim.old_windows": Text(
        "old Windows lacks the classes of endpoints",
        "古い Windows にはエンドポイントのクラスがない",
    ),
    "claim.http_sys_pid": Text(
        "http.sys has its ports under PID 4", "http.sys のポートは PID 4 のもの"
    ),
    "claim.netstat_table": Text("the table of netstat", "netstat の表の形式"),
    "claim.netsh_ranges": Text("the port ranges of netsh", "netsh のポート範囲の形式"),
    "claim.reg_layout": Text("the layout of reg.exe", "reg.exe の出力の形式"),
    "claim.package_family": Text(
        "rules name the family of a package", "規則のパッケージ ファミリ名"
    ),
    "claim.create_rule": Text(
        "Create makes a rule and its filters", "Create で規則とフィルターが作成される"
    ),
    "claim.rule_keys": Text("the keys of a rule", "規則のキー"),
    "claim.filters_query": Text(
        "one query returns all filters of a rule",
        "1 回の問い合わせで規則の全フィルターが返る",
    ),
    "claim.put_ports_and_addresses": Text(
        "Put of single properties: ports, addresses",
        "個々のプロパティの Put: ポート、アドレス",
    ),
    "claim.put_other_filters": Text(
        "Put of single properties: program, service, kind of adapter",
        "個々のプロパティの Put: プログラム、サービス、アダプターの種類",
    ),
    "claim.put_rule": Text("Put of single properties: rule", "個々のプロパティの Put: 規則"),
    "claim.create_disabled": Text("a rule can be created disabled", "規則を無効な状態で作成できる"),
    "claim.filter_keys": Text("the keys of a filter", "フィルターのキー"),
    "claim.create_with_options": Text(
        "Create sets ports by options", "Create のオプションでポートが設定される"
    ),
    "claim.no_return_value": Text(
        "Enable and Disable return nothing", "Enable と Disable は値を返さない"
    ),
    "claim.program_property": Text(
        "AppPath is the program of a rule", "AppPath は規則のプログラム"
    ),
    "claim.rule_numbers": Text(
        "numbers for direction, action and profiles", "方向、操作、プロファイルの数値"
    ),
    "claim.shown_names": Text(
        "DisplayName is the name that Windows shows", "DisplayName は Windows に表示される名前"
    ),
    "claim.names_of_references": Text(
        "the names behind references to texts", "文字列への参照が示す名前"
    ),
    "claim.interface_types": Text("numbers for kinds of adapters", "アダプターの種類の数値"),
    "claim.security_filter": Text(
        "numbers and Put of IPsec authentication and encryption",
        "IPsec の認証と暗号化の数値と Put",
    ),
    "claim.account_lists": Text(
        "users and computers of a rule are in SDDL",
        "規則のユーザーとコンピューターは SDDL",
    ),
    "claim.package_sid": Text(
        "an app package is the SID of a rule's Package",
        "アプリ パッケージは規則の Package の SID",
    ),
    "claim.platforms": Text(
        "versions of Windows of a rule",
        "規則の Windows のバージョン",
    ),
    "claim.addresses_and_adapters": Text(
        "local addresses go with adapters",
        "ローカル アドレスとアダプターを同時に指定できる",
    ),
    "claim.adapter_guids": Text(
        "rules have the GUIDs of adapters, CIM has their names",
        "アダプターは規則では GUID、CIM では名前",
    ),
    "claim.icmp_types": Text("ICMP types have a colon", "ICMP の種類の区切りはコロン"),
    "claim.change_is_stored": Text(
        "a change is in the registry at once", "変更は直ちにレジストリに反映される"
    ),
    "claim.connection_profiles": Text(
        "numbers for the profile of a network", "ネットワークのプロファイルの数値"
    ),
    "claim.port_settings": Text(
        "the classes of the dynamic port range", "動的ポートの範囲のクラス"
    ),
    "claim.tasklist_table": Text("the table of tasklist", "tasklist の表の形式"),
    "claim.own_addresses": Text(
        "the host's own addresses, with their prefixes",
        "ホスト自身の IP アドレスとプレフィックス長",
    ),
    "claim.interface_index": Text(
        "one index for an interface in all classes",
        "すべてのクラスで共通のインターフェイスの番号",
    ),
    "claim.own_routes": Text("routes and routers", "経路とルーター"),
    "claim.network_list": Text(
        "known networks in the registry", "レジストリ内の既知のネットワーク"
    ),
    "claim.profile_settings": Text(
        "CIM shows the profiles of the local store", "CIM はローカル ストアの設定を示す"
    ),
    "claim.enumerated_filters": Text(
        "filters of all rules are enumerated", "全規則のフィルターを列挙できる"
    ),
    "claim.own_reservation": Text(
        "programs listen in ranges of their own", "プログラムは自ら予約した範囲で待ち受けられる"
    ),
}

_TABLE = {
    "claim_table.claim": Text("CLAIM", "前提"),
    "claim_table.grade": Text("GRADE", "根拠"),
    "claim_table.here": Text("ON THIS HOST", "このホスト"),
    "claim_table.summary": Text(
        "Claims of docs/fidelity.md: this host shows {raised} (if it is a real Windows, they are "
        "'recorded on Windows' from now on), says nothing of {stays}, and contradicts "
        "{contradicted}.",
        "docs/fidelity.md の前提: このホストで {raised} 件を確認できました (実物の Windows であれば"
        "、"
        "以後「Windows で記録済み」になります)。{stays} 件は確認できず、{contradicted} 件は食い違っ"
        "て"
        "います。",
    ),
    "claim_grade.recorded": Text("recorded on Windows", "Windows で記録済み"),
    "claim_grade.seen_elsewhere": Text("seen at work elsewhere", "ほかでの動作例あり"),
    "claim_grade.documented": Text("documented", "文書に記載"),
    "claim_grade.inferred": Text("inferred", "推定"),
    "claim_grade.contested": Text("contested", "資料が食い違う"),
    "claim_standing.raised": Text("shown", "確認済み"),
    "claim_standing.stays": Text("not shown", "確認できず"),
    "claim_standing.contradicted": Text("contradicted", "食い違い"),
}

TEXTS: Mapping[str, Text] = {**_CLAIMS, **_TABLE}
