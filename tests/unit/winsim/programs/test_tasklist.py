# SPDX-License-Identifier: GPL-3.0-or-later
"""tasklist.exe: a row for each process, with the services in it."""

from __future__ import annotations

from unit.winsim.small import boot, document
from winsim import programs

LINE = r"%SystemRoot%\System32\tasklist.exe /svc /fo csv /nh"


def test_a_row_for_each_process_by_process_id() -> None:
    rows = programs.run(boot(), LINE).stdout.decode().split("\r\n")
    assert rows[0] == '"System Idle Process","0","N/A"'
    assert '"svchost.exe","800","Alpha,Beta,WinRM"' in rows
    assert rows[-1] == ""


def test_no_service_is_told_in_the_language_of_the_host() -> None:
    changed = document()
    changed["os"]["language"] = "ja"
    rows = programs.run(boot(changed), LINE).stdout.decode().split("\r\n")
    assert rows[0] == '"System Idle Process","0","該当なし"'


def test_other_arguments_are_refused() -> None:
    assert programs.run(boot(), "tasklist /v").exit_code == 1
