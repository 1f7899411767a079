"""A lot from its documents to its award or failure (domain.md task 01, 2.5)."""

from .dates import day_of
from .core import entity, machine, rule, sums

OPEN_OR_LATER = "OPEN OPENED EVALUATED AWARD_PENDING"
entity(
    "LT",
    amount=0,
    method="",
    ceiling=None,
    shares=dict,
    document="",
    issued_on="",
    deadline=None,
    clarifications=set,
    bids=dict,
    opened=None,
    opened_on="",
    bidders=set,
    cases=dict,
    ranked=list,
    orders=set,
    award=None,
    award_on="",
    evaluated_on="",
    is_started=False,
    winner="",
    revoked=set,
    notified=None,
    failed=None,
    is_held=False,
    suspensions=set,
    contracts=dict,
)
machine(
    "LT",
    [
        ("PLANNED", "single_source_publicised", "PUBLICISED"),
        ("PUBLICISED", "single_source_reargued/upheld", "PLANNED"),
        ("PUBLICISED", "single_source_reargued", "="),
        ("PLANNED PUBLICISED", "procurement_document_issued", "OPEN"),
        ("PLANNED", "award_recorded", "AWARDED"),
        ("PLANNED PUBLICISED OPEN", "procurement_started", "="),
        ("OPEN", "clarification_issued", "="),
        (OPEN_OR_LATER, "bid_received/late", "="),
        ("OPEN", "bid_received", "="),
        ("OPEN", "bid_withdrawn", "="),
        ("OPEN OPENED", "committee_formed", "="),
        ("OPEN", "procurement_terminated", "TERMINATED"),
        ("OPEN", "bids_opened", "OPENED"),
        ("OPENED", "qualification_reviewed", "="),
        ("OPENED", "abnormal_low_price_triggered", "="),
        ("OPENED", "abnormal_low_price_explained", "="),
        ("OPENED", "abnormal_low_price_decided", "="),
        ("OPENED", "evaluation_concluded", "EVALUATED"),
        ("EVALUATED AWARD_PENDING", "evaluation_report_delivered", "="),
        ("EVALUATED", "winner_determined", "AWARD_PENDING"),
        ("EVALUATED AWARD_PENDING", "reevaluation_ordered", "OPENED"),
        ("AWARD_PENDING", "award_notice_issued", "AWARDED"),
        ("AWARDED", "award_revoked", "AWARD_PENDING"),
        ("AWARDED AWARD_PENDING", "award_revoked/alone", "FAILED"),
        (OPEN_OR_LATER, "lot_failed", "FAILED"),
        ("FAILED", "lot_retry_abandoned", "="),
        ("FAILED", "reprocurement_started", "="),
        ("AWARDED CONTRACTED", "contract_signed", "CONTRACTED"),
    ],
)


@sums("LT")
def lot_sums(_, lot):
    limit = lot.amount if lot.ceiling is None else min(lot.amount, lot.ceiling)
    if lot.award is not None and lot.award > limit:
        yield "E012"
    if sum(lot.contracts.values()) > (lot.award or 0):
        yield "E013"
    openable = {no for no, bid in lot.bids.items() if bid[0] == "IN_TIME"}
    if lot.opened is not None and lot.opened != openable:
        yield "E024"
    if lot.notified is not None and lot.notified != lot.award:
        yield "E024"
    if lot.failed is not None and lot.failed != lot.shares:
        yield "E024"


def lot_of(case, number=None):
    return case.known("LT", case.owner, number or case.body.lot_no)


def advance(case, number=None, suffix=""):
    """Moves a lot by its table."""
    return case.step(lot_of(case, number), suffix)


def plan_stands(case):
    """The project whose plan an act needs: not cancelled, not completed."""
    project = case.peek("PJ", case.owner)
    case.ask("E002", project is not None and project.state != "FILED")
    return project


def instant(stamp):
    return stamp.seconds, stamp.nanos


@rule("procurement_started")
def start(case):
    project = plan_stands(case)
    lots = [advance(case, number) for number in case.body.lot_nos]
    case.bar("E002", any(lot.is_started for lot in lots))
    case.not_before(project and project.filed_on)
    yield
    for lot in lots:
        lot.is_started = True


@rule("procurement_document_issued")
def issue(case):
    lots = [advance(case, number) for number in case.body.lot_nos]
    project = plan_stands(case)
    for lot in lots:
        needs = lot.state == "PUBLICISED" and (lot.method or project.method) != "SINGLE_SOURCE"
        case.ask("E002", needs and not is_approved(case, lot.name, "SINGLE_SOURCE"))
    case.ask("E003", day_of(case.body.bid_deadline.seconds) < case.on)
    case.ask("E003", case.body.doc_to < case.body.doc_from)
    yield
    for lot in lots:
        lot.issued_on = case.on
        lot.deadline, lot.document = instant(case.body.bid_deadline), case.body.doc_id


def is_approved(case, number, method):
    """Whether finance approved a method for a lot."""
    return any(
        change.state == "APPROVED" and number in change.lots and change.method == method
        for key, change in case.model.things.items()
        if key[:2] == ("MC", case.owner)
    )


@rule("clarification_issued")
def clarify(case):
    lots = [lot_of(case, number) for number in case.body.lot_nos]
    for lot in lots:
        case.step(lot, after=lot.issued_on)
    deadline = case.body.new_deadline
    is_moved = case.body.HasField("new_deadline")
    case.ask("E003", is_moved and day_of(deadline.seconds) < case.on)
    for lot in lots:
        case.ask("E001", lot.document not in ("", case.body.doc_id))
        case.once(lot.clarifications, case.body.clarification_no)
    yield
    if is_moved:
        for lot in lots:
            lot.deadline = instant(deadline)


@rule("bid_received")
def receive(case):
    lot = lot_of(case)
    is_late = lot.deadline is not None and instant(case.body.received_at) > lot.deadline
    if not (is_late and lot.suspensions):
        case.step(lot, "late" if is_late else "")
    case.bar("E002", case.body.bid_no in lot.bids)
    case.not_before(lot.issued_on)
    yield
    lot.bids[case.body.bid_no] = (
        "LATE" if is_late else "IN_TIME",
        instant(case.body.received_at),
    )


@rule("bid_withdrawn")
def withdraw(case):
    lot = case.step(lot_of(case))
    bid, received_at = lot.bids.get(case.body.bid_no, (None, (0, 0)))
    case.ask("E001", bid is None)
    case.bar("E002", bid == "WITHDRAWN")
    case.ask("E003", instant(case.body.withdrawn_at) < received_at)
    late = lot.deadline is not None and instant(case.body.withdrawn_at) > lot.deadline
    case.ask("E003", late or bid == "LATE")
    yield
    lot.bids[case.body.bid_no] = "WITHDRAWN", received_at


@rule("committee_formed")
def form(case):
    case.step(lot_of(case))


@rule("bids_opened")
def open_bids(case):
    lot = advance(case)
    case.ask("E003", bool(lot.deadline) and instant(case.body.opened_at) < lot.deadline)
    yield
    lot.opened_on = case.on
    lot.opened = {bid.bid_no for bid in case.body.bidders}
    lot.bidders = {bid.supplier for bid in case.body.bidders}


@rule("qualification_reviewed")
def qualify(case):
    lot = lot_of(case)
    case.step(lot, after=lot.opened_on)
    names = [result.supplier for result in case.body.results]
    case.ask("E001", any(name not in lot.bidders for name in names))
    case.ask("E024", len(set(names)) != len(names))


@rule("abnormal_low_price_triggered")
def trigger(case):
    lot = lot_of(case)
    case.step(lot, after=lot.opened_on)
    case.ask("E001", case.body.supplier not in lot.bidders)
    limit = case.body.reference_fen * case.body.limit_bp
    case.ask("E024", case.body.price_fen * 10000 >= limit)
    case.bar("E002", case.body.case_no in lot.cases)
    yield
    lot.cases[case.body.case_no] = "TRIGGERED", case.on


@rule("abnormal_low_price_explained", "abnormal_low_price_decided")
def examine(case):
    lot = case.step(lot_of(case))
    known = lot.cases.get(case.body.case_no)
    case.ask("E001", known is None)
    is_decision = case.kind == "abnormal_low_price_decided"
    case.bar("E002", known and known[0] != ("EXPLAINED" if is_decision else "TRIGGERED"))
    case.not_before(known and known[1])
    yield
    lot.cases[case.body.case_no] = "DECIDED" if is_decision else "EXPLAINED", case.on


@rule("evaluation_concluded")
def evaluate(case):
    lot = advance(case)
    ranked = [bid.supplier for bid in case.body.ranking]
    case.ask("E001", any(supplier not in lot.bidders for supplier in ranked))
    case.ask("E024", len(set(ranked)) != len(ranked))
    yield
    lot.evaluated_on = case.on
    lot.ranked = [bid.supplier for bid in case.body.ranking if bid.valid]


@rule("evaluation_report_delivered")
def deliver(case):
    lot = lot_of(case)
    case.step(lot, after=lot.evaluated_on)


@rule("winner_determined")
def determine(case):
    lot = advance(case)
    plan_stands(case)
    case.ask("E001", case.body.supplier not in lot.ranked)
    yield
    lot.award, lot.winner, lot.award_on = case.body.award_fen, case.body.supplier, case.on


@rule("award_notice_issued")
def notify(case):
    lot = advance(case)
    case.ask("E001", bool(lot.winner) and lot.winner != case.body.supplier)
    yield
    lot.notified = case.body.award_fen


@rule("award_recorded")
def record(case):
    lot = advance(case)
    plan_stands(case)
    yield
    lot.award, lot.winner, lot.award_on = case.body.award_fen, case.body.supplier, case.on


@rule("reevaluation_ordered")
def evaluate_again(case):
    lot = advance(case)
    case.once(lot.orders, case.body.order_no)
    yield
    lot.award, lot.winner, lot.ranked, lot.notified = None, "", [], None


@rule("agency_fee_paid", "expert_fee_paid")
def pay_fee(case):
    case.new("FE", case.owner, case.body.fee_id)
    case.not_before(case.seen("PJ", case.owner).filed_on)
