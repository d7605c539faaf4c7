# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests with Kerberos tickets need: Debian's KDC of MIT, and an environment with the
packages for Kerberos, which users need not have, and which the other tests do without."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

from . import debian, environments
from .environments import Environment
from .jobs import FailedError
from .layout import ROOT

FOLDER = ROOT / ".venv-kerberos"
EXTRA = "kerberos"

# By a file of the Debian package that holds it.
_REALM = {
    Path("/usr/sbin/krb5kdc"): "krb5-kdc",
    Path("/usr/sbin/kadmin.local"): "krb5-admin-server",
    Path("/usr/bin/kinit"): "krb5-user",
}
# The packages for Kerberos come as source for Linux.
BUILD = {
    Path("/usr/bin/krb5-config"): "libkrb5-dev",
    Path("/usr/bin/gcc"): "gcc",
    Path("/usr/include/stdio.h"): "libc6-dev",
}


def environment(pair: Environment) -> Environment:
    """Return the environment of these tests: that of a pair, with other extras."""
    return replace(pair, folder=FOLDER, extras=("test", EXTRA))


def needed(headers: Path, version: str) -> debian.Needed:
    """Return what is needed of Debian.

    :param headers: the folder with the headers of the interpreter, where these are installed
    :param version: the interpreter's, such as 3.11
    """
    return {**_REALM, **BUILD, headers / "Python.h": f"python{version}-dev"}


def prepare(pair: Environment) -> Environment:
    """Install what is missing. Does nothing, in no time, if all is here.

    :param pair: the environment of a pair; that of every command is prepared
    :raises FailedError: if it can't be installed
    """
    made = environment(pair)
    headers = _headers(made.interpreter)
    debian.install(needed(headers, made.pair.python), "The tests of Kerberos")
    try:
        environments.prepare(made)
    except subprocess.CalledProcessError as error:
        line = subprocess.list2cmdline(error.cmd)
        told = f"The packages for Kerberos can't be installed. This ended with {error.returncode}"
        raise FailedError(f"{told}: {line}") from error
    return made


def _headers(interpreter: Path) -> Path:
    program = "import sysconfig; print(sysconfig.get_path('include'))"
    command = [str(interpreter), "-c", program]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Path(done.stdout.strip())
