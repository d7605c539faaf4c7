# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of http.sys as `netsh http show servicestate` prints it.

Structure and English wording: captures published by Microsoft and others. Up to build 17763
(Windows Server 2019) a queue lists ``Process IDs:`` and bare numbers below; from build 20348
(Server 2022) it lists ``Processes:`` and ``ID: 2688, image: C:\\...\\svchost.exe`` with
``Services:`` and ``Tagged Service:`` below. Builds between the two are taken to be new. A capture
of an Azure Local host has counters in each queue; that they came with its first build of that name
is assumed, and they stand at zero here.

Japanese wording: 要求キュー名 and イメージ are known from a published program that reads it, the
rest is a translation. Other languages get English.
"""

from __future__ import annotations

from collections.abc import Iterable

from winsim.machine import Machine
from winsim.programs.shell import Output, Shell
from winsim.state import RequestQueue, UrlGroup

#: The first build known to have the newer form is 20348, the last with the older one 17763.
_FIRST_NEW_BUILD = 18362
_FIRST_WITH_COUNTERS = 25398
_COUNTERS = (
    ("Active requests", "0"),
    ("Queued requests", "0"),
    ("Max queued request age", "0s"),
    ("Requests arrived", "0"),
    ("Requests rejected", "0"),
    ("Cache hits", "0"),
)
_UNNAMED = "Request queue is unnamed."
_JAPANESE = {
    "Snapshot of HTTP service state": "HTTP サービスの状態のスナップショット",
    "Request Queue View": "要求キュー ビュー",
    "Server Session View": "サーバー セッション ビュー",
    "Server session ID": "サーバー セッション ID",
    "URL group ID": "URL グループ ID",
    "URL groups": "URL グループ",
    "Request queues": "要求キュー",
    "Request queue name": "要求キュー名",
    _UNNAMED: "要求キューには名前がありません。",
    "Version": "バージョン",
    "State": "状態",
    "Active": "アクティブ",
    "Request queue 503 verbosity level": "要求キュー 503 詳細レベル",
    "Basic": "基本",
    "Limited": "限定",
    "Max requests": "最大要求数",
    "Number of active processes attached": "アタッチされているアクティブなプロセスの数",
    "Controller process ID": "コントローラー プロセス ID",
    "Process IDs": "プロセス ID",
    "Processes": "プロセス",
    "image": "イメージ",
    "Services": "サービス",
    "Tagged Service": "タグ付きサービス",
    "Properties": "プロパティ",
    "Max bandwidth": "最大帯域幅",
    "Max connections": "最大接続数",
    "inherited": "継承済み",
    "Timeouts": "タイムアウト",
    "Timeout values inherited": "タイムアウト値は継承されています",
    "Entity body timeout (secs)": "エンティティ本文タイムアウト (秒)",
    "Drain entity body timeout (secs)": "エンティティ本文ドレイン タイムアウト (秒)",
    "Request queue timeout (secs)": "要求キュー タイムアウト (秒)",
    "Idle connection timeout (secs)": "アイドル接続タイムアウト (秒)",
    "Header wait timeout (secs)": "ヘッダー待機タイムアウト (秒)",
    "Minimum send rate (bytes/sec)": "最小送信レート (バイト/秒)",
    "Number of registered URLs": "登録された URL の数",
    "Registered URLs": "登録された URL",
}
_SESSION_TIMEOUTS = (
    ("Entity body timeout (secs)", "120"),
    ("Drain entity body timeout (secs)", "120"),
    ("Request queue timeout (secs)", "120"),
    ("Idle connection timeout (secs)", "120"),
    ("Header wait timeout (secs)", "120"),
    ("Minimum send rate (bytes/sec)", "150"),
)


def request_queue_view(shell: Shell) -> Output:
    """Queue by queue: its processes, then its groups of URLs with their sessions."""
    page = _Page(shell.machine)
    page.title("Request Queue View")
    for queue in shell.machine.request_queues():
        page.queue(0, queue)
        page.pair(1, "URL groups")
        for group in queue.groups:
            page.group(1, queue, group)
            page.session(2, queue, group)
        page.output.line()
    return page.output


def session_view(shell: Shell) -> Output:
    """Session by session with its groups of URLs, then the queues."""
    page = _Page(shell.machine)
    page.title("Server Session View")
    queues = shell.machine.request_queues()
    for queue in queues:
        for group in queue.groups:
            page.session(0, queue, group)
            page.pair(1, "URL groups")
            page.group(1, queue, group)
            page.output.line()
    page.pair(0, "Request queues")
    for queue in queues:
        page.queue(1, queue)
        page.urls(2, queue.urls)
        page.output.line()
    return page.output


class _Page:
    """Lines of labels and values, in the language of the machine."""

    def __init__(self, machine: Machine) -> None:
        self.output = Output()
        self._machine = machine
        self._words = _JAPANESE if machine.language == "ja" else {}

    def word(self, text: str) -> str:
        return self._words.get(text, text)

    def title(self, view: str) -> None:
        snapshot = self.word("Snapshot of HTTP service state")
        self.output.line()
        self.output.line(f"{snapshot} ({self.word(view)}): ")
        self.output.line("----------------------------------------------------- ")
        self.output.line()

    def pair(self, depth: int, label: str, value: object = None) -> None:
        end = "" if value is None else f" {self.word(str(value))}"
        self.output.line(f"{'    ' * depth}{self.word(label)}:{end}")

    def queue(self, depth: int, queue: RequestQueue) -> None:
        self.pair(depth, "Request queue name", queue.name or _UNNAMED)
        self.pair(depth + 1, "Version", queue.version)
        self.pair(depth + 1, "State", "Active")
        level = "Basic" if queue.name is None else "Limited"
        self.pair(depth + 1, "Request queue 503 verbosity level", level)
        self.pair(depth + 1, "Max requests", queue.max_requests)
        if int(self._machine.operating_system.build) >= _FIRST_WITH_COUNTERS:
            for label, value in _COUNTERS:
                self.pair(depth + 1, label, value)
        self.pair(depth + 1, "Number of active processes attached", len(queue.process_ids))
        if queue.controller is not None:
            self.pair(depth + 1, "Controller process ID", queue.controller)
        if int(self._machine.operating_system.build) < _FIRST_NEW_BUILD:
            self.pair(depth + 1, "Process IDs")
            for pid in queue.process_ids:
                self.output.line(f"{'    ' * (depth + 2)}{pid}")
        else:
            self.pair(depth + 1, "Processes")
            for pid in queue.process_ids:
                self._process(depth + 2, queue, pid)

    def _process(self, depth: int, queue: RequestQueue, pid: int) -> None:
        process = self._machine.process(pid)
        image = process.path if process is not None and process.path else "<?>"
        self.pair(depth, "ID", f"{pid}, {self.word('image')}: {image}")
        services = ", ".join(service.name for service in self._machine.services_in(pid))
        if services:
            self.pair(depth, "Services", services)
        if queue.service is not None and queue.controller is None:
            self.pair(depth, "Tagged Service", queue.service)

    def group(self, depth: int, queue: RequestQueue, group: UrlGroup) -> None:
        self.pair(depth, "URL group ID", group.id)
        self.pair(depth + 1, "State", "Active")
        self.pair(depth + 1, "Request queue name", queue.name or _UNNAMED)
        self.pair(depth + 1, "Properties")
        self.pair(depth + 2, "Max bandwidth", "inherited")
        self.pair(depth + 2, "Max connections", "inherited")
        self.pair(depth + 2, "Timeouts")
        self.output.line(f"{'    ' * (depth + 3)}{self.word('Timeout values inherited')}")
        self.pair(depth + 2, "Number of registered URLs", len(group.urls))
        self.urls(depth + 2, group.urls)

    def urls(self, depth: int, urls: Iterable[str]) -> None:
        self.pair(depth, "Registered URLs")
        for url in urls:
            self.output.line(f"{'    ' * (depth + 1)}{url}")

    def session(self, depth: int, queue: RequestQueue, group: UrlGroup) -> None:
        self.pair(depth, "Server session ID", group.session_id)
        self.pair(depth + 1, "Version", queue.version)
        self.pair(depth + 1, "State", "Active")
        self.pair(depth + 1, "Properties")
        self.pair(depth + 2, "Max bandwidth", "4294967295")
        self.pair(depth + 2, "Timeouts")
        for label, value in _SESSION_TIMEOUTS:
            self.pair(depth + 3, label, value)
