# SPDX-License-Identifier: GPL-3.0-or-later
"""What a resource URI stands for, and which operations and options it takes (MS-WSMV 3.1.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import Enum

from winsim.config import CONFIG
from winsim.exchange import is_cim
from winsim.faults import FaultError
from winsim.filters import filter_of, in_mode
from winsim.soap import Element, Request, W, text_of
from winsim.winrs import CMD, SHELL


class Resource(Enum):
    """The kinds of resources of this service."""

    CIM = "CIM classes and their instances"
    CONFIG = "the configuration of WinRM"
    CMD = "the shells that run cmd.exe"
    SHELL = "shells of every kind"


#: Options that the shells know (MS-WSMV 3.1.4.5.2, 3.1.4.11 and 3.1.4.14), by the action's verb.
_SHELL_OPTIONS = {
    "Create": {"winrs_noprofile", "winrs_codepage"},
    "Command": {"winrs_consolemode_stdin", "winrs_skip_cmd_shell"},
    "Receive": {"wsman_cmdshell_option_keepalive"},
}


def resource_of(uri: str) -> Resource | None:
    """The kind of resource; None for a URI that none has."""
    lower = uri.lower()
    if is_cim(uri):
        return Resource.CIM
    if lower == CONFIG or lower.startswith(f"{CONFIG}/"):
        return Resource.CONFIG
    return {CMD.lower(): Resource.CMD, SHELL.lower(): Resource.SHELL}.get(lower)


def check_options(request: Request, resource: Resource) -> None:
    """Raises FaultError for an option that has to be complied with and isn't known (MS-WSMV note
    50, DSP0226 6.4). CIM classes take any option (note 52)."""
    if resource is Resource.CIM:
        return
    known = _SHELL_OPTIONS.get(request.verb, set()) if resource is Resource.CMD else set()
    if any(option.must_comply and option.name.lower() not in known for option in request.options):
        raise FaultError("w:InvalidOptions", 2150858834, fault_detail="InvalidName")


def items(enumerate_element: Element, found: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The items of an enumeration that isn't of CIM instances, each with its endpoint reference:
    all three modes (MS-WSMV 3.1.4.1.17), and no filter (3.1.4.1.13). Raises FaultError."""
    if filter_of(enumerate_element) is not None:
        raise FaultError("n:FilteringNotSupported", 2150858776)
    mode = text_of(enumerate_element.find(f"{{{W}}}EnumerationMode"))
    item: Callable[[str, str], str] = lambda written, reference: written  # noqa: E731
    write = in_mode(mode, item, lambda written, reference: reference)
    return (write(*pair) for pair in found)
