# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Why a host can't be reached, read or changed, and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from ...ground.languages import Text

_FAILURES = {
    "failure.refused": Text("the connection was refused", "接続が拒否されました"),
    "failure.unreachable": Text("the host can't be reached", "ホストに接続できません"),
    "failure.no_connection": Text(
        "no connection came about in time", "時間内に接続できませんでした"
    ),
    "failure.timeout": Text("no answer came in time", "時間内に応答がありませんでした"),
    "failure.closed": Text("the connection broke off", "接続が途中で切れました"),
    "failure.authentication": Text(
        "the credentials were rejected (HTTP 401)",
        "資格情報が拒否されました (HTTP 401)",
    ),
    "failure.unencrypted": Text(
        "the service closed the request without an answer (HTTP 500)",
        "サービスが応答せずに要求を打ち切りました (HTTP 500)",
    ),
    "failure.keys": Text(
        "the service could not decrypt the message, because the connection that its keys belong "
        "to was ended (HTTP 400)",
        "暗号鍵の属する接続が終了していたため、サービスがメッセージを復号できませんでした (HTTP "
        "400)",
    ),
    "failure.http_status": Text(
        "the service answered with an HTTP error",
        "サービスが HTTP エラーを返しました",
    ),
    "failure.kerberos": Text(
        "Kerberos gave no ticket for the PC",
        "この PC に対する Kerberos のチケットを取得できませんでした",
    ),
    "failure.certificate": Text(
        "the PC's certificate was not accepted",
        "PC の証明書を受け入れられませんでした",
    ),
    "failure.tls": Text("TLS failed", "TLS の接続に失敗しました"),
    "failure.not_tls": Text(
        "what answers does not speak TLS",
        "応答した相手が TLS に対応していません",
    ),
    "failure.tls_expected": Text(
        "what answers speaks TLS only",
        "応答した相手は TLS でしか通信しません",
    ),
    "failure.proxy_answer": Text(
        "the proxy answered, and not as WinRM does",
        "プロキシから WinRM ではない応答がありました",
    ),
    "failure.proxy": Text(
        "the connection through the proxy failed",
        "プロキシ経由の接続に失敗しました",
    ),
    "failure.too_large": Text(
        "the answer is larger than allowed",
        "応答が許される大きさを超えています",
    ),
    "failure.redirected": Text(
        "the answer points to another address",
        "応答が別のアドレスを指しています",
    ),
    "failure.not_winrm": Text(
        "what answers is not WS-Management",
        "応答した相手が WS-Management ではありません",
    ),
    "failure.other": Text(
        "the message could not be exchanged",
        "メッセージをやり取りできませんでした",
    ),
    "failure.setting": Text("{problem}", "{problem}"),
    "failure.no_way": Text(
        "No way of authentication worked. {ways}",
        "どの認証方法も使えませんでした。{ways}",
    ),
    "failure.of_way": Text("{ways}: {problem}.", "{ways}: {problem}。"),
    "failure.of_way_told": Text("{ways}: {problem}", "{ways}: {problem}"),
    "failure.with_status": Text("{cause} {status}", "{cause} (状態コード {status})"),
    "failure.with_detail": Text("{cause} ({detail})", "{cause} ({detail})"),
    "failure.with_remedy": Text("{cause}. {remedy}", "{cause}。{remedy}"),
    "failure.with_remedy_after": Text("{cause} {remedy}", "{cause}{remedy}"),
}

_FAILURE_REMEDIES = {
    "failure_remedy.refused": Text(
        "Check that WinRM is set up there (winrm quickconfig) and that ansible_port is right "
        "(5985 for HTTP, 5986 for HTTPS).",
        "その PC で WinRM が設定されているか (winrm quickconfig)、ansible_port が正しいか (HTTP "
        "は 5985、HTTPS は 5986) を確認してください。",
    ),
    "failure_remedy.unreachable": Text(
        "Check ansible_host, the network in between, and whether the PC is on.",
        "ansible_host、途中のネットワーク、PC の電源が入っているかを確認してください。",
    ),
    "failure_remedy.no_connection": Text(
        "The PC may be off, ansible_host may be wrong, or a firewall drops the packets; raise "
        "portkeeper_connect_timeout (or ansible_psrp_connection_timeout, where that is set) if the "
        "PC is only slow.",
        "PC の電源が切れている、ansible_host が正しくない、"
        "またはファイアウォールがパケットを破棄している可能性があります。遅いだけの場合は "
        "portkeeper_connect_timeout (ansible_psrp_connection_timeout を設定している場合はその値) "
        "を大きくしてください。",
    ),
    "failure_remedy.tls_late": Text(
        "What listens there does not answer TLS: check ansible_port (5986 for HTTPS) and the PC; "
        "raise portkeeper_connect_timeout (or ansible_psrp_connection_timeout, where that is set) "
        "if the PC is only slow.",
        "待ち受けているものは接続を受け付けますが、TLS に応答しません。ansible_port (HTTPS は "
        "5986) と PC を確認してください。遅いだけの場合は portkeeper_connect_timeout "
        "(ansible_psrp_connection_timeout を設定している場合はその値) を大きくしてください。",
    ),
    "failure_remedy.timeout": Text(
        "The PC may be off, overloaded, or a firewall drops the packets; raise "
        "ansible_winrm_connection_timeout (or ansible_psrp_connection_timeout and "
        "ansible_psrp_read_timeout) if it is only slow.",
        "PC の電源が切れている、過負荷である、"
        "またはファイアウォールがパケットを破棄している可能性があります。遅いだけの場合は "
        "ansible_winrm_connection_timeout (または ansible_psrp_connection_timeout と "
        "ansible_psrp_read_timeout) を大きくしてください。",
    ),
    "failure_remedy.closed": Text(
        "Try again; if this persists, check the WinRM log on the PC, and any proxies.",
        "もう一度試してください。解消しない場合は、PC の WinRM "
        "のログとプロキシを確認してください。",
    ),
    "failure_remedy.closed_plain": Text(
        "HTTPS (usually port 5986) may be what listens there: then set ansible_winrm_scheme "
        "(ansible_psrp_protocol) to https, or ansible_port to 5985. If it is HTTP, try again; if "
        "this persists, check the WinRM log on the PC, and any proxies.",
        "待ち受けているのが HTTPS (通常はポート 5986) の可能性があります。その場合は "
        "ansible_winrm_scheme (ansible_psrp_protocol) を https にするか、ansible_port を 5985 "
        "にしてください。HTTP の場合はもう一度試し、解消しなければ PC の WinRM "
        "のログとプロキシを確認してください。",
    ),
    "failure_remedy.closed_tls": Text(
        "HTTP (usually port 5985) may be what listens there: then set ansible_winrm_scheme "
        "(ansible_psrp_protocol) to http, or ansible_port to 5986. If it is HTTPS, try again; if "
        "this persists, check that WinRM's HTTPS listener has a certificate "
        "(`winrm enumerate winrm/config/listener`), and any proxies.",
        "待ち受けているのが HTTP (通常はポート 5985) の可能性があります。その場合は "
        "ansible_winrm_scheme (ansible_psrp_protocol) を http にするか、ansible_port を 5986 "
        "にしてください。HTTPS の場合はもう一度試し、解消しなければ WinRM の HTTPS "
        "リスナーに証明書があるか (`winrm enumerate winrm/config/listener`) と、"
        "プロキシを確認してください。",
    ),
    "failure_remedy.letters": Text(
        "Check ansible_user and ansible_password. They hold letters outside ASCII, which Basic "
        "authentication transmits in an encoding that the PC may not expect: set "
        "ansible_winrm_transport (or ansible_psrp_auth) to ntlm.",
        "ansible_user と ansible_password を確認してください。ASCII 以外の文字が含まれており、"
        "Basic 認証ではその文字コードが PC の想定と異なる可能性があります。"
        "ansible_winrm_transport (または ansible_psrp_auth) を ntlm にしてください。",
    ),
    "failure_remedy.authentication": Text(
        "Check ansible_user, ansible_password and ansible_winrm_transport (or ansible_psrp_auth).",
        "ansible_user、ansible_password、ansible_winrm_transport (または ansible_psrp_auth) "
        "を確認してください。",
    ),
    "failure_remedy.unencrypted": Text(
        "The PC refuses unencrypted messages: use ntlm, kerberos or credssp, or HTTPS.",
        "この PC は暗号化されていないメッセージを拒否します。ntlm、kerberos、credssp、または "
        "HTTPS を使ってください。",
    ),
    "failure_remedy.keys": Text(
        "Try again; if this persists, check the WinRM log on the PC, and whether "
        "something in between (a proxy) ends connections.",
        "もう一度試してください。解消しない場合は、PC の WinRM のログと、途中の機器 "
        "(プロキシなど) が接続を切っていないかを確認してください。",
    ),
    "failure_remedy.http_status": Text(
        "Check that the WinRM service is healthy there and that nothing (a proxy) is in between.",
        "その PC の WinRM サービスが正常か、途中に何か (プロキシなど) がないかを確認してください。",
    ),
    "failure_remedy.certificate": Text(
        "Install the PC's certificate authority on the controller, or set "
        "ansible_winrm_server_cert_validation: ignore (ansible_psrp_cert_validation) in a lab.",
        "PC の証明機関の証明書をコントローラーにインストールするか、検証環境では "
        "ansible_winrm_server_cert_validation: ignore (ansible_psrp_cert_validation) "
        "を設定してください。",
    ),
    "failure_remedy.certificate_name": Text(
        "Set ansible_host to a name or address that the certificate has, or give WinRM's HTTPS "
        "listener on the PC a certificate with this one. In a lab, "
        "ansible_winrm_server_cert_validation: ignore (ansible_psrp_cert_validation) skips the "
        "check.",
        "ansible_host に証明書に書かれた名前かアドレスを設定するか、PC の WinRM の HTTPS "
        "リスナーに、この名前の証明書を設定してください。検証環境では "
        "ansible_winrm_server_cert_validation: ignore (ansible_psrp_cert_validation) "
        "で確認を省略できます。",
    ),
    "failure_remedy.certificate_time": Text(
        "Renew the certificate of WinRM's HTTPS listener on the PC, and check the clock of the "
        "controller.",
        "PC の WinRM の HTTPS リスナーの証明書を更新し、コントローラーの時刻を確認してください。",
    ),
    "failure_remedy.tls": Text(
        "Controller and PC may have no version or cipher of TLS in common: enable TLS 1.2 or later "
        "on the PC, and check whether something in between (a proxy) ends the connection.",
        "コントローラーと PC に共通する TLS のバージョンや暗号がない可能性があります。PC で TLS "
        "1.2 以降を有効にし、途中の機器 "
        "(プロキシなど) が接続を終端していないかを確認してください。",
    ),
    "failure_remedy.tls_our_certificate": Text(
        "The PC refused the certificate that ansible_winrm_cert_pem (ansible_psrp_certificate_pem) "
        "names, or had none: let it trust the authority that issued it, and map the certificate to "
        "an account (`winrm create winrm/config/service/certmapping`).",
        "PC が ansible_winrm_cert_pem (ansible_psrp_certificate_pem) の証明書を拒否したか、"
        "証明書が送られていません。発行元の証明機関を PC で信頼し、証明書をアカウントに"
        "割り当ててください (`winrm create winrm/config/service/certmapping`)。",
    ),
    "failure_remedy.not_tls": Text(
        "HTTP uses port 5985: set ansible_winrm_scheme (ansible_psrp_protocol) to http, or "
        "ansible_port to that of HTTPS (5986).",
        "HTTP のポートは 5985 です。ansible_winrm_scheme (ansible_psrp_protocol) を http "
        "にするか、ansible_port を HTTPS のポート (5986) にしてください。",
    ),
    "failure_remedy.tls_expected": Text(
        "HTTPS uses port 5986: set ansible_winrm_scheme (ansible_psrp_protocol) to https, or "
        "ansible_port to that of HTTP (5985).",
        "HTTPS のポートは 5986 です。ansible_winrm_scheme (ansible_psrp_protocol) を https "
        "にするか、ansible_port を HTTP のポート (5985) にしてください。",
    ),
    "failure_remedy.path": Text(
        "WinRM is not at this path: leave ansible_winrm_path (ansible_psrp_path) out, unless the "
        "PC has another URLPrefix than wsman, and check ansible_host and ansible_port.",
        "このパスに WinRM がありません。PC の URLPrefix が wsman 以外でなければ "
        "ansible_winrm_path (ansible_psrp_path) を指定せず、ansible_host と ansible_port "
        "を確認してください。",
    ),
    "failure_remedy.proxy_answer": Text(
        "If that is the proxy's own answer, the PC was not asked. Check ansible_winrm_proxy "
        "(ansible_psrp_proxy) and the environment variables http_proxy, https_proxy and no_proxy; "
        "PCs in the local network rarely need a proxy.",
        "プロキシ自身の応答であれば、PC には届いていません。ansible_winrm_proxy "
        "(ansible_psrp_proxy) と環境変数 http_proxy、https_proxy、no_proxy を確認してください。"
        "自分のネットワークの PC にプロキシが必要なことはほとんどありません。",
    ),
    "failure_remedy.by_proxy": Text(
        "The connection goes through a proxy: check whether the proxy reaches the PC, "
        "ansible_winrm_proxy (ansible_psrp_proxy), and the environment variables http_proxy, "
        "https_proxy and no_proxy; PCs in the local network rarely need a proxy.",
        "接続はプロキシを経由しています。プロキシから PC に届くかと、ansible_winrm_proxy "
        "(ansible_psrp_proxy)、環境変数 http_proxy、https_proxy、no_proxy を確認してください。"
        "自分のネットワークの PC にプロキシが必要なことはほとんどありません。",
    ),
    "failure_remedy.proxy": Text(
        "The PC was not asked. Check ansible_winrm_proxy (ansible_psrp_proxy) and the "
        "environment variables http_proxy, https_proxy and no_proxy; PCs in the local "
        "network rarely need a proxy.",
        "PC には届いていません。ansible_winrm_proxy (ansible_psrp_proxy) と環境変数 "
        "http_proxy、https_proxy、no_proxy を確認してください。自分のネットワークの PC "
        "にプロキシが必要なことはほとんどありません。",
    ),
    "failure_remedy.too_large": Text(
        "No healthy PC answers like this: check that ansible_host and ansible_port lead "
        "to WinRM, and look at the PC.",
        "正常な PC はこのような応答をしません。ansible_host と ansible_port が WinRM "
        "を指しているか、PC に異常がないかを確認してください。",
    ),
    "failure_remedy.redirected": Text(
        "Only the address in the inventory is ever contacted; check whether a proxy is in between.",
        "インベントリーにないアドレスへは接続しません。途中にプロキシがないか確認してください。",
    ),
    "failure_remedy.not_winrm": Text(
        "Something else listens there; check ansible_host and ansible_port.",
        "別のプログラムが待ち受けています。ansible_host と ansible_port を確認してください。",
    ),
    "failure_remedy.other": Text(
        "Run again with -vvvv for the details.",
        "-vvvv を付けて再実行すると、詳細が表示されます。",
    ),
}

_ACTIONS = {
    "do.read_class": Text("read {name}", "{name} の読み取り"),
    "do.read_endpoints": Text("read the endpoints", "エンドポイントの読み取り"),
    "do.read_names": Text("read what the host knows of names", "名前解決の設定の読み取り"),
    "do.read_netstat": Text("read the endpoints (netstat)", "エンドポイント (netstat) の読み取り"),
    "do.read_firewall": Text(
        "read the firewall's rules (reg.exe)",
        "ファイアウォールの規則 (reg.exe) の読み取り",
    ),
    "do.read_printed": Text("read the output of {programs}", "{programs} の出力の読み取り"),
    "do.read_programs": Text("read what programs print", "プログラムの出力の読み取り"),
    "do.try_ports": Text("connect from the host to the ports", "ホストからポートへの接続の試行"),
    "do.call": Text("call {name}", "{name} の呼び出し"),
    "do.create": Text("create {name}", "{name} の作成"),
    "do.change": Text("change {name}", "{name} の変更"),
    "do.delete": Text("delete {name}", "{name} の削除"),
}

_HOSTS = {
    "host.could_not": Text(
        "Could not {what} on {host} ({url}): {why}",
        "{host} ({url}): {what}に失敗しました。{why}",
    ),
    "host.not_connected": Text(
        "Could not connect to WinRM on {host} ({url}): {why}",
        "{host} ({url}) の WinRM に接続できませんでした。{why}",
    ),
    "host.refused": Text("{cause} {remedy}", "{cause}{remedy}"),
    "host.refused_with_code": Text(
        "{cause} [{code}, {hex}] {remedy}",
        "{cause}[{code}, {hex}] {remedy}",
    ),
    "host.windows_says": Text("Windows says: {text}", "Windows のメッセージ: {text}"),
    "host.and_says": Text("{text} {words}", "{text} {words}"),
    "host.not_sent": Text(
        "{problem}, so this was not sent. Change the task's options, or the name on the PC that "
        "it comes from.",
        "{problem}。このため送信しませんでした。タスクのオプションか、元になっている PC "
        "上の名前を変更してください。",
    ),
    "host.wrong_answer": Text(
        "{problem}. If this persists, check that ansible_host and ansible_port lead to WinRM, and "
        "what is in between (a proxy).",
        "{problem}。解消しない場合は、ansible_host と ansible_port が WinRM "
        "を指しているか、途中に何か (プロキシなど) がないかを確認してください。",
    ),
    "host.over_limit": Text(
        "{problem}. Run the task again when the PC is less busy; if this persists, look in its "
        "Task Manager and event log for what keeps it from finishing.",
        "{problem}。PC の負荷が下がってからタスクを再実行してください。解消しない場合は、タスク "
        "マネージャーとイベント ログで、終わらない原因を確認してください。",
    ),
    "host.note": Text("{host}: {problem}", "{host}: {problem}"),
}

_BOUNDS = {
    "bound.answers": Text(
        "the enumeration did not end after {count} answers",
        "列挙が {count} 回の応答の後も終わりませんでした",
    ),
    "bound.instances": Text(
        "the enumeration did not end after {count} instances",
        "列挙が {count} 個のインスタンスの後も終わりませんでした",
    ),
    "bound.bytes": Text(
        "the enumeration did not end after {count} bytes",
        "列挙が {count} バイトの後も終わりませんでした",
    ),
    "bound.memory": Text(
        "its answers take {count} bytes of memory, more than the hosts beside it leave",
        "応答にメモリが {count} バイト必要で、ほかのホストの分を除いた残りを超えています",
    ),
    "bound.seconds": Text(
        "the enumeration did not end within {seconds} seconds",
        "列挙が {seconds} 秒以内に終わりませんでした",
    ),
    "bound.task": Text(
        "the task took longer than {seconds} seconds there",
        "その PC でのタスクの時間が {seconds} 秒を超えました",
    ),
    "bound.output": Text(
        "the program printed more than {count} bytes",
        "プログラムの出力が {count} バイトを超えました",
    ),
    "bound.program_seconds": Text(
        "the program did not end within {seconds} seconds",
        "プログラムが {seconds} 秒以内に終わりませんでした",
    ),
    "bound.program_answers": Text(
        "the program did not end after {count} answers",
        "プログラムが {count} 回の応答の後も終わりませんでした",
    ),
}

_PROGRAMS = {
    "program.ended_with_error": Text(
        "'{program}' ended with an error, so rows may be missing. Run it on the host, with the "
        "same account, to see why.",
        "「{program}」がエラーで終了したため、行が欠けている可能性があります。原因は、"
        "ホスト上で同じアカウントで実行して確認してください。",
    ),
    "program.unread_characters": Text(
        "'{program}' printed characters that could not be read, though with the code page 65001. "
        "Run it on the host, with the same account, to see which names have them.",
        "「{program}」の出力に、コード ページ 65001 "
        "でも読み取れない文字があります。どの名前にあるかは、"
        "ホスト上で同じアカウントで実行して確認してください。",
    ),
    "program.unread_lines": Text(
        "'{program}' printed {count} lines that are not rows of its table, the first of them: "
        "{line}. Rows may be missing. Run it on the host, with the same account, to see why.",
        "「{program}」の出力に、表の行ではないものが {count} 行あります (最初の行: "
        "{line})。行が欠けている可能性があります。原因は、"
        "ホスト上で同じアカウントで実行して確認してください。",
    ),
    "program.printed_nothing": Text(
        "'{program}' printed nothing. Run it on the host, with the same account, to see why.",
        "「{program}」は何も出力しませんでした。原因は、"
        "ホスト上で同じアカウントで実行して確認してください。",
    ),
    "program.no_table": Text(
        "'{program}' printed no table, but this: {printed}. Run it on the host, with the same "
        "account, to see why.",
        "「{program}」の出力が表ではありません: {printed}。原因は、"
        "ホスト上で同じアカウントで実行して確認してください。",
    ),
    "program.outputs_mixed": Text(
        "The outputs of {programs} can't be told apart: of {expected} lines that mark an end, "
        "{found} were found, or not in order. Run the task again; if this persists, check whether "
        "something on the host (a security product) keeps cmd.exe from running them.",
        "{programs} の出力を区切れません。終わりを示す {expected} 行のうち {found} "
        "行しか見つからないか、順序が違います。タスクを再実行してください。解消しない場合は、"
        "ホスト上の何か (セキュリティ製品など) が cmd.exe "
        "による実行を妨げていないか確認してください。",
    ),
}

_ENDPOINTS = {
    "endpoints.no_address": Text(
        "one of them is at '{address}', which is not an IP address. If this persists, check that "
        "what answers there is WinRM.",
        "アドレス「{address}」は IP アドレスではありません。解消しない場合は、応答しているのが "
        "WinRM であるか確認してください。",
    ),
    "process.owner_unknown": Text(
        "The owner of process {pid} is unknown: {why}",
        "プロセス {pid} の所有者は不明です: {why}",
    ),
}

TEXTS: Mapping[str, Text] = {
    **_FAILURES,
    **_FAILURE_REMEDIES,
    **_ACTIONS,
    **_HOSTS,
    **_BOUNDS,
    **_PROGRAMS,
    **_ENDPOINTS,
}
