# SPDX-License-Identifier: GPL-3.0-or-later
"""Three simulated PCs, one playbook, one table: `make demo`.

Run by the Python of .venv, from the checkout.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
CHECKOUT = HERE.parent.parent
STOP_SECONDS = 20


@contextmanager
def simulated_hosts(inventory: Path, *options: str) -> Iterator[None]:
    """Simulated PCs that answer while the block runs.

    Raises:
        RuntimeError: they did not start; their own words stand above.
    """
    command = [sys.executable, "-m", "winsim", "up", "--log-level", "warning"]
    command += ["--inventory", str(inventory), *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT)
    try:
        if process.stdout is None or not any(line.strip() == "ready" for line in process.stdout):
            raise RuntimeError(f"{' '.join(command)} did not start")
        yield
    finally:
        process.terminate()
        process.communicate(timeout=STOP_SECONDS)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        inventory = Path(folder) / "inventory.yml"
        print("Starting three simulated PCs on loopback addresses ...", flush=True)
        images = ("--image", "win11-ja", "--image", "server2022", "--count", "3")
        with simulated_hosts(inventory, *images):
            play = HERE / "demo.yml"
            print(f"Running {play.relative_to(CHECKOUT)} on them ...\n", flush=True)
            ansible = Path(sys.executable).with_name("ansible-playbook")
            environment = os.environ | {
                "ANSIBLE_CONFIG": str(CHECKOUT / "ansible.cfg"),
                # Text of several lines is shown as it is, not as JSON.
                "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml",
            }
            code = subprocess.run(
                [ansible, "-i", inventory, play], cwd=CHECKOUT, env=environment, check=False
            ).returncode
        print("The simulated PCs are stopped.")
    return code


if __name__ == "__main__":
    sys.exit(main())
