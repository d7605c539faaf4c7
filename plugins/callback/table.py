# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: table
type: stdout
short_description: Shows what the modules of this collection return as tables
version_added: 0.1.0
description:
  - Shows each result of M(portkeeper.windows.port_facts), M(portkeeper.windows.port_check),
    M(portkeeper.windows.port_path), M(portkeeper.windows.port_firewall),
    M(portkeeper.windows.network_category), M(portkeeper.windows.firewall_profile),
    M(portkeeper.windows.port_process) and M(portkeeper.windows.port_survey) as a table, with
    messages on separate lines below it.
  - The table of M(portkeeper.windows.port_survey) is one for all hosts. Those that could not be
    read come first, then what to mend first. If it has more than 200 rows, a terminal shows only
    those that something is to be done about.
  - Of M(portkeeper.windows.port_report), which has no table, only an error is shown this way, as
    the text that it is. Of M(portkeeper.windows.verify_host) it is the message, which has tables.
  - On a terminal, columns are broken so that the table fits its width. Elsewhere, each row is one
    line. Japanese characters count as two columns. Colours only emphasize what the words say. They
    are Ansible's own, so E(NO_COLOR), E(ANSIBLE_NOCOLOR) and E(ANSIBLE_FORCE_COLOR) control them.
  - With C(-v), the whole result is shown above its table.
  - Everything else, and results that C(no_log) hides, are shown as without this plugin, that is,
    with P(ansible.builtin.default#callback) for playbooks and with
    P(ansible.builtin.minimal#callback) for C(ansible).
  - Control characters and characters that reorder text, which the names of a hostile host may
    contain, are never shown as such.
options:
  in_playbooks:
    description:
      - Whether results of playbooks are also shown as tables, not only those of C(ansible).
    type: bool
    default: true
    env:
      - name: PORTKEEPER_TABLE_IN_PLAYBOOKS
    ini:
      - section: callback_portkeeper_table
        key: in_playbooks
  progress:
    description:
      - Whether a progress bar shows how many hosts are done, have failed and are left, and the
        time, while a task of these modules runs on several hosts or reads them.
      - The bar is shown only if standard output and standard error are both a terminal.
      - It needs the Python package C(tqdm). Without it, there is no bar, and C(-v) says so.
    type: bool
    default: true
    env:
      - name: PORTKEEPER_TABLE_PROGRESS
    ini:
      - section: callback_portkeeper_table
        key: progress
  language:
    description:
      - The language of the headings, of words in the cells, and of the bar, for tasks without the
        option C(language).
    type: str
    choices: [en, ja]
    default: en
    env:
      - name: PORTKEEPER_LANGUAGE
    ini:
      - section: portkeeper
        key: language
extends_documentation_fragment:
  - default_callback
  - result_format_callback
requirements:
  - set as stdout callback in the configuration
  - for C(ansible), C(bin_ansible_callbacks) set in the configuration
  - tqdm (optional, for the progress bar)
author:
  - The portkeeper.windows authors (@portkeeper)
"""

EXAMPLES = r"""
ansible.cfg: |
  [defaults]
  stdout_callback = portkeeper.windows.table
  # Without this, the command ansible shows results with its own plugin.
  bin_ansible_callbacks = true
"""

import atexit
import shutil
import sys
import traceback
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from ansible.constants import config
from ansible.plugins.callback import CallbackBase
from ansible.plugins.callback.default import CallbackModule as Default
from ansible.plugins.callback.minimal import CallbackModule as Minimal
from ansible.utils.color import stringc

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.text import in_full
from ansible_collections.portkeeper.windows.plugins.module_utils.terminal.layout import Tone
from ansible_collections.portkeeper.windows.plugins.module_utils.terminal.progress import (
    HostProgress,
    ProgressMissingError,
    ToldProgress,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.languages import (
    LANGUAGES,
    Language,
    language_of,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Phrase, render

NAMESPACES = ("", "ansible.legacy.", "portkeeper.windows.")
TABLES = (
    *("port_facts", "port_check", "port_path", "port_firewall", "port_firewall_info"),
    *("port_process", "port_survey", "network_category", "firewall_profile"),
)
MODULES = {name + module: module for module in TABLES for name in NAMESPACES}
#: Have no table, but errors for a person as those with one have.
WITHOUT_TABLE = frozenset(
    name + module for module in ("port_report", "verify_host") for name in NAMESPACES
)
#: The message of these has tables of its own.
IN_TEXT = frozenset(name + "verify_host" for name in NAMESPACES)
#: The variables by which a task of our roles and playbooks says that its message is a list of
#: lines (that of one of our modules if it fails, and no table shows it), that a later task tells
#: what its table would, or that a table has told what it says. In a role, its name and an
#: underscore come before them.
AS_LINES = "portkeeper_as_lines"
TOLD_LATER = "portkeeper_told_later"
TOLD_BY_TABLE = "portkeeper_told_by_table"
AD_HOC_PLAYBOOK = "__adhoc_playbook__"
#: The settings of Ansible with the colours.
COLOURS = {Tone.GOOD: "COLOR_OK", Tone.NOTICE: "COLOR_CHANGED", Tone.BAD: "COLOR_ERROR"}


@cache
def setting(name: str) -> str | None:
    """A setting of Ansible that does not change while a program runs."""
    value: str | None = config.get_config_value(name)
    return value


def paint(text: str, tone: Tone) -> str:
    return str(stringc(text, setting(COLOURS[tone])))


#: What Ansible says if it gathers facts of Windows where the collection for it is missing.
_WITHOUT_SETUP = ("redirected", "ansible.windows.setup")
#: The task that tells something, and that by which Ansible checks the variables of a role.
_TELLING = ("ansible.builtin.debug", "debug")
_VALIDATION = ("ansible.builtin.validate_argument_spec", "validate_argument_spec")


def _is_of_ours(task: Any) -> bool:
    """Whether a task belongs to a role of this collection."""
    return task._role is not None and task._role._role_collection == "portkeeper.windows"


class TableCallback(CallbackBase):
    """Shows a table where the next class would show the result of one of our modules."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "portkeeper.windows.table"

    # The table of the result that is being shown, None if it has none.
    _lines: list[str] | None = None
    _play: Any = None
    _begins = False  # whether the next class is told right now that a task begins
    _progress: HostProgress | ToldProgress | None = None

    # -- results -----------------------------------------------------------------------------------

    def v2_runner_on_ok(self, result: Any) -> None:
        self._with_table(super().v2_runner_on_ok, result, shown=self._shows_ok(result))
        self._advance(failed=False)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        # Of a result with lines below it, the next class would say above them that it is ignored.
        self._with_table(
            lambda shown: super(TableCallback, self).v2_runner_on_failed(
                shown, ignore_errors and self._lines is None
            ),
            result,
            failed=True,
            end="...ignoring" if ignore_errors else "",
        )
        self._advance(failed=True)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._with_table(super().v2_runner_on_unreachable, result, failed=True)
        self._advance(failed=True)

    def v2_runner_on_skipped(self, result: Any) -> None:
        super().v2_runner_on_skipped(result)
        self._advance(failed=False)

    def v2_runner_item_on_ok(self, result: Any) -> None:
        self._with_table(super().v2_runner_item_on_ok, result, shown=self._shows_ok(result))

    def v2_runner_item_on_failed(self, result: Any) -> None:
        self._with_table(super().v2_runner_item_on_failed, result, failed=True)

    def _module_of(self, task: Any) -> str | None:
        """The bare name of a task's module, if the results of that module are shown as tables."""
        return MODULES.get(str(task.action))

    def _shows_tables(self) -> bool:
        """Whether the results of our modules are shown as tables."""
        return True

    def _shows_ok(self, result: Any) -> bool:
        """Whether the next class shows a result without changes at all."""
        del result
        return True

    def _with_table(
        self,
        show: Callable[[Any], None],
        result: Any,
        *,
        shown: bool = True,
        failed: bool = False,
        end: str = "",
    ) -> None:
        """Let the next class show a result without its data, and a table below it, then the end if
        there is one."""
        if failed and all(word in str(result.result.get("msg")) for word in _WITHOUT_SETUP):
            hint = render(Phrase("table.no_setup"), self._language({}))
            result.result["msg"] = f"{result.result['msg']} {hint}"
        module = self._module_of(result.task)
        if self._has_variable(result.task, TOLD_BY_TABLE) and self._shows_tables() and not failed:
            return
        if module and self._has_variable(result.task, TOLD_LATER) and not failed:
            module = None
        if shown and not module and self._is_told_in_lines(result, failed=failed):
            self._lines = [in_full(str(line)) for line in self._told(result)]
            if not self._display.verbosity:
                # Ansible would also show the message of a failure as an error above.
                result.result.pop("exception", None)
        elif module and shown:
            limit = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
            language = self._language(result.task.args)
            check_mode = bool(result.task.check_mode)
            self._lines = self._table(
                module, result.result, language, limit, paint, check_mode=check_mode
            )
            if self._lines is not None and not self._display.verbosity:
                # Ansible would also show the message of a failure as an error above.
                result.result.pop("exception", None)
        try:
            show(result)
            if self._lines is not None:
                stderr = failed and self._failures_on_stderr()
                text = "\n".join(self._lines)
                self._display.display(text, stderr=stderr, screen_only=bool(module))
                # A log has no colours, and room for whole lines.
                if module and setting("DEFAULT_LOG_PATH"):
                    plain = (
                        self._table(module, result.result, language, check_mode=check_mode) or ()
                    )
                    self._display.display("\n".join(plain), log_only=True)
                if end:
                    self._display.display(end, color=setting("COLOR_SKIP"))
        finally:
            self._lines = None

    def _is_told_in_lines(self, result: Any, *, failed: bool) -> bool:
        """Whether it is a text of a role or playbook of ours, which says so by a variable of its
        task, one about the variables of our roles, beside which Ansible shows all that is
        documented of them, or the error of a module without a table."""
        message = result.result.get("msg")
        action = str(result.task.action)
        for_person = action in IN_TEXT or (failed and action in WITHOUT_TABLE)
        if for_person and self._shows_tables():
            # That of a whole loop only counts those of its items.
            return isinstance(message, str) and "results" not in result.result
        if failed and action in _VALIDATION:
            return isinstance(message, str) and _is_of_ours(result.task)
        if not self._has_variable(result.task, AS_LINES):
            return False
        # An assertion that holds has a message too, which says nothing.
        tells = failed or action in _TELLING
        return tells and isinstance(message, (str, list))

    @staticmethod
    def _told(result: Any) -> list[Any]:
        message = result.result["msg"]
        return message if isinstance(message, list) else str(message).splitlines()

    @staticmethod
    def _has_variable(task: Any, variable: str) -> bool:
        return any(f"_{name}".endswith(f"_{variable}") for name in task.vars)

    def _language(self, arguments: object) -> Language:
        """The language of a task with these arguments."""
        given = arguments.get("language") if isinstance(arguments, Mapping) else None
        return language_of(given if given in LANGUAGES else self.get_option("language"))

    def _table(
        self, module: str, result: Any, language: Language, *layout: Any, check_mode: bool
    ) -> list[str] | None:
        """The lines of a result's table; empty for a result without the data for one. Some errors
        of a callback make Ansible end the play, and a table is never worth that."""
        try:
            # Not at the head: this imports most of the library, for which every program of Ansible
            # would wait at its start, whatever it runs.
            from ansible_collections.portkeeper.windows.plugins.module_utils.terminal import results

            return results.show(module, result, language, *layout, check_mode=check_mode)
        except Exception as error:
            self._display.warning(render(Phrase("table.not_shown", {"module": module}), language))
            self._display.vvv("".join(traceback.format_exception(error)))
            return None

    def _dump_results(self, result: Any, *args: Any, **options: Any) -> str:
        if self._lines is not None and not self._display.verbosity:
            return ""
        text: str = super()._dump_results(result, *args, **options)
        return text

    def _failures_on_stderr(self) -> bool:
        """Whether the next class shows failures on standard error."""
        return False

    # -- progress ----------------------------------------------------------------------------------

    def v2_playbook_on_play_start(self, play: Any) -> None:
        self._end_progress()
        super().v2_playbook_on_play_start(play)
        self._play = play

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        self._end_progress()
        self._begins = True
        super().v2_playbook_on_task_start(task, is_conditional)
        self._begins = False
        module = self._module_of(task)
        if module and self._may_draw():
            language = self._language(task.args)
            try:
                self._progress = self._progress_of(module, task, language)
                # Ansible tells no callback that a person has interrupted it.
                atexit.unregister(self._end_progress)
                atexit.register(self._end_progress)
            except ProgressMissingError as error:
                self._display.v(render(error.phrase, language))

    def _progress_of(
        self, module: str, task: Any, language: Language
    ) -> HostProgress | ToldProgress | None:
        """The progress of a task that has begun; None if it has only one step."""
        if module == "port_survey":
            return ToldProgress(module, "survey.progress", language)
        hosts = self._hosts_of(task)
        return HostProgress(module, hosts, language) if hosts > 1 else None

    def v2_playbook_on_handler_task_start(self, task: Any) -> None:
        self._end_progress()
        super().v2_playbook_on_handler_task_start(task)

    def v2_playbook_on_stats(self, stats: Any) -> None:
        self._end_progress()
        super().v2_playbook_on_stats(stats)

    def _may_draw(self) -> bool:
        return bool(self.get_option("progress") and sys.stdout.isatty() and sys.stderr.isatty())

    def _hosts_of(self, task: Any) -> int:
        """How many hosts a task runs on; 0 if that is unknown, or if several tasks run at the same
        time, as in all strategies except the linear one."""
        if task.run_once or self._play.strategy not in ("linear", "ansible.builtin.linear"):
            return 0
        variables = self._play.get_variable_manager().get_vars(
            play=self._play, include_hostvars=False
        )
        return len(variables["ansible_play_batch"])

    def _advance(self, *, failed: bool) -> None:
        if self._progress is not None:
            self._progress.advance(failed=failed)

    def _end_progress(self) -> None:
        if self._progress is not None:
            self._progress.close()
            self._progress = None


class AdHoc(TableCallback, Minimal):
    """For the command ansible, which shows the rest with the plugin minimal."""


class CallbackModule(TableCallback, Default):
    """For ansible-playbook, which shows the rest with the plugin default."""

    def v2_playbook_on_start(self, playbook: Any) -> None:
        # Ansible creates this object in any of its programs, and only now says which one it is.
        # This is the first event, so nothing has been shown yet.
        if playbook._file_name == AD_HOC_PLAYBOOK:
            self.__class__ = AdHoc  # type: ignore[assignment]
        else:
            super().v2_playbook_on_start(playbook)

    def _print_task_banner(self, task: Any) -> None:
        # Nothing would stand below it, unless the task fails: then the next class prints it late.
        if not (self._begins and self._shows_tables() and self._has_variable(task, TOLD_BY_TABLE)):
            super()._print_task_banner(task)

    def _module_of(self, task: Any) -> str | None:
        return super()._module_of(task) if self._shows_tables() else None

    def _shows_tables(self) -> bool:
        return bool(self.get_option("in_playbooks"))

    def _shows_ok(self, result: Any) -> bool:
        return bool(result.result.get("changed") or self.get_option("display_ok_hosts"))

    def _failures_on_stderr(self) -> bool:
        return bool(self.get_option("display_failed_stderr"))
