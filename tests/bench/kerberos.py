# SPDX-License-Identifier: GPL-3.0-or-later
"""What a survey costs with Kerberos tickets, beside debug and port_facts by forks.

The packages for Kerberos are in the environment of `make kerberos`, with the newest Python and
ansible-core. So this runs as a program of that environment (`python -m bench.kerberos`), and prints
what it has measured; the ratios are to what else ran there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from bench import survey
from bench.running import Cost
from loopback import Network
from tools import environments
from tools import kerberos as needed
from tools.jobs import FailedError


def slopes() -> survey.Slopes | None:
    """What each further host costs, measured in that environment; None where it can't be made, as
    stderr then says."""
    try:
        with_packages = needed.prepare(list(environments.available())[-1])
    except FailedError as error:
        print(error, file=sys.stderr, flush=True)
        return None
    command = [with_packages.python, "-m", "bench.kerberos"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return {
        name: survey.Slope(slope["milliseconds"], Cost(**slope["large"]))
        for name, slope in json.loads(done.stdout).items()
    }


def main() -> None:
    """Measure, and print it as JSON."""
    # Not at the head: the environment of `make bench` lacks what it needs.
    from realm.kdc import DOMAIN, NAME, SERVICES, Realm
    from winsim.images import load

    ((user, password),) = load(survey.IMAGE).boot().users.items()
    names = [f"win-{number}" for number in range(1, survey.LARGE + 1)]
    with tempfile.TemporaryDirectory() as folder, Realm(Path(folder), Network().next()) as realm:
        os.environ.update(realm.variables)
        realm.add_user(user, password)
        realm.add_service(*(f"{SERVICES['winrm']}/{name}.{DOMAIN}" for name in names))
        with tempfile.TemporaryDirectory() as others:
            options = ("--transport", "kerberos", "--realm", NAME)
            measured = survey.sealed_slopes(Path(others), *options)
    print(json.dumps({name: asdict(slope) for name, slope in measured.items()}))


if __name__ == "__main__":
    main()
