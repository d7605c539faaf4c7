# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sentences around an answer, lists, who holds a port, and the networks of a PC."""

from __future__ import annotations

from collections.abc import Mapping

from ...ground.languages import Text

_SENTENCES = {
    "sentence.cause_and_remedy": Text("{cause}; {remedy}", "{cause}。{remedy}"),
    "sentence.taken_by_several": Text(
        "{cause} (on the same port: {others}); {remedy}",
        "{cause} (同じポートを使用: {others})。{remedy}",
    ),
    "sentence.taken_by_several_each": Text(
        "{cause} (on the same port: {others}); {remedy}; the others have to let go of it too, each "
        "with its own remedy",
        "{cause} (同じポートを使用: {others})。{remedy}。ほかの使用もやめさせる必要があり、それぞ"
        "れに対処があります",
    ),
    "sentence.reachable": Text(
        "{port} can be reached: {holder} listens, and {peer} has connected to {address}",
        "{port} に接続できます。{holder} が待ち受けており、{peer} から {address} に接続できました",
    ),
    "sentence.reachable_inside": Text(
        "{port} can be reached, as far as it shows on the PC: {holder} listens, and the "
        "firewall lets traffic in",
        "PC の状態から見るかぎり {port} に接続できます。{holder} "
        "が待ち受けており、ファイアウォールも通信を許可しています",
    ),
    "sentence.unless_filtered": Text(
        "{answer}. But on the PC there is {products}, which may block it although Windows doesn't",
        "{answer}。ただし、PC にある {products} が、Windows とは別にブロックする可能性があります",
    ),
    "sentence.serving": Text(
        "{answer}. http.sys serves {urls} for {programs}",
        "{answer}。http.sys は {programs} のために {urls} を受け付けています",
    ),
    "sentence.serving_urls": Text(
        "{answer}. http.sys serves {urls}", "{answer}。http.sys は {urls} を受け付けています"
    ),
    "sentence.reachable_relay": Text(
        "{port} can be reached: {holder} takes connections, and {peer} has connected to "
        "{address}; whether anything answers behind it can't be seen from here",
        "{port} に接続できます。{holder} が接続を受け付けており、{peer} から {address} "
        "に接続できました。その先に応答するものがあるかどうかは、ここからは分かりません",
    ),
    "sentence.reachable_relay_inside": Text(
        "{port} can be reached, as far as it shows on the PC: {holder} takes connections, and the "
        "firewall lets traffic in; whether anything answers behind it can't be seen from here",
        "PC の状態から見るかぎり {port} に接続できます。{holder} が接続を受け付けており、ファイア"
        "ウォールも通信を許可しています。その先に応答するものがあるかどうかは、ここからは分かりま"
        "せん",
    ),
    "sentence.reachable_by_nat": Text(
        "{port} can be reached: Windows' NAT forwards it to {targets}, and {peer} has "
        "connected to {address}",
        "{port} に接続できます。Windows の NAT が {targets} に転送しており、{peer} から "
        "{address} に接続できました",
    ),
    "sentence.free": Text(
        "{port} is free, as far as it shows on the PC: no process holds it, and Windows neither "
        "reserves nor forwards it",
        "PC の状態を見るかぎり {port} は空いています。使用しているプログラムも、Windows による予約"
        "や転送もありません",
    ),
    "sentence.in_use": Text(
        "{port} is in use by {holder}",
        "{port} は使用中です。使用しているのは {holder} です",
    ),
    "sentence.not_as_expected": Text(
        "{port} should be {expected} and is not: {answer}",
        "{port} は{expected}はずですが、そうなっていません。{answer}",
    ),
    "sentence.perhaps_not_as_expected": Text(
        "{port} should be {expected}, and it is unknown whether it is: {answer}",
        "{port} は{expected}はずですが、実際にそうかどうかを判断できません。{answer}",
    ),
    "sentence.some_perhaps_not_as_expected": Text(
        "{count} of {all} ports should be {expected} and are not, or may not be",
        "{all} 個のポートのうち {count} 個は{expected}はずですが、そうなっていないか、判断できませ"
        "ん",
    ),
    "sentence.some_not_as_expected": Text(
        "{count} of {all} ports should be {expected} and are not",
        "{all} 個のポートのうち {count} 個は{expected}はずですが、そうなっていません",
    ),
    "expected.reachable": Text("reachable", "接続できる"),
    "expected.blocked": Text("blocked", "ブロックされている"),
    "expected.free": Text("free", "空いている"),
    "expected.in_use": Text("in use", "使用中の"),
    "list.separator": Text(", ", "、"),
    "list.last_separator": Text(" and ", "、"),
    # Between two sentences.
    "list.line": Text("\n", "\n"),
    "list.more": Text("{count} more", "ほか {count} 件"),
    "list.and_more": Text("{last} and {count} more", "{last}、ほか {count} 件"),
    "list.semicolon": Text("; ", " / "),
}


_PEERS = {
    # The machine that connects to a PC.
    "peer.controller": Text("the controller", "コントローラー"),
    "peer.client": Text("the client {host}", "クライアント {host}"),
    "peer.addresses": Text("{addresses}", "{addresses}"),
    "peer.address_of": Text("{peer}'s address", "{peer} のアドレス"),
}

_HOLDERS = {
    "holder.windows": Text(
        "Windows itself (System, PID {pid})",
        "Windows 自身 (System、PID {pid})",
    ),
    "holder.gone": Text("a process that has ended (PID {pid})", "終了したプロセス (PID {pid})"),
    "holder.process": Text("{name} (PID {pid})", "{name} (PID {pid})"),
    "holder.service": Text(
        "{name} (PID {pid}, service {services})",
        "{name} (PID {pid}、サービス {services})",
    ),
    "holder.services": Text(
        "{name} (PID {pid}, services {services})",
        "{name} (PID {pid}、サービス {services})",
    ),
    "holder.relay_portproxy": Text(
        "{name} (PID {pid}, service {services}, netsh interface portproxy to {targets})",
        "{name} (PID {pid}、サービス {services}、netsh interface portproxy による {targets} "
        "への転送)",
    ),
    "holder.relay_portproxy_unknown": Text(
        "{name} (PID {pid}, service {services}, for netsh interface portproxy)",
        "{name} (PID {pid}、サービス {services}、netsh interface portproxy 用)",
    ),
    "holder.relay_wsl": Text(
        "{name} (PID {pid}, for a program in WSL)",
        "{name} (PID {pid}、WSL 内のプログラム用)",
    ),
    "holder.relay_container": Text(
        "{name} (PID {pid}, for a container of {product})",
        "{name} (PID {pid}、{product} のコンテナー用)",
    ),
    "holder.nat": Text(
        "a mapping of Windows' NAT to {target}",
        "Windows の NAT による {target} への転送",
    ),
    "holder.ended": Text(
        "a process that has just ended (PID {pid})",
        "終了したばかりのプロセス (PID {pid})",
    ),
    "holder.orphaned": Text(
        "the socket of a process that has ended (PID {pid}), which {programs} may have inherited",
        "終了したプロセス (PID {pid}) のソケット ({programs} が引き継いでいる可能性があります)",
    ),
    "holder.orphaned_alone": Text(
        "the socket of a process that has ended (PID {pid})",
        "終了したプロセス (PID {pid}) のソケット",
    ),
    "holder.the_program": Text("the program", "プログラム"),
    "holder.unknown": Text(
        "a process that the host does not name",
        "ホストが名前を返さないプロセス",
    ),
    "holder.http_sys": Text("http.sys (PID 4)", "Windows の http.sys (PID 4)"),
    "holder.http_sys_for_programs": Text(
        "http.sys (PID 4), which serves {urls} for {programs}",
        "http.sys (PID 4、{programs} のために {urls} を受け付け)",
    ),
    "holder.http_sys_for_urls": Text(
        "http.sys (PID 4), which serves {urls}",
        "http.sys (PID 4、{urls} を受け付け)",
    ),
    "holder.system_service": Text(
        "Windows itself (System, PID 4; {services})",
        "Windows 自身 (System、PID 4、{services})",
    ),
    "holder.system": Text(
        "Windows itself (System, PID 4; http.sys or a driver)",
        "Windows 自身 (System、PID 4、http.sys またはドライバー)",
    ),
}

_OWNERS = {
    "owner.smb": Text(
        "the SMB server (file and printer sharing)",
        "SMB サーバー (ファイルとプリンターの共有)",
    ),
    "owner.netbios": Text("NetBIOS over TCP/IP", "NetBIOS over TCP/IP という機能"),
    "owner.vpn": Text("the VPN server", "VPN サーバー"),
    "owner.nfs": Text("the NFS server", "NFS サーバー"),
    "owner.remote_desktop": Text("Remote Desktop", "リモート デスクトップ"),
    "owner.driver": Text("http.sys or another driver", "http.sys またはほかのドライバー"),
    "owner.http_sys": Text("http.sys, which listens for {urls}", "http.sys ({urls} を待ち受け)"),
    "release.smb": Text(
        "Stop and disable the service LanmanServer (Server) and restart the host. Other "
        "machines can then no longer reach shared folders and printers of the host.",
        "サービス LanmanServer (Server) を停止して無効にし、ホストを再起動してください。その後は"
        "ホストの共有フォルダーとプリンターに接続できなくなります。",
    ),
    "release.netbios": Text(
        "Turn NetBIOS over TCP/IP off in the settings of the network adapter (TCP/IPv4, "
        "Advanced, WINS).",
        "ネットワーク アダプターの設定 (TCP/IPv4、詳細設定、WINS) で NetBIOS over TCP/IP を無効に"
        "してください。",
    ),
    "release.vpn": Text(
        "Stop the service RemoteAccess (Routing and Remote Access).",
        "サービス RemoteAccess (Routing and Remote Access) を停止してください。",
    ),
    "release.nfs": Text(
        "Stop the service NfsService (Server for NFS).",
        "サービス NfsService (NFS サーバー) を停止してください。",
    ),
    "release.remote_desktop": Text(
        "Turn Remote Desktop off in the settings, or stop the service TermService.",
        "設定でリモート デスクトップを無効にするか、サービス TermService を停止してください。",
    ),
    "release.driver": Text(
        "Windows does not say which driver it is. 'netsh http show servicestate' on the host shows "
        "the programs that use http.sys; others that install a driver (VPN, virtual machines, "
        "security products) are likely too: stop the program's service.",
        "どのドライバーかは Windows からは分かりません。http.sys を使うプログラムは、ホストで "
        "netsh "
        "http show servicestate を実行すると表示されます。ドライバーをインストールするほかのプログ"
        "ラ"
        "ム (VPN、仮想マシン、セキュリティ製品) の可能性もあるため、該当するプログラムのサービスを"
        "停"
        "止してください。",
    ),
    "release.winrm": Text(
        "WinRM listens there, and Ansible reaches the host through it: give the other program "
        "another port.",
        "WinRM がここで待ち受けており、Ansible はこれを使ってホストに接続しています。"
        "別のプログラムには、別のポートを割り当ててください。",
    ),
    "release.service": Text(
        "Stop the service {services}: http.sys then lets go.",
        "サービス {services} を停止すると、http.sys はポートを解放します。",
    ),
    "release.services": Text(
        "Stop the services {services}: http.sys then lets go.",
        "サービス {services} を停止すると、http.sys はポートを解放します。",
    ),
    "release.service_and_programs": Text(
        "Stop the service {services} and end {programs}: http.sys then lets go.",
        "サービス {services} を停止し、{programs} を終了すると、http.sys はポートを解放します。",
    ),
    "release.services_and_programs": Text(
        "Stop the services {services} and end {programs}: http.sys then lets go.",
        "サービス {services} を停止し、{programs} を終了すると、http.sys はポートを解放します。",
    ),
    "release.programs": Text(
        "End {programs}: http.sys then lets go.",
        "{programs} を終了すると、http.sys はポートを解放します。",
    ),
    "release.unknown_url": Text(
        "The process that http.sys listens for is unknown: netsh http show servicestate "
        "view=requestq on the host may tell.",
        "http.sys がどのプロセスのために待ち受けているかは不明です。ホストで netsh http show "
        "servicestate view=requestq を実行すると分かる場合があります。",
    ),
}

_NETWORKS = {
    "profile.domain": Text("domain", "ドメイン"),
    "profile.private": Text("private", "プライベート"),
    "profile.public": Text("public", "パブリック"),
    "network.named": Text("{profile} network '{name}'", "{profile} ネットワーク「{name}」"),
    "network.unnamed": Text("{profile} network", "{profile} ネットワーク"),
    "network.none": Text("none", "なし"),
    "network.of_pc": Text("this PC", "この PC"),
    "network.of_address": Text("the adapter that has {address}", "{address} のアダプター"),
    "network.of_adapter": Text(
        "the adapter '{name}', which has {address}", "アダプター「{name}」({address})"
    ),
}

TEXTS: Mapping[str, Text] = {**_SENTENCES, **_PEERS, **_HOLDERS, **_OWNERS, **_NETWORKS}
