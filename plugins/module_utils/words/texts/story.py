# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the role port_setup tells at its end."""

from __future__ import annotations

from collections.abc import Mapping

from ...ground.languages import Text

TEXTS: Mapping[str, Text] = {
    "story.nothing_changed": Text("Nothing had to be changed.", "変更は必要ありませんでした。"),
    "story.nothing_would_change": Text("Nothing would be changed.", "変更は必要ありません。"),
    "story.rule_created": Text(
        "The firewall rule '{rule}' was created.",
        "ファイアウォール規則「{rule}」を作成しました。",
    ),
    "story.rule_changed": Text(
        "The firewall rule '{rule}' was changed.",
        "ファイアウォール規則「{rule}」を変更しました。",
    ),
    "story.rule_deleted": Text(
        "The firewall rule '{rule}' was deleted.",
        "ファイアウォール規則「{rule}」を削除しました。",
    ),
    "story.rule_would_be_created": Text(
        "The firewall rule '{rule}' would be created.",
        "ファイアウォール規則「{rule}」を作成する予定です。",
    ),
    "story.rule_would_be_changed": Text(
        "The firewall rule '{rule}' would be changed.",
        "ファイアウォール規則「{rule}」を変更する予定です。",
    ),
    "story.rule_would_be_deleted": Text(
        "The firewall rule '{rule}' would be deleted.",
        "ファイアウォール規則「{rule}」を削除する予定です。",
    ),
    "story.without_effect": Text(
        "{done} It has no effect now: {reason}.",
        "{done}現在は効いていません。理由: {reason}。",
    ),
    "story.would_be_without_effect": Text(
        "{done} It would have no effect: {reason}.",
        "{done}ただし、効かない見込みです。理由: {reason}。",
    ),
    "story.extend_profiles": Text(
        "If everybody on those networks may connect, add {active} to the profiles of the service.",
        "そのネットワークのすべての相手に接続を許可してよい場合は、サービスの profiles "
        "に {active} を追加してください。",
    ),
    "story.extend_profiles_or_trust": Text(
        "If everybody on those networks may connect, add {active} to the profiles of the service, "
        "or, only if you trust everybody there, make the network private with "
        "port_setup_network_category, set for this PC alone (in its host_vars).",
        "そのネットワークのすべての相手に接続を許可してよい場合は、サービスの profiles "
        "に {active} を追加してください。または、すべての相手を信頼できる場合に限り、"
        "この PC だけに (host_vars で) port_setup_network_category を指定して、ネットワークを"
        "プライベートにしてください。",
    ),
    "story.admit_controller": Text(
        "Add that address to remote_addresses of the service '{service}', or, if the controller "
        "is not meant to connect, add {verdict} to port_setup_accept.",
        "サービス「{service}」の remote_addresses にこのアドレスを追加してください。"
        "コントローラーからの接続が不要な場合は、port_setup_accept に {verdict} を追加してください"
        "。",
    ),
    "story.admit_one": Text(
        "Add that address to remote_addresses of the service '{service}'.",
        "サービス「{service}」の remote_addresses にこのアドレスを追加してください。",
    ),
    "story.path_shut": Text(
        "From {client} to {server}, {port} can't be reached.",
        "{client} から {server} の {port} には接続できません。",
    ),
    "story.admit_family": Text(
        "Add the addresses of those who may connect to remote_addresses of the service "
        "'{service}'.",
        "サービス「{service}」の remote_addresses に、接続を許可する相手のアドレスを追加してくださ"
        "い。",
    ),
    "story.idle_rules": Text(
        "A firewall rule has no effect, so that a port would stay shut: {hosts}.",
        "ファイアウォール規則が効かず、ポートに接続できないままになる PC: {hosts}。",
    ),
    "story.idle_rules_later": Text(
        "A firewall rule would have no effect, so that a port would stay shut: {hosts}.",
        "ファイアウォール規則が効かず、ポートに接続できないままになる見込みの PC: {hosts}。",
    ),
    "story.ended_early": Text(
        "An error ended the set-up early: {hosts}.",
        "エラーのためセットアップが途中で終了した PC: {hosts}。",
    ),
    "story.pcs": Text(
        "PCs as wanted: {well} of {all}; not as wanted: {wrong}.",
        "期待どおりの PC: {all} 台中 {well} 台。期待どおりでない PC: {wrong} 台。",
    ),
    "story.pcs_later": Text(
        "PCs as wanted after a run: {well} of {all}; not as wanted: {wrong}.",
        "実行後に期待どおりになる PC: {all} 台中 {well} 台。期待どおりにならない PC: {wrong} 台。",
    ),
    "story.as_they_are": Text(
        "Check mode: nothing was changed, and the table shows the ports before the set-up.",
        "チェックモードのため何も変更していません。表はセットアップ前の状態です。",
    ),
    "story.before_set_up": Text(
        "Check mode: nothing was changed. This is how the ports stand before the set-up:",
        "チェックモードのため何も変更していません。セットアップ前のポートの状態は次のとおりです。",
    ),
    "story.accepted": Text(
        "Of those as wanted, {count} can't be reached at every port yet; that is accepted "
        "({verdicts}).",
        "期待どおりの PC のうち {count} 台には、まだ接続できないポートがありますが、許容する設定"
        "です ({verdicts})。",
    ),
    "setup.unknown_clients": Text(
        "{variable}: {hosts}: the inventory has no host of this name. Write the names as the "
        "inventory has them.",
        "{variable}: {hosts} という名前のホストはインベントリーにありません。インベントリーのとおり"
        "にホスト名を指定してください。",
    ),
    "setup.client_is_group": Text(
        "{variable}: '{group}' is a group of the inventory. For all hosts in it, write "
        "\"{{{{ groups['{group}'] }}}}\".",
        "{variable}: 「{group}」はインベントリーのグループです。その中のすべてのホストを"
        "指定するには "
        "\"{{{{ groups['{group}'] }}}}\" と書いてください。",
    ),
    # What port_firewall says to users of the role.
    "setup.rule_of_other_group": Text(
        "The rule '{rule}' is in another group, '{other}'. With port_setup_unspecified, the role "
        "changes only rules of the group '{group}' or of none. Give the service another name or "
        "set another port_setup_rule_prefix, so that the role makes a rule of its own, or delete "
        "that rule if nobody needs it.",
        "規則「{rule}」は別のグループ「{other}」にあります。port_setup_unspecified を使う場合、ロー"
        "ル"
        "が変更するのはグループ「{group}」の規則か、どのグループにも属さない規則だけです。サービス"
        "を"
        "別の名前にするか、port_setup_rule_prefix を別の値にして、ロール用の規則が作成されるように"
        "す"
        "るか、不要な規則であれば削除してください。",
    ),
    "setup.rules_of_one_name": Text(
        "{count} rules are named '{name}': {ids}. The role can't tell which one is meant. Delete "
        "those that nobody needs, or give the service another name, or set another "
        "port_setup_rule_prefix.",
        "「{name}」という名前の規則が {count} 件あり ({ids})、どれが対象か分かりません。不要な規則"
        "を"
        "削除するか、サービスを別の名前にするか、port_setup_rule_prefix を別の値にしてください。",
    ),
    "setup.name_of_windows": Text(
        "Windows shows its own rule {ids} as '{name}'. Give the service another name, or set "
        "port_setup_rule_prefix.",
        "「{name}」は Windows の組み込みの規則 {ids} の表示名です。サービスを別の名前にするか、"
        "port_setup_rule_prefix を指定してください。",
    ),
    "setup.unspecified_protected": Text(
        "The rule '{rule}' is for none of the services, and without it this connection could be "
        "cut off: {why} So port_setup_unspecified does not apply to it. Set another "
        "port_setup_group, or move the rule to another group.",
        "規則「{rule}」はどのサービスの規則でもありませんが、この規則がなければこの接続が切れる可能"
        "性"
        "があります。{why}このため port_setup_unspecified の対象にはできません。port_setup_group を"
        "別の値にするか、規則を別のグループに移してください。",
    ),
    "setup.group_of_windows": Text(
        "The group '{group}' has rules of Windows itself, or of apps that Windows has installed, "
        "and they are for none of the services. They stay as they are: {rules}. Set another "
        "port_setup_group, so that the role has a group of its own.",
        "グループ「{group}」には、どのサービスのものでもない、Windows の組み込みの規則か、Windows "
        "が"
        "インストールしたアプリの規則があります。これらは変更されません: {rules}。port_setup_group "
        "を"
        "別の値にして、ロール専用のグループを使ってください。",
    ),
    "setup.reboot_variable": Text(
        "(In the role port_setup, reboot is port_setup_reboot.)",
        "(ロール port_setup では、reboot に当たる変数は port_setup_reboot です。)",
    ),
    "setup.options_of_module": Text(
        "(The role port_setup has no variables for {options}: run {module} with them, in a task "
        "before the role or with the command ansible, and then the role again.)",
        "(ロール port_setup には {options} に当たる変数はありません。ロールの前のタスクか ansible "
        "コマンドで、これらを指定した {module} を実行してから、ロールを再実行してください。)",
    ),
    "setup.way_out": Text(
        "Or set port_setup_conflict to stop, and this role stops it.",
        "または port_setup_conflict に stop を指定すると、このロールが停止します。",
    ),
    "setup.not_as_wanted": Text(
        "Not as wanted: {count} of {all} ports ({ports}). What was told of {host} above says why. "
        "Until they are as wanted, the PC counts as failed (failed=1 below).",
        "{all} 個のポートのうち {count} 個 ({ports}) が期待どおりではありません。理由は上の {host} "
        "の説明のとおりです。期待どおりになるまで、この PC は失敗 (下の failed=1) と表示されます。",
    ),
    "setup.would_not_be_as_wanted": Text(
        "After a run, {count} of {all} ports would still not be as wanted ({ports}). What was told "
        "of {host} above says why. As a run would, this check counts the PC as failed (failed=1 "
        "below).",
        "実行後も、{all} 個のポートのうち {count} 個 ({ports}) は期待どおりになりません。理由は上の"
        " {host} の説明のとおりです。実行時と同じく、この PC は失敗 (下の failed=1) と表示され"
        "ます。",
    ),
    "story.pcs_later_and_unread": Text(
        "PCs as wanted after a run: {well} of {all}; not as wanted: {wrong}; not read: {unread}.",
        "実行後に期待どおりになる PC: {all} 台中 {well} 台。期待どおりにならない PC: {wrong} 台。"
        "読み取れなかった PC: {unread} 台。",
    ),
    "story.pcs_and_unread": Text(
        "PCs as wanted: {well} of {all}; not as wanted: {wrong}; not read: {unread}.",
        "期待どおりの PC: {all} 台中 {well} 台。期待どおりでない PC: {wrong} 台。読み取れなかった "
        "PC: {unread} 台。",
    ),
}
