# SPDX-License-Identifier: GPL-3.0-or-later
"""Which processes start programs for others, so that nobody is told to stop them."""

from __future__ import annotations

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import Process
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.launchers import (
    is_launcher,
    starters,
)
from unit.holder_cases import SYSTEM32, process, service
from unit.rows import each_row


@each_row(
    ("name", "path"),
    [
        ("svchost.exe", f"{SYSTEM32}\\svchost.exe"),
        ("SVCHOST.EXE", "D:\\WINNT\\svchost.exe"),
        ("explorer.exe", "C:\\Windows\\explorer.exe"),
        ("cmd.exe", "C:\\Tools\\cmd.exe"),
        ("WmiPrvSE.exe", f"{SYSTEM32}\\wbem\\WmiPrvSE.exe"),
        ("spoolsv.exe", f"{SYSTEM32}\\spoolsv.exe"),
        ("host.exe", "\\??\\C:\\WINDOWS\\Temp\\..\\host.exe"),
        ("services.exe", None),
        ("agent.exe", None),
        ("pwsh.exe", "C:\\Program Files\\PowerShell\\7\\pwsh.exe"),
    ],
)
def test_what_starts_programs_for_others(name: str, path: str | None) -> None:
    assert is_launcher(Process(8, name, path))
    assert starters(Process(8, name, path), [service("Odd", 8)]) == ()


@each_row(
    "path",
    [
        "C:\\Program Files\\Shop\\shop.exe",
        "C:\\Windows.old\\shop.exe",
        "C:\\Window\u017f\\shop.exe",
        "C:\\W\u0131ndows\\shop.exe",
    ],
)
def test_a_service_that_does_its_work_in_a_process_of_its_own(path: str) -> None:
    shop = service("Shop", 8)
    assert starters(Process(8, "shop.exe", path), [shop]) == (shop,)


@each_row("path", [f"{SYSTEM32}\\nssm.exe", "C:\\Windows\\NSSM.EXE", f"{SYSTEM32}\\srvany.exe"])
def test_a_program_that_only_runs_another_as_a_service_may_be_in_the_folder_of_windows(
    path: str,
) -> None:
    shop = service("Shop", 8)
    wrapper = Process(8, path.rpartition("\\")[2], path)
    assert starters(wrapper, [shop]) == (shop,)
    assert starters(Process(8, "nssm.exe", None), [shop]) == ()


def test_one_of_several_services_in_a_process_is_not_known_to_have_started_a_program() -> None:
    assert starters(process(8, "shop.exe"), [service("Shop", 8), service("Till", 8)]) == ()
    assert starters(process(8, "shop.exe"), []) == starters(None, []) == ()
