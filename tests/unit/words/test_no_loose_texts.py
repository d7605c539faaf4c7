# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person reads stands in the catalogue, in each language, and nowhere else."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache

from unit.rows import each_row
from unit.words.sources import loose_texts, modules


@dataclass(frozen=True)
class Allowed:
    """Texts that nobody reads, or that each language has as they are.

    Attributes:
        reason: why they are no business of the catalogue.
        modules: the modules that may have them, as a pattern of their paths.
        texts: the texts, as a pattern.
    """

    reason: str
    modules: str
    texts: str

    def has(self, module: str, text: str) -> bool:
        return bool(
            re.fullmatch(self.modules, module) and re.fullmatch(self.texts, text, re.DOTALL)
        )


ALLOWED = (
    Allowed("XML of the protocol", r"module_utils/wsman/.*", r"\s*<.*| Type=.*"),
    Allowed(
        "a query in WQL", r"module_utils/wsman/cim/wql\.py", r"\(\{\} AND \{\}\)| OR | AND | LIKE "
    ),
    Allowed(
        "a CIM class as its schema declares it",
        r"module_utils/wsman/cim/classes\.py",
        r"(\[key\] )?(boolean|datetime|reference|string|[su]int\d+) \w+(\[\])?",
    ),
    Allowed(
        "a status by its English name and number, as faults have it",
        r"module_utils/wsman/soap/faults\.py",
        r"CIM status \{\}",
    ),
    Allowed(
        "a command line of Windows",
        r"module_utils/(pc/programs/\w+|firewall/policy/stores)\.py",
        r"%SystemRoot%.*|int \{family\} show .*|\"\{\}\" .*|\{\} \|\| echo .*"
        r"|type \"%SystemRoot%.*|type \{\} 2>nul \| .*|and TimeCreated\[.*|\| %SystemRoot%.*",
    ),
    Allowed(
        "what a command is called, as it is typed",
        r"module_utils/.*",
        r"netsh( [a-z0-9=]+)+|netsh \{\}|tasklist /svc /fo csv /nh|reg\.exe query( \w+)?"
        r"|type (hosts|pfirewall\.log)|curl\.exe --version|wevtutil qe Security|auditpol /get"
        r"|findstr #Fields",
    ),
    Allowed(
        "a setting of the audit policy, as each language of Windows prints it",
        r"module_utils/pc/drops/security_events\.py",
        "監査なし|成功|失敗|成功および失敗",
    ),
    Allowed("a value of the registry", r"module_utils/pc/programs/tcpip\.py", r"nv \w+"),
    Allowed(
        "a folder or key of Windows",
        r"module_utils/firewall/(policy/(environment|stores)|settings/category/policies)\.py",
        r"\\Program Files.*|HKEY_LOCAL_MACHINE\\.*",
    ),
    Allowed(
        "a service or a security product, which has one name in all languages",
        r"module_utils/firewall/policy/products\.py",
        r"[A-Z][\w/() -]+|avast! Antivirus",
    ),
    Allowed(
        "an account of Windows",
        r"module_utils/(pc/processes|verification/recording/redaction)\.py",
        r"(?i)nt authority\\.*|nt |(all|default) users?|(local|network) service"
        r"|iis apppool|window manager|font driver host",
    ),
    Allowed(
        "the rules that a trial writes to a host, whoever reads them there",
        r"module_utils/verification/trial/steps\.py",
        r"portkeeper\.windows: .*|%SystemRoot%.*|(Made|Written again) by a trial of verify_host.*",
    ),
    Allowed(
        "the collection by its name and version", r"module_utils/ground/version\.py", r"[\w.]+ \{\}"
    ),
    Allowed(
        "the name of a setting in Ansible's list of them",
        r"plugin_utils/language\.py",
        r"language of .*",
    ),
    Allowed(
        "how a message of Ansible, pywinrm or pypsrp begins",
        r"plugin_utils/(connections/(problems|of_inventory)|exchange/ways)\.py",
        r"The lookup plugin |Kerberos auth failure (when calling kinit cmd|for principal)"
        r"|Cannot use message encryption with auth|Encryption for protocol"
        r"|requeste?[ds] auth method is \w+, but|message encryption is set to 'always' but",
    ),
    Allowed(
        "what the library of Kerberos and kinit say",
        r"plugin_utils/exchange/kerberos\.py",
        r".*",
    ),
    Allowed(
        "variables of the environment",
        r"plugin_utils/exchange/failures\.py",
        r"http_proxy, https_proxy, all_proxy",
    ),
    Allowed(
        "the mark of a recording's file, and what stands in it for what was taken out",
        r"module_utils/verification/recording/\w+\.py",
        r"portkeeper\.windows recording| \[arguments redacted\]",
    ),
    Allowed(
        "a pattern, or signs of one",
        r"module_utils/verification/recording/(forms|names)\.py",
        r"\(\?.*|-_.*",
    ),
    Allowed(
        "the rules of a page, and its classes",
        r"plugin_utils/documents/\w+\.py",
        r"default-src .*|v s-.*",
    ),
    Allowed(
        "signs before or behind which no line of Japanese ends, and the first and last of katakana",
        r"module_utils/terminal/layout\.py",
        r"[^\sA-Za-z0-9]+",
    ),
    Allowed("the name of a time zone", r"plugin_utils/documents/\w+\.py", r"\{\} UTC"),
    Allowed(
        "an option as a playbook has it",
        r"module_utils/firewall/.*",
        r"(all_of_a_name|enabled|protocol): \w+|category: \{\}\n",
    ),
    Allowed(
        "what Windows calls a network that it has not identified",
        r"module_utils/firewall/settings/category/model\.py",
        r"Unidentified network|識別されていないネットワーク|Nicht identifiziertes Netzwerk",
    ),
    Allowed(
        "a log of Windows by its name",
        r"module_utils/firewall/changing/writer\.py",
        r"Windows Firewall With Advanced Security",
    ),
    Allowed(
        "the state of a service, which has a text of its own",
        r"module_utils/stopping/.*",
        r"not there|(continue|pause|start|stop) pending",
    ),
    Allowed(
        "a kind of fault, which its texts are found by",
        r"module_utils/wsman/soap/fault_catalog\.py",
        r"[a-z]+( [a-z]+)+",
    ),
    Allowed("a port by its protocol", r"module_utils/verification/\w+\.py", r"TCP \{\}"),
    Allowed(
        "what Windows itself shows for its rules and groups",
        r"module_utils/firewall/naming/(rules|groups)\.py",
        r"\n.* \| .*",
    ),
    Allowed("a product by its name", r"module_utils/pc/behind/relays\.py", r"\w+ Desktop"),
    Allowed("the name of a rule", r"module_utils/diagnosis/causes/openings\.py", r"Allow \{\}.*"),
    Allowed(
        "how the ids of rules of Windows begin",
        r"module_utils/firewall/policy/rule\.py",
        r"[A-Z][A-Za-z ]+ - ",
    ),
)


def test_what_people_read_stands_in_the_catalogue() -> None:
    assert [
        f"{module}:{line}: {text!r}"
        for module, line, text in loose()
        if not any(each.has(module, text) for each in ALLOWED)
    ] == []


@cache
def loose() -> list[tuple[str, int, str]]:
    """The module, the line, and the text."""
    return [
        (module, *found)
        for module, source in modules().items()
        for found in loose_texts(source.tree, source.nodes)
    ]


def test_what_is_allowed_is_there() -> None:
    assert [
        allowed.reason
        for allowed in ALLOWED
        if not any(allowed.has(module, text) for module, _line, text in loose())
    ] == []


@each_row(
    "source",
    [
        "x = 'The host is gone'",
        "x = f'{name} is gone'",
        "x = f'gone: {name}'",
        "x = '{name} is gone'",
        "x = 'not there' if y else None",
        "x = {'msg': 'Nothing was done.'}",
        "x = f'{y or \"not told\"}'",
        "x = 'ポート'",
        "raise HostError('Refused')",
        "raise HostError('port' + ' is gone')",
        "raise HostError(f'{host}: {error}')",
        "raise HostError(key, 'Refused' if y else 'Sent')",
        "raise HostError(f'{host} is gone') from error",
        "def f(x: int) -> str:\n    '''What it is.'''\n    return 'the host'",
    ],
)
def test_a_loose_text_is_found(source: str) -> None:
    assert len({line for line, _text in loose_texts(ast.parse(source))}) == 1


@each_row(
    "source",
    [
        "'''What a module is.'''",
        "class A:\n    '''What a class is.'''\n    x = 1\n    '''What it is.'''",
        "DOCUMENTATION = r'''name: a b'''",
        "x: TypeAlias = 'tuple[int, int | None]'",
        "x = re.compile('one [a-z] two')",
        "display.vvvv('Took a second')",
        "raise ValueError(f'{x} is not a port')",
        "assert x, 'it is not there'",
        "raise HostError('host.gone', name=f'{x}-{y}')",
        "raise HostError(Phrase('host.gone'))",
        "x = 'word'",
        "x = f'{a} {b}'",
        "x = f'{a}-{b}'",
    ],
)
def test_what_nobody_reads_is_not_found(source: str) -> None:
    assert list(loose_texts(ast.parse(source))) == []
