"""Rooms for opening and evaluation: slots, requests, allocations (task 13)."""

from .core import entity, machine, rule
from .dates import day_of

entity("VN", slots=dict, taken=dict, open=set)
entity("VR", project="", lots=list)
machine(
    "VR",
    [
        ("-", "venue_requested", "REQUESTED"),
        ("REQUESTED", "venue_request_denied", "DENIED"),
        ("REQUESTED", "venue_request_withdrawn", "WITHDRAWN"),
        ("REQUESTED RELEASED", "venue_allocated", "ALLOCATED"),
        ("ALLOCATED", "venue_released", "RELEASED"),
        ("ALLOCATED", "venue_used", "USED"),
        ("ALLOCATED", "venue_not_used", "NO_SHOW"),
    ],
)


def span(first, last):
    return (first.seconds, first.nanos), (last.seconds, last.nanos)


@rule("venue_registered")
def register(case):
    case.new("VN", case.owner)


@rule("venue_slot_opened")
def open_slot(case):
    venue = case.known("VN", case.owner)
    case.bar("E002", case.body.slot_id in venue.slots)
    slot = span(getattr(case.body, "from"), case.body.to)
    case.ask("E003", slot[1] <= slot[0])
    case.not_before(venue.begun)
    yield
    venue.slots[case.body.slot_id] = slot


@rule("venue_requested")
def request(case):
    request = case.step(case.find("VR", case.owner, case.body.request_id))
    case.seen("PJ", case.body.project_id)
    for number in case.body.lot_nos:
        case.seen("LT", case.body.project_id, number)
    yield
    request.project, request.lots = case.body.project_id, list(case.body.lot_nos)


@rule("venue_request_denied", "venue_request_withdrawn")
def decline(case):
    case.step(case.known("VR", case.owner, case.body.request_id))


@rule("venue_allocated")
def allocate(case):
    venue = case.known("VN", case.owner)
    request = case.step(case.known("VR", case.body.region, case.body.request_id))
    is_other = request.project != case.body.project_id
    case.bar("E001", is_other and request.state in ("REQUESTED", "RELEASED"))
    first, last = span(case.body.start, case.body.end)
    case.ask("E003", last <= first)
    inside = any(a <= first and last <= b for a, b in venue.slots.values())
    clash = any(a < last and first < b for a, b in venue.taken.values())
    case.ask("E019", not inside or clash)
    for number in request.lots:
        lot = case.peek("LT", request.project, number)
        case.ask("E003", bool(lot and lot.deadline and lot.deadline > first))
    yield
    name = f"{case.body.region}/{case.body.request_id}"
    venue.taken[name] = first, last
    venue.open.add(name)


@rule("venue_released", "venue_used", "venue_not_used")
def finish(case):
    venue = case.known("VN", case.owner)
    request = case.step(case.known("VR", case.body.region, case.body.request_id))
    is_other = request.project != case.body.project_id
    case.bar("E001", is_other and request.state == "ALLOCATED")
    name = f"{case.body.region}/{case.body.request_id}"
    case.bar("E001", name not in venue.open)
    if case.kind == "venue_not_used" and name in venue.open:
        case.ask("E003", case.on < day_of(venue.taken[name][0][0]))
    if case.kind == "venue_used":
        first, last = span(case.body.actual_start, case.body.actual_end)
        case.ask("E003", last <= first)
    yield
    venue.open.discard(name)
    if case.kind != "venue_used":
        del venue.taken[name]
