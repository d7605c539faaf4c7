# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the firewall decides, and what comes of its rules."""

from __future__ import annotations

from collections.abc import Mapping

from ...ground.languages import Text

_VERDICTS = {
    "verdict.allowed": Text("allowed", "許可"),
    "verdict.blocked": Text("blocked", "ブロック"),
    "verdict.conditional": Text("conditional", "条件付き"),
    "verdict.overruled": Text("overruled", "適用外"),
    "verdict.unknown": Text("unknown", "不明"),
    "verdict.because": Text("{state}: {decision}", "{state}: {decision}"),
    "verdict.allowed_by": Text(
        "allowed by {rules}; otherwise {decision}",
        "{rules}により許可されます。それ以外は、{decision}",
    ),
    "verdict.restricted_to": Text(
        "{verdict}; the service may only do {rules}",
        "{verdict}。サービスの通信は、{rules}の範囲に限られます",
    ),
    "verdict.unless": Text(
        "{verdict}; but blocked by {rules}",
        "{verdict}。ただし、{rules}によりブロックされます",
    ),
}

_DECISIONS = {
    "decision.rule": Text("the {action} rule '{rule}'", "{action}規則「{rule}」が適用されます"),
    "decision.rule_of": Text("{rule} {store}", "{store}{rule}"),
    "decision.set_by": Text("{decision} ({origin})", "{decision} ({origin})"),
    "decision.default_allows": Text(
        "no rule decides, and the default action allows it",
        "一致する規則がないため、既定の動作で許可されます",
    ),
    "decision.default_blocks": Text(
        "no rule decides, and the default action blocks it",
        "一致する規則がないため、既定の動作でブロックされます",
    ),
    "decision.firewall_off": Text(
        "the firewall is off in this profile",
        "このプロファイルではファイアウォールが無効です",
    ),
    "decision.block_all_inbound": Text(
        "all inbound traffic is blocked in this profile",
        "このプロファイルではすべての受信がブロックされます",
    ),
    "decision.interface_off": Text(
        "the firewall is off on this network adapter",
        "このネットワーク アダプターではファイアウォールが無効です",
    ),
    "decision.loopback": Text(
        "traffic of a host with itself is not filtered",
        "PC 自身との通信はファイアウォールの対象外です",
    ),
    "decision.third_party": Text(
        "another firewall is in charge: {products}",
        "他社製のファイアウォールが動作しています: {products}",
    ),
    # In the words of the error: of Windows, of a library, of ours.
    "decision.uncertain": Text("{note}", "判定できません。詳細 (英語): {note}"),
    "action.allow": Text("allow", "許可の"),
    "action.block": Text("block", "ブロックの"),
    "action.bypass": Text("bypass", "バイパスの"),
    "store.local": Text("of this host", "この PC の"),
    "store.group_policy": Text("of Group Policy", "グループ ポリシーの"),
    "store.mdm": Text("of device management", "デバイス管理の"),
    "store.static_service": Text("that restricts the service", "サービスを制限する"),
    "store.configurable_service": Text("that restricts the service", "サービスを制限する"),
    "store.app_isolation": Text("that restricts the app", "アプリを制限する"),
    "origin.local": Text("set locally", "ローカルで設定"),
    "origin.group_policy": Text("set by Group Policy", "グループ ポリシーで設定"),
    "origin.mdm": Text("set by device management", "デバイス管理で設定"),
    "origin.default": Text("the default of Windows", "Windows の既定値"),
}

_CONDITIONS = {
    "condition.of_rule": Text("rule '{rule}' ({conditions})", "規則「{rule}」({conditions})"),
    "condition.is": Text("{what}: {value}", "{what}: {value}"),
    "condition.remote_address": Text("remote address", "リモート アドレス"),
    "condition.local_address": Text("local address", "ローカル アドレス"),
    "condition.remote_port": Text("remote port", "リモート ポート"),
    "condition.local_port": Text("local port", "ローカル ポート"),
    "condition.icmp": Text("ICMP type", "ICMP の種類"),
    "condition.program": Text("program", "プログラム"),
    "condition.service": Text("service", "サービス"),
    "condition.package": Text("app package", "アプリ パッケージ"),
    "condition.user": Text("user", "ユーザー"),
    "condition.authentication": Text("IPsec authentication", "IPsec 認証"),
    "condition.interface": Text("network adapter", "ネットワーク アダプター"),
    "condition.interface_type": Text("type of network adapter", "ネットワーク アダプターの種類"),
    "condition.network": Text("network", "ネットワーク"),
    "condition.transport": Text("transport", "トランスポート"),
    "condition.platform": Text("version of Windows", "Windows のバージョン"),
    "condition.unknown_field": Text("field that is not known here", "解釈できない項目"),
    "condition.same_id": Text("another rule with the same id", "同じ ID の別の規則"),
}

_REQUIREMENTS = {
    "requirement.rule": Text("the rule '{rule}'", "規則「{rule}」"),
    # Where it is no rule that lets traffic in, but that the firewall is off on some adapters.
    "requirement.setting": Text("Windows", "ファイアウォールの設定"),
    "requirement.if": Text("{rule} if {conditions}", "{conditions} の場合は{rule}"),
    "requirement.and": Text(" and ", "、かつ"),
    "requirement.or": Text(", or by ", "、または"),
    "requirement.more": Text("{count} others", "ほか {count} 件の規則"),
    "requires.remote_address": Text(
        "the remote address is {value}",
        "リモート アドレスが {value}",
    ),
    "requires.local_address": Text("the local address is {value}", "ローカル アドレスが {value}"),
    "requires.remote_port": Text("the remote port is {value}", "リモート ポートが {value}"),
    "requires.local_port": Text("the local port is {value}", "ローカル ポートが {value}"),
    # A condition on types of ICMP stays open only where no type was asked about.
    "requires.icmp": Text("the icmp is some types only", "種類が規則に合う ICMP (一部の種類のみ)"),
    "requires.program": Text("the program is {value}", "プログラムが {value}"),
    "requires.service": Text("the service is {value}", "サービスが {value}"),
    "requires.package": Text("the package is {value}", "アプリ パッケージが {value}"),
    "requires.user": Text("the user is {value}", "ユーザーが {value}"),
    "requires.authentication": Text("the authentication is {value}", "認証 (IPsec) が {value}"),
    "requires.interface": Text("the interface is {value}", "ネットワーク アダプターが {value}"),
    "requires.interface_type": Text(
        "the interface type is {value}",
        "ネットワーク アダプターの種類が {value}",
    ),
    "requires.network": Text("the network is {value}", "ネットワークが {value}"),
    "requires.transport": Text("the transport is {value}", "トランスポートが {value}"),
    "requires.platform": Text("the platform is {value}", "対象の Windows のバージョンが {value}"),
    "requires.unknown_field": Text("the unknown field is {value}", "解釈できない項目が {value}"),
    "requires.same_id": Text("the same id is {value}", "規則の ID がポリシーの規則と同じ {value}"),
}

_EFFECTS = {
    "effect.none_now": Text(
        "The rule '{rule}' has no effect now: {reason}.",
        "規則「{rule}」は現在、効果がありません: {reason}。",
    ),
    "effect.no_rule": Text("there is no such rule", "該当する規則はありません"),
    "effect.other_profile": Text(
        "the rule is for {profiles}, and the host is connected to networks that are {active}",
        "規則は{profiles} プロファイル用ですが、PC は{active} ネットワークに接続されています",
    ),
    "effect.void": Text(
        "the rule does not count: {setter} lets no such local rule count ({path})",
        "規則は適用されません。{setter}により、このようなローカルの規則は無効です ({path})",
    ),
    "effect.of_port": Text("port {port}: {reason}", "ポート {port}: {reason}"),
    "effect.ports_of_windows": Text(
        "only Windows knows the ports of {words}",
        "{words} のポートは Windows にしか分かりません",
    ),
    "effect.too_many_rules": Text(
        "too many other rules are about these ports",
        "これらのポートに関する他の規則が多すぎます",
    ),
    "effect.blocks_outbound": Text(
        "blocked: block rules go before all others",
        "ブロック: ブロックの規則は他のすべての規則より優先されます",
    ),
    "effect.outbound_unknown": Text(
        "outbound rules are not judged together",
        "送信の規則どうしの関係は判定しません",
    ),
    "setter.local": Text("a local setting", "ローカルの設定"),
    "setter.group_policy": Text("Group Policy", "グループ ポリシー"),
    "setter.mdm": Text("device management", "デバイス管理"),
    "setter.default": Text("Windows", "Windows の既定の設定"),
}

_RULES = {
    "rule.headline": Text(
        "firewall rule {rule} ({rule_id})",
        "ファイアウォール規則 {rule} ({rule_id})",
    ),
    "rule.all_of_a_name": Text(
        "{count} rules are named '{name}'; all of them go.",
        "「{name}」という名前の規則が {count} 件あり、すべて削除されます。",
    ),
    "rule.was_disabled": Text(
        "The rule '{rule}' was disabled, as an interrupted task can leave it. The task does not "
        "set {option}, so the rule is enabled.",
        "規則「{rule}」は無効でした (中断されたタスクも規則をこの状態で残すことがあります)。タス"
        "クに {option} の指定がないため、規則は有効になります。",
    ),
    "rule.group_disabled": Text(
        "In the group '{group}', these rules are disabled and stay so: {rules}. Set {setting} "
        "to enable them.",
        "グループ「{group}」では、次の規則が無効で、そのままです: {rules}。有効にするには "
        "{setting} を指定してください。",
    ),
    "rule.also_limited": Text(
        "The rule '{rule}' is also limited to {limits}; that stays.",
        "規則「{rule}」には、{limits}による限定もあります。この限定は変更されません。",
    ),
    "limit.package": Text("an app package", "アプリ パッケージ"),
    "limit.users": Text("users", "ユーザー"),
    "limit.authentication": Text("IPsec authentication", "IPsec 認証"),
    "limit.interfaces": Text("single network adapters", "特定のネットワーク アダプター"),
    "limit.platforms": Text("versions of Windows", "Windows のバージョン"),
    "limit.networks": Text("named networks", "特定のネットワーク"),
    "limit.transport": Text("a dynamic transport", "動的なトランスポート"),
    "limit.unknown_fields": Text("fields that are not known here", "解釈できない項目"),
}

TEXTS: Mapping[str, Text] = {
    **_VERDICTS,
    **_DECISIONS,
    **_CONDITIONS,
    **_REQUIREMENTS,
    **_EFFECTS,
    **_RULES,
}
