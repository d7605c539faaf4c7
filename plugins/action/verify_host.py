# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""verify_host: reads every fact in two ways, compares them, and writes the conversation as a
recording. If the task says so, it also tries to write."""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.asked import arguments
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Host, HostError
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import Transport
from ansible_collections.portkeeper.windows.plugins.module_utils.verification import reading, result
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.recording import (
    document,
    envelopes,
    recording,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.trial import driver
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.trial.run import (
    TrialResult,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import (
    Joined,
    Value,
    Verbatim,
    in_turn,
    said,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils import files
from ansible_collections.portkeeper.windows.plugins.plugin_utils.action import HostAction, UserError


@dataclass(frozen=True)
class VerificationTask:
    """What a task asks for. `folder` is one for a recording that is named after the host."""

    recording: Path | None
    folder: Path | None
    strict: bool
    trial: bool


# Seconds for a trial, in addition to the usual time.
_TRIAL_SECONDS = 180.0


class ActionModule(HostAction):
    """The action behind the module verify_host."""

    ARGUMENTS = arguments.VERIFY_HOST

    _recording: recording.Recording | None = None

    def waits(self, wanted: VerificationTask) -> float:
        return _TRIAL_SECONDS if wanted.trial else 0.0

    def prepare(self, given: dict[str, Any]) -> VerificationTask:
        if given["write_trial"] and self._task.check_mode:
            raise UserError("argument.trial_in_check_mode", option="write_trial")
        path, folder = (_path(given[option]) for option in ("recording", "recording_folder"))
        if path is not None and folder is not None:
            raise UserError("argument.recording_twice")
        try:
            if path is not None:
                files.check(path, private=True)
            elif folder is not None:
                files.check(folder / uuid.uuid4().hex, make=True, private=True)
        except files.FileError as error:
            option = "recording" if folder is None else "recording_folder"
            raise UserError("argument.of", option=option, problem=said(error)) from error
        if path is not None or folder is not None:
            self._recording = recording.Recording()
        return VerificationTask(path, folder, given["strict"], given["write_trial"])

    def perform(self, wanted: VerificationTask, task_vars: Mapping[str, Any]) -> Mapping[str, Any]:
        name = str(task_vars.get("inventory_hostname") or "host")
        if wanted.folder is not None:
            names = map(str, (task_vars.get("groups") or {}).get("all") or ())
            file = f"{files.name_of(name, names)}.jsonl"
            wanted = replace(wanted, recording=wanted.folder / file)
        elif wanted.recording is not None and _leads(name, str(self._task.args["recording"])):
            raise UserError("argument.recording_named_after_host", host=name)
        return super().perform(wanted, task_vars)

    def through(self, transport: Transport) -> Transport:
        if self._recording is None:
            return transport
        return recording.RecordingTransport(transport, self._recording)

    def work(self, host: Host, wanted: VerificationTask) -> dict[str, Any]:
        evidence = reading.HostReadings()
        try:
            evidence = reading.read(host)
        except HostError:
            # The answers until then show best what is wrong.
            self._write(host, wanted, evidence)
            raise
        found = result.all_comparisons(evidence)
        order = result.order_of(evidence, host.name, host.url)
        tried: TrialResult | None = driver.carry_out(host, order) if wanted.trial else None
        told: dict[str, Any] = dict(result.report(evidence, found, tried, self.language))
        try:
            told |= self._write(host, wanted, evidence)
        except HostError as error:
            # What was written to the host is told all the same.
            if tried is None:
                raise
            problem = in_turn(error.phrase, result.failure(tried, order))
            return told | {"failed": True, "msg": self._above(problem, told["msg"])}
        if tried is not None and (failure := result.failure(tried, order)) is not None:
            told["msg"] = self._above(failure, told["msg"])
            told["unreachable" if tried.unreachable else "failed"] = True
        elif wanted.strict and not result.satisfied(found, tried):
            told["failed"] = True
        return told

    def _above(self, problem: Value, tables: str) -> Value:
        """What went wrong, and below it all that was compared, for whoever looks into it."""
        return Joined((problem, Verbatim(""), Verbatim(tables)), "list.line")

    def _write(
        self, host: Host, wanted: VerificationTask, evidence: reading.HostReadings
    ) -> dict[str, Any]:
        """Write the recording, unless this is check mode.

        Raises:
            HostError: the file can't be written.
        """
        if wanted.recording is None or self._recording is None:
            return {}
        if self._task.check_mode:
            return {"recording": None}
        # The shell is closed first, so that the recording includes its end.
        host.close()
        known = envelopes.Known(
            hosts=(host.name, str(self._connection.get_option("remote_addr") or "")),
            users=(str(self._connection.get_option("remote_user") or ""),),
        )
        messages, redactor = envelopes.redact(self._recording.messages, known)
        text = "".join(
            document.lines(
                messages,
                complete=self._recording.complete,
                system=redactor.text(result.system_of(evidence)),
            )
        )
        try:
            files.write_all({wanted.recording: text}, private=True)
        except files.FileError as error:
            raise HostError("check.recording_failed", host=host.name, why=said(error)) from error
        return {"recording": str(wanted.recording)}


def _leads(name: str, path: str) -> bool:
    """Whether a host's name in a path makes it lead elsewhere: into other folders, or to the value
    of a variable or someone's home. The path is as in the task."""
    if name in path.split("/") and name in (".", ".."):
        return True
    starts_at_a_home = name.startswith("~") and path.startswith(name)
    return name in path and ("/" in name or "$" in name or starts_at_a_home)


def _path(text: str | None) -> Path | None:
    """A path on the controller; a relative one starts where Ansible was started."""
    return None if text is None else Path(os.path.expanduser(text))
