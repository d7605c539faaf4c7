# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Windows has recorded of dropped packets, and where."""

from __future__ import annotations

from collections.abc import Mapping

from ....ground.languages import Text

_DROPS = {
    "drop.inbound": Text(
        "Windows dropped {count} packets to {port} in the last {minutes} minutes, by {by}; they "
        "came from {remotes}, the last one at {time} ({record})",
        "Windows は過去 {minutes} 分間に {port} 宛てのパケットを {count} 個破棄しました。"
        "破棄したのは {by} です。送信元は {remotes}、最後は {time} です ({record})",
    ),
    "drop.outbound": Text(
        "Windows dropped {count} packets from {port} in the last {minutes} minutes, by {by}; they "
        "were for {remotes}, the last one at {time} ({record})",
        "Windows は過去 {minutes} 分間に {port} から送信されるパケットを {count} 個破棄しました。"
        "破棄したのは {by} です。宛先は {remotes}、最後は {time} です ({record})",
    ),
    "drop.other": Text(
        "Windows dropped {count} packets of {port} in the last {minutes} minutes, by {by}; at the "
        "other end was {remotes}, the last one at {time} ({record})",
        "Windows は過去 {minutes} 分間に {port} のパケットを {count} 個破棄しました。"
        "破棄したのは {by} です。相手は {remotes}、最後は {time} です ({record})",
    ),
    "drop.one_inbound": Text(
        "Windows dropped a packet to {port} from {remotes} at {time}, by {by} ({record})",
        "Windows は {time} に {remotes} から {port} 宛てのパケットを破棄しました。"
        "破棄したのは {by} です ({record})",
    ),
    "drop.one_outbound": Text(
        "Windows dropped a packet from {port} to {remotes} at {time}, by {by} ({record})",
        "Windows は {time} に {port} から {remotes} 宛てのパケットを破棄しました。"
        "破棄したのは {by} です ({record})",
    ),
    "drop.one_other": Text(
        "Windows dropped a packet of {port} at {time}, by {by}; at the other end was {remotes} "
        "({record})",
        "Windows は {time} に {port} のパケットを破棄しました。破棄したのは {by} です。相手は "
        "{remotes} です ({record})",
    ),
    "drop.none": Text(
        "no record says that Windows dropped a packet to {port} in the last {minutes} minutes; it "
        "may have dropped some all the same",
        "過去 {minutes} 分間に Windows が {port} 宛てのパケットを破棄した記録はありません。ただし、"
        "記録されずに破棄された可能性はあります",
    ),
    "drop.none_of_reachable": Text(
        "no drop in the last {minutes} minutes is recorded for what can be reached: {ports}",
        "接続できるポートについて、過去 {minutes} 分間に破棄の記録はありません: {ports}",
    ),
    "drop.no_time": Text("an unknown time", "不明な時刻"),
}

# What dropped a packet, after "by".
_BY = {
    "drop_by.rule": Text("the rule '{rule}'", "規則「{rule}」"),
    "drop_by.stealth": Text(
        "stealth mode, as nothing listened there", "ステルス モード (待ち受けなし)"
    ),
    "drop_by.query_user_default": Text(
        "the default for a program that no rule allows",
        "許可する規則のないプログラムに対する既定の動作",
    ),
    "drop_by.default_inbound": Text(
        "the default action for inbound traffic", "受信トラフィックに対する既定の動作"
    ),
    "drop_by.default_outbound": Text(
        "the default action for outbound traffic", "送信トラフィックに対する既定の動作"
    ),
    "drop_by.quarantine_default": Text(
        "quarantine, as the network adapter was not ready for traffic yet",
        "検疫 (ネットワーク アダプターが通信できる状態になる前)",
    ),
    "drop_by.uwp_default": Text(
        "the isolation of apps, as the app lacks a capability",
        "アプリの分離 (必要な機能がアプリにありません)",
    ),
    "drop_by.appcontainer_loopback": Text(
        "the isolation of apps, which may not use the loopback",
        "アプリの分離 (ループバックは使用できません)",
    ),
    "drop_by.wsh_default": Text(
        "Windows Service Hardening, which restricts the service",
        "Windows サービスの強化 (サービスの制限)",
    ),
    "drop_by.boot_time_default": Text(
        "the filters that count while Windows starts", "Windows の起動中に有効なフィルター"
    ),
    "drop_by.origin": Text("a filter of '{origin}'", "「{origin}」のフィルター"),
    "drop_by.filter": Text(
        "filter {number}, whose origin is not recorded",
        "フィルター {number} (由来の記録はありません)",
    ),
    "drop_by.unknown": Text("a filter that the record doesn't name", "記録に名前のないフィルター"),
}

_RECORDS = {
    "drop_record.net_events": Text(
        "net events of the Windows Filtering Platform",
        "Windows フィルタリング プラットフォームのネット イベント",
    ),
    "drop_record.security_log": Text(
        "events 5152 and 5157 of the Security log", "セキュリティ ログのイベント 5152 と 5157"
    ),
    "drop_record.firewall_log": Text(
        "log of Windows Defender Firewall", "Windows Defender ファイアウォールのログ"
    ),
    "drop_record.no_clock": Text(
        "the PC did not tell its own time", "PC の時刻を取得できませんでした"
    ),
    "drop_record.audit_off": Text(
        "the audit policy has Windows record none of them",
        "監査ポリシーにより、Windows は記録していません",
    ),
    "drop_record.audit_unknown": Text(
        "none is there, and whether the audit policy has Windows record them is unknown",
        "該当するイベントはなく、監査ポリシーが記録を有効にしているかどうかは不明です",
    ),
    "drop_record.no_log": Text(
        "there is no log at the usual places, or it can't be read",
        "通常の場所にログがないか、読み取れません",
    ),
    "drop_record.more": Text(
        "there are more entries than are read", "読み取った範囲のほかにも記録があります"
    ),
    "drop_record.lost": Text(
        "Windows says that {count} entries were lost",
        "Windows によると {count} 件の記録が失われました",
    ),
    "drop_record.unread": Text(
        "{count} entries could not be read", "{count} 件の記録を読み取れませんでした"
    ),
    "drop_record.other_logs": Text(
        "the firewall also writes a log that is not read: {files}",
        "ファイアウォールのログのうち、次のファイルは読み取っていません: {files}",
    ),
}

_STATES = {
    "drop_state.read": Text("{record}: read", "{record}: 読み取りました"),
    "drop_state.partly": Text(
        "{record}: perhaps not all of it was read: {why}",
        "{record}: 一部しか読み取れなかった可能性があります: {why}",
    ),
    "drop_state.off": Text(
        "{record}: nothing is recorded there: {why}", "{record}: 記録されていません: {why}"
    ),
    "drop_state.unread": Text(
        "{record}: it could not be read: {why}", "{record}: 読み取れませんでした: {why}"
    ),
}

_REMEDIES = {
    "drop_remedy.net_events": Text(
        "to have the Windows Filtering Platform record drops, run 'netsh wfp set options "
        "netevents=on' on the PC",
        "Windows フィルタリング プラットフォームに記録させるには、PC で 'netsh wfp set options "
        "netevents=on' を実行してください",
    ),
    "drop_remedy.log": Text(
        "have the firewall log dropped packets in the {profile} profile with firewall_profile, "
        "connect once more, and run port_check again",
        "firewall_profile で、ファイアウォールが {profile} プロファイルで破棄したパケットをログ"
        "に記録するようにしてから、もう一度接続を試み、port_check を再実行してください",
    ),
    "drop_remedy.log_by_policy": Text(
        "a policy keeps the firewall from logging dropped packets in the {profile} profile; ask "
        "whoever manages it",
        "ポリシーにより、ファイアウォールが {profile} プロファイルで破棄したパケットはログに記録"
        "されません。ポリシーの管理者に相談してください",
    ),
    "drop_remedy.audit": Text(
        "to have Windows write events of dropped packets, run auditpol /set /subcategory:"
        "{{0CCE9225-69AE-11D9-BED3-505054503030}},{{0CCE9226-69AE-11D9-BED3-505054503030}} "
        "/failure:enable in a command prompt of the PC (in any language, these are Filtering "
        "Platform Packet Drop and Filtering Platform Connection); they may be very many",
        "破棄されたパケットをイベントとして記録するには、PC のコマンド プロンプトで auditpol /set "
        "/subcategory:{{0CCE9225-69AE-11D9-BED3-505054503030}},{{0CCE9226-69AE-11D9-BED3-"
        "505054503030}} /failure:enable を実行してください (フィルタリング プラットフォームでの"
        "パケットのドロップと接続の、失敗の監査が有効になります)。イベントは大量になることがあります",
    ),
    "task.log_drops": Text(
        "Log dropped packets in the {profile} profile",
        "{profile} プロファイルで破棄されたパケットをログに記録する",
    ),
}

_ACTIONS = {
    "do.read_drops": Text(
        "read what is recorded of dropped packets", "破棄されたパケットの記録の読み取り"
    ),
}

TEXTS: Mapping[str, Text] = {**_DROPS, **_BY, **_RECORDS, **_STATES, **_REMEDIES, **_ACTIONS}
