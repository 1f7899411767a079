"""A contract: its terms, changes, performance and acceptance (domain.md 2.6, 2.7)."""

from .core import entity, label, machine, rule, shares, sums
from .money import lines_of, occupy
from .tender import plan_stands

HELD = "SUSPENDED_SIGNED SUSPENDED_PERFORMING"
LIVE = f"SIGNED PERFORMING {HELD} RECTIFYING ACCEPTED"
entity(
    "CT",
    lot="",
    buyer="",
    supplier="",
    signed_on="",
    amount=0,
    account="",
    law_track="PROCUREMENT_LAW",
    is_fixed=True,
    terms=dict,
    supplements=dict,
    changes=dict,
    damages=dict,
    settlements=dict,
    accepted=dict,
    damages_when_accepted=0,
    is_started=False,
    is_passed=False,
    settled=None,
    claims=dict,
    paid_on="",
    accepted_on="",
    performing_on="",
    passed_on="",
    settled_on="",
    papers=set,
    securities=dict,
)
entity("AC", contract="", concluded_on="")
machine(
    "CT",
    [
        ("-", "contract_signed", "SIGNED"),
        ("SIGNED PERFORMING", "supplement_signed", "="),
        ("SIGNED PERFORMING", "contract_changed", "="),
        ("SIGNED PERFORMING", "performance_started", "PERFORMING"),
        ("SIGNED PERFORMING", "goods_delivered", "PERFORMING"),
        ("RECTIFYING", "goods_delivered/again", "="),
        (LIVE, "settlement_confirmed", "="),
        (LIVE, "liquidated_damages_assessed", "="),
        ("SIGNED", "contract_suspended", "SUSPENDED_SIGNED"),
        ("PERFORMING", "contract_suspended/performing", "SUSPENDED_PERFORMING"),
        ("SUSPENDED_SIGNED", "contract_resumed", "SIGNED"),
        ("SUSPENDED_PERFORMING", "contract_resumed/performing", "PERFORMING"),
        (f"SIGNED PERFORMING {HELD}", "contract_terminated", "TERMINATED"),
        ("PERFORMING", "acceptance_concluded/final", "ACCEPTED"),
        ("SIGNED PERFORMING", "acceptance_concluded/partial", "="),
        ("PERFORMING ACCEPTED", "acceptance_concluded/failed", "RECTIFYING"),
        ("RECTIFYING", "rectification_completed", "PERFORMING"),
        ("SIGNED PERFORMING ACCEPTED", "acceptance_requested", "="),
        ("SIGNED PERFORMING ACCEPTED", "acceptance_team_formed", "="),
        ("ACCEPTED", "contract_completed", "COMPLETED"),
        ("-", "emall_order_placed", "ORDERED"),
        ("ORDERED", "emall_order_confirmed", "SIGNED"),
        ("ORDERED SIGNED", "emall_order_cancelled", "TERMINATED"),
        ("SIGNED", "emall_order_delivered", "PERFORMING"),
        ("PERFORMING", "emall_order_accepted", "ACCEPTED"),
        ("PERFORMING", "emall_order_returned", "TERMINATED"),
    ],
)
machine(
    "AC",
    [
        ("- FAILED", "acceptance_requested", "REQUESTED"),
        ("- REQUESTED FAILED", "acceptance_team_formed", "IN_PROGRESS"),
        ("- REQUESTED IN_PROGRESS FAILED", "acceptance_concluded/final", "PASSED"),
        ("- REQUESTED IN_PROGRESS FAILED", "acceptance_concluded/partial", "PARTIAL"),
        ("- REQUESTED IN_PROGRESS FAILED", "acceptance_concluded/failed", "FAILED"),
    ],
)


def value(contract):
    added = sum(contract.supplements.values()) + sum(contract.changes.values())
    return contract.amount + added


def payable(contract):
    return value(contract) - sum(contract.damages.values())


def accepted(contract):
    return sum(contract.accepted.values())


def claimed(contract, *kinds, states=("REQUESTED", "ACCEPTED", "EXECUTED")):
    """What payments claim on terms of some kinds, or in all; settlements are of no kind."""
    return sum(
        fen
        for state, fen, kind in contract.claims.values()
        if state in states and (not kinds or kind in kinds)
    )


def locked_account(case):
    """The account to which a contract must pay while a loan on it runs."""
    receivable = case.peek("RV", case.owner, case.body.contract_id)
    return next(iter(receivable.locks.values()), None) if receivable else None


def is_paid_up(contract):
    is_all_paid = claimed(contract, states=("EXECUTED",)) == payable(contract)
    return is_all_paid and not claimed(contract, states=("REQUESTED", "ACCEPTED"))


@sums("CT")
def contract_sums(_, contract):
    more = sum(contract.supplements.values()) + sum(
        fen for fen in contract.changes.values() if fen > 0
    )
    if contract.law_track == "PROCUREMENT_LAW" and more * 10 > contract.amount:
        yield "E014"
    total = sum(fen for _, fen in contract.terms.values())
    if total > contract.amount or contract.is_fixed and total != contract.amount:
        yield "E024"
    if payable(contract) < 0 or value(contract) < 0:
        yield "E024"
    if contract.settled is not None and contract.settled > payable(contract):
        yield "E024"
    if accepted(contract) > value(contract) - contract.damages_when_accepted:
        yield "E024"
    yield from claims_hold(contract)


def claims_hold(contract):
    bound = payable(contract)
    if contract.settled is not None and claimed(contract, "SETTLEMENT"):
        bound = min(bound, contract.settled)
    if claimed(contract) > bound:
        yield "E015"
    if claimed(contract, "ACCEPTANCE", "FINAL") > accepted(contract):
        yield "E025"
    if claimed(contract, "PROGRESS") > sum(contract.settlements.values()):
        yield "E025"
    for kind in ("ADVANCE", "RETENTION"):
        limit = sum(fen for of, fen in contract.terms.values() if of == kind)
        if claimed(contract, kind) > limit:
            yield "E025"
    if claimed(contract, "RETENTION") and not contract.is_passed:
        yield "E025"


def begin(contract, body):
    contract.supplier, contract.amount = body.supplier, body.amount_fen
    contract.account = body.payee_account_ref


@rule("contract_signed")
def sign(case):
    contract = case.step(case.find("CT", case.owner, case.body.contract_id))
    lot = case.step(case.known("LT", case.owner, case.body.lot_no))
    project = plan_stands(case)
    case.ask("E001", lot.winner != case.body.supplier)
    case.ask("E001", project is not None and project.law_track != case.body.law_track)
    case.ask("E001", project is not None and project.unit != case.body.buyer)
    numbers = [term.term_no for term in case.body.terms]
    case.bar("E002", len(set(numbers)) != len(numbers))
    case.ask("E003", case.body.end_on < case.body.start_on)
    yield
    begin(contract, case.body)
    contract.buyer, contract.lot = case.body.buyer, case.body.lot_no
    contract.signed_on = case.on
    contract.law_track = case.label("law_track")
    contract.is_fixed = case.label("pricing") == "FIXED_TOTAL"
    contract.terms = {t.term_no: (label(t, "kind"), t.amount_fen) for t in case.body.terms}
    lot.contracts[case.body.contract_id] = case.body.amount_fen


def contract_of(case):
    return case.known("CT", case.owner, case.body.contract_id)


@rule("contract_filed")
def file(case):
    contract = contract_of(case)
    case.not_before(contract.signed_on)
    case.once(contract.papers, ("filing", case.body.filing_no))


@rule("invoice_received")
def invoice(case):
    contract = contract_of(case)
    case.not_before(contract.signed_on)
    case.once(contract.papers, ("invoice", case.body.invoice_no))


@rule("supplement_signed")
def supplement(case):
    parts = shares(case.body.budget_parts)
    project = case.find("PJ", case.owner)
    lines_of(case, parts, unit=project.unit)
    contract = case.step(contract_of(case))
    case.known("PJ", case.owner)
    case.bar("E002", project.state != "FILED")
    case.bar("E024", sum(parts.values()) != case.body.amount_fen)
    case.bar("E002", case.body.supplement_no in contract.supplements)
    yield
    contract.supplements[case.body.supplement_no] = case.body.amount_fen
    for line, fen in parts.items():
        occupy(case, project, line, added=fen)


@rule("contract_changed")
def change(case):
    contract = case.step(contract_of(case))
    case.bar("E002", case.body.change_no in contract.changes)
    account = case.body.payee_account_ref
    locked = locked_account(case)
    case.ask("E017", bool(account and locked and account != locked))
    yield
    contract.changes[case.body.change_no] = case.body.delta_fen
    contract.account = account or contract.account


@rule("performance_started")
def start(case):
    contract = contract_of(case)
    case.step(contract, after=contract.signed_on)
    case.bar("E002", contract.is_started)
    yield
    contract.is_started = True
    contract.performing_on = contract.performing_on or case.on


@rule("goods_delivered")
def deliver(case):
    contract = contract_of(case)
    case.step(contract, "again" if contract.state == "RECTIFYING" else "", contract.signed_on)
    case.once(contract.papers, ("delivery", case.body.delivery_no))
    yield
    contract.performing_on = contract.performing_on or case.on


@rule("settlement_confirmed")
def settle(case):
    contract = case.step(contract_of(case))
    term = case.body.term_no
    case.ask("E001", bool(term) and term not in contract.terms)
    case.bar("E002", case.body.settlement_no in contract.settlements)
    yield
    contract.settlements[case.body.settlement_no] = case.body.amount_fen
    contract.settled_on = contract.settled_on or case.on


@rule("liquidated_damages_assessed")
def assess(case):
    contract = case.step(contract_of(case))
    case.bar("E002", case.body.assessment_no in contract.damages)
    yield
    contract.damages[case.body.assessment_no] = case.body.amount_fen


@rule("contract_suspended", "contract_resumed")
def interrupt(case):
    contract = contract_of(case)
    is_end = case.kind == "contract_resumed"
    after = contract.since if is_end else contract.signed_on
    case.step(contract, "performing" if "PERFORMING" in contract.state else "", after)


@rule("contract_terminated")
def terminate(case):
    contract = contract_of(case)
    case.step(contract, after=contract.signed_on)
    yield
    contract.settled = case.body.settled_fen


@rule("contract_completed")
def complete(case):
    contract = case.step(contract_of(case))
    is_secured = any(case.on <= last for last in contract.securities.values())
    case.bar("E002", not is_paid_up(contract) or is_secured)
    case.not_before(contract.paid_on)


@rule("rectification_completed")
def rectify(case):
    case.step(contract_of(case))


@rule("acceptance_requested", "acceptance_team_formed")
def ask(case):
    case.step(contract_of(case))
    acceptance = acceptance_of(case)
    case.step(acceptance)
    yield
    acceptance.contract = case.body.contract_id


@rule("acceptance_concluded")
def conclude(case):
    result = case.label("result")
    is_final = result == "PASSED" and case.body.is_final
    suffix = "failed" if result == "FAILED" else "final" if is_final else "partial"
    contract = contract_of(case)
    case.step(contract, suffix, after=contract.performing_on)
    acceptance = acceptance_of(case)
    case.step(acceptance, suffix)
    case.bar("E024", result == "FAILED" and case.body.accepted_fen != 0)
    yield
    acceptance.contract, acceptance.concluded_on = case.body.contract_id, case.on
    if result != "FAILED":
        contract.accepted[case.body.acceptance_id] = case.body.accepted_fen
        contract.damages_when_accepted = sum(contract.damages.values())
        contract.is_passed = contract.is_passed or is_final
        contract.accepted_on = contract.accepted_on or case.on
        if is_final:
            contract.passed_on = case.on


@rule("acceptance_material_uploaded")
def upload(case):
    contract_of(case)
    acceptance = acceptance_of(case)
    case.bar("E001", acceptance.state is None)
    case.bar("E002", acceptance.state not in ("PASSED", "PARTIAL", "FAILED"))
    case.not_before(acceptance.since)


def acceptance_of(case):
    acceptance = case.find("AC", case.owner, case.body.acceptance_id)
    case.ask("E001", acceptance.contract not in ("", case.body.contract_id))
    return acceptance
