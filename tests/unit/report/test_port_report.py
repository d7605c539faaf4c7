# SPDX-License-Identifier: GPL-3.0-or-later
"""The action port_report: what it refuses, what it writes, and when that counts as a change."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.survey import detail
from unit.report.pcs import asked, unreachable
from unit.report.play import run, variables

Play = dict[str, Any]


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory) -> Play:
    """One PC that answers, one that does not, one on which something had failed before."""
    check, facts = asked("win11-ja", [80, 8080])
    silent = unreachable("pc-2")
    registered = {
        "pc-1": {"port_report_check": check, "port_report_facts": facts},
        "pc-2": {"port_report_check": silent.check, "port_report_facts": {"skipped": True}},
        "pc-3": {},
    }
    return variables(tmp_path_factory.mktemp("inventory"), registered)


def states(path: Path) -> dict[str, str]:
    data = json.loads(path.read_text(encoding="utf-8"))
    return {host["name"]: host["state"] for host in data["hosts"]}


def test_three_files_and_where_they_are(play: Play, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "reports"
    result = run(play, folder=str(folder))
    assert result["changed"]
    assert result["files"] == {
        kind: str(folder / f"port_report.{kind}") for kind in ("html", "csv", "json")
    }
    assert states(folder / "port_report.json") == {
        "pc-1": "blocked",
        "pc-2": "unreachable",
        "pc-3": "unknown",
    }
    assert "pc-2" in (folder / "port_report.html").read_text(encoding="utf-8")
    assert (folder / "port_report.csv").read_bytes().startswith(b"\xef\xbb\xbfhost,")
    assert result["summary"]["hosts"] == 3
    assert result["msg"].startswith("0 of 3 PCs are ready")


def test_a_second_time_nothing_is_new(play: Play, tmp_path: Path) -> None:
    assert run(play, folder=str(tmp_path))["changed"]
    assert not run(play, folder=str(tmp_path))["changed"]
    data = json.loads((tmp_path / "port_report.json").read_text(encoding="utf-8"))
    assert data["compared_with"]["missing"] == []
    assert {len(host["changes"]) for host in data["hosts"]} == {0}
    assert run(play, folder=str(tmp_path), title="営業部")["changed"]
    assert run(play, folder=str(tmp_path), title="営業部", hosts=["pc-1"])["changed"]
    (tmp_path / "port_report.html").unlink()
    assert run(play, folder=str(tmp_path), title="営業部", hosts=["pc-1"])["changed"]


def test_check_mode_writes_nothing_and_says_what_would_be(play: Play, tmp_path: Path) -> None:
    result = run(play, folder=str(tmp_path / "new"), check_mode=True, diff=True)
    assert result["changed"]
    assert result["diff"]["before"] == ""
    assert "pc-1 80/tcp: hidden_by_profile\n" in result["diff"]["after"]
    assert list(tmp_path.iterdir()) == []
    page = tmp_path / "new" / "port_report.html"
    would = f"The report would be in {page}; check mode: nothing was written."
    assert result["msg"].endswith(would)
    done = run(play, folder=str(tmp_path / "new"))
    assert done["msg"].endswith(f"The report is in {page}.")


def test_the_difference_is_that_of_the_pcs(play: Play, tmp_path: Path) -> None:
    run(play, folder=str(tmp_path))
    diff = run(play, folder=str(tmp_path), hosts=["pc-1", "pc-3"], diff=True)["diff"]
    gone = set(diff["before"].splitlines()) - set(diff["after"].splitlines())
    assert gone == {"pc-2: unreachable"}


def test_an_earlier_report_of_another_name(play: Play, tmp_path: Path) -> None:
    run(play, folder=str(tmp_path), name="before", hosts=["pc-2", "pc-3"])
    earlier = str(tmp_path / "before.json")
    run(play, folder=str(tmp_path), previous=earlier, hosts=["pc-1", "pc-2"])
    data = json.loads((tmp_path / "port_report.json").read_text(encoding="utf-8"))
    assert data["compared_with"]["missing"] == ["pc-3"]
    assert [len(host["changes"]) for host in data["hosts"]] == [1, 0]


def test_a_relative_folder_is_that_of_where_ansible_was_started(
    play: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run(play, folder="reports", language="ja", name="東京")
    page = (tmp_path / "reports" / "東京.html").read_text(encoding="utf-8")
    assert '<html lang="ja"' in page


def no_report(folder: Path) -> dict[str, Any]:
    (folder / "port_report.json").write_text('{"invoices": []}')
    return {}


def damaged(folder: Path) -> dict[str, Any]:
    (folder / "port_report.json").write_text('{"format": 1, "hosts": [')
    return {}


def later_format(folder: Path) -> dict[str, Any]:
    (folder / "old.json").write_text('{"format": 9, "hosts": []}')
    return {"previous": str(folder / "old.json")}


def missing(folder: Path) -> dict[str, Any]:
    return {"previous": str(folder / "nowhere.json")}


def no_text(folder: Path) -> dict[str, Any]:
    (folder / "old.json").write_bytes(b"\xff\xfe\x00")
    return {"previous": str(folder / "old.json")}


def not_a_folder(folder: Path) -> dict[str, Any]:
    (folder / "file").write_text("")
    return {"folder": str(folder / "file")}


@pytest.mark.parametrize(
    ("prepared", "said"),
    [
        (no_report, "is left alone: it is not a report of portkeeper.windows"),
        (damaged, "is left alone: it is not JSON"),
        (later_format, "a later version of the collection has made it; update this one"),
        (missing, "previous: "),
        (no_text, "can't be read"),
        (not_a_folder, "a part of it is not a folder"),
        (lambda _folder: {"name": "../../etc/passwd"}, "can't be the name of files"),
        (lambda _folder: {"name": ".hidden"}, "can't be the name of files"),
        (lambda _folder: {"name": ""}, "can't be the name of files"),
        (lambda _folder: {"hosts": ["pc-1", "elsewhere"]}, "'elsewhere' is not in the inventory"),
        (lambda _folder: {"check": "typo"}, "No host has the variable typo"),
        (lambda _folder: {"check": "inventory_hostname"}, "is not what a task has registered"),
        (lambda _folder: {"check": "port_report_facts"}, "result of port_check has no 'ports'"),
        (lambda _folder: {"ports": "htps"}, "ports: "),
        (lambda _folder: {"language": "de"}, "must be one of: en, ja"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_written(
    play: Play, tmp_path: Path, prepared: Callable[[Path], dict[str, Any]], said: str
) -> None:
    options = {"folder": str(tmp_path)} | prepared(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    result = run(play, **options)
    assert result["failed"]
    assert said in result["msg"]
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("kind", ["html", "csv", "json"])
def test_a_link_in_a_shared_folder_is_never_followed(play: Play, tmp_path: Path, kind: str) -> None:
    """Anybody could have put it there."""
    shared, target = tmp_path / "shared", tmp_path / "precious"
    shared.mkdir()
    shared.chmod(0o1777)
    target.write_text("old")
    (shared / f"port_report.{kind}").symlink_to(target)
    result = run(play, folder=str(shared))
    assert result["failed"]
    assert f"'port_report.{kind}' in it is a link that another user may have put" in result["msg"]
    assert target.read_text() == "old"
    assert [path.name for path in shared.iterdir()] == [f"port_report.{kind}"]


@pytest.mark.parametrize("option", ["name", "previous"])
def test_an_earlier_report_that_is_a_pipe_keeps_nobody_waiting(
    play: Play, tmp_path: Path, option: str
) -> None:
    name = {"name": "port_report.json", "previous": "old.json"}[option]
    os.mkfifo(tmp_path / name)
    more = {"previous": str(tmp_path / name)} if option == "previous" else {}
    result = run(play, folder=str(tmp_path), **more)
    assert result["failed"]
    assert "is not a file, but a pipe or a device" in result["msg"]


@pytest.mark.parametrize("name", ["a/b", "a\\b", "~x", "\x00", "..", "n" * 300])
def test_a_name_that_no_file_can_have_is_refused(play: Play, tmp_path: Path, name: str) -> None:
    result = run(play, folder=str(tmp_path), name=name)
    assert result["failed"]
    assert (
        "can't be the name of files" in result["msg"] or "a name in it is too long" in result["msg"]
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["x", "x.html", "x.csv", "x.json", "x.HTML"])
def test_a_name_is_taken_with_and_without_an_ending(play: Play, tmp_path: Path, name: str) -> None:
    run(play, folder=str(tmp_path), name=name)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.csv", "x.html", "x.json"]


@pytest.mark.parametrize("name", ["x.txt", "v1.2", "html"])
def test_another_part_of_a_name_is_no_ending(play: Play, tmp_path: Path, name: str) -> None:
    run(play, folder=str(tmp_path), name=name)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"{name}.{kind}" for kind in ("csv", "html", "json")
    ]


def test_a_folder_that_cannot_be_made_is_named(play: Play, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = run(play, folder=str(tmp_path / "file" / "reports"))
    assert result["failed"]
    assert result["msg"].startswith("The report can't be written: ")
    assert "file" in result["msg"]


HEAD: detail.DetailHead = {
    "collection": "portkeeper.windows 0.1.0",
    "language": "en",
    "created": "2026-11-24T14:00:00Z",
}
ADDRESS = "192.0.2.99"


def surveyed(path: Path, *entries: dict[str, Any], **head: str) -> str:
    """The file of a survey with these hosts."""
    known: Any = {**HEAD, **head}
    path.write_text("".join(detail.parts(known, map(detail.line, entries))), "utf-8")
    return str(path)


def entries() -> list[dict[str, Any]]:
    """What a survey would have found on the same PCs."""
    check, facts = asked("win11-ja", [80, 8080])
    silent: Any = unreachable("pc-2").check
    return [
        {"name": "pc-1", "address": "10.0.0.1", "check": check, "facts": facts},
        {"name": "pc-2", "address": ADDRESS, "check": silent},
    ]


def test_a_survey_is_reported_as_registered_variables_are(play: Play, tmp_path: Path) -> None:
    run(play, folder=str(tmp_path), name="registered")
    options = {"surveys": [surveyed(tmp_path / "found.json", *entries())], "name": "survey"}
    options |= {"hosts": ["pc-1", "pc-2", "pc-3"], "check": "none", "facts": "none"}
    assert run(play, folder=str(tmp_path), **options)["changed"]
    assert not run(play, folder=str(tmp_path), **options)["changed"]
    # Of a report that is the second of its name, it says what has changed.
    (tmp_path / "survey.json").unlink()
    run(play, folder=str(tmp_path), **options)
    one, other = (
        json.loads((tmp_path / f"{name}.json").read_text("utf-8"))
        for name in ("registered", "survey")
    )
    assert other["hosts"][1].pop("address") == ADDRESS
    assert one["hosts"][1].pop("address") is None
    for each in (one, other):
        del each["created"]
    assert one == other
    assert ADDRESS in (tmp_path / "survey.html").read_text("utf-8")
    rows = (tmp_path / "survey.csv").read_text("utf-8-sig").splitlines()
    assert any(row.startswith(f"pc-2,{ADDRESS},unreachable,") for row in rows)


def test_the_hosts_of_surveys_are_those_of_the_report(play: Play, tmp_path: Path) -> None:
    """One that is in no inventory too; of several surveys, the latest says how a host is."""
    (first, silent) = entries()
    late = surveyed(tmp_path / "late.json", silent, created="2026-11-25T00:00:00Z")
    files = [
        late,
        surveyed(tmp_path / "early.json", first, {**first, "name": "pc-2"}, {**first, "name": "x"}),
    ]
    result = run(play, folder=str(tmp_path), surveys=files)
    assert states(Path(result["files"]["json"])) == {
        "pc-1": "blocked",
        "pc-2": "unreachable",
        "x": "blocked",
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "survey.json is not there; give the detail_file of a task of port_survey"),
        (b"{}", "it is not the detail file of a survey"),
        (b'{"format": 1, "hosts": [', "can't be read (it is not JSON"),
        (b"\xff", "surveys: "),
        (b'{"format": 9, "hosts": []}', "another format than 1"),
    ],
)
def test_what_is_no_survey_is_refused(
    play: Play, tmp_path: Path, text: bytes | None, said: str
) -> None:
    file = tmp_path / "survey.json"
    if text is not None:
        file.write_bytes(text)
    result = run(play, folder=str(tmp_path / "new"), surveys=[str(file)])
    assert result["failed"]
    assert said in result["msg"]
    assert not (tmp_path / "new").exists()


def test_reports_of_parts_make_the_report_of_all(play: Play, tmp_path: Path) -> None:
    options: dict[str, Any] = {"folder": str(tmp_path), "title": "All"}
    whole = run(play, name="whole", **options)
    run(play, name="one", hosts=["pc-1"], **options)
    # What has changed since an earlier report of some is nothing that has changed since one of all.
    run(play, name="two", hosts=["pc-2", "pc-3"], previous=str(tmp_path / "one.json"), **options)
    parts = [str(tmp_path / f"{name}.json") for name in ("one", "two")]
    merged = run(play, name="merged", parts=parts, **options)
    assert merged["summary"] == whole["summary"]
    one, other = (
        json.loads((tmp_path / f"{name}.json").read_text()) for name in ("whole", "merged")
    )
    del one["created"], other["created"]
    assert one == other
    assert not run(play, name="merged", parts=parts, **options)["changed"]
    again = run(play, name="merged", parts=parts[1:], hosts=["pc-1"], **options)
    assert list(states(Path(again["files"]["json"]))) == ["pc-2", "pc-3", "pc-1"]


def test_of_several_parts_the_last_one_counts_for_a_host(play: Play, tmp_path: Path) -> None:
    run(play, folder=str(tmp_path), name="early", hosts=["pc-1", "pc-3"])
    run(play, folder=str(tmp_path), name="late", hosts=["pc-1", "pc-2"], check="none_of_them",
        surveys=[surveyed(tmp_path / "found.json", {**entries()[1], "name": "pc-1"})])  # fmt: skip
    for name, created in (("early", "2026-11-24T14:00:00Z"), ("late", "2026-11-25T14:00:00Z")):
        path = tmp_path / f"{name}.json"
        text = path.read_text()
        path.write_text(text.replace(json.loads(text)["created"], created))
    parts = [str(tmp_path / f"{name}.json") for name in ("late", "early")]
    result = run(play, folder=str(tmp_path), parts=parts)
    assert states(Path(result["files"]["json"])) == {
        "pc-1": "unreachable",
        "pc-2": "unknown",
        "pc-3": "unknown",
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "parts: {path} is not there; give the JSON of a report"),
        ('{"invoices": []}', "parts: {path} can't be read (it is not a report of"),
        ('{"format": 1, "hosts": [', "parts: {path} can't be read (it is not JSON"),
    ],
)
def test_a_part_that_is_no_report_is_named(
    play: Play, tmp_path: Path, text: str | None, said: str
) -> None:
    file = tmp_path / "part.json"
    if text is not None:
        file.write_text(text)
    result = run(play, folder=str(tmp_path / "new"), parts=[str(file)])
    assert result["failed"]
    assert said.format(path=file) in result["msg"]
    assert not (tmp_path / "new").exists()


def test_details_are_of_the_page_alone(tmp_path: Path) -> None:
    """A PC that is ready has no listeners in a page without its details; CSV and JSON say all."""
    check, facts = asked("server2022", [3389])
    entry = {"name": "pc-1", "address": ADDRESS, "check": check, "facts": facts}
    options = {"folder": str(tmp_path), "surveys": [surveyed(tmp_path / "found.json", entry)]}
    play = variables(tmp_path, {"pc-1": {}})
    for details in ("all", "unready", "auto"):
        result = run(play, name=details, details=details, **options)
        assert result["summary"]["ready"] == 1
    pages, tables, data = (
        {
            name: (tmp_path / f"{name}.{kind}").read_text("utf-8")
            for name in ("all", "unready", "auto")
        }
        for kind in ("html", "csv", "json")
    )
    assert '"listeners":' in pages["all"]
    assert '"listeners":' in pages["auto"]
    assert '"listeners":' not in pages["unready"]
    assert tables["all"] == tables["unready"]
    hosts = [json.loads(text)["hosts"] for text in data.values()]
    assert hosts[0] == hosts[1] == hosts[2]
    assert hosts[0][0]["listeners"]
