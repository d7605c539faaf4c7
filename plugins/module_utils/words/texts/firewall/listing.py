# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules of a host: which of them count, and why the others do not."""

from __future__ import annotations

from collections.abc import Mapping

from ....ground.languages import Text

TEXTS: Mapping[str, Text] = {
    "standing.disabled": Text("the rule is disabled", "規則は無効です"),
    "standing.other_windows": Text(
        "the rule is for other versions of Windows",
        "規則は別のバージョンの Windows 用です",
    ),
    "standing.not_understood": Text(
        "the rule has parts that are not understood here ({fields}), so that it is unknown what "
        "Windows makes of it",
        "規則に解釈できない項目 ({fields}) があるため、Windows がどう扱うかは不明です",
    ),
    "standing.restricts": Text(
        "the rule limits what a service or an app may send and receive; it opens nothing by itself",
        "規則はサービスまたはアプリの通信を制限するもので、それだけでは何も許可しません",
    ),
    "standing.unopposed": Text(
        "no block rule and no restriction is against it",
        "この規則に優先するブロックの規則や制限はありません",
    ),
    "standing.in_part": Text(
        "for part of its traffic, {decision} decides",
        "通信の一部には、{decision}",
    ),
    "standing.perhaps": Text(
        "{decision} may decide about part of its traffic",
        "通信の一部には、条件により{decision}",
    ),
    "standing.too_many": Text(
        "The host has too many rules to judge all of them. Select fewer.",
        "規則が多すぎるため、すべては判定できません。対象を絞ってください。",
    ),
    "standing.other_transport": Text(
        "the rule is for the transport {transport} alone, not for ordinary networks",
        "規則はトランスポート {transport} 専用で、通常のネットワークには適用されません",
    ),
    "listing.summary": Text(
        "{listed} of {read} rules match (counting now: {counting}, not counting: {idle}, "
        "uncertain: {open}).",
        "{read} 件中 {listed} 件の規則が該当します (現在適用: {counting} 件、適用されない: {idle} "
        "件、判定不能: {open} 件)。",
    ),
    "listing.none": Text(
        "None of the {read} rules matches.", "{read} 件の規則のうち、該当するものはありません。"
    ),
    "listing.empty_name": Text(
        "a name is empty; leave the option out to select by something else.",
        "空の名前があります。この条件で絞り込まない場合は、指定しないでください。",
    ),
    "listing.names_unknown": Text(
        "The host did not tell the names that it shows for Windows' own rules in its language, so "
        "rules with such a name may be missing. {error}",
        "Windows 独自の規則が PC の言語でどう表示されるかを読み取れなかったため、そのような名前の"
        "規則が抜けている可能性があります。{error}",
    ),
    "listing.adapters_unknown": Text(
        "The host did not tell the names of its network adapters, so some are shown by their ids. "
        "{error}",
        "ネットワーク アダプターの名前を読み取れなかったため、一部は ID で表示します。{error}",
    ),
    "rule_status.counts": Text("counts", "適用"),
    "rule_status.in_part": Text("in part", "一部適用"),
    "rule_status.depends": Text("depends", "条件による"),
    "rule_status.disabled": Text("disabled", "無効"),
    "rule_status.other_profile": Text("other profile", "プロファイル不一致"),
    "rule_status.other_adapter": Text("other adapter", "別のアダプター"),
    "rule_status.other_windows": Text("other Windows", "別の Windows"),
    "rule_status.other_transport": Text("other transport", "別のトランスポート"),
    "rule_status.void": Text("void", "ポリシーで無効"),
    "rule_status.beaten": Text("beaten", "ほかの規則が優先"),
    "rule_status.all_blocked": Text("all blocked", "すべてブロック"),
    "rule_status.firewall_off": Text("firewall off", "ファイアウォールがオフ"),
    "rule_status.other_firewall": Text("other firewall", "他社製ファイアウォール"),
    "rule_status.no_effect": Text("no effect", "効果なし"),
    "rule_status.not_understood": Text("not understood", "解釈不可"),
    "rule_status.unknown": Text("unknown", "不明"),
    "rule_store.local": Text("local", "ローカル"),
    "rule_store.group_policy": Text("Group Policy", "グループ ポリシー"),
    "rule_store.mdm": Text("MDM", "MDM"),
    "rule_store.static_service": Text("service hardening", "サービスの保護"),
    "rule_store.configurable_service": Text("service hardening", "サービスの保護"),
    "rule_store.app_isolation": Text("app containers", "アプリ コンテナー"),
}
