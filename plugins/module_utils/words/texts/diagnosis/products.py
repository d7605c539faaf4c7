# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Firewalls and security products of other makers: clauses about what they do, and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from ....ground.languages import Text

TEXTS: Mapping[str, Text] = {
    "cause.third_party_firewall": Text(
        "another firewall ({products}) is in charge instead of Windows Defender Firewall, and "
        "it decides about {port}",
        "Windows Defender ファイアウォールの代わりに他社製のファイアウォール ({products}) "
        "が動作しており、{port} の可否はそちらが決めています",
    ),
    "cause.firewall_expired": Text(
        "another firewall ({products}) is registered instead of Windows Defender Firewall; it says "
        "that it has expired, but it may still decide about {port}",
        "Windows Defender ファイアウォールの代わりに他社製のファイアウォール ({products}) "
        "が登録されています。期限切れの状態ですが、{port} の可否をまだ決めている可能性があります",
    ),
    "cause.firewall_snoozed": Text(
        "another firewall ({products}) is registered instead of Windows Defender Firewall; it says "
        "that it is suspended for a while, but it may still decide about {port}",
        "Windows Defender ファイアウォールの代わりに他社製のファイアウォール ({products}) "
        "が登録されています。一時停止中の状態ですが、{port} の可否をまだ決めている可能性があります",
    ),
    "cause.no_answer_filtered": Text(
        "nothing in Windows keeps {port} closed, but {peer} gets no answer from {address}; "
        "on the PC there is {products}, which may block it",
        "Windows では {port} はブロックされていませんが、{peer} から {address} に接続しても応答があ"
        "りません。PC にある {products} がブロックしている可能性があります",
    ),
    "cause.refused_filtered": Text(
        "nothing in Windows keeps {port} closed, but {address} refuses {peer}'s "
        "connection; on the PC there is {products}, which may block it",
        "Windows では {port} はブロックされていませんが、{peer} から {address} への接続が拒否されま"
        "した。PC にある {products} がブロックしている可能性があります",
    ),
    "remark.may_filter": Text(
        "on the PC there is {products}, which may block {port} although Windows doesn't",
        "PC にある {products} が、Windows とは別に {port} をブロックする可能性があります",
    ),
    "remedy.third_party_firewall": Text(
        "open {port} in the settings of {products}",
        "{products} の設定で {port} を許可してください",
    ),
    "remedy.firewall_expired": Text(
        "renew the subscription of {products}, or remove it, so that Windows Defender Firewall is "
        "in charge again, and run the check again",
        "{products} の契約を更新するか、アンインストールして Windows Defender "
        "ファイアウォールに戻してから、もう一度確認を実行してください",
    ),
    "remedy.firewall_snoozed": Text(
        "switch {products} on again and open {port} in its settings, or remove it, so that Windows "
        "Defender Firewall is in charge again",
        "{products} を再開してその設定で {port} を許可するか、アンインストールして Windows "
        "Defender ファイアウォールに戻してください",
    ),
    "remedy.no_answer_filtered": Text(
        "check the settings and the log of {products} first, then what is on the way (a router, a "
        "firewall between networks, a VPN, a cloud security group), and whether the program still "
        "accepts connections",
        "まず {products} の設定とログを確認し、次に途中の機器 (ルーター、ネットワーク間のファイア"
        "ウォール、クラウドのセキュリティ グループ、VPN) と、プログラムが今も接続を受け付けている"
        "かを確認してください",
    ),
    "remedy.refused_filtered": Text(
        "check the settings and the log of {products} first, then what is on the way (a router, a "
        "firewall between networks, a proxy), and run the check again",
        "まず {products} の設定とログを確認し、次に途中の機器 (ルーター、ネットワーク間のファイア"
        "ウォール、プロキシ) を確認してから、もう一度確認を実行してください",
    ),
}
