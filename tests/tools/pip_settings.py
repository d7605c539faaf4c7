# SPDX-License-Identifier: GPL-3.0-or-later
"""What the user has set for pip, for programs that do pip's work and don't read its settings."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterable, Mapping

# Settings of pip that decide how packages are fetched, with the variable of uv that means the same.
_VARIABLES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "no-index": "UV_NO_INDEX",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "proxy": "ALL_PROXY",
    "timeout": "UV_HTTP_TIMEOUT",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "retries": "UV_HTTP_RETRIES",
}
#: uv separates places to look in by commas, pip all lists by white space.
_BY_COMMAS = {"find-links"}
# Settings that change nothing about which packages are installed.
_WITHOUT_EFFECT = {
    *("cache-dir", "no-cache-dir", "disable-pip-version-check", "no-color", "no-input"),
    *("no-python-version-warning", "no-warn-script-location", "progress-bar", "quiet"),
    *("require-virtualenv", "root-user-action", "verbose", "break-system-packages"),
}


def read(python: str) -> dict[str, str]:
    """Return the settings of an environment's pip, of files and of variables, as pip lets one
    override the other.

    :param python: the path of the environment's interpreter
    :raises subprocess.CalledProcessError: if pip isn't there, or can't read its settings
    """
    command = [python, "-m", "pip", "config", "list"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    scopes: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}
    for line in done.stdout.splitlines():
        found = re.fullmatch(r"(global|install|:env:)\.([a-z-]+)=(.*)", line)
        if found:
            scopes[found[1]][found[2]] = str(ast.literal_eval(found[3]))
    settings: dict[str, str] = {}
    for scope in scopes.values():
        settings |= scope
    return settings


def for_uv(settings: Mapping[str, str]) -> tuple[list[str], dict[str, str]] | None:
    """Return the options and variables with which uv installs the same packages; None if there is
    a setting that uv may not have.

    An address may hold a password: it becomes a variable, which other users don't see.
    """
    # As pip does, uv takes the best version of all places, and trusts whom the system trusts.
    options = ["--no-config", "--index-strategy", "unsafe-best-match"]
    variables = {"UV_SYSTEM_CERTS": "1"}
    for name, value in settings.items():
        if name == "constraint":
            options += _repeated("--constraint", value.split())
        elif name in _VARIABLES:
            separator = "," if name in _BY_COMMAS else " "
            variables[_VARIABLES[name]] = separator.join(value.split())
        elif name not in _WITHOUT_EFFECT:
            return None
    return options, variables


def _repeated(option: str, values: Iterable[str]) -> list[str]:
    return [part for value in values for part in (option, value)]
