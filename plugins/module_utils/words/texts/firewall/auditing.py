# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is worth a look in the rules of a host, and rules as tasks for another one."""

from __future__ import annotations

from collections.abc import Mapping

from ....ground.languages import Text

_FINDINGS = {
    "audit.open_to_all": Text(
        "The rule '{rule}' lets everybody in at every port, to every program.",
        "規則「{rule}」は、すべてのプログラムのすべてのポートへの接続を、どのアドレスからも許可して"
        "います。",
    ),
    "audit.why_open_to_all": Text(
        "Whatever listens on this PC can be reached from wherever the network lets traffic come, "
        "as if the firewall were off in these profiles.",
        "この PC で待ち受けているものすべてに、ネットワークが通す限りどこからでも接続できます。対象"
        "のプロファイルではファイアウォールが無効な場合と同じです。",
    ),
    "audit.open_ports": Text(
        "The rule '{rule}' lets everybody in, to every program, at these ports: {ports}.",
        "規則「{rule}」は、ポート {ports} への接続を、どのプログラムにも、どのアドレスからも許可し"
        "ています。",
    ),
    "audit.why_open_ports": Text(
        "Any program that takes one of these ports can be reached from wherever the network lets "
        "traffic come, also one that nobody thought of.",
        "これらのポートを使うプログラムには、想定外のものを含め、ネットワークが通す限りどこからでも"
        "接続できます。",
    ),
    "audit.remedy_open_to_all": Text(
        "If only some machines need it, set `remote_addresses` to theirs (or to LocalSubnet); if "
        "only one program does, set `program` to its path. Remove the rule if nobody needs it.",
        "特定のマシンだけが必要な場合は `remote_addresses` にそのアドレス (または LocalSubnet) を、"
        "特定のプログラムだけが必要な場合は `program` にそのパスを指定してください。不要であれば規"
        "則を削除してください。",
    ),
    "audit.prompt_block": Text(
        "Windows blocks {program}: someone cancelled its question whether the program may "
        "communicate, or had no right to answer it.",
        "Windows は {program} をブロックしています。通信を許可するかどうかの確認がキャンセルされた"
        "か、回答する権限がなかったためです。",
    ),
    "audit.why_prompt_block": Text(
        "A block rule wins over every allow rule, so no port of this program can be reached in "
        "these profiles, whatever else is opened. While the rules are there, Windows does not ask "
        "again.",
        "ブロックの規則はどの許可の規則よりも優先されるため、ほかの規則で許可しても、対象のプロファ"
        "イルではこのプログラムのどのポートにも接続できません。規則がある間、Windows は再び確認しま"
        "せん。",
    ),
    "audit.remedy_prompt_block": Text(
        "If others are to reach the program, remove these rules, and allow the port or the program "
        "with a rule of your own before it starts again.",
        "このプログラムへの接続が必要な場合は、これらの規則を削除し、プログラムが次に起動する前に、"
        "ポートまたはプログラムを許可する規則を作成してください。",
    ),
    "audit.never_matches": Text(
        "The rule '{rule}' never has an effect: all that it allows is blocked by {blocks}.",
        "規則「{rule}」は効きません。許可する通信は、すべて {blocks} がブロックします。",
    ),
    "audit.why_never_matches": Text(
        "A block rule wins over an allow rule, so the port seems to be open and is not.",
        "ブロックの規則は許可の規則よりも優先されます。ポートは開いているように見えるだけです。",
    ),
    "audit.remedy_never_matches": Text(
        "Decide which is meant: remove or narrow what blocks, or remove this rule.",
        "どちらが意図したものかを確認し、ブロックの規則を削除するか範囲を狭めてください。そうでなけ"
        "れば、この規則を削除してください。",
    ),
    "audit.void": Text(
        "These rules don't count in any of their profiles: {rules} ({path}, {origin}).",
        "次の規則は、対象のどのプロファイルでも有効になりません: {rules} ({path}、{origin})。",
    ),
    "audit.why_void": Text(
        "A policy lets only its own rules count, so a port that these rules open stays closed.",
        "ポリシーが自身の規則だけを有効にしているため、これらの規則で許可したポートもブロックされた"
        "ままです。",
    ),
    "audit.remedy_void": Text(
        "Ask for the rule in the policy, or for a policy that lets local rules count.",
        "ポリシーに規則を追加するか、ローカルの規則を有効にするよう、ポリシーの管理者に依頼してくだ"
        "さい。",
    ),
    "audit.missing_program": Text(
        "There is no file {program} on the disk.",
        "ディスクに {program} というファイルはありません。",
    ),
    "audit.why_missing_program": Text(
        "The program was removed or has moved, and its rules were left behind: whatever is put at "
        "this path later gets what they allow or block.",
        "プログラムが削除または移動され、規則だけが残っています。後からこのパスに置かれたプログラム"
        "に、その許可やブロックが適用されます。",
    ),
    "audit.remedy_missing_program": Text(
        "Remove the rules, or correct `program` if the program has moved.",
        "規則を削除してください。プログラムを移動した場合は `program` を修正してください。",
    ),
    "audit.remove": Text(
        "Remove firewall rules: {rules}",
        "ファイアウォール規則の削除: {rules}",
    ),
    "audit.duplicate": Text(
        "{count} rules are called '{rule}' and do the same.",
        "「{rule}」という名前で同じ内容の規則が {count} 件あります。",
    ),
    "audit.same_but_name": Text(
        "{count} rules differ in nothing but their names: {rules}.",
        "{count} 件の規則は、名前以外が同じです: {rules}。",
    ),
    "audit.why_same": Text(
        "To close what one of them opens, all have to be found and changed.",
        "1 件を変更しても、同じ内容のほかの規則がそのまま残ります。",
    ),
    "audit.remedy_same": Text(
        "Keep one of them, and remove the others.",
        "1 件だけを残し、ほかの規則を削除してください。",
    ),
}

_UNKNOWN = {
    "audit.unknown_variable": Text(
        "Its path depends on {variables}, which is not known here.",
        "パスに含まれる {variables} の値が分かりません。",
    ),
    "audit.no_local_path": Text(
        "Its path is not that of a file on a local drive, or not written in full.",
        "ローカル ドライブのファイルの完全なパスではありません。",
    ),
    "audit.apps_folder": Text(
        "It is in the folder of store apps, which even administrators can't list.",
        "ストア アプリのフォルダーにあり、管理者でも一覧を取得できません。",
    ),
    "audit.many_programs": Text(
        "More than {limit} programs have rules. Ask about fewer rules at once.",
        "規則のあるプログラムが {limit} 件を超えています。一度に調べる規則を絞ってください。",
    ),
    "audit.no_file_of_drive": Text(
        "Windows names no file of drive {drive}. It lists only those on local fixed disks.",
        "ドライブ {drive} のファイルは Windows から得られません。得られるのは、ローカルの固定ディス"
        "クのファイルだけです。",
    ),
    "audit.not_told": Text(
        "Windows did not tell which files are there.",
        "ファイルの有無を Windows から読み取れませんでした。",
    ),
    "audit.files_unreadable": Text(
        "It is unknown which programs of the rules are on the disk: {error}",
        "規則のプログラムがディスクにあるかどうか不明です。{error}",
    ),
    "audit.left_out": Text(
        "{count} more are left out. Ask about fewer rules at once.",
        "ほかに {count} 件ありますが、省略しています。一度に調べる規則を絞ってください。",
    ),
    "audit.too_many_rules": Text(
        "There are too many block rules to compare each with every rule that allows, so some that "
        "never match may be missing.",
        "ブロックの規則が多すぎて、許可の規則とのすべての組み合わせを比較できません。効かない規則の"
        "一部は示されていない可能性があります。",
    ),
}

_TABLE = {
    "table.more_findings": Text(
        "{count} more findings are in the result.",
        "ほかに {count} 件の指摘が結果に含まれています。",
    ),
    "table.no_findings": Text(
        "Nothing in these rules is worth a look.",
        "これらの規則に指摘事項はありません。",
    ),
    "table.unknown_programs": Text(
        "Of {count} programs it is unknown whether they are on the disk.",
        "{count} 件のプログラムは、ディスク上の有無が不明です。",
    ),
}

_EXPORT = {
    "export.task": Text("Firewall rule {rule}", "ファイアウォール規則 {rule}"),
    "export.of_store": Text(
        "It is a rule of the store {store}, which no task can write.",
        "{store}の規則で、タスクでは設定できません。",
    ),
    "export.of_package": Text(
        "It belongs to an app package, which brings its own rules where it is installed.",
        "アプリ パッケージの規則です。インストール先ではパッケージ自身が規則を登録します。",
    ),
    "export.of_windows": Text(
        "Windows itself brings this rule, under the same id on every PC, so the task changes it "
        "and does not make it. Its program, service, protocol and ports stay as they are there.",
        "Windows 自身の規則で、どの PC でも ID は同じです。タスクは規則を変更するだけで、作成はしま"
        "せん。プログラム、サービス、プロトコル、ポートは対象の PC にあるまま変わりません。",
    ),
    "export.no_name": Text(
        "It has no name, and a new rule needs one.",
        "名前がありません。新しい規則には名前が必要です。",
    ),
    "export.lost": Text(
        "It is limited to {limits}, which no option sets.",
        "{limits}による限定があり、これを設定できるオプションはありません。",
    ),
    "export.refused": Text(
        "No task makes this rule: {problem}",
        "この規則を作成できるタスクはありません。{problem}",
    ),
    "export.differs": Text(
        "A task would make a rule that differs in {options}.",
        "タスクで作成すると {options} が異なる規則になります。",
    ),
    "export.too_long": Text(
        "The task is too long to be shown whole.",
        "タスクが長すぎるため、全体を示せません。",
    ),
    "export.merged": Text(
        "Neighbouring ports become one range. The rule stays the same, but a policy that counts "
        "only its own rules for single ports may treat it differently.",
        "隣り合うポートは 1 つの範囲にまとめられます。規則の内容は同じですが、ポートの規則をポリ"
        "シーのものに限定している場合は、扱いが変わることがあります。",
    ),
    "export.adapters": Text(
        "The other PC needs network adapters of the same names.",
        "対象の PC にも同じ名前のネットワーク アダプターが必要です。",
    ),
    "export.accounts": Text(
        "It names accounts by their ids, which mean the same accounts only on PCs of their domain.",
        "アカウントは ID で指定されています。同じアカウントを指すのは、そのドメインの PC だけで"
        "す。",
    ),
    "limit.flags": Text("flags of Windows itself", "Windows 自身のフラグ"),
}

TEXTS: Mapping[str, Text] = {**_FINDINGS, **_UNKNOWN, **_TABLE, **_EXPORT}
