"""Payments on contracts and orders (domain.md task 06, 2.8)."""

from .contract import LIVE, contract_of, locked_account
from .core import entity, machine, rule, shares, sums
from .money import lines_of, occupy

entity("PY", contract="", term="", fen=0, parts=dict, acts=dict, claimed=dict)
machine(
    "PY",
    [
        ("- RETURNED", "payment_requested", "REQUESTED"),
        ("REQUESTED", "payment_accepted", "ACCEPTED"),
        ("REQUESTED", "payment_rejected", "REJECTED"),
        ("ACCEPTED", "payment_executed", "EXECUTED"),
        ("EXECUTED", "payment_returned", "RETURNED"),
    ],
)
OWING = f"{LIVE} TERMINATED".split()


@sums("PY")
def parts_match(_, payment):
    if sum(payment.parts.values()) != payment.fen:
        yield "E024"
    for fen, parts in payment.acts.values():
        if fen != payment.fen or parts != payment.parts:
            yield "E024"


def owing(case, *more):
    contract = contract_of(case)
    case.bar("E002", contract.state not in (*OWING, *more))
    return contract


@rule("payment_requested")
def request(case):
    contract = owing(case)
    project = case.known("PJ", case.owner)
    payment = case.step(case.find("PY", case.owner, case.body.payment_id))
    term = contract.terms.get(case.body.term_no)
    case.ask("E001", term is None)
    case.ask("E001", payment.contract not in ("", case.body.contract_id))
    case.not_before(contract.signed_on)
    if term and term[0] in ("ACCEPTANCE", "FINAL"):
        case.not_before(contract.accepted_on)
    elif term and term[0] == "RETENTION":
        case.not_before(contract.passed_on)
    elif term and term[0] == "PROGRESS":
        case.not_before(contract.settled_on)
    account = locked_account(case) or contract.account
    payee = case.body.payee, case.body.payee_account_ref
    case.ask("E017", payee != (contract.supplier, account))
    parts = shares(case.body.budget_parts)
    yield
    is_settlement = contract.state == "TERMINATED"
    kind = "SETTLEMENT" if is_settlement else term[0] if term else ""
    payment.fen, payment.parts, payment.acts = case.body.amount_fen, parts, {}
    payment.claimed = {}
    payment.contract, payment.term = case.body.contract_id, kind
    claim(case, contract, payment, project, "REQUESTED")


def claim(case, contract, payment, project, state):
    """Enters a payment's new state in the contract and in what the project holds."""
    before = contract.claims.get(payment.name, ("",))[0]
    contract.claims[payment.name] = state, payment.fen, payment.term
    if state == "ACCEPTED":
        return
    column = {"REQUESTED": "requested", "ACCEPTED": "requested", "EXECUTED": "paid"}
    for line, fen in payment.claimed.items():
        occupy(case, project, line, **{column[before]: -fen})
    payment.claimed = {}
    if state in column:
        is_paid = state == "EXECUTED"
        payment.claimed = dict(payment.acts["payment_executed"][1] if is_paid else payment.parts)
    for line, fen in payment.claimed.items():
        occupy(case, project, line, **{column[state]: fen})


@rule("payment_accepted", "payment_rejected", "payment_executed", "payment_returned")
def go_on(case):
    is_return = case.kind == "payment_returned"
    contract = owing(case, *(["COMPLETED"] if is_return else []))
    payment = case.known("PY", case.owner, case.body.payment_id)
    case.ask("E001", payment.contract != case.body.contract_id)
    case.step(payment)
    project = None
    if case.kind != "payment_accepted":
        project = case.known("PJ", case.owner)
    is_moved = case.kind in ("payment_executed", "payment_returned")
    if is_moved:
        lines_of(case, shares(case.body.budget_parts), may_be_closed=True)
        if case.stream == "order":
            case.step(case.known("EO", case.owner))
    yield
    if is_moved:
        payment.acts[case.kind] = case.body.amount_fen, shares(case.body.budget_parts)
    claim(case, contract, payment, project, payment.state)
    if case.kind == "payment_executed":
        contract.paid_on = max(contract.paid_on, case.on)
    if is_return and contract.state == "COMPLETED":
        case.lead(contract, "ACCEPTED")
