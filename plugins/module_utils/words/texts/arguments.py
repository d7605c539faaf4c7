# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wrong with a task, its arguments and its settings."""

from __future__ import annotations

from collections.abc import Mapping

from ..languages import Text

_TASK = {
    "task.this_host": Text("the host", "ホスト"),
    "task.host_and_address": Text("{host} ({address})", "{host} ({address})"),
    "task.address_and_port": Text("{address} port {port}", "{address} ポート {port}"),
    "task.not_connected": Text(
        "Could not connect to WinRM on {where}: {problem}",
        "{where} の WinRM に接続できませんでした: {problem}",
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
        "{problem}", "タスクの引数が正しくありません (Ansible のメッセージ: {problem})"
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
    "argument.no_ports": Text("ports: none is given.", "ports: ポートが指定されていません。"),
    "argument.seconds": Text(
        "{option}: from 0 to {most} seconds.", "{option}: 0 ～ {most} 秒で指定してください。"
    ),
    "argument.empty_name": Text(
        "{option}: one of the names is empty.", "{option}: 空の名前が含まれています。"
    ),
    "argument.reboot_without_wait": Text(
        "reboot: if_needed is for the state free, with wait, which tells whether it is needed.",
        "reboot: if_needed は、state が free で wait が有効な場合にだけ指定できます。"
        "再起動が必要かどうかは wait でわかります。",
    ),
    "argument.restart_of_disabled": Text(
        "start_mode: a disabled service can't be started again.",
        "start_mode: 無効にしたサービスは再び開始できません。",
    ),
    "argument.of_one_rule": Text(
        "{option} is that of one rule; with rules, say it in each of them.",
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
        "port_check is for hosts of the inventory only, and '{host}' is none. Checking ports of "
        "machines that you don't manage is illegal in many countries.",
        "port_check の対象はインベントリーのホストだけです。「{host}」はそこにありません。"
        "管理していないコンピューターのポートを調べることは、多くの国で違法です。",
    ),
    "check.process_of_free_port": Text(
        "expected_process: with expect: free nobody is to hold the ports.",
        "expected_process: expect: free "
        "は、どのプロセスもポートを使用していないことを確認するため、同時に指定できません。",
    ),
    "check.timeout": Text(
        "timeout: more than 0 and at most {most} seconds.",
        "timeout: 0 秒より長く、{most} 秒以下で指定してください。",
    ),
}

_REPORT = {
    "argument.no_file_name": Text(
        "name: '{name}' is no name for files; it gets .html, .csv and .json at its end, and the "
        "folder is another option.",
        "name: 「{name}」はファイル名に使えません。末尾に .html、.csv、.json "
        "が付きます。フォルダーは別のオプションで指定してください。",
    ),
    "argument.report_not_written": Text(
        "The report can't be written: {problem}", "レポートを書き込めません: {problem}"
    ),
    "argument.no_previous_report": Text(
        "previous: {path} is not there; give the JSON of a report.",
        "previous: {path} がありません。レポートの JSON ファイルを指定してください。",
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
    "argument.recording_named_after_host": Text(
        "recording: the host's name '{host}' is no name of a file; give recording_folder instead, "
        "which names the file after the host and stays in the folder.",
        "recording: ホスト名「{host}」はファイル名に使えません。代わりに recording_folder "
        "を指定してください。フォルダー内に、ホストごとの名前でファイルが作成されます。",
    ),
}

_PORTS = {
    "noun.port": Text("port", "ポート"),
    "noun.protocol": Text("protocol", "プロトコル"),
    "list.and": Text(" and ", " と "),
    "list.or": Text(" or ", " または "),
    "ports.allowed": Text(
        "Allowed are 1 to 65535, ranges such as 8000-8100, and well-known names such as https.",
        "指定できるのは、1 ～ 65535、8000-8100 のような範囲、https "
        "などのウェルノウン ポートの名前です。",
    ),
    "ports.quoted": Text('"{text}"', "「{text}」"),
    "ports.long_number": Text("a number of more than 19 digits", "19 桁を超える数値"),
    "ports.no_port": Text(
        "{given} is not a port. {allowed}", "{given} はポートではありません。{allowed}"
    ),
    "ports.zero": Text(
        "0 is not a port that a program can be reached at. {allowed}",
        "0 は、プログラムに接続できるポートではありません。{allowed}",
    ),
    "ports.no_protocol": Text(
        "{given} is not a protocol with ports. Allowed are tcp (6) and udp (17).",
        "{given} は、ポートのあるプロトコルではありません。"
        "指定できるのは tcp (6) と udp (17) です。",
    ),
    "ports.other_protocol": Text(
        "{service} (port {port}) is a service over {its}, not over {asked}. Write {port} if that "
        "port is meant all the same.",
        "{service} (ポート {port}) は {its} のサービスで、{asked} では使われません。"
        "それでもこのポートを指定する場合は、{port} と書いてください。",
    ),
    "ports.sign": Text(
        "{given} is not a port: write the number without a sign.",
        "{given} はポートではありません。符号なしの数値で書いてください。",
    ),
    "ports.reversed": Text(
        "The range {given} is the wrong way round: write {right}.",
        "範囲 {given} は順序が逆です。{right} と書いてください。",
    ),
    "ports.leading_zero": Text(
        "{given} has a leading zero, which YAML may read as an octal number: write {right}.",
        "{given} は先頭に 0 が付いています。YAML は 8 進数として読み取ることがあるため、"
        "{right} と書いてください。",
    ),
    "ports.with_protocol": Text(
        "{given}: name the protocol in the option for protocols, not with the port.",
        "{given}: プロトコルはポートに付けず、プロトコルのオプションで指定してください。",
    ),
    "ports.blanks": Text(
        "{given}: separate ports with commas or write a list.",
        "{given}: ポートはコンマで区切るか、リストで書いてください。",
    ),
    "ports.no_whole_number": Text(
        "{given} is not a whole number. {allowed}", "{given} は整数ではありません。{allowed}"
    ),
    "ports.every": Text(
        "{given}: every port is written 1-65535.",
        "{given}: すべてのポートは 1-65535 と書いてください。",
    ),
    "ports.unknown": Text(
        "{given} is not a port or a well-known name. {allowed}",
        "{given} は、ポートでも、ウェルノウン ポートの名前でもありません。{allowed}",
    ),
    "ports.unknown_near": Text(
        "{given} is not a port or a well-known name. Did you mean {near}? {allowed}",
        "{given} は、ポートでも、ウェルノウン ポートの名前でもありません。"
        "{near} の間違いではありませんか。{allowed}",
    ),
    "ports.none_given": Text("No {what} was given.", "{what}が指定されていません。"),
    "ports.empty_list": Text(
        "No {what} was given: the list is empty.",
        "{what}が指定されていません。リストが空です。",
    ),
    "ports.empty_text": Text(
        "No {what} was given: the text is empty.",
        "{what}が指定されていません。文字列が空です。",
    ),
    "ports.too_deep": Text(
        "The list of {what}s is nested more than {most} levels deep.",
        "{what}のリストの入れ子が {most} 段を超えています。",
    ),
    "ports.too_many": Text(
        "More than {most} {what}s were given; write ranges instead.",
        "{what}の数が {most} 個を超えています。範囲で書いてください。",
    ),
    "ports.too_long": Text(
        "The text for {what}s is longer than {most} characters.",
        "{what}の文字列が {most} 文字を超えています。",
    ),
    "ports.two_commas": Text(
        "{given} has nothing between two commas or at an end.",
        "{given} は、コンマの間、先頭、または末尾に値がありません。",
    ),
    "ports.boolean": Text(
        "{given} is not a {what}: YAML reads yes, no, on, off, true and false as booleans.",
        "{given} は{what}ではありません。YAML は yes、no、on、off、true、false を真偽値として"
        "読み取ります。",
    ),
    "ports.float": Text(
        "{given} is not a {what}: it has to be a whole number or a text in quotes.",
        "{given} は{what}ではありません。整数、または引用符で囲んだ文字列で書いてください。",
    ),
    "ports.dictionary": Text(
        "A dictionary is not a {what}: write a number, a text or a list.",
        "辞書は{what}として指定できません。数値、文字列、リストのいずれかで書いてください。",
    ),
    "ports.other_type": Text(
        "A value of type {type} is not a {what}: write a number, a text or a list.",
        "型 {type} の値は{what}として指定できません。"
        "数値、文字列、リストのいずれかで書いてください。",
    ),
    "ports.too_many_to_check": Text(
        "More than {most} ports are too many for one check. port_facts tells what listens on any "
        "number of them.",
        "1 回に確認できるポートは {most} 個までです。"
        "待ち受けているプログラムは、port_facts で数に制限なく調べられます。",
    ),
    "ports.unknown_key": Text(
        "A dictionary has the key '{key}'. It may have the keys {keys}.",
        "辞書に、使えないキー「{key}」があります。使えるキーは {keys} です。",
    ),
    "ports.key_missing": Text(
        "A dictionary lacks the key '{key}'. It may have the keys {keys}.",
        "辞書にキー「{key}」がありません。使えるキーは {keys} です。",
    ),
    "ports.no_program": Text(
        "expected_process wants the name or path of a program, or a list of them.",
        "expected_process には、プログラムの名前かパス、またはそのリストを指定してください。",
    ),
}

_SERVICES = {
    "services.no_list": Text(
        "The services have to be a list of names and dictionaries.",
        "サービスは、名前と辞書のリストで指定してください。",
    ),
    "services.same_name": Text(
        "Two services have the name '{name}'. Each needs a name of its own.",
        "サービスの名前「{name}」が重複しています。別々の名前を付けてください。",
    ),
    "services.no_service": Text(
        "'{given}' is no service: a well-known name such as https is, or a dictionary with name "
        "and port.",
        "「{given}」はサービスではありません。https などのウェルノウン ポートの名前か、"
        "name と port のある辞書で指定してください。",
    ),
    "services.unknown_key": Text(
        "The service '{name}' has the key '{key}'. It may have {keys}.",
        "サービス「{name}」に、使えないキー「{key}」があります。使えるキーは {keys} です。",
    ),
    "services.problem": Text("The service '{name}': {problem}", "サービス「{name}」: {problem}"),
    "services.different_ports": Text(
        "The service '{name}' has other ports for TCP than for UDP: make it two.",
        "サービス「{name}」は、TCP と UDP でポートが異なります。2 つのサービスに分けてください。",
    ),
}

_PLUGINS = {
    "lookup.no_port": Text(
        "well_known_port: '{term}' is neither a name nor a port of the table. Give a default for "
        "what is not there.",
        "well_known_port: 「{term}」は、表にある名前でもポートでもありません。"
        "表にない場合の値は default で指定してください。",
    ),
    "filter.problem": Text("{filter}: {problem}", "{filter}: {problem}"),
}

TEXTS: Mapping[str, Text] = {
    **_PLUGINS,
    **_TASK,
    **_ARGUMENTS,
    **_CHECK,
    **_REPORT,
    **_VERIFY,
    **_PORTS,
    **_SERVICES,
}
