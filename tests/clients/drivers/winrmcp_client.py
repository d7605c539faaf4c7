# SPDX-License-Identifier: GPL-3.0-or-later
"""What Debian's winrmcp, a Go program, gets from a host. Reads the host and the operations as JSON,
writes JSON."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

asked: dict[str, Any] = json.load(sys.stdin)


def copy() -> dict[str, Any]:
    """Copy a small file to the host: by `echo` first, then by PowerShell."""
    source = Path(asked["folder"], "copied.txt")
    source.write_text("one\n", "utf-8")
    https = ["-https", f"-cacert={asked['certificate']}"] if asked["scheme"] == "https" else []
    done = subprocess.run(
        [
            *("winrmcp", f"-addr={asked['address']}:{asked['port']}", *https),
            *(f"-user={asked['user']}", f"-pass={asked['password']}"),
            *(str(source), "C:/copied.txt"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    if done.returncode == 0:
        return {"got": "copied"}
    status = re.search(r"http response error: (\d{3})", said)
    code = re.search(r"operation returned code=(\d+)", said)
    if status is not None:
        return {"refused": f"HTTP {status[1]}", "said": said}
    if code is not None:
        return {"refused": f"exit code {code[1]}", "said": said}
    return {"failed": said}


json.dump({each: copy() for each in asked["operations"]}, sys.stdout)
