# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulated PCs that are called, in every place where a PC can choose a text, what does harm to
somebody who does not take it as data."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Any

import yaml

from integration.firewall_plays import address
from winsim.images import Image, load
from winsim.machine import Machine
from winsim.soap import escape

#: What 6*7*1009 is: it stands nowhere unless somebody has calculated it.
EVALUATED = "42378"

#: By the name of the PC that says it everywhere.
TEXTS = {
    "terminal": "\x1b[31mred\x1b]0;title\x07\x1b[2J\x00end",
    "c1": "\x9b31mred\x9d0;title\x9c\x7f\x85end",
    "jinja": "{{ 6*7*1009 }}{% if true %}{{ 6*7*1009 }}{% endif %}",
    "yaml": "!unsafe '{{ 6*7*1009 }}': \"# &a *a\\\\",
    "html": "=6*7*1009+cmd<script>alert(1)</script>&quot;\"'",
    "bidi": "\u202etxt.exe\u2066\u2069\u200f\u2028\u200b\u061c\ufeff\U000e0041end",
    "surrogate": "\ud800 \udfff \U0001f600",
    "lines": "a\r\nb\nfatal: [terminal]: FORGED",
    # What fits into an answer, and what does not.
    "long": "x" * 100_000,
    "huge": "x" * 1_000_000,
    "placeholder": "{port} {0.__class__} %s %(x)s ${HOME} $(id)",
}

PROCESS_PORT, SERVICE_PORT, URL_PORT = 20080, 20081, 20090

#: What no output may have: a terminal obeys it, it reorders other text, or it takes no room.
OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def file_name(text: str) -> str:
    """A text as the name of a program, which can't hold what separates folders."""
    return re.sub(r"[/\\]", "-", text) + ".exe"


def rule_id(text: str) -> str:
    return f"ID{_in_rule(text)}"


def rule_name(text: str) -> str:
    return f"N{_in_rule(text)}"


def _in_rule(text: str) -> str:
    """A text as the rule grammar can hold it, and reg.exe shows it on one line."""
    return re.sub(r"[|\r\n]", "/", text)[:9_000]


def pc(name: str, number: int) -> Machine:
    """The PC that says one of the texts wherever it can."""
    text = TEXTS[name]
    document: dict[str, Any] = dict(load("win11-ja").document)
    document["network"] = document["network"] | {
        "profiles": [document["network"]["profiles"][0] | {"name": printed(text)}]
    }
    document["processes"] = [
        *document["processes"],
        {
            "pid": 9000, "parent": 4556, "name": file_name(text), "path": rf"C:\{file_name(text)}",
            "command": f"app {text}", "user": rf"PC\{text}", "session": 1,
            "tcp": [f"0.0.0.0:{PROCESS_PORT}"],
        },
        {"pid": 9004, "name": "host.exe", "services": [f"S{text}"],
         "tcp": [f"0.0.0.0:{SERVICE_PORT}"]},
    ]  # fmt: skip
    document["services"] = document["services"] | {f"S{text}": {"display": f"D{text}"}}
    document["http"] = [
        *document.get("http", []),
        {"name": text, "pids": [9000], "urls": [f"HTTP://+:{URL_PORT}/{text}/"]},
    ]
    document["firewall_products"] = [
        {"name": text, "id": "{4F8A2C1E-7B3D-4E59-9A60-1C2D3E4F5A6B}", "path": rf"C:\{text}.exe",
         "state": 0x40000, "timestamp": text}
    ]  # fmt: skip
    shown = _in_rule(text)
    blocking = "v2.30|Action=Block|Active=TRUE|Dir=In|Protocol=6|"
    document["firewall"] = {
        "rules": {
            rule_id(text): f"{blocking}LPort={PROCESS_PORT}|Name={rule_name(text)}|Desc={shown}|"
            f"EmbedCtxt={shown}|",
            "Other": f"{blocking}LPort={PROCESS_PORT}|Name=Other|",
        }
    }
    return Image(name, document).boot(name, address(number))


def on_the_wire(text: str) -> str:
    """A text as CIM carries it: Windows writes a question mark for what XML can't carry ([MS-WSMV]
    3.1.4.1.25)."""
    return html.unescape(escape(text))


def printed(text: str) -> str:
    """A text as reg.exe prints it: halves of characters are no UTF-8."""
    return text.encode(errors="replace").decode()


def can_be_a_rule_name(text: str) -> bool:
    """Whether port_firewall takes a text as the name of a rule; it refuses control characters."""
    return not any(unicodedata.category(sign) == "Cc" for sign in printed(rule_name(text)))


class _Unsafe(str):
    """A text that Ansible must not take for a template."""


class _Dumper(yaml.SafeDumper):
    """Writes such texts with the tag that says so."""


_Dumper.add_representer(
    _Unsafe, lambda dumper, value: dumper.represent_scalar("!unsafe", str(value), style='"')
)


def variables(name: str) -> str:
    """The texts of a PC as a user writes them into a file of variables."""
    text = TEXTS[name]
    values = {
        "process": on_the_wire(file_name(text)),
        "service": on_the_wire(f"S{text}"),
        "rule_name": printed(rule_name(text)),
        "rule_id": printed(rule_id(text)),
    }
    unsafe = {key: _Unsafe(value) for key, value in values.items()}
    return yaml.dump(unsafe, Dumper=_Dumper, width=10**9)
