"""Notices, and how parties judge each other (domain.md 0.7, 2.9)."""

from .core import entity, rule

FINDS = (
    ("contract_id", "CT"),
    ("acceptance_id", "AC"),
    ("complaint_id", "CP"),
)
entity("CE", pairs=set)


@rule("notice_published")
def publish(case):
    body = case.body
    case.new("NO", case.owner, body.notice_id)
    begins, ends = getattr(body, "from"), body.to
    case.ask("E003", bool(begins and ends) and ends < begins)
    kind = case.label("notice_type")
    if body.corrects_notice_id:
        case.seen("NO", case.owner, body.corrects_notice_id)
    project = body.project_id or case.owner
    if body.project_id and case.stream != "project":
        case.seen("PJ", body.project_id)
    for field, of in FINDS:
        if getattr(body, field):
            case.ask("E001", case.peek(of, project, getattr(body, field)) is None)
    if kind == "COMPLAINT_DECISION" and body.complaint_id:
        complaint = case.seen("CP", project, body.complaint_id)
        case.ask("E003", complaint.state != "DECIDED")
        case.not_before(complaint.since)
    if kind == "ACCEPTANCE_RESULT" and body.acceptance_id:
        acceptance = case.seen("AC", project, body.acceptance_id)
        case.ask("E003", not acceptance.concluded_on)
        case.not_before(acceptance.concluded_on)
    if body.contract_id:
        case.not_before(case.seen("CT", project, body.contract_id).signed_on)
    for number in body.lot_nos:
        lot = case.seen("LT", project, number)
        if kind == "AWARD_RESULT":
            case.ask("E003", lot.award is None)
            case.not_before(lot.award_on)
    is_result = kind == "ASSESSMENT_RESULT"
    if body.assessment_id and not is_result:
        is_known = case.peek("AS", case.owner, body.assessment_id) is not None
        case.ask("E001", not is_known)
    if is_result:
        assessment = case.known("AS", case.owner, body.assessment_id)
        case.bar("E002", assessment.state in ("PLANNED", "SCORING"))
        case.not_before(assessment.concluded_on)
    yield
    if is_result:
        assessment.is_published, assessment.last_on = True, case.on


@rule("credit_evaluated")
def evaluate(case):
    if case.body.contract_id:
        case.not_before(case.seen("CT", case.owner, case.body.contract_id).signed_on)
    credit = case.find("CE", case.owner)
    case.effects.append(lambda: case.lead(credit, "KNOWN"))
    pair = case.body.evaluator, case.body.subject, case.body.contract_id
    case.once(credit.pairs, pair)
    case.once(credit.pairs, case.body.evaluation_id)
