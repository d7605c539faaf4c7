# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The survey of many hosts in one task."""

from __future__ import annotations

from collections.abc import Mapping

from ....ground.languages import Text

TEXTS: Mapping[str, Text] = {
    "survey.not_once": Text(
        "port_survey reads all hosts in one task, and this task runs on each of {count} hosts. Add "
        "run_once: true and delegate_to: localhost to the task, or run it on localhost with the "
        "option hosts.",
        "port_survey は 1 つのタスクですべてのホストを読み取りますが、このタスクは {count} "
        "台のホストでそれぞれ実行されます。タスクに run_once: true と delegate_to: localhost "
        "を追加するか、オプション hosts を指定して localhost で実行してください。",
    ),
    "survey.once_is_ignored": Text(
        "port_survey reads all hosts in one task, and with the strategy {strategy}, Ansible runs "
        "this task on each of {count} hosts, even with run_once: true. Run it in a play on "
        "localhost with the option hosts, or in one with the strategy linear and run_once: true.",
        "port_survey は 1 つのタスクですべてのホストを読み取りますが、ストラテジー {strategy} では "
        "run_once: true を指定してもこのタスクは {count} 台のホストでそれぞれ実行されます。"
        "オプション hosts を指定して localhost のプレイで実行するか、ストラテジー linear と "
        "run_once: true を使うプレイで実行してください。",
    ),
    "survey.no_hosts": Text(
        "No host of the inventory, within --limit, matches '{pattern}'. Correct the option hosts, "
        "or the limit.",
        "「{pattern}」に一致するホストは、インベントリーの --limit の範囲にありません。オプション "
        "hosts または --limit を修正してください。",
    ),
    "survey.hosts_wanted": Text(
        "This play has no host of the inventory to ask. Name the PCs in the option hosts, such as "
        "hosts=windows.",
        "このプレイには、調べる対象となるインベントリーのホストがありません。オプション hosts で "
        "PC を指定してください。例: hosts=windows",
    ),
    "survey.unmatched": Text(
        "No host of the inventory, within --limit, matches: {patterns}.",
        "インベントリーの --limit の範囲に、一致するホストのないもの: {patterns}。",
    ),
    "survey.parallel": Text(
        "{option} has to be a number from 1 to {most}.",
        "{option} には 1 から {most} までの数を指定してください。",
    ),
    "survey.connect_timeout": Text(
        "{option} has to be more than 0 and at most {most} seconds.",
        "{option} には 0 より大きく {most} 秒以下の値を指定してください。",
    ),
    "survey.without_ports": Text(
        "{option} is about ports, so it needs the option ports. Add it, or leave out {option}.",
        "{option} はポートについてのオプションのため、オプション ports が必要です。ports "
        "を追加するか、{option} を削除してください。",
    ),
    "survey.no_ports": Text(
        "{variable} is not set for {host}. Set it to the ports that this host should have.",
        "{host} に {variable} が設定されていません。このホストのポートを指定してください。",
    ),
    "survey.two_files": Text(
        "for_report and detail_file name two files for the same thing. Leave out one of them.",
        "for_report と detail_file は同じ内容に 2 つのファイルを指定しています。"
        "どちらか一方を削除してください。",
    ),
    "survey.gather_for_nothing": Text(
        "With ports, the rows are about these ports alone, and what gather reads would be lost. "
        "Add detail_file or detail, or leave out gather.",
        "ports を指定すると、結果の行はそのポートだけになり、gather で読み取った内容は失われます。"
        "detail_file または detail を追加するか、gather を削除してください。",
    ),
    "survey.drops_for_nothing": Text(
        "The rows don't have the drops that Windows has recorded, so what drops reads would be "
        "lost. Add detail_file or detail, or leave out drops.",
        "結果の行には、破棄されたパケットについて Windows が記録した内容が含まれないため、drops で"
        "読み取った内容は失われます。detail_file または detail を追加するか、drops を削除して"
        "ください。",
    ),
    "survey.not_kept": Text(
        "The whole of each host is kept in a temporary file until all hosts are read. {problem} "
        "The environment variable TMPDIR of Ansible names another folder for it.",
        "すべてのホストを読み取るまで、各ホストの結果全体を一時ファイルに保存します。{problem} "
        "別のフォルダーは、Ansible の環境変数 TMPDIR で指定できます。",
    ),
    "survey.not_tried": Text(
        "{host} was not tried, because {by} has refused the account {account}: with more attempts, "
        "it could be locked out. Correct the password, or the permission on {by}.",
        "{by} がアカウント {account} を拒否したため、{host} には接続していません。"
        "試行を続けると、アカウントがロックされる可能性があります。パスワードまたは {by} "
        "の権限を修正してください。",
    ),
    "survey.no_ticket": Text(
        "{host} was not tried, because Kerberos gave the account {account} no ticket for {by}: "
        "with more attempts, it could be locked out. What is said of {by} is what to correct.",
        "Kerberos がアカウント {account} に {by} へのチケットを発行しなかったため、{host} には"
        "接続していません。試行を続けると、アカウントがロックされる可能性があります。原因は {by} "
        "の項目にあります。",
    ),
    "survey.not_finished": Text(
        "The time limit of the task was reached before {host} was read. Raise the task's timeout, "
        "or ask fewer hosts.",
        "{host} を読み取る前に、タスクの制限時間に達しました。タスクの timeout "
        "を長くするか、ホストの数を減らしてください。",
    ),
    "survey.time_up": Text(
        "The time limit of the task ({seconds} seconds) was reached.",
        "タスクの制限時間 ({seconds} 秒) に達しました。",
    ),
    "survey.summary": Text(
        "{read} of {hosts} hosts were read. Ports: {verdicts}.",
        "{hosts} 台のホストのうち {read} 台を読み取りました。ポート: {verdicts}。",
    ),
    "survey.summary_of_listeners": Text(
        "{read} of {hosts} hosts were read. Listeners that other hosts could reach: {rows}.",
        "{hosts} 台のホストのうち {read} 台を読み取りました。ほかのホストから接続できる待ち受け: "
        "{rows} 件。",
    ),
    "survey.summary_of_none": Text(
        "{read} of {hosts} hosts were read.",
        "{hosts} 台のホストのうち {read} 台を読み取りました。",
    ),
    "survey.listeners": Text(
        "Where no ports were asked about, listeners that other hosts could reach: {rows}.",
        "ポートを指定しなかったホストで、ほかのホストから接続できる待ち受け: {rows} 件。",
    ),
    "survey.count": Text("{what} {count}", "{what} {count} 件"),
    "survey.unread": Text("Not read, {why}: {hosts}.", "読み取れないホスト ({why}): {hosts}。"),
    "survey.incomplete": Text(
        "Read, but not all of it: {hosts}.", "一部を読み取れなかったホスト: {hosts}。"
    ),
    "survey.more_incomplete": Text(
        "Not everything could be read of these hosts either: {hosts}. The key incomplete of the "
        "result says what is missing.",
        "次のホストでも、一部を読み取れませんでした: {hosts}。内容は結果の incomplete にあります。",
    ),
    "survey.left_out": Text(
        "With all entries, the result would be too large for AWX. Left out are: {what}.",
        "すべてを含めると結果が AWX の上限より大きくなるため、一部を省略しました: {what}。",
    ),
    "survey.in_file": Text(
        "The file of detail_file has the whole of each host.",
        "各ホストの結果全体は detail_file のファイルにあります。",
    ),
    "survey.in_no_file": Text(
        "The option detail_file writes the whole of each host to a file.",
        "オプション detail_file を指定すると、各ホストの結果全体がファイルに書き込まれます。",
    ),
    "survey.and_more": Text("{hosts} and {more} more", "{hosts}、ほか {more} 台"),
    "survey.not_as_expected": Text(
        "These ports are not {expected}, or not known to be, on {count} of {all} hosts: {hosts}",
        "{all} 台のホストのうち {count} 台で、ポートは{expected}はずですが、そうなっていないか、"
        "判断できません: {hosts}",
    ),
    "survey.for_example": Text("For example: {told}", "例: {told}"),
    "survey.progress": Text(
        "port_survey: {done} of {all} hosts are done.", "port_survey: {all} 台中 {done} 台が完了。"
    ),
    "survey.no_survey": Text(
        "it is not the detail file of a survey. Name the file that port_survey has written",
        "port_survey の詳細ファイルではありません。port_survey "
        "が書き込んだファイルを指定してください",
    ),
    "survey.other_format": Text(
        "it has another format than {format}. Run port_survey of this version again",
        "形式が {format} ではありません。このバージョンの port_survey を再実行してください",
    ),
    "survey.damaged": Text(
        "it is damaged: {problem}. Run port_survey again",
        "ファイルが壊れています: {problem}。port_survey を再実行してください",
    ),
    "unread.not_tried": Text("the account was refused before", "アカウントがすでに拒否されている"),
    "unread.not_finished": Text("the time limit of the task was reached", "タスクの制限時間に到達"),
    "unread.setting": Text("a setting is wrong", "設定の誤り"),
    "unread.fault": Text("Windows has refused the request", "Windows が要求を拒否"),
}
