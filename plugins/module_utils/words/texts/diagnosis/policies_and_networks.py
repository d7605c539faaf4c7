# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What to do about a port that a policy keeps closed: clauses."""

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
}
