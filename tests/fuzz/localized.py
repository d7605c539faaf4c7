# SPDX-License-Identifier: GPL-3.0-or-later
"""What netstat, netsh and reg.exe print in several languages.

The tables of excluded ranges are as published captures show them in all languages but Japanese;
netstat in English, German and Spanish, its Japanese header as published too. No capture of the
others was found: their words are translations, which no parser reads.
"""

from __future__ import annotations

from hypothesis import strategies as st

from unit.firewall import firewall_samples
from unit.pc.programs import http_sys_texts, test_netsh, test_netsh_http, test_netstat

LANGUAGES = ("en", "ja", "de", "fr")

#: What reg.exe says of a key that is not there, and how it calls the default value of a key.
REG_WORDS = {
    "en": ("ERROR: The system was unable to find the specified registry key.", "(Default)"),
    "ja": ("エラー: 指定されたレジストリ キーまたは値が見つかりませんでした", "(既定)"),
    "de": ("FEHLER: Der angegebene Registrierungsschlüssel wurde nicht gefunden.", "(Standard)"),
    "fr": ("ERREUR\u00a0: le système n'a pas trouvé la clé spécifiée.", "(par défaut)"),
}

languages = st.sampled_from(LANGUAGES)


@st.composite
def netstat(draw: st.DrawFn) -> str:
    header, *_states = test_netstat.LANGUAGES[draw(languages)]
    rows = draw(st.lists(test_netstat.rows, max_size=8))
    return f"\r\n{header}\r\n\r\n" + "".join(map(test_netstat.shown, rows))


@st.composite
def excluded_ranges(draw: st.DrawFn) -> str:
    rows = draw(st.lists(test_netsh.ranges, max_size=8))
    return test_netsh.excluded_text(draw(st.sampled_from(sorted(test_netsh.EXCLUDED_WORDS))), rows)


@st.composite
def dynamic_ports(draw: st.DrawFn) -> str:
    numbers = st.integers(0, 70_000)
    return test_netsh.dynamic_text(draw(languages), draw(numbers), draw(numbers))


@st.composite
def service_state(draw: st.DrawFn) -> str:
    form = draw(st.sampled_from(http_sys_texts.FORMS))
    return test_netsh_http.translated(form, draw(languages)).replace("\n", "\r\n")


#: What tasklist says of a process without services.
NO_SERVICES = {"en": "N/A", "ja": "N/A", "de": "Nicht zutreffend", "fr": "N/A"}


@st.composite
def tasklist(draw: st.DrawFn) -> str:
    names = st.sampled_from(["svchost.exe", "System", "日本語.exe", "{{ 6*7 }}.exe"])
    found = st.sampled_from(["WinRM", "BFE,mpssvc", NO_SERVICES[draw(languages)]])
    rows = draw(st.lists(st.tuples(names, st.integers(0, 10**6), found), max_size=8))
    return "".join(f'"{name}","{pid}","{services}"\r\n' for name, pid, services in rows)


_STORES = tuple(
    firewall_samples.text(name)
    for name in (*firewall_samples.HIVES, firewall_samples.GROUP_POLICY, firewall_samples.WIN11)
)


@st.composite
def firewall_stores(draw: st.DrawFn) -> str:
    """Some of the lines of a recorded store, and reg.exe's own words around them."""
    lines = draw(st.sampled_from(_STORES)).split("\r\n")
    starts = st.integers(0, max(0, len(lines) - 12))
    pieces = ["\r\n".join(lines[at : at + 12]) for at in draw(st.lists(starts, max_size=4))]
    problem, default = REG_WORDS[draw(languages)]
    return "\r\n".join(["", *pieces, f"    {default}    REG_SZ    ", "", problem, ""])
