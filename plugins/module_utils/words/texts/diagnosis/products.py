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
    # Programs and parts of Windows that only pass connections on.
    "remedy.delete_portproxy": Text(
        "delete that mapping with 'netsh interface portproxy delete {pair} listenport={number} "
        "listenaddress={address}', or choose another port",
        "netsh interface portproxy delete {pair} listenport={number} listenaddress={address} でそ"
        "の転送を削除するか、別のポートを使ってください",
    ),
    "remedy.delete_portproxy_of_all": Text(
        "delete that mapping with 'netsh interface portproxy delete {pair} listenport={number}', "
        "or choose another port",
        "netsh interface portproxy delete {pair} listenport={number} でその転送を削除するか、別の"
        "ポートを使ってください",
    ),
    "remedy.find_portproxy": Text(
        "find the mapping with 'netsh interface portproxy show all' and delete it, or choose "
        "another port",
        "netsh interface portproxy show all で転送を確認して削除するか、別のポートを使ってください",
    ),
    "remedy.end_behind_wsl": Text(
        "stop the program in WSL that listens there ('wsl --list --running' shows the "
        "distributions that run), or choose another port",
        "WSL 内で待ち受けているプログラムを停止するか (実行中のディストリビューションは wsl "
        "--list --running で確認できます)、別のポートを使ってください",
    ),
    "remedy.end_behind_container": Text(
        "stop the container of {product} that publishes it ('{tool} ps' shows it), or choose "
        "another port",
        "そのポートを公開している {product} のコンテナーを停止するか ({tool} ps で確認できます)、"
        "別のポートを使ってください",
    ),
    "remedy.expose_wsl": Text(
        "let Windows forward it to the distribution with 'netsh interface portproxy', or set "
        "networkingMode=mirrored in .wslconfig, where the Hyper-V firewall, which is not read "
        "here, has to allow it too (New-NetFirewallHyperVRule)",
        "netsh interface portproxy でディストリビューションに転送するか、.wslconfig に "
        "networkingMode=mirrored を設定してください。後者では Hyper-V ファイアウォール (ここでは"
        "読み取りません) でも許可が必要です (New-NetFirewallHyperVRule)",
    ),
    "remedy.expose_container": Text(
        "publish the port of the container on all addresses, with '-p {number}:PORT' and not with "
        "'-p 127.0.0.1:{number}:PORT'",
        "-p 127.0.0.1:{number}:PORT ではなく -p {number}:PORT を指定して、コンテナーのポートをす"
        "べてのアドレスで公開してください",
    ),
    "remedy.expose_portproxy": Text(
        "add a mapping for all addresses with 'netsh interface portproxy add {pair} "
        "listenport={number} listenaddress=0.0.0.0 connectport={to_port} "
        "connectaddress={to_address}' (for IPv6, listenaddress=::)",
        "netsh interface portproxy add {pair} listenport={number} listenaddress=0.0.0.0 "
        "connectport={to_port} connectaddress={to_address} (IPv6 では listenaddress=::) ですべて"
        "のアドレスの転送を追加してください",
    ),
    "remedy.expose_portproxy_unknown": Text(
        "find the mapping with 'netsh interface portproxy show all', and add one for all addresses",
        "netsh interface portproxy show all で転送を確認し、すべてのアドレスの転送を追加してくださ"
        "い",
    ),
    "remedy.start_portproxy": Text(
        "start the service {service} (IP Helper), or restart it if it runs, and delete the mapping "
        "if it is no longer needed",
        "サービス {service} (IP Helper) を開始し (実行中であれば再起動)、不要な転送であれば削除し"
        "てください",
    ),
    "remedy.end_nat": Text(
        "stop the container that publishes it ('docker ps' shows it), or delete the mapping with "
        "Remove-NetNatStaticMapping, or choose another port",
        "そのポートを公開しているコンテナーを停止するか (docker ps で確認できます)、"
        "Remove-NetNatStaticMapping で転送を削除するか、別のポートを使ってください",
    ),
    "remedy.try_behind_nat": Text(
        "connect to it from another machine, and look at the container or virtual machine with "
        "that address ('docker ps')",
        "別のマシンから接続を試し、そのアドレスのコンテナーまたは仮想マシンを確認してください "
        "(docker ps)",
    ),
    "remedy.look_behind_nat": Text(
        "check whether the container or virtual machine with that address runs and listens there "
        "('docker ps'), and its own firewall",
        "そのアドレスのコンテナーまたは仮想マシンが動作して待ち受けているか (docker ps)、また、そ"
        "のファイアウォールを確認してください",
    ),
    "remedy.destination_silent": Text(
        "start the program that should serve {targets}, or correct the mapping with 'netsh "
        "interface portproxy'",
        "{targets} で待ち受けるはずのプログラムを起動するか、netsh interface portproxy で転送を修"
        "正してください",
    ),
    "relay.service": Text("the service {service}", "サービス {service}"),
    "remedy.remove_forwarding_or": Text(
        "if {rule_program} is to listen on {port}, {remedy}; if the port is to be forwarded: "
        "{other}",
        "{port} で待ち受けるのが {rule_program} のはずであれば、{remedy}。転送したままにするのであ"
        "れ"
        "ば: {other}",
    ),
    "remedy.remove_forwarding": Text(
        "if {rule_program} is to listen on {port}, {remedy}",
        "{port} で待ち受けるのが {rule_program} のはずであれば、{remedy}",
    ),
}
