# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: ``python -m winsim`` with ``up``, ``down`` or ``images``."""

from __future__ import annotations

import argparse
import ipaddress
import logging
import re
import resource
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import yaml

from winsim import daemon, images, recording_replay
from winsim.config import Access
from winsim.injection import Rule, help_text, parse
from winsim.inventory import inventory, write_inventory
from winsim.machine import Machine
from winsim.recording_replay import RecordedImage
from winsim.server import Hosts

LOG = logging.getLogger("winsim")

# The name of a host in front of its image. A path has none of these before its first =.
_NAMED = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9-]*)=(?P<image>.+)")


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status: 0, or 1 when the hosts couldn't be started or stopped."""
    argv = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args(argv)
    if options.command == "up" and not options.image and not options.recording:
        options.image = ["win11-ja"]
    if options.command == "images":
        print("\n".join(_described()))
        return 0
    if options.command == "down":
        return daemon.stop(options.pid_file)
    if options.detach:
        return daemon.start(
            [word for word in argv if word != "--detach"],
            pid_file=options.pid_file,
            ready_file=options.ready_file,
            log_file=options.log_file,
        )
    return _up(options)


def _described() -> Iterator[str]:
    """A line for each image: its name, and what it is."""
    every = images.names()
    widest = max(map(len, every))
    for name in every:
        yield f"{name:{widest}}  {images.about(name)}"


def _up(options: argparse.Namespace) -> int:
    """Run in the foreground until SIGTERM or SIGINT."""
    logging.basicConfig(
        level=options.log_level.upper(), format="%(asctime)s %(levelname)s %(message)s"
    )
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_unused: stop.set())
    # A hundred hosts hold some thousand sockets; the usual soft limit is 1,024.
    _unused, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with ExitStack() as stack:
        try:
            if options.pid_file is not None:
                stack.enter_context(daemon.pid_file(options.pid_file))
            hosts = _begin(options, stack)
        except (OSError, ValueError) as error:
            LOG.error("%s", error)
            return 1
        for host in hosts:
            LOG.info("%s: %s at %s", host.name, host.machine.image, host.url)
        if options.inventory is not None:
            LOG.info("inventory: %s", options.inventory)
        print("ready", flush=True)
        if options.ready_file is not None:
            stack.callback(options.ready_file.unlink, missing_ok=True)
            options.ready_file.write_text("ready\n")
        stop.wait()
        LOG.info("stopping")
    return 0


@contextmanager
def running(arguments: Sequence[str]) -> Iterator[Hosts]:
    """The hosts that ``up`` with these arguments starts, in this process while the block runs.

    Raises what `Hosts` does.
    """
    with ExitStack() as stack:
        yield _begin(_parser().parse_args(["up", *arguments]), stack)


def _begin(options: argparse.Namespace, stack: ExitStack) -> Hosts:
    """The hosts, which run until the stack is closed, and stand in their inventory."""
    hosts = stack.enter_context(_hosts(options, stack))
    if options.inventory is not None:
        content = inventory(list(hosts), options.transport, options.connection, options.realm)
        write_inventory(options.inventory, content)
    return hosts


def _hosts(options: argparse.Namespace, stack: ExitStack) -> Hosts:
    log_file = None
    if options.log_requests is not None:
        log_file = stack.enter_context(options.log_requests.open("a", encoding="utf-8"))
    basic, kerberos = (options.transport == each for each in ("basic", "kerberos"))
    count = options.count or len(options.image) + len(options.recording)
    return Hosts(
        machines(options.image, count, options.address, options.recording),
        port=options.port if options.port is not None else (5986 if options.https else 5985),
        https=options.https,
        access=Access(
            basic=basic, negotiate=not kerberos, kerberos=kerberos, allow_unencrypted=basic
        ),
        realm=options.realm,
        faults=options.fault,
        folder=options.certificates,
        log_file=log_file,
        make_service=recording_replay.service_of,
        unkind=options.unkind,
    )


def machines(
    names: Sequence[str], count: int, first_address: str, recordings: Sequence[Path] = ()
) -> list[Machine]:
    """`count` machines, the images and then the recordings taken in turn, each with a loopback
    address of its own. ``pc-1=win11-ja`` is an image and the name of the host; without one, hosts
    are called win-1, win-2 and so on.

    Raises ValueError when `first_address` is no IPv4 address or two hosts have one name, and what
    images and recordings raise.
    """
    given = [_NAMED.match(each) for each in names]
    models: list[images.Image | RecordedImage] = [
        _load(name if match is None else match["image"])
        for name, match in zip(names, given, strict=True)
    ]
    models += [recording_replay.load(path) for path in recordings]
    first = ipaddress.IPv4Address(first_address)
    called = {number: match["name"] for number, match in enumerate(given) if match is not None}
    if len(set(called.values())) < len(called):
        raise ValueError("two images have the same name of a host; give each a name of its own")
    made = []
    for number in range(count):
        model = models[number % len(models)]
        name = called.get(number, f"win-{number + 1}")
        made.append(model.boot(name=name, address=str(first + number)))
    return made


def _load(name: str) -> images.Image:
    try:
        return images.load(name)
    except yaml.YAMLError as error:
        raise ValueError(f"{name}: {error}") from None


def _fault(text: str) -> Rule:
    try:
        return parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="winsim", description="Simulated Windows hosts that speak WinRM, on loopback only."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser(
        "up",
        help="start hosts and stay in the foreground",
        description="Start simulated hosts, each on a loopback address of its own.",
        epilog=help_text(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    up.add_argument(
        "--image",
        action="append",
        default=[],
        metavar="[NAME=]IMAGE",
        help="what the hosts are, in turn when repeated, and how the first one of each is called: "
        f"{', '.join(images.names())} (`winsim images` describes them), or a file",
    )
    up.add_argument(
        "--recording",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="a host that answers as the one of which verify_host made this recording",
    )
    up.add_argument(
        "--count", type=_positive, help="how many (default: one for each image and recording)"
    )
    up.add_argument("--inventory", type=Path, metavar="FILE", help="write an Ansible inventory")
    up.add_argument(
        "--transport",
        choices=("basic", "ntlm", "kerberos"),
        default="basic",
        help="basic: Basic and NTLM, plain SOAP allowed; ntlm: NTLM with sealed messages only; "
        "kerberos: Kerberos with sealed messages only, with the keys that the environment variable "
        "KRB5_KTNAME names",
    )
    up.add_argument(
        "--realm",
        default="CORP.TEST",
        help="of Kerberos; the hosts have their names in its domain (default: CORP.TEST)",
    )
    up.add_argument(
        "--connection",
        choices=("winrm", "psrp"),
        default="winrm",
        help="connection plugin that the inventory names (default: winrm)",
    )
    up.add_argument("--https", action="store_true", help="HTTPS with a self-signed certificate")
    up.add_argument(
        "--certificates", type=Path, metavar="FOLDER", help="keep the certificate there"
    )
    up.add_argument(
        "--address", default="127.77.0.1", help="of the first host (default: 127.77.0.1)"
    )
    up.add_argument("--port", type=int, help="of WinRM (default: 5985, or 5986 with --https)")
    up.add_argument(
        "--fault", action="append", type=_fault, default=[], metavar="SPEC", help="see below"
    )
    up.add_argument(
        "--unkind",
        type=int,
        metavar="SEED",
        help="answer in all forms that the specifications allow, chosen by this number",
    )
    up.add_argument("--log-level", choices=("debug", "info", "warning", "error"), default="info")
    up.add_argument(
        "--log-requests", type=Path, metavar="FILE", help="append a line of JSON per request"
    )
    up.add_argument(
        "--detach", action="store_true", help="return when ready, go on in the background"
    )
    up.add_argument("--pid-file", type=Path, metavar="FILE", help="for `down`; held locked")
    up.add_argument("--ready-file", type=Path, metavar="FILE", help="exists while hosts answer")
    up.add_argument("--log-file", type=Path, metavar="FILE", help="output of a detached winsim")
    down = commands.add_parser("down", help="stop what `up --detach` started, if it still runs")
    down.add_argument("--pid-file", type=Path, required=True, metavar="FILE")
    commands.add_parser("images", help="list the images, and what each of them is")
    return parser
