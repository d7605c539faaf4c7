# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Windows answers to a request to stop or start a process or service, and what to do about
it."""

from __future__ import annotations

from collections.abc import Mapping

from ....ground.languages import Text

_MEANINGS = {
    "code.accepted": Text("The request was accepted.", "要求は受け付けられました。"),
    "code.denied": Text("Access was denied.", "アクセスが拒否されました。"),
    "code.no_debug_right": Text(
        "The account lacks a privilege, probably SeDebugPrivilege.",
        "アカウントに特権がありません。おそらく SeDebugPrivilege です。",
    ),
    "code.no_reason": Text("Windows gives no reason.", "Windows は理由を返しませんでした。"),
    "code.no_such_process": Text(
        "Windows did not find the process.",
        "プロセスが見つかりませんでした。",
    ),
    "code.invalid_parameter": Text(
        "Windows rejected a parameter as invalid.",
        "パラメーターが無効とされました。",
    ),
    "code.not_supported": Text(
        "The service does not support the request.",
        "サービスがこの要求に対応していません。",
    ),
    "code.needed_by_others": Text(
        "Other services that are running depend on it.",
        "実行中のほかのサービスが依存しています。",
    ),
    "code.takes_no_control": Text(
        "The service does not take this control.",
        "サービスがこの制御を受け付けません。",
    ),
    "code.no_control_in_state": Text(
        "The service can't take a control in its state: it has stopped, or is starting or "
        "stopping.",
        "サービスは停止しているか、開始または停止の処理中のため、制御を受け付けられません。",
    ),
    "code.not_running": Text("The service is not running.", "サービスは実行されていません。"),
    "code.no_answer_in_time": Text(
        "The service did not answer in time, and may still do what was asked.",
        "サービスが時間内に応答しませんでした。要求はこれから実行される可能性があります。",
    ),
    "code.failed": Text(
        "The service failed without a reason that Windows knows.",
        "サービスが失敗しましたが、その理由は Windows には分かりません。",
    ),
    "code.no_program": Text(
        "The program of the service was not found at its path.",
        "サービスのプログラムが、そのパスに見つかりません。",
    ),
    "code.runs_already": Text(
        "The service is running already.",
        "サービスはすでに実行されています。",
    ),
    "code.locked": Text(
        "The database of services is locked.",
        "サービスのデータベースがロックされています。",
    ),
    "code.needs_removed": Text(
        "A service that it depends on is no longer installed.",
        "依存しているサービスが、すでにアンインストールされています。",
    ),
    "code.needs_other": Text(
        "A service that it depends on could not be found or started.",
        "依存しているサービスが見つからないか、開始できませんでした。",
    ),
    "code.disabled": Text("The service is disabled.", "サービスは無効です。"),
    "code.no_logon": Text(
        "The account of the service could not log on.",
        "サービスのアカウントがログオンできませんでした。",
    ),
    "code.being_removed": Text("The service is being removed.", "サービスは削除の処理中です。"),
    "code.no_thread": Text(
        "The service has no thread that could answer.",
        "サービスに、応答できるスレッドがありません。",
    ),
    "code.circular": Text(
        "The service depends on itself through others.",
        "サービスの依存関係が循環しています。",
    ),
    "code.duplicate_running": Text(
        "A service of this name is running already.",
        "この名前のサービスがすでに実行されています。",
    ),
    "code.invalid_name": Text(
        "Windows rejected the name of the service as invalid.",
        "サービスの名前が無効とされました。",
    ),
    "code.invalid_account": Text(
        "The account of the service is invalid or lacks a right.",
        "サービスのアカウントが無効か、権利が足りません。",
    ),
    "code.duplicate": Text(
        "A service of this name exists already.",
        "この名前のサービスがすでにあります。",
    ),
    "code.paused": Text("The service is paused.", "サービスは一時停止しています。"),
    "code.shutting_down": Text(
        "Windows is shutting down already.",
        "Windows はすでにシャットダウンを始めています。",
    ),
    "code.restart_scheduled": Text(
        "A restart of Windows is scheduled already.",
        "Windows の再起動がすでに予定されています。",
    ),
    "code.users_logged_on": Text(
        "Windows does not restart while a user is logged on.",
        "ログオン中のユーザーがいるため、Windows は再起動しません。",
    ),
    "code.no_remote_shutdown_right": Text(
        "The account lacks a privilege, probably SeRemoteShutdownPrivilege.",
        "アカウントに特権がありません。おそらく SeRemoteShutdownPrivilege です。",
    ),
    "code.no_shutdown_right": Text(
        "The account lacks the privilege to shut Windows down.",
        "アカウントに、Windows をシャットダウンする特権がありません。",
    ),
    "code.unknown": Text(
        "Windows answered {value}, which has no meaning of its own for {method}.",
        "Windows は {value} を返しましたが、これは {method} の値として定義されていません。",
    ),
}

_REMEDIES = {
    "code.do.connect_as_administrator": Text(
        "Connect as a member of the local group Administrators. With a local account other than "
        "Administrator, UAC also has to allow full rights over the network "
        "(LocalAccountTokenFilterPolicy).",
        "ローカル グループ Administrators のメンバーとして接続してください。Administrator 以外の"
        "ローカル アカウントの場合は、UAC がネットワーク経由での完全な権限を許可している必要もあ"
        "ります (LocalAccountTokenFilterPolicy)。",
    ),
    "code.do.use_own_console": Text(
        "Security products and parts of Windows protect their processes and services even from "
        "administrators: use the product's own tool, or its console.",
        "セキュリティ製品や Windows の一部は、管理者からもプロセスやサービスを保護します。その製"
        "品のツールか管理画面を使ってください。",
    ),
    "code.do.grant_debug_right": Text(
        "Grant the account the user right 'Debug programs', or connect as an administrator.",
        "ユーザー権利「プログラムのデバッグ」をアカウントに割り当てるか、管理者として接続してくだ"
        "さい。",
    ),
    "code.do.look_again": Text(
        "The process may be waiting for a driver or ending already: look again, or restart the "
        "host.",
        "プロセスがドライバーを待っているか、すでに終了の処理中かもしれません。もう一度確認するか"
        "、ホストを再起動してください。",
    ),
    "code.do.it_has_ended": Text(
        "The process has probably ended by itself: run the task again.",
        "プロセスはおそらく自分で終了しました。タスクを再実行してください。",
    ),
    "code.do.terminate_or_disable": Text(
        "Such a service can't be stopped: if it belongs to a security product, use its own "
        "console; otherwise stop its process with the method terminate, or set its start mode to "
        "disabled and restart the host.",
        "このようなサービスは停止できません。セキュリティ製品のサービスなら、その製品の管理画面を使っ"
        "てください。そうでなければ、method を terminate にしてプロセスを終了するか、スタートアップ"
        "の種類を無効にしてホストを再起動してください。",
    ),
    "code.do.not_now_terminate_or_disable": Text(
        "Such a service can't be stopped at this moment: if it belongs to a security product, use "
        "its own console; otherwise stop its process with the method terminate, or set its start "
        "mode to disabled and restart the host.",
        "このようなサービスは現在停止できません。セキュリティ製品のサービスなら、その製品の管理画面を"
        "使ってください。そうでなければ、method を terminate にしてプロセスを終了するか、スタートア"
        "ップの種類を無効にしてホストを再起動してください。",
    ),
    "code.do.stop_those_first": Text(
        "Stop those first, or let this task stop them with force.",
        "先にそれらを停止するか、force を指定してこのタスクで停止してください。",
    ),
    "code.do.wait_for_state": Text(
        "Wait until the service has reached a state, and run the task again.",
        "サービスの状態が定まるまで待ってから、タスクを再実行してください。",
    ),
    "code.do.start_first": Text(
        "Start the service first, or find out why it ended: then run the task again.",
        "先にサービスを開始するか、終了した理由を調べてから、タスクを再実行してください。",
    ),
    "code.do.wait_or_terminate": Text(
        "Wait longer, or stop its process with the method terminate.",
        "もっと長く待つか、method を terminate にしてプロセスを終了してください。",
    ),
    "code.do.event_log": Text(
        "The System event log of the host has the reason, from the source Service Control Manager.",
        "理由は、ホストのシステム イベント ログ (ソース: Service Control Manager) にあります。",
    ),
    "code.do.reinstall_program": Text(
        "Repair or reinstall the program.",
        "プログラムを直すか、再インストールしてください。",
    ),
    "code.do.started_by_others": Text(
        "Another program has started it: run the task again.",
        "別のプログラムが開始しました。タスクを再実行してください。",
    ),
    "code.do.wait_for_installation": Text(
        "An installation is probably under way: run the task again when it is done.",
        "おそらくインストールが進行中です。終わってから、タスクを再実行してください。",
    ),
    "code.do.reinstall_program_of_service": Text(
        "Repair or reinstall the program that the service belongs to.",
        "サービスが属するプログラムを直すか、再インストールしてください。",
    ),
    "code.do.start_other_first": Text(
        "Start that service first.",
        "先にそのサービスを開始してください。",
    ),
    "code.do.set_start_mode": Text(
        "Set its start mode to manual or automatic first.",
        "先にスタートアップの種類を手動か自動にしてください。",
    ),
    "code.do.check_logon": Text(
        "Check the account and password of the service, and its right to log on as a service.",
        "サービスのアカウントとパスワード、サービスとしてログオンする権利を確認してください。",
    ),
    "code.do.close_users": Text(
        "Close what still uses it (the Services console, Task Manager), or restart the host.",
        "まだ使っているもの (「サービス」の画面、タスク マネージャー) を閉じるか、ホストを再起動"
        "してください。",
    ),
    "code.do.repair_dependencies": Text(
        "Repair the dependencies of the service (sc.exe config NAME depend= ...).",
        "サービスの依存関係を直してください (sc.exe config NAME depend= ...)。",
    ),
    "code.do.look_for_second": Text(
        "Look for a second service of the same display name.",
        "同じ表示名の別のサービスがないか調べてください。",
    ),
    "code.do.use_name": Text(
        "Use the name of the service instead of its display name.",
        "表示名ではなく、サービス名を使ってください。",
    ),
    "code.do.start_mode_impossible": Text(
        "This start mode is not possible for this kind of service.",
        "この種のサービスには、このスタートアップの種類は設定できません。",
    ),
    "code.do.check_account": Text(
        "Check the account of the service and its right to log on as a service.",
        "サービスのアカウントと、サービスとしてログオンする権利を確認してください。",
    ),
    "code.do.continue_first": Text(
        "Continue the service first (Services console, or sc.exe continue NAME).",
        "先にサービスを再開してください (「サービス」の画面、または sc.exe continue NAME)。",
    ),
    "code.do.ask_or_force": Text(
        "Ask them to log off, or restart it anyway with force: what they have not saved is then "
        "lost.",
        "ログオフを依頼するか、force で再起動してください。force の場合、保存していない内容は失わ"
        "れます。",
    ),
    "code.do.grant_remote_shutdown_right": Text(
        "Grant the account the user right 'Force shutdown from a remote system', or connect as "
        "an administrator.",
        "ユーザー権利「リモート コンピューターからの強制シャットダウン」をアカウントに割り当てる"
        "か、管理者として接続してください。",
    ),
    "code.do.grant_shutdown_rights": Text(
        "Grant the account the user rights 'Shut down the system' and 'Force shutdown from a "
        "remote system', or connect as an administrator.",
        "ユーザー権利「システムのシャットダウン」と「リモート コンピューターからの強制シャットダ"
        "ウン」をアカウントに割り当てるか、管理者として接続してください。",
    ),
    "code.do.look_up": Text(
        "Look {value} up in Microsoft's lists of WMI error constants and system error codes.",
        "Microsoft の WMI エラー定数とシステム エラー コードの一覧で {value} を調べてください。",
    ),
}

TEXTS: Mapping[str, Text] = {**_MEANINGS, **_REMEDIES}
