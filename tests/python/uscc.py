"""Judges unified social credit codes by python-stdnum.

Reads lines of a code, a tab and 1 or 0 (accepted or refused by the ledger). python-stdnum wants
digits at places 1 to 8 and so refuses what rural collectives really have (N at place 1); such codes
are judged by the standard's own sum (GB 32100-2015) here. It also takes a 0 at place 1, which no
registration authority has.

Usage: uscc.py FILE
"""

import collections
import sys

from stdnum.cn import uscc

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def by_the_standard(code):
    if len(code) != 18 or any(c not in ALPHABET for c in code):
        return False
    if code[0] not in "123456789ANY" or not code[2:8].isdigit():
        return False
    total = sum(ALPHABET.index(c) * pow(3, place, 31) for place, c in enumerate(code[:17]))
    return code[17] == ALPHABET[-total % 31]


def main():
    counts = collections.Counter()
    for line in open(sys.argv[1], encoding="utf-8"):
        code, accepted = line.rstrip("\n").split("\t")
        accepted = accepted == "1"
        is_plain = len(code) == 18 and code[:8].isdigit() and code[0] != "0"
        judge = "stdnum" if is_plain or len(code) != 18 else "standard"
        expected = uscc.is_valid(code) if judge == "stdnum" else by_the_standard(code)
        assert accepted == expected, f"{code}: {judge} says {expected}, the ledger {accepted}"
        if judge == "stdnum" and len(code) == 18:
            assert by_the_standard(code) == expected, f"{code}: stdnum differs from the standard"
        counts[judge, expected] += 1
    for judge in ("stdnum", "standard"):
        for expected in (True, False):
            assert counts[judge, expected] >= 200, f"too few codes to tell: {counts}"
    assert not uscc.is_valid("N14304000000990713"), "python-stdnum learned N; compare it in full"
    print(dict(counts))


if __name__ == "__main__":
    main()
