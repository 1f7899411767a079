"""The e-mall: orders, which are contracts of their own, and objections (task 10, 2.11)."""

from .contract import begin
from .core import entity, machine, rule, shares
from .money import lines_of, occupied, occupy

entity("EO", unit="", supplier="", ceiling=0, winner="", price=0)
machine(
    "EO",
    [
        ("-", "emall_rfq_opened", "RFQ_OPEN"),
        ("RFQ_OPEN", "emall_rfq_closed", "RFQ_CLOSED"),
        ("RFQ_OPEN", "emall_rfq_failed", "RFQ_FAILED"),
        ("- RFQ_CLOSED", "emall_order_placed", "PLACED"),
        ("PLACED", "emall_order_confirmed", "CONFIRMED"),
        ("PLACED CONFIRMED", "emall_order_cancelled", "CANCELLED"),
        ("CONFIRMED", "emall_order_shipped", "SHIPPED"),
        ("CONFIRMED SHIPPED", "emall_order_delivered", "DELIVERED"),
        ("DELIVERED", "emall_order_accepted", "ACCEPTED"),
        ("ACCEPTED PAID", "payment_executed", "PAID"),
        ("PAID", "payment_returned", "ACCEPTED"),
        ("DELIVERED", "emall_order_returned", "RETURNED"),
    ],
)
machine(
    "OB",
    [
        ("-", "emall_objection_raised", "RAISED"),
        ("RAISED", "emall_objection_taken", "IN_PROGRESS"),
        ("RAISED IN_PROGRESS", "emall_objection_resolved", "RESOLVED"),
        ("RAISED IN_PROGRESS", "emall_objection_withdrawn", "WITHDRAWN"),
    ],
)


def total(items):
    """Quantity in thousandths times price, rounded half up to a fen line by line."""
    return sum((item.qty_milli * item.unit_price_fen + 500) // 1000 for item in items)


@rule("emall_rfq_opened")
def open_bidding(case):
    order = case.step(case.find("EO", case.owner))
    case.ask("E003", case.body.closes_at.seconds < case.body.opened_at.seconds)
    yield
    order.unit, order.ceiling = case.body.unit, case.body.ceiling_fen


@rule("emall_rfq_closed")
def close_bidding(case):
    order = case.step(case.known("EO", case.owner))
    case.bar("E012", case.body.price_fen > order.ceiling)
    yield
    order.winner, order.price = case.body.winner, case.body.price_fen


@rule("emall_rfq_failed")
def fail_bidding(case):
    case.step(case.known("EO", case.owner))


@rule("emall_order_placed")
def place(case):
    body = case.body
    order = case.step(case.find("EO", case.owner))
    project = case.step(case.find("PJ", case.owner))
    contract = case.step(case.find("CT", case.owner, case.owner))
    parts = shares(body.budget_parts)
    lines_of(case, parts, unit=body.unit, region=case.fact.event.region_code)
    case.bar("E024", total(body.items) != body.amount_fen)
    case.bar("E024", sum(parts.values()) != body.amount_fen)
    is_bid = case.label("method") == "BID"
    case.bar("E001", is_bid and order.state is None)
    case.bar("E002", not is_bid and order.state is not None)
    if order.winner:
        case.ask("E001", (order.unit, order.winner) != (body.unit, body.supplier))
        case.ask("E024", body.amount_fen != order.price)
    yield
    order.unit, order.supplier = body.unit, body.supplier
    project.unit = body.unit
    for line, fen in parts.items():
        occupy(case, project, line, planned=fen)
    begin(contract, body)
    contract.buyer, contract.signed_on = body.unit, case.on
    contract.terms = {"1": ("FINAL", body.amount_fen)}


@rule("emall_order_confirmed", "emall_order_delivered", "emall_order_accepted")
def go_on(case):
    case.step(case.known("EO", case.owner))
    contract = case.step(case.known("CT", case.owner, case.owner))
    yield
    if case.kind == "emall_order_accepted":
        contract.accepted[case.owner] = contract.amount
        contract.is_passed, contract.accepted_on = True, case.on


@rule("emall_order_shipped")
def ship(case):
    case.step(case.known("EO", case.owner))


@rule("emall_order_cancelled", "emall_order_returned")
def give_back(case):
    case.step(case.known("EO", case.owner))
    project = case.step(case.known("PJ", case.owner))
    contract = case.step(case.known("CT", case.owner, case.owner))
    parts = shares(case.body.budget_parts)
    lines_of(case, parts, may_be_closed=True)
    case.bar("E024", parts != {line: occupied(h) for line, h in project.holds.items()})
    yield
    contract.settled = 0
    for line, fen in parts.items():
        occupy(case, project, line, released=fen)


@rule(
    "emall_objection_raised",
    "emall_objection_taken",
    "emall_objection_resolved",
    "emall_objection_withdrawn",
)
def object_to(case):
    if case.kind == "emall_objection_raised" and case.stream == "order":
        case.seen("EO", case.owner)
    case.step(case.find("OB", case.owner, case.body.objection_id))
