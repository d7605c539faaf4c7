# SPDX-License-Identifier: GPL-3.0-or-later
"""Files, which CIM_DataFile has by their whole path."""

from __future__ import annotations

from unit.winsim.wire import ENUMERATION, WMI, ask, enumerate_body, envelope, tree
from winsim import classes, images
from winsim.wsman import Service


def names(image: str, where: str) -> list[str | None]:
    query = f"SELECT Name FROM CIM_DataFile WHERE {where}"
    reply = ask(
        Service(images.load(image).boot()),
        envelope(f"{ENUMERATION}Enumerate", enumerate_body(query), uri=f"{WMI}root/cimv2/*"),
    )
    assert reply.status == 200
    return [each.text for each in tree(reply).iter() if each.tag.rpartition("}")[2] == "Name"]


def test_files_by_their_names_in_any_letter_case() -> None:
    where = (
        r"(Name='C:\\WINDOWS\\System32\\SVCHOST.exe' OR Name='c:\\program files\\nodejs\\NODE.exe'"
        r" OR Name='C:\\Python39\\python.exe' OR Name='D:\\Games\\Chess\\chess.exe')"
    )
    assert names("rules-of-years", where) == [
        r"c:\program files\nodejs\node.exe",
        r"c:\windows\system32\svchost.exe",
    ]


def test_programs_of_processes_and_services_are_there() -> None:
    where = r"Name='C:\\Apache24\\bin\\httpd.exe' OR Name='C:\\Windows\\System32\\spoolsv.exe'"
    assert names("win11-ja", where) == [
        r"c:\apache24\bin\httpd.exe",
        r"c:\windows\system32\spoolsv.exe",
    ]


def test_every_property_has_a_value() -> None:
    machine = images.load("win11-ja").boot()
    found = classes.find("root/cimv2", "CIM_DataFile")
    assert found is not None
    (row,) = [each for each in found.instances(machine) if str(each["Name"]).endswith("httpd.exe")]
    assert {*row} == {each.name for each in found.properties}
    assert (row["Drive"], row["Path"], row["FileName"], row["Extension"]) == (
        "c:",
        "\\apache24\\bin\\",
        "httpd",
        "exe",
    )
