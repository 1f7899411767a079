"""Bonds, guarantees and loans on a contract (domain.md tasks 05 and 09, 2.11)."""

from .contract import contract_of, locked_account, value
from .core import entity, machine, rule, sums

entity("BD", fen=0, gone=0, contract="", numbers=set)
entity("GT", fen=0, gone=0, contract="", numbers=set, valid_from="", valid_to="")
entity(
    "FN",
    contract="",
    bank="",
    approved=0,
    approved_on="",
    disbursed=0,
    disbursed_on="",
    repaid=0,
    numbers=set,
)
entity("RV", consents=dict, asked=dict, loans=dict, locks=dict, unreleased=dict)
LENT = "DISBURSED PARTLY_REPAID DEFAULTED"
FOREVER = "9999-12-31"
machine(
    "BD",
    [
        ("-", "bond_collected", "COLLECTED"),
        ("COLLECTED PART_RETURNED", "bond_returned", "PART_RETURNED"),
        ("COLLECTED PART_RETURNED", "bond_returned/whole", "RETURNED"),
        ("COLLECTED PART_RETURNED", "bond_forfeited", "PART_RETURNED"),
        ("COLLECTED PART_RETURNED", "bond_forfeited/whole", "FORFEITED"),
    ],
)
machine(
    "GT",
    [
        ("-", "guarantee_issued", "ACTIVE"),
        ("ACTIVE CLAIMED_PART", "guarantee_extended", "="),
        ("ACTIVE CLAIMED_PART", "guarantee_released", "="),
        ("ACTIVE CLAIMED_PART", "guarantee_released/whole", "RELEASED"),
        ("ACTIVE CLAIMED_PART", "guarantee_claimed", "CLAIMED_PART"),
        ("ACTIVE CLAIMED_PART", "guarantee_claimed/whole", "CLAIMED_FULL"),
        ("ACTIVE CLAIMED_PART", "guarantee_expired", "EXPIRED"),
    ],
)
machine(
    "FN",
    [
        ("-", "financing_applied", "APPLIED"),
        ("APPLIED", "financing_approved", "APPROVED"),
        ("APPLIED", "financing_rejected", "REJECTED"),
        ("APPLIED APPROVED", "financing_cancelled", "CANCELLED"),
        ("APPROVED", "financing_disbursed", "DISBURSED"),
        ("DISBURSED PARTLY_REPAID", "financing_repaid", "PARTLY_REPAID"),
        ("DEFAULTED", "financing_repaid/overdue", "="),
        (LENT, "financing_repaid/whole", "REPAID"),
        ("DISBURSED PARTLY_REPAID", "financing_defaulted", "DEFAULTED"),
        (f"APPROVED {LENT}", "payee_account_locked", "="),
        ("REPAID CANCELLED", "payee_account_released", "="),
    ],
)


@sums("BD")
@sums("GT")
def held(_, security):
    if security.gone > security.fen:
        yield "E023"


def secured(case):
    """The contract that a security is for, if any."""
    return contract_of(case) if case.body.contract_id else None


def secure(contract, security, open_states):
    """Tells a contract until when it is secured: not at all, to a day, or without end."""
    if contract is not None:
        is_open = security.state in open_states
        last = getattr(security, "valid_to", FOREVER)
        contract.securities[f"{security}"] = last if is_open else ""


@rule("bond_collected")
def collect(case):
    bond = case.step(case.find("BD", case.owner, case.body.bond_id))
    contract = secured(case)
    if case.body.lot_no:
        case.seen("LT", case.owner, case.body.lot_no)
    yield
    bond.fen, bond.contract = case.body.amount_fen, case.body.contract_id
    secure(contract, bond, ("COLLECTED", "PART_RETURNED"))


@rule("bond_returned", "bond_forfeited")
def give_back(case):
    bond = case.known("BD", case.owner, case.body.bond_id)
    contract = secured(case)
    case.ask("E001", bond.contract != case.body.contract_id)
    is_whole = bond.gone + case.body.amount_fen >= bond.fen
    is_return = case.kind == "bond_returned"
    case.step(bond, "whole" if is_whole else "", bond.begun)
    case.once(bond.numbers, case.body.return_no if is_return else "forfeit")
    yield
    bond.gone += case.body.amount_fen
    secure(contract, bond, ("COLLECTED", "PART_RETURNED"))


@rule("guarantee_issued")
def issue(case):
    guarantee = case.step(case.find("GT", case.owner, case.body.guarantee_no))
    contract = secured(case)
    if case.body.lot_no:
        case.seen("LT", case.owner, case.body.lot_no)
    case.ask("E003", case.body.valid_to < case.body.valid_from)
    yield
    guarantee.fen = case.body.amount_fen
    guarantee.contract, guarantee.valid_to = case.body.contract_id, case.body.valid_to
    guarantee.valid_from = case.body.valid_from
    secure(contract, guarantee, ("ACTIVE", "CLAIMED_PART"))


@rule("guarantee_extended", "guarantee_released", "guarantee_claimed", "guarantee_expired")
def use(case):
    guarantee = case.known("GT", case.owner, case.body.guarantee_no)
    contract = secured(case)
    case.ask("E001", guarantee.contract != case.body.contract_id)
    number = {
        "guarantee_released": "release_no",
        "guarantee_claimed": "claim_no",
    }.get(case.kind)
    fen = case.body.amount_fen if number else 0
    is_whole = number and guarantee.gone + fen >= guarantee.fen
    case.step(guarantee, "whole" if is_whole else "", guarantee.begun)
    if number:
        case.once(guarantee.numbers, (number, getattr(case.body, number)))
    if case.kind == "guarantee_expired":
        case.ask("E003", case.on <= guarantee.valid_to)
    if case.kind == "guarantee_extended":
        case.ask("E003", case.body.valid_to < guarantee.valid_to)
    yield
    guarantee.gone += fen
    if case.kind == "guarantee_extended":
        guarantee.valid_to = case.body.valid_to
    secure(contract, guarantee, ("ACTIVE", "CLAIMED_PART"))


@rule("credit_enhancement_accepted")
def enhance(case):
    case.new("CX", case.owner, case.body.enhancement_id)
    secured(case)
    if case.body.lot_no:
        case.seen("LT", case.owner, case.body.lot_no)


def receivable_of(case):
    """What is lent on a contract; it begins with the first consent."""
    receivable = case.find("RV", case.owner, case.body.contract_id)
    if receivable.state is None:
        case.effects.append(lambda: case.lead(receivable, "KNOWN"))
    return receivable


@rule("financing_consent_given")
def consent(case):
    contract = case.seen("CT", case.owner, case.body.contract_id)
    receivable = receivable_of(case)
    case.bar("E002", case.body.consent_id in receivable.consents)
    case.not_before(contract.signed_on)
    case.ask("E003", case.body.valid_to < case.on)
    yield
    span = set(case.body.banks), case.on, case.body.valid_to
    receivable.consents[case.body.consent_id] = span


def has_consent(receivable, bank, on):
    return any(
        bank in banks and first <= on <= last
        for banks, first, last in receivable.consents.values()
    )


@rule("financing_applied")
def apply(case):
    case.ask("E021", not has_consent(receivable_of(case), case.body.bank, case.on))
    case.seen("CT", case.owner, case.body.contract_id)
    loan = case.step(case.find("FN", case.owner, case.body.financing_id))
    yield
    loan.contract, loan.bank = case.body.contract_id, case.body.bank


def loan_of(case):
    """The loan of an act; what is owed on its contract changes with it."""
    receivable_of(case)
    loan = case.known("FN", case.owner, case.body.financing_id)
    case.ask("E001", loan.contract != case.body.contract_id)
    return loan


@rule("financing_approved")
def approve(case):
    loan = case.step(loan_of(case))
    receivable = receivable_of(case)
    contract = case.seen("CT", case.owner, case.body.contract_id)
    outstanding = sum(receivable.loans.values()) + case.body.amount_fen
    paid = sum(fen for state, fen, *_ in contract.claims.values() if state == "EXECUTED")
    case.ask("E018", outstanding > value(contract) - paid)
    yield
    loan.approved, loan.approved_on = case.body.amount_fen, case.on
    receivable.loans[loan.name] = loan.approved


@rule("financing_rejected")
def refuse(case):
    case.step(loan_of(case))


@rule("financing_defaulted")
def default(case):
    loan = loan_of(case)
    case.step(loan, after=loan.disbursed_on)
    case.bar("E023", case.body.amount_fen > loan.disbursed - loan.repaid)


@rule("financing_cancelled")
def cancel(case):
    loan = case.step(loan_of(case))
    receivable = receivable_of(case)
    yield
    end_loan(receivable, loan)


def end_loan(receivable, loan):
    """Nothing is lent any more, and no account is locked; its release is still to be told."""
    receivable.loans.pop(loan.name, None)
    if loan.name in receivable.locks:
        receivable.unreleased[loan.name] = receivable.locks.pop(loan.name)


@rule("financing_disbursed")
def disburse(case):
    loan = case.step(loan_of(case))
    case.bar("E024", case.body.amount_fen > loan.approved)
    yield
    loan.disbursed, loan.disbursed_on = case.body.amount_fen, case.on


@rule("financing_repaid")
def repay(case):
    loan = loan_of(case)
    repaid = loan.repaid + case.body.amount_fen
    is_whole = repaid >= loan.disbursed
    suffix = "overdue" if loan.state == "DEFAULTED" else ""
    case.step(loan, "whole" if is_whole else suffix, loan.disbursed_on)
    case.once(loan.numbers, case.body.repayment_no)
    case.bar("E023", repaid > loan.disbursed)
    receivable = receivable_of(case)
    yield
    loan.repaid = repaid
    receivable.loans[loan.name] = loan.approved - repaid
    if is_whole:
        end_loan(receivable, loan)


@rule("payee_account_locked")
def lock(case):
    loan = loan_of(case)
    case.step(loan, after=loan.approved_on)
    receivable = receivable_of(case)
    case.bar("E002", loan.name in receivable.locks)
    case.ask("E017", locked_account(case) not in (None, case.body.account_ref))
    case.ask("E001", loan.bank != case.body.bank)
    yield
    receivable.locks[loan.name] = case.body.account_ref


@rule("payee_account_released")
def release(case):
    loan = loan_of(case)
    case.step(loan, after=loan.since)
    receivable = receivable_of(case)
    locked = receivable.unreleased.get(loan.name)
    case.bar("E002", locked is None)
    case.ask("E017", locked != case.body.account_ref)
    yield
    receivable.unreleased.pop(loan.name)


@rule("confirmation_requested")
def ask(case):
    contract = case.seen("CT", case.owner, case.body.contract_id)
    receivable = receivable_of(case)
    case.bar("E002", case.body.confirmation_id in receivable.asked)
    case.not_before(contract.signed_on)
    yield
    receivable.asked[case.body.confirmation_id] = case.on


@rule("contract_confirmed")
def confirm(case):
    case.seen("CT", case.owner, case.body.contract_id)
    receivable = receivable_of(case)
    asked = receivable.asked.get(case.body.confirmation_id)
    case.ask("E001", asked is None)
    case.bar("E002", asked == "ANSWERED")
    case.not_before(asked or "")
    yield
    receivable.asked[case.body.confirmation_id] = "ANSWERED"
