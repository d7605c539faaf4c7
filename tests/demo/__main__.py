# SPDX-License-Identifier: GPL-3.0-or-later
"""Three simulated PCs, and the playbook that sets them up: `make demo`.

Run by the Python of .venv, from the checkout. It speaks the language of PORTKEEPER_LANGUAGE.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import yaml

from loopback import Network

HERE = Path(__file__).parent
CHECKOUT = HERE.parent.parent
SERVICES, REPORT = ((HERE / name).relative_to(CHECKOUT) for name in ("services.yml", "report.yml"))
REPORTS = CHECKOUT / ".cache" / "demo"
STOP_SECONDS = 20
PLUGINS = "ansible_collections.portkeeper.windows.plugins"
#: The modules that the roles run.
USED = ("port_check", "port_firewall", "port_process", "port_report", "port_survey")
SHOWN_NETWORK, WINRM = "127.77.0.{}", 5985
# In the order of the PCs. The names of winsim, win-1 and so on, say nothing about them.
PCS = {"pc-clean": "clean", "pc-taken": "taken", "pc-locked": "locked"}
# The role ends with an error on a PC whose ports are not as wanted, and one of the three is locked.
ENDED_AS_TOLD = 2
TEXTS = {
    "en": (
        "Three simulated PCs are to serve a stock application at TCP 8500. Setting them up:",
        "The same as a page for a browser: {page}",
        "The simulated PCs are stopped.",
    ),
    "ja": (
        "シミュレートした 3 台の PC を、TCP 8500 の在庫管理アプリケーション用にセットアップします:",
        "同じ内容のブラウザー用のページ: {page}",
        "シミュレートした PC を停止しました。",
    ),
}


def first_address() -> str:
    """That of the first PC: the one that the README shows, unless something is there already, be it
    another demo."""
    with ExitStack() as stack:
        try:
            for last in range(1, len(PCS) + 1):
                stack.enter_context(socket.create_server((SHOWN_NETWORK.format(last), WINRM)))
        except OSError:
            return Network().address()
    return SHOWN_NETWORK.format(1)


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


def play(playbook: str, inventory: Path, *variables: str, shown: Sequence[str]) -> int:
    """Run a playbook, and return its exit code.

    Args:
        shown: what a person would type for the inventory and the variables.
    """
    options = [word for each in variables for word in ("--extra-vars", each)]
    say(f"$ ansible-playbook {playbook} {' '.join(shown)}", "")
    settings = {
        "ANSIBLE_CONFIG": str(CHECKOUT / "ansible.cfg"),
        # All at once: a port that is shut answers an attempt by saying nothing for seconds.
        "ANSIBLE_FORKS": str(len(PCS)),
        "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "false",
    }
    return subprocess.run(
        [Path(sys.executable).with_name("ansible-playbook"), playbook, "-i", inventory, *options],
        cwd=CHECKOUT,
        env=os.environ | settings,
        stdin=subprocess.DEVNULL,
        check=False,
    ).returncode


@contextmanager
def prepared() -> Iterator[None]:
    """Have Python compile what Ansible is going to import, while the block begins with something
    else: in a fresh checkout that takes as long as some of the tasks."""
    imported = ("ansible.cli.playbook", "ansible.plugins.strategy.linear", "ansible.plugins.filter.core",
                "ansible.plugins.connection.winrm", "ansible.plugins.callback.default", "winrm",
                *(f"{PLUGINS}.action.{each}" for each in USED), f"{PLUGINS}.filter.port_story")  # fmt: skip
    command = [sys.executable, "-c", f"import {', '.join(imported)}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.wait()


def say(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)


def set_up_and_report(inventory: Path, of_page: str) -> int:
    shown = ("-i inventory.yml", f"-e @{SERVICES}")
    code = play("portkeeper.windows.pc_setup", inventory, f"@{SERVICES}", shown=shown)
    if code not in (0, ENDED_AS_TOLD):
        return code
    folder = json.dumps({"port_report_folder": str(REPORTS)})
    shown = ("-i inventory.yml", f"-e @{REPORT}")
    code = play("portkeeper.windows.report", inventory, f"@{REPORT}", folder, shown=shown)
    if code == 0:
        say("", of_page.format(page=REPORTS / "port_report.html"))
    return code


def main() -> int:
    language = os.environ.get("PORTKEEPER_LANGUAGE", "en")
    begin, of_page, end = TEXTS.get(language, TEXTS["en"])
    with tempfile.TemporaryDirectory() as folder:
        inventory = Path(folder) / "inventory.yml"
        say(begin, "")
        images = [f"--image={HERE / 'images' / image}.yml" for image in PCS.values()]
        with ExitStack() as stack:
            with prepared():
                address = ("--address", first_address())
                stack.enter_context(simulated_hosts(inventory, *images, *address))
            rename(inventory, PCS)
            code = set_up_and_report(inventory, of_page)
        say(end)
    return code


if __name__ == "__main__":
    sys.exit(main())
