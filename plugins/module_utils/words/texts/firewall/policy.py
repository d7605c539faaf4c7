# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wrong with an address or a rule's text, and which parts of the firewall could not be
read."""

from __future__ import annotations

from collections.abc import Mapping

from ....ground.languages import Text

# One service of the firewall, or several, that don't run.
_NOT_ENFORCED = (
    "so Windows Defender Firewall neither accepts rules nor enforces them. Start the services BFE "
    "and MpsSvc and set their start mode to automatic; to let all traffic through, turn the "
    "firewall off by profile instead."
)
_STOPPED_IN_JAPANESE = (
    "サービス {services} が実行されていないため、Windows Defender ファイアウォールは規則を受け"
    "付けず、規則どおりの動作もしません。サービス BFE と MpsSvc を開始し、スタートアップの種類"
    "を自動に設定してください。すべての通信を許可するには、代わりにプロファイルごとにファイア"
    "ウォールを無効にしてください。"
)

# Clauses: the code that reads the address puts the name of an option before them.
_ADDRESSES = {
    "address.too_long": Text(
        "'{text}...' is too long for an address",
        "「{text}...」はアドレスとしては長すぎます",
    ),
    "address.not_ip": Text(
        "'{text}' is not an IP address", "「{text}」は IP アドレスではありません"
    ),
    "address.not_any": Text(
        "'{text}' is not an address, subnet or range",
        "「{text}」はアドレス、サブネット、範囲のいずれでもありません",
    ),
    "address.mixed": Text(
        "'{text}' mixes IPv4 and IPv6 in one range",
        "「{text}」は 1 つの範囲に IPv4 と IPv6 が混在しています",
    ),
    "address.reversed": Text(
        "'{text}' is the wrong way round: the first address is the higher",
        "「{text}」は範囲の順序が逆です。先頭のアドレスのほうが大きくなっています",
    ),
    "address.zone": Text(
        "'{text}' has a zone; the firewall knows none",
        "「{text}」にはゾーンがありますが、ファイアウォールはゾーンに対応していません",
    ),
    "address.long_prefix": Text(
        "'{text}' has a prefix of more than {bits} bits",
        "「{text}」のプレフィックスが {bits} ビットを超えています",
    ),
    "address.no_prefix": Text(
        "'{text}' has no valid prefix or mask behind the slash",
        "「{text}」のスラッシュの後に、有効なプレフィックスまたはマスクがありません",
    ),
    "address.other_family": Text(
        "{remote} can't reach {local}: one is IPv4, the other IPv6",
        "{remote} から {local} には接続できません。一方は IPv4、もう一方は IPv6 です",
    ),
}

_RULE_TEXTS = {
    "rule_text.too_long": Text(
        "a rule of {length} characters is longer than any can be",
        "{length} 文字の規則は、あり得る長さを超えています",
    ),
    "rule_text.no_version": Text(
        "'{text}' does not begin with a version of a firewall rule",
        "「{text}」の先頭にファイアウォール規則のバージョンがありません",
    ),
}

_STORES = {
    "store_name.local": Text("local", "ローカル"),
    "store_name.group_policy": Text("Group Policy", "グループ ポリシー"),
    "store_name.mdm": Text("device management", "デバイス管理"),
    "store_name.static_service": Text("static service", "サービスの制限 (固定)"),
    "store_name.configurable_service": Text("configurable service", "サービスの制限 (構成可能)"),
    "store_name.app_isolation": Text("app isolation", "アプリの分離"),
    "stores.rules_cut_off": Text(
        "reg.exe ended with an error before it had printed all of the firewall's rules. Run "
        '`reg.exe query "{key}" /s` on the host with the same account, to see why.',
        "reg.exe は、ファイアウォールの規則をすべて出力する前にエラーで終了しました。同じアカウン"
        'トを使ってホストで `reg.exe query "{key}" /s` を実行し、原因を確認してください。',
    ),
    "stores.policy_cut_off": Text(
        "reg.exe ended with an error before it had printed what Group Policy says of the "
        'firewall. Run `reg.exe query "{key}" /s` on the host with the same account, to see why.',
        "reg.exe は、ファイアウォールに関するグループ ポリシーの内容を出力する前にエラーで終了し"
        'ました。同じアカウントを使ってホストで `reg.exe query "{key}" /s` を実行し、原因を確認し'
        "てください。",
    ),
    "stores.characters_lost": Text(
        "What reg.exe printed of the firewall has characters that could not be read.",
        "ファイアウォールについて reg.exe が出力した内容に、読み取れない文字があります。",
    ),
    "stores.check": Text(
        "{what} So it is not certain which rules there are. Check it on the host (regedit.exe), "
        "and rename or remove what no program needs.",
        "{what}そのため、どの規則があるのか確定できません。ホスト上で (regedit.exe を使って) 確認"
        "し、どのプログラムも必要としない値は、名前を変更するか削除してください。",
    ),
    "stores.out_of_place": Text(
        "reg.exe printed the key {key}, which was not asked for or can't be where it is: it may "
        "be a part of the rule before it.",
        "reg.exe がキー {key} を出力しましたが、このキーは要求していないか、この位置にあるはずの"
        "ないものです。直前の規則の一部である可能性があります。",
    ),
    "stores.too_large": Text(
        "The firewall's stores are too large to read completely; rules are missing. "
        "Remove rules that are no longer needed: some programs add new ones each time "
        "they start.",
        "ファイアウォールのストアが読み取りの上限を超えているため、一部の規則がありません。不要な"
        "規則を削除してください (起動のたびに規則を追加するプログラムがあります)。",
    ),
    "stores.no_local": Text(
        "The local firewall rules could not be read from the registry. Run the task again; if it "
        'fails again, run `reg.exe query "{key}"` on the host with the same account, to see what '
        "it prints.",
        "レジストリからローカルのファイアウォール規則を読み取れませんでした。タスクを再実行してく"
        'ださい。解消しない場合は、同じアカウントを使ってホストで `reg.exe query "{key}"` を実行'
        "し、出力を確認してください。",
    ),
    "stores.mdm_contested": Text(
        "A device management service (MDM) has different settings for private and public networks, "
        "and it is not known for certain which are for which.",
        "デバイス管理サービス (MDM) の設定がプライベートとパブリックで異なり、"
        "どちらがどちらの設定か確実には分かりません。",
    ),
    "stores.not_a_rule": Text(
        "'{name}' in the {store} store is not a rule: {error}. It has no effect; remove "
        "the value if no program needs it.",
        "{store} ストアの「{name}」は規則ではありません。{error}。この値は効いていません。どの"
        "プログラムも必要としない場合は、値を削除してください。",
    ),
    "stores.not_an_exception": Text(
        "'{text}' ('{name}') in the {store} store is no exception for a port or program, and has "
        "no effect. Correct it in the setting of the administrative templates.",
        "{store} ストアの「{text}」(「{name}」) は、ポートやプログラムの例外と解釈できないため、"
        "効いていません。管理用テンプレートの設定を修正してください。",
    ),
    "stores.damaged": Text(
        "'{name}' in the {store} store has characters that could not be read. Tasks "
        "can't find a rule by such a name or ID; give it another one on the host.",
        "{store} ストアの「{name}」に、読み取れない文字があります。そのような名前や ID の規則は、"
        "タスクから指定できません。ホスト上で別の名前や ID に変更してください。",
    ),
    "stores.runs_on": Text(
        "It is unclear where the rule '{name}' of the {store} store ends: it has line breaks, or "
        "no | at its end, so that what follows it may be a part of it or a rule of its own.",
        "{store} ストアの規則「{name}」がどこで終わるのか判別できません。改行があるか、末尾に | が"
        "ないため、続く内容がこの規則の一部なのか別の規則なのか分かりません。",
    ),
    "stores.doubt": Text(
        "Line {line} of what reg.exe printed {why}: '{text}' (key {key}).",
        "reg.exe が出力した {line} 行目は、{why}。「{text}」(キー {key})。",
    ),
    "stores.unknown_key": Text("unknown", "不明"),
}

# The rest of a sentence about a line.
_DOUBTS = {
    "doubt.two_ways": Text("can be read in two ways", "2 通りに解釈できます"),
    "doubt.no_key": Text("is a value without a key", "キーのない値です"),
    "doubt.neither": Text("is neither a key nor a value", "キーでも値でもありません"),
    "doubt.loose_lines": Text(
        "is followed by lines that belong to nothing",
        "後ろに、どこにも属さない行が続いています",
    ),
    "doubt.same_name": Text(
        "has the name of another value of its key",
        "同じキーの別の値と同じ名前です",
    ),
}

_READINGS = {
    "service_title.MpsSvc": Text("Windows Defender Firewall", "Windows Defender ファイアウォール"),
    "service_title.BFE": Text("Base Filtering Engine", "ベース フィルター エンジン"),
    "reading.service": Text(
        "{name} ({title}, start mode {mode})",
        "{name} ({title}、スタートアップの種類 {mode})",
    ),
    "reading.unknown_mode": Text("unknown", "不明"),
    "reading.stopped": Text(
        "The service {services} does not run, " + _NOT_ENFORCED,
        _STOPPED_IN_JAPANESE,
    ),
    "reading.several_stopped": Text(
        "The services {services} do not run, " + _NOT_ENFORCED,
        _STOPPED_IN_JAPANESE,
    ),
    "reading.more_not_rules": Text(
        "{count} more values are not rules.",
        "ほか {count} 件の値も規則ではありません。",
    ),
    "reading.profiles_unknown": Text(
        "The active firewall profiles are unknown: {error}",
        "アクティブなファイアウォール プロファイルが不明です。{error}",
    ),
    "networks.no_addresses": Text(
        "The addresses of the host are unknown, and so is by which of its networks traffic comes: "
        "{error}",
        "ホストの IP アドレスが不明なため、どのネットワークを経由した通信か分かりません。{error}",
    ),
    "networks.too_many": Text(
        "The host has more than {count} addresses, so it is unknown by which of its networks "
        "traffic comes.",
        "ホストの IP アドレスが {count} "
        "個を超えるため、どのネットワークを経由した通信か分かりません。",
    ),
    "networks.no_adapters": Text(
        "The types of the network adapters are unknown: {error}",
        "ネットワーク アダプターの種類が不明です。{error}",
    ),
    "networks.no_interfaces": Text(
        "The metrics of the host's interfaces are unknown: {error}",
        "ホストのインターフェイス メトリックが不明です。{error}",
    ),
    "networks.no_routes": Text(
        "The routes of the host are unknown: {error}",
        "ホストの経路が不明です。{error}",
    ),
    "reading.products_unknown": Text(
        "It is unknown whether another firewall is in charge: {error}",
        "他社製のファイアウォールが動作しているかどうか不明です。{error}",
    ),
    "reading.drivers_unknown": Text(
        "It is unknown whether drivers of security products filter traffic: {error}",
        "セキュリティ製品のドライバーが通信をフィルターしているかどうか不明です。{error}",
    ),
    "reading.service_not_listed": Text(
        "It is unknown whether the service {name} ({title}) runs: {host} lists no such service. "
        "An account is not shown services that it may not query: use a member of the "
        "Administrators group.",
        "サービス {name} ({title}) が実行されているかどうか不明です。{host} のサービスの一覧にあり"
        "ません。照会する権限のないサービスはアカウントに表示されません。Administrators グループの"
        "メンバーを使ってください。",
    ),
    "reading.service_without_state": Text(
        "It is unknown whether the service {name} ({title}) runs: {host} lists it without its "
        "state. Run the task again; if it stays so, run `sc.exe query {name}` on the host.",
        "サービス {name} ({title}) が実行されているかどうか不明です。{host} のサービスの一覧に状態"
        "がありません。タスクを再実行してください。解消しない場合は、ホストで `sc.exe query "
        "{name}` を実行してください。",
    ),
}

TEXTS: Mapping[str, Text] = {
    **_ADDRESSES,
    **_RULE_TEXTS,
    **_STORES,
    **_DOUBTS,
    **_READINGS,
}
