# SPDX-License-Identifier: GPL-3.0-or-later
"""Three simulated PCs, one playbook, and how they stood before and stand after it: `make demo`.

Run by the Python of .venv, from the checkout.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml
from ansible.utils.color import stringc

from ansible_collections.portkeeper.windows.plugins.module_utils.terminal.layout import Tone
from demo import story
from loopback import Network

HERE = Path(__file__).parent
CHECKOUT = HERE.parent.parent
SERVICES, REPORT = ((HERE / name).relative_to(CHECKOUT) for name in ("services.yml", "report.yml"))
REPORTS = CHECKOUT / ".cache" / "demo"
STOP_SECONDS = 20
# In the order of the PCs. The names of winsim, win-1 and so on, say nothing about them.
PCS = {"pc-clean": "clean", "pc-taken": "taken", "pc-locked": "locked"}
WIDTH = 100
COLOURS = {Tone.GOOD: "green", Tone.NOTICE: "yellow", Tone.BAD: "red"}
# The role ends with an error on a PC whose ports are not as wanted, and one of the three is locked.
ENDED_AS_TOLD = 2


@contextmanager
def simulated_hosts(inventory: Path, *options: str, module: str = "winsim") -> Iterator[None]:
    """Simulated PCs that answer while the block runs. `module` is what starts them.

    Raises:
        RuntimeError: they did not start; their own words stand above.
    """
    command = [sys.executable, "-m", module, "up", "--log-level", "warning"]
    command += ["--inventory", str(inventory), *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT)
    try:
        if process.stdout is None or not any(line.strip() == "ready" for line in process.stdout):
            raise RuntimeError(f"{' '.join(command)} did not start")
        yield
    finally:
        process.terminate()
        process.communicate(timeout=STOP_SECONDS)


def rename(inventory: Path, names: Iterable[str]) -> None:
    """Give the hosts of an inventory names of ours."""
    content = yaml.safe_load(inventory.read_text("utf-8"))
    hosts = content["windows"]["hosts"]
    content["windows"]["hosts"] = dict(zip(names, hosts.values(), strict=True))
    inventory.write_text(yaml.safe_dump(content, sort_keys=False), "utf-8")


def play(playbook: str, inventory: Path, *variables: str) -> tuple[int, str]:
    """Run a playbook, and return its exit code and what it printed."""
    options = [word for each in variables for word in ("--extra-vars", each)]
    done = subprocess.run(
        [Path(sys.executable).with_name("ansible-playbook"), playbook, "-i", inventory, *options],
        cwd=CHECKOUT,
        env=os.environ | {"ANSIBLE_CONFIG": str(CHECKOUT / "ansible.cfg")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def paint(text: str, tone: Tone) -> str:
    return str(stringc(text, COLOURS[tone])) if sys.stdout.isatty() else text


def say(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)


def tell(found: story.Results) -> None:
    width = min(WIDTH, shutil.get_terminal_size((WIDTH, 0)).columns)
    say("Before:", *story.ports_table(found, "before", paint), "")
    say("What the playbook has done:", *story.done(found, width), "")
    say("After:", *story.ports_table(found, "after", paint), "")
    say("What is left to do:", *story.left(found, width), "")


def set_up_and_report(inventory: Path, results: Path) -> int:
    say(f"$ ansible-playbook portkeeper.windows.pc_setup -i inventory.yml -e @{SERVICES}")
    variables = (f"@{SERVICES}", f"demo_results={results}")
    code, printed = play(str(HERE / "demo.yml"), inventory, *variables)
    if code not in (0, ENDED_AS_TOLD) or not results.exists():
        say(printed)
        return code or 1
    say("")
    tell(json.loads(results.read_text("utf-8")))
    say(f"$ ansible-playbook portkeeper.windows.report -i inventory.yml -e @{REPORT}")
    folder = json.dumps({"port_report_folder": str(REPORTS)})
    code, printed = play("portkeeper.windows.report", inventory, f"@{REPORT}", folder)
    if code != 0:
        say(printed)
        return code
    say("", f"The same as a page for a browser: {REPORTS / 'port_report.html'}")
    return 0


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        inventory, results = Path(folder) / "inventory.yml", Path(folder) / "results.json"
        say(
            "Three simulated PCs are to serve a stock application at TCP 8500. Setting them up:", ""
        )
        images = [f"--image={HERE / 'images' / image}.yml" for image in PCS.values()]
        with simulated_hosts(inventory, *images, "--address", Network().address()):
            rename(inventory, PCS)
            code = set_up_and_report(inventory, results)
        say("The simulated PCs are stopped.")
    return code


if __name__ == "__main__":
    sys.exit(main())
