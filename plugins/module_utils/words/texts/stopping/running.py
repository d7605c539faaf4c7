# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How a plan that frees ports was carried out, and its results."""

from __future__ import annotations

from collections.abc import Mapping

from ....ground.languages import Text

_FAILURES = {
    "run.could_not": Text(
        "Could not {step} on {host}: {meaning} [{code}] {remedy}",
        "{host} で次の操作ができませんでした: {step}。{meaning} [{code}] {remedy}",
    ),
    "run.could_not_set_mode": Text(
        "Could not {step} on {host}: it is still {mode}. Check whether a policy or a security "
        "product keeps it so.",
        "{host} で次の操作ができませんでした: {step}。まだ「{mode}」のままです。ポリシーかセキュ"
        "リティ製品が固定していないか確認してください。",
    ),
    "run.not_in_state": Text(
        "Could not {step} on {host}: in its present state, it can't be started or "
        "stopped. Check it in the Services console.",
        "{host} で次の操作ができませんでした: {step}。現在の状態では、開始も停止もできません。「"
        "サービス」の画面で確認してください。",
    ),
    "run.mode_not_told": Text(
        "{host} did not tell the start mode afterwards. Run the task again.",
        "{host} は変更後のスタートアップの種類を返しませんでした。タスクを再実行してください。",
    ),
    "run.mode_unknown": Text(
        "Its start mode is unknown.",
        "現在のスタートアップの種類は不明です。",
    ),
    "run.mode_still": Text(
        "It was set back, but is still {mode}. Check whether a policy or a security "
        "product keeps it.",
        "元に戻しましたが、まだ「{mode}」のままです。ポリシーかセキュリティ製品が固定していないか"
        "確認してください。",
    ),
    "run.done_unknown": Text(
        "It is unknown whether it was done anyway.",
        "それでも実行されたかどうかは不明です。",
    ),
    "run.running_unknown": Text(
        "It is unknown whether it runs again.",
        "再び実行されているかどうかは不明です。",
    ),
    "run.on_host": Text("(On {host}.)", "(ホスト: {host})"),
    "run.not_stopped": Text(
        "The service {service} on {host} has not stopped after {seconds} seconds: its state is "
        "{state}.",
        "{host} のサービス {service} は {seconds} 秒たっても停止していません。状態は「{state}」で"
        "す。",
    ),
    "run.not_running": Text(
        "The service {service} on {host} does not run after {seconds} seconds: its state is "
        "{state}.",
        "{host} のサービス {service} は {seconds} 秒たっても実行されていません。状態は「{state}」"
        "です。",
    ),
    "run.wait_for_state": Text(
        "It does not accept a stop in that state: wait longer (timeout), or run the task "
        "again later.",
        "この状態では停止を受け付けません。もっと長く待つか (timeout)、後でタスクを"
        "再実行してください。",
    ),
    "run.wait_or_terminate": Text(
        "Wait longer (timeout), or end its process with the method terminate.",
        "もっと長く待つか (timeout)、method を terminate にしてプロセスを終了してください。",
    ),
    "run.system_log": Text(
        "The System event log of the host may have the reason.",
        "理由は、ホストのシステム イベント ログにあるかもしれません。",
    ),
    "run.ended_again": Text(
        "The service {service} on {host} was started and has stopped again.",
        "{host} のサービス {service} は、開始されましたが再び停止しました。",
    ),
    "run.ended_and_gone": Text(
        "The service {service} on {host} was started and has stopped again: it is not there any "
        "more.",
        "{host} のサービス {service} は、開始されましたが再び停止し、もうありません。",
    ),
    "run.ended_with_code": Text(
        "The service {service} on {host} was started and has stopped again with the exit code "
        "{code}.",
        "{host} のサービス {service} は、開始されましたが終了コード {code} で再び停止しました。",
    ),
    "run.ended_with_own_code": Text(
        "The service {service} on {host} was started and has stopped again with its own exit "
        "code {code}.",
        "{host} のサービス {service} は、開始されましたが独自の終了コード {code} で再び停止しまし"
        "た。",
    ),
    "run.look_at_logs": Text(
        "Its log, and the event logs System and Application of the host, have the reason: fix "
        "that, and run the task again.",
        "理由は、そのログとホストのイベント ログ (システム、アプリケーション) にあります。原因を"
        "取り除いてから、タスクを再実行してください。",
    ),
    "run.started_again_not_running": Text(
        "The service {service} was started again, and does not run: its state is {state}. Check "
        "the System event log.",
        "サービス {service} を再び開始しましたが、実行されていません。状態は「{state}」です。シス"
        "テム イベント ログを確認してください。",
    ),
    "run.taken_meanwhile": Text(
        "The services run again, but {holder} has taken {ports} meanwhile. Find out what it is, "
        "free the port, and run the task again.",
        "サービスは再び実行されていますが、その間に {holder} が {ports} を使用し始めました。何の"
        "プログラムかを調べ、使用中のポートを解放してから、タスクを再実行してください。",
    ),
    "run.not_held_again": Text(
        "The services run again, but {ports} is not held again after {seconds} seconds. Wait "
        "longer (timeout), or check their logs.",
        "サービスは再び実行されていますが、{seconds} 秒たっても {ports} は使用されていません。も"
        "っと長く待つか (timeout)、サービスのログを確認してください。",
    ),
    "run.nobody_holds": Text(
        "Nothing holds {ports} after {seconds} seconds, with these services: {services}. "
        "Wait longer (timeout), or check their logs.",
        "{seconds} 秒たっても {ports} は使用されていません。サービス: {services}。もっと長く待つ"
        "か (timeout)、サービスのログを確認してください。",
    ),
    "run.service_in_state": Text("{service} ({state})", "{service} ({state})"),
    "run.no_boot_time": Text(
        "{host} does not report when Windows started, so a restart could not be "
        "detected. Restart it manually.",
        "{host} が Windows の起動時刻を返さないため、再起動を確認できません。手動で再起動してくだ"
        "さい。",
    ),
    "run.not_back": Text(
        "{host} was told to restart, and did not come back within {seconds} seconds.",
        "{host} に再起動を指示しましたが、{seconds} 秒以内に復帰しませんでした。",
    ),
    "run.answers_not_restarted": Text(
        "Instead it answers, but Windows has not restarted.",
        "応答はありますが、Windows は再起動していません。",
    ),
    "run.check_screen": Text(
        "Check its screen, or wait longer (reboot_timeout).",
        "画面を確認するか、もっと長く待ってください (reboot_timeout)。",
    ),
    "run.restart_would_not_help": Text(
        "A restart of Windows would not help: {services} starts with it. Set start_mode to "
        "manual or disabled.",
        "Windows を再起動しても、{services} が一緒に開始されるため解決しません。start_mode を "
        "manual か disabled にしてください。",
    ),
    "run.restart_would_not_help_several": Text(
        "A restart of Windows would not help: {services} start with it. Set start_mode to manual "
        "or disabled.",
        "Windows を再起動しても、{services} が一緒に開始されるため解決しません。start_mode を "
        "manual か disabled にしてください。",
    ),
    "run.unknown_steps": Text(
        "It is unknown whether this was done: {steps}.",
        "実行されたかどうか不明: {steps}。",
    ),
    "run.taken_back": Text("Taken back: {step}.", "元に戻しました: {step}。"),
    "run.not_taken_back": Text("Not taken back: {step}.", "元に戻していません: {step}。"),
    "run.stopped_now": Text("Stopped now: {services}.", "現在停止しているサービス: {services}。"),
    "run.stopped_unknown": Text(
        "This task stopped these services, and does not know whether they run again: {services}.",
        "このタスクが停止し、再び実行されているか不明のサービス: {services}。",
    ),
}

_RESULTS = {
    "result.would": Text("Would {steps}.", "{steps}を行う予定です。"),
    "result.would_perhaps_free": Text(
        "Whether {ports} is free then, only a real run can tell: Windows itself (System, PID 4) "
        "holds it, and its driver may keep it until Windows restarts (reboot: if_needed).",
        "その後に {ports} が解放されるかどうかは、実際に実行するまで分かりません。Windows 自身 "
        "(System、PID 4) が使用しており、ドライバーが Windows の再起動まで解放しないことがあります "
        "(reboot: if_needed)。",
    ),
    "result.would_perhaps_restart": Text(
        "If Windows itself (System, PID 4) still holds {ports} then, the task would restart "
        "Windows.",
        "その後も Windows 自身 (System、PID 4) が {ports} を使用していれば、Windows を再起動し"
        "ます。",
    ),
    "result.would_come_back": Text(
        "That would not help: {services} starts with it. Set start_mode to manual or disabled.",
        "再起動しても、{services} が一緒に開始されるため解決しません。start_mode を manual か "
        "disabled にしてください。",
    ),
    "result.would_serve": Text(
        "What would be stopped also serves: {besides}.",
        "停止するものは、ほかに次のポートも使用しています: {besides}。",
    ),
    "step_done.terminate": Text(
        "Ended the process {process}.", "プロセス {process} を終了しました。"
    ),
    "step_done.stop_service": Text(
        "Stopped the service {service}.", "サービス {service} を停止しました。"
    ),
    "step_done.start_service": Text(
        "Started the service {service}.", "サービス {service} を開始しました。"
    ),
    "step_done.change_start_mode": Text(
        "Set the start mode of the service {service} to {mode}.",
        "サービス {service} のスタートアップの種類を「{mode}」に変更しました。",
    ),
    "result.restarted_windows": Text("Restarted Windows.", "Windows を再起動しました。"),
    "result.free": Text("Free: {ports}.", "解放したポート: {ports}。"),
    "result.held_again": Text("Held again: {ports}.", "再び使用されているポート: {ports}。"),
    "result.served": Text(
        "It also served: {besides}.",
        "停止したものは、ほかに次のポートも使用していました: {besides}。",
    ),
    "result.asked_for": Text("Asked Windows to {steps}.", "{steps}を Windows に要求しました。"),
    "result.not_waited": Text("Not waited.", "完了は待っていません。"),
    "result.not_waited_for": Text(
        "Not waited for: {ports}.",
        "完了を待っていないポート: {ports}。",
    ),
    "result.runs_already": Text(
        "What was to be restarted is running already. Nothing was done.",
        "再び実行するものは、すでに実行されています。何もしていません。",
    ),
    "result.let_go": Text(
        "What held the ports has let go of them by itself.",
        "ポートを使用していたものは、自分から使用をやめました。",
    ),
    "result.running_or_about_to": Text(
        "Running already, or about to: {services}.",
        "すでに実行中か、まもなく実行: {services}。",
    ),
    "result.would_wait": Text(
        "Nothing holds the ports yet: the task would wait for that.",
        "ポートはまだ使用されていません。タスクはそれを待ちます。",
    ),
    "result.nobody_yet": Text("Nothing holds the ports yet.", "ポートはまだ使用されていません。"),
    "result.hold_by_now": Text(
        "They were not restarted, and now hold the ports.",
        "再起動はしていません。今はポートを使用しています。",
    ),
    "result.that_was_not_waited_for": Text("That was not waited for.", "それは待っていません。"),
    "result.nobody_listens": Text(
        "Nothing listens on {ports}. Connections from there are left alone.",
        "{ports} で待ち受けているものはありません。そこからの接続には手を付けません。",
    ),
    "result.only_used": Text(
        "Nothing listens on {ports}, but {holders} uses it for a connection of its own or has "
        "bound it, so another program can't listen on all addresses there. Set connections to "
        "true to stop what uses it.",
        "{ports} で待ち受けているものはありませんが、{holders} が待ち受け以外 (自身の接続またはバ"
        "インド) に使用しているため、ほかのプログラムはすべてのアドレスでの待ち受けに使えません。"
        "これを停止するには、connections を true にしてください。",
    ),
    "result.used_too": Text(
        "{holders} is left: it uses {ports} for a connection of its own or has bound it, so "
        "another program can't listen on all addresses there.",
        "{holders} は停止しません。{ports} を待ち受け以外 (自身の接続またはバインド) に使用している"
        "ため、ほかのプログラムはすべてのアドレスでの待ち受けに使えません。",
    ),
    "result.nobody_holds": Text(
        "Nobody holds {ports}.",
        "{ports} を使用しているものはありません。",
    ),
    "result.on_host": Text("(On {host}, {ports}.)", "(ホスト: {host}、ポート: {ports})"),
    "diff.holder": Text("{port}: {holder}", "{port}: {holder}"),
    "diff.holder_again": Text("{port}: {holder}, started again", "{port}: {holder}、再び開始"),
    "diff.holder_services": Text("{holder}, {services}", "{holder}、{services}"),
    "diff.start_mode": Text(
        "start mode of {service}: {mode}",
        "{service} のスタートアップの種類: {mode}",
    ),
    "diff.lines": Text("{lines}\n", "{lines}\n"),
    "diff.no_mode": Text("another one", "それ以外"),
}

TEXTS: Mapping[str, Text] = {**_FAILURES, **_RESULTS}
