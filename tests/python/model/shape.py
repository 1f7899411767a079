"""What the schema itself refuses: the rules that it states about its own fields (options.proto)."""

import re

from .core import label

CODES = "0123456789ABCDEFGHJKLMNPQRTUWXY"
MAX = 2**63 - 1
# Kinds of number in a descriptor: int32 and int64.
NUMBERS = (1, 2)
BAD_AMOUNT = "E008_BAD_AMOUNT"
MISSING = "E022_MISSING_FIELD"
# Formats whose violations have codes of their own (enum Format in options.proto).
USCC, REGION, CATEGORY = 2, 3, 4
# Formats of which a list may not repeat itself, and two more.
ID, LOT_NO, OPAQUE_REF, DATE, TEXT = 1, 9, 17, 5, 16
NUMBERED = {
    "terms": "term_no",
    "sums": "event_type",
    "lots": "lot_no",
    "bidders": "bid_no",
    "members": "member_no",
    "budget_parts": "budget_line_id",
}
BAD_YEAR = "E007_BAD_CATEGORY"
# Kinds of stream whose id is checked with the shape, and the field that holds it.
NAMED = {
    "budget-line": "budget_line_id",
    "region": "region",
    "organisation": "uscc",
    "system": "system",
}


def is_uscc(code):
    """Whether a code is a unified social credit code (GB 32100-2015)."""
    if not re.fullmatch(r"[1-9ANY][0-9A-HJ-NP-RTUW-Y]\d{6}[0-9A-HJ-NPQRTUWXY]{10}", code):
        return False
    total = sum(CODES.index(letter) * 3**place % 31 for place, letter in enumerate(code[:17]))
    return CODES[-total % 31] == code[17]


def is_region(code):
    is_code = re.fullmatch(r"\d{6}|[A-Z]{2}-[A-Z]{2,8}", code)
    return bool(is_code) and code != "430401"


def is_category(code):
    return bool(re.fullmatch(r"[ABC]\d{8}", code))


FORMATS = {
    USCC: (is_uscc, "E005_BAD_USCC"),
    REGION: (is_region, "E006_BAD_REGION"),
    CATEGORY: (is_category, "E007_BAD_CATEGORY"),
}


def faults(message, rules):
    """The reasons of all that is wrong with a message by the rules of its fields.

    What is there comes in the order of the fields, then what is missing, then what must agree.
    """
    missing, later = [], []
    for field in message.DESCRIPTOR.fields:
        rule = field.GetOptions().Extensions[rules]
        value = getattr(message, field.name)
        if not field.is_repeated:
            if field.has_presence and not message.HasField(field.name):
                missing.extend([MISSING] * rule.required)
                continue
            if is_missing(field, rule, value):
                missing.append(BAD_AMOUNT if field.name.endswith("_fen") else MISSING)
            else:
                yield from faults_of(field, rule, value, rules)
                if field.name == "category_version" and value not in (2013, 2022):
                    later.append(BAD_YEAR)
            continue
        if rule.required and not value:
            missing.append(MISSING)
        for one in value:
            if not field.message_type and not one:
                yield MISSING
            else:
                yield from faults_of(field, rule, one, rules)
        number = NUMBERED.get(field.name)
        names = [getattr(one, number) for one in value] if number else list(value)
        if (number or rule.format in (ID, LOT_NO, OPAQUE_REF)) and len(set(names)) != len(names):
            later.append("SHAPE")
    yield from missing
    yield from later
    yield from TOGETHER.get(message.DESCRIPTOR.name, lambda _: ())(message)


def is_missing(field, rule, value):
    """Whether a required field is left out; a number may be zero where zero is allowed."""
    if not rule.required or field.message_type or value:
        return False
    return field.cpp_type not in NUMBERS or rule.min > 0


def faults_of(field, rule, value, rules):
    if field.message_type:
        yield from faults(value, rules)
    elif field.cpp_type in NUMBERS:
        is_money = field.name.endswith("_fen")
        low = rule.min if rule.HasField("min") else 0 if is_money else -MAX
        high = rule.max if rule.HasField("max") else MAX
        if not low <= value <= high:
            yield BAD_AMOUNT if is_money else "SHAPE"
    elif field.type == field.TYPE_STRING and value and rule.format in FORMATS:
        fits, reason = FORMATS[rule.format]
        if not fits(value):
            yield reason


def of_term(term):
    """A payment term: days say how they count, a fixed day is given where it is the trigger."""
    if term.HasField("days") != bool(term.day_unit):
        yield MISSING
    if label(term, "trigger") == "FIXED_DATE" and not term.fixed_on:
        yield MISSING


def of_item(item):
    if item.HasField("limit_days") and not item.limit_unit:
        yield MISSING


def of_revocation(revoked):
    """A next candidate has an award; without one the lot fails and states its parts."""
    if revoked.next_candidate and not revoked.HasField("next_award_fen"):
        yield MISSING
    if not revoked.next_candidate and not revoked.budget_parts:
        yield MISSING


def of_policy(policy):
    if label(policy, "kind") == "NON_RESERVED" and not policy.reason:
        yield MISSING


def of_method(field):
    """A method that needs a ground in law has one."""

    def check(message):
        needs = ("INVITED_TENDER", "NEGOTIATION", "SINGLE_SOURCE")
        if label(message, field) in needs and not message.method_ground:
            yield MISSING

    return check


def of_notice(notice):
    if (notice.WhichOneof("content") or "").upper() != label(notice, "notice_type"):
        yield "SHAPE"


TOGETHER = {
    "PaymentTerm": of_term,
    "ApprovalItemCatalogued": of_item,
    "AwardRevoked": of_revocation,
    "SmePolicy": of_policy,
    "PlanFiled": of_method("method"),
    "MethodChangeRequested": of_method("to_method"),
    "ReprocurementStarted": of_method("new_method"),
    "NoticePublished": of_notice,
}


def stream_faults(kind, owner, body):
    """What is wrong with the id of a stream by what stands in the event."""
    field = NAMED.get(kind)
    if field in body.DESCRIPTOR.fields_by_name and getattr(body, field) != owner:
        yield "SHAPE"
    if kind == "region" and not is_region(owner):
        yield "E006_BAD_REGION"
