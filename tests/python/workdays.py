"""Judges working days by chinesecalendar: every day of every year that it knows.

Reads lines of a day, a tab and 1 or 0 (a working day for the ledger or not). The days must cover
all years of chinesecalendar.

Usage: workdays.py FILE
"""

import datetime
import sys

import chinese_calendar
from chinese_calendar.constants import holidays


def main():
    compared = set()
    for line in open(sys.argv[1], encoding="utf-8"):
        text, workday = line.rstrip("\n").split("\t")
        day = datetime.date.fromisoformat(text)
        expected = chinese_calendar.is_workday(day)
        assert (workday == "1") == expected, f"{day}: chinesecalendar says {expected}"
        compared.add(day)
    first = datetime.date(min(day.year for day in holidays), 1, 1)
    last = datetime.date(max(day.year for day in holidays), 12, 31)
    known = (last - first).days + 1
    covered = sum(first <= day <= last for day in compared)
    assert covered == known, f"{covered} of the {known} days from {first} to {last}"
    print(f"{covered} days")


if __name__ == "__main__":
    main()
