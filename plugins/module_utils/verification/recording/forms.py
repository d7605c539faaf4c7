# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Private values that can be recognized by their form or their place in a text: one expression, in
which each kind is a group. It is searched for in narrow text, see `flat`."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

# Only ASCII neighbours count: in Japanese, there is no blank between a word and an address.
_GUID = r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![0-9A-Fa-f])"
_IPV4 = r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}"
_PAIR = "[0-9A-Fa-f]{2}"
# Six octets or more (eight, or those of a DHCPv6 client), in each form that makers of network
# devices use, and without separators if it can't be anything else: with a letter and a digit. With
# blanks, full stops and underscores, there has to be a letter.
_MAC = (
    r"(?<![0-9A-Fa-f])(?<![G-Zg-z](?=[A-Fa-f]{2}))"
    rf"(?:{_PAIR}(?P<separator>[:-]){_PAIR}(?:(?P=separator){_PAIR}){{4,13}}"
    r"|[0-9A-Fa-f]{4}(?P<quarter>[.:-])[0-9A-Fa-f]{4}(?P=quarter)[0-9A-Fa-f]{4}(?![:-][0-9A-Fa-f:])"
    rf"|(?=[0-9 ._-]{{0,16}}[A-Fa-f])(?:[0-9A-Fa-f]{{6}}-[0-9A-Fa-f]{{6}}"
    rf"|{_PAIR}(?P<gap>[ ._]){_PAIR}(?:(?P=gap){_PAIR}){{4}}))(?![0-9A-Fa-f])"
    r"|(?<![0-9A-Za-z])(?=[0-9]{0,11}[A-Fa-f])(?=[A-Fa-f]{0,11}[0-9])[0-9A-Fa-f]{12}(?![0-9A-Za-z])"
)
# Thumbprints of certificates, other digests, and GUIDs without hyphens.
_DIGEST = (
    r"(?<![0-9A-Za-z])[0-9A-Fa-f]{32}(?:[0-9A-Fa-f]{8}){0,12}(?![0-9A-Za-z])"
    rf"|(?<![0-9A-Za-z]){_PAIR}(?:[ :-]{_PAIR}){{15,63}}(?![0-9A-Za-z])"
)
# Product keys have five groups of five, installation identifiers four ("00330-…-AAOEM").
_GROUP = "[0-9A-Za-z]{5}"
_KEY = (
    rf"(?<![0-9A-Za-z])(?:{_GROUP}(?:-{_GROUP}){{3,9}}"
    rf"|(?=[A-Za-z_]{{0,29}}[0-9]){_GROUP}(?:_{_GROUP}){{3,9}}"
    r"|(?-i:(?=[0-9 ]{0,29}[A-Z])(?=[A-Z ]{0,29}[0-9])[0-9A-Z]{5}(?: [0-9A-Z]{5}){4}))"
    r"(?![0-9A-Za-z])"
)
_LABELS = (
    r"(?:(?:[a-z]{0,20}[_-]?(?:token|secret|passwords?|passwd|passphrase|passwort|credentials?)"
    r"|api[_-]?key|pwd|psk|sig|signature|accountkey|sharedaccess(?:key|signature)|s/n"
    r"|[a-z]{0,8}sessionid|serial(?: ?(?:no|number))?\.?)[\"']?|パスワード|暗証番号)"
)
_WAYS = "(?:Bearer|Basic|Negotiate|NTLM|Digest)"
# JSON web tokens, and tokens whose prefix names their issuer.
_KNOWN_BEGINNINGS = (
    r"eyJ[0-9A-Za-z_-]{8,4000}\.[0-9A-Za-z_-]{2,4000}(?:\.[0-9A-Za-z_-]{0,4000})?"
    r"|(?:gh[oprsu]_|github_pat_|glpat-|xox[a-z]-|AKIA|ASIA|AIza|npm_|sk-(?=[a-z_-]{0,64}[0-9]))"
    r"[0-9A-Za-z_-]{16,255}"
)

PATTERN = re.compile(
    rf"(?P<guid>{_GUID})"
    r"|(?P<sid>(?<![0-9A-Za-z_-])S-1(?:-[0-9]{1,20}){2,15})"
    rf"|(?P<key>{_KEY})"
    rf"|(?P<digest>{_DIGEST})"
    rf"|(?P<mac>{_MAC})"
    r"|(?P<nibbles>(?<![0-9A-Za-z.])[0-9A-Fa-f](?:\.[0-9A-Fa-f]){3,31}(?=\.ip6))"
    r"|(?P<literal>(?<![0-9A-Za-z-])[0-9A-Fa-f-]{2,45}(?:s[0-9]{1,9})?\.ipv6-literal\.net)"
    rf"|(?P<ipv4>(?<![0-9])(?<![0-9]\.){_IPV4}(?:[-/]{_IPV4}|/[0-9]{{1,2}})?(?![0-9]|\.[0-9]))"
    r"|(?P<dashed>(?<![0-9])[0-9]{1,3}(?P<joint>[-_])[0-9]{1,3}(?:(?P=joint)[0-9]{1,3}){2,8}"
    r"(?![0-9]))"
    r"|(?P<ipv6>(?<![0-9A-Za-z.:])(?=[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:)[0-9A-Fa-f:.]{2,45}"
    r"(?:-[0-9A-Fa-f:.]{2,45}|/[0-9]{1,3})?(?![0-9A-Za-z:]))"
    r"|(?P<profile>[\\/](?:Users|Documents and Settings)[\\/]{1,2})"
    r"(?P<owner>[^\\/:*?\"<>|\r\n]{1,80})"
    r"|(?P<share>(?<![\w:\\])\\\\)(?P<server>[^\\/\s\"<>|?*:.][^\\/\s\"<>|?*:]{0,80})(?=\\)"
    # The parts of a URL before the name of the host, and after the path. Resources of packages
    # (ms-resource://Microsoft.Windows...) have no host.
    r"|(?P<scheme>(?<![0-9A-Za-z+.-])(?!ms-)[a-z][0-9a-z+.-]{1,20}://)(?P<userinfo>[^/\s@\"'<>]{1,255}@)?"
    r"(?P<host>[^/:\s\[\]+*\"'<>@]{1,255})"
    r"|(?P<query>\?)(?=[\w.~%+-]{1,64}=)[^\s\"'<>|]+"
    r"|(?P<mail>(?<![\w.@])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8})"
    # Full names of hosts in domains that don't exist on the internet.
    r"|(?P<fqdn>(?<![\w.-])[\w-]{1,63}(?:\.[\w-]{1,63}){0,6}"
    r"\.(?:local|lan|corp|internal|intranet|localdomain|home\.arpa))(?![\w-]|\.[\w-])"
    rf"|(?P<header>(?<![0-9A-Za-z])(?:(?:proxy-)?authorization|(?:set-)?cookie)[ \t]?:[ \t]?"
    rf"(?:{_WAYS}[ \t])?)[^\r\n]+"
    rf"|(?P<credential>(?<![0-9A-Za-z]){_LABELS}[ \t]{{0,4}}[=:][ \t]{{0,4}})"
    r"(?:\"[^\"\r\n]{1,255}\"?|'[^'\r\n]{1,255}'?|[^\s&;,|\"'<>]+)"
    rf"|(?P<way>(?<![0-9A-Za-z]){_WAYS}[ \t])"
    r"(?=[A-Za-z._~+/-]{0,255}[0-9=])[0-9A-Za-z._~+/-]{8,}={0,2}"
    rf"|(?P<token>(?<![0-9A-Za-z])(?:{_KNOWN_BEGINNINGS}))"
    # Subjects and issuers of certificates (RFC 4514).
    r"|(?P<attribute>(?<![0-9A-Za-z])(?:CN|OU|DC|UID|SERIALNUMBER|emailAddress)[ \t]?=[ \t]?"
    r"|(?<=[,/+] )(?:O|L|E|G|SN)=|(?<=[,/+])(?:O|L|E|G|SN)=)(?P<subject>[^,;|+/\r\n\"<>]{1,200})"
    # Registry values that contain names, and those whose contents can't be read.
    r"|(?P<value>^ {4}(?:ProfileName|Description|DnsSuffix|FirstNetwork) {4}REG_\w+ {4})"
    r"(?P<network>[^\r\n]+)"
    r"|(?P<binary>^ {4}[^\r\n]{1,255}? {4}REG_BINARY {4})(?P<bytes>[0-9A-F]+)"
    r"|(?P<field>\|(?:NNm|RemoteMachineName)=)(?P<names>[^|\r\n]+)",
    re.IGNORECASE | re.MULTILINE,
)

#: Most CIM values are a number or a word, which no part of the pattern matches.
WORTH_A_LOOK = re.compile(
    r"[-:.\\/@|=?_]|REG_|[0-9A-F]{12}|[0-9A-F]{2} [0-9A-F]{2} "
    r"|[0-9A-Z]{5} [0-9A-Z]{5} |(?:Bearer|Basic|Negotiate|NTLM|Digest)[ \t]|A[KS]IA|AIza",
    re.IGNORECASE,
)

_WIDE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | dict.fromkeys(
    (*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFE63), ord("-")
)


def flat(text: str) -> str:
    """A text of the same length in which full-width forms of ASCII, and all hyphens, are ASCII."""
    return text if text.isascii() else text.translate(_WIDE)


# Characters that mean the same in a URL whether they are encoded or not: those beyond ASCII, and
# unreserved ones (RFC 3986, 2.3). Decoding any other could end the value that is searched for.
_PERCENT = re.compile(
    "%(?:[89A-F][0-9A-F](?:%[89A-F][0-9A-F])*|2[DE]|3[0-9]|[46][1-9A-F]|[57][0-9A]|5F|7E)",
    re.IGNORECASE,
)
_AGAIN = re.compile("(?<=%)(?:25)+(?=[2-9A-F][0-9A-F])", re.IGNORECASE)


def decoded(text: str) -> str:
    """A text in which characters without a meaning in URLs are not percent-encoded."""
    return _PERCENT.sub(_characters, _AGAIN.sub("", text)) if "%" in text else text


def _characters(found: re.Match[str]) -> str:
    try:
        return unquote_to_bytes(found[0]).decode()
    except UnicodeDecodeError:
        return found[0]
