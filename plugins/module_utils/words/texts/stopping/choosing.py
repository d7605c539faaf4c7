# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What would be stopped to free a port, or why not, and what has changed on the host since."""

from __future__ import annotations

from collections.abc import Mapping

from ....ground.languages import Text

_NAMES = {
    "service.title": Text("{name} ({display})", "{name} ({display})"),
    "besides.ports": Text("{name} (PID {pid}): {ports}", "{name} (PID {pid}): {ports}"),
    "start_mode.automatic": Text("automatic", "自動"),
    "start_mode.manual": Text("manual", "手動"),
    "start_mode.disabled": Text("disabled", "無効"),
    "service_state.stopped": Text("stopped", "停止"),
    "service_state.start_pending": Text("start pending", "開始処理中"),
    "service_state.stop_pending": Text("stop pending", "停止処理中"),
    "service_state.running": Text("running", "実行中"),
    "service_state.continue_pending": Text("continue pending", "再開処理中"),
    "service_state.pause_pending": Text("pause pending", "一時停止処理中"),
    "service_state.paused": Text("paused", "一時停止"),
    "service_state.unknown": Text("unknown", "不明"),
    "service_state.not_there": Text("not there", "サービスなし"),
    "step.terminate": Text("end the process {process}", "プロセス {process} の終了"),
    "step.stop_service": Text("stop the service {service}", "サービス {service} の停止"),
    "step.start_service": Text("start the service {service}", "サービス {service} の開始"),
    "step.start_service_again": Text(
        "start the service {service} again",
        "サービス {service} の再開始",
    ),
    "step.change_start_mode": Text(
        "set the start mode of the service {service} to {mode}",
        "サービス {service} のスタートアップの種類の変更 ({mode})",
    ),
    "step.set_start_mode_back": Text(
        "set the start mode of the service {service} back",
        "サービス {service} のスタートアップの種類を元に戻す操作",
    ),
    "step.restart_windows": Text("restart Windows", "Windows の再起動"),
}

_DANGERS = {
    "danger.winrm_port": Text(
        "Port {port} is WinRM's own: without it the host can't be reached.",
        "ポート {port} は WinRM 自身のものです。これがないとホストに接続できません。",
    ),
    "danger.reused_pid": Text(
        "Port {port} was opened at {opened}, before {process} started: Windows has given it the "
        "process id of one that has ended, so it may have nothing to do with the port. Find out "
        "what the ended process had started.",
        "ポート {port} は {opened} に開かれており、{process} の起動より前です。Windows が、終了し"
        "たプロセスのプロセス ID をこのプロセスに割り当てたため、このポートとは無関係の可能性があ"
        "ります。終了したプロセスが何を起動していたかを調べてください。",
    ),
    "danger.protected_process": Text(
        "The host does not tell the path of {process}, as with processes that Windows protects "
        "even "
        "from administrators, such as those of security products: Windows would refuse to end it. "
        "Use the console of the product, or choose another port.",
        "{process} のパスをホストが返しません。セキュリティ製品など、Windows が管理者からも保護する"
        "プ"
        "ロセスと同じで、終了は Windows に拒否されます。その製品の管理画面を使うか、別のポートを選"
        "ん"
        "でください。",
    ),
    "danger.relay_portproxy": Text(
        "{holder} only forwards the port to {targets}, for 'netsh interface portproxy': delete "
        "that mapping instead.",
        "{holder} は netsh interface portproxy によりポートを {targets} に転送しているだけです。代"
        "わりにその転送を削除してください。",
    ),
    "danger.relay_portproxy_unknown": Text(
        "{holder} only forwards the port, for 'netsh interface portproxy': find the mapping with "
        "'netsh interface portproxy show all', and delete it instead.",
        "{holder} は netsh interface portproxy によりポートを転送しているだけです。代わりに netsh "
        "interface portproxy show all で転送を確認して削除してください。",
    ),
    "danger.relay_wsl": Text(
        "{holder} only relays the port to a program in WSL: stop that program instead.",
        "{holder} はポートを WSL 内のプログラムに中継しているだけです。代わりにそのプログラムを停"
        "止してください。",
    ),
    "danger.relay_container": Text(
        "{holder} only serves the port for a container of {product}: stop that container instead "
        "('{tool} ps' shows it).",
        "{holder} は {product} のコンテナーのためにポートを使用しているだけです。代わりにそのコン"
        "テナーを停止してください ({tool} ps で確認できます)。",
    ),
    "danger.relay_serves": Text(
        "{holder} also serves {others}: ending it ends that too.",
        "{holder} は {others} にも使われており、それらも終了します。",
    ),
    "danger.rpc_service": Text(
        "The service {service} provides remote procedure calls, which every service of Windows "
        "needs.",
        "サービス {service} が提供するリモート プロシージャ コールは、Windows のすべてのサービスに"
        "必要です。",
    ),
    "danger.wmi_service": Text(
        "The service {service} provides WMI, through which this task reads and stops processes.",
        "サービス {service} は WMI を提供しており、このタスクは WMI を通じてプロセスを調べ、停止し"
        "ます。",
    ),
    "danger.network_service": Text(
        "The firewall of Windows or its network needs the service {service}, and this connection "
        "perhaps too.",
        "サービス {service} は Windows のファイアウォールまたはネットワークに必要で、この接続にも"
        "使われている可能性があります。",
    ),
    "danger.winrm_service": Text(
        "This task is connected to the host through the service {service}.",
        "このタスクは、サービス {service} を通じてホストに接続しています。",
    ),
    "danger.serves_remote": Text(
        "{process} serves remote connections, perhaps this one.",
        "{process} はリモート接続を処理しています。この接続もその一つかもしれません。",
    ),
    "danger.serves_connection": Text(
        "{process} serves this very connection.",
        "{process} はこの接続そのものを処理しています。",
    ),
    "danger.system_process": Text(
        "{process} is a part of Windows that it can't run without.",
        "{process} は、Windows の動作に欠かせない Windows の一部です。",
    ),
    "danger.shared_process": Text(
        "All services of {holder} end with it: {services}.",
        "{holder} のすべてのサービスが終了します: {services}。",
    ),
    "danger.dependent_services": Text(
        "Running services depend on {services} and have to stop first: {dependents}.",
        "実行中の次のサービスは {services} に依存しており、先に停止する必要があります: "
        "{dependents}。",
    ),
}

_REFUSALS = {
    "refused.nothing_was_stopped": Text("Nothing was stopped.", "何も停止していません。"),
    "refused.only_force": Text(
        "Only the option force of port_process overrides this.",
        "それでも実行するには port_process のオプション force が必要です。",
    ),
    "refused.forwarded": Text(
        "No process holds {port}: Windows' NAT forwards it to {target}, a container or a virtual "
        "machine. Stop the container that publishes it ('docker ps' shows it), or delete the "
        "mapping with Remove-NetNatStaticMapping.",
        "{port} を使用しているプロセスはありません。Windows の NAT がコンテナーまたは仮想マシン "
        "{target} に転送しています。そのポートを公開しているコンテナーを停止するか (docker ps で確"
        "認できます)、Remove-NetNatStaticMapping で転送を削除してください。",
    ),
    "refused.orphaned": Text(
        "The process {pid}, which opened the port, has ended, but the port is still held: "
        "another process has inherited the socket.",
        "ポートを開いたプロセス {pid} は終了していますが、ポートは使用されたままです。別のプロセ"
        "スがソケットを引き継いでいます。",
    ),
    "refused.orphaned_alone": Text(
        "No process that it started itself is still there. Processes further down may hold it, "
        "but Windows does not say which. Restart the host to release it.",
        "そのプロセスが直接起動したプロセスは残っていません。さらにその先で起動されたプロセスが使"
        "用している可能性がありますが、Windows からは分かりません。ポートを解放するには、ホストを再"
        "起動してください。",
    ),
    "refused.orphaned_with_heirs": Text(
        "Of the processes that it started, these are still there: {heirs}. Find out what they "
        "are, and name in expected_process those that may be ended. If the port is held even "
        "then, restart the host.",
        "そのプロセスが起動したもののうち、次のプロセスが残っています: {heirs}。何のプロセスかを"
        "調べ、終了してよいものを expected_process に指定してください。それでもポートが使用された"
        "ままなら、ホストを再起動してください。",
    ),
    "refused.idle": Text(
        "The remains of ended processes hold the port (PID 0). Wait until Windows lets go of it, "
        "or restart the host.",
        "終了したプロセスの名残 (PID 0) がポートを使用しています。Windows がポートを解放するまで待"
        "つか、ホストを再起動してください。",
    ),
    "refused.unknown_process": Text(
        "The host does not say which process holds the port. Connect as an administrator.",
        "どのプロセスがポートを使用しているかを、ホストが返しません。管理者として接続してください"
        "。",
    ),
    "refused.ended": Text(
        "The process {pid} ended while the host was read. Run the task again.",
        "ホストを調べている間に、プロセス {pid} が終了しました。タスクを再実行してください。",
    ),
    "refused.iis_worker": Text(
        "{holder} is a worker of IIS, which would start another one. Stop the site or its "
        "application pool, or name the service {service} in expected_service.",
        "{holder} は IIS のワーカー プロセスで、終了しても IIS が別のものを起動します。サイトかそ"
        "のアプリケーション プールを停止するか、サービス {service} を expected_service に指定して"
        "ください。",
    ),
    "refused.several_services": Text(
        "{holder} runs several services: {services}. Windows does not say which of them holds "
        "the port: name it in expected_service.",
        "{holder} は複数のサービスを実行しています: {services}。どれがポートを使用しているかは "
        "Windows からは分からないため、expected_service に指定してください。",
    ),
    "refused.several_services_but": Text(
        "{holder} runs several services: {services}. Windows does not say which of them holds "
        "the port: name it in expected_service, unless it is {needed}, without which the host "
        "can't be reached or doesn't work.",
        "{holder} は複数のサービスを実行しています: {services}。どれがポートを使用しているかは "
        "Windows からは分からないため、expected_service に指定してください。ただし、ホストへの接続"
        "や動作に欠かせない {needed} は除きます。",
    ),
    "refused.needed_services": Text(
        "{holder} runs several services: {services}. Without them, the host can't be reached or "
        "doesn't work: give the other program another port.",
        "{holder} は複数のサービスを実行しています: {services}。これらがないと、ホストに接続できな"
        "いか、ホストが正常に動作しません。別のプログラムには、別のポートを割り当ててください。",
    ),
    "refused.not_a_service": Text(
        "{holder} is not a service. Use the method auto or terminate.",
        "{holder} はサービスではありません。method には auto か terminate を使ってください。",
    ),
    "refused.no_service_to_restart": Text(
        "{holder} would be ended as a process, and only services can be started again. Use the "
        "state free.",
        "{holder} はプロセスとして終了することになりますが、再び開始できるのはサービスだけです。"
        "state には free を使ってください。",
    ),
    "refused.never": Text("{holder} is never stopped.", "{holder} は決して停止しません。"),
    "refused.port_held_by": Text(
        "Port {port} is held by {owner}.",
        "ポート {port} を使用しているのは {owner}です。",
    ),
    "refused.or_name_it": Text(
        "Or let this module stop it: name the service in expected_service, or the program in "
        "expected_process.",
        "このモジュールで停止するには、サービスを expected_service に、またはプログラムを "
        "expected_process に指定してください。",
    ),
    "refused.not_expected": Text(
        "{holder} holds the port, and {expected} is expected. Find out what it is, and correct "
        "what is expected.",
        "ポートを使用しているのは {holder} で、指定された {expected} ではありません。何のプログラ"
        "ムかを調べ、指定を直してください。",
    ),
    "refused.not_expected_service": Text(
        "{holder}, which runs {services}, holds the port, and {expected} is expected. Find out "
        "what it is, and correct what is expected.",
        "ポートを使用しているのは {holder} (実行しているサービス: {services}) で、指定された "
        "{expected} ではありません。何のプログラムかを調べ、指定を直してください。",
    ),
    "refused.no_such_service": Text(
        "There is no service {name} on the host, by name or display name. Look for its name in "
        "the Services console, and correct expected_service.",
        "サービス {name} は、サービス名でも表示名でもホストにありません。「サービス」の画面で名前"
        "を調べ、expected_service を直してください。",
    ),
    "refused.paused": Text(
        "The service {service} is paused ({state}), and holds none of the ports. Resume it, or "
        "stop it, first: then run the task again.",
        "サービス {service} は一時停止の状態 ({state}) で、どのポートも使用していません。先に再開"
        "するか停止してから、タスクを再実行してください。",
    ),
    "refused.nothing_to_restart": Text(
        "Nothing holds the ports, so the task can't tell which service to start. Name it "
        "in expected_service: then it is started, also after a run that was interrupted.",
        "ポートを使用しているものがないため、どのサービスを開始すべきか分かりません。"
        "expected_service に指定すると、中断された実行の後でも開始します。",
    ),
}

_OBSTACLES = {
    "obstacle.no_stop": Text(
        "The service {service} can't be stopped: it never accepts a stop.",
        "サービス {service} は、停止の要求を受け付けないため停止できません。",
    ),
    "obstacle.leave_it": Text(
        "It is a part of Windows: leave it, and choose another port.",
        "Windows の一部なのでそのままにして、別のポートを選んでください。",
    ),
    "obstacle.use_its_console": Text(
        "It belongs to {product}, which protects its processes: use the console of that product, "
        "or choose another port.",
        "{product} のサービスで、そのプロセスは保護されています。その製品の管理画面を使うか、別のポ"
        "ートを選んでください。",
    ),
    "obstacle.terminate_or_disable": Text(
        "If it belongs to a security product, use its own console. Otherwise end its process "
        "with the method terminate, or set its start mode to disabled and restart Windows "
        "(reboot: if_needed).",
        "セキュリティ製品のサービスなら、その製品の管理画面を使ってください。そうでなければ、"
        "method を terminate にしてプロセスを終了するか、スタートアップの種類を無効にして "
        "Windows を再起動してください (reboot: if_needed)。",
    ),
    "obstacle.starts_with_windows": Text(
        "A restart of Windows does not help: {service} starts with it. Set start_mode to manual "
        "or disabled.",
        "Windows を再起動しても、{service} が一緒に開始されるため解決しません。start_mode を"
        " manual か disabled にしてください。",
    ),
    "obstacle.disabled": Text(
        "The service {service} can't be started: it is disabled.",
        "サービス {service} は無効のため、開始できません。",
    ),
    "obstacle.give_start_mode": Text(
        "Give start_mode manual or auto.",
        "start_mode に manual か auto を指定してください。",
    ),
    "obstacle.set_start_mode_first": Text(
        "Once stopped, it stays so: set its start mode to manual or auto first.",
        "停止したままになります。先にスタートアップの種類を手動か自動にしてください。",
    ),
}

_REMARKS = {
    "remark.stops_later": Text(
        "The service {service} does not stop at once: its state is {state}, in which it does not "
        "accept a stop. The task sends the stop as soon as the service accepts it, within the "
        "timeout.",
        "サービス {service} はすぐには停止しません。現在の状態 ({state}) では停止を受け付けないた"
        "め、受け付けるようになりしだい、タイムアウトまでの間に停止を送ります。",
    ),
    "remark.stops_already": Text(
        "The service {service} is stopping already ({state}): the task sends no stop, and waits "
        "for it within the timeout.",
        "サービス {service} はすでに停止しようとしています ({state})。停止は送らず、タイムアウト"
        "まで待ちます。",
    ),
    "remark.stops_with_windows": Text(
        "The service {service} does not accept a stop, so Windows has to be restarted (reboot: "
        "if_needed).",
        "サービス {service} は停止を受け付けないため、Windows の再起動が必要です (reboot: "
        "if_needed)。",
    ),
    "remark.started_too": Text(
        "The service {service} starts automatically, depends on a service that is named, and has "
        "stopped: it is started too, because a run that was interrupted may have stopped it. If "
        "it is to stay stopped, set its start mode to manual.",
        "サービス {service} は自動で開始され、指定されたサービスに依存していて、停止しています。"
        "中断された実行が停止した可能性があるため、これも開始します。停止したままにするには、スタ"
        "ートアップの種類を手動にしてください。",
    ),
    "remark.waited_for": Text(
        "The service {service} does not run yet ({state}): the task waits for it within the "
        "timeout.",
        "サービス {service} はまだ実行されていません ({state})。タイムアウトまで待ちます。",
    ),
    "remark.no_such_service": Text(
        "There is no service {name} on the host, by name or display name, whose start mode could "
        "be set. Correct expected_service if it is misspelt.",
        "スタートアップの種類を変更するサービス {name} は、サービス名でも表示名でもホストにありま"
        "せん。綴りが違う場合は expected_service を直してください。",
    ),
    "remark.started_others": Text(
        "The service {service} has started other programs too, which may end with it: {others}.",
        "サービス {service} はほかのプログラムも起動しており、一緒に終了する可能性があります: "
        "{others}。",
    ),
    "remark.may_start_again": Text(
        "The service {service} may start {holder} again. To stop it for good, stop the service: "
        "name it in expected_service.",
        "サービス {service} が {holder} を再び起動する可能性があります。完全に止めるには、"
        "expected_service に指定してサービスを停止してください。",
    ),
    "remark.may_start_again_for_ever": Text(
        "The service {service} may start {holder} again, and it never accepts a stop.",
        "サービス {service} が {holder} を再び起動する可能性があり、停止の要求を受け付けません。",
    ),
    "remark.may_start_again_and_others": Text(
        "The service {service} may start {holder} again. It has started other programs too "
        "({others}), so don't stop it: set it up not to start this one.",
        "サービス {service} が {holder} を再び起動する可能性があります。ほかのプログラムも起動し"
        "ているため ({others})、停止せず、このプログラムを起動しないように設定してください。",
    ),
    "remark.no_start_mode": Text(
        "{holder} is ended as a process, which has no start mode.",
        "{holder} はプロセスとして終了するため、スタートアップの種類はありません。",
    ),
}

_SINCE = {
    "recheck.released": Text(
        "{holder} let go of the port by itself.",
        "{holder} は自分からポートの使用をやめました。",
    ),
    "recheck.other_holder": Text(
        "The port is no longer held by {holder}, but by {other}.",
        "ポートを使用しているのは {holder} ではなくなり、{other} になっています。",
    ),
    "recheck.ended": Text("{holder} has just ended.", "{holder} は終了したばかりです。"),
    "recheck.reused_pid": Text(
        "The process id {pid} now belongs to another process, {name}.",
        "プロセス ID {pid} は、今は別のプロセス {name} のものです。",
    ),
    "recheck.service_elsewhere": Text(
        "The service {service} no longer runs in {holder}.",
        "サービス {service} は、もう {holder} では実行されていません。",
    ),
    "recheck.run_again": Text("Run the task again.", "タスクを再実行してください。"),
    "held.started_with_windows": Text(
        "{holder} holds the port again after the restart of Windows. Set the start mode of its "
        "service to manual or disabled; if it is already, look for what else starts it.",
        "Windows の再起動後に、{holder} が再びポートを使用しています。そのサービスのスタートアッ"
        "プの種類を手動か無効にしてください。すでにそうなっている場合は、ほかに起動しているものを調"
        "べてください。",
    ),
    "held.service_recovery": Text(
        "The service {service} runs again as {holder}. Its recovery actions, a trigger or "
        "another program started it: set start_mode to disabled, or look at its properties "
        "(Recovery).",
        "サービス {service} が {holder} として再び実行されています。回復の設定、トリガー、または"
        "別のプログラムが開始しました。start_mode を disabled にするか、サービスのプロパティの「"
        "回復」を確認してください。",
    ),
    "held.parent": Text(
        "{parent} has started {holder} again. Set it up not to start this program; it may run "
        "others too.",
        "{parent} が {holder} を再び起動しました。このプログラムを起動しないように設定してくださ"
        "い。ほかのプログラムも実行している可能性があります。",
    ),
    "held.same_program": Text(
        "{holder} was started again. Look for what starts it: a scheduled task, a service, a "
        "program that watches over it.",
        "{holder} が再び起動されました。起動しているもの (スケジュールされたタスク、サービス、監"
        "視プログラムなど) を調べてください。",
    ),
    "held.other_program": Text(
        "{holder} has taken the port meanwhile. Find out what it is before you stop it.",
        "その間に {holder} がポートを使用し始めました。停止する前に、何のプログラムかを調べてくだ"
        "さい。",
    ),
    "held.still_there_for_driver": Text(
        "{holder} still holds the port: a driver may keep it until Windows restarts (reboot: "
        "if_needed).",
        "{holder} がまだポートを使用しています。ドライバーが Windows の再起動まで使用し続けること"
        "があります (reboot: if_needed)。",
    ),
    "held.still_there_for_other_service": Text(
        "{holder} still holds the port, for another of the services in it that run: {services}. "
        "Name the one that the port belongs to in expected_service.",
        "{holder} が、その中で実行中の別のサービスのために、まだポートを使用しています: "
        "{services}。ポートを使用しているサービスを expected_service に指定してください。",
    ),
    "held.still_there": Text(
        "{holder} still holds the port. Wait longer (timeout), use the method terminate if it "
        "was stopped as a service, or restart the host.",
        "{holder} がまだポートを使用しています。もっと長く待つか (timeout)、サービスとして停止し"
        "た場合は method を terminate にするか、ホストを再起動してください。",
    ),
}

TEXTS: Mapping[str, Text] = {**_NAMES, **_DANGERS, **_REFUSALS, **_OBSTACLES, **_REMARKS, **_SINCE}
