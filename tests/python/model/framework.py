"""Framework agreements and the orders under them (domain.md 2.5)."""

from .core import entity, machine, rule, sums
from .dates import day_of
from .emall import total

entity(
    "FA",
    unit="",
    selection="",
    is_open=False,
    deadline="",
    signed_on="",
    active_on="",
    listed=dict,
    removed=set,
    agreements=dict,
    filings=set,
    orders=set,
    faults=set,
)
LIVE = "ACTIVE SUPPLEMENT_SOLICITING"
machine(
    "FA",
    [
        ("-", "framework_drafted", "DRAFT"),
        ("DRAFT", "framework_plan_reviewed", "PLAN_REVIEWED"),
        ("PLAN_REVIEWED", "framework_solicited", "SOLICITING"),
        ("SOLICITING", "framework_shortlisted", "SHORTLISTED"),
        ("SHORTLISTED SIGNED ACTIVE", "framework_shortlisted/standing", "="),
        ("SUPPLEMENT_SOLICITING", "framework_shortlisted/more", "ACTIVE"),
        ("SHORTLISTED SIGNED", "framework_agreement_signed", "SIGNED"),
        ("ACTIVE", "framework_agreement_signed/more", "="),
        ("SIGNED", "framework_activated", "ACTIVE"),
        (f"SIGNED {LIVE}", "framework_filed", "="),
        ("ACTIVE", "framework_supplement_solicited", "SUPPLEMENT_SOLICITING"),
        (f"SHORTLISTED SIGNED {LIVE}", "framework_supplier_removed", "="),
        (LIVE, "framework_order_placed", "="),
        (LIVE, "framework_expired", "EXPIRED"),
        (
            f"DRAFT PLAN_REVIEWED SOLICITING SHORTLISTED SIGNED {LIVE}",
            "framework_terminated",
            "TERMINATED",
        ),
    ],
)


def framework_of(case, before=""):
    framework = case.known("FA", case.owner)
    return case.step(framework, "more" if framework.state == before else "")


@rule("framework_drafted")
def draft(case):
    framework = case.step(case.find("FA", case.owner))
    yield
    framework.is_open = case.label("kind") == "OPEN"
    framework.selection, framework.unit = case.label("selection"), case.body.soliciting_unit


@rule(
    "framework_plan_reviewed",
    "framework_activated",
    "framework_expired",
    "framework_terminated",
)
def go_on(case):
    framework = framework_of(case)
    if case.kind == "framework_expired":
        lasts = [last for _, _, (_, last) in framework.agreements.values()]
        case.ask("E003", any(case.on <= last for last in lasts))
    yield
    if case.kind == "framework_activated":
        framework.active_on = case.on


@rule("framework_solicited", "framework_supplement_solicited")
def solicit(case):
    framework = case.known("FA", case.owner)
    case.step(framework, after=framework.active_on)
    deadline = day_of(case.body.deadline.seconds)
    case.ask("E003", deadline < case.on)
    yield
    framework.deadline = deadline


@rule("framework_shortlisted")
def shortlist(case):
    framework = case.known("FA", case.owner)
    suffix = "more" if framework.state == "SUPPLEMENT_SOLICITING" else ""
    if framework.is_open and framework.state in ("SHORTLISTED", "SIGNED", "ACTIVE"):
        suffix = "standing"
    case.step(framework, suffix)
    if not framework.is_open:
        case.not_before(framework.deadline)
    names = [entry.supplier for entry in case.body.shortlisted]
    case.ask("E024", len(set(names)) != len(names) or len(names) > case.body.responded_count)
    yield
    for entry in case.body.shortlisted:
        framework.listed[entry.supplier] = case.on


@rule("framework_agreement_signed")
def sign(case):
    framework = framework_of(case, "ACTIVE")
    case.not_before(framework.listed.get(case.body.supplier))
    skus = [item.sku for item in case.body.items]
    case.ask("E024", len(set(skus)) != len(skus))
    case.ask("E001", case.body.supplier not in framework.listed)
    case.bar("E002", case.body.agreement_no in framework.agreements)
    case.ask("E003", case.body.valid_to < case.body.valid_from)
    yield
    prices = {item.sku: item.unit_price_fen for item in case.body.items}
    framework.signed_on = framework.signed_on or case.on
    span = case.body.valid_from, case.body.valid_to
    framework.agreements[case.body.agreement_no] = case.body.supplier, prices, span


@rule("framework_filed")
def file(case):
    framework = framework_of(case)
    case.not_before(framework.signed_on)
    case.once(framework.filings, case.body.filing_no)


@rule("framework_supplier_removed")
def remove(case):
    framework = framework_of(case)
    case.ask("E001", case.body.supplier not in framework.listed)
    case.bar("E002", case.body.supplier in framework.removed)
    yield
    framework.removed.add(case.body.supplier)


@rule("framework_order_placed")
def order(case):
    framework = framework_of(case)
    case.not_before(framework.active_on)
    case.once(framework.orders, case.body.order_no)
    case.seen("LT", case.body.project_id, case.body.lot_no)
    project = case.peek("PJ", case.body.project_id)
    case.ask("E001", project is not None and project.unit != case.body.unit)
    case.bar("E024", total(case.body.items) != case.body.amount_fen)
    skus = [item.sku for item in case.body.items]
    case.ask("E024", len(set(skus)) != len(skus))
    for code in faults_of(framework, case.body, case.on):
        case.ask(code, True)
    yield
    framework.faults |= faults_of(framework, case.body, case.on)


def faults_of(framework, order, on):
    """What agreements, as they stand, do not allow of an order."""
    agreed = [(p, d) for who, p, d in framework.agreements.values() if who == order.supplier]
    if not agreed or order.supplier in framework.removed:
        return {"E001"}
    in_force = [prices for prices, (first, last) in agreed if first <= on <= last]
    if not in_force:
        return {"E003"}
    faults = set()
    for item in order.items:
        prices = [prices[item.sku] for prices in in_force if item.sku in prices]
        if not prices:
            faults.add("E001")
        elif item.unit_price_fen > max(prices):
            faults.add("E013")
    return faults


@sums("FA")
def orders_rest_on_agreements(_, framework):
    yield from framework.faults
