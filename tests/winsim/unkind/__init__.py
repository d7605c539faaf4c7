# SPDX-License-Identifier: GPL-3.0-or-later
"""A host that is less kind: each of its answers differs from Windows' usual one in some of the ways
that the specifications and the recordings allow, and that mean the same.

A variation is one function, with its source, in the module of its kind; `manner` applies them to an
answer at one place. Which ones, and how, a `random.Random` decides that is made of the seed, the
host's name, the number of the request, and the function's name.
"""
