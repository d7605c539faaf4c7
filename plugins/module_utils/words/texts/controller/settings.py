# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wrong with settings of a connection, and what the controller saw of a failure."""

from __future__ import annotations

from collections.abc import Mapping

from ....ground.languages import Text

_SETTINGS = {
    "setting.unknown": Text(
        "{variable}: '{value}' is unknown; set it to {known}.",
        "{variable}: 「{value}」は使えない値です。{known}を設定してください。",
    ),
    "setting.language": Text(
        "The language '{value}' ({origin}) is unknown; set PORTKEEPER_LANGUAGE, or language in the "
        "section [portkeeper] of ansible.cfg, to {known}.",
        "言語「{value}」({origin}) は使えません。PORTKEEPER_LANGUAGE、または ansible.cfg の "
        "[portkeeper] セクションの language に {known} を設定してください。",
    ),
    "list.either": Text("{words} or {last}", "{words}、{last} のいずれか"),
    "setting.connection": Text(
        "portkeeper.windows speaks WS-Management to Windows hosts, and the connection '{kind}' "
        "can't carry it. Set ansible_connection: winrm (or psrp) for this host, with ansible_port "
        "5985 or 5986, ansible_user and ansible_password.",
        "portkeeper.windows は Windows ホストと WS-Management で通信しますが、接続「{kind}」"
        "では通信できません。このホストに ansible_connection: winrm (または psrp) と、"
        "ansible_port (5985 または 5986)、ansible_user、ansible_password を設定してください。",
    ),
    "setting.controller": Text(
        "portkeeper.windows speaks WS-Management to Windows hosts, and the connection 'local' "
        "leads to the controller itself. Run this on the Windows hosts of the inventory instead. "
        "If this host is one of them, set ansible_connection: winrm (or psrp) for it, with "
        "ansible_port 5985 or 5986, ansible_user and ansible_password.",
        "portkeeper.windows は Windows ホストと WS-Management で通信しますが、接続「local」の先はコ"
        "ントローラー自身です。インベントリーの Windows ホストに対して実行してください。このホスト"
        "がその 1 台であれば、ansible_connection: winrm (または psrp) と、ansible_port (5985 または"
        " 5986)、ansible_user、ansible_password を設定してください。",
    ),
    "setting.variables": Text(
        "The variables of this host can't be used ({problem}); correct them in the inventory.",
        "このホストの変数を使用できません ({problem})。インベントリーで修正してください。",
    ),
    "setting.unresolved": Text(
        "{variable} of this host can't be resolved ({problem}); correct it, or set what it needs.",
        "このホストの {variable} の値を決定できません ({problem})。修正するか、"
        "必要な変数を設定してください。",
    ),
    "setting.secret_unresolved": Text(
        "{variable} of this host can't be resolved; correct it. What Ansible says of it is left "
        "out, because it may quote a part of the secret.",
        "このホストの {variable} の値を決定できません。修正してください。Ansible のメッセージは、"
        "秘密の一部を含む可能性があるため省略しています。",
    ),
    "setting.winrm": Text(
        "The winrm settings of this host don't fit together ({problem}); correct or leave out its "
        "variables that begin with ansible_winrm_.",
        "このホストの winrm の設定に矛盾があります ({problem})。ansible_winrm_ "
        "で始まる変数を修正するか、指定しないでください。",
    ),
    "setting.psrp": Text(
        "The psrp settings of this host don't fit together ({problem}); correct or leave out its "
        "variables that begin with ansible_psrp_.",
        "このホストの psrp の設定に矛盾があります ({problem})。ansible_psrp_ "
        "で始まる変数を修正するか、指定しないでください。",
    ),
    "setting.psrp_encryption": Text(
        "The psrp settings of this host ask for messages that are encrypted with the keys of the "
        "authentication, and Basic has none; set ansible_psrp_auth: ntlm, or with Basic "
        "ansible_psrp_message_encryption: auto over HTTPS and never over HTTP.",
        "このホストの psrp の設定では、認証の鍵によるメッセージの暗号化が必要ですが、Basic "
        "認証には鍵がありません。ansible_psrp_auth: ntlm を設定するか、Basic 認証の場合は "
        "ansible_psrp_message_encryption を HTTPS では auto、HTTP では never に"
        "設定してください。",
    ),
    "setting.package_broken": Text(
        "The Python package {package} can't be loaded on the controller ({problem}); install it "
        "anew where Ansible runs: pip install --force-reinstall '{package}'.",
        "コントローラーの Python パッケージ {package} を読み込めません ({problem})。Ansible "
        "を実行する環境にインストールし直してください: pip install --force-reinstall "
        "'{package}'",
    ),
    "setting.no_credentials": Text(
        "There is neither a password nor a Kerberos ticket to authenticate with; set ansible_user "
        "and ansible_password for this host, or run kinit on the controller.",
        "認証に使うパスワードも Kerberos のチケットもありません。このホストに ansible_user と "
        "ansible_password を設定するか、コントローラーで kinit を実行してください。",
    ),
    "setting.characters": Text(
        "A setting of this host holds characters that this way of authentication can't carry; set "
        "ansible_winrm_transport (or ansible_psrp_auth) to ntlm.",
        "この認証方法で送信できない文字がホストの設定に含まれています。ansible_winrm_transport "
        "(または ansible_psrp_auth) を ntlm にしてください。",
    ),
    "setting.characters_alone": Text(
        "A setting of this host holds characters that this way of authentication can't carry.",
        "この認証方法で送信できない文字がホストの設定に含まれています。",
    ),
    "setting.package_missing": Text(
        "The Python package {package} is missing on the controller; install it where Ansible "
        "runs: pip install '{package}'.",
        "コントローラーに Python パッケージ {package} がありません。Ansible "
        "を実行する環境にインストールしてください: pip install '{package}'",
    ),
    "setting.package_too_old": Text(
        "The controller has {package} {version}, and this collection needs {minimum} or later. "
        "Nothing was sent. Install it where Ansible runs: pip install '{package}>={minimum}'",
        "コントローラーの {package} は {version} ですが、このコレクションには {minimum} "
        "以降が必要です。何も送信していません。Ansible "
        "を実行する環境にインストールしてください: pip install '{package}>={minimum}'",
    ),
    "setting.package_unsafe": Text(
        "The controller has {package} {version}, with which a hostile host can fill its memory or "
        "keep it busy forever. Nothing was sent. Install {package} {minimum} or later, where "
        "Ansible runs: pip install '{package}>={minimum}'",
        "コントローラーの {package} {version} では、悪意のあるホストがメモリを使い切ったり、"
        "処理を終わらせなくしたりできます。何も送信していません。Ansible "
        "を実行する環境に {package} {minimum} 以降をインストールしてください: "
        "pip install '{package}>={minimum}'",
    ),
    "setting.way_package_missing": Text(
        "{way} needs a Python package that is missing on the controller; install it where Ansible "
        "runs: pip install '{package}', or set {variable}: ntlm.",
        "{way} に必要な Python パッケージがコントローラーにありません。Ansible "
        "を実行する環境にインストールするか (pip install '{package}')、{variable}: ntlm "
        "を設定してください。",
    ),
    "setting.way_package_missing_alone": Text(
        "{way} needs a Python package that is missing on the controller; install it where Ansible "
        "runs: pip install '{package}'.",
        "{way} に必要な Python パッケージがコントローラーにありません。Ansible "
        "を実行する環境にインストールしてください (pip install '{package}')。",
    ),
    "setting.no_host": Text(
        "ansible_host is empty; set it to the name or address of the PC.",
        "ansible_host が空です。PC の名前またはアドレスを設定してください。",
    ),
    "setting.host": Text(
        "ansible_host: '{host}' is neither a name that DNS can have nor an IP address; set it to "
        "one of them alone, without port or URL.",
        "ansible_host: 「{host}」は DNS 名でも IP アドレスでもありません。"
        "ポートや URL を付けずに、どちらか一方だけを設定してください。",
    ),
    "setting.path": Text(
        "{variable}: '{path}' makes a URL with two slashes in a row, at which there is no WinRM; "
        "write {right}.",
        "{variable}: 「{path}」では URL に // が含まれ、そこに WinRM はありません。{right} "
        "と書いてください。",
    ),
    "setting.port": Text(
        "ansible_port: {port} is not a port (1 to 65535); set it to 5985 for HTTP or 5986 for "
        "HTTPS.",
        "ansible_port: {port} はポート (1 ～ 65535) ではありません。HTTP は 5985、HTTPS は 5986 "
        "を設定してください。",
    ),
    "setting.time": Text(
        "{variable}: '{value}' is not a time; set it to whole seconds, at least 1.",
        "{variable}: 「{value}」は時間として使えません。1 以上の整数 (秒) を設定してください。",
    ),
    "setting.times": Text(
        "{shorter} ({less}) has to be less than {longer} ({more}); set it so, and the PC itself "
        "says when an operation takes too long.",
        "{shorter} ({less}) は {longer} ({more}) より小さい値を設定してください。"
        "そうすると、操作に時間がかかりすぎる場合に PC 自身が応答します。",
    ),
    "setting.no_text": Text(
        "{variable} holds a character that is not text, for example because the "
        "controller's locale does not fit what was typed; set it again, in UTF-8 "
        "(LC_ALL=C.UTF-8).",
        "{variable} に文字として扱えないデータが含まれています。"
        "コントローラーのロケールが入力と合っていない可能性があります。UTF-8 (LC_ALL=C.UTF-8) "
        "で設定し直してください。",
    ),
    "setting.no_keys": Text(
        "{encryption}: always needs a way to authenticate that brings keys; set {variable}: ntlm, "
        "or leave {encryption} out and use HTTPS.",
        "{encryption}: always には、鍵を共有できる認証方法が必要です。{variable}: ntlm "
        "を設定するか、{encryption} を指定せずに HTTPS を使用してください。",
    ),
    "setting.credential_missing": Text(
        "{variable} is missing, and {way} needs it; set it for this host.",
        "{variable} がありません。{way} の認証に必要なため、このホストに設定してください。",
    ),
    "setting.credential_missing_for_all": Text(
        "{variable} is missing, and each of {ways} needs it; set it for this host.",
        "{variable} がありません。{ways} のいずれの認証にも必要なため、"
        "このホストに設定してください。",
    ),
    "setting.not_for_basic": Text(
        "{variable} holds characters that Basic authentication can't carry; set {way_variable}: "
        "ntlm.",
        "{variable} に Basic 認証で送信できない文字が含まれています。{way_variable}: ntlm "
        "を設定してください。",
    ),
    "setting.not_for_basic_alone": Text(
        "{variable} holds characters that Basic authentication can't carry.",
        "{variable} に Basic 認証で送信できない文字が含まれています。",
    ),
    "setting.colon_alone": Text(
        "ansible_user holds a colon, which ends the name in Basic authentication.",
        "ansible_user にコロンが含まれています。Basic 認証では、コロンの前までがユーザー名と"
        "見なされます。",
    ),
    "setting.colon": Text(
        "ansible_user holds a colon, which ends the name in Basic authentication; set "
        "{way_variable}: ntlm.",
        "ansible_user にコロンが含まれています。Basic 認証では、コロンの前までがユーザー名と"
        "見なされます。{way_variable}: ntlm を設定してください。",
    ),
    "setting.proxy": Text(
        "{variable} is not the URL of a proxy; write it like http://proxy.example.net:3128, or "
        "leave it out.",
        "{variable} はプロキシの URL ではありません。http://proxy.example.net:3128 "
        "のように設定するか、指定しないでください。",
    ),
    "setting.socks": Text(
        "{variable} is a SOCKS proxy, which needs PySocks; install it where Ansible runs: pip "
        "install '{package}'.",
        "{variable} は SOCKS プロキシで、PySocks が必要です。Ansible "
        "を実行する環境にインストールしてください: pip install '{package}'",
    ),
    "setting.https": Text(
        "certificate authentication needs HTTPS; set ansible_port: 5986.",
        "証明書による認証には HTTPS が必要です。ansible_port: 5986 を設定してください。",
    ),
    "setting.https_by_psrp": Text(
        "certificate authentication needs HTTPS; set ansible_port: 5986 and "
        "ansible_psrp_protocol: https.",
        "証明書による認証には HTTPS が必要です。ansible_port: 5986 と ansible_psrp_protocol: "
        "https を設定してください。",
    ),
    "setting.certificate_missing": Text(
        "{variable} is missing, and authentication by certificate needs it.",
        "{variable} がありません。証明書による認証に必要です。",
    ),
    "setting.unreadable": Text(
        "{variable}: '{path}' can't be read ({reason}).",
        "{variable}: 「{path}」を読み取れません ({reason})。",
    ),
    "setting.no_path": Text(
        "{variable}: '{path}' is not a path.",
        "{variable}: 「{path}」はパスではありません。",
    ),
    "setting.passphrase": Text(
        "{variable}: '{path}' is encrypted with a passphrase, which the connection has no way to "
        "give; name a key without one, readable by its owner alone.",
        "{variable}: 「{path}」はパスフレーズで暗号化されていますが、接続にはパスフレーズを渡す"
        "方法がありません。所有者だけが読み取れる、パスフレーズのない鍵を指定してください。",
    ),
    "setting.no_pair": Text(
        "{certificate} and {key}: '{certificate_path}' and '{key_path}' are not a certificate and "
        "its key; name two files in PEM that belong together.",
        "{certificate} と {key}: 「{certificate_path}」と「{key_path}」は、証明書とその鍵では"
        "ありません。対になっている PEM 形式のファイルを 2 つ指定してください。",
    ),
    "setting.no_certificate": Text(
        "{variable}: '{path}' holds no certificate in PEM; name a file that holds one.",
        "{variable}: 「{path}」に PEM 形式の証明書がありません。"
        "証明書のあるファイルを指定してください。",
    ),
}

_DETAILS = {
    "detail.no_reason": Text("no reason was given", "理由は示されませんでした"),
    "detail.each_way": Text("with each of {ways}", "{ways} のいずれでも"),
    "detail.no_file": Text("there is no such file", "ファイルがありません"),
    "detail.no_address": Text(
        "the controller can't resolve its name: {reason}",
        "コントローラーで名前を解決できません: {reason}",
    ),
    "detail.no_zone": Text(
        "the controller has no network interface '{zone}'",
        "コントローラーにネットワーク インターフェイス「{zone}」がありません",
    ),
    "detail.empty": Text("an answer without content", "内容のない応答"),
    "detail.not_http": Text("no HTTP", "HTTP ではない応答"),
    "detail.at_proxy": Text(
        "between the controller and the proxy: {problem}",
        "コントローラーとプロキシの間: {problem}",
    ),
    "detail.http_status": Text("HTTP {status}", "HTTP {status}"),
    "detail.proxy_credentials": Text(
        "HTTP 407: it wants credentials", "HTTP 407: 資格情報を求めています"
    ),
    "detail.other_authentication": Text(
        "it does not authenticate as WinRM does", "認証の手順が WinRM と異なります"
    ),
    "detail.no_memory": Text(
        "the controller has no memory left", "コントローラーのメモリが不足しています"
    ),
    "detail.task_time_up": Text(
        "the time for the whole task is up", "タスク全体の制限時間を過ぎています"
    ),
    "detail.late": Text(
        "no whole answer within {seconds} seconds",
        "{seconds} 秒以内に応答がすべて届きませんでした",
    ),
    "detail.no_place": Text(
        "its answer is so large that it had to wait for the large answers of other hosts",
        "応答が大きく、ほかのホストの大きな応答が終わるのを待つ必要がありました",
    ),
    "detail.seconds": Text("{seconds} s", "{seconds} 秒"),
    "detail.tls_late": Text(
        "TLS was not set up within {seconds} seconds",
        "{seconds} 秒以内に TLS の接続が確立しませんでした",
    ),
    "detail.web_page": Text("a web page", "Web ページ"),
    "detail.not_encrypted": Text(
        "the answer to an encrypted message is not encrypted",
        "暗号化されたメッセージに対する応答が暗号化されていません",
    ),
    "detail.boundary": Text(
        "an encrypted message without a right boundary",
        "区切りの正しくない暗号化メッセージ",
    ),
}

TEXTS: Mapping[str, Text] = {**_SETTINGS, **_DETAILS}
