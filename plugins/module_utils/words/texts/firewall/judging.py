# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the firewall decides, under which conditions, and the effects of its rules."""

from __future__ import annotations

from collections.abc import Mapping

from ....ground.languages import Text

_VERDICTS = {
    "verdict.allowed": Text("allowed", "許可"),
    "verdict.blocked": Text("blocked", "ブロック"),
    "verdict.conditional": Text("conditional", "条件付き"),
    "verdict.overruled": Text("overruled", "適用外"),
    "verdict.unknown": Text("unknown", "不明"),
    "verdict.because": Text("{state}: {reason}", "{state}: {reason}"),
    "verdict.allowed_by": Text(
        "allowed by {rules}; otherwise {decision}",
        "{rules}により許可されます。それ以外は、{decision}",
    ),
    "verdict.restricted_to": Text(
        "{decision}; the service may only do {rules}",
        "{decision}。サービスの通信は、{rules}の範囲に限られます",
    ),
    "verdict.unless": Text(
        "{decision}; but blocked by {rules}",
        "{decision}。ただし、{rules}によりブロックされます",
    ),
}

_DECISIONS = {
    "decision.rule": Text("the {action} rule '{rule}'", "{action}規則「{rule}」が適用されます"),
    "decision.outbound_rule": Text(
        "the outbound {action} rule '{rule}'", "送信の{action}規則「{rule}」が適用されます"
    ),
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
    "decision.outbound_default_allows": Text(
        "no rule decides, and the default outbound action allows it",
        "一致する規則がないため、送信の既定の動作で許可されます",
    ),
    "decision.outbound_default_blocks": Text(
        "no rule decides, and the default outbound action blocks it",
        "一致する規則がないため、送信の既定の動作でブロックされます",
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
    "decision.firewall_expired": Text(
        "another firewall is registered, which says that it has expired, and may decide all the "
        "same: {products}",
        "他社製のファイアウォールが登録されています。期限切れの状態ですが、まだ動作している可能性が"
        "あります: {products}",
    ),
    "decision.firewall_snoozed": Text(
        "another firewall is registered, which says that it is suspended for a while, and may "
        "decide all the same: {products}",
        "他社製のファイアウォールが登録されています。一時停止中の状態ですが、まだ動作している可能性"
        "があります: {products}",
    ),
    "decision.uncertain": Text("{note}", "判定できません。{note}"),
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

# Who can reach a listener, in a word or two, for cells of tables.
_REACH = {
    "reach.everybody": Text("everybody", "どこからでも可"),
    "reach.own_subnets": Text("own subnets", "同じサブネットのみ可"),
    "reach.some": Text("some addresses", "一部のアドレスのみ可"),
    "reach.perhaps": Text("some under conditions", "条件により可"),
    "reach.nobody": Text("nobody", "不可"),
    "reach.unknown": Text("unknown", "不明"),
    "reach.other_conditions": Text(
        "other rules let them in under conditions of their own, which are too many to list",
        "ほかの規則がそれぞれの条件で許可します (多すぎるため、条件は省略します)",
    ),
    "opening.several_rules": Text(
        "several other rules decide, which are too many to list",
        "ほかの規則が適用されます (多すぎるため、規則名は省略します)",
    ),
}

# Conditions of a rule that can't be judged: one clause each, for any list of conditions.
_CONDITIONS = {
    "condition.remote_address": Text(
        "the remote address is {value}",
        "リモート アドレスが {value}",
    ),
    "condition.family": Text("the traffic is {value}", "通信が {value}"),
    "condition.local_address": Text("the local address is {value}", "ローカル アドレスが {value}"),
    "condition.remote_port": Text("the remote port is {value}", "リモート ポートが {value}"),
    "condition.local_port": Text("the local port is {value}", "ローカル ポートが {value}"),
    "condition.icmp": Text("the ICMP type is {value}", "通信の種類 (ICMP) が {value}"),
    "condition.program": Text("the program is {value}", "プログラムが {value}"),
    "condition.service": Text("the service is {value}", "サービスが {value}"),
    "condition.package": Text("the app package is {value}", "アプリ パッケージが {value}"),
    "condition.user": Text("the user is {value}", "ユーザーが {value}"),
    "condition.authentication": Text("IPsec authentication is {value}", "認証 (IPsec) が {value}"),
    "condition.remote_account": Text(
        "the computer or user of the other side is {value}",
        "相手のコンピューターまたはユーザーが {value}",
    ),
    "condition.unauthenticated": Text(
        "the traffic is not authenticated by {value}",
        "通信の認証に使われていない方式が {value}",
    ),
    "condition.interface": Text(
        "the network adapter is {value}",
        "ネットワーク アダプターが {value}",
    ),
    "condition.interface_type": Text(
        "the type of the network adapter is {value}",
        "ネットワーク アダプターの種類が {value}",
    ),
    "condition.network": Text("the network is {value}", "ネットワークが {value}"),
    "condition.transport": Text("the transport is {value}", "トランスポートが {value}"),
    "condition.platform": Text(
        "the version of Windows is {value}",
        "対象の Windows のバージョンが {value}",
    ),
    "condition.unknown_field": Text(
        "the unknown condition {value} is met",
        "解釈できない条件が {value}",
    ),
    "condition.mdm_key": Text(
        "the key {value} of device management (MDM) is the one for this profile",
        "このプロファイルに対応するデバイス管理のキーが {value}",
    ),
    "condition.same_id": Text(
        "the policy's rule with the same ID ({value}) is no replacement for it",
        "ポリシーにある同じ ID の規則と別扱いになる ID が {value}",
    ),
}

_REQUIREMENTS = {
    "requirement.security_rule": Text(
        "the connection security rule '{rule}'", "接続セキュリティの規則「{rule}」"
    ),
    "requirement.rule": Text("the rule '{rule}'", "規則「{rule}」"),
    # Traffic that no rule lets in, but a firewall that is off on some adapters.
    "requirement.setting": Text("the firewall's settings", "ファイアウォールの設定"),
    "requirement.if": Text("{rule} if {conditions}", "{conditions} の場合は{rule}"),
    "requirement.and": Text(" and ", "、かつ"),
    "requirement.or": Text(", or by ", "、または"),
    "requirement.packages": Text(
        "one of the rules for single app packages if the program is of such a package",
        "プログラムがアプリ パッケージに含まれる場合はそのパッケージの規則",
    ),
    "requirement.more": Text("{count} others", "ほか {count} 件の規則"),
}

_EFFECTS = {
    "effect.none_now": Text(
        "The rule '{rule}' has no effect now: {reason}.",
        "規則「{rule}」は現在、効いていません。理由: {reason}。",
    ),
    "effect.none_later": Text(
        "The rule '{rule}' would have no effect: {reason}.",
        "規則「{rule}」は、効かない見込みです。理由: {reason}。",
    ),
    "effect.unread": Text(
        "The rules are as asked for, but their effect is not fully known: {error}",
        "規則は指定どおりですが、その効果の一部が不明です。{error}",
    ),
    "effect.not_judged": Text(
        "not judged: the rule is one of many, or is for all protocols or many ports",
        "判定していません (規則の数が多いか、規則の対象が全プロトコルまたは多数のポートです)",
    ),
    "effect.no_rule": Text("there is no such rule", "該当する規則はありません"),
    "effect.other_profile": Text(
        "the rule is for {profiles}, and the host is connected to networks that are {active}",
        "規則は{profiles} プロファイル用ですが、PC は{active} ネットワークに接続されています",
    ),
    "effect.nothing_changes": Text(
        "nothing changes now: {reason}", "現在の通信には影響しません: {reason}"
    ),
    "effect.other_windows": Text(
        "the rule is for other versions of Windows, and does not count here",
        "規則は別のバージョンの Windows 用のため、この PC では適用されません",
    ),
    "effect.no_network": Text(
        "the rule is for {profiles}, and Windows reports no network of the host, so that it is "
        "uncertain which profile counts",
        "規則は{profiles} プロファイル用ですが、Windows が PC のネットワークを報告しないため、どの"
        "プロファイルが有効か確定できません",
    ),
    "effect.other_adapter": Text(
        "the rule is for the network adapters {adapters}, and the host is connected by others",
        "規則はネットワーク アダプター {adapters} 用ですが、PC は別のアダプターで接続されています",
    ),
    "effect.void": Text(
        "the rule does not count: {setter} lets no such local rule count ({path})",
        "規則は適用されません。{setter}により、このようなローカルの規則は無効です ({path})",
    ),
    "effect.not_all_now": Text(
        "The rule '{rule}' has no effect on part of its traffic now: {reason}.",
        "規則「{rule}」は現在、通信の一部に効いていません。理由: {reason}。",
    ),
    "effect.not_all_later": Text(
        "The rule '{rule}' would have no effect on part of its traffic: {reason}.",
        "規則「{rule}」は、通信の一部に効かない見込みです。理由: {reason}。",
    ),
    "effect.still_now": Text(
        "The rule '{rule}' is not in force, but its traffic is treated as before: {reason}.",
        "規則「{rule}」は無効か、存在しませんが、対象の通信の扱いは変わりません: {reason}。",
    ),
    "effect.still_later": Text(
        "The rule '{rule}' would not be in force, but its traffic would be treated as before: "
        "{reason}.",
        "規則「{rule}」を無効にしても削除しても、対象の通信の扱いは変わらない見込みです: "
        "{reason}。",
    ),
    "effect.still_in_part_now": Text(
        "The rule '{rule}' is not in force, but part of its traffic is treated as before: "
        "{reason}.",
        "規則「{rule}」は無効か、存在しませんが、対象の通信の一部の扱いは変わりません: {reason}。",
    ),
    "effect.still_in_part_later": Text(
        "The rule '{rule}' would not be in force, but part of its traffic would be treated as "
        "before: {reason}.",
        "規則「{rule}」を無効にしても削除しても、対象の通信の一部の扱いは変わらない見込みです: "
        "{reason}。",
    ),
    "effect.of_port": Text("port {port}: {reason}", "ポート {port}: {reason}"),
    "effect.of_ports": Text(
        "{protocol} ports {ports}: {reason}", "{protocol} ポート {ports}: {reason}"
    ),
    "effect.of_family": Text("{family}: {reason}", "{family}: {reason}"),
    "effect.of_icmp": Text(
        "{protocol} type {type}: {reason}", "{protocol} の種類 {type}: {reason}"
    ),
    "effect.of_protocol": Text("protocol {number}: {reason}", "プロトコル {number}: {reason}"),
    "effect.too_many_listeners": Text(
        "there are too many listeners and rules",
        "待ち受けと規則が多すぎます",
    ),
    "effect.ports_of_windows": Text(
        "only Windows knows the ports of {words}",
        "{words} のポートは Windows にしか分かりません",
    ),
    "effect.too_many_rules": Text(
        "too many other rules are about these ports",
        "これらのポートに関するほかの規則が多すぎます",
    ),
    "effect.blocks_outbound": Text(
        "blocked: block rules override all others",
        "ブロック: ブロックの規則はほかのすべての規則より優先されます",
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

TEXTS: Mapping[str, Text] = {
    **_VERDICTS,
    **_DECISIONS,
    **_REACH,
    **_CONDITIONS,
    **_REQUIREMENTS,
    **_EFFECTS,
}
