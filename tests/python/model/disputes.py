"""Inquiries, challenges and complaints (domain.md task 14, 2.10)."""

from .dates import working_day_after
from .core import entity, labels, machine, rule

OPEN = "RECEIVED CORRECTING UNDER_REVIEW"
entity("CH", supplier="", subjects=set, filed_on="", received_on="", replied_on="")
entity(
    "CP",
    subjects=set,
    complainant="",
    by="",
    received_on="",
    pauses=dict,
)
machine(
    "IQ",
    [("-", "inquiry_received", "RECEIVED"), ("RECEIVED", "inquiry_answered", "ANSWERED")],
)
machine(
    "CH",
    [
        ("-", "challenge_filed", "FILED"),
        ("RECEIVED FORWARDED REPLIED REFUSED WITHDRAWN", "challenge_filed/late", "="),
        ("- FILED", "challenge_received", "RECEIVED"),
        ("- FILED RECEIVED FORWARDED", "challenge_refused", "REFUSED"),
        ("RECEIVED FORWARDED", "challenge_forwarded", "FORWARDED"),
        ("RECEIVED FORWARDED", "challenge_replied", "REPLIED"),
        ("FILED RECEIVED FORWARDED", "challenge_withdrawn", "WITHDRAWN"),
    ],
)
machine(
    "CP",
    [
        ("-", "complaint_received", "RECEIVED"),
        ("RECEIVED", "complaint_reviewed/accept", "UNDER_REVIEW"),
        ("RECEIVED", "complaint_reviewed/correct", "CORRECTING"),
        ("RECEIVED CORRECTING", "complaint_reviewed/not_accepted", "NOT_ACCEPTED"),
        ("RECEIVED", "complaint_reviewed/no_jurisdiction", "TRANSFERRED"),
        ("RECEIVED CORRECTING", "complaint_correction_requested", "="),
        ("CORRECTING", "complaint_corrected", "RECEIVED"),
        ("UNDER_REVIEW", "complaint_copies_sent", "="),
        ("UNDER_REVIEW", "complaint_responded", "="),
        ("UNDER_REVIEW", "complaint_suspension_ordered", "="),
        ("UNDER_REVIEW DECIDED WITHDRAWN", "complaint_suspension_lifted", "="),
        ("CORRECTING UNDER_REVIEW", "complaint_clock_paused", "="),
        (f"{OPEN} DECIDED WITHDRAWN", "complaint_clock_resumed", "="),
        (OPEN, "complaint_withdrawn", "WITHDRAWN"),
        ("UNDER_REVIEW", "complaint_decided", "DECIDED"),
    ],
)
REGULATOR = 4
# Working days within which a challenge is answered.
REPLY_DAYS = 7
FINAL_LOTS = ("FAILED", "TERMINATED")


def lot_named(case):
    if case.body.lot_no:
        case.seen("LT", case.owner, case.body.lot_no)


@rule("inquiry_received")
def hear(case):
    case.step(case.find("IQ", case.owner, case.body.inquiry_id))
    lot_named(case)


@rule("inquiry_answered")
def answer(case):
    case.step(case.known("IQ", case.owner, case.body.inquiry_id))


def enrol(case):
    """The challenges of a project are known together, too."""
    roll = case.find("CS", case.owner)
    if roll.state is None:
        case.effects.append(lambda: case.lead(roll, "KNOWN"))


@rule("challenge_filed", "challenge_received", "challenge_refused")
def challenge(case):
    enrol(case)
    challenge = case.find("CH", case.owner, case.body.challenge_id)
    is_late = case.kind == "challenge_filed" and challenge.state is not None
    case.step(challenge, "late" if is_late and challenge.state != "FILED" else "", "-")
    case.bar("E002", is_late and bool(challenge.filed_on))
    lot_named(case)
    if case.kind == "challenge_refused":
        case.not_before(case.body.lodged_on)
    else:
        case.not_before(case.body.dispatch_on)
    if case.kind != "challenge_filed":
        case.not_before(challenge.filed_on)
    case.ask("E001", challenge.state is not None and challenge.supplier != case.body.supplier)
    yield
    challenge.supplier = challenge.supplier or case.body.supplier
    challenge.subjects.add(case.label("subject"))
    if case.kind == "challenge_filed":
        challenge.filed_on = case.on
    elif case.kind == "challenge_received":
        challenge.received_on = case.on
    else:
        challenge.received_on = challenge.received_on or case.body.lodged_on
        challenge.replied_on = case.on


@rule("challenge_forwarded", "challenge_replied", "challenge_withdrawn")
def handle(case):
    enrol(case)
    challenge = case.step(case.known("CH", case.owner, case.body.challenge_id))
    yield
    if case.kind == "challenge_replied":
        challenge.replied_on = case.on


@rule("complaint_received")
def receive(case):
    complaint = case.step(case.find("CP", case.owner, case.body.complaint_id))
    yield
    complaint.subjects = labels(case.body, "subjects")
    complaint.complainant, complaint.by = case.body.complainant, case.body.accepted_by
    complaint.received_on, complaint.pauses = case.on, {}


def complaint_of(case):
    """The complaint of an act; the regulator that received it handles it."""
    complaint = case.known("CP", case.owner, case.body.complaint_id)
    is_foreign = complaint.by != case.fact.event.actor_org
    case.ask("E026", case.fact.event.actor_role == REGULATOR and is_foreign)
    return complaint


def step(case, complaint, outcome=""):
    """What leaves a complaint where it is comes after what brought it there."""
    return case.step(complaint, outcome, after=complaint.since)


def may_be_accepted(case, complaint):
    """Whether each of its subjects was challenged by the same supplier, and it came after the reply
    or, where that is earlier, the end of the time for it."""
    challenges = [
        challenge
        for key, challenge in case.model.things.items()
        if key[:2] == ("CH", case.owner)
        and challenge.supplier == complaint.complainant
        and challenge.state != "WITHDRAWN"
    ]
    return all(
        any(
            subject in challenge.subjects and complaint.received_on >= earliest_on(challenge)
            for challenge in challenges
        )
        for subject in complaint.subjects
    )


def earliest_on(challenge):
    """The first day on which one may complain about what became of a challenge."""
    begun = challenge.received_on or challenge.filed_on
    ends = working_day_after(begun, REPLY_DAYS)
    return min(challenge.replied_on or ends, ends)


@rule("complaint_reviewed")
def review(case):
    outcome = case.label("outcome")
    complaint = step(case, complaint_of(case), outcome.lower())
    case.ask("E002", outcome == "ACCEPT" and not may_be_accepted(case, complaint))


@rule("complaint_correction_requested")
def return_it(case):
    step(case, complaint_of(case))
    case.ask("E003", case.body.until < case.on)


@rule(
    "complaint_corrected",
    "complaint_copies_sent",
    "complaint_responded",
    "complaint_withdrawn",
    "complaint_decided",
)
def go_on(case):
    complaint = complaint_of(case)
    is_free = case.kind == "complaint_withdrawn"
    case.step(complaint, after=complaint.begun if is_free else complaint.since)


@rule("complaint_suspension_ordered", "complaint_suspension_lifted")
def suspend(case):
    complaint = step(case, complaint_of(case))
    is_order = case.kind == "complaint_suspension_ordered"
    lots = [case.known("LT", case.owner, number) for number in case.body.lot_nos]
    for lot in lots:
        is_on = complaint.name in lot.suspensions
        case.bar("E002", is_on if is_order else not is_on)
        case.bar("E002", is_order and lot.state in FINAL_LOTS)
    yield
    for lot in lots:
        (lot.suspensions.add if is_order else lot.suspensions.discard)(complaint.name)


@rule("complaint_clock_paused")
def pause(case):
    complaint = step(case, complaint_of(case))
    case.bar("E002", case.body.pause_no in complaint.pauses)
    yield
    complaint.pauses[case.body.pause_no] = case.on


@rule("complaint_clock_resumed")
def resume(case):
    complaint = step(case, complaint_of(case))
    begun = complaint.pauses.get(case.body.pause_no)
    is_open = complaint.state not in ("NOT_ACCEPTED", "TRANSFERRED")
    case.bar("E001", is_open and begun is None)
    case.bar("E002", begun == "OVER")
    case.not_before(begun or "")
    yield
    complaint.pauses[case.body.pause_no] = "OVER"
