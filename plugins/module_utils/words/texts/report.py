# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The report and its page, and short words for the states of PCs and ports.

The page's script gets those that begin with ``js.`` and the short words, and replaces their
placeholders itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...ground.languages import Text

# -- short words, for cells of tables ------------------------------------------------------------

_STATES_OF_PCS = {
    "pc_state.ready": Text("Ready", "準備完了"),
    "pc_state.blocked": Text("Blocked", "ブロック"),
    "pc_state.taken": Text("Port taken", "ポート使用中"),
    "pc_state.not_listening": Text("Not listening", "待ち受けなし"),
    "pc_state.unreachable": Text("Unreachable", "接続不可"),
    "pc_state.unknown": Text("Unknown", "不明"),
}

# What Windows calls the states of a TCP connection, and in Japanese what they mean besides.
_STATES_OF_CONNECTIONS = {
    "tcp_state.closed": Text("closed", "切断済み"),
    "tcp_state.listen": Text("listen", "待ち受け"),
    "tcp_state.syn_sent": Text("syn sent", "接続要求済み (SYN_SENT)"),
    "tcp_state.syn_received": Text("syn received", "接続要求受信済み (SYN_RECEIVED)"),
    "tcp_state.established": Text("established", "接続済み"),
    "tcp_state.fin_wait1": Text("fin wait1", "切断中 (FIN_WAIT1)"),
    "tcp_state.fin_wait2": Text("fin wait2", "切断中 (FIN_WAIT2)"),
    "tcp_state.close_wait": Text("close wait", "切断待ち (CLOSE_WAIT)"),
    "tcp_state.closing": Text("closing", "切断中 (CLOSING)"),
    "tcp_state.last_ack": Text("last ack", "切断中 (LAST_ACK)"),
    "tcp_state.time_wait": Text("time wait", "切断後の保留 (TIME_WAIT)"),
    "tcp_state.delete_tcb": Text("delete tcb", "削除中 (DELETE_TCB)"),
    "tcp_state.bound": Text("bound", "バインド済み"),
}

_VERDICTS_ON_PORTS = {
    "port_verdict.reachable": Text("Reachable", "接続可"),
    "port_verdict.not_listening": Text("Not listening", "待ち受けなし"),
    "port_verdict.loopback_only": Text("Loopback only", "ループバックのみ"),
    "port_verdict.blocked": Text("Blocked", "ブロック"),
    "port_verdict.in_use_by_other": Text("Taken", "使用中"),
    "port_verdict.reserved": Text("Reserved", "予約済み"),
    "port_verdict.hidden_by_profile": Text("Other profile", "プロファイル不一致"),
    "port_verdict.overridden_by_policy": Text("Policy", "ポリシーで制限"),
    "port_verdict.third_party_firewall": Text("Other firewall", "他社製ファイアウォール"),
    "port_verdict.unreachable_from_controller": Text("No answer", "応答なし"),
    "port_verdict.unknown": Text("Unknown", "不明"),
    # No verdict of port_check: the PC or the port was not asked about.
    "port_verdict.failed": Text("Not checked", "未確認"),
    "path_verdict.reachable": Text("Reachable", "接続可"),
    "path_verdict.name_unknown": Text("Name unknown", "名前不明"),
    "path_verdict.name_leads_elsewhere": Text("Name leads elsewhere", "名前が別の宛先"),
    "path_verdict.no_route": Text("No route", "経路なし"),
    "path_verdict.blocked_at_client": Text("Blocked at client", "クライアントでブロック"),
    "path_verdict.not_listening": Text("Not listening", "待ち受けなし"),
    "path_verdict.loopback_only": Text("Loopback only", "ループバックのみ"),
    "path_verdict.in_use_by_other": Text("Taken", "使用中"),
    "path_verdict.reserved": Text("Reserved", "予約済み"),
    "path_verdict.blocked_at_server": Text("Blocked at server", "サーバーでブロック"),
    "path_verdict.answered_by_other": Text("Answered by other", "別のマシンが応答"),
    "path_verdict.lost_on_the_way": Text("No answer", "応答なし"),
    "path_verdict.refused_on_the_way": Text("Refused", "拒否"),
    "path_verdict.unknown": Text("Unknown", "不明"),
    "hop.name": Text("name", "名前"),
    "hop.route": Text("route", "経路"),
    "hop.client_firewall": Text("client firewall", "クライアントのファイアウォール"),
    "hop.network": Text("network", "ネットワーク"),
    "hop.server_firewall": Text("server firewall", "サーバーのファイアウォール"),
    "hop.server_program": Text("server program", "サーバーのプログラム"),
}

# Parts of the evidence about a path.
_OF_WAYS = {
    "name_source.literal": Text("an address itself", "アドレスそのもの"),
    "name_source.own": Text("the client's own name", "クライアント自身の名前"),
    "name_source.hosts_file": Text("from the hosts file", "hosts ファイル"),
    "name_source.dns_cache": Text("from the DNS cache", "DNS キャッシュ"),
    "name_source.not_found": Text("DNS has no such name", "DNS にない名前"),
    "name_source.unknown": Text("unknown", "不明"),
    "outcome.connected": Text("connected", "接続できた"),
    "outcome.refused": Text("refused", "拒否された"),
    "outcome.reset": Text("connected, and broken off at once", "接続後すぐに切断された"),
    "outcome.timed_out": Text("no answer", "応答なし"),
    "outcome.unreachable": Text("no way there", "経路なし"),
    "outcome.forbidden": Text("kept back by the client", "クライアントが禁止"),
    "outcome.failed": Text("failed", "失敗"),
    "outcome.not_tried": Text("not tried", "試していない"),
}

# The others are in texts/firewall/judging.py.
_STATES_OF_THE_FIREWALL = {
    "firewall_state.mixed": Text("depends on network", "ネットワークによる"),
}

_CHANGES = {
    "change.listener": Text("Listener", "待ち受け"),
    "change.reserved": Text("Reserved range", "予約範囲"),
    "change.network": Text("Network", "ネットワーク"),
}

# -- what is in a report ---------------------------------------------------------------------------

_REPORT = {
    "report.title": Text("Ports of the PCs", "PC のポートの状態"),
    "report.not_asked": Text(
        "This PC was not asked: an earlier task has failed on it.",
        "この PC は確認していません。前のタスクが失敗しています。",
    ),
    "report.skipped": Text(
        "This PC was not asked: the task was skipped.",
        "この PC は確認していません。タスクがスキップされました。",
    ),
    "report.no_ports": Text(
        "This PC has no wanted ports.", "この PC には確認するポートが指定されていません。"
    ),
    "report.unreachable": Text(
        "Ansible could not connect to the PC: {message}",
        "Ansible から PC に接続できませんでした: {message}",
    ),
    "report.failed": Text(
        "The PC could not be checked: {message}", "PC を確認できませんでした: {message}"
    ),
    "report.check_connection": Text(
        "Check whether the PC is on and connected to the network, and whether WinRM is enabled on "
        "it (winrm quickconfig).",
        "PC の電源が入っていてネットワークに接続されているか、WinRM が有効か (winrm quickconfig) を"
        "確認してください。",
    ),
    "report.summary": Text(
        "{ready} of {hosts} PCs are ready. Each of the others counts once, by its worst port (port "
        "taken: {taken}, blocked: {blocked}, not listening: {not_listening}, unreachable: "
        "{unreachable}, unknown: {unknown}).",
        "{hosts} 台中 {ready} 台が準備完了です。ほかの PC は、最も問題のあるポートの状態で 1 台ずつ"
        "数えています (ポート使用中 {taken}、ブロック {blocked}、待ち受けなし {not_listening}、"
        "接続不可 {unreachable}、不明 {unknown})。",
    ),
    "report.summary_of_ready": Text(
        "{ready} of {hosts} PCs are ready.", "{hosts} 台中 {ready} 台が準備完了です。"
    ),
    "report.is_in": Text("The report is in {path}.", "レポート: {path}"),
    "report.would_write": Text(
        "The report would be in {path}; check mode: nothing was written.",
        "レポートの出力先: {path} (チェックモードのため、何も書き込んでいません)",
    ),
    "report.paths": Text(
        "{count} of {all} connections from clients to servers can be made.",
        "クライアントからサーバーへの {all} 件の接続のうち、{count} 件は接続できます。",
    ),
    "report.no_clients_asked": Text(
        "No client could be asked.", "どのクライアントからも確認できませんでした。"
    ),
    "report.clients_not_asked": Text(
        "The clients of {servers} were not asked: {problem}",
        "{servers} のクライアントからは確認していません。{problem}",
    ),
    "report.options_right": Text(
        "The options of the report are valid.", "レポートのオプションに問題はありません。"
    ),
    # Lines of the difference from an earlier report. The words of the format are not translated.
    "report.line_head": Text(
        "{title} ({language}, {collection})", "{title} ({language}, {collection})"
    ),
    "report.line": Text("{subject}: {state}", "{subject}: {state}"),
    "report.line_holder": Text("{subject} is held by {holder}", "{subject} の使用者は {holder}"),
}

_ERRORS = {
    "report.no_results": Text(
        "{host}: these are not results of port_check and port_facts of this version of the "
        "collection ({problem})",
        "{host}: このバージョンのコレクションの port_check と port_facts の結果ではありません "
        "({problem})",
    ),
    "report.results_without_ports": Text(
        "the result of port_check has no 'ports'", "port_check の結果に ports がありません"
    ),
    "report.no_json": Text(
        "it is not JSON: line {line}, column {column} is wrong",
        "JSON ではありません ({line} 行目の {column} 文字目に誤りがあります)",
    ),
    "report.long_number": Text(
        "it has a number that is too long for a report",
        "レポートとしては長すぎる数値があります",
    ),
    "report.too_deep": Text(
        "it is nested too deeply for a report", "レポートとしては入れ子が深すぎます"
    ),
    "report.no_report": Text(
        "it is not a report of portkeeper.windows: it lacks 'format' or 'hosts'",
        "portkeeper.windows のレポートではありません (format または hosts がありません)",
    ),
    "report.later_format": Text(
        "it has the format {found}, and this version of the collection reads the format {format}: "
        "a later version of the collection has made it; update this one",
        "形式が {found} で、このバージョンのコレクションで読み取れる形式は {format} です。"
        "新しいバージョンのコレクションで作成されているため、コレクションを更新してください",
    ),
    "report.other_format": Text(
        "it has the format {found}, and this version of the collection reads the format {format}: "
        "make it again with this version",
        "形式が {found} で、このバージョンのコレクションで読み取れる形式は {format} です。"
        "このバージョンで作成し直してください",
    ),
    "report.damaged": Text(
        "it is damaged: '{where}' has to be {wanted} and is {found}",
        "壊れています。「{where}」は{wanted}のはずですが、{found} になっています",
    ),
    "report.damaged_without": Text(
        "it is damaged: {where} lacks '{name}'", "壊れています。{where} に「{name}」がありません"
    ),
    "report.itself": Text("the report", "レポート"),
    "report.text": Text("text", "文字列"),
    "report.number": Text("a whole number", "整数"),
    "report.boolean": Text("true or false", "真偽値 (true / false)"),
    "report.list": Text("a list", "リスト"),
    "report.object": Text("an object", "オブジェクト"),
    "report.one_of": Text("one of {words}", " {words} のいずれか"),
}

# -- the page --------------------------------------------------------------------------------------

_PAGE = {
    "page.skip": Text("Skip to the results", "結果へ移動"),
    "page.facts": Text("{hosts} PCs, {ports} ports", "PC {hosts} 台、ポート {ports} 個"),
    "page.created": Text("Created", "作成日時"),
    "page.compared": Text("Compared with the report of", "前回のレポート"),
    "page.headline": Text("{ready} of {hosts} PCs are ready", "{hosts} 台中 {ready} 台が準備完了"),
    "page.headline_all": Text("All {hosts} PCs are ready", "全 {hosts} 台が準備完了"),
    "page.headline_one": Text("The PC is ready", "PC は準備完了"),
    "page.headline_none": Text("There are no PCs in this report", "このレポートに PC はありません"),
    "page.missing": Text(
        "No longer in the report: {hosts}", "前回のレポートにのみある PC: {hosts}"
    ),
    "page.summary": Text("State of the PCs", "PC の状態"),
    "page.made_by": Text("Made by {collection}", "{collection} で作成"),
    "page.no_script": Text(
        "The details of each PC, filters and sorting need JavaScript. The files beside this page "
        "(CSV and JSON) hold the same data.",
        "PC ごとの詳細、絞り込み、並べ替えには JavaScript が必要です。同じ内容は、このページと同じ"
        "場所にある CSV と JSON のファイルにもあります。",
    ),
    "page.first_none": Text("Nothing has to be mended.", "対処が必要なものはありません。"),
    "page.and_more": Text("and {count} more", "ほか {count} 台"),
    "page.matrix_caption": Text(
        "Whether each port of each PC can be reached", "各 PC の各ポートに接続できるか"
    ),
    "page.open_to": Text("open to {who}", "{who}"),
    "page.paths": Text("From clients to servers", "クライアントからサーバーへの接続"),
    "page.paths_count": Text(
        "{count} of {all} connections can be made", "{all} 件中 {count} 件は接続可"
    ),
    "page.paths_caption": Text(
        "Whether each client reaches each port of a server",
        "各クライアントからサーバーの各ポートに接続できるか",
    ),
    "page.paths_client": Text("Client", "クライアント"),
    "page.paths_server": Text("Server and port", "サーバーとポート"),
    "page.paths_obstacles": Text("What is in the way", "接続を妨げるもの"),
    "page.paths_hop": Text("ends at: {hop}", "箇所: {hop}"),
    "page.paths_address": Text("at {address}", "宛先: {address}"),
    "page.paths_before": Text("before: {verdict}", "前回: {verdict}"),
    "page.way": Text("Evidence", "根拠"),
    "page.way_name": Text("Name", "名前"),
    "page.way_from": Text("Client's address", "クライアントのアドレス"),
    "page.way_adapter": Text("Network adapter", "ネットワーク アダプター"),
    "page.way_next_hop": Text("Next hop", "ネクスト ホップ"),
    "page.way_network": Text("Network", "ネットワーク"),
    "page.way_program": Text("Client's program", "クライアントのプログラム"),
    "page.way_client_rules": Text("Client's firewall", "クライアントのファイアウォール"),
    "page.way_attempt": Text("Attempt", "接続の試み"),
    "page.way_seen": Text(
        "{outcome}; the server saw {address}", "{outcome} (サーバーから見た接続元: {address})"
    ),
    "page.way_processes": Text("Who listens", "待ち受けるプログラム"),
    "page.way_server_rules": Text("Server's firewall", "サーバーのファイアウォール"),
    "page.paths_more": Text(
        "{count} more: see the table above.",
        "ほかに {count} 件あります。上の表を参照してください。",
    ),
    "page.cut": Text("[{count} more characters]", "[ほか {count} 文字]"),
    "page.handed_over": Text("Handed over by", "引き渡し担当者"),
    "page.received": Text("Received by", "受領者"),
    "page.date": Text("Date", "日付"),
}

# The script uses these too, for the tables and parts that it creates.
_SCRIPT = {
    "js.task": Text("Task for a playbook", "Playbook のタスク"),
    "js.copy": Text("Copy", "コピー"),
    "js.copied": Text("Copied", "コピーしました"),
    "js.copy_failed": Text("Select the text and copy it", "選択してコピーしてください"),
    "js.filter": Text("Filter", "絞り込み"),
    "js.search": Text("Search", "検索"),
    "js.search_hint": Text(
        "process, service, cause or address", "プロセス、サービス、原因、アドレスなど"
    ),
    "js.details_left_off": Text(
        "To stay small, this page leaves out the details of the {left} PCs (of {all}) that are "
        "ready: who listens, evidence and the texts of checks. At these PCs, search, port and "
        '"Open to" find only names, addresses, networks, and the wanted ports with their verdict '
        "and who can reach them. The JSON file beside this page has everything, the CSV file the "
        "wanted ports of all PCs.",
        "ページを軽くするため、準備完了の PC (全 {all} 台中 {left} 台) の詳細 "
        "(待ち受け中のポート、根拠、判定の説明) はこのページに含まれていません。"
        "これらの PC では、「検索」「ポート」「接続範囲」の対象は、名前、アドレス、"
        "ネットワーク、および確認したポートの判定と接続範囲だけです。"
        "すべての内容は同じ場所の JSON ファイルに、"
        "全 PC の確認したポートは CSV ファイルにあります。",
    ),
    "js.details_elsewhere": Text(
        "The PC is ready, so its details are not in this page: who listens, evidence and the "
        "texts of checks. They are in the JSON file beside it.",
        "この PC は準備完了のため、詳細 (待ち受け中のポート、根拠、判定の説明) は"
        "このページに含まれていません。同じ場所の JSON ファイルにあります。",
    ),
    "js.more_rows": Text("Show {count} more PCs", "ほか {count} 台を表示"),
    "js.host": Text("PC", "PC"),
    "js.port": Text("Port", "ポート"),
    "js.port_hint": Text("80, tcp 8000-8100", "80、8000-8100"),
    "js.port_wrong": Text(
        "A port is a number, such as 80, tcp 443 or 8000-8100",
        "80、tcp 443、8000-8100 のように入力してください",
    ),
    "js.verdict": Text("Verdict", "判定"),
    "js.state": Text("State", "状態"),
    "js.reach": Text("Open to", "接続範囲"),
    "js.sources": Text("From elsewhere", "ほかの場所から"),
    "js.any": Text("Any", "すべて"),
    "js.clear": Text("Clear filters", "絞り込みを解除"),
    "js.print": Text("Print", "印刷"),
    "js.count": Text("{shown} of {all} PCs", "{all} 台中 {shown} 台を表示"),
    "js.count_paths": Text(
        "{pcs}, {shown} of {all} connections", "{pcs}、接続 {all} 件中 {shown} 件を表示"
    ),
    "js.no_path_shown": Text(
        "No connection matches these filters.", "条件に合う接続はありません。"
    ),
    "js.paths": Text("From clients to servers", "クライアントからサーバーへの接続"),
    "js.none_shown": Text("No PC matches these filters.", "条件に合う PC はありません。"),
    "js.show_only": Text("Show only: {state}", "「{state}」だけを表示"),
    "js.hosts": Text("Details of each PC", "PC ごとの詳細"),
    "js.address": Text("Address", "アドレス"),
    "js.networks": Text("Networks", "ネットワーク"),
    "js.no_networks": Text("Unknown", "不明"),
    "js.checks": Text("Checked ports", "確認したポート"),
    "js.rules": Text("What decides", "適用される規則と設定"),
    "js.remedies": Text("What to do", "対処"),
    "js.causes": Text("Why", "原因"),
    "js.listeners": Text("Listening ports", "待ち受け中のポート"),
    "js.listeners_count": Text("Listening ports ({count})", "待ち受け中のポート ({count} 件)"),
    "js.listeners_some": Text(
        "Listening ports ({shown} of {count})", "待ち受け中のポート ({count} 件中 {shown} 件)"
    ),
    "js.listeners_left_off": Text(
        "This printed list has {shown} of {count}, those at the checked ports first.",
        "{count} 件中 {shown} 件を印刷しています (確認したポートが優先)。",
    ),
    "js.protocol": Text("Protocol", "プロトコル"),
    "js.name": Text("Name", "名称"),
    "js.pid": Text("PID", "PID"),
    "js.process": Text("Process", "プロセス"),
    "js.services": Text("Services", "サービス"),
    "js.firewall": Text("Firewall", "ファイアウォール"),
    "js.reserved": Text("Ranges that Windows has reserved", "Windows が予約している範囲"),
    "js.administered": Text("set by an administrator", "管理者が設定"),
    "js.changes": Text("Changed since {date}", "前回 ({date}) からの変化"),
    "js.change": Text("What", "対象"),
    "js.before": Text("Before", "前回"),
    "js.after": Text("Now", "今回"),
    "js.listeners_unknown": Text(
        "What listens on this PC could not be read.",
        "この PC で何が待ち受けているかは読み取れませんでした。",
    ),
    "js.rule": Text("rule '{rule}'", "規則「{rule}」"),
    "js.nothing_known": Text(
        "Nothing could be read from this PC.", "この PC からは何も読み取れませんでした。"
    ),
    "js.expand": Text("Show all {count} characters", "全 {count} 文字を表示"),
    "js.collapse": Text("Show less", "短く表示"),
    "js.separator": Text(", ", "、"),
}

TEXTS: Mapping[str, Text] = {
    **_STATES_OF_PCS,
    **_STATES_OF_CONNECTIONS,
    **_VERDICTS_ON_PORTS,
    **_OF_WAYS,
    **_STATES_OF_THE_FIREWALL,
    **_CHANGES,
    **_REPORT,
    **_ERRORS,
    **_PAGE,
    **_SCRIPT,
}
