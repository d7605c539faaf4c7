# SPDX-License-Identifier: GPL-3.0-or-later
"""CIM_DataFile: the files on local fixed disks.

Properties and their types: Microsoft's documentation of the class. That names are in lower case is
what Microsoft's "Enumerating and getting WMI provider class instances with performance in mind"
shows of the class of folders, and public listings of this one. Of a simulated PC, only the programs
that its image names are there, and one that every Windows has.
"""

from __future__ import annotations

import ntpath
import re
from collections.abc import Iterable

from winsim.cim import CimClass, Limits, Property, Values
from winsim.machine import Machine
from winsim.names import folded

_TYPES = {
    "boolean": (
        "Archive", "Compressed", "Encrypted", "Hidden", "Readable", "System", "Writeable",
    ),
    "datetime": ("CreationDate", "InstallDate", "LastAccessed", "LastModified"),
    "uint32": ("AccessMask",),
    "uint64": ("FileSize", "InUseCount"),
    "string": (
        "Caption", "CompressionMethod", "CreationClassName", "CSCreationClassName", "CSName",
        "Description", "Drive", "EightDotThreeFileName", "EncryptionMethod", "Extension",
        "FileName", "FileType", "FSCreationClassName", "FSName", "Manufacturer", "Name", "Path",
        "Status", "Version",
    ),
}  # fmt: skip
_EVERYWHERE = r"C:\Windows\System32\svchost.exe"
# The program of a service, in or without quotes.
_PROGRAM = re.compile(r'"?([A-Za-z]:\\[^"]*?\.exe)', re.IGNORECASE)


class CimDataFile(CimClass):
    namespace = "root/cimv2"
    name = "CIM_DataFile"
    derived_from = ("CIM_LogicalFile", "CIM_LogicalElement", "CIM_ManagedSystemElement")
    properties = tuple(
        sorted(
            (
                Property(name, kind, key=name == "Name")
                for kind, names in _TYPES.items()
                for name in names
            ),
            key=lambda each: each.name.lower(),
        )
    )

    def instances(self, machine: Machine) -> Iterable[Values]:
        return self.instances_within(machine, {})

    def instances_within(self, machine: Machine, limits: Limits) -> Iterable[Values]:
        paths = {folded(path): path.lower() for path in files_of(machine)}
        wanted = limits.get(("name", str))
        for key in sorted(paths):
            if wanted is None or key in wanted:
                yield _row(machine, paths[key])


def files_of(machine: Machine) -> set[str]:
    """The programs of processes and services, and the files of the image."""
    found = {_EVERYWHERE, *machine.files}
    found |= {each.path for each in machine.processes() if each.path is not None}
    named = (_PROGRAM.match(each.path_name) for each in machine.services())
    return found | {each[1] for each in named if each is not None}


def _row(machine: Machine, path: str) -> Values:
    drive, rest = ntpath.splitdrive(path)
    folder, file_name = ntpath.split(rest)
    stem, extension = ntpath.splitext(file_name)
    values: Values = dict.fromkeys(each.name for each in CimDataFile.properties)
    return values | {
        "Archive": True,
        "Caption": path,
        "Compressed": False,
        "CreationClassName": "CIM_LogicalFile",
        "CSCreationClassName": "Win32_ComputerSystem",
        "CSName": machine.computer_name,
        "Description": path,
        "Drive": drive,
        "Encrypted": False,
        "Extension": extension.lstrip("."),
        "FileName": stem,
        "FSCreationClassName": "Win32_FileSystem",
        "FSName": "NTFS",
        "Hidden": False,
        "Name": path,
        "Path": folder.rstrip("\\") + "\\",
        "Readable": True,
        "Status": "OK",
        "System": False,
        "Writeable": True,
    }
