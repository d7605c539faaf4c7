# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""port_report: takes what earlier tasks found on all hosts, writes three files on the controller.

It contacts no host. What a survey found is read from its file. The results of tasks on each host
are read directly from their variables, by name, instead of being options of the task: options are
templates, and Ansible would visit each value of 1,000 hosts with 60 listeners several times, to
template it and to track its origin, which costs more than everything else here (see
tests/bench/report.py). Values that are read this way also never reach the template engine, so a
process named {{ … }} keeps its name.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from ansible_collections.portkeeper.windows.plugins.module_utils.asked import arguments
from ansible_collections.portkeeper.windows.plugins.module_utils.asked.ports import PortError
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    WantedPort,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.survey import detail
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.wanted import (
    wanted_ports,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.version import COLLECTION
from ansible_collections.portkeeper.windows.plugins.module_utils.report import (
    csv_rows,
    json_text,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.report import result as results
from ansible_collections.portkeeper.windows.plugins.module_utils.report.build import Answers, build
from ansible_collections.portkeeper.windows.plugins.module_utils.report.json_text import ReportError
from ansible_collections.portkeeper.windows.plugins.module_utils.report.model import Report
from ansible_collections.portkeeper.windows.plugins.module_utils.words.languages import (
    Language,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import (
    Phrase,
    Sentence,
    in_turn,
    said,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils import files
from ansible_collections.portkeeper.windows.plugins.plugin_utils.action import (
    CheckedAction,
    UserError,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.connections.of_inventory import (
    InventoryConnections,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.controller import mistakes
from ansible_collections.portkeeper.windows.plugins.plugin_utils.controller.setting_error import (
    SettingError,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.documents import page
from ansible_collections.portkeeper.windows.plugins.plugin_utils.documents.page import Details
from ansible_collections.portkeeper.windows.plugins.plugin_utils.values import plain

#: Limit for an earlier report; one of 10,000 PCs with 60 listeners each has about 150 MB.
MAX_BYTES = 400_000_000
T = TypeVar("T")

_ENDINGS = ("html", "csv", "json")


@dataclass(frozen=True)
class ReportOptions:
    """What a task asks for. `present` is the existing report, `previous` the one to compare with;
    if `hosts` is None, they are those of the surveys, or of the play without any, and without
    `parts`. `surveyed` says for each host of the surveys which of them counts."""

    page: Path
    csv: Path
    json: Path
    language: Language
    title: str | None
    details: Details
    ports: tuple[WantedPort, ...]
    hosts: tuple[str, ...] | None
    check: str
    facts: str
    paths: str
    surveyed: Mapping[str, detail.SurveyFile] | None
    parts: tuple[Report, ...]
    present: Report | None
    previous: Report | None


class ActionModule(CheckedAction):
    """The action behind the module port_report."""

    _requires_connection = False

    ARGUMENTS = arguments.PORT_REPORT

    def prepare(self, given: dict[str, Any]) -> ReportOptions:
        name = _without_ending(given["name"])
        if not name or not name.isprintable() or set(name) & set("/\\") or name[0] in ".~":
            raise UserError("argument.no_file_name", name=name)
        ports = self._ports(given["ports"])
        folder = _path(given["folder"])
        page_file, csv, place = (folder / f"{name}.{kind}" for kind in _ENDINGS)
        try:
            for each in (page_file, csv, place):
                files.check(each, make=True)
        except files.FileError as error:
            raise UserError("argument.report_not_written", problem=said(error)) from error
        present = previous = _read(place, "name", Phrase("argument.another_name"))
        if given["previous"]:
            path = _path(given["previous"])
            previous = _read(path, "previous", Phrase("argument.json_of_report"))
            if previous is None:
                raise UserError("argument.no_such_report", option="previous", path=str(path))
        return ReportOptions(
            page=page_file,
            csv=csv,
            json=place,
            language=self.language,
            title=given["title"] or None,
            details=Details(given["details"]),
            ports=ports,
            hosts=None if given["hosts"] is None else tuple(given["hosts"]),
            check=given["check"],
            facts=given["facts"],
            paths=given["paths"],
            surveyed=_surveyed(given["surveys"]),
            parts=tuple(_part(_path(each)) for each in given["parts"] or ()),
            present=present,
            previous=previous,
        )

    def permit(self, task_vars: Mapping[str, Any]) -> None:
        self._task_vars = task_vars

    def _ports(self, given: Any) -> tuple[WantedPort, ...]:
        """The wanted ports. In our role each PC may have its own, so they are those of the first PC
        whose variable is right.

        Raises:
            UserError: they are wrong, or what else each PC has of its own is wrong on all.
        """
        variables: dict[str, str] = plain(next(self._of_role("of_pcs"), {}))
        for option, name in variables.items():
            if option != "ports":
                self._of_first_pc(name, partial(self._check, option, name))
        if "ports" in variables:
            return self._of_first_pc(variables["ports"], _wanted) or ()
        return _wanted(given)

    def _check(self, option: str, name: str, value: Any) -> bool:
        """Raises UserError if a PC's own value of an option of our role is wrong."""
        if not value:
            return True
        if option == "clients":
            groups = plain(self._task_vars["groups"])
            found = mistakes.of_clients(value, groups["all"], list(groups), name)
        else:
            found = mistakes.of_values({name: value}, {name: arguments.PORT_SURVEY[option]})
        if found:
            raise UserError("argument.problem", problem=in_turn(*found))
        return True

    def _of_first_pc(self, variable: str, read: Callable[[Any], T]) -> T | None:
        """What a variable says on the first PC on which it is right: what is wrong with another's
        is told of that PC alone, by a later task. None if it says nothing on any.

        Args:
            read: takes a plain value, None if the variable is not set, and returns something empty
                if it says nothing. It may raise UserError.

        Raises:
            UserError: it is wrong on each PC on which it says something.
        """
        connections = InventoryConnections(self, self._task_vars)
        problems = []
        for name in self._task_vars.get("ansible_play_hosts_all") or ():
            try:
                value = connections.values(str(name), {variable: variable}).get(variable)
                if found := read(plain(value)):
                    return found
            except SettingError as error:
                problems.append(UserError("argument.problem", problem=error.phrase))
            except UserError as error:
                problems.append(error)
        if problems:
            raise problems[0]
        return None

    def perform(self, wanted: ReportOptions, task_vars: Mapping[str, Any]) -> Mapping[str, Any]:
        if wanted.hosts == () and self._task.check_mode:
            return {"changed": False, "msg": Phrase("report.options_right")}
        try:
            report = build(
                _answers(wanted, task_vars),
                collection=COLLECTION,
                language=wanted.language,
                created=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                title=wanted.title,
                wanted=wanted.ports,
                previous=wanted.previous,
                parts=wanted.parts,
            )
        except ReportError as error:
            raise UserError("argument.problem", problem=Sentence(said(error))) from error
        contents = _contents(wanted, report)
        changed = (
            wanted.present is None
            or not all(map(os.path.lexists, contents))
            or not results.same_findings(report, wanted.present)
        )
        if not self._task.check_mode:
            try:
                files.write_all(contents)
            except files.FileError as error:
                raise UserError("argument.report_not_written", problem=said(error)) from error
        places: results.FilesEntry = {
            "html": str(wanted.page),
            "csv": str(wanted.csv),
            "json": str(wanted.json),
        }
        written = not self._task.check_mode
        told = results.result(report, places, changed=changed, written=written)
        if self._task.diff:
            told["diff"] = {
                "before": "" if wanted.present is None else results.outline(wanted.present),
                "after": results.outline(report),
                "before_header": str(wanted.json),
                "after_header": str(wanted.json),
            }
        return told


def _contents(wanted: ReportOptions, report: Report) -> dict[Path, Iterator[str]]:
    """The files, each in parts: those of thousands of PCs would take much memory as a whole."""
    return {
        wanted.page: page.parts(report, wanted.details),
        wanted.csv: csv_rows.parts(report),
        wanted.json: json_text.parts(report),
    }


def _wanted(given: Any) -> tuple[WantedPort, ...]:
    try:
        return () if given is None else wanted_ports(given, None)
    except PortError as error:
        raise UserError("argument.of", option="ports", problem=said(error)) from error


def _without_ending(name: str) -> str:
    """The name of the files, if somebody has written that of one of them."""
    stem, dot, ending = name.rpartition(".")
    return stem if dot and ending.lower() in _ENDINGS else name


def _path(text: str) -> Path:
    """A path on the controller. A relative one starts where Ansible was started, because the folder
    of a playbook may be the one in which the collection is installed."""
    return Path(os.path.abspath(os.path.expanduser(text)))


def _read(path: Path, option: str, instead: Phrase) -> Report | None:
    """The report in a file, None if there is none. `instead` names the option to use instead."""
    try:
        content = files.read_bytes(path, MAX_BYTES)
        return None if content is None else json_text.read_file(content)
    except files.FileError as error:
        raise UserError("argument.not_readable", option=option, problem=said(error)) from error
    except (UnicodeDecodeError, ReportError) as error:
        key = "argument.no_text" if isinstance(error, UnicodeDecodeError) else "argument.no_report"
        raise UserError(
            key, option=option, path=str(path), problem=said(error), instead=instead
        ) from error


def _part(path: Path) -> Report:
    """The report of a part of the hosts."""
    try:
        content = files.read_bytes(path, MAX_BYTES)
        if content is None:
            raise UserError("argument.no_such_report", option="parts", path=str(path))
        return json_text.read_file(content)
    except files.FileError as error:
        raise UserError("argument.not_readable", option="parts", problem=said(error)) from error
    except (UnicodeDecodeError, ReportError) as error:
        raise UserError(
            "argument.no_text",
            option="parts",
            path=str(path),
            problem=said(error),
            instead=Phrase("argument.json_of_report"),
        ) from error


def _surveyed(places: Sequence[str] | None) -> dict[str, detail.SurveyFile] | None:
    """The hosts of surveys. One that is in several of them is as the latest says."""
    if not places:
        return None
    surveys = [_survey(_path(each)) for each in places]
    surveys.sort(key=lambda each: each.created)
    return {name: survey for survey in surveys for name in survey.places}


def _survey(path: Path) -> detail.SurveyFile:
    of_survey = Phrase("argument.file_of_survey")
    try:
        content = files.read_bytes(path, MAX_BYTES)
        if content is None:
            raise UserError("argument.no_survey", path=str(path))
        return detail.read_file(content)
    except files.FileError as error:
        raise UserError("argument.not_readable", option="surveys", problem=said(error)) from error
    except (UnicodeDecodeError, detail.DetailError) as error:
        raise UserError(
            "argument.no_text",
            option="surveys",
            path=str(path),
            problem=said(error),
            instead=of_survey,
        ) from error


def _answers(wanted: ReportOptions, task_vars: Mapping[str, Any]) -> Iterator[Answers]:
    """What was found on each host, one after the other: what surveys say of thousands of them would
    take much memory together."""
    hostvars = task_vars["hostvars"]
    names, surveyed = wanted.hosts, wanted.surveyed or {}
    if names is None and (wanted.parts or wanted.surveyed is not None):
        names = tuple(surveyed)
    if names is None:
        names = tuple(str(name) for name in task_vars.get("ansible_play_hosts_all") or ())
    any_check = False
    for name in names:
        survey = surveyed.get(name)
        if name not in hostvars and survey is None:
            raise UserError("argument.no_such_host", host=name)
        variables = hostvars.raw_get(name) if name in hostvars else {}
        keys = (wanted.check, wanted.facts, wanted.paths)
        check, facts, paths = (_result(variables, each) for each in keys)
        if survey is None:
            any_check = any_check or bool(check)
            yield Answers(name, check, facts, paths)
        else:
            entry = survey.entry(name)
            yield Answers(name, entry.get("check"), entry.get("facts"), paths, entry["address"])
    if not wanted.parts and wanted.surveyed is None and not any_check:
        raise UserError("argument.no_results", variable=wanted.check, count=len(names))


def _result(variables: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """The result that a task has registered on a host."""
    value = variables.get(name)
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise UserError("argument.no_result", variable=name)
    result: dict[str, Any] = plain(value)
    return result
