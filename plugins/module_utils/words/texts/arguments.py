# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wrong with a task and its arguments."""

from __future__ import annotations

from collections.abc import Mapping

from ...ground.languages import Text

_TASK = {
    "task.no_action": Text(
        "{module} is an action and runs on the controller. It was called as a module, which means "
        "that Ansible did not find the action: call it by its full name, "
        "portkeeper.windows.{module}.",
        "{module} はコントローラーで動作するアクションです。モジュールとして呼び出されたため、"
        "Ansible がアクションを見つけられなかったことになります。完全な名前 "
        "portkeeper.windows.{module} で指定してください。",
    ),
    "task.this_host": Text("the host", "ホスト"),
    "task.host_and_address": Text("{host} ({address})", "{host} ({address})"),
    "task.address_and_port": Text("{address} port {port}", "{address} ポート {port}"),
    "task.warning": Text("{host}: {warning}", "{host}: {warning}"),
    "task.become": Text(
        "become has no effect: {module} works with the account of the connection. Leave out "
        "become, or set ansible_user to the account that is meant.",
        "become は効きません。{module} は接続に使うアカウントで動作します。become を削除するか、"
        "使うアカウントを ansible_user に指定してください。",
    ),
    "task.delegated": Text(
        "the task is delegated there, and the connection 'local' does not lead to WinRM. Leave out "
        "delegate_to: the module runs on the controller anyway, and connects to the PC itself.",
        "タスクがそこに委譲されており、接続「local」では WinRM に届きません。delegate_to を削除して"
        "ください。モジュールはもともとコントローラーで動作し、PC には自分で接続します。",
    ),
    "task.not_connected": Text(
        "Could not connect to WinRM on {where}: {problem}",
        "{where} の WinRM に接続できませんでした: {problem}",
    ),
    "task.not_of_inventory": Text(
        "'{host}' is not the name of a host in the inventory, so nothing is sent to it. Write the "
        "name as the inventory has it; addresses and patterns are not taken.",
        "「{host}」という名前のホストはインベントリーにないため、何も送信しません。"
        "インベントリーのとおりにホスト名を指定してください。アドレスとパターンは指定できません。",
    ),
    "task.group": Text(
        "'{host}' is a group of the inventory; write the name of a host in it, or for all of them "
        "\"{{{{ groups['{host}'] }}}}\".",
        "「{host}」はインベントリーのグループです。その中のホスト名を指定してください。すべてのホス"
        "ト"
        "の場合は \"{{{{ groups['{host}'] }}}}\" と書きます。",
    ),
    "task.not_askable": Text(
        "{where}: this can't be asked of a host: {problem}. Change the task's options.",
        "{where}: この内容はホストに問い合わせできません: {problem}。"
        "タスクのオプションを変更してください。",
    ),
    "task.no_memory": Text(
        "{where}: the controller has no memory left for what the host answered. Ask for fewer "
        "ports, or run with fewer forks.",
        "{where}: ホストの応答を処理するメモリがコントローラーにありません。"
        "ポートの数を減らすか、forks を減らして実行してください。",
    ),
    "task.unexpected": Text(
        "{where}: {action} met something that {collection} does not expect, and stopped. What it "
        "had changed until then stays changed; check the host, and run the task again. Please "
        "report this at {issues}, with what -vvv prints.",
        "{where}: {action} は {collection} が想定していない状態を検出し、停止しました。"
        "それまでの変更は残っています。ホストを確認し、タスクを再実行してください。"
        "-vvv の出力を添えて {issues} に報告してください。",
    ),
}

_ARGUMENTS = {
    "argument.problem": Text("{problem}", "{problem}"),
    "argument.of": Text("{option}: {problem}", "{option}: {problem}"),
    "argument.of_entry": Text(
        "rules, entry {number}: {problem}", "rules の {number} 番目: {problem}"
    ),
    "argument.wrong_by_spec": Text(
        "The arguments of the task are wrong: {problem}",
        "タスクの引数が正しくありません (Ansible のメッセージ: {problem})",
    ),
    "argument.wrong": Text(
        "The arguments of the task are wrong: {problem}",
        "タスクの引数が正しくありません。{problem}",
    ),
    "argument.unsupported": Text(
        "Unsupported parameters for ({module}) module: {names}. Supported parameters include: "
        "{options}.",
        "{module} で使えないオプションがあります: {names}。使えるオプション: {options}。",
    ),
    "argument.unsupported_near": Text(
        "Unsupported parameters for ({module}) module: {names}. Supported parameters include: "
        "{options}. Did you mean {meant}?",
        "{module} で使えないオプションがあります: {names}。使えるオプション: {options}。"
        "{meant} ではありませんか。",
    ),
    "argument.missing": Text(
        "missing required arguments: {names}.",
        "必須のオプションが指定されていません: {names}。",
    ),
    "argument.no_choice": Text(
        "value of {option} must be one of: {allowed}, got: {value}.",
        "{option} に「{value}」は指定できません。指定できる値: {allowed}。",
    ),
    "argument.no_value": Text(
        "{option} has no value. It may be one of: {allowed}.",
        "{option} に値がありません。指定できる値: {allowed}。",
    ),
    "argument.wrong_kind": Text(
        "{option}: '{value}' is not {kind}.",
        "{option}: 「{value}」の形式が違います (必要な形式: {kind})。",
    ),
    "argument.stray": Text(
        "'{words}' belongs to no option: write option=value, and quote a value that has spaces.",
        "「{words}」がどのオプションにも属していません。オプション=値 の形で書き、空白を含む値は"
        "引用符で囲んでください。",
    ),
    "argument.stray_in_list": Text(
        "'{words}' belongs to no option, because a space ends the value before it. Write "
        "{together}, or {quoted}.",
        "空白で値が区切られたため、「{words}」がどのオプションにも属していません。"
        "{together} または {quoted} と書いてください。",
    ),
    "mistake.of_variable": Text("{variable}: {problem}", "{variable}: {problem}"),
    "mistake.unresolved": Text(
        "{variable}: its value can't be worked out: {problem}. Correct the template in it.",
        "{variable} の値を求められません (Ansible のメッセージ: {problem})。値の中のテンプレートを"
        "修正"
        "してください。",
    ),
    "mistake.no_such_group": Text(
        "{variable}: the inventory has no group {names}. Correct the name, or add the group to the "
        "inventory.",
        "{variable}: インベントリーにグループ {names} がありません。名前を修正するか、インベントリ"
        "ー"
        "にグループを追加してください。",
    ),
    "mistake.no_such_group_near": Text(
        "{variable}: the inventory has no group {names}. Did you mean {meant}?",
        "{variable}: インベントリーにグループ {names} がありません。{meant} ではありませんか。",
    ),
    "mistake.no_such_host": Text(
        "{variable}: the inventory has no host {names}. Correct the name, or add the host to the "
        "inventory.",
        "{variable}: インベントリーにホスト {names} がありません。名前を修正するか、インベントリー"
        "に"
        "ホストを追加してください。",
    ),
    "mistake.no_such_host_near": Text(
        "{variable}: the inventory has no host {names}. Did you mean {meant}?",
        "{variable}: インベントリーにホスト {names} がありません。{meant} ではありませんか。",
    ),
    "mistake.list_on_command_line": Text(
        'On the command line, write the list in JSON: -e \'{{"{variable}": ["https"]}}\'.',
        'コマンド ラインでは、リストを JSON で指定してください: -e \'{{"{variable}": '
        '["https"]}}\'。',
    ),
    "mistake.unknown_variable": Text(
        "The playbook {playbook} has no variable {variable}. Its variables are {known}.",
        "Playbook {playbook} に {variable} という変数はありません。使える変数: {known}。",
    ),
    "mistake.unknown_variable_near": Text(
        "The playbook {playbook} has no variable {variable}. Did you mean {meant}?",
        "Playbook {playbook} に {variable} という変数はありません。{meant} ではありませんか。",
    ),
    "mistake.renamed": Text(
        "Deprecated variables: {variables}.", "名前の変わった変数: {variables}。"
    ),
    "mistake.renamed_to": Text("{old} (now {new})", "{old} (現在は {new})"),
    "mistake.missing": Text(
        "{variable} is not set, but has to be.", "{variable} を指定してください (必須の変数です)。"
    ),
    "mistake.empty": Text(
        "{variable} has no value. Give it one, or remove it.",
        "{variable} に値がありません。値を指定するか、この変数の指定を削除してください。",
    ),
    "mistake.unknown_key": Text(
        "{variable} has no key '{key}'. Its keys are {keys}.",
        "{variable} に「{key}」というキーはありません。使えるキー: {keys}。",
    ),
    "argument.number": Text("a number", "数値"),
    "argument.no_states": Text(
        "the list is empty; write all for every state.",
        "リストが空です。すべての状態を表すには all を指定してください。",
    ),
    "argument.state": Text(
        "'{given}' is not a state of TCP. These are: {known}.",
        "「{given}」は TCP の状態ではありません。指定できるのは {known} です。",
    ),
    "argument.state_near": Text(
        "'{given}' is not a state of TCP. Did you mean {near}? All of them: {known}.",
        "「{given}」は TCP の状態ではありません。{near} の間違いではありませんか。"
        "指定できるのは {known} です。",
    ),
    "argument.deprecated": Text("{note}", "非推奨のオプションです (Ansible のメッセージ: {note})"),
    "argument.and_its_alias": Text(
        "Both option {option} and its alias {alias} are set.",
        "オプション {option} とその別名 {alias} の両方が指定されています。",
    ),
    "argument.unsendable": Text(
        "{option}: the character {character} is not allowed: it can't be sent to a host, and no "
        "name there has it. Leave it out.",
        "{option}: 文字 {character} は使用できません。"
        "ホストに送信できず、ホスト上の名前にも使われない文字です。取り除いてください。",
    ),
    "argument.escape": Text(
        "If \\{letter} was meant: key=value arguments and double quotes turn it into this "
        "character; write each backslash twice there.",
        "\\{letter} と書いた場合、key=value 形式の引数や二重引用符の中では、この文字に変換されます"
        "。その中では円記号 (\\) を 2 つ重ねて書いてください。",
    ),
    "argument.no_ports": Text("ports: no port is given.", "ports: ポートが指定されていません。"),
    "argument.no_network": Text(
        "Say which network is meant: name, interface, or both.",
        "どのネットワークかを、name か interface、またはその両方で指定してください。",
    ),
    "argument.seconds": Text(
        "{option}: from 0 to {most} seconds.", "{option}: 0 ～ {most} 秒で指定してください。"
    ),
    "argument.empty_name": Text(
        "{option}: one of the names is empty.", "{option}: 空の名前が含まれています。"
    ),
    "argument.reboot_without_wait": Text(
        "reboot: if_needed works with state: free and with wait only, which shows whether it is "
        "needed.",
        "reboot: if_needed は、state が free で wait が有効な場合にだけ指定できます。"
        "再起動が必要かどうかは wait で分かります。",
    ),
    "argument.restart_of_disabled": Text(
        "start_mode: a disabled service can't be started again.",
        "start_mode: 無効にしたサービスは再び開始できません。",
    ),
    "argument.of_one_rule": Text(
        "{option} is for a single rule; with rules, give it in each of them.",
        "{option} は 1 つの規則に対するオプションです。"
        "rules を使う場合は、それぞれの規則に指定してください。",
    ),
    "argument.no_rules": Text("rules: the list is empty.", "rules: リストが空です。"),
    "argument.rule_without_name": Text(
        "a name, a rule_id or a group is needed.",
        "name、rule_id、group のいずれかが必要です。",
    ),
}

_CHECK = {
    "check.not_of_inventory": Text(
        "port_check is for hosts of the inventory only, and '{host}' is not in it. Checking ports "
        "of machines that you don't manage is illegal in many countries. Leave out delegate_to: "
        "the module runs on the controller anyway, and connects to the host of the task itself.",
        "port_check の対象はインベントリーのホストだけです。「{host}」はそこにありません。"
        "delegate_to を削除してください。モジュールはもともとコントローラーで動作し、タスクのホスト"
        "には自分で接続します。管理していないコンピューターのポートを調べることは、多くの国で違法で"
        "す。",
    ),
    "check.process_of_free_port": Text(
        "expected_process: it can't be combined with expect: free, where no process should hold "
        "the ports.",
        "expected_process: expect: free "
        "は、どのプロセスもポートを使用していないことを確認するため、同時に指定できません。",
    ),
    "check.drops_of_free_port": Text(
        "drops: it can't be combined with expect: free, where nothing should be reachable.",
        "drops: expect: free は、どのプロセスもポートを使用していないことを確認するため、同時に"
        "指定できません。",
    ),
    "check.from_of_free_port": Text(
        "from: it can't be combined with expect: free, where nothing should be reachable.",
        "from: expect: free は、どのプロセスもポートを使用していないことを確認するため、同時に"
        "指定できません。",
    ),
    "check.timeout": Text(
        "timeout has to be more than 0 and at most {most} seconds.",
        "timeout: 0 秒より長く、{most} 秒以下で指定してください。",
    ),
}

_PATH = {
    "path.server_or_clients": Text(
        "Give server (then the task's host is the client) or clients (then it is the server), and "
        "not both.",
        "server (タスクのホストがクライアント) または clients (タスクのホストがサーバー) "
        "のどちらか一方だけを指定してください。",
    ),
    "path.no_clients": Text("clients: the list is empty.", "clients: リストが空です。"),
    "path.same_host": Text(
        "'{host}' can't be client and server at the same time; name another host.",
        "「{host}」を同時にクライアントとサーバーにはできません。別のホストを指定してください。",
    ),
    "path.timeout": Text(
        "timeout has to be more than {least} and at most {most} seconds, since Windows repeats a "
        "refused attempt for about {least} seconds before it says so.",
        "timeout: {least} 秒より長く、{most} 秒以下で指定してください。Windows "
        "は、拒否された接続を約 {least} 秒間繰り返してから結果を返します。",
    ),
    "path.no_name": Text(
        "name: '{name}' is neither the name of a host nor an IP address; write what the "
        "application has configured for the server, without a port (a name in another script in "
        "its ASCII form, xn--...).",
        "name: 「{name}」はホスト名でも IP アドレスでもありません。アプリケーションに設定した"
        "サーバー名を、ポートを付けずに指定してください "
        "(日本語などの名前は xn-- で始まる ASCII 形式)。",
    ),
    "path.no_program": Text(
        "client_program: give the path of one program; leave it out if any is meant.",
        "client_program: 1 つのプログラムのパスを指定してください。"
        "特定しない場合は省略してください。",
    ),
}

_REPORT = {
    "argument.no_file_name": Text(
        "name: '{name}' can't be the name of files; it gets .html, .csv and .json at its end, and "
        "the folder is another option.",
        "name: 「{name}」はファイル名に使えません。末尾に .html、.csv、.json "
        "が付きます。フォルダーは別のオプションで指定してください。",
    ),
    "argument.report_not_written": Text(
        "The report can't be written: {problem}", "レポートを書き込めません: {problem}"
    ),
    "argument.no_such_report": Text(
        "{option}: {path} is not there; give the JSON of a report.",
        "{option}: {path} がありません。レポートの JSON ファイルを指定してください。",
    ),
    "argument.no_survey": Text(
        "surveys: {path} is not there; give the detail_file of a task of port_survey.",
        "surveys: {path} がありません。port_survey のタスクの detail_file を指定してください。",
    ),
    "argument.file_of_survey": Text(
        "the detail_file of a task of port_survey", "port_survey のタスクの detail_file"
    ),
    "argument.not_readable": Text(
        "{option}: it can't be read: {problem}", "{option}: 読み取れません: {problem}"
    ),
    "argument.no_text": Text(
        "{option}: {path} can't be read ({problem}); give {instead}.",
        "{option}: {path} を読み取れません ({problem})。{instead}を指定してください。",
    ),
    "argument.no_report": Text(
        "{option}: {path} is left alone: {problem}. Give {instead}.",
        "{option}: {path} は変更しません: {problem}。{instead}を指定してください。",
    ),
    "argument.another_name": Text("another name", "別の名前"),
    "argument.json_of_report": Text("the JSON of a report", "レポートの JSON ファイル"),
    "argument.no_such_host": Text(
        "hosts: '{host}' is not in the inventory.",
        "hosts: 「{host}」はインベントリーにありません。",
    ),
    "argument.no_results": Text(
        "No host has the variable {variable}, which the task of port_check should register "
        "(hosts: {count}).",
        "変数 {variable} のあるホストがありません。port_check "
        "のタスクで register してください (対象ホスト: {count} 台)。",
    ),
    "argument.no_result": Text(
        "The variable {variable} is not what a task has registered.",
        "変数 {variable} の値は、タスクが register した結果ではありません。",
    ),
}

_VERIFY = {
    "argument.recording_twice": Text(
        "Give recording or recording_folder, not both.",
        "recording と recording_folder は、どちらか一方だけを指定してください。",
    ),
    "argument.trial_in_check_mode": Text(
        "{option} creates firewall rules on the host for a moment, which check mode does not "
        "allow. Run it without --check (or check_mode: true) to try writing, or without {option} "
        "to compare what can be read.",
        "{option} はホストにファイアウォールの規則を一時的に作成するため、チェックモードでは"
        "実行できません。書き込みを試すには --check (または check_mode: true) を外し、"
        "読み取りだけを比較するには {option} を外してください。",
    ),
    "argument.recording_named_after_host": Text(
        "recording: the host's name '{host}' can't be the name of a file; give recording_folder "
        "instead, which names the file after the host and stays in the folder.",
        "recording: ホスト名「{host}」はファイル名に使えません。代わりに recording_folder "
        "を指定してください。フォルダー内に、ホストごとの名前でファイルが作成されます。",
    ),
}

TEXTS: Mapping[str, Text] = {**_TASK, **_ARGUMENTS, **_CHECK, **_PATH, **_REPORT, **_VERIFY}
