"""Objects, facts and verdicts: what every family of rules is written with.

A rule is a function of a case. What it says before its `yield` (or at all, without one) is judged;
what comes after is done, when nothing was refused. Then the sums of everything that changed must
hold. Of several refusals the lowest code is answered, as the documented precedence has it.
"""

import copy

RULES = {}
TABLES = {}
FIELDS = {}
SUMS = {}

# What speaks against a fact before its sums are looked at.
STEPS = {"E001", "E002", "E003", "E020", "E021", "E026"}
# What the ledger says when it refuses.
REASONS = {
    reason[:4]: reason
    for reason in (
        "E001_UNKNOWN_REF E002_ILLEGAL_TRANSITION E003_BAD_TIME E004_SOURCE_REF_CONFLICT "
        "E005_BAD_USCC E006_BAD_REGION E007_BAD_CATEGORY E008_BAD_AMOUNT E010_PLAN_OVER_BUDGET "
        "E011_LOT_SUM_MISMATCH E012_AWARD_OVER_CEILING E013_CONTRACT_OVER_AWARD "
        "E014_SUPPLEMENT_OVER_10PCT E015_PAYMENT_OVER_CONTRACT E016_PAYMENT_OVER_BUDGET "
        "E017_PAYEE_MISMATCH E018_FINANCING_OVER_RECEIVABLE E019_VENUE_OVERLAP "
        "E020_FORBIDDEN_ROLE E021_SEALED E022_MISSING_FIELD E023_RELEASE_OVER_HELD "
        "E024_SUM_MISMATCH E025_PAY_BEFORE_ACCEPTANCE E026_WRONG_JURISDICTION"
    ).split()
}


def rule(*kinds):
    """Registers a rule of some event types."""

    def register(function):
        for kind in kinds:
            assert kind not in RULES, kind
            RULES[kind] = function
        return function

    return register


def sums(kind):
    """Registers what must hold of an object of a kind whenever it changed."""

    def register(function):
        SUMS[kind] = function
        return function

    return register


def entity(kind, **fields):
    """Registers what is known of an object of a kind, each field as it is at first."""
    FIELDS[kind] = fields


def machine(kind, rows):
    """Registers a state machine: rows of (states before, event, state after).

    States before are separated by blanks, `-` among them for what does not exist yet. An event may
    carry the case in which the row holds, as in `award_revoked/alone`. A state after of `=` leaves
    the state as it is.
    """
    for before, event, after in rows:
        assert (kind, event) not in TABLES, (kind, event)
        states = [None if state == "-" else state for state in before.split()]
        TABLES[kind, event] = states, after


class Stop(Exception):
    """Nothing more can be judged: what is referred to does not exist."""


class Thing:
    """An object of the ledger, as the facts so far tell it."""

    def __init__(self, kind, owner, name):
        self.kind, self.owner, self.name = kind, owner, name
        self.state = None
        self.begun = self.since = ""
        for field, value in FIELDS.get(kind, {}).items():
            setattr(self, field, value() if callable(value) else value)

    def __repr__(self):
        return f"{self.kind}/{self.owner}/{self.name}"


def label(body, field):
    """The name of an enum's value as the specification writes it, without the enum's own name."""
    kind = body.DESCRIPTOR.fields_by_name[field].enum_type
    return label_of(kind, getattr(body, field))


def labels(body, field):
    """The names of the values of a list of enums."""
    kind = body.DESCRIPTOR.fields_by_name[field].enum_type
    return {label_of(kind, number) for number in getattr(body, field)}


def label_of(kind, number):
    value = kind.values_by_number.get(number)
    return value.name[len(kind.values_by_number[0].name) - len("UNSPECIFIED") :] if value else ""


def shares(parts):
    """Budget parts as amounts by line."""
    by_line = {}
    for part in parts:
        by_line[part.budget_line_id] = by_line.get(part.budget_line_id, 0) + part.amount_fen
    return by_line


class Case:
    """One fact in front of what is known."""

    def __init__(self, model, fact, is_new):
        self.model, self.fact, self.is_new = model, fact, is_new
        self.kind, self.body, self.on = fact.kind, fact.body, fact.on
        self.stream, self.owner = fact.stream_kind, fact.owner
        self.codes, self.asked, self.touched, self.effects = set(), set(), {}, []

    def label(self, field):
        return label(self.body, field)

    def bar(self, code, when):
        """Refuses what can never be, whatever is said of the past later."""
        if when:
            self.codes.add(code)

    def ask(self, code, when):
        """Refuses what may not be appended; not asked again when the past is told anew."""
        if when and self.is_new:
            self.codes.add(code)
            self.asked.add(code)

    def peek(self, kind, owner, name=""):
        """An object that is only read, or nothing."""
        return self.model.things.get((kind, owner, name))

    def find(self, kind, owner, name=""):
        """An object that is changed; it may be new and then has no state."""
        key = (kind, owner, name)
        if key not in self.touched:
            self.touched[key] = self.model.things.get(key) or Thing(*key)
        return self.touched[key]

    def known(self, kind, owner, name=""):
        """An object that is changed and must exist."""
        thing = self.find(kind, owner, name)
        if thing.state is None:
            self.codes.add("E001")
            raise Stop
        return thing

    def seen(self, kind, owner, name=""):
        """An object that is read and must exist."""
        thing = self.peek(kind, owner, name)
        if thing is None and self.is_new:
            self.ask("E001", True)
            raise Stop
        return thing or Thing(kind, owner, name)

    def new(self, kind, owner, name="", state="KNOWN"):
        """An object that must not exist yet."""
        thing = self.find(kind, owner, name)
        self.bar("E002", thing.state is not None)
        self.effects.append(lambda: self.lead(thing, state))
        return thing

    def step(self, thing, case="", after=None):
        """Moves an object by its table, not before the day on which it came to where it is.

        What leaves it where it is may be told late, but not before the object's own beginning.
        Nothing moves in what is suspended.
        """
        event = f"{self.kind}/{case}" if case else self.kind
        before, to = TABLES[thing.kind, event]
        if thing.state is None and None not in before:
            self.codes.add("E001")
            raise Stop
        is_held = bool(getattr(thing, "suspensions", None))
        self.bar("E002", is_held or thing.state not in before)
        if thing.state is not None:
            stays = to in ("=", thing.state)
            days = after or (thing.begun if stays else thing.since)
            self.ask("E003", self.on < days)
        self.effects.append(lambda: self.lead(thing, thing.state if to == "=" else to))
        return thing

    def lead(self, thing, state):
        if thing.state is None:
            thing.begun = self.on
        if thing.state != state:
            thing.state, thing.since = state, self.on

    def not_before(self, *days):
        """Refuses a date before the days that it depends on."""
        self.ask("E003", any(day and self.on < day for day in days))

    def once(self, used, number):
        """Takes a number that its owner gives once."""
        self.bar("E002", number in used)
        self.effects.append(lambda: used.add(number))


# The field that names the object of a stream, where a wrong one is an unknown reference.
STREAM_IDS = {
    "unit": "unit",
    "supplier": "subject",
    "order": "order_no",
    "framework": "framework_id",
    "library": "library_id",
    "venue": "venue_id",
    "agency": "agency",
    "project": "project_id",
}


class Fact:
    """One event as it is judged: its type, content, legal date and envelope."""

    def __init__(self, event, kind, body, on):
        self.event, self.kind, self.body, self.on = event, kind, body, on
        self.stream_kind, self.partition, self.owner = event.stream.split("/", 2)
        self.name = event.source_system, event.source_ref

    def is_in_its_stream(self):
        field = STREAM_IDS.get(self.stream_kind, "")
        return not field or getattr(self.body, field, "") in ("", self.owner)


class Model:
    """What is known after the facts so far."""

    def __init__(self):
        self.things = {}
        self.undo = []

    def look(self, fact, is_new=True):
        """A fact as it is judged, and what is left to do when it happens."""
        case = Case(self, fact, is_new)
        case.ask("E001", not fact.is_in_its_stream())
        try:
            run = RULES[fact.kind](case)
            if run is not None:
                next(run, None)
        except Stop:
            run = None
        return case, run

    def judge(self, fact, is_new=True):
        """The codes that speak against a fact; without any it has been taken in."""
        case, run = self.look(fact, is_new)
        if case.codes & STEPS:
            return case.codes
        if is_new:
            for thing in case.touched.values():
                self.save(thing)
        for effect in case.effects:
            effect()
        if run is not None:
            next(run, None)
        for key, thing in case.touched.items():
            if thing.state is not None:
                self.things[key] = thing
        return case.codes | (self.broken(case.touched.values()) if is_new else set())

    def broken(self, things):
        codes = set()
        for thing in things:
            if thing.state is not None and thing.kind in SUMS:
                codes.update(SUMS[thing.kind](self, thing))
        return codes

    def save(self, thing):
        known = (thing.kind, thing.owner, thing.name) in self.things
        self.undo.append((thing, copy.deepcopy(vars(thing)) if known else None))

    def back(self, mark):
        """Undoes what was taken in since a mark."""
        while len(self.undo) > mark:
            thing, before = self.undo.pop()
            if before is None:
                self.things.pop((thing.kind, thing.owner, thing.name), None)
                thing.state = None
            else:
                vars(thing).clear()
                vars(thing).update(before)
