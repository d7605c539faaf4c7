# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The settings of the firewall's profiles: what is wrong with a task, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping

from ....ground.languages import Text

_OPTIONS = {
    "argument.no_settings": Text(
        "{option}: settings of this profile are needed, as a dictionary, and once.",
        "{option}: このプロファイルの設定を、辞書として 1 回だけ指定してください。",
    ),
    "option.no_profiles": Text(
        "the list is empty; name a profile, or leave the option out for all three.",
        "リストが空です。プロファイルを指定するか、3 つすべてを対象にする場合は指定しないでくださ"
        "い。",
    ),
    "option.log_file_empty": Text(
        "the path of a file is needed.",
        "ファイルのパスを指定してください。",
    ),
    "option.log_file_not_absolute": Text(
        "{value} must begin with a drive and a backslash, or with a variable such as %systemroot% "
        "and a backslash. The service of the firewall writes the file, on the host itself.",
        "{value} は、ドライブと円記号 (\\)、または %systemroot% などの変数と円記号 (\\) で始めてく"
        "ださい。ファイルは、ホスト自身のファイアウォールのサービスが書き込みます。",
    ),
    "option.log_file_character": Text(
        "the character {character} is not allowed in the path; folders are separated by \\.",
        "パスに文字 {character} は使えません。フォルダーは \\ で区切ってください。",
    ),
    "option.log_file_percent": Text(
        "a % in {value} is left alone; a variable is written between two of them.",
        "{value} に対になっていない % があります。変数は 2 つの % で囲んでください。",
    ),
    "option.log_file_no_name": Text(
        "{value} does not end in the name of a file, or a folder in it has no name.",
        "{value} の末尾がファイル名ではないか、途中のフォルダーに名前がありません。",
    ),
    "option.log_file_device": Text(
        "{value} has a name in it that Windows reserves for a device, such as CON or NUL.",
        "{value} に、Windows がデバイス用に予約している名前 (CON、NUL など) が含まれています。",
    ),
    "option.log_size": Text(
        "{value} is not a number of kilobytes from 1 to {most}.",
        "{value} は指定できません。1 から {most} までのキロバイト数を指定してください。",
    ),
}

_HOST = {
    "guard.unjudged": Text(
        "what the firewall lets in is unknown. {problem}",
        "ファイアウォールが何を許可しているか判断できません。{problem}",
    ),
    "profile.missing": Text(
        "{host} ({url}) does not show the firewall profile {name}. Check what answers there (a "
        "proxy, another WS-Management server); Windows has three profiles.",
        "{host} ({url}) には、ファイアウォール プロファイル {name} がありません。何が応答しているの"
        "か (プロキシ、別の WS-Management サーバー) を確認してください。Windows には 3 つのプロファ"
        "イルがあります。",
    ),
    "profile.twice": Text(
        "{host} ({url}) shows the firewall profile {name} twice. It is unknown which one counts.",
        "{host} ({url}) にはファイアウォール プロファイル {name} が 2 つあり、どちらが有効か判断で"
        "きません。",
    ),
}

_OUTCOMES = {
    "profile.headline": Text(
        "firewall profile {profile}",
        "ファイアウォールの{profile} プロファイル",
    ),
    "profile.value": Text("{option} is {value}", "{option} は {value}"),
    "profile.value_at": Text("{option} is {value} ({path})", "{option} は {value} ({path})"),
    "profile.unknown": Text("a value that is not known here", "解釈できない値"),
    "profile.by_policy": Text("{setting}, {origin}", "{setting}、{origin}"),
    "profile.only_in_policies": Text(
        "Windows heeds {option} only where a policy sets it",
        "{option} が効くのは、ポリシーで設定した場合だけです",
    ),
    "profile.otherwise": Text("{setting} all the same", "それでも {setting}"),
    "profile.not_in_force": Text(
        "In the {profile} profile, the local value of {option} is not in force: {why}.",
        "{profile} プロファイルでは、{option} のローカルの値は有効になりません: {why}。",
    ),
    "profile.in_charge": Text(
        "These settings have no effect as long as another firewall filters the traffic here: "
        "{products}.",
        "別のファイアウォール ({products}) が通信を制御している間、これらの設定は効きません。",
    ),
    "profile.log_folder": Text(
        "Windows writes {path} only if its folder is there and the account NT SERVICE\\mpssvc may "
        "write in it.",
        "{path} は、フォルダーが存在し、アカウント NT SERVICE\\mpssvc に書き込みのアクセス許可があ"
        "る場合にのみ書き込まれます。",
    ),
    "profile.as_before": Text(
        "The {profile} profile is as it was before.",
        "{profile} プロファイルは元のままです。",
    ),
    "profile.not_put_back": Text(
        "The {profile} profile could not be put back; it differs from before in {options}.",
        "{profile} プロファイルを元に戻せませんでした。{options} が元の値と異なります。",
    ),
    "profile.may_be_changed": Text(
        "Each of these profiles may be as before or as asked for: {profiles}. Run the task again, "
        "which completes it.",
        "次のプロファイルは、それぞれ元のままか、指定どおりになっています: {profiles}。タスクを再実"
        "行すると完了します。",
    ),
    "profile.not_stored": Text(
        "The {profile} profile is not as asked for, although {host} ({url}) accepted every change: "
        "{differences}. Look for a policy or a program there that manages the firewall, or for "
        "another controller that changes it at the same time.",
        "{host} ({url}) はすべての変更を受け付けましたが、{profile} プロファイルは指定どおりになっ"
        "ていません: {differences}。ファイアウォールを管理するポリシーやプログラムがホストにない"
        "か、別のコントローラーが同時に変更していないかを確認してください。",
    ),
    "profile.not_read_again": Text(
        "The profiles are as asked for, but what is in force now could not be read: {error}",
        "プロファイルは指定どおりですが、現在有効な値を読み取れませんでした。{error}",
    ),
}

TEXTS: Mapping[str, Text] = {**_OPTIONS, **_HOST, **_OUTCOMES}
