# SPDX-License-Identifier: GPL-3.0-or-later
"""netsh's view of http.sys: request queues by the structure of the text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import HttpUrl
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs import netsh
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs.netsh import (
    RequestQueue,
    UrlPrefix,
    http_urls,
    request_queues,
    unread_urls,
)
from unit.pc.programs.http_sys_texts import IDLE_POOL, NEWER, NO_RIGHTS, OLDER
from unit.rows import each_row

WORDS = {
    "ja": {
        "Snapshot of HTTP service state": "HTTP サービスの状態のスナップショット",
        "Request queue name": "要求キュー名",
        "Request queue is unnamed.": "要求キューには名前がありません。",
        "Version": "バージョン",
        "State: Active": "状態: アクティブ",
        "Number of active processes attached": "アタッチされたアクティブなプロセスの数",
        "Process IDs": "プロセス ID",
        "Processes": "プロセス",
        ", image": "、イメージ",
        "Services": "サービス",
        "Registered URLs": "登録済み URL",
        "URL groups": "URL グループ",
    },
    "de": {
        "Request queue name": "Name der Anforderungswarteschlange",
        "Request queue is unnamed.": "Die Anforderungswarteschlange ist unbenannt.",
        "State: Active": "Status: Aktiv",
        "Number of active processes attached": "Anzahl der verbundenen aktiven Prozesse",
        "Process IDs": "Prozess-IDs",
        "Processes": "Prozesse",
        ", image": ", Image",
        "Registered URLs": "Registrierte URLs",
        "URL groups": "URL-Gruppen",
    },
    "fr": {
        "Request queue name: ": "Nom de la file d'attente de requêtes\u00a0: ",
        "Request queue is unnamed.": "La file d'attente de requêtes n'a pas de nom.",
        "Version: ": "Version\u00a0: ",
        "State: Active": "État\u00a0: actif",
        "Process IDs:": "ID de processus\u00a0:",
        "Processes:": "Processus\u00a0:",
        "ID: ": "ID\u00a0: ",
        "Registered URLs:": "URL inscrites\u00a0:",
    },
    "en": {},
}


def translated(text: str, language: str) -> str:
    for english, word in WORDS[language].items():
        text = text.replace(english, word)
    return text


def url(text: str, host: str, port: int, path: str = "/") -> UrlPrefix:
    return UrlPrefix(text, text.split(":")[0].lower(), host, port, path)


OLDER_QUEUES = (
    RequestQueue(
        (1032,),
        None,
        (
            url("HTTP://+:5985/WSMAN/", "+", 5985, "/WSMAN/"),
            url("HTTP://+:47001/WSMAN/", "+", 47001, "/WSMAN/"),
        ),
    ),
    RequestQueue((5008, 5212), 1320, (url("HTTPS://SHOP.EXAMPLE:443/", "SHOP.EXAMPLE", 443),)),
    RequestQueue((), 1320, (url("HTTP://*:8080/", "*", 8080),)),
    RequestQueue((7004,), None, ()),
)
NEWER_QUEUES = (
    RequestQueue((2684, 2688), None, (url("HTTP://+:5985/WSMAN/", "+", 5985, "/WSMAN/"),)),
    RequestQueue(
        (9120,),
        None,
        (
            url("HTTP://127.0.0.1:8000:127.0.0.1/", "127.0.0.1", 8000),
            url("HTTP://[::1]:8000:[::1]/PRINT/", "::1", 8000, "/PRINT/"),
        ),
    ),
)


@each_row("language", WORDS)
def test_the_older_form_in_every_language(language: str) -> None:
    assert request_queues(translated(OLDER, language)) == OLDER_QUEUES


@each_row("language", WORDS)
def test_the_newer_form_in_every_language(language: str) -> None:
    assert request_queues(translated(NEWER, language)) == NEWER_QUEUES


@each_row("language", WORDS)
def test_queues_seen_without_rights(language: str) -> None:
    winrm, labels = request_queues(translated(NO_RIGHTS, language)) or ()
    assert (winrm.pids, [each.port for each in winrm.urls]) == ((1388,), [5985, 47001])
    assert (labels.pids, labels.urls) == (
        (4112,),
        (url("HTTP://+:8000/LABELS/", "+", 8000, "/LABELS/"),),
    )
    assert unread_urls(NO_RIGHTS) == ()


@each_row("language", WORDS)
@each_row("end", ["", "        URL groups:\n", "\n\n"])
def test_a_pool_without_processes_takes_no_line_of_another(language: str, end: str) -> None:
    """It has a controller and nothing else, so there is nothing to tell of it."""
    text = translated(IDLE_POOL, language) + end
    assert request_queues(text) == (RequestQueue((3300,), None, ()),)
    urls = "        Registered URLs:\n            HTTP://*:8080/\n"
    assert http_urls(text + translated(urls, language)) == (
        HttpUrl("HTTP://*:8080/", "*", 8080, (3352,)),
    )


@each_row("hits", [0, 1, 2, 5])
def test_counters_of_the_newer_form_are_no_controller(hits: int) -> None:
    text = NEWER.replace("Cache hits: 0", f"Cache hits: {hits}")
    assert request_queues(text) == NEWER_QUEUES


def test_line_ends_of_windows() -> None:
    assert request_queues(OLDER.replace("\n", "\r\n")) == OLDER_QUEUES


def test_other_indentation() -> None:
    """One level deeper from the second queue on, URLs in angle brackets, no blank lines: a page
    of a documentation site shows it so."""
    first, *others = OLDER.split("\n\nRequest queue name: ")
    deeper = "".join(f"\nRequest queue name: {each}".replace("\n", "\n    ") for each in others)
    bracketed = re.sub(r"(HTTPS?://\S+)", r"<\1>", first + deeper)
    assert request_queues(re.sub(r"\n\s*\n", "\n", bracketed)) == OLDER_QUEUES


def test_no_indentation_at_all() -> None:
    for text, queues in ((OLDER, OLDER_QUEUES), (NEWER, NEWER_QUEUES)):
        assert request_queues("\n".join(line.strip() for line in text.split("\n"))) == queues


def test_urls_with_the_processes_behind_them() -> None:
    assert http_urls(OLDER) == (
        HttpUrl("HTTP://+:5985/WSMAN/", "+", 5985, (1032,)),
        HttpUrl("HTTP://+:47001/WSMAN/", "+", 47001, (1032,)),
        HttpUrl("HTTPS://SHOP.EXAMPLE:443/", "SHOP.EXAMPLE", 443, (5008, 5212)),
        HttpUrl("HTTP://*:8080/", "*", 8080, (1320,)),
    )


def test_nothing_registered_is_empty_and_a_failure_is_none() -> None:
    empty = OLDER[: OLDER.index("Request queue name")]
    assert request_queues(empty) == ()
    assert http_urls(empty) == ()
    for text in ("", "The service has not been started.\r\n"):
        assert request_queues(text) is None
        assert http_urls(text) is None


def test_a_port_is_found_whole() -> None:
    ports = [each.port for each in http_urls(OLDER) or ()]
    assert 80 not in ports
    assert 8080 in ports


@each_row(
    "line",
    [
        "HTTP://+/",
        "HTTP://+:0/",
        "HTTP://+:080/",
        "HTTP://+:65536/",
        "HTTP://+:80x/",
        "HTTP://:80/",
        "FTP://+:80/",
        "xHTTP://+:80/",
        "Log directory: HTTP://+:80/",
        "HTTP://+:80:443/",
        "HTTP://[::1:80/",
    ],
)
def test_what_is_no_url(line: str) -> None:
    text = f"-----\nName: x\n    Version: 2.0\n    PIDs:\n        8\n    URLs:\n        {line}\n"
    assert request_queues(text) == (RequestQueue((8,), None, ()),)


# A program chooses the name of its queue, but not the lines around it.
HOSTILE_NAMES = [
    "1.0",
    "4",
    "4, image: x",
    "ID: 4, image: x",
    "FF00000020000001",
    "Version: 2.0",
    "HTTP://+:80/",
    ":",
    "-----",
]


def text_with_name(old: str, new: str) -> str:
    return OLDER.replace(f"name: {old}", f"name: {new}")


@each_row("name", HOSTILE_NAMES)
def test_a_queue_cannot_take_the_urls_of_another_by_its_name(name: str) -> None:
    assert request_queues(text_with_name("ShopPool", name)) == OLDER_QUEUES


@each_row("name", HOSTILE_NAMES)
def test_a_queue_cannot_hide_by_the_name_of_the_first_one(name: str) -> None:
    assert request_queues(text_with_name("Request queue is unnamed.", name)) == OLDER_QUEUES


pids = st.lists(st.integers(2, 10**6).map(lambda number: number * 4), max_size=4, unique=True)
url_texts = st.builds(
    lambda scheme, host, port, path: f"{scheme}://{host}:{port}{path}",
    st.sampled_from(["HTTP", "HTTPS"]),
    st.sampled_from(["+", "*", "SERVER.EXAMPLE", "[FE80::1]", "192.0.2.1"]),
    st.integers(1, 65_535),
    st.sampled_from(["/", "/API/", "/日本語/", "/A B/", ""]),
)
names = st.text(alphabet="abc XYZ.日本語-", min_size=1).map(lambda name: f"q{name}")
queues_shown = st.lists(st.tuples(names, pids, st.lists(url_texts, max_size=3, unique=True)))


@given(queues_shown, st.booleans(), st.sampled_from(sorted(WORDS)))
def test_any_queues_read_back(
    shown: list[tuple[str, list[int], list[str]]], newer: bool, language: str
) -> None:
    lines = ["Snapshot of HTTP service state (Request Queue View):", "-" * 53, ""]
    for name, processes, urls in shown:
        lines += [f"Request queue name: {name}", "    Version: 2.0", "    State: Active"]
        lines += ["    Max requests: 1000"]
        lines += [f"    Number of active processes attached: {len(processes)}"]
        lines += ["    Processes:" if newer else "    Process IDs:"]
        lines += [
            f"        ID: {pid}, image: <?>" if newer else f"        {pid}" for pid in processes
        ]
        lines += ["    Registered URLs:", *(f"        {text}" for text in urls), ""]
    found = request_queues(translated("\r\n".join(lines), language))
    assert found is not None
    assert [(queue.pids, [each.text for each in queue.urls]) for queue in found] == [
        (tuple(processes), urls) for _unused, processes, urls in shown if processes or urls
    ]
    assert all(queue.controller is None for queue in found)


@given(
    st.lists(
        st.text() | st.sampled_from([*OLDER.split("\n"), *NEWER.split("\n"), "1.0", "44", ":"])
    ).map("\n".join)
)
def test_any_text_is_read_without_an_error(text: str) -> None:
    for queue in request_queues(text) or ():
        assert queue.pids or queue.urls


@pytest.mark.sweep
def test_more_processes_and_urls_than_any_host_has_are_not_multiplied() -> None:
    urls = "".join(f"HTTP://+:80/{number}/\n" for number in range(30_000))
    text = "-----\nName: x\nVersion: 2.0\nPIDs:\n" + "8\n" * 5_000 + "URLs:\n" + urls
    found = http_urls(text)
    assert found is not None
    assert len(found) == 20_000
    assert {len(each.pids) for each in found} == {256}


@each_row("text", [OLDER, NEWER])
@each_row("url", ["HTTP://+:808080/A/", "<http://a b:80/>", "HTTPS://[::1]", "http://"])
def test_a_url_that_can_not_be_read_is_told(text: str, url: str) -> None:
    assert unread_urls(text) == ()
    assert unread_urls(f"{text}\r\n        {url}\r\n") == (url,)


def test_urls_beyond_the_bound_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(netsh, "MAX_URLS", 2)
    text = "-----\r\n" + "".join(f"HTTP://+:80/{number}/\r\n" for number in range(3))
    assert unread_urls(text) == ("HTTP://+:80/2/",)
