# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wrong with a task, its arguments and its settings."""

from __future__ import annotations

from collections.abc import Mapping

from ...ground.languages import Text

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

_SETTINGS = {
    "setting.unknown": Text(
        "{variable}: '{value}' is unknown; set it to {known}.",
        "{variable}: 「{value}」は使えない値です。{known}を設定してください。",
    ),
    "list.either": Text("{words} or {last}", "{words}、{last} のいずれか"),
    "setting.connection": Text(
        "portkeeper.windows speaks WS-Management to Windows hosts, and the connection '{kind}' "
        "can't carry it. Set ansible_connection: winrm (or psrp) for this host, with ansible_port "
        "5985 or 5986, ansible_user and ansible_password.",
        "portkeeper.windows は Windows ホストと WS-Management で通信しますが、接続「{kind}」"
        "では通信できません。このホストに ansible_connection: winrm (または psrp) と、"
        "ansible_port (5985 または 5986)、ansible_user、ansible_password を設定してください。",
    ),
    "setting.psrp": Text(
        "the psrp settings of this host don't fit together: {problem}. Basic over HTTP wants "
        "ansible_psrp_message_encryption: never.",
        "このホストの psrp の設定に矛盾があります: {problem}。HTTP で Basic 認証を使う場合は、"
        "ansible_psrp_message_encryption: never が必要です。",
    ),
    "setting.package_missing": Text(
        "The Python package {package} is missing on the controller; install it where Ansible "
        "runs: pip install '{package}'.",
        "コントローラーに Python パッケージ {package} がありません。Ansible "
        "を実行する環境にインストールしてください: pip install '{package}'",
    ),
    "setting.package_too_old": Text(
        "The controller has {package} {version}, with which a hostile host can fill its memory or "
        "keep it busy for ever. Nothing was sent. Install {package} {minimum} or later, where "
        "Ansible runs: pip install '{package}>={minimum}'",
        "コントローラーの {package} {version} では、悪意のあるホストがメモリを使い切ったり、"
        "処理を終わらせなくしたりできます。何も送信していません。Ansible "
        "を実行する環境に {package} {minimum} 以降をインストールしてください: "
        "pip install '{package}>={minimum}'",
    ),
    "setting.way_package_missing": Text(
        "{way} needs a Python package that is missing on the controller; install it where Ansible "
        "runs: pip install '{package}', or set {variable}: ntlm.",
        "{way} に必要な Python パッケージがコントローラーにありません。Ansible "
        "を実行する環境にインストールするか (pip install '{package}')、{variable}: ntlm "
        "を設定してください。",
    ),
    "setting.no_host": Text(
        "ansible_host is empty; set it to the name or address of the PC.",
        "ansible_host が空です。PC の名前またはアドレスを設定してください。",
    ),
    "setting.host": Text(
        "ansible_host: '{host}' is neither a name that DNS can have nor an IP address; set it to "
        "one of them alone, without port or URL.",
        "ansible_host: 「{host}」は DNS 名でも IP アドレスでもありません。"
        "ポートや URL を付けずに、どちらか一方だけを設定してください。",
    ),
    "setting.port": Text(
        "ansible_port: {port} is no port (1 to 65535); set it to 5985 for HTTP or 5986 for HTTPS.",
        "ansible_port: {port} はポート (1 ～ 65535) ではありません。HTTP は 5985、HTTPS は 5986 "
        "を設定してください。",
    ),
    "setting.time": Text(
        "{variable}: '{value}' is no time; set it to whole seconds, at least 1.",
        "{variable}: 「{value}」は時間として使えません。1 以上の整数 (秒) を設定してください。",
    ),
    "setting.times": Text(
        "{shorter} ({less}) has to be less than {longer} ({more}); set it so, and the PC itself "
        "says when an operation takes too long.",
        "{shorter} ({less}) は {longer} ({more}) より小さい値を設定してください。"
        "そうすると、操作に時間がかかりすぎる場合に PC 自身が応答します。",
    ),
    "setting.no_text": Text(
        "{variable} holds a character that is no text, as where the controller's locale does not "
        "fit what was typed; set it anew, in UTF-8 (LC_ALL=C.UTF-8).",
        "{variable} に文字として扱えないデータが含まれています。"
        "コントローラーのロケールが入力と合っていない可能性があります。UTF-8 (LC_ALL=C.UTF-8) "
        "で設定し直してください。",
    ),
    "setting.no_keys": Text(
        "{encryption}: always needs a way to authenticate that brings keys; set {variable}: ntlm, "
        "or leave {encryption} out and use HTTPS.",
        "{encryption}: always には、鍵を共有できる認証方法が必要です。{variable}: ntlm "
        "を設定するか、{encryption} を指定せずに HTTPS を使用してください。",
    ),
    "setting.credential_missing": Text(
        "{variable} is missing, and {way} needs it; set it for this host.",
        "{variable} がありません。{way} の認証に必要なため、このホストに設定してください。",
    ),
    "setting.not_for_basic": Text(
        "{variable} holds characters that Basic authentication can't carry; set {way_variable}: "
        "ntlm.",
        "{variable} に Basic 認証で送信できない文字が含まれています。{way_variable}: ntlm "
        "を設定してください。",
    ),
    "setting.colon": Text(
        "ansible_user holds a colon, which ends the name in Basic authentication; set "
        "{way_variable}: ntlm.",
        "ansible_user にコロンが含まれています。Basic 認証では、コロンの前までがユーザー名と"
        "見なされます。{way_variable}: ntlm を設定してください。",
    ),
    "setting.proxy": Text(
        "{variable} is no URL of a proxy; write it like http://proxy.example.net:3128, or leave "
        "it out.",
        "{variable} はプロキシの URL ではありません。http://proxy.example.net:3128 "
        "のように設定するか、指定しないでください。",
    ),
    "setting.socks": Text(
        "{variable} is a SOCKS proxy, which needs PySocks; install it where Ansible runs: pip "
        "install '{package}'.",
        "{variable} は SOCKS プロキシで、PySocks が必要です。Ansible "
        "を実行する環境にインストールしてください: pip install '{package}'",
    ),
    "setting.https": Text(
        "A certificate as credentials needs HTTPS; set ansible_port: 5986.",
        "証明書による認証には HTTPS が必要です。ansible_port: 5986 を設定してください。",
    ),
    "setting.https_by_psrp": Text(
        "A certificate as credentials needs HTTPS; set ansible_port: 5986 and "
        "ansible_psrp_protocol: https.",
        "証明書による認証には HTTPS が必要です。ansible_port: 5986 と ansible_psrp_protocol: "
        "https を設定してください。",
    ),
    "setting.certificate_missing": Text(
        "{variable} is missing, and authentication by certificate needs it.",
        "{variable} がありません。証明書による認証に必要です。",
    ),
    "setting.unreadable": Text(
        "{variable}: '{path}' can't be read ({reason}).",
        "{variable}: 「{path}」を読み取れません ({reason})。",
    ),
    "setting.no_path": Text(
        "{variable}: '{path}' is no path.",
        "{variable}: 「{path}」はパスではありません。",
    ),
    "setting.passphrase": Text(
        "{variable}: '{path}' is encrypted with a passphrase, which the connection has no way to "
        "give; name a key without one, readable by its owner alone.",
        "{variable}: 「{path}」はパスフレーズで暗号化されていますが、接続にはパスフレーズを渡す"
        "方法がありません。所有者だけが読み取れる、パスフレーズのない鍵を指定してください。",
    ),
    "setting.no_pair": Text(
        "{certificate} and {key}: '{certificate_path}' and '{key_path}' are no certificate and "
        "its key; name two files in PEM that belong together.",
        "{certificate} と {key}: 「{certificate_path}」と「{key_path}」は、証明書とその鍵では"
        "ありません。対になっている PEM 形式のファイルを 2 つ指定してください。",
    ),
    "setting.no_certificate": Text(
        "{variable}: '{path}' holds no certificate in PEM; name a file that does.",
        "{variable}: 「{path}」に PEM 形式の証明書がありません。"
        "証明書のあるファイルを指定してください。",
    ),
}

_FILES = {
    "file.problem": Text("{path}: {what}. {remedy}.", "{path}: {what}。{remedy}。"),
    "file.disk_full": Text("the disk is full", "ディスクの空き容量がありません"),
    "file.quota": Text(
        "the quota of this user is used up", "このユーザーのディスク クォータを使い切っています"
    ),
    "file.too_large_to_write": Text(
        "it gets larger than a file may be", "ファイルの大きさが上限を超えます"
    ),
    "file.too_large_to_read": Text(
        "it has more than {limit} bytes", "{limit} バイトを超えています"
    ),
    "file.read_only": Text("the file system is read-only", "ファイル システムが読み取り専用です"),
    "file.not_allowed": Text(
        "this user may not do that there", "このユーザーには操作の権限がありません"
    ),
    "file.long_name": Text("a name in it is too long", "パスの中の名前が長すぎます"),
    "file.circle": Text("its links go round in a circle", "リンクが循環しています"),
    "file.is_folder": Text("it is a folder", "フォルダーです"),
    "file.no_folder": Text(
        "a part of it is no folder", "パスの途中にフォルダーでないものがあります"
    ),
    "file.no_path": Text(
        "that is no path: it has a character that none can have",
        "パスに使えない文字が含まれています",
    ),
    "file.folder_missing": Text(
        "the folder {folder} is not there", "フォルダー {folder} がありません"
    ),
    "file.strange_link": Text(
        "'{name}' in it is a link that another user may have put there, and is not followed",
        "パスの中の「{name}」は、別のユーザーが作成した可能性のあるリンクのため、"
        "リンク先を使用しません",
    ),
    "file.device": Text(
        "what is there is no file, but a pipe or a device",
        "ファイルではなく、パイプまたはデバイスです",
    ),
    "file_remedy.own_folder": Text(
        "Name a file in a folder of yours", "自分のフォルダーにあるファイルを指定してください"
    ),
    "file_remedy.make_room": Text(
        "Make room on the controller, or name another folder",
        "コントローラーの空き容量を増やすか、別のフォルダーを指定してください",
    ),
    "file_remedy.raise_limit": Text(
        "Raise the limit (ulimit -f) of Ansible", "Ansible の上限 (ulimit -f) を上げてください"
    ),
    "file_remedy.other_folder": Text(
        "Name a folder that can be written to", "書き込めるフォルダーを指定してください"
    ),
    "file_remedy.another_folder": Text("Name another folder", "別のフォルダーを指定してください"),
    "file_remedy.shorter_name": Text("Give a shorter one", "短い名前を指定してください"),
    "file_remedy.mend_links": Text(
        "Mend the links, or name another file",
        "リンクを直すか、別のファイルを指定してください",
    ),
    "file_remedy.file": Text("Name a file", "ファイルを指定してください"),
    "file_remedy.other_file": Text("Name another file", "別のファイルを指定してください"),
    "file_remedy.make_folder": Text(
        "Make it, or name another one", "作成するか、別のフォルダーを指定してください"
    ),
    "file_remedy.place_itself": Text(
        "Name the place itself, or a file in a folder that only you can write to",
        "リンク先そのものか、自分だけが書き込めるフォルダーのファイルを指定してください",
    ),
}

TEXTS: Mapping[str, Text] = {
    **_TASK,
    **_ARGUMENTS,
    **_CHECK,
    **_REPORT,
    **_VERIFY,
    **_SETTINGS,
    **_FILES,
}
