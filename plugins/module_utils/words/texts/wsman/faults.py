# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a SOAP fault of a host means, and what to do: whole sentences."""

from __future__ import annotations

from collections.abc import Mapping

from ....ground.languages import Text

_SUMMARY = {
    "fault.unnamed": Text("unknown fault", "不明なエラー"),
    "fault.summary": Text("{name} ({codes}): {said}", "{name} ({codes}): {said}"),
}

_CAUSES = {
    "fault.unknown_class": Text(
        "The CIM class that was asked for does not exist on the target: its Windows version is "
        "too old for it, or its WMI repository is damaged.",
        "対象のホストに、問い合わせた CIM クラスがありません。Windows のバージョンが古いか、WMI "
        "リポジトリが壊れています。",
    ),
    "fault.unknown_resource": Text(
        "What answers does not know what was asked for (a class, or a shell): its Windows version "
        "is too old for it, or it is not Windows.",
        "応答した相手が、問い合わせた対象 (クラスまたはシェル) に対応していません。Windows "
        "のバージョンが古いか、Windows ではありません。",
    ),
    "fault.invalid_namespace": Text(
        "The CIM namespace that was asked for does not exist on the target. root/SecurityCenter2 "
        "is missing on every Windows Server, root/StandardCimv2 before Windows 8 and Server 2012.",
        "対象のホストに、問い合わせた CIM 名前空間がありません。root/SecurityCenter2 は Windows "
        "Server にはなく、root/StandardCimv2 は Windows 8 および Server 2012 "
        "より前にはありません。",
    ),
    "fault.not_found": Text(
        "The requested object does not exist, or no longer exists.",
        "問い合わせたオブジェクトが存在しないか、すでになくなっています。",
    ),
    "fault.already_exists": Text(
        "An object with the same key exists already.",
        "同じキーのオブジェクトがすでに存在します。",
    ),
    "fault.access_denied": Text(
        "The account may not do this on the target. Over the network, a local administrator other "
        "than the built-in one has no administrator rights while UAC filters its token.",
        "このアカウントには、対象のホストでこの操作を行う権限がありません。ネットワーク経由では、"
        "UAC がトークンを制限するため、"
        "ビルトイン以外のローカルの管理者には管理者権限がありません。",
    ),
    "fault.timed_out": Text(
        "The target did not finish within the time that the request gave it.",
        "要求で指定した時間内に、対象のホストの処理が終わりませんでした。",
    ),
    "fault.quota": Text(
        "The account has reached one of the limits that WinRM sets for each user: concurrent "
        "operations, shells, or processes.",
        "このアカウントは、WinRM がユーザーごとに設けている上限 (同時操作、シェル、プロセスの数) "
        "のどれかに達しました。",
    ),
    "fault.envelope_size": Text(
        "A message was larger than the target's WinRM allows, and can't be divided.",
        "メッセージが対象のホストの WinRM で許される大きさを超えており、分割もできません。",
    ),
    "fault.enumeration_lost": Text(
        "The target no longer knows the enumeration that was being read: it took too long between "
        "two pages, or WinRM was restarted.",
        "読み取り中の列挙が、対象のホストで失われました。"
        "次のページの要求までに時間がかかりすぎたか、WinRM が再起動されました。",
    ),
    "fault.invalid_selectors": Text(
        "The target does not know an object by these keys: it is gone, or a shell or command has "
        "ended meanwhile.",
        "対象のホストに、このキーのオブジェクトがありません。なくなったか、"
        "シェルまたはコマンドがその間に終了しました。",
    ),
    "fault.invalid_parameter": Text(
        "The target refused a value.",
        "対象のホストが値を拒否しました。",
    ),
    "fault.invalid_request": Text(
        "The target did not understand the request.",
        "対象のホストが要求を理解できませんでした。",
    ),
    "fault.not_supported": Text(
        "The target does not support this operation on this class.",
        "対象のホストは、このクラスに対するこの操作に対応していません。",
    ),
    "fault.file_not_found": Text(
        "The target could not find a program that Windows ships with.",
        "対象のホストで、Windows に付属するプログラムが見つかりませんでした。",
    ),
    "fault.unavailable": Text(
        "A service on the target that is needed for this does not answer: it is stopped, "
        "starting, or overloaded.",
        "この操作に必要な対象のホストのサービスが応答しません。停止しているか、開始中か、"
        "過負荷です。",
    ),
    "fault.other": Text(
        "The target reported a failure that has no explanation here.",
        "対象のホストが、このコレクションでは説明できないエラーを返しました。",
    ),
    "fault.firewall_stopped": Text(
        "The service behind the class does not run. For the firewall that is MpsSvc (Windows "
        "Defender Firewall), or BFE (Base Filtering Engine) beneath it; both must run even where "
        "all profiles are turned off.",
        "このクラスを提供するサービスが実行されていません。ファイアウォールの場合は MpsSvc "
        "(Windows Defender ファイアウォール) か、その下の BFE (Base Filtering Engine) "
        "です。すべてのプロファイルを無効にしている場合でも、両方の実行が必要です。",
    ),
    "fault.server_not_started": Text(
        "Windows could not start the program behind the class (for most classes WmiPrvSE.exe), or "
        "did not hear from it in time: the host is starting, updating, short of memory, or "
        "overloaded, or security software stopped the program.",
        "Windows が、このクラスを提供するプログラム (多くのクラスでは WmiPrvSE.exe) を開始でき"
        "なかったか、プログラムが時間内に応答しませんでした。ホストが起動中か更新中である、"
        "メモリが足りない、過負荷である、またはセキュリティ製品がプログラムを止めた"
        "可能性があります。",
    ),
    "fault.filter_refused": Text(
        "The target could not process the query: its class or namespace does not exist there, its "
        "WMI repository is damaged, or the query is too complex.",
        "対象のホストがクエリを処理できませんでした。クラスか名前空間が存在しない、WMI "
        "リポジトリが壊れている、またはクエリが複雑すぎます。",
    ),
    "fault.shells_not_allowed": Text(
        "Remote shells are turned off on the target (AllowRemoteShellAccess).",
        "対象のホストでリモート シェルが無効になっています (AllowRemoteShellAccess)。",
    ),
}

_REMEDIES = {
    "fault_remedy.unknown_class": Text(
        "Compare the Windows version with the requirements; on a current Windows, check the "
        "repository with `winmgmt /verifyrepository` and register the class again with `mofcomp`.",
        "Windows のバージョンを要件と照らし合わせてください。新しい Windows の場合は、`winmgmt "
        "/verifyrepository` でリポジトリを確認し、`mofcomp` でクラスを登録し直してください。",
    ),
    "fault_remedy.unknown_resource": Text(
        "Check that a Windows WinRM service answers under the address, and compare the Windows "
        "version with the requirements.",
        "このアドレスで応答しているのが Windows の WinRM サービスであることを確認し、Windows "
        "のバージョンを要件と照らし合わせてください。",
    ),
    "fault_remedy.invalid_namespace": Text(
        "Compare the Windows version and edition with the requirements.",
        "Windows のバージョンとエディションを要件と照らし合わせてください。",
    ),
    "fault_remedy.run_again": Text(
        "Run the task again: it reads the present state first.",
        "タスクを再実行してください。最初に現在の状態を読み取ります。",
    ),
    "fault_remedy.already_exists": Text(
        "Choose another name, or change the object that is there.",
        "別の名前を選ぶか、既存のオブジェクトを変更してください。",
    ),
    "fault_remedy.access_denied": Text(
        "Use a member of the Administrators group: a domain account or the built-in "
        "Administrator, or set LocalAccountTokenFilterPolicy to 1. A limited account needs the "
        "right that the operation asks for, in WinRM's RootSDDL and in the security of the WMI "
        "namespace.",
        "Administrators グループのメンバー (ドメインのアカウントまたはビルトインの Administrator) "
        "を使うか、LocalAccountTokenFilterPolicy を 1 "
        "に設定してください。権限の限られたアカウントには、WinRM の RootSDDL と WMI "
        "名前空間のセキュリティで、この操作に必要な権限を与えてください。",
    ),
    "fault_remedy.timed_out": Text(
        "Run the task again when the target is less busy, or raise the operation timeout of the "
        "connection.",
        "対象のホストの負荷が下がってからタスクを再実行するか、接続の操作タイムアウトを"
        "大きくしてください。",
    ),
    "fault_remedy.quota": Text(
        "Let other sessions of the account end, lower the number of forks that share it, or raise "
        "the limit (`winrm set winrm/config/winrs` MaxShellsPerUser, MaxProcessesPerShell, "
        "MaxConcurrentUsers; `winrm/config/service` MaxConcurrentOperationsPerUser).",
        "このアカウントのほかのセッションを終えるか、同じアカウントを使う forks "
        "の数を減らすか、上限を上げてください (`winrm set winrm/config/winrs` の "
        "MaxShellsPerUser、MaxProcessesPerShell、MaxConcurrentUsers、`winrm/config/service` の "
        "MaxConcurrentOperationsPerUser)。",
    ),
    "fault_remedy.envelope_size": Text(
        "Raise MaxEnvelopeSizekb on the target: `winrm set winrm/config "
        '@{{MaxEnvelopeSizekb="2048"}}`.',
        "対象のホストの MaxEnvelopeSizekb を大きくしてください: `winrm set winrm/config "
        '@{{MaxEnvelopeSizekb="2048"}}`。',
    ),
    "fault_remedy.enumeration_lost": Text("Run the task again.", "タスクを再実行してください。"),
    "fault_remedy.invalid_parameter": Text(
        "Check the values of the task against what this Windows version allows; the message of "
        "the target names the value where it can.",
        "タスクの値が、この Windows のバージョンで許されるか確認してください。可能な場合は、"
        "対象のホストのメッセージに値が示されています。",
    ),
    "fault_remedy.invalid_request": Text(
        "Check that a Windows WinRM service answers under the address, and report it as a bug.",
        "このアドレスで応答しているのが Windows の WinRM "
        "サービスであることを確認し、不具合として報告してください。",
    ),
    "fault_remedy.not_supported": Text(
        "Compare the Windows version with the requirements.",
        "Windows のバージョンを要件と照らし合わせてください。",
    ),
    "fault_remedy.file_not_found": Text(
        "Check that the system folder of the target is complete (`sfc /scannow`).",
        "対象のホストのシステム フォルダーに欠けがないか確認してください (`sfc /scannow`)。",
    ),
    "fault_remedy.unavailable": Text(
        "Check the services Winmgmt (Windows Management Instrumentation), WinRM and, for the "
        "firewall, MpsSvc on the target, then run the task again.",
        "対象のホストのサービス Winmgmt (Windows Management "
        "Instrumentation)、WinRM、ファイアウォールの場合は MpsSvc "
        "を確認してから、タスクを再実行してください。",
    ),
    "fault_remedy.other": Text(
        "Read the message of the target; its event log Microsoft-Windows-WMI-Activity/Operational "
        "or Microsoft-Windows-WinRM/Operational has the details.",
        "対象のホストのメッセージを読んでください。イベント ログ Microsoft-Windows-WMI-Activity/Op"
        "erational または Microsoft-Windows-WinRM/Operational に詳細があります。",
    ),
    "fault_remedy.firewall_stopped": Text(
        "Start the services BFE and MpsSvc and set their start type to automatic.",
        "サービス BFE と MpsSvc を開始し、スタートアップの種類を自動にしてください。",
    ),
    "fault_remedy.server_not_started": Text(
        "Wait until the host has started and installed its updates, and run the task again. If "
        "that does not help, restart Windows. Event 10010 of DistributedCOM in the event log "
        "System has the details.",
        "ホストの起動と更新のインストールが終わるのを待ってから、タスクを再実行してください。"
        "解消しない場合は、Windows を再起動してください。イベント ログ System の "
        "DistributedCOM のイベント 10010 に詳細があります。",
    ),
    "fault_remedy.shells_not_allowed": Text(
        'Allow them: `winrm set winrm/config/winrs @{{AllowRemoteShellAccess="true"}}`, or the '
        "Group Policy setting of that name under Windows Remote Shell.",
        "許可してください: `winrm set winrm/config/winrs "
        '@{{AllowRemoteShellAccess="true"}}`、または Windows リモート シェルにある同名のグループ '
        "ポリシー設定。",
    ),
}

TEXTS: Mapping[str, Text] = {**_SUMMARY, **_CAUSES, **_REMEDIES}
