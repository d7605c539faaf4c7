# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of a firewall rule, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping

from ...ground.languages import Text

_ANY_LIST = {
    "option.wrong": Text("{option}: {problem}", "{option}: {problem}"),
    # The problem is the text of another error.
    "option.as_told": Text("{problem}", "{problem}"),
    "option.empty_list": Text(
        "the list is empty; write any for no restriction.",
        "リストが空です。制限しない場合は any を指定してください。",
    ),
    "option.too_deep": Text(
        "the list is nested too deeply; write one list without others in it.",
        "リストの入れ子が深すぎます。入れ子のない 1 つのリストで書いてください。",
    ),
    "option.no_list": Text(
        "{value} is neither a text, a number nor a list.",
        "{value} は文字列、数値、リストのいずれでもありません。",
    ),
    "option.empty_entry": Text(
        "{value} has an empty entry; write any for all.",
        "{value} に空の項目があります。すべてを表すには any を指定してください。",
    ),
    "option.no_word": Text(
        "{value} is not one of {allowed}.",
        "{value} は指定できません。指定できる値: {allowed}。",
    ),
    "option.any_beside": Text(
        "{word} can only be written alone, not beside other values.",
        "{word} は単独で指定してください。ほかの値と一緒には指定できません。",
    ),
}

_TEXTS = {
    "option.no_text": Text(
        "a text is needed, not {value}.",
        "文字列を指定してください ({value} は文字列ではありません)。",
    ),
    "option.too_long": Text(
        "{count} characters are too many; {limit} are allowed.",
        "{count} 文字は長すぎます。指定できるのは {limit} 文字までです。",
    ),
    "option.bar": Text(
        "the character | is not allowed: Windows uses it to separate.",
        "文字 | は使えません (Windows が区切りに使います)。",
    ),
    "option.replacement": Text(
        "the character U+FFFD marks one that could not be read; write the original character.",
        "文字 U+FFFD は、読み取れなかった文字の代わりです。元の文字を指定してください。",
    ),
    "option.control": Text(
        "the character {code} is not allowed: line breaks and other control characters don't come "
        "back from the rule store as they went there.",
        "文字 {code} は使えません。改行などの制御文字は、規則のストアから元のまま読み戻せません。",
    ),
    "option.no_name": Text("a name is needed.", "名前を指定してください。"),
    "option.named_all": Text(
        "Windows does not accept ALL as the name of a rule.",
        "ALL は規則の名前として Windows が受け付けません。",
    ),
    "option.name_reference": Text(
        "a name that begins with @ is a reference to a text in a file, as Windows' own rules "
        "have it. Use the name that Windows shows for it, or rule_id.",
        "@ で始まる名前はファイル内の文字列への参照で、Windows 自身の規則に使われます。Windows が"
        "表示する名前か rule_id を使ってください。",
    ),
    "option.new_without_name": Text(
        "no local rule has this id. port_firewall_info lists the ids of rules; to create a rule, "
        "give it a name too.",
        "この ID のローカルの規則はありません。規則の ID は port_firewall_info で確認できます。新し"
        "い規則を作成する場合は、名前も指定してください。",
    ),
    "option.no_id": Text("an id is needed.", "ID を指定してください。"),
    "option.id_like_type": Text(
        "four blanks and REG_ are not allowed in an id: reg.exe separates a name from "
        "the type of its value with them, and the rule could not be read back.",
        "ID に、4 つの空白に続く REG_ は使えません。reg.exe が名前と値の型をこのように区切るため、"
        "規則を読み戻せなくなります。",
    ),
    "option.description_reference": Text(
        "the description of this rule is a reference to a text in a file, as in Windows' "
        "own rules, and Windows does not allow it to be overwritten.",
        "この規則の説明はファイル内の文字列への参照 (Windows 自身の規則に使われます) で、Windows は"
        "上書きを許可しません。",
    ),
    "option.wildcards": Text(
        "wildcards are not allowed; Windows compares the whole path.",
        "ワイルドカードは使えません。Windows はパス全体を比較します。",
    ),
    "option.character": Text(
        "the character {character} is not allowed.",
        "文字 {character} は使えません。",
    ),
    "option.slash": Text(
        "the character {character} is not allowed. Write \\ in paths.",
        "文字 {character} は使えません。パスでは \\ を使ってください。",
    ),
    "option.no_path": Text(
        "{path} is not a full path such as C:\\App\\server.exe (or System for the kernel).",
        "{path} は完全なパスではありません。C:\\App\\server.exe のように (カーネルの場合は System "
        "と) 指定してください。",
    ),
    "option.no_service": Text(
        "{value} is not the short name of a service.",
        "{value} はサービスの短い名前ではありません。",
    ),
}

_PROTOCOLS = {
    "option.no_protocol": Text(
        "{value} is not a protocol: tcp, udp, icmpv4, icmpv6, any, or a number from 0 to 255 is "
        "needed.",
        "{value} はプロトコルではありません。tcp、udp、icmpv4、icmpv6、any、または 0 から 255 まで"
        "の番号を指定してください。",
    ),
    "option.protocols_and_id": Text(
        "several protocols make several rules; rule_id names one.",
        "複数のプロトコルは複数の規則になりますが、rule_id が表す規則は 1 つです。",
    ),
    "option.ports_without_protocol": Text(
        "only tcp and udp have ports; set protocol to one of them.",
        "ポートがあるのは tcp と udp だけです。protocol にそのどちらかを指定してください。",
    ),
    "option.ports_of_two_protocols": Text(
        "one rule is for tcp or for udp; give the ports of each a rule of its own.",
        "1 つの規則のプロトコルは tcp と udp のどちらか 1 つです。それぞれのポートを別の規則に"
        "分けてください。",
    ),
    "option.word_of_windows": Text(
        "{word} is for rules of Windows itself.",
        "{word} は Windows 自身の規則のためのものです。",
    ),
    "option.many_ports": Text(
        "more than {limit} single ports and ranges.",
        "ポートと範囲が {limit} 件を超えています。",
    ),
    "option.local_only": Text(
        "{word} can only be used for local ports.",
        "{word} はローカル ポートにだけ指定できます。",
    ),
    "option.remote_only": Text(
        "{word} can only be used for remote ports.",
        "{word} はリモート ポートにだけ指定できます。",
    ),
    "option.word_needs_protocol": Text(
        "{word} needs protocol {protocol}.",
        "{word} には protocol {protocol} が必要です。",
    ),
    "option.inbound_only": Text(
        "{word} is for inbound rules only.",
        "{word} は受信の規則にだけ指定できます。",
    ),
    "option.outbound_only": Text(
        "{word} is for outbound rules only.",
        "{word} は送信の規則にだけ指定できます。",
    ),
    "option.word_and_protocol": Text(
        "{word} does not go with this protocol.",
        "{word} はこのプロトコルには指定できません。",
    ),
    "option.icmp_without_protocol": Text(
        "types of ICMP need protocol icmpv4 or icmpv6.",
        "ICMP の種類には、protocol に icmpv4 または icmpv6 が必要です。",
    ),
    "option.no_icmp_type": Text(
        "{value} is not a type (8) or a type and a code (3:4), 0 to 255.",
        "{value} は種類 (例: 8) でも、種類とコード (例: 3:4) でもありません。どちらも 0 から 255 "
        "です。",
    ),
    "option.many_icmp_types": Text(
        "more than {limit} types.",
        "種類が {limit} 件を超えています。",
    ),
}

_ADDRESSES = {
    "option.many_addresses": Text(
        "more than {limit} addresses.",
        "アドレスが {limit} 件を超えています。",
    ),
    "option.no_address": Text("{problem}.", "{problem}。"),
    "option.remote_keywords": Text(
        "keywords such as {word} are for remote addresses.",
        "{word} のような語は、リモート アドレスにだけ指定できます。",
    ),
    "option.empty_mask": Text(
        "Windows does not accept an empty mask: write any instead of {address}, or "
        "{every} for {family} only.",
        "Windows は空のマスクを受け付けません。{address} の代わりに any を、{family} だけの場合は "
        "{every} を指定してください。",
    ),
    "option.range_from_zero": Text(
        "{address}: Windows does not accept a range from ::; begin with ::2.",
        "{address}: Windows は :: から始まる範囲を受け付けません。::2 から始めてください。",
    ),
    "option.no_host": Text(
        "{address} is not the address of a host; write any.",
        "{address} はどのホストも表しません。any を指定してください。",
    ),
    "option.own_traffic": Text(
        "{address}: a host's traffic with itself is not filtered.",
        "{address}: PC 自身との通信はファイアウォールの対象外です。",
    ),
}

_ADAPTERS = {
    "option.many_adapters": Text(
        "more than {limit} network adapters.",
        "ネットワーク アダプターが {limit} 件を超えています。",
    ),
    "option.adapter_wildcards": Text(
        "{name}: wildcards are not allowed; name each network adapter.",
        "{name}: ワイルドカードは使えません。ネットワーク アダプターを 1 つずつ指定してください。",
    ),
    "option.no_adapter": Text(
        "the host has no network adapter named {name}. It has: {known}.",
        "PC に {name} という名前のネットワーク アダプターはありません。あるもの: {known}。",
    ),
    "option.several_adapters": Text(
        "{count} network adapters of the host are named {name}. Give each its own name.",
        "{name} という名前のネットワーク アダプターが {count} 件あります。名前が重複しないように"
        "変更してください。",
    ),
    "option.no_adapters": Text(
        "the host reports no network adapters, so {name} can't be found.",
        "PC からネットワーク アダプターの情報が得られないため、{name} が分かりません。",
    ),
}

_RULES = {
    "option.name_or_id": Text(
        "a name or a rule_id is needed.",
        "name または rule_id を指定してください。",
    ),
    "option.name_id_or_group": Text(
        "a name, a rule_id or a group is needed.",
        "name、rule_id または group を指定してください。",
    ),
    "option.group_alone": Text(
        "say what to change in the rules of the group (or name a rule).",
        "グループの規則の何を変更するか (または規則の名前) を指定してください。",
    ),
    "option.scope_alone": Text(
        "needs {option}, which says what becomes of the other rules.",
        "{option} も必要です (ほかの規則の扱いを指定します)。",
    ),
    "option.unspecified_without_rules": Text(
        "needs {option}, the list of the rules that stay.",
        "{option} (残す規則のリスト) も必要です。",
    ),
    "option.unspecified_of_no_group": Text(
        "{option} needs the name of a group, not an empty text.",
        "{option} には、空の文字列ではなくグループの名前が必要です。",
    ),
    "option.unspecified_of_all": Text(
        "say of which rules: give the task a group. To mean all local rules of a direction, give "
        "{scope} a direction and set force, without a group.",
        "対象の規則を指定してください。通常はタスクに group を指定します。ある方向のローカルの規則"
        "すべてを対象にする場合は、group を付けずに、{scope} の direction と force を指定します。",
    ),
    "option.opens_everything": Text(
        "a new rule with neither ports, protocol, program, service nor addresses would "
        "open everything. If that is intended, set {setting}.",
        "ポート、プロトコル、プログラム、サービス、アドレスのどれもない新しい規則は、すべてを許可"
        "することになります。意図したものであれば {setting} を指定してください。",
    ),
    "option.nothing_named": Text(
        "no local rule has the name '{name}' (port_firewall_info lists them), and a new rule with "
        "neither ports, protocol, program, service nor addresses would open everything. If that is "
        "intended, set {setting}.",
        "「{name}」という名前のローカルの規則はありません (規則の一覧は port_firewall_info で確認"
        "できます)。"
        "ポート、プロトコル、プログラム、サービス、アドレスのどれもない新しい規則は、すべてを許可"
        "することになります。意図したものであれば {setting} を指定してください。",
    ),
    "option.nothing_to_narrow": Text(
        "no local rule has the name '{name}' (port_firewall_info lists them), and a new rule with "
        "neither ports, protocol, program nor service would open every port to these addresses. If "
        "that is intended, set {setting}.",
        "「{name}」という名前のローカルの規則はありません (規則の一覧は port_firewall_info で確認"
        "できます)。ポート、プロトコル、プログラム、サービスのどれもない新しい規則は、これらのアド"
        "レスにすべてのポートを許可することになります。意図したものであれば {setting} を指定してく"
        "ださい。",
    ),
    "option.bypass": Text(
        "a bypass rule overrides all block rules and is not offered here. Allow the traffic, and "
        "set authentication if it needs IPsec.",
        "バイパスの規則はすべてのブロックの規則に優先するため、ここでは設定できません。許可の規則に"
        "し、IPsec が必要な場合は authentication を指定してください。",
    ),
    "option.secured": Text(
        "the rule asks for IPsec authentication, so Windows lets it only allow.",
        "規則が IPsec 認証を必要とするため、Windows では許可だけを指定できます。",
    ),
    "option.edge_outbound": Text(
        "is for inbound rules only.",
        "受信の規則にだけ指定できます。",
    ),
}

# What a changed rule would no longer do for WinRM, by the option that causes it.
_CUTS = {
    "cut.ports": Text("would do so for fewer ports", "許可されるポートが減ります"),
    "cut.remote_ports": Text(
        "would do so for fewer remote ports",
        "許可されるリモート ポートが減ります",
    ),
    "cut.profiles": Text("would do so in fewer profiles", "許可されるプロファイルが減ります"),
    "cut.remote_addresses": Text(
        "would do so for fewer remote addresses",
        "許可されるリモート アドレスが減ります",
    ),
    "cut.local_addresses": Text(
        "would do so for fewer local addresses",
        "許可されるローカル アドレスが減ります",
    ),
    "cut.program": Text("would do so for one program", "許可されるプログラムが 1 つになります"),
    "cut.service": Text(
        "would no longer do so: http.sys is not the service {value}",
        "許可しなくなります (http.sys はサービス {value} ではありません)",
    ),
    "cut.interfaces": Text(
        "would do so on fewer network adapters",
        "許可されるネットワーク アダプターが減ります",
    ),
    "cut.interface_types": Text(
        "would do so on fewer network adapters",
        "許可されるネットワーク アダプターが減ります",
    ),
    "cut.package": Text(
        "would do so for one app package",
        "許可されるアプリ パッケージが 1 つになります",
    ),
    "cut.authentication": Text(
        "would do so for connections only that IPsec authenticates",
        "許可されるのは IPsec で認証された接続だけになります",
    ),
    "cut.encryption": Text(
        "would do so for connections only that IPsec encrypts",
        "許可されるのは IPsec で暗号化された接続だけになります",
    ),
    "cut.remote_machine": Text(
        "would do so for certain computers only",
        "許可されるのは特定のコンピューターだけになります",
    ),
    "cut.remote_user": Text(
        "would do so for certain users only",
        "許可されるのは特定のユーザーだけになります",
    ),
    "cut.local_user": Text(
        "would do so for programs of certain users only",
        "許可されるのは特定のユーザーのプログラムだけになります",
    ),
    "cut.platform": Text(
        "would do so on certain versions of Windows only",
        "許可されるのは特定のバージョンの Windows だけになります",
    ),
    "cut.edge_traversal": Text(
        "would no longer do so for what comes past an edge device",
        "エッジ デバイスを越えて届く通信を許可しなくなります",
    ),
}

# The properties of rules that verify_host compares.
_FACTS = {
    "check.rule_action": Text("Rules: on, direction, action", "規則: 有効、方向、操作"),
    "check.rule_profiles": Text("Rules: profiles", "規則: プロファイル"),
    "check.rule_edge": Text("Rules: edge traversal", "規則: エッジ トラバーサル"),
    "check.rule_protocol": Text("Rules: protocol", "規則: プロトコル"),
    "check.rule_ports": Text("Rules: ports", "規則: ポート"),
    "check.rule_icmp": Text("Rules: ICMP types", "規則: ICMP の種類"),
    "check.rule_addresses": Text("Rules: addresses", "規則: アドレス"),
    "check.rule_programs": Text("Rules: programs", "規則: プログラム"),
    "check.rule_services": Text("Rules: services", "規則: サービス"),
    "check.rule_interfaces": Text("Rules: adapters", "規則: アダプター"),
    "check.rule_packages": Text("Rules: app packages", "規則: アプリ パッケージ"),
    "check.rule_security": Text("Rules: IPsec", "規則: IPsec"),
    "check.rule_accounts": Text("Rules: users and computers", "規則: ユーザーとコンピューター"),
    "check.rule_platforms": Text("Rules: versions of Windows", "規則: Windows のバージョン"),
    "check.rule_names": Text("Rules: names", "規則: 名前"),
    "check.rule_adapters": Text("Rules: kinds of adapters", "規則: アダプターの種類"),
}

TEXTS: Mapping[str, Text] = {
    **_ANY_LIST,
    **_TEXTS,
    **_PROTOCOLS,
    **_ADDRESSES,
    **_ADAPTERS,
    **_RULES,
    **_CUTS,
    **_FACTS,
}
