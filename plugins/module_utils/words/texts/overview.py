# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the page of a report says over all PCs: what to do by kind of cause, who listens where, and
what has changed.

The page's script gets those that begin with ``js.``, as of `report`.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...ground.languages import Text

# -- what to do, by the kind of the first cause ----------------------------------------------------

_MENDING = {
    "mend.answered_by_other": Text(
        "Find out which machine answers at the PC's address",
        "PC のアドレスで応答しているマシンを確認する",
    ),
    "mend.in_use_by_other": Text(
        "Free the port, or choose another one", "使用中のポートを解放するか、別のポートを選ぶ"
    ),
    "mend.holder_unknown": Text(
        "Find out which process holds the port", "ポートを使用しているプロセスを調べる"
    ),
    "mend.reserved": Text(
        "Choose a port outside of the reserved range", "予約されている範囲の外のポートを選ぶ"
    ),
    "mend.behind_nat": Text(
        "Check the container or virtual machine behind the port",
        "ポートの転送先のコンテナーまたは仮想マシンを確認する",
    ),
    "mend.nothing_listens": Text(
        "Start the program that should serve the port", "ポートを使うプログラムを起動する"
    ),
    "mend.destination_silent": Text(
        "Start what the port is forwarded to", "ポートの転送先のプログラムを起動する"
    ),
    "mend.loopback_only": Text(
        "Let the program listen for other machines",
        "プログラムをほかのマシンからも接続できるアドレスで待ち受けさせる",
    ),
    "mend.other_address_only": Text(
        "Let the program listen at the address that others connect to",
        "プログラムを接続先のアドレスで待ち受けさせる",
    ),
    "mend.ipv6_only": Text(
        "Let the program listen for IPv4 too", "プログラムを IPv4 でも待ち受けさせる"
    ),
    "mend.ipv4_only": Text(
        "Let the program listen for IPv6 too", "プログラムを IPv6 でも待ち受けさせる"
    ),
    "mend.third_party_firewall": Text(
        "Allow the port in the other firewall product",
        "他社製ファイアウォールでポートを許可する",
    ),
    "mend.policy_blocks_all": Text(
        "Ask those who manage the policy that blocks everything",
        "すべてをブロックしているポリシーの管理者に依頼する",
    ),
    "mend.policy_block_rule": Text(
        "Ask those who manage the policy with the block rule",
        "ブロックの規則を配布しているポリシーの管理者に依頼する",
    ),
    "mend.policy_voids_rule": Text(
        "Ask those who manage the policy to let local rules count",
        "ローカルの規則を有効にするようポリシーの管理者に依頼する",
    ),
    "mend.policy_voids_local_rules": Text(
        "Ask those who manage the policy to open the port",
        "ポートを許可するようポリシーの管理者に依頼する",
    ),
    "mend.blocks_all": Text(
        "Turn off the setting that blocks everything",
        "すべての受信をブロックする設定を解除する",
    ),
    "mend.service_restricted": Text(
        "Use another service or program", "別のサービスまたはプログラムを使う"
    ),
    "mend.block_rule": Text(
        "Disable or narrow the block rule", "ブロックの規則を無効にするか、範囲を狭める"
    ),
    "mend.rule_for_other_profile": Text(
        "Open the port for the profile of the network too",
        "接続中のネットワークのプロファイルでもポートを許可する",
    ),
    "mend.rule_disabled": Text("Enable the firewall rule", "ファイアウォール規則を有効にする"),
    "mend.rule_for_other_program": Text(
        "Open the port for the program that listens",
        "待ち受けているプログラムにポートを許可する",
    ),
    "mend.rule_for_other_service": Text(
        "Open the port for the service that listens",
        "待ち受けているサービスにポートを許可する",
    ),
    "mend.rule_for_other_remote": Text(
        "Open the port to the addresses that connect", "接続元のアドレスにポートを許可する"
    ),
    "mend.rule_for_other_protocol": Text(
        "Open the port for the right protocol", "正しいプロトコルでポートを許可する"
    ),
    "mend.rule_outbound": Text("Open the port for inbound traffic", "受信の規則でポートを許可する"),
    "mend.rule_for_other_address": Text(
        "Open the port at the address that others connect to",
        "接続先のアドレスでポートを許可する",
    ),
    "mend.rule_for_other_interface": Text(
        "Open the port for the network adapter that is used",
        "使われているネットワーク アダプターでポートを許可する",
    ),
    "mend.no_rule": Text("Open the port in the firewall", "ファイアウォールでポートを許可する"),
    "mend.condition_not_met": Text(
        "Open the port without the rule's condition",
        "条件のない規則でポートを許可する",
    ),
    "mend.firewall_stopped": Text(
        "Start the firewall's service", "ファイアウォールのサービスを開始する"
    ),
    "mend.condition_open": Text("Check the conditions of the rule", "規則の条件を確認する"),
    "mend.network_unidentified": Text(
        "Check the network that Windows has not identified",
        "Windows が識別していないネットワークを確認する",
    ),
    "mend.network_unknown": Text("Check the network of the PC", "PC のネットワークを確認する"),
    "mend.firewall_unknown": Text(
        "Check the firewall on the PC itself", "PC 上でファイアウォールを確認する"
    ),
    "mend.through_proxy": Text(
        "Check the port from a machine that needs no proxy",
        "プロキシを通らないマシンから確認する",
    ),
    "mend.forwarded": Text(
        "Check the port at the address of the PC itself", "PC 自体のアドレスで確認する"
    ),
    "mend.address_changed": Text(
        "Correct the address in the inventory", "インベントリーのアドレスを修正する"
    ),
    "mend.no_answer": Text(
        "Look at routers and firewalls on the way to the PC",
        "PC までの経路上のルーターやファイアウォールを確認する",
    ),
    "mend.refused": Text(
        "Look at what refuses connections on the way", "経路上で接続を拒否しているものを確認する"
    ),
    "mend.no_route": Text("Check the route to the PC", "PC への経路を確認する"),
}

# Why a PC could not be read, by the kinds of a survey.
_UNREAD = {
    "unread_pc.refused": Text("Nothing listens for WinRM", "WinRM が待ち受けていません"),
    "unread_pc.unreachable": Text(
        "There is no way to the PC, or its name has no address",
        "PC への経路がないか、名前に対応するアドレスがありません",
    ),
    "unread_pc.no_connection": Text(
        "The PC does not answer at all", "PC からまったく応答がありません"
    ),
    "unread_pc.timeout": Text("The PC did not answer in time", "PC が時間内に応答しませんでした"),
    "unread_pc.closed": Text("The connection broke off", "接続が途中で切れました"),
    "unread_pc.authentication": Text(
        "User or password was rejected", "ユーザー名またはパスワードが拒否されました"
    ),
    "unread_pc.ticket": Text(
        "Kerberos gave no ticket", "Kerberos のチケットを取得できませんでした"
    ),
    "unread_pc.unencrypted": Text(
        "The PC accepts no unencrypted messages",
        "PC が暗号化されていないメッセージを受け付けません",
    ),
    "unread_pc.keys": Text(
        "The PC could not decrypt the message", "PC がメッセージを復号できませんでした"
    ),
    "unread_pc.http_status": Text(
        "WinRM answered with an HTTP error", "WinRM が HTTP エラーを返しました"
    ),
    "unread_pc.certificate": Text(
        "The certificate was not accepted", "証明書を受け入れられませんでした"
    ),
    "unread_pc.tls": Text("TLS failed", "TLS の接続に失敗しました"),
    "unread_pc.not_tls": Text(
        "What answers does not speak TLS", "応答した相手が TLS に対応していません"
    ),
    "unread_pc.tls_expected": Text(
        "What answers speaks TLS only", "応答した相手は TLS でしか通信しません"
    ),
    "unread_pc.proxy": Text(
        "The connection through a proxy failed", "プロキシ経由の接続に失敗しました"
    ),
    "unread_pc.proxy_answer": Text(
        "A proxy answered instead of WinRM", "WinRM ではなくプロキシが応答しました"
    ),
    "unread_pc.too_large": Text(
        "The answer is larger than allowed", "応答が許される大きさを超えています"
    ),
    "unread_pc.redirected": Text(
        "The answer points to another address", "応答が別のアドレスを指しています"
    ),
    "unread_pc.not_winrm": Text("What answers is not WinRM", "応答した相手が WinRM ではありません"),
    "unread_pc.setting": Text("A setting is wrong", "設定に誤りがあります"),
    "unread_pc.other": Text("The PC could not be asked", "PC に問い合わせできませんでした"),
    "unread_pc.not_tried": Text(
        "Not tried, since the account was rejected before",
        "アカウントがすでに拒否されているため、試していません",
    ),
    "unread_pc.not_finished": Text("The time limit was reached", "制限時間に達しました"),
    "unread_pc.fault": Text("Windows refused the request", "Windows が要求を拒否しました"),
}

_REMEDIES = {
    "report.check_account": Text(
        "Check the user and the password in the inventory, and that the account is an "
        "administrator of the PC.",
        "インベントリーのユーザー名とパスワード、およびアカウントが PC の管理者であるかを確認して"
        "ください。",
    ),
    "report.check_tls": Text(
        "Check ansible_port, the scheme (http or https) and the certificate of the PC.",
        "ansible_port、スキーム (http または https)、PC の証明書を確認してください。",
    ),
}

# -- the page --------------------------------------------------------------------------------------

_PAGE = {
    "page.jump": Text("Parts of the page", "ページ内の項目"),
    "page.since": Text("Since {time}", "前回 ({time}) から"),
    "page.since_same": Text("nothing has changed", "変化はありません"),
    "page.worse": Text("Worse", "悪化"),
    "page.better": Text("Better", "改善"),
    "page.new": Text("New", "新規"),
    "page.other": Text("Changed otherwise", "そのほかの変化"),
    "page.was": Text("was: {word}", "前回: {word}"),
    "page.chart": Text(
        "Ready PCs in the last {count} reports: {numbers}",
        "直近 {count} 回のレポートで準備完了の PC: {numbers}",
    ),
    "page.chart_caption": Text("The last {count} reports", "直近 {count} 回のレポート"),
    "page.chart_total": Text("{ready} of {hosts} ready", "{hosts} 台中 {ready} 台が準備完了"),
    "page.list": Text("PCs, the worst first", "PC の一覧 (問題のある順)"),
    "page.problems": Text("Problems", "問題数"),
    "page.mend": Text("What to do, by kind", "対処 (種類別)"),
    "page.mend_count": Text("{hosts} PCs, {count} ports", "PC {hosts} 台、ポート {count} 個"),
    "page.mend_count_one": Text("1 PC, {count} ports", "PC 1 台、ポート {count} 個"),
    "page.mend_one_port": Text("1 PC, 1 port", "PC 1 台、ポート 1 個"),
    "page.mend_hosts": Text("{hosts} PCs", "PC {hosts} 台"),
    "page.mend_host": Text("1 PC", "PC 1 台"),
    "page.mend_variants": Text(
        "{count} more cases: the PCs in the list above say their own.",
        "ほかに {count} 件あります。上の一覧で各 PC の内容を確認してください。",
    ),
    "page.who": Text("Who listens, over all PCs", "待ち受けの一覧 (全 PC)"),
    "page.who_process": Text("By process", "プロセス別"),
    "page.who_port": Text("By port", "ポート別"),
    "page.who_count": Text("PCs", "台数"),
    "page.who_ports": Text("Ports", "ポート"),
    "page.who_holders": Text("Services and programs", "サービスとプログラム"),
    "page.who_more": Text(
        "{count} more are in the JSON file.", "ほか {count} 件は JSON ファイルにあります。"
    ),
    "page.who_more_ports": Text("and {count} more", "ほか {count} 件"),
}

_SCRIPT = {
    "js.found": Text("Found in {where}:", "一致 ({where}):"),
    "js.remove_filter": Text("Remove this filter: {filter}", "この絞り込みを解除: {filter}"),
    "js.show_pcs": Text("Show these {count} PCs", "この {count} 台を表示"),
    "js.show_pc": Text("Show this PC", "この PC を表示"),
    "js.show_changed": Text("Show only: {change}", "「{change}」だけを表示"),
    "js.listens": Text("{name} listens on {count} PCs", "{name} が待ち受けている PC: {count} 台"),
    "js.show_all": Text("Show all {count}", "全 {count} 件を表示"),
    "js.more_filters": Text("More filters", "絞り込みの条件"),
    "js.limit": Text("Copy names for --limit", "--limit 用に PC 名をコピー"),
    "js.limit_by_hand": Text(
        "Select these names and copy them (Ctrl+C)",
        "この PC 名を選択してコピーしてください (Ctrl+C)",
    ),
    "js.limit_copied": Text(
        "Copied the names of {count} PCs.", "{count} 台の PC 名をコピーしました。"
    ),
    "js.limit_left_out": Text(
        "Left out: {count} names with characters that a shell or --limit reads differently.",
        "シェルや --limit が別の意味に解釈する文字を含む {count} 台の名前は除いています。",
    ),
    "js.print_details": Text("with details", "詳細も印刷"),
    "js.printed_some": Text(
        "On paper: {shown} of {all} PCs. Filter for the others, or see the page itself.",
        "{all} 台中 {shown} 台を印刷しています。ほかの PC は絞り込んで印刷するか、ページ上で確認し"
        "てください。",
    ),
}

TEXTS: Mapping[str, Text] = {
    **_MENDING,
    **_UNREAD,
    **_REMEDIES,
    **_PAGE,
    **_SCRIPT,
}
