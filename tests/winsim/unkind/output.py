# SPDX-License-Identifier: GPL-3.0-or-later
"""The same output of a program, in other pieces."""

from __future__ import annotations

import base64
from copy import deepcopy
from itertools import pairwise
from random import Random

from winsim.soap import RSP, A, Element, new_id
from winsim.unkind.tree import RELATES_TO, content

_STREAM, _STATE = f"{{{RSP}}}Stream", f"{{{RSP}}}CommandState"
_EXIT_CODE = f"{{{RSP}}}ExitCode"
_RUNNING = f"{RSP}/CommandState/Running"
#: So many answers, and elements, a piece of output is cut into at most.
_MOST = 4


def cut(data: bytes, random: Random) -> list[bytes]:
    """Output in pieces that end anywhere, also inside a character or a line: a stream is octets, and
    an answer has those that are there (MS-WSMV 3.1.4.14 and 2.2.4.36)."""
    places = sorted(random.randint(0, len(data)) for _place in range(random.randint(0, _MOST)))
    pieces = [data[start:end] for start, end in pairwise([0, *places, len(data)])]
    return [piece for piece in pieces if piece]


def base64_lines(text: str, random: Random) -> str:
    """Base64 may be broken into lines (XML Schema part 2, 3.2.16; sample
    txwinrm_Receive_response.xml)."""
    return random.choice([text, "\r\n".join(text[i : i + 76] for i in range(0, len(text), 76))])


def interleaved(first: list[Element], second: list[Element], random: Random) -> list[Element]:
    """Pieces of both streams, each in its order (MS-WSMV 2.2.4.34: a Stream names its own)."""
    rest = [list(first), list(second)]
    merged = []
    while any(rest):
        merged.append(random.choice([each for each in rest if each]).pop(0))
    return merged


def in_pieces(root: Element, random: Random) -> list[Element]:
    """The answers that stand for one answer to Receive, in their order: each but the last says that
    the command is running, and has some output (MS-WSMV 3.1.4.14)."""
    response = content(root)
    state = response.find(_STATE) if response is not None else None
    if response is None or state is None:
        return [root]
    streams = list(response.iter(_STREAM))
    ends = [stream for stream in streams if stream.get("End")]
    cuts = {
        name: [
            _stream(name, state.get("CommandId", ""), piece, random)
            for piece in cut(joined(streams, name), random)
        ]
        for name in ("stdout", "stderr")
    }
    pieces = interleaved(cuts["stdout"], cuts["stderr"], random)
    places = sorted(
        random.randint(0, len(pieces)) for _place in range(random.randint(0, _MOST - 1))
    )
    groups = [pieces[start:end] for start, end in pairwise([0, *places, len(pieces)])]
    groups = [group for group in groups[:-1] if group] + groups[-1:]
    return [_answer(root, group, ends if last else None) for group, last in _marked(groups)]


def _marked(groups: list[list[Element]]) -> list[tuple[list[Element], bool]]:
    return [(group, number == len(groups)) for number, group in enumerate(groups, 1)]


def joined(streams: list[Element], name: str) -> bytes:
    return b"".join(
        base64.b64decode(stream.text or "") for stream in streams if stream.get("Name") == name
    )


def _stream(name: str, command_id: str, data: bytes, random: Random) -> Element:
    stream = Element(_STREAM, {"Name": name, "CommandId": command_id})
    stream.text = base64_lines(base64.b64encode(data).decode(), random)
    return stream


def _answer(root: Element, streams: list[Element], ends: list[Element] | None) -> Element:
    """A copy of the answer with these streams; without `ends` it isn't the last."""
    made = deepcopy(root)
    response = content(made)
    assert response is not None
    for stream in response.findall(_STREAM):
        response.remove(stream)
    response[:0] = [*streams, *deepcopy(ends or [])]
    if ends is None:
        state = response.find(_STATE)
        assert state is not None
        state.set("State", _RUNNING)
        for code in state.findall(_EXIT_CODE):
            state.remove(code)
    return made


def addressed(root: Element, relates_to: str) -> Element:
    """An answer that was kept, for the request that gets it now."""
    for element in root.iter(RELATES_TO):
        element.text = relates_to
    for element in root.iter(f"{{{A}}}MessageID"):
        element.text = f"uuid:{new_id()}"
    return root
