"""How a lot fails and is procured again, and the way of a single source (domain.md 2.5)."""

from .core import entity, machine, rule, shares, sums
from .dates import day_of
from .money import lines_of, occupy
from .tender import advance, lot_of, plan_stands

entity("SG", supplier="", objections=set, lots=set, publicities=dict)
machine(
    "SG",
    [
        ("-", "single_source_argued", "ARGUED"),
        ("-", "single_source_publicised", "PUBLICISED"),
        ("ARGUED", "single_source_publicised/argued", "="),
        ("PUBLICISED OBJECTED REJECTED", "single_source_objected", "OBJECTED"),
        ("OBJECTED", "single_source_reargued", "REJECTED"),
        ("OBJECTED", "single_source_reargued/upheld", "UPHELD"),
    ],
)


def fail(case, lot, is_held):
    lot.failed, lot.is_held = shares(case.body.budget_parts), is_held
    lot.revoked.add(lot.winner)
    lot.award, lot.winner, lot.notified = None, "", None
    if not is_held:
        release(case, lot.failed)


def release(case, parts):
    project = case.peek("PJ", case.owner)
    for line, fen in parts.items():
        occupy(case, project, line, released=fen)


def holder_of(case):
    """The project whose occupation a failed lot releases or goes on to hold."""
    project = case.known("PJ", case.owner)
    case.bar("E002", project.state != "FILED")
    lines_of(case, shares(case.body.budget_parts), may_be_closed=True)
    return project


@rule("lot_failed")
def lose(case):
    lot = lot_of(case)
    case.step(lot, after=lot.issued_on)
    holder_of(case)
    yield
    fail(case, lot, case.body.retry_intended)


@rule("award_revoked")
def revoke(case):
    is_alone = not case.body.next_candidate
    case.bar("E002", case.known("PJ", case.owner).state != "FILED")
    lot = advance(case, suffix="alone" if is_alone else "")
    if is_alone:
        holder_of(case)
    else:
        case.ask("E024", len(case.body.budget_parts) > 0)
        next_one = case.body.next_candidate
        is_out = next_one == lot.winner or next_one in lot.revoked
        case.ask("E001", next_one not in lot.ranked or is_out)
    yield
    if is_alone:
        fail(case, lot, case.body.retry_intended)
    else:
        lot.revoked.add(lot.winner)
        lot.award, lot.winner = case.body.next_award_fen, case.body.next_candidate
        lot.notified, lot.award_on = None, case.on


@rule("lot_retry_abandoned")
def abandon(case):
    lot = case.step(lot_of(case))
    case.bar("E002", not lot.is_held)
    holder_of(case)
    yield
    fail(case, lot, False)


@rule("reprocurement_started")
def procure_again(case):
    lot = lot_of(case)
    case.step(lot, after=lot.since)
    case.bar("E002", not lot.is_held)
    project = case.known("PJ", case.owner)
    case.bar("E002", project.state != "FILED")
    parts = shares(case.body.budget_parts)
    case.ask("E024", sum(parts.values()) != case.body.amount_fen)
    case.bar("E024", any(fen > lot.shares.get(line, 0) for line, fen in parts.items()))
    case.bar("E011", case.body.amount_fen > lot.amount)
    if case.body.approval_request_id:
        change = case.seen("MC", case.owner, case.body.approval_request_id)
        of = lot.name in change.lots and change.method == case.label("new_method")
        case.ask("E001", change.state != "APPROVED" or not of)
        case.not_before(change.since)
    again = case.new("LT", case.owner, case.body.new_lot_no, "PLANNED")
    yield
    lot.is_held = False
    again.method = case.label("new_method")
    again.amount, again.shares = case.body.amount_fen, parts
    again.ceiling = case.body.ceiling_fen if case.body.HasField("ceiling_fen") else None


@rule("procurement_terminated")
def terminate(case):
    lots = [advance(case, number) for number in case.body.lot_nos]
    for lot in lots:
        case.ask("E003", bool(lot.deadline) and case.on > day_of(lot.deadline[0]))


@rule("single_source_argued")
def argue(case):
    argument = case.step(case.find("SG", case.owner, case.body.argument_id))
    for number in case.body.lot_nos:
        case.seen("LT", case.owner, number)
    yield
    argument.supplier, argument.lots = case.body.supplier, set(case.body.lot_nos)


@rule("single_source_publicised")
def publicise(case):
    plan_stands(case)
    source = case.step(case.find("SG", case.owner, case.body.publicity_id))
    case.ask("E003", case.body.to < getattr(case.body, "from"))
    if case.body.argument_id:
        argument = case.known("SG", case.owner, case.body.argument_id)
        rests = case.body.supplier, set(case.body.lot_nos)
        case.ask("E001", argument.state != "ARGUED" or not is_argued(argument, *rests))
        case.step(argument, "argued")
    for number in case.body.lot_nos:
        advance(case, number)
    yield
    source.lots = set(case.body.lot_nos)
    if case.body.argument_id:
        argument.publicities[case.body.publicity_id] = rests


def is_argued(argument, supplier, lots):
    """Publicity is of the supplier and of lots that were argued."""
    return supplier == argument.supplier and lots <= argument.lots


@sums("SG")
def rests_on_its_argument(_, source):
    if not all(is_argued(source, *rests) for rests in source.publicities.values()):
        yield "E001"


@rule("single_source_objected")
def object_to(case):
    source = case.step(case.known("SG", case.owner, case.body.publicity_id))
    case.once(source.objections, case.body.objection_no)


@rule("single_source_reargued")
def reargue(case):
    is_upheld = case.label("result") == "OBJECTION_UPHELD"
    source = case.known("SG", case.owner, case.body.publicity_id)
    case.step(source, "upheld" if is_upheld else "")
    for number in case.body.lot_nos:
        case.ask("E001", number not in source.lots)
        advance(case, number, "upheld" if is_upheld else "")
