# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the firewall decides, and what comes of its rules, in Japanese. See `catalog`."""

from __future__ import annotations

from collections.abc import Mapping

_VERDICTS = {
    "verdict.allowed": "許可",
    "verdict.blocked": "ブロック",
    "verdict.conditional": "条件付き",
    "verdict.overruled": "適用外",
    "verdict.unknown": "不明",
    "verdict.because": "{state}: {decision}",
    "verdict.allowed_by": "{rules}により許可されます。それ以外は、{decision}",
    "verdict.restricted_to": "{verdict}。サービスの通信は、{rules}の範囲に限られます",
    "verdict.unless": "{verdict}。ただし、{rules}によりブロックされます",
}

_DECISIONS = {
    "decision.rule": "{action}規則「{rule}」が適用されます",
    "decision.rule_of": "{store}{rule}",
    "decision.set_by": "{decision} ({origin})",
    "decision.default_allows": "一致する規則がないため、既定の動作で許可されます",
    "decision.default_blocks": "一致する規則がないため、既定の動作でブロックされます",
    "decision.firewall_off": "このプロファイルではファイアウォールが無効です",
    "decision.block_all_inbound": "このプロファイルではすべての受信がブロックされます",
    "decision.interface_off": "このネットワーク アダプターではファイアウォールが無効です",
    "decision.loopback": "PC 自身との通信はファイアウォールの対象外です",
    "decision.third_party": "他社製のファイアウォールが動作しています: {products}",
    "decision.uncertain": "判定できません。詳細 (英語): {note}",
    "action.allow": "許可の",
    "action.block": "ブロックの",
    "action.bypass": "バイパスの",
    "store.local": "この PC の",
    "store.group_policy": "グループ ポリシーの",
    "store.mdm": "デバイス管理の",
    "store.static_service": "サービスを制限する",
    "store.configurable_service": "サービスを制限する",
    "store.app_isolation": "アプリを制限する",
    "origin.local": "ローカルで設定",
    "origin.group_policy": "グループ ポリシーで設定",
    "origin.mdm": "デバイス管理で設定",
    "origin.default": "Windows の既定値",
}

_REQUIREMENTS = {
    "requirement.rule": "規則「{rule}」",
    "requirement.setting": "ファイアウォールの設定",
    "requirement.if": "{conditions} の場合は{rule}",
    "requirement.and": "、かつ",
    "requirement.or": "、または",
    "requirement.more": "ほか {count} 件の規則",
    "requires.remote_address": "リモート アドレスが {value}",
    "requires.local_address": "ローカル アドレスが {value}",
    "requires.remote_port": "リモート ポートが {value}",
    "requires.local_port": "ローカル ポートが {value}",
    "requires.icmp": "種類が規則に合う ICMP (一部の種類のみ)",
    "requires.program": "プログラムが {value}",
    "requires.service": "サービスが {value}",
    "requires.package": "アプリ パッケージが {value}",
    "requires.user": "ユーザーが {value}",
    "requires.authentication": "認証 (IPsec) が {value}",
    "requires.interface": "ネットワーク アダプターが {value}",
    "requires.interface_type": "ネットワーク アダプターの種類が {value}",
    "requires.network": "ネットワークが {value}",
    "requires.transport": "トランスポートが {value}",
    "requires.platform": "対象の Windows のバージョンが {value}",
    "requires.unknown_field": "解釈できない項目が {value}",
    "requires.same_id": "規則の ID がポリシーの規則と同じ {value}",
}

_EFFECTS = {
    "effect.none_now": "規則「{rule}」は現在、効果がありません: {reason}。",
    "effect.no_rule": "該当する規則はありません",
    "effect.other_profile": (
        "規則は{profiles} プロファイル用ですが、PC は{active} ネットワークに接続されています"
    ),
    "effect.void": (
        "規則は適用されません。{setter}により、このようなローカルの規則は無効です ({path})"
    ),
    "effect.of_port": "ポート {port}: {reason}",
    "effect.ports_of_windows": "{words} のポートは Windows にしか分かりません",
    "effect.too_many_rules": "これらのポートに関する他の規則が多すぎます",
    "effect.blocks_outbound": "ブロック: ブロックの規則は他のすべての規則より優先されます",
    "effect.outbound_unknown": "送信の規則どうしの関係は判定しません",
    "setter.local": "ローカルの設定",
    "setter.group_policy": "グループ ポリシー",
    "setter.mdm": "デバイス管理",
    "setter.default": "Windows の既定の設定",
}

_RULES = {
    "rule.headline": "ファイアウォール規則 {rule} ({rule_id})",
    "rule.all_of_a_name": "「{name}」という名前の規則が {count} 件あり、すべて削除されます。",
    "rule.was_disabled": (
        "規則「{rule}」は無効でした (中断されたタスクも規則をこの状態で残すことがあります)。"
        "タスクに {option} の指定がないため、規則は有効になります。"
    ),
    "rule.group_disabled": (
        "グループ「{group}」では、次の規則が無効で、そのままです: {rules}。"
        "有効にするには {setting} を指定してください。"
    ),
    "rule.also_limited": (
        "規則「{rule}」には、{limits}による限定もあります。この限定は変更されません。"
    ),
    "limit.package": "アプリ パッケージ",
    "limit.users": "ユーザー",
    "limit.authentication": "IPsec 認証",
    "limit.interfaces": "特定のネットワーク アダプター",
    "limit.platforms": "Windows のバージョン",
    "limit.networks": "特定のネットワーク",
    "limit.transport": "動的なトランスポート",
    "limit.unknown_fields": "解釈できない項目",
}

TEXTS: Mapping[str, str] = {
    **_VERDICTS,
    **_DECISIONS,
    **_REQUIREMENTS,
    **_EFFECTS,
    **_RULES,
}
