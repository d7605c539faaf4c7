# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""port_survey: takes arguments, reads many hosts in one process, returns a row for each port.

The task runs once, on the controller. Each host is reached as the inventory says of it; no host's
trouble makes the task fail.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ansible import constants
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.utils.display import Display

from ansible_collections.portkeeper.windows.plugins.module_utils.asked import arguments
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.survey import (
    detail,
    result,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.version import COLLECTION
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import (
    Phrase,
    Value,
    Verbatim,
    render,
    said,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.rewording import reworded
from ansible_collections.portkeeper.windows.plugins.plugin_utils import files
from ansible_collections.portkeeper.windows.plugins.plugin_utils.action import (
    CheckedAction,
    UserError,
    wrong_by_spec,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.controller import heap
from ansible_collections.portkeeper.windows.plugins.plugin_utils.exchange.repeating import (
    proxies_settled,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.other_hosts import OtherHosts
from ansible_collections.portkeeper.windows.plugins.plugin_utils.readings import facts
from ansible_collections.portkeeper.windows.plugins.plugin_utils.survey import hosts
from ansible_collections.portkeeper.windows.plugins.plugin_utils.survey.ending import (
    before_the_end,
    end_programs,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.survey.reading import (
    Asked,
    Found,
    Lines,
    Reader,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.survey.running import (
    SurveyRun,
    Work,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.values import plain
from ansible_collections.portkeeper.windows.plugins.plugin_utils.wrong_arguments import (
    in_usual_case,
)

display = Display()

MOST_PARALLEL = 256
MOST_CONNECT_SECONDS = 120.0
# Fewer hosts are done before anybody wonders.
_MANY = 20
# The options of port_facts that are not options here.
_OF_FACTS = {
    name: option["default"]
    for name, option in arguments.PORT_FACTS.items()
    if name in ("protocols", "states", "command_lines", "date_format")
}


@dataclass(frozen=True)
class SurveyOptions:
    """What a task asks for. `own` are the variables of hosts that take the place of options, and
    `given` all options as they are given. `connect_timeout` is in seconds, None for what is set for
    each host. A `temporary` file is for later tasks of the same run."""

    hosts: tuple[str, ...] | None
    given: Mapping[str, Any]
    asked: Asked
    own: Mapping[str, str]
    parallel: int
    connect_timeout: float | None
    detail: bool
    file: Path | None
    temporary: bool


class ActionModule(CheckedAction):
    """The action behind the module port_survey."""

    _requires_connection = False

    ARGUMENTS = arguments.PORT_SURVEY

    def permit(self, task_vars: Mapping[str, Any]) -> None:
        batch = task_vars.get("ansible_play_batch") or ()
        strategy = str(self._task.get_play().strategy).rpartition(".")[2]
        if len(batch) <= 1:
            return
        if strategy in ("free", "host_pinned"):
            raise UserError("survey.once_is_ignored", strategy=strategy, count=len(batch))
        if not self._task.run_once:
            raise UserError("survey.not_once", count=len(batch))

    def prepare(self, given: dict[str, Any]) -> SurveyOptions:
        if not 1 <= given["parallel"] <= MOST_PARALLEL:
            raise UserError("survey.parallel", option="parallel", most=MOST_PARALLEL)
        seconds = given["connect_timeout"]
        if seconds is not None and not 0 < seconds <= MOST_CONNECT_SECONDS:
            most = f"{MOST_CONNECT_SECONDS:g}"
            raise UserError("survey.connect_timeout", option="connect_timeout", most=most)
        file = None
        if given["for_report"]:
            if given["detail_file"]:
                raise UserError("survey.two_files")
            # Ansible removes this folder at its end, and nobody else may look into it.
            file = (
                Path(str(vars(constants)["DEFAULT_LOCAL_TMP"]))
                / f"port_survey-{uuid.uuid4().hex}.json"
            )
        elif given["detail_file"]:
            file = Path(os.path.abspath(os.path.expanduser(given["detail_file"])))
            try:
                files.check(file, make=True)
            except files.FileError as error:
                raise UserError("argument.of", option="detail_file", problem=said(error)) from error
        return SurveyOptions(
            hosts=None if given["hosts"] is None else tuple(given["hosts"]),
            given=given,
            asked=_asked(given, whole=given["detail"] or file is not None),
            own={key: name for key, name in (given["host_variables"] or {}).items() if name},
            parallel=given["parallel"],
            connect_timeout=seconds,
            detail=given["detail"],
            file=file,
            temporary=given["for_report"],
        )

    def perform(self, wanted: SurveyOptions, task_vars: Mapping[str, Any]) -> Mapping[str, Any]:
        inventory = self._task.get_variable_manager()._inventory
        serial = bool(self._task.get_play().serial)
        names, unmatched = hosts.named(inventory, wanted.hosts, task_vars, serial=serial)
        with _kept():
            lines = None if wanted.file is None else Lines()
        others = OtherHosts(self, task_vars, share_tickets=True)
        own = _Own(others, wanted) if wanted.own else None
        reader = Reader(
            others,
            wanted.asked,
            self.language,
            lines,
            wanted.detail,
            wanted.connect_timeout,
            own,
            checking="ports" in wanted.own,
        )
        work = Work(reader.prepare, reader.read, reader.off, reader.barred)
        check = wanted.asked.check
        survey = SurveyRun(work, wanted.parallel, _attempts(wanted))
        stopped: float | None = None
        self.if_abandoned(survey.give_up)
        tell = _Progress(len(names), self._say)

        def progress(done: int) -> None:
            if lines is not None:
                with _kept():
                    lines.check()
            tell(done)

        try:
            with before_the_end(self._abandon), proxies_settled(), heap.seldom_searched():
                survey.run(names, progress)
        except (Exception, KeyboardInterrupt, SystemExit, GeneratorExit):
            self._abandon()
            raise
        except BaseException:
            # The time limit of the task: what is known by now is the result.
            stopped = float(self._task.timeout or 0)
            self._abandon()
        others.close()
        if wrong := reader.all_are_wrong():
            # Then it is no trouble of single hosts, and none was asked.
            raise wrong
        # In this order: a worker keeps the line of a host before it says that it is done.
        found = dict(survey.found)
        if lines is not None:
            lines.close()
        found |= {name: reader.unfinished(name) for name in names if name not in found}
        expectation = check.expectation if check else None
        surveyed = _survey(names, found, checked=check is not None or "ports" in wanted.own)
        writes = wanted.temporary or not self._task.check_mode
        made = result.result(
            surveyed,
            expectation,
            stopped=stopped,
            unmatched=unmatched,
            in_file=wanted.file is not None and writes,
            for_report=wanted.temporary,
        )
        if wanted.detail:
            made["results"] = {name: found[name].whole for name in names}
        if wanted.file is not None and lines is not None and writes:
            self._write(wanted.file, names, lines, private=wanted.temporary)
            made["detail_file"] = str(wanted.file)
        return made

    def _write(self, file: Path, names: tuple[str, ...], lines: Lines, *, private: bool) -> None:
        head: detail.DetailHead = {
            "collection": COLLECTION,
            "language": self.language,
            "created": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        with _kept():
            lines.check()
        try:
            files.write_all({file: detail.parts(head, lines.of(names))}, private=private)
        except files.FileError as error:
            raise UserError("argument.of", option="detail_file", problem=said(error)) from error

    def _say(self, told: Value) -> None:
        display.display(render(told, self.language))

    def _abandon(self) -> None:
        """Leave nothing of what is under way. `kinit` first: it would make its file again."""
        end_programs()
        for end in self._abandoned:
            end()


@contextmanager
def _kept() -> Iterator[None]:
    """Say of a file error that it is about the file in which lines wait."""
    try:
        yield
    except files.FileError as error:
        raise UserError("survey.not_kept", problem=said(error)) from error


class _Own:
    """What is asked of a host where its own variables take the place of options. Most hosts share
    it with others."""

    def __init__(self, others: OtherHosts, wanted: SurveyOptions) -> None:
        self._others = others
        self._wanted = wanted
        self._known: dict[str, Asked] = {}

    def __call__(self, name: str) -> Asked:
        """Raises:
        UserError: a variable can't be resolved, or is wrong as an option. It is told by the name
            of the variable.
        """
        try:
            return self._of(name)
        except UserError as error:
            error.phrase = reworded(error.phrase, variables=self._wanted.own)
            raise

    def _of(self, name: str) -> Asked:
        values = plain(self._others.values(name, self._wanted.own))
        own = self._wanted.own.get("ports")
        if own is not None and "ports" not in values and self._wanted.temporary:
            # A report is about ports, and those of other hosts are not this one's.
            raise UserError("survey.no_ports", host=name, variable=Verbatim(own))
        key = repr(values)
        if key not in self._known:
            spec = {option: arguments.PORT_SURVEY[option] for option in values}
            validation = ArgumentSpecValidator(spec).validate(in_usual_case(values, spec))
            if validation.error_messages:
                raise wrong_by_spec(validation, spec, "port_survey")
            given = {**self._wanted.given, **plain(validation.validated_parameters)}
            whole = self._wanted.detail or self._wanted.file is not None
            self._known[key] = _asked(given, whole=whole)
        return self._known[key]


class _Progress:
    """Tells how many of many hosts are done: at the beginning, at each tenth of them, and at most
    once a second."""

    def __init__(self, count: int, say: Any) -> None:
        self._count = count
        self._say = say
        self._next = max(_MANY, -(-count // 10))
        self._last = time.monotonic()
        if count >= _MANY:
            self._tell(0)

    def __call__(self, done: int) -> None:
        now = time.monotonic()
        if done < self._next or done >= self._count or now - self._last < 1.0:
            return
        self._last, self._next = now, done + -(-self._count // 10)
        self._tell(done)

    def _tell(self, done: int) -> None:
        self._say(Phrase("survey.progress", {"done": done, "all": self._count}))


def _attempts(wanted: SurveyOptions) -> int:
    """How many ports of a host the controller may try to connect to at the same time."""
    if wanted.asked.check is None and not wanted.own:
        return 0
    # Not at the head: see there.
    from ansible_collections.portkeeper.windows.plugins.plugin_utils.survey import checking

    return checking.most_attempts(None if wanted.own else wanted.asked.check)


def _asked(given: Mapping[str, Any], *, whole: bool) -> Asked:
    """What is asked of each host. The facts are about all ports, whichever are checked."""
    if given["ports"] is None:
        for option in ("expected_process", "expect", "from", "drops"):
            if given[option]:
                raise UserError("survey.without_ports", option=option)
        check = None
    else:
        # Not at the head: it needs most of the library, as `survey.checking` says.
        from ansible_collections.portkeeper.windows.plugins.plugin_utils.readings import checks

        check = checks.options_of(given)
    gather = given["gather"]
    if check is not None and check.drops and not whole:
        raise UserError("survey.drops_for_nothing")
    if check is not None and gather is None:
        return Asked(check, None)
    if check is not None and not whole:
        raise UserError("survey.gather_for_nothing")
    of_facts = {**_OF_FACTS, "ports": None}
    of_facts["gather"] = arguments.SURVEY_GATHER if gather is None else gather
    if check is None and given["protocols"]:
        of_facts["protocols"] = given["protocols"]
    return Asked(check, facts.options_of(of_facts, rows_only=check is None and not whole))


def _survey(names: tuple[str, ...], found: Mapping[str, Found], *, checked: bool) -> result.Survey:
    rows = {name: found[name].rows for name in names}
    unread = {name: each.unread for name, each in found.items() if each.unread is not None}
    left_out = sum(each.left_out for each in found.values())
    notes = {name: each.notes for name, each in found.items()}
    return result.Survey(names, rows, unread, left_out, checked, notes)
