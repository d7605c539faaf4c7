# SPDX-License-Identifier: GPL-3.0-or-later
"""tasklist.exe /svc /fo csv /nh: each process and the services in it.

Layout: Microsoft's documentation of tasklist (/svc, /fo csv, /nh), and published captures: three
texts in quotes, the services of a process with commas between. What stands where there are none
is translated; the Japanese word is from such a capture.
"""

from __future__ import annotations

from collections.abc import Sequence

from winsim.programs.shell import Output, Shell

_NONE = {"ja": "該当なし", "de": "Nicht zutreffend"}


def tasklist(shell: Shell, arguments: Sequence[str]) -> Output:
    """Run it with these arguments, in any case; other forms are refused."""
    words = [word.lower() for word in arguments]
    if words != ["/svc", "/fo", "csv", "/nh"]:
        output = Output(exit_code=1)
        output.error("ERROR: Invalid argument/option.")
        return output
    machine = shell.machine
    output = Output()
    with machine.lock:
        for process in sorted(machine.processes(), key=lambda each: each.pid):
            names = ",".join(service.name for service in machine.services_in(process.pid))
            services = names or _NONE.get(machine.language, "N/A")
            output.line(f'"{process.name}","{process.pid}","{services}"')
    return output
