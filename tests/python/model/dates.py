"""Working days as the State Council laid them down (domain.md 4.6): days off and make-up days."""

import datetime

SECONDS_EAST = 8 * 3600

OFF = {
    2023: "0101-0102 0121-0127 0405 0429-0503 0622-0624 0929-1006 1230-1231",
    2024: "0101 0210-0217 0404-0406 0501-0505 0610 0915-0917 1001-1007",
    2025: "0101 0128-0204 0404-0406 0501-0505 0531-0602 1001-1008",
    2026: "0101-0103 0215-0223 0404-0406 0501-0505 0619-0621 0925-0927 1001-1007",
}
MADE_UP = {
    2023: "0128 0129 0423 0506 0625 1007 1008",
    2024: "0204 0218 0407 0428 0511 0914 0929 1012",
    2025: "0126 0208 0427 0928 1011",
    2026: "0104 0214 0228 0509 0920 1010",
}


def is_working(day):
    code = day.strftime("%m%d")
    spans = [span.partition("-") for span in OFF.get(day.year, "0101").split()]
    if any(first <= code <= (last or first) for first, _, last in spans):
        return False
    return day.weekday() < 5 or code in MADE_UP.get(day.year, "").split()


def working_day_after(day, count):
    """The last of so many working days strictly after a day."""
    day = datetime.date.fromisoformat(day)
    while count:
        day += datetime.timedelta(days=1)
        count -= is_working(day)
    return day.isoformat()


def day_of(seconds):
    """The day of an instant at +08:00."""
    moment = datetime.datetime.fromtimestamp(seconds + SECONDS_EAST, datetime.timezone.utc)
    return moment.date().isoformat()
