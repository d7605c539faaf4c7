# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What happens to the rules of a task: refusals, failures, what is left to do, differences."""

from __future__ import annotations

from collections.abc import Mapping

from ....ground.languages import Text

_RULES = {
    "rule.headline": Text(
        "firewall rule {rule} ({rule_id})",
        "ファイアウォール規則 {rule} ({rule_id})",
    ),
    "rule.all_of_a_name": Text(
        "{count} rules are named '{name}'; all of them go.",
        "「{name}」という名前の規則が {count} 件あり、すべて削除されます。",
    ),
    "rule.all_of_a_name_changed": Text(
        "{count} rules are named '{name}'; the task applies to all of them.",
        "「{name}」という名前の規則が {count} 件あり、タスクはそのすべてに適用されます。",
    ),
    "rule.was_disabled": Text(
        "The rule '{rule}' was disabled, as an interrupted task can leave it. The task does not "
        "set {option}, so the rule is enabled.",
        "規則「{rule}」は無効でした (中断されたタスクも規則をこの状態で残すことがあります)。タス"
        "クに {option} の指定がないため、規則は有効になります。",
    ),
    "rule.group_disabled": Text(
        "In the group '{group}', these rules are disabled and stay so: {rules}. Set {setting} "
        "to enable them.",
        "グループ「{group}」では、次の規則が無効で、そのままです: {rules}。有効にするには "
        "{setting} を指定してください。",
    ),
    "rule.also_in_policy": Text(
        "A rule {store} is called '{rule}', too. Only the policy can change it.",
        "{store}規則にも「{rule}」があります。この規則を変更できるのはポリシーだけです。",
    ),
    "wish.contradiction": Text(
        "The entries {entries} of {option} undo each other: each run would change the rule "
        "'{rule}' and change it back. Give rules that are meant to differ different names, or say "
        "direction, protocol or rule_id in each. Otherwise, leave out all but one of the entries. "
        "If one is for a group, name the other rules of the group instead.",
        "{option} の {entries} 番目の項目は互いに打ち消し合うため、実行するたびに規則「{rule}」が"
        "変更され、元に戻されることになります。別々の規則であれば、異なる名前を付けるか、それぞれに"
        " direction、protocol、rule_id のいずれかを指定してください。同じ規則であれば、項目を 1 つ"
        "だけ残してください。グループを指定した項目の場合は、代わりにグループ内のほかの規則を個別に"
        "指定してください。",
    ),
    "rule.group_also_in_policy": Text(
        "Rules {store} are in the group '{group}'. Only the policy can change them.",
        "{store}規則に、グループ「{group}」の規則があります。変更できるのはポリシーだけです。",
    ),
    "rule.also_limited": Text(
        "The rule '{rule}' is also limited to {limits}; that stays.",
        "規則「{rule}」には、{limits}による限定もあります。この限定は変更されません。",
    ),
    "limit.package": Text("an app package", "アプリ パッケージ"),
    "limit.users": Text("users", "ユーザー"),
    "limit.authentication": Text("IPsec authentication", "IPsec 認証"),
    "limit.remote_accounts": Text(
        "users or computers of the other side",
        "相手のユーザーまたはコンピューター",
    ),
    "limit.interfaces": Text("single network adapters", "特定のネットワーク アダプター"),
    "limit.platforms": Text("versions of Windows", "Windows のバージョン"),
    "limit.networks": Text("named networks", "特定のネットワーク"),
    "limit.transport": Text("a dynamic transport", "動的なトランスポート"),
    "limit.unknown_fields": Text("fields that are not known here", "解釈できない項目"),
}

# Why a task is refused before anything changes.
_WISHES = {
    "wish.of_rule": Text("{rule}: {problem}", "{rule}: {problem}"),
    "wish.duplicates": Text(
        "{count} rules are named '{name}': {ids}. Which one is meant? Say so by direction, "
        "protocol or rule_id, or remove the others. If all of them are meant, set {setting}.",
        "「{name}」という名前の規則が {count} 件あります: {ids}。対象の規則を direction、protocol、"
        "rule_id のいずれかで指定するか、ほかの規則を削除してください。すべてが対象の場合は "
        "{setting} を指定してください。",
    ),
    "wish.not_again": Text(
        "{problem} After this task there would be several, and it could not run again.",
        "{problem}このタスクの後には複数になり、タスクを再実行できなくなります。",
    ),
    "wish.no_such_group": Text(
        "No local rule is in the group '{group}'. Windows' own groups are written as Windows shows "
        "them, such as Remote Desktop, or as the registry has them, such as "
        "@FirewallAPI.dll,-28752.",
        "グループ「{group}」にローカルの規則はありません。Windows の組み込みのグループは、Windows "
        "に表示される名前 (リモート デスクトップなど) か、レジストリの表記 "
        "(@FirewallAPI.dll,-28752 など) で指定します。",
    ),
    "wish.group_in_policy": Text(
        "No local rule is in the group '{group}', but rules {store} are. Only the policy can "
        "change them.",
        "グループ「{group}」にローカルの規則はありませんが、{store}規則があります。変更できるのは"
        "ポリシーだけです。",
    ),
    "wish.rule_in_policy": Text(
        "No local rule is called '{rule}', but a rule {store} is. Only the policy can change it.",
        "「{rule}」というローカルの規則はありませんが、{store}規則があります。変更できるのはポリシー"
        "だけです。",
    ),
    "wish.name_taken": Text(
        "Windows shows its own rule {ids} as '{name}', and it does not match the direction, "
        "protocol or rule_id of the task. Leave these out to change that rule, or give the new "
        "rule another name.",
        "「{name}」は Windows の組み込みの規則 {ids} の表示名ですが、タスクの direction、protocol、"
        "rule_id に一致しません。その規則を変更する場合はこれらの指定を外し、新しい規則を作成する"
        "場合は別の名前にしてください。",
    ),
    "wish.name_of_group": Text(
        "'{name}' is not a rule but a group of Windows' own rules. Give it as group, without a "
        "name.",
        "「{name}」は規則ではなく、Windows の組み込みの規則のグループです。name を外し、group で"
        "指定してください。",
    ),
    "wish.unnameable": Text(
        "The rule '{rule}' of the group can't be named by its id, '{rule_id}' ({problem}) Give it "
        "another id on the host, or name the other rules of the group one by one.",
        "グループの規則「{rule}」は、ID「{rule_id}」で指定できません ({problem})。ホスト上で別の "
        "ID に変更するか、グループのほかの規則を 1 つずつ指定してください。",
    ),
    "wish.of_other_group": Text(
        "The rule '{rule}' is in another group, '{other}'. With unspecified, a name means a rule "
        "of the group '{group}' or of none. Name that rule by its rule_id ({rule_id}) to move it, "
        "or give the new rule another name.",
        "規則「{rule}」は別のグループ「{other}」にあります。unspecified を使う場合、name が指すのは"
        "グループ「{group}」の規則か、どのグループにも属さない規則だけです。その規則を移動するには "
        "rule_id ({rule_id}) で指定し、新しい規則を作成するには別の名前にしてください。",
    ),
    "purge.of_other_group": Text(
        "The rule '{rule}' stays: it is in another group, '{other}', and with unspecified, a name "
        "means a rule of the group '{group}' or of none. Name it by its rule_id ({rule_id}) to "
        "delete it.",
        "規則「{rule}」は削除しません。別のグループ「{other}」にあり、unspecified を使う場合、name "
        "が指すのはグループ「{group}」の規則か、どのグループにも属さない規則だけです。削除するには "
        "rule_id ({rule_id}) で指定してください。",
    ),
    "wish.unspecified_protected": Text(
        "No entry of {rules} names the rule '{rule}', and without it this connection could be cut "
        "off: {why} So {option} does not apply to it, even with force. Name it in {rules}, to keep "
        "it or with state: absent.",
        "規則「{rule}」は {rules} のどの項目にもありませんが、この規則がなければこの接続が切れる"
        "可能性があります。{why}force を指定しても {option} の対象にはできません。{rules} で指定"
        "して、残すか、state: absent で削除してください。",
    ),
    "wish.enabled_again": Text(
        "Somebody else has enabled the rule '{rule}', which was disabled to be deleted.",
        "削除のために無効にした規則「{rule}」が、ほかから有効にされました。",
    ),
    "change.unworkable": Text(
        "The firewall of {host} can't be changed: {problem}",
        "{host} のファイアウォールを変更できません。{problem}",
    ),
    "change.no_classes": Text(
        "{host} runs Windows 7 or Server 2008 R2, which have no CIM classes to write firewall "
        "rules with. They can be read (port_facts, port_check), but not changed.",
        "{host} は Windows 7 または Server 2008 R2 です。ファイアウォールの規則を書き込むための "
        "CIM クラスがないため、規則は読み取り (port_facts、port_check) のみ可能で、変更はできま"
        "せん。",
    ),
}

# Rules that no entry of a task names.
_PURGE = {
    "purge.lost": Text(
        "Nothing was deleted: as the host was read again, this connection might no longer be let "
        "in. {why}",
        "何も削除していません。ホストを読み直したところ、この接続が許可されなくなる可能性がありま"
        "す。{why}",
    ),
    "purge.no_effect": Text(
        "Nothing was deleted: as the host was read again, the rule '{rule}' has no effect: "
        "{reason}.",
        "何も削除していません。ホストを読み直したところ、規則「{rule}」は効いていません。理由: "
        "{reason}。",
    ),
    "purge.windows_own": Text(
        "The group '{group}' has rules of Windows itself, or of apps that Windows has installed, "
        "and no entry of rules names them. They stay as they are: {rules}. Name them by rule_id to "
        "change them.",
        "グループ「{group}」には、Windows の組み込みの規則か、Windows がインストールしたアプリの"
        "規則があり、rules のどの項目にもありません。これらは変更されません: {rules}。"
        "変更する場合は rule_id で指定してください。",
    ),
    "purge.lost_parts": Text(
        "No task can make these rules again with all of their conditions: {rules}. {key} in the "
        "result has what the registry had.",
        "次の規則は、タスクではすべての条件を含めて作成し直すことができません: {rules}。結果の "
        "{key} にレジストリの内容があります。",
    ),
    "purge.still_removed": Text(
        "These rules are removed, but something else still lets in what they let in, at least in "
        "part: {rules}. {key} says what.",
        "次の規則を削除しても、それらが許可していた通信の少なくとも一部は、ほかの要因で許可されたま"
        "まです: {rules}。要因は {key} を確認してください。",
    ),
    "purge.still_disabled": Text(
        "These rules are disabled, but something else still lets in what they let in, at least in "
        "part: {rules}. {key} says what.",
        "次の規則を無効にしても、それらが許可していた通信の少なくとも一部は、ほかの要因で許可された"
        "ままです: {rules}。要因は {key} を確認してください。",
    ),
}

# Why a change could cut off the task's own connection.
_GUARD = {
    "guard.refused": Text(
        "Refused, because it could cut off this connection: {why} Use force if that is intended.",
        "この接続が切れる可能性があるため、変更しませんでした。{why}意図した変更であれば force を指"
        "定してください。",
    ),
    "guard.no_safe_way": Text(
        "{properties} can't change one after the other without a moment in which WinRM "
        "is blocked. Change some of them in a separate task first.",
        "{properties} を順に変更すると、WinRM が一時的にブロックされます。先に一部を別のタスクで変"
        "更してください。",
    ),
    "guard.windows_own": Text(
        "the rule '{rule}' is Windows' own for WinRM.",
        "規則「{rule}」は Windows の組み込みの WinRM 用の規則です。",
    ),
    "guard.because": Text("{why}. {what}", "{why}。{what}"),
    "guard.loses": Text(
        "the rule '{rule}' lets WinRM in, and {lost}",
        "規則「{rule}」は WinRM の受信を許可していますが、{lost}",
    ),
    "guard.blocks": Text(
        "the rule '{rule}' would block WinRM",
        "規則「{rule}」は WinRM をブロックします",
    ),
    "guard.blocks_ports": Text(
        "the rule '{rule}' would block WinRM (port {ports})",
        "規則「{rule}」は WinRM (ポート {ports}) をブロックします",
    ),
    "guard.lost.deleted": Text("would be deleted", "削除されます"),
    "guard.lost.all": Text("would no longer do so", "許可しなくなります"),
    "guard.too_many_rules": Text(
        "More than {count} rules may be about WinRM, too many to judge together.",
        "WinRM に関係する可能性のある規則が {count} 件を超えており、まとめて判定できません。",
    ),
    "guard.flow": Text("WinRM (port {port})", "WinRM (ポート {port})"),
    "guard.flow_from": Text(
        "WinRM from {remote} (port {port})",
        "{remote} からの WinRM (ポート {port})",
    ),
    "guard.ends": Text(
        "{flow} would be {verdict}, in the {profile} profile.",
        "{profile} プロファイルで、{flow} は次のようになります: {verdict}。",
    ),
    "guard.ends_elsewhere": Text(
        "{flow} would be {verdict}, in the {profile} profile (not active now).",
        "{profile} プロファイル (現在はアクティブではありません) で、{flow} は次のようになります: "
        "{verdict}。",
    ),
    "guard.ends_adapter": Text(
        "{flow} would be {verdict}, in the {profile} profile, if it came by the network adapter "
        "{adapter}.",
        "{profile} プロファイルで、ネットワーク アダプター {adapter} 経由の場合、{flow} は次のよう"
        "になります: {verdict}。",
    ),
    "guard.conditional": Text(
        "let in only under conditions: {reason}",
        "条件付きでのみ許可: {reason}",
    ),
    "guard.not_past_edge": Text(
        "blocked: no rule with edge traversal lets in what comes through Teredo",
        "ブロック: Teredo 経由の通信を許可する、エッジ トラバーサルの規則がありません",
    ),
}

# Why a single step could not be carried out.
_STEPS = {
    "step.failed": Text("{cause}", "{cause}"),
    "step.register_classes": Text(
        "On Windows 8, Server 2012 and later, register the classes of the firewall again there "
        "with `mofcomp {file}`; earlier versions don't have them.",
        "Windows 8、Server 2012 以降では、ホストで `mofcomp {file}` を実行し、ファイアウォールのク"
        "ラスを登録し直してください。それより前のバージョンにはこのクラスがありません。",
    ),
    "step.not_enabled": Text(
        "Could not enable the rule on {host} ({url}): Windows returned {code}. Run the task again; "
        "if it fails again, check the event log {log} on the host.",
        "{host} ({url}) の規則を有効にできませんでした。Windows の戻り値は {code} です。タスクを再"
        "実行してください。解消しない場合は、ホストのイベント ログ {log} を確認してください。",
    ),
    "step.not_disabled": Text(
        "Could not disable the rule on {host} ({url}): Windows returned {code}. Run the task "
        "again; if it fails again, check the event log {log} on the host.",
        "{host} ({url}) の規則を無効にできませんでした。Windows の戻り値は {code} です。タスクを再"
        "実行してください。解消しない場合は、ホストのイベント ログ {log} を確認してください。",
    ),
    "step.code": Text("{number} ({hex})", "{number} ({hex})"),
    "step.code_with_help": Text(
        "{number} ({hex}, see `net helpmsg {own}`)",
        "{number} ({hex}、`net helpmsg {own}` で確認できます)",
    ),
    "step.no_filter": Text(
        "{host} ({url}) shows no {name} for the firewall rule {rule}.",
        "{host} ({url}) には、ファイアウォール規則 {rule} の {name} がありません。",
    ),
    "step.foreign_filters": Text(
        "Asked for the filters of the firewall rule {rule}, {host} ({url}) shows others too: "
        "{told}. None was changed, since a change could have hit another rule. Check what answers "
        "there (a proxy, another WS-Management server); Windows shows the filters of that rule "
        "alone.",
        "ファイアウォール規則 {rule} のフィルターを要求しましたが、{host} ({url}) はほかのフィルタ"
        "ーも返しました: {told}。別の規則を変更する可能性があるため、何も変更していません。何が応答"
        "しているのか (プロキシ、別の WS-Management サーバー) を確認してください。Windows はその規"
        "則のフィルターのみを返します。",
    ),
    "step.filter_without_rule": Text(
        "one that does not say which rule it is of",
        "どの規則のものか示されていないフィルター",
    ),
    "step.filter_of": Text("one of {rule}", "{rule} のフィルター"),
    "step.several_filters": Text("several {name}", "複数の {name}"),
}

# What is left to do after a task that broke off.
_OUTCOMES = {
    "left.said": Text("{said}", "{said}"),
    "left.quoted": Text("'{name}'", "「{name}」"),
    "left.others": Text("and others", "ほか"),
    "left.rule": Text("The rule {rules}", "規則{rules}"),
    "left.rules": Text("The rules {rules}", "規則{rules}"),
    "left.not_read_back": Text(
        "{error} {host} accepted every change, but the result could not be read back. "
        "{rules} may be as asked for. Run the task again to find out.",
        "{error}{host} はすべての変更を受け付けましたが、結果を読み取れませんでした。{rules}は指定"
        "どおりになっている可能性があります。タスクを再実行して確認してください。",
    ),
    "left.not_found_out": Text(
        "What became of it could not be found out or taken back: {error}",
        "変更の結果を確認できず、元に戻すこともできませんでした。{error}",
    ),
    "left.not_taken_back": Text(
        "What was begun could not be taken back: {error}",
        "途中までの変更を元に戻せませんでした。{error}",
    ),
    "left.half_done": Text(
        "{rules} may be half done: a new one is then disabled or complete, and a changed one lets "
        "in no more than before and after together. Run the task again, which completes it.",
        "{rules}は変更が途中の可能性があります。その場合、新しい規則は無効であるか完成しており、変"
        "更中の規則が許可する範囲は、変更前と変更後を合わせた範囲を超えません。タスクを再実行すると"
        "完了します。",
    ),
    "left.paused": Text(
        "{rules} may be disabled for the time of the change; the task does not set "
        "{option}, so enable them in a separate task.",
        "{rules}は変更のために一時的に無効になっている可能性があります。タスクに {option} の指定が"
        "ないため、別のタスクで有効にする必要があります。",
    ),
    "left.not_created": Text(
        "The rule '{rule}' was not created.",
        "規則「{rule}」は作成されませんでした。",
    ),
    "left.taken_back": Text(
        "The rule '{rule}' is not there: what was begun was taken back.",
        "規則「{rule}」は存在しません。途中までの変更は元に戻しました。",
    ),
    "left.there_enabled": Text(
        "The rule '{rule}' could not be removed again; it is there, enabled.",
        "規則「{rule}」を削除できませんでした。有効な状態で残っています。",
    ),
    "left.there_disabled": Text(
        "The rule '{rule}' could not be removed again; it is there, disabled.",
        "規則「{rule}」を削除できませんでした。無効な状態で残っています。",
    ),
    "left.gone": Text("The rule '{rule}' is gone.", "規則「{rule}」はなくなっています。"),
    "left.as_before": Text(
        "The rule '{rule}' is as it was before.",
        "規則「{rule}」は元のままです。",
    ),
    "left.not_put_back": Text(
        "The rule '{rule}' could not be put back; it differs from before in {properties}.",
        "規則「{rule}」を元に戻せませんでした。{properties} が元の値と異なります。",
    ),
    "left.not_stored": Text(
        "The rule '{rule}' is not as asked for, although {host} accepted every change: in its rule "
        "store ({url}) {differences}. Look for a policy or a program there that manages the "
        "firewall, or for another controller that changes it at the same time.",
        "{host} はすべての変更を受け付けましたが、規則「{rule}」は指定どおりになっていません。規則"
        "のストア ({url}) では、{differences}。ファイアウォールを管理するポリシーやプログラムがホス"
        "トにないか、別のコントローラーが同時に変更していないかを確認してください。",
    ),
    "left.differs": Text(
        "{property} is {found} instead of {wanted}",
        "{property} が {wanted} ではなく {found} です",
    ),
    "left.nothing": Text("nothing", "なし"),
    "left.disabled": Text(
        "Not yet deleted, but disabled: {rules}. Run the task again, which completes it.",
        "次の規則は無効になりましたが、まだ削除されていません: {rules}。"
        "タスクを再実行すると完了します。",
    ),
    "left.all_taken_back": Text(
        "Everything that the task had changed was taken back.",
        "タスクが行った変更はすべて元に戻しました。",
    ),
    "left.done": Text("Done anyway: {rules}.", "次の規則の処理は完了しました: {rules}。"),
    "left.not_begun": Text("Not begun: {rules}.", "次の規則は未処理です: {rules}。"),
}

TEXTS: Mapping[str, Text] = {
    **_RULES,
    **_WISHES,
    **_PURGE,
    **_GUARD,
    **_STEPS,
    **_OUTCOMES,
}
