# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tables on a terminal, and the comparisons of verify_host."""

from __future__ import annotations

from collections.abc import Mapping

from ...ground.languages import Text

_MISFITS = {
    "misfit.missing": Text("'{place}' is missing", "「{place}」がありません"),
    "misfit.whole": Text("it is not {kind}", "形式が違います (必要な形式: {kind})"),
    "misfit.kind": Text(
        "'{place}' is not {kind}", "「{place}」の形式が違います (必要な形式: {kind})"
    ),
    "misfit.port_rows": Text(
        "port_rows wants ansible_facts.port_facts, as the module port_facts returns it, or a "
        "result of port_check or port_path: {problem}",
        "port_rows には、モジュール port_facts が返した ansible_facts.port_facts か、"
        "port_check または port_path の結果を渡してください。{problem}",
    ),
    "misfit.port_table": Text(
        "port_table wants ansible_facts.port_facts, as the module port_facts returns it: {problem}",
        "port_table には、モジュール port_facts が返した ansible_facts.port_facts を"
        "渡してください。{problem}",
    ),
    "misfit.of_pcs": Text(
        "this filter wants the results for each PC by its name, for example {{'pc-1': {{'before': "
        "the result of port_check}}}}: {problem}",
        "このフィルターには、各 PC の結果を PC 名をキーとする辞書で渡してください。"
        "例: {{'pc-1': {{'before': port_check の結果}}}}。{problem}",
    ),
    "misfit.of_check": Text(
        "this filter wants a result of port_check: {problem}",
        "このフィルターには、port_check の結果を渡してください。{problem}",
    ),
    "misfit.kind.text": Text("a text", "文字列"),
    "misfit.kind.whole_number": Text("a whole number", "整数"),
    "misfit.kind.truth": Text("true or false", "真偽値 (true または false)"),
    "misfit.kind.list": Text("a list", "リスト"),
    "misfit.kind.mapping": Text("a dictionary", "辞書"),
    "misfit.kind.one_of": Text("one of {words}", "{words} のどれか"),
}

# What verify_host says: what it compares, what each way says about it, and the outcomes.
_CHECKS = {
    "check.tcp_listeners": Text("TCP listeners", "TCP の待ち受け"),
    "check.udp_endpoints": Text("UDP endpoints", "UDP のエンドポイント"),
    "check.programs": Text("Programs behind endpoints", "エンドポイントのプログラム"),
    "check.services": Text("Services by process", "プロセスごとのサービス"),
    "check.http_sys": Text("Ports of http.sys", "http.sys のポート"),
    "check.dynamic_ranges": Text("Dynamic port ranges", "動的ポートの範囲"),
    "check.excluded_ranges": Text("Excluded port ranges", "ポート除外範囲"),
    "check.profiles": Text("Firewall profiles", "ファイアウォールのプロファイル"),
    "check.networks": Text("Networks", "ネットワーク"),
    "check.addresses": Text("Addresses of the host", "ホストの IP アドレス"),
    "check.routers": Text("Routers", "ルーター"),
    "check.on_interface": Text("{what} on interface {index}", "インターフェイス {index} の {what}"),
    "check.address_not_used": Text(
        "it is kept for an adapter that is not connected, or not usable yet",
        "接続されていないアダプター用か、まだ使用できないアドレスです",
    ),
    "check.windows_folder": Text("Windows' own folder", "Windows のフォルダー"),
}


_CHECKED = {
    "check.registry": Text("registry", "レジストリ"),
    "check.listens": Text("listens", "待ち受け"),
    "check.listens_at": Text("listens: {ports}", "待ち受け: {ports}"),
    "check.excluded": Text("excluded", "除外"),
    "check.process": Text("process {pid}", "プロセス {pid}"),
    "check.no_pid": Text("unknown", "不明"),
    "check.socket_of": Text("{socket} of {process}", "{process} の {socket}"),
    "check.yes": Text("yes", "はい"),
    "check.no": Text("no", "いいえ"),
    "check.allow": Text("allow", "許可"),
    "check.block": Text("block", "ブロック"),
    "check.not_configured": Text("not configured", "未構成"),
}


_CHECK_REASONS = {
    "check.moved": Text(
        "it appeared or disappeared between the readings",
        "2 回の読み取りの間に現れたか、なくなりました",
    ),
    "check.ephemeral": Text(
        "a port in the dynamic range, which programs take and release all the time",
        "動的ポートの範囲のポートで、2 回の読み取りの間に使用または終了されました",
    ),
    "check.both_families": Text(
        "one socket for IPv6 and IPv4: one row by CIM, two in netstat",
        "IPv6 と IPv4 の両方に使われる 1 つのソケットで、CIM では 1 行、netstat では 2 "
        "行になります",
    ),
    "check.process_moved": Text(
        "the process started or ended between the readings",
        "2 回の読み取りの間にプロセスが開始または終了しました",
    ),
    "check.own_reservation": Text(
        "a program may listen in a range that it has reserved itself",
        "プログラムは、自分で予約した範囲で待ち受けることができます",
    ),
    "check.by_policy": Text(
        "a policy sets it, which CIM does not show in the local store",
        "ポリシーで設定されており、CIM はそれをローカルのストアに表示しません",
    ),
    "check.other_store": Text(
        "the rule is in another store of the registry",
        "規則はレジストリの別のストアにあります",
    ),
    "check.unidentified": Text(
        "Windows keeps no network that it could not identify; it takes it for a public one",
        "識別できないネットワークを Windows は記録せず、パブリック ネットワークとして扱います",
    ),
    "check.other_language": Text(
        "Windows shows its own rules in another language",
        "Windows の組み込みの規則が別の言語で表示されています",
    ),
    "check.unknown_fields": Text(
        "the rule's text has fields that are not known here",
        "規則のテキストに解釈できない項目があります",
    ),
}


_CHECK_PROBLEMS = {
    "check.class_missing": Text(
        "This Windows does not have {name}.",
        "この Windows に {name} は存在しません。",
    ),
    "check.no_endpoint_classes": Text(
        "This Windows has no CIM classes of endpoints.",
        "この Windows にはエンドポイントの CIM クラスがありません。",
    ),
    "check.unreadable": Text("It could not be read.", "読み取れませんでした。"),
    "check.no_networks": Text(
        "The registry lists no network.",
        "レジストリにネットワークがありません。",
    ),
    "check.not_in_registry": Text("The registry does not have it.", "レジストリにありません。"),
    "check.line_in_doubt": Text(
        "Line {line} of what '{program}' printed {why}: {text}",
        "「{program}」が出力した {line} 行目は、{why}: {text}",
    ),
    "check.recording_failed": Text(
        "{host}: the recording can't be written: {why}",
        "{host}: 記録を書き込めません: {why}",
    ),
}


_CHECK_TABLE = {
    "check.head.fact": Text("FACT", "項目"),
    "check.head.first": Text("ONE WAY", "方法 1"),
    "check.head.second": Text("ANOTHER", "方法 2"),
    "check.head.agreed": Text("AGREE", "一致"),
    "check.head.differences": Text("DIFFER", "相違"),
    "check.head.outcome": Text("OUTCOME", "結果"),
    "check.outcome.agree": Text("agree", "一致"),
    "check.outcome.expected": Text("expected", "想定内"),
    "check.outcome.disagree": Text("disagree", "不一致"),
    "check.outcome.unknown": Text("unknown", "不明"),
    "check.not_compared": Text(
        "{fact}: could not be compared. {problem}",
        "{fact}: 比較できませんでした。{problem}",
    ),
    "check.difference": Text(
        "{fact}: {what}: {first}, {second}.",
        "{fact}: {what}: {first}、{second}。",
    ),
    "check.says": Text("{source} says '{text}'", "{source} では「{text}」"),
    "check.says_nothing": Text("{source} says nothing", "{source} にはありません"),
    "check.more": Text(
        "{fact}: {count} more disagreements.",
        "{fact}: ほかに {count} 件の不一致があります。",
    ),
    "check.expected": Text(
        "{fact}: {count} expected: {reason}.",
        "{fact}: 想定内の相違 {count} 件: {reason}。",
    ),
}

_COLUMNS = {
    "column.protocol": Text("PROTO", "プロトコル"),
    "column.port": Text("PORT", "ポート"),
    "column.ports": Text("PORTS", "ポート"),
    "column.name": Text("NAME", "名称"),
    "column.addresses": Text("ADDRESSES", "アドレス"),
    "column.state": Text("STATE", "状態"),
    "column.pid": Text("PID", "PID"),
    "column.process": Text("PROCESS", "プロセス"),
    "column.services": Text("SERVICES", "サービス"),
    "column.services_and_urls": Text("SERVICES / URLS", "サービス/URL"),
    "column.firewall": Text("FIREWALL", "ファイアウォール"),
    "column.reach": Text("OPEN TO", "接続範囲"),
    "column.verdict": Text("VERDICT", "判定"),
    "column.verdict_before": Text("BEFORE", "実行前"),
    "column.verdict_now": Text("NOW", "現在"),
    "column.as_expected": Text("AS EXPECTED", "期待どおり"),
    "column.host": Text("HOST", "ホスト"),
    "column.hop": Text("HOP", "箇所"),
    "column.client": Text("CLIENT", "クライアント"),
    "column.server": Text("SERVER", "サーバー"),
    "column.address": Text("ADDRESS", "アドレス"),
    "column.outcome": Text("OUTCOME", "結果"),
    "column.rule": Text("RULE", "規則"),
    "column.status": Text("STATUS", "状況"),
    "column.store": Text("STORE", "ストア"),
    "column.remote": Text("REMOTE", "リモート"),
    "column.program": Text("PROGRAM", "プログラム"),
    "column.direction": Text("DIRECTION", "方向"),
    "column.action": Text("ACTION", "操作"),
    "column.profiles": Text("PROFILES", "プロファイル"),
    "column.from": Text("FROM", "接続元"),
    "column.network": Text("NETWORK", "ネットワーク"),
    "column.adapter": Text("ADAPTER", "アダプター"),
    "column.before": Text("BEFORE", "変更前"),
    "column.category": Text("CATEGORY", "種類"),
    "column.effective": Text("EFFECTIVE", "効果"),
    "column.setting": Text("SETTING", "設定"),
    "column.local": Text("LOCAL", "ローカルの値"),
    "column.in_force": Text("IN FORCE", "有効な値"),
    "column.origin": Text("FROM", "設定元"),
}

_CELLS = {
    "answer.yes": Text("yes", "はい"),
    "answer.no": Text("no", "いいえ"),
    "answer.unknown": Text("unknown", "不明"),
    "table.effective": Text("yes", "あり"),
    "table.not_effective": Text("no", "なし"),
    # What the firewall says in some profiles, and in others.
    "table.controller": Text("controller", "コントローラー"),
    "table.exposure": Text("{profiles} {state}", "{profiles}: {state}"),
    "table.exposures": Text("; ", "; "),
    "table.unlisted_rule": Text("{rule} (not in the list)", "{rule} (一覧にない規則)"),
    "rule_outcome.created": Text("created", "作成"),
    "rule_outcome.changed": Text("changed", "変更"),
    "rule_outcome.deleted": Text("deleted", "削除"),
    "rule_outcome.unchanged": Text("unchanged", "変更なし"),
    "rule_outcome.would_create": Text("would create", "作成予定"),
    "rule_outcome.would_change": Text("would change", "変更予定"),
    "rule_outcome.would_delete": Text("would delete", "削除予定"),
    "holder_outcome.stopped": Text("stopped", "停止"),
    "holder_outcome.would_stop": Text("would stop", "停止予定"),
    "holder_outcome.restarted": Text("restarted", "再起動"),
    "holder_outcome.would_restart": Text("would restart", "再起動予定"),
    "holder_outcome.left": Text("left", "そのまま"),
    "holder_outcome.still_held": Text("still held", "使用中のまま"),
    "holder_outcome.would_let_go": Text("would let go", "解放予定"),
    "holder_outcome.may_stay": Text("may stay held", "解放は未定"),
    "holder_outcome.gone": Text("gone", "終了済み"),
    "holder_outcome.came_back": Text("came back", "再び使用"),
    "holder_outcome.unknown": Text("unknown", "不明"),
    "holder_outcome.refused": Text("refused: {reason}", "中止: {reason}"),
}

# Why nothing was stopped, in a few words; the sentences are in texts/stopping.
_REFUSALS = {
    "refusal.windows_itself": Text("Windows itself", "Windows 自身"),
    "refusal.unknown_process": Text("unknown process", "プロセス不明"),
    "refusal.ended": Text("ended", "終了済み"),
    "refusal.not_expected": Text("not expected", "指定と異なる"),
    "refusal.not_a_service": Text("not a service", "サービスではない"),
    "refusal.several_services": Text("several services", "複数のサービス"),
    "refusal.iis_worker": Text("IIS worker", "IIS のワーカー"),
    "refusal.orphaned": Text("orphaned", "終了したプロセスのソケット"),
    "refusal.forwarded": Text("forwarded", "NAT による転送"),
    "refusal.takes_no_stop": Text("takes no stop", "停止できない"),
    "refusal.disabled": Text("disabled", "無効"),
    "refusal.paused": Text("paused", "一時停止中"),
    "refusal.no_such_service": Text("no such service", "該当するサービスなし"),
    "refusal.nothing_to_restart": Text("nothing to restart", "再起動の対象なし"),
    "refusal.reused_pid": Text("reused PID", "PID の再利用"),
    "refusal.relay": Text("relay", "中継するだけのプロセス"),
    "refusal.system_process": Text("system process", "システム プロセス"),
    "refusal.protected_process": Text("protected process", "保護されたプロセス"),
    "refusal.shared_process": Text("shared process", "共有プロセス"),
    "refusal.dependent_services": Text("dependent services", "依存するサービスあり"),
    "refusal.rpc": Text("RPC", "RPC が使用"),
    "refusal.wmi": Text("WMI", "WMI が使用"),
    "refusal.winrm": Text("WinRM", "WinRM が使用"),
    "refusal.network": Text("network service", "ネットワークのサービス"),
}

_BELOW = {
    "table.nobody": Text(
        "No endpoint was found at the requested ports.",
        "指定したポートのエンドポイントはありません。",
    ),
    "facts.nobody": Text(
        "Nothing listens at the requested ports.",
        "指定したポートで待ち受けているプログラムはありません。",
    ),
    "facts.unused": Text(
        "Nothing listens at the requested ports, and no connection uses them.",
        "指定したポートでは、待ち受けも接続もありません。",
    ),
    "facts.not_in_state": Text(
        "No connection or listener at the requested ports is in the requested states.",
        "指定したポートには、指定した状態の待ち受けや接続はありません。",
    ),
    "facts.connection": Text(
        "{ports} is taken by {holder}, which does not listen there, but uses it for a connection "
        "of its own or has bound it.",
        "{ports} は {holder} が待ち受け以外 (自身の接続またはバインド) に使用しています。",
    ),
    "facts.nat": Text(
        "{port} is forwarded by Windows' NAT to {target}, a container or a virtual machine.",
        "{port} は Windows の NAT がコンテナーまたは仮想マシン {target} に転送しています。",
    ),
    "table.unread": Text("Not read", "読み取り不可"),
    "table.not_listed": Text(
        "{count} more ports are as they should be. They are shown where the output is no terminal.",
        "ほかに問題のないポートが {count} 件あります。端末以外への出力には表示されます。",
    ),
    "table.check_mode": Text(
        "Check mode: nothing was changed.", "チェックモードのため、何も変更していません。"
    ),
    "table.reserved": Text("Reserved: {ranges}", "予約済み: {ranges}"),
    "table.dynamic": Text("For outgoing connections: {ranges}", "動的ポートの範囲: {ranges}"),
    "table.forward": Text(
        "Forwarded: {protocol} {from} to {to} (netsh interface portproxy {name})",
        "転送: {protocol} {from} → {to} (netsh interface portproxy {name})",
    ),
    "table.forward_by_nat": Text(
        "Forwarded: {protocol} {from} to {to} (NAT '{name}')",
        "転送: {protocol} {from} → {to} (NAT「{name}」)",
    ),
    "table.range": Text("{protocol} {ports}", "{protocol} {ports}"),
    "table.range_administered": Text(
        "{protocol} {ports} (administered)", "{protocol} {ports} (管理者が設定)"
    ),
    "table.networks": Text("Networks: {networks}", "ネットワーク: {networks}"),
    "table.network": Text("{name} ({profile})", "{name} ({profile})"),
    "table.network_of_controller": Text(
        "{name} ({profile}, by which the controller comes)",
        "{name} ({profile}、コントローラーからの接続)",
    ),
    "table.interface": Text(
        "Adapter {adapter}: {addresses}; network {network} ({profile})",
        "アダプター {adapter}: {addresses}、ネットワーク {network} ({profile})",
    ),
    "table.interface_alone": Text(
        "Adapter {adapter}: {addresses}; Windows lists no network for it",
        "アダプター {adapter}: {addresses}、ネットワークは Windows の一覧にありません",
    ),
    "table.network_without_name": Text("unnamed", "名前なし"),
    "table.in_charge": Text(
        "In charge of the firewall: {products}", "ファイアウォールを管理している製品: {products}"
    ),
    "table.active_profiles": Text("Active profiles: {profiles}", "有効なプロファイル: {profiles}"),
    "table.no_profile": Text("unknown", "不明"),
    "table.of_rule": Text("{rule}: {reason}", "{rule}: {reason}"),
    "table.limited": Text("{rule}: limited to {limits}", "{rule}: {limits}に限定"),
    "table.open": Text(
        "{rule}, {ports}, {network}: {reach}", "{rule}、{ports}、{network}: {reach}"
    ),
    "table.ports": Text("{protocol} {ports}", "{protocol} {ports}"),
    "table.ports_of_program": Text(
        "{protocol} {ports} of {program}", "{protocol} {ports} ({program})"
    ),
    "table.open_to": Text("open to {who}", "{who}"),
    "table.open_to_addresses": Text("open to {who} ({addresses})", "{who} ({addresses})"),
    "table.open_unknown": Text("unknown to whom it is open", "どこから接続できるかは不明"),
    "table.perhaps_open": Text(
        "{open}; perhaps to {addresses} ({reason})",
        "{open}。{addresses} からは条件による ({reason})",
    ),
    "table.not_open": Text(
        "{open}; not open to {addresses} ({reason})",
        "{open}。{addresses} からは接続できない ({reason})",
    ),
    "table.still_open": Text(
        "{open}; still open to {addresses} ({reason})",
        "{open}。{addresses} からはまだ接続できる ({reason})",
    ),
    "table.finding": Text("{text} Rules: {rules}. {remedy}", "{text}対象の規則: {rules}。{remedy}"),
    "table.as_tasks": Text(
        "{count} of {all} rules are tasks, in tasks_yaml of the result: register it, and write it "
        "to a file with ansible.builtin.copy.",
        "{all} 件の規則のうち {count} 件のタスクが、結果の tasks_yaml にあります。register で保存"
        "し、ansible.builtin.copy でファイルに書き出してください。",
    ),
    "rule_direction.in": Text("in", "受信"),
    "rule_direction.out": Text("out", "送信"),
    "rule_action.allow": Text("allow", "許可"),
    "rule_action.block": Text("block", "ブロック"),
    "rule_action.bypass": Text("bypass", "バイパス"),
    "rule_value.any": Text("any", "すべて"),
    "table.conditional": Text(
        "Conditional: a rule lets traffic in only under conditions, or not to every program, and "
        "whether that holds can't be told from here, for example while no program listens (the "
        "evidence names the rule and the conditions).",
        "条件付き: 規則が条件のもとでだけ、または一部のプログラムを除いて許可しており、それに当ては"
        "まるかどうかはここから判断できません。待ち受けるプログラムがまだない場合などです (規則と条"
        "件は根拠にあります)。",
    ),
    "table.and_others": Text("{items} and {count} others", "{items} ほか {count} 件"),
    "table.open_more": Text(
        "{rule}: {count} further groups of ports are not listed",
        "{rule}: ほかのポート {count} 件は省略",
    ),
    "table.no_setup": Text(
        "Gathering facts of Windows needs the collection ansible.windows. This collection needs no "
        "facts: write gather_facts: false in the play, or install ansible.windows.",
        "Windows のファクトの収集には、コレクション ansible.windows が必要です。このコレクションに"
        "ファクトは不要です。プレイに gather_facts: false を指定するか、ansible.windows を"
        "インストールしてください。",
    ),
    "table.not_shown": Text(
        "The result of {module} can't be shown as a table, so it is shown as it is. Please report "
        "this, with what -vvv prints.",
        "{module} の結果を表にできないため、そのまま表示します。-vvv "
        "を付けたときの出力を添えて報告してください。",
    ),
}

_PROGRESS = {
    "progress.hosts": Text(
        "{task}: {done}/{all} hosts, {failed} failed, {left} left",
        "{task}: {done}/{all} 台、失敗 {failed}、残り {left}",
    ),
    "progress.no_tqdm": Text(
        "There is no progress bar: the Python package tqdm is not installed.",
        "進行状況バーを表示できません。Python パッケージ tqdm がインストールされていません。",
    ),
}

TEXTS: Mapping[str, Text] = {
    **_MISFITS,
    **_CHECKS,
    **_CHECKED,
    **_CHECK_REASONS,
    **_CHECK_PROBLEMS,
    **_CHECK_TABLE,
    **_COLUMNS,
    **_CELLS,
    **_REFUSALS,
    **_BELOW,
    **_PROGRESS,
}
