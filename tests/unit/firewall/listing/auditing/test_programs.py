# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files a host is asked for, and what its answer says of the programs of rules."""

from __future__ import annotations

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.listing.auditing.programs import (
    MAX_CHARACTERS,
    MAX_NAMES,
    Files,
    answered,
    question,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.environment import (
    Environment,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim import classes, wql
from unit.rows import each_row
from unit.words.english import english

ENVIRONMENT = Environment()
SVCHOST = r"C:\Windows\System32\svchost.exe"


def answer(programs: list[str], *names: str) -> Files:
    return answered(question(programs, ENVIRONMENT), names)


def test_each_file_is_asked_for_once_whatever_its_spelling() -> None:
    asked = question(
        [r"%ProgramFiles%\A\a.exe", r"c:\program files\a\A.EXE", "System", r"D:\B\b.exe"],
        ENVIRONMENT,
    )
    assert asked.names == (SVCHOST, r"C:\Program Files\A\a.exe", r"D:\B\b.exe")
    assert not asked.unknown


def test_nothing_is_asked_without_programs() -> None:
    assert question(["System"], ENVIRONMENT).names == ()
    assert question([r"%x%\a.exe"], ENVIRONMENT).names == ()


def test_a_file_is_missing_if_its_drive_answers() -> None:
    programs = [
        r"C:\Old\old.exe",
        r"%SystemRoot%\new.exe",
        r"D:\old.exe",
        r"E:\old.exe",
        r"E:\e.exe",
    ]
    # CIM_DataFile has its names in lower case.
    found = answer(programs, SVCHOST.lower(), r"c:\windows\new.exe", r"e:\e.exe")
    assert found.found == {r"%SystemRoot%\new.exe", r"E:\e.exe"}
    assert found.missing == {r"C:\Old\old.exe", r"E:\old.exe"}
    assert {name: english(why) for name, why in found.unknown.items()} == {
        r"D:\old.exe": (
            "Windows names no file of drive D:. It lists only those on local fixed disks."
        )
    }


def test_an_empty_answer_says_nothing() -> None:
    found = answer([r"C:\Old\old.exe"])
    assert not found.missing
    assert [*found.unknown] == [r"C:\Old\old.exe"]


def test_files_that_were_not_asked_for_prove_nothing() -> None:
    assert not answer([r"D:\old.exe"], r"D:\any.exe").missing


@each_row(
    ("program", "why"),
    [
        (r"%LocalAppData%\a.exe", "Its path depends on %LocalAppData%, which is not known here."),
        (
            r"\\server\share\a.exe",
            "Its path is not that of a file on a local drive, or not written in full.",
        ),
        (
            r"\Device\HarddiskVolume3\a.exe",
            "Its path is not that of a file on a local drive, or not written in full.",
        ),
        (
            r"C:\PROGRA~1\a.exe",
            "Its path is not that of a file on a local drive, or not written in full.",
        ),
        ("a.exe", "Its path is not that of a file on a local drive, or not written in full."),
        (
            r"C:\Program Files\WindowsApps\App_1.0\a.exe",
            "It is in the folder of store apps, which even administrators can't list.",
        ),
    ],
)
def test_what_no_query_can_answer_is_unknown(program: str, why: str) -> None:
    asked = question([program], ENVIRONMENT)
    assert not asked.names
    assert english(asked.unknown[program]) == why


def test_the_query_is_bounded() -> None:
    many = question([rf"C:\{number}.exe" for number in range(1000)], ENVIRONMENT)
    assert len(many.names) == MAX_NAMES + 1
    assert len(many.paths) == MAX_NAMES
    assert len(many.unknown) == 1000 - MAX_NAMES
    long = question(["C:\\" + "'\\" * 120 + f"{number}.exe" for number in range(150)], ENVIRONMENT)
    assert long.unknown
    query = wql.select(classes.DATA_FILE, ("Name",), wql.any_of("Name", long.names))
    assert len(query) < MAX_CHARACTERS + 100


def test_the_query_holds_only_escaped_names() -> None:
    asked = question([r"C:\it's\a.exe"], ENVIRONMENT)
    query = wql.select(classes.DATA_FILE, ("Name",), wql.any_of("Name", asked.names))
    assert query == (
        r"SELECT Name FROM CIM_DataFile WHERE (Name='C:\\Windows\\System32\\svchost.exe' OR "
        r"Name='C:\\it\'s\\a.exe')"
    )
