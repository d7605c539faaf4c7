# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What to do about a port that a policy or the kind of the network keeps closed: clauses, and the
names of tasks."""

from __future__ import annotations

from collections.abc import Mapping

from ....ground.languages import Text

TEXTS: Mapping[str, Text] = {
    "remedy.policy_blocks_all": Text(
        "ask those who manage the policy, because nothing on the PC itself changes that",
        "PC 側では変更できないため、ポリシーの管理者に相談してください",
    ),
    "remedy.policy_block_rule": Text(
        "ask those who manage the policy to change that rule, because nothing on the PC "
        "overrides it",
        "PC 側では上書きできないため、その規則の変更をポリシーの管理者に依頼してください",
    ),
    "remedy.policy_voids_rule": Text(
        "ask those who manage the policy to open {port} there, or to let local rules count",
        "ポリシーで {port} を許可するか、ローカルの規則を有効にするよう、ポリシーの管理者に依頼"
        "してください",
    ),
    "remedy.policy_voids_local_rules": Text(
        "ask those who manage the policy to open {port} there, or to let local rules count",
        "ポリシーで {port} を許可するか、ローカルの規則を有効にするよう、ポリシーの管理者に依頼"
        "してください",
    ),
    "remedy.local_policy": Text(
        "the PC seems to be in no domain, so if the policy is its own, change it there "
        "(gpedit.msc); otherwise, ask those who manage the policy to open {port} there",
        "PC はドメインに参加していないようです。PC 自体のポリシーであれば gpedit.msc で変更し、そう"
        "でなければ {port} を許可するようポリシーの管理者に依頼してください",
    ),
    "remedy.make_network_private": Text(
        "or, only if you trust everybody on that network, make it private with network_category, "
        "which refuses that where it would close WinRM",
        "または、そのネットワークのすべての相手を信頼できる場合に限り、network_category でプライベ"
        "ートに変更してください (WinRM の接続が切れる場合、network_category は変更を拒否します)",
    ),
    "remedy.trust_network": Text(
        "or, only if you trust everybody on that network, make it private with network_category "
        "(every rule for private networks is then open to all of them)",
        "または、そのネットワークのすべての相手を信頼できる場合に限り、network_category でプライベ"
        "ートに変更してください (プライベート プロファイルの規則はすべて、そのネットワークの全員に"
        "適用されます)",
    ),
    "remedy.mend_location": Text(
        "the PC seems to be a member of a domain, where {port} is open: if it should be in the "
        "domain's network, check that 'nltest /dsgetdc:' finds a domain controller and that "
        "its DNS servers and DNS suffix are the domain's, then run 'Restart-Service NlaSvc -Force' "
        "or restart the PC (Set-NetConnectionProfile can't set a domain network)",
        "PC はドメインのメンバーのようで、ドメイン ネットワークでは {port} は許可されています。ド"
        "メインのネットワークに接続しているはずであれば、nltest /dsgetdc: でドメイン コントローラ"
        "ーが見つかること、DNS サーバーと DNS サフィックスがドメインのものであることを確認してか"
        "ら、Restart-Service NlaSvc -Force を実行するか PC を再起動してください "
        "(Set-NetConnectionProfile ではドメイン ネットワークに変更できません)",
    ),
    "remedy.deliberately": Text(
        "or, only if everybody on that network may connect: {remedy}",
        "または、そのネットワークのすべての相手に接続を許可する場合に限り、{remedy}",
    ),
    "remedy.for_everybody": Text(
        "if everybody on the public network may connect, {remedy}",
        "パブリック ネットワークのすべての相手に接続を許可してよい場合は、{remedy}",
    ),
    "task.for_everybody": Text(
        "{task} for everybody on a public network",
        "{task} (パブリック ネットワークのすべての相手が対象)",
    ),
}
