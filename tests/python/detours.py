"""What a life lacks: acts that could follow something that happened, filled in by the schema.

A detour is a row of (what happened, what may follow, who does it). The new event takes the fields
of the same name from what happened; what else its schema demands is filled with what it allows.
"""

import itertools

from model.shape import DATE, TEXT, USCC
from perturb import body_of, moved, redate

ROWS = [
    ("approval_requested", "approval_supplement_requested", "REGULATOR"),
    ("approval_supplement_requested", "approval_supplemented", "PURCHASER"),
    ("approval_requested", "approval_withdrawn", "PURCHASER"),
    ("plan_filed", "approval_requested", "PURCHASER"),
    ("intention_published", "intention_withdrawn", "PURCHASER"),
    ("award_notice_issued", "inquiry_received", "PURCHASER"),
    ("contract_signed", "inquiry_received", "PURCHASER"),
    ("approval_item_catalogued", "approval_item_justified", "REGULATOR"),
    ("emall_objection_raised", "emall_objection_resolved", "EMALL_SYS"),
    ("region_module_enabled", "region_module_suspended", "REGULATOR"),
    ("region_module_enabled", "region_onboarded", "REGULATOR"),
    ("assessment_concluded", "notice_published", "REGULATOR"),
    ("assessment_concluded", "assessment_rectification_ordered", "REGULATOR"),
    ("assessment_rectification_ordered", "assessment_rectified", "REGULATOR"),
    ("plan_filed", "venue_requested", "PURCHASER"),
    ("contract_signed", "credit_enhancement_accepted", "PURCHASER"),
    ("abnormal_low_price_explained", "abnormal_low_price_decided", "TRADE_SYS"),
    ("venue_requested", "venue_allocated", "VENUE"),
    ("bids_opened", "abnormal_low_price_triggered", "TRADE_SYS"),
    ("abnormal_low_price_triggered", "abnormal_low_price_explained", "TRADE_SYS"),
    ("abnormal_low_price_triggered", "abnormal_low_price_decided", "TRADE_SYS"),
    ("evaluation_concluded", "reevaluation_ordered", "PURCHASER"),
    ("evaluation_concluded", "lot_failed", "PURCHASER"),
    ("award_notice_issued", "award_revoked", "PURCHASER"),
    ("lot_failed", "lot_retry_abandoned", "PURCHASER"),
    ("lot_failed", "reprocurement_started", "PURCHASER"),
    ("award_notice_issued", "challenge_filed", "SUPPLIER"),
    ("challenge_filed", "challenge_refused", "PURCHASER"),
    ("challenge_filed", "challenge_received", "PURCHASER"),
    ("challenge_received", "challenge_forwarded", "PURCHASER"),
    ("challenge_received", "challenge_withdrawn", "SUPPLIER"),
    ("challenge_received", "challenge_replied", "PURCHASER"),
    ("challenge_replied", "complaint_received", "REGULATOR"),
    ("challenge_refused", "complaint_received", "REGULATOR"),
    ("complaint_received", "complaint_reviewed", "REGULATOR"),
    ("complaint_reviewed", "complaint_correction_requested", "REGULATOR"),
    ("complaint_reviewed", "complaint_suspension_ordered", "REGULATOR"),
    ("complaint_reviewed", "complaint_clock_paused", "REGULATOR"),
    ("complaint_reviewed", "complaint_copies_sent", "REGULATOR"),
    ("complaint_reviewed", "complaint_decided", "REGULATOR"),
    ("complaint_correction_requested", "complaint_corrected", "SUPPLIER"),
    ("complaint_copies_sent", "complaint_responded", "PURCHASER"),
    ("bid_received", "bid_withdrawn", "TRADE_SYS"),
    ("goods_delivered", "acceptance_concluded", "PURCHASER"),
    ("acceptance_concluded", "rectification_completed", "PURCHASER"),
    ("approval_item_catalogued", "approval_item_merged", "REGULATOR"),
    ("payee_account_locked", "financing_disbursed", "BANK"),
    ("framework_drafted", "framework_drafted", "CENTRAL_AGENCY"),
    ("framework_drafted", "framework_plan_reviewed", "REGULATOR"),
    ("framework_plan_reviewed", "framework_solicited", "CENTRAL_AGENCY"),
    ("framework_solicited", "framework_shortlisted", "CENTRAL_AGENCY"),
    ("framework_shortlisted", "framework_agreement_signed", "CENTRAL_AGENCY"),
    ("framework_agreement_signed", "framework_activated", "CENTRAL_AGENCY"),
    ("complaint_reviewed", "complaint_withdrawn", "SUPPLIER"),
    ("complaint_clock_paused", "complaint_clock_resumed", "REGULATOR"),
    ("complaint_suspension_ordered", "complaint_suspension_lifted", "REGULATOR"),
    ("contract_signed", "contract_suspended", "PURCHASER"),
    ("contract_suspended", "contract_resumed", "PURCHASER"),
    ("contract_signed", "contract_terminated", "PURCHASER"),
    ("goods_delivered", "contract_terminated", "PURCHASER"),
    ("contract_signed", "guarantee_issued", "BANK"),
    ("guarantee_issued", "guarantee_extended", "BANK"),
    ("guarantee_issued", "guarantee_claimed", "PURCHASER"),
    ("guarantee_issued", "guarantee_released", "PURCHASER"),
    ("guarantee_issued", "guarantee_expired", "BANK"),
    ("contract_signed", "bond_collected", "PURCHASER"),
    ("bond_collected", "bond_forfeited", "PURCHASER"),
    ("bond_collected", "bond_returned", "PURCHASER"),
    ("contract_signed", "financing_consent_given", "SUPPLIER"),
    ("financing_consent_given", "financing_applied", "SUPPLIER"),
    ("financing_applied", "financing_approved", "BANK"),
    ("financing_applied", "financing_rejected", "BANK"),
    ("financing_applied", "financing_cancelled", "SUPPLIER"),
    ("financing_approved", "payee_account_locked", "BANK"),
    ("financing_approved", "financing_disbursed", "BANK"),
    ("financing_disbursed", "financing_defaulted", "BANK"),
    ("financing_disbursed", "financing_repaid", "BANK"),
    ("financing_repaid", "payee_account_released", "BANK"),
    ("contract_signed", "confirmation_requested", "SUPPLIER"),
    ("confirmation_requested", "contract_confirmed", "PURCHASER"),
    ("contract_signed", "contract_changed", "PURCHASER"),
    ("contract_signed", "supplement_signed", "PURCHASER"),
    ("goods_delivered", "liquidated_damages_assessed", "PURCHASER"),
    ("plan_filed", "method_change_requested", "PURCHASER"),
    ("method_change_requested", "method_change_approved", "REGULATOR"),
    ("method_change_requested", "method_change_rejected", "REGULATOR"),
    ("plan_filed", "single_source_argued", "PURCHASER"),
    ("plan_filed", "single_source_publicised", "PURCHASER"),
    ("single_source_publicised", "single_source_objected", "PURCHASER"),
    ("single_source_publicised", "single_source_reargued", "PURCHASER"),
    ("single_source_objected", "single_source_reargued", "PURCHASER"),
    ("plan_filed", "plan_cancelled", "PURCHASER"),
    ("plan_filed", "plan_completed", "PURCHASER"),
    ("procurement_document_issued", "clarification_issued", "PURCHASER"),
    ("procurement_document_issued", "procurement_terminated", "PURCHASER"),
    ("emall_order_placed", "emall_objection_raised", "EMALL_SYS"),
    ("emall_objection_raised", "emall_objection_taken", "EMALL_SYS"),
    ("emall_objection_raised", "emall_objection_withdrawn", "EMALL_SYS"),
    ("emall_order_placed", "emall_order_cancelled", "EMALL_SYS"),
    ("emall_order_delivered", "emall_order_returned", "EMALL_SYS"),
    ("payment_executed", "payment_returned", "TREASURY_SYS"),
    ("venue_requested", "venue_request_denied", "VENUE"),
    ("venue_requested", "venue_request_withdrawn", "PURCHASER"),
    ("venue_allocated", "venue_not_used", "VENUE"),
    ("venue_allocated", "venue_released", "VENUE"),
    ("bad_conduct_recorded", "credit_repaired", "REGULATOR"),
    ("supplier_library_retained", "supplier_library_abolished", "REGULATOR"),
    ("internal_control_filing_accepted", "internal_control_repealed", "PURCHASER"),
    ("internal_control_filing_accepted", "internal_control_revised", "PURCHASER"),
    ("inquiry_received", "inquiry_answered", "PURCHASER"),
    ("barrier_clue_received", "barrier_dismissed", "REGULATOR"),
    ("framework_activated", "framework_terminated", "CENTRAL_AGENCY"),
    ("framework_activated", "framework_expired", "CENTRAL_AGENCY"),
]
# What may happen instead of something.
INSTEAD = [
    ("venue_used", "venue_not_used", "VENUE"),
    ("venue_allocated", "venue_request_withdrawn", "PURCHASER"),
    ("financing_approved", "financing_rejected", "BANK"),
    ("financing_approved", "financing_cancelled", "SUPPLIER"),
    ("approval_decided", "approval_withdrawn", "PURCHASER"),
    ("payment_accepted", "payment_rejected", "TREASURY_SYS"),
    ("emall_objection_resolved", "emall_objection_withdrawn", "EMALL_SYS"),
    ("emall_rfq_closed", "emall_rfq_failed", "EMALL_SYS"),
    ("guarantee_released", "guarantee_expired", "BANK"),
    ("intention_revised", "intention_withdrawn", "PURCHASER"),
    ("barrier_confirmed", "barrier_dismissed", "REGULATOR"),
    ("supplier_library_abolished", "supplier_library_retained", "REGULATOR"),
    ("internal_control_filing_accepted", "internal_control_filing_returned", "REGULATOR"),
    ("organisation_changed", "organisation_closed", "REGULATOR"),
]
# What each act can lead to, itself included.
LEADS_TO = {kind: {kind} for _, kind, _ in ROWS + INSTEAD}
for _ in ROWS:
    for before, after, _ in ROWS:
        LEADS_TO.setdefault(before, {before}).update(LEADS_TO[after])

# Where a party is named in what happened, by the capacity in which it acts.
PARTIES = {
    "SUPPLIER": ("supplier", "complainant", "applicant"),
    "BANK": ("bank", "guarantor", "banks"),
    "PURCHASER": ("unit", "buyer"),
}
CITY = "430400"
# Formats of text (enum Format in options.proto) and what is written where one is demanded.
WORDS = {6: "0" * 64, 7: "CCGP_HY", 9: "01", TEXT: "说明"}


class Detours:
    def __init__(self, random, options, schema, perturber, ledger):
        self.random, self.options, self.schema = random, options, schema
        self.perturber, self.ledger = perturber, ledger
        self.numbers = itertools.count(1)

    def after(self, event, day, wanted=None):
        """An act that may follow what happened; one that leads to a wanted one, if any is."""
        return self.one_of(ROWS, event, day, wanted)

    def instead(self, event, day, wanted):
        """A wanted act that may happen instead of one."""
        return self.one_of(INSTEAD, event, day, wanted)

    def leads(self, kind, wanted):
        """Whether something wanted may come of an act, beyond itself."""
        return any(row[0] == kind and not wanted.isdisjoint(LEADS_TO[row[1]]) for row in ROWS)

    def is_next(self, kind, wanted):
        """Whether something wanted may follow an act at once."""
        return any(row[0] == kind and row[1] in wanted for row in ROWS)

    def one_of(self, rows, event, day, wanted):
        trigger = event.payload.WhichOneof("payload")
        fitting = [row[1:] for row in rows if row[0] == trigger]
        if wanted is not None:
            fitting = [row for row in fitting if not wanted.isdisjoint(LEADS_TO[row[0]])]
        return self.make(*self.random.choice(fitting), event, day) if fitting else None

    def make(self, kind, role, event, day):
        made = self.schema.Event(
            source_system=event.source_system,
            source_ref=f"D-{next(self.numbers)}",
            stream=event.stream,
            actor_role=self.schema.ActorRole.Value(f"ACTOR_ROLE_{role}"),
            region_code=event.region_code,
        )
        if kind.startswith("venue_request"):
            made.stream = f"region/4304/{getattr(body_of(event), 'region', event.region_code)}"
        body = getattr(made.payload, kind)
        body.SetInParent()
        self.fill(body, body_of(event), day)
        self.adapt(kind, body, event)
        if kind == "venue_requested":
            body.region, body.project_id = event.region_code, event.stream.split("/")[2]
        if kind == "venue_allocated":
            made.stream = self.take_room(body)
        if kind == "framework_drafted":
            body.framework_id = f"FA-X{next(self.numbers)}"
            made.stream = f"framework/4304/{body.framework_id}"
        made.actor_org = self.actor(kind, role, event)
        redate(made, self.options, day)
        return made

    def take_room(self, body):
        """Gives a room for a time at which it is taken already, or for a minute of any slot."""
        rooms = [t for k, t in self.ledger.model.things.items() if k[0] == "VN"]
        rooms = [room for room in rooms if room.taken and room.slots]
        if not rooms:
            return "venue/4304/X-404"
        room = self.random.choice(rooms)
        if self.random.random() < 0.5:
            (first, _), (last, _) = self.random.choice(list(room.taken.values()))
        else:
            (begin, _), (end, _) = self.random.choice(list(room.slots.values()))
            first = self.random.randrange(begin, end - 60)
            last = first + 60
        body.venue_id, body.start.seconds, body.end.seconds = room.owner, first, last
        return f"venue/4304/{room.owner}"

    def thing(self, kind, event, name=""):
        return self.ledger.model.things.get((kind, event.stream.split("/")[2], name))

    def actor(self, kind, role, event):
        happened = body_of(event)
        if role == "REGULATOR":
            region = CITY if kind.startswith("method_change_") else event.region_code
            return {r: o for o, r in self.perturber.regulators}.get(region, event.actor_org)
        for name in PARTIES.get(role, ()):
            named = getattr(happened, name, "")
            if named:
                return named if isinstance(named, str) else named[0]
        contract = self.thing("CT", event, getattr(happened, "contract_id", ""))
        complaint = self.thing("CP", event, getattr(happened, "complaint_id", ""))
        if role == "SUPPLIER" and complaint:
            return complaint.complainant
        if role == "CENTRAL_AGENCY":
            framework = self.thing("FA", event)
            return framework.unit if framework else event.actor_org
        if role == "SUPPLIER" and contract:
            return contract.supplier
        project = self.thing("PJ", event) or self.ledger.model.things.get(
            ("PJ", getattr(happened, "project_id", ""), "")
        )
        return project.unit if role == "PURCHASER" and project else event.actor_org

    def fill(self, body, happened, day):
        """Takes what fits from what happened, and gives every other field what its rule allows."""
        for field in body.DESCRIPTOR.fields:
            rule = field.GetOptions().Extensions[self.options.field]
            like = happened.DESCRIPTOR.fields_by_name.get(field.name)
            is_alike = like is not None and like.type == field.type
            if is_alike and like.is_repeated == field.is_repeated and not rule.legal_date:
                value = getattr(happened, field.name)
                if field.is_repeated:
                    getattr(body, field.name).extend(value)
                elif field.message_type:
                    getattr(body, field.name).CopyFrom(value)
                elif not field.has_presence or happened.HasField(field.name):
                    setattr(body, field.name, value)
            value = getattr(body, field.name)
            is_there = body.HasField(field.name) if field.has_presence else value
            if rule.required and not is_there:
                self.give(body, field, rule, day)

    def give(self, body, field, rule, day):
        values = getattr(body, field.name)
        if field.message_type and field.is_repeated:
            self.fill(values.add(), body, day)
        elif field.message_type:
            values.SetInParent()
        elif field.is_repeated:
            values.append(self.example(field, rule, day))
        else:
            setattr(body, field.name, self.example(field, rule, day))

    def example(self, field, rule, day):
        if field.type == field.TYPE_ENUM:
            return self.random.choice([v.number for v in field.enum_type.values if v.number])
        if field.type != field.TYPE_STRING:
            return max(rule.min, 1)
        if rule.format == DATE:
            return day
        if rule.format == USCC:
            return self.random.choice(self.perturber.values.get("organisation", [""]))
        return WORDS.get(rule.format) or f"X{next(self.numbers)}"

    def adapt(self, kind, body, event):
        """What must agree with the objects, and is not told by what happened."""
        lot = self.thing("LT", event, getattr(body, "lot_no", ""))
        contract = self.thing("CT", event, getattr(body, "contract_id", ""))
        project = self.thing("PJ", event)
        if kind.startswith("plan_") and project:
            replace(body.budget_line_ids, project.holds)
        if hasattr(body, "lot_nos") and hasattr(body_of(event), "lots"):
            replace(body.lot_nos, [body_of(event).lots[0].lot_no])
        if hasattr(body, "budget_parts") and lot:
            split(body, lot.shares)
        if kind.startswith("emall_order_") and hasattr(body, "budget_parts") and project:
            split(body, {line: hold["planned"] for line, hold in project.holds.items()})
        if kind == "supplement_signed" and contract and project:
            body.amount_fen = contract.amount // 10 + self.random.choice([1, 1, 0])
            split(body, {line: body.amount_fen for line in list(project.holds)[:1]})
        if kind == "contract_terminated" and contract:
            body.settled_fen = contract.amount // 2
        if kind == "lot_failed":
            body.retry_intended = self.random.random() < 0.7
        if kind == "reprocurement_started" and lot:
            body.amount_fen, body.new_method = sum(lot.shares.values()), 1
            body.new_lot_no = f"{lot.name[:2]}-R{self.random.randint(1, 9)}"
        if kind == "abnormal_low_price_triggered":
            body.reference_fen, body.limit_bp = 100, 5000
            body.supplier = body_of(event).bidders[0].supplier
        if kind == "award_revoked" and lot and self.random.random() < 0.5:
            others = [supplier for supplier in lot.ranked if supplier != lot.winner]
            if others:
                body.next_candidate, body.next_award_fen = others[0], lot.award or 1
                del body.budget_parts[:]
        if kind == "notice_published":
            body.notice_type, body.assessment_result.text = 14, "说明"
            body.url = "https://ccgp-hy.example.org/assessments"
        if kind == "bid_withdrawn":
            body.withdrawn_at.CopyFrom(event.occurred_at)
        if kind == "acceptance_concluded":
            body.result, body.accepted_fen = 3, 0
        if kind == "approval_item_merged":
            items = [k[2] for k in self.ledger.model.things if k[:2] == ("AI", body.region)]
            body.into = self.random.choice(items or ["X-404"])
        if kind == "approval_requested":
            items = [k[1:] for k in self.ledger.model.things if k[0] == "AI"]
            body.item_region, body.item_code = self.random.choice(items or [(CITY, "X-404")])
        if kind == "financing_approved" and contract and self.random.random() < 0.3:
            body.amount_fen = contract.amount + 1
        self.adapt_framework(kind, body, event)
        if hasattr(body, "method_ground"):
            body.method_ground = 3
        if hasattr(body, "bank") and hasattr(body_of(event), "banks"):
            body.bank = body_of(event).banks[0]
        if kind in ("financing_disbursed", "financing_repaid"):
            loan = self.thing("FN", event, body.financing_id)
            body.amount_fen = loan.approved if loan and loan.approved else 1
        if kind == "payee_account_released":
            receivable = self.thing("RV", event, body.contract_id)
            held = receivable.unreleased.get(body.financing_id) if receivable else None
            body.account_ref = held or body.account_ref
        self.adapt_complaint(kind, body, event)

    def adapt_framework(self, kind, body, event):
        if kind == "framework_solicited":
            body.deadline.CopyFrom(event.occurred_at)
        if kind == "framework_agreement_signed":
            body.supplier = body_of(event).shortlisted[0].supplier
            body.valid_from = body.valid_to = moved(body_of(event).shortlisted_on, -1)

    def adapt_complaint(self, kind, body, event):
        challenge = self.thing("CH", event, getattr(body, "challenge_id", ""))
        if kind == "complaint_received":
            body.accepted_by = self.actor(kind, "REGULATOR", event)
            if challenge:
                body.complainant = challenge.supplier
                subjects = ("", "DOCUMENT", "PROCESS", "RESULT")
                replace(body.subjects, [subjects.index(sorted(challenge.subjects)[0])])
        if kind == "complaint_reviewed" and self.random.random() < 0.8:
            body.outcome = self.random.choice([1, 1, 2])
        if kind == "complaint_suspension_ordered":
            project = self.thing("PJ", event)
            replace(body.lot_nos, sorted(project.lots)[:1] if project else ["01"])


def replace(values, others):
    del values[:]
    values.extend(others)


def split(body, shares):
    """States what each budget line bears."""
    del body.budget_parts[:]
    for line, fen in shares.items():
        body.budget_parts.add(budget_line_id=line, amount_fen=fen)
