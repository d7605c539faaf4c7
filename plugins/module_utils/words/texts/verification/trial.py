# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The trial of writing of verify_host."""

from __future__ import annotations

from collections.abc import Mapping

from ....ground.languages import Text

_STEPS = {
    "trial.step.create": Text("create a disabled rule", "無効な規則の作成"),
    "trial.step.filters": Text("find its filters", "フィルターの検索"),
    "trial.step.put_ports": Text("set protocol and port", "プロトコルとポートの設定"),
    "trial.step.put_addresses": Text("set addresses", "アドレスの設定"),
    "trial.step.put_program": Text("set the program", "プログラムの設定"),
    "trial.step.put_service": Text("set the service", "サービスの設定"),
    "trial.step.put_interface_types": Text("set the kind of adapter", "アダプターの種類の設定"),
    "trial.step.put_interfaces": Text("set the adapter", "アダプターの設定"),
    "trial.step.put_security": Text("require authentication", "認証の要求"),
    "trial.step.put_rule": Text("change the rule itself", "規則自体の変更"),
    "trial.step.disable": Text("call Disable", "Disable の呼び出し"),
    "trial.step.delete": Text("delete the rule", "規則の削除"),
    "trial.step.create_with_options": Text(
        "create a rule with its ports at once", "ポートを含む規則の一括作成"
    ),
    "trial.step.delete_with_options": Text("delete that rule", "その規則の削除"),
}

_OUTCOMES = {
    "trial.outcome.works": Text("works", "成功"),
    "trial.outcome.disagree": Text("disagree", "不一致"),
    "trial.outcome.ignored": Text("ignored", "無視"),
    "trial.outcome.refused": Text("refused", "拒否"),
    "trial.outcome.unanswered": Text("unanswered", "応答なし"),
    "trial.outcome.skipped": Text("skipped", "省略"),
}

_TABLE = {
    "trial.head.step": Text("STEP", "手順"),
    "trial.head.cim": Text("BY CIM", "CIM"),
    "trial.head.registry": Text("BY REGISTRY", "レジストリ"),
    "trial.head.outcome": Text("OUTCOME", "結果"),
    "trial.summary": Text(
        "Write trial: {works} of {count} steps work on this host.",
        "書き込みの試行: このホストでは {count} 個のうち {works} 個の手順が成功しました。",
    ),
    "trial.below": Text("{step}: {problem}", "{step}: {problem}"),
}

_PROBLEMS = {
    "trial.no_adapter": Text(
        "The host reports no network adapter.",
        "ホストからネットワーク アダプターが報告されませんでした。",
    ),
    "trial.no_filter": Text(
        "The host shows no such filter of the rule.",
        "規則のこのフィルターがホストから返されませんでした。",
    ),
    "trial.filters_missing": Text(
        "The host shows no {names} of the rule.",
        "規則の {names} がホストから返されませんでした。",
    ),
    "trial.returned": Text("The method returned {code}.", "メソッドの戻り値は {code} です。"),
    "trial.shows": Text(
        "CIM shows '{shown}' instead of '{wanted}'.",
        "CIM の値は「{wanted}」ではなく「{shown}」です。",
    ),
    "trial.enabled": Text(
        "The rule is enabled, though it was created disabled.",
        "無効な規則として作成しましたが、有効になっています。",
    ),
    "trial.not_stored": Text("The rule is not in the registry.", "規則がレジストリにありません。"),
    "trial.stored_otherwise": Text(
        "CIM shows what was written, but the registry does not.",
        "CIM では書き込んだ内容が確認できますが、レジストリでは確認できません。",
    ),
    "trial.not_deleted": Text(
        "The host has accepted the deletion, but the rule still exists.",
        "削除は受け付けられましたが、規則が残っています。",
    ),
    "trial.foreign": Text(
        "{option}: {host} ({url}) already has a rule with the id {id}, named '{name}'. It is "
        "not as a trial leaves it, so nothing was written. If nobody needs the rule, remove it in "
        "'Windows Defender Firewall with Advanced Security', and run the task again.",
        "{option}: {host} ({url}) には、ID が {id} の規則「{name}」がすでにあります。"
        "試行で残った規則とは内容が異なるため、何も書き込みませんでした。不要な規則であれば、"
        "「セキュリティが強化された Windows Defender ファイアウォール」で削除してから、"
        "タスクを再実行してください。",
    ),
    "trial.not_begun": Text(
        "{option}: the trial was not begun on {host} ({url}). {problem}",
        "{option}: {host} ({url}) での試行を開始できませんでした。{problem}",
    ),
    "trial.removed_leftovers": Text(
        "Removed what an earlier trial had left: {ids}",
        "以前の試行で残った規則を削除しました: {ids}",
    ),
    "trial.left": Text(
        "{option}: the rule '{name}' may still exist on {host} ({url}), with the id {ids}. It "
        "was created disabled. Run the task again, which removes it first, or remove it in "
        "'Windows Defender Firewall with Advanced Security'.",
        "{option}: {host} ({url}) に規則「{name}」(ID: {ids}) が残っている可能性があります。"
        "この規則は無効な状態で作成されています。タスクを再実行すると最初に削除されます。"
        "「セキュリティが強化された Windows Defender ファイアウォール」で削除することもできます。",
    ),
    "trial.left_by_hand": Text(
        "{option}: the rule '{name}' may still exist on {host} ({url}), with the id {ids}. It "
        "was enabled, or the host has given it another id, so running the task again does not "
        "remove it. Remove it in 'Windows Defender Firewall with Advanced Security'.",
        "{option}: {host} ({url}) に規則「{name}」(ID: {ids}) が残っている可能性があります。"
        "有効になったか、別の ID が付けられたため、タスクを再実行しても削除されません。"
        "「セキュリティが強化された Windows Defender ファイアウォール」で削除してください。",
    ),
}

TEXTS: Mapping[str, Text] = {**_STEPS, **_OUTCOMES, **_TABLE, **_PROBLEMS}
