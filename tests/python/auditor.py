"""An auditor who trusts nothing but the events: he reads the whole ledger, folds it by a model of
his own, and compares what the views tell at random moments of both clocks.

Usage: auditor.py ADDRESS PROTO_DIR STUB_DIR SEED QUESTIONS
"""

import collections
import datetime
import pathlib
import random
import sys

import grpc
from google.protobuf import timestamp_pb2

from client import generate

DEADLINE = 60
SECONDS_EAST = 8 * 3600


def main():
    address, protos, stubs, seed, questions = sys.argv[1:]
    generate(pathlib.Path(protos), pathlib.Path(stubs))
    with grpc.insecure_channel(
        address, options=[("grpc.max_receive_message_length", -1)]
    ) as channel:
        Audit(channel, int(seed)).run(int(questions))
    print("everything held")


def day_of(timestamp):
    """The day of an instant at +08:00, as the schema writes days."""
    east = timestamp.seconds + SECONDS_EAST
    return datetime.datetime.fromtimestamp(east, datetime.timezone.utc).date().isoformat()


def name_of(name):
    return name.source_system, name.source_ref


class Known:
    """One event that was read."""

    def __init__(self, recorded):
        self.position = recorded.position
        self.at_us = recorded.recorded_at_us
        self.event = recorded.event
        self.name = name_of(recorded.event)
        self.kind = recorded.event.payload.WhichOneof("payload")
        self.body = getattr(recorded.event.payload, self.kind)
        self.on = day_of(recorded.event.occurred_at)


def as_of(events, at_us, on):
    """What stands of some events, in order of position: (type, message, legal date).

    What was recorded later is not known; the newest correction known is in force; what is voided is
    gone; what is dated later does not count.
    """
    places = {}
    for known in events:
        if at_us is not None and known.at_us > at_us:
            break
        if known.kind == "event_corrected":
            original = name_of(known.body.corrects)
            if original in places:
                payload = known.body.payload
                kind = payload.WhichOneof("payload")
                places[original] = kind, getattr(payload, kind), None
        elif known.kind == "event_voided":
            places.pop(name_of(known.body.voids), None)
        else:
            places[known.name] = known.kind, known.body, known.on
    standing = []
    for kind, body, day in places.values():
        day = day or legal_date(body)
        if on is None or day <= on:
            standing.append((kind, body, day))
    return standing


def legal_date(body):
    """The legal date of a message: the field that its schema marks."""
    from bihuan.v1 import options_pb2

    for field in body.DESCRIPTOR.fields:
        if field.GetOptions().Extensions[options_pb2.field].legal_date:
            value = getattr(body, field.name)
            return value if isinstance(value, str) else day_of(value)
    raise AssertionError(f"{body.DESCRIPTOR.name} has no legal date")


class Contract:
    def __init__(self, signed):
        self.signed = signed.amount_fen
        self.supplements = self.changes = self.damages = self.accepted = self.settled = 0
        self.ended_at = None
        # payment -> [state, fen]
        self.payments = {}

    def payable(self):
        if self.ended_at is not None:
            return self.ended_at
        return self.signed + self.supplements + self.changes - self.damages

    def of_state(self, *states):
        return sum(fen for state, fen in self.payments.values() if state in states)

    def figures(self):
        paid = self.of_state("EXECUTED")
        return {
            "contract": self.signed,
            "supplements": self.supplements,
            "changes": self.changes,
            "damages": self.damages,
            "payable": self.payable(),
            "accepted": self.accepted,
            "settled": self.settled,
            "requested": self.of_state("REQUESTED", "ACCEPTED"),
            "paid": paid,
            "outstanding": self.payable() - paid,
        }


class Lot:
    def __init__(self, amount, ceiling, retries=""):
        self.amount, self.ceiling, self.retries = amount, ceiling, retries
        self.state, self.award, self.winner = "PLANNED", 0, ""
        self.suspensions = set()
        self.bids = set()


class Project:
    """A project as its own events tell it."""

    def __init__(self, standing):
        self.plan = 0
        self.lots, self.contracts, self.matters = {}, {}, {}
        self.paid = collections.Counter()
        self.count = len(standing)
        for kind, body, _ in standing:
            take = getattr(self, f"on_{kind}", None)
            if take is not None:
                take(body)
            self.judge(kind, body)

    # The plan and its lots.

    def on_plan_filed(self, plan):
        self.plan = plan.amount_fen
        for lot in plan.lots:
            self.lots.setdefault(lot.lot_no, Lot(lot.amount_fen, ceiling_of(lot)))

    def on_plan_revised(self, plan):
        self.plan = plan.amount_fen
        for lot in plan.lots:
            known = self.lots.setdefault(lot.lot_no, Lot(lot.amount_fen, None))
            known.amount, known.ceiling = lot.amount_fen, ceiling_of(lot)

    def on_plan_cancelled(self, _):
        for lot in self.lots.values():
            if lot.state == "PLANNED":
                lot.state = "TERMINATED"

    def on_single_source_publicised(self, publicity):
        self.lead(publicity.lot_nos, "PUBLICISED")

    def on_single_source_reargued(self, argued):
        from bihuan.v1 import execution_pb2

        if argued.result == execution_pb2.REARGUMENT_RESULT_OBJECTION_UPHELD:
            self.lead(argued.lot_nos, "PLANNED")

    def on_procurement_document_issued(self, issued):
        self.lead(issued.lot_nos, "OPEN")

    def on_procurement_terminated(self, terminated):
        self.lead(terminated.lot_nos, "TERMINATED")

    def on_bids_opened(self, opened):
        self.lead([opened.lot_no], "OPENED")
        self.lots[opened.lot_no].bids = {bid.bid_no for bid in opened.bidders}

    def on_evaluation_concluded(self, concluded):
        self.lead([concluded.lot_no], "EVALUATED")

    def on_reevaluation_ordered(self, ordered):
        self.lead([ordered.lot_no], "OPENED")
        self.grant(ordered.lot_no, 0, "")

    def on_winner_determined(self, determined):
        self.lead([determined.lot_no], "AWARD_PENDING")
        self.grant(determined.lot_no, determined.award_fen, determined.supplier)

    def on_award_notice_issued(self, notice):
        self.lead([notice.lot_no], "AWARDED")

    def on_award_recorded(self, recorded):
        self.lead([recorded.lot_no], "AWARDED")
        self.grant(recorded.lot_no, recorded.award_fen, recorded.supplier)

    def on_award_revoked(self, revoked):
        if revoked.next_candidate:
            self.lead([revoked.lot_no], "AWARD_PENDING")
            self.grant(revoked.lot_no, revoked.next_award_fen, revoked.next_candidate)
        else:
            self.lead([revoked.lot_no], "FAILED")
            self.grant(revoked.lot_no, 0, "")

    def on_lot_failed(self, failed):
        self.lead([failed.lot_no], "FAILED")
        self.grant(failed.lot_no, 0, "")

    def on_reprocurement_started(self, started):
        ceiling = started.ceiling_fen if started.HasField("ceiling_fen") else None
        self.lots[started.new_lot_no] = Lot(started.amount_fen, ceiling, started.lot_no)

    def on_complaint_suspension_ordered(self, ordered):
        for lot in [self.lots[no] for no in ordered.lot_nos]:
            lot.suspensions.add(ordered.complaint_id)

    def on_complaint_suspension_lifted(self, lifted):
        for lot in self.lots.values():
            lot.suspensions.discard(lifted.complaint_id)

    def lead(self, lot_nos, state):
        for lot_no in lot_nos:
            self.lots[lot_no].state = state

    def grant(self, lot_no, fen, winner):
        self.lots[lot_no].award, self.lots[lot_no].winner = fen, winner

    # Contracts and their money.

    def on_contract_signed(self, signed):
        self.contracts[signed.contract_id] = Contract(signed)
        self.lead([signed.lot_no], "CONTRACTED")

    def on_supplement_signed(self, signed):
        self.contracts[signed.contract_id].supplements += signed.amount_fen

    def on_contract_changed(self, changed):
        self.contracts[changed.contract_id].changes += changed.delta_fen

    def on_liquidated_damages_assessed(self, assessed):
        self.contracts[assessed.contract_id].damages += assessed.amount_fen

    def on_contract_terminated(self, terminated):
        self.contracts[terminated.contract_id].ended_at = terminated.settled_fen

    def on_settlement_confirmed(self, settled):
        self.contracts[settled.contract_id].settled += settled.amount_fen

    def on_acceptance_concluded(self, concluded):
        from bihuan.v1 import acceptance_pb2

        if concluded.result != acceptance_pb2.ACCEPTANCE_RESULT_FAILED:
            self.contracts[concluded.contract_id].accepted += concluded.accepted_fen

    def on_payment_requested(self, asked):
        payments = self.contracts[asked.contract_id].payments
        payments[asked.payment_id] = ["REQUESTED", asked.amount_fen]

    def on_payment_accepted(self, accepted):
        self.contracts[accepted.contract_id].payments[accepted.payment_id][0] = "ACCEPTED"

    def on_payment_rejected(self, rejected):
        self.contracts[rejected.contract_id].payments[rejected.payment_id][0] = "REJECTED"

    def on_payment_executed(self, executed):
        payment = self.contracts[executed.contract_id].payments[executed.payment_id]
        payment[:] = ["EXECUTED", executed.amount_fen]
        for part in executed.budget_parts:
            self.paid[part.budget_line_id] += part.amount_fen

    def on_payment_returned(self, returned):
        self.contracts[returned.contract_id].payments[returned.payment_id][0] = "RETURNED"
        for part in returned.budget_parts:
            self.paid[part.budget_line_id] -= part.amount_fen

    # What has an id of its own, some acts and an end: (kind, id) -> [state, what is still held].

    def judge(self, kind, body):
        found = MATTERS.get(kind)
        if found is None:
            return
        matter, field, state = found
        state = state(body) if callable(state) else state
        name = getattr(body, field)
        if matter == "LOW_PRICE":
            name = f"{body.lot_no}/{name}"
        before = self.matters.get((matter, name), ["OPEN", None])
        held = HELD.get(kind, lambda _, held: held)(body, before[1])
        if state is None:
            state = before[0]
        if held == 0 and state == "OPEN" and before[1] is not None:
            state = "DONE"
        self.matters[matter, name] = [state, held]

    def awarded(self):
        """An award is in force from the day on which the winner is determined until it falls."""
        states = ("AWARD_PENDING", "AWARDED", "CONTRACTED")
        return [lot for lot in self.lots.values() if lot.state in states]

    def figures(self):
        of = collections.Counter()
        for contract in self.contracts.values():
            of.update(contract.figures())
        of.pop("settled", None)
        standing = [lot for lot in self.lots.values() if lot.state not in ("FAILED", "TERMINATED")]
        of["plan"] = self.plan
        of["ceiling"] = sum(min(lot.ceiling or lot.amount, lot.amount) for lot in standing)
        of["award"] = sum(lot.award for lot in self.awarded())
        of["saved"] = sum(lot.amount - lot.award for lot in self.awarded())
        return dict(of)


def ceiling_of(lot):
    return lot.ceiling_fen if lot.HasField("ceiling_fen") else None


def result_is(field, **states):
    """A state by the name of what a field says."""

    def state(body):
        value = getattr(body, field)
        enum = body.DESCRIPTOR.fields_by_name[field].enum_type
        word = enum.values_by_number[value].name
        for ending, state in states.items():
            if word.endswith(ending):
                return state
        return states.get("other", "DONE")

    return state


def passed(field, otherwise):
    return lambda body: "DONE" if getattr(body, field) else otherwise


# Event -> kind of matter, the field with its id, where it stands then (None: as before).
MATTERS = {
    "intention_published": ("INTENTION", "intention_id", "DONE"),
    "intention_revised": ("INTENTION", "intention_id", "DONE"),
    "intention_withdrawn": ("INTENTION", "intention_id", "WITHDRAWN"),
    "intention_exempted": ("INTENTION", "intention_id", "DONE"),
    "demand_surveyed": ("REQUIREMENT", "requirement_id", None),
    "requirement_defined": ("REQUIREMENT", "requirement_id", "DONE"),
    "requirement_reviewed": ("REQUIREMENT", "requirement_id", passed("passed", "FAILED")),
    "agency_delegated": ("DELEGATION", "delegation_id", "DONE"),
    "method_change_requested": ("METHOD_CHANGE", "request_id", "OPEN"),
    "method_change_approved": ("METHOD_CHANGE", "request_id", "DONE"),
    "method_change_rejected": ("METHOD_CHANGE", "request_id", "REFUSED"),
    "single_source_argued": ("SINGLE_SOURCE", "argument_id", "DONE"),
    "single_source_publicised": ("SINGLE_SOURCE", "publicity_id", "OPEN"),
    "single_source_objected": ("SINGLE_SOURCE", "publicity_id", "OPEN"),
    "single_source_reargued": (
        "SINGLE_SOURCE",
        "publicity_id",
        result_is("result", UPHELD="REFUSED"),
    ),
    "fair_competition_reviewed": (
        "FAIR_REVIEW",
        "review_id",
        result_is("result", RESTRICTED="REFUSED"),
    ),
    "abnormal_low_price_triggered": ("LOW_PRICE", "case_no", "OPEN"),
    "abnormal_low_price_explained": ("LOW_PRICE", "case_no", "OPEN"),
    "abnormal_low_price_decided": ("LOW_PRICE", "case_no", passed("accepted", "REFUSED")),
    "agency_fee_paid": ("FEE", "fee_id", "DONE"),
    "expert_fee_paid": ("FEE", "fee_id", "DONE"),
    "approval_requested": ("APPROVAL", "approval_id", "OPEN"),
    "approval_supplement_requested": ("APPROVAL", "approval_id", None),
    "approval_supplemented": ("APPROVAL", "approval_id", None),
    "approval_decided": ("APPROVAL", "approval_id", result_is("result", REJECTED="REFUSED")),
    "approval_withdrawn": ("APPROVAL", "approval_id", "WITHDRAWN"),
    "inquiry_received": ("INQUIRY", "inquiry_id", "OPEN"),
    "inquiry_answered": ("INQUIRY", "inquiry_id", "DONE"),
    "challenge_filed": ("CHALLENGE", "challenge_id", "OPEN"),
    "challenge_received": ("CHALLENGE", "challenge_id", "OPEN"),
    "challenge_forwarded": ("CHALLENGE", "challenge_id", "OPEN"),
    "challenge_refused": ("CHALLENGE", "challenge_id", "REFUSED"),
    "challenge_replied": ("CHALLENGE", "challenge_id", "DONE"),
    "challenge_withdrawn": ("CHALLENGE", "challenge_id", "WITHDRAWN"),
    "complaint_received": ("COMPLAINT", "complaint_id", "OPEN"),
    "complaint_reviewed": (
        "COMPLAINT",
        "complaint_id",
        result_is("outcome", NOT_ACCEPTED="REFUSED", NO_JURISDICTION="REFUSED", other="OPEN"),
    ),
    "complaint_decided": ("COMPLAINT", "complaint_id", "DONE"),
    "complaint_withdrawn": ("COMPLAINT", "complaint_id", "WITHDRAWN"),
    "financing_consent_given": ("FINANCING_CONSENT", "consent_id", "DONE"),
    "confirmation_requested": ("CONFIRMATION", "confirmation_id", "OPEN"),
    "contract_confirmed": ("CONFIRMATION", "confirmation_id", "DONE"),
    "financing_applied": ("FINANCING", "financing_id", "OPEN"),
    "financing_approved": ("FINANCING", "financing_id", "OPEN"),
    "financing_rejected": ("FINANCING", "financing_id", "REFUSED"),
    "financing_cancelled": ("FINANCING", "financing_id", "WITHDRAWN"),
    "financing_disbursed": ("FINANCING", "financing_id", "OPEN"),
    "financing_repaid": ("FINANCING", "financing_id", "OPEN"),
    "financing_defaulted": ("FINANCING", "financing_id", "FAILED"),
    "bond_collected": ("BOND", "bond_id", "OPEN"),
    "bond_returned": ("BOND", "bond_id", "OPEN"),
    "bond_forfeited": ("BOND", "bond_id", "FAILED"),
    "guarantee_issued": ("GUARANTEE", "guarantee_no", "OPEN"),
    "guarantee_extended": ("GUARANTEE", "guarantee_no", None),
    "guarantee_released": ("GUARANTEE", "guarantee_no", "OPEN"),
    "guarantee_claimed": ("GUARANTEE", "guarantee_no", "OPEN"),
    "guarantee_expired": ("GUARANTEE", "guarantee_no", "DONE"),
    "credit_enhancement_accepted": ("CREDIT_ENHANCEMENT", "enhancement_id", "DONE"),
    "credit_evaluated": ("CREDIT_EVALUATION", "evaluation_id", "DONE"),
}

# Event -> what is held or owed after it.
HELD = {
    "bond_collected": lambda body, _: body.amount_fen,
    "bond_returned": lambda body, held: held - body.amount_fen,
    "bond_forfeited": lambda body, held: held - body.amount_fen,
    "guarantee_issued": lambda body, _: body.amount_fen,
    "guarantee_released": lambda body, held: held - body.amount_fen,
    "guarantee_claimed": lambda body, held: held - body.amount_fen,
    "guarantee_expired": lambda *_: 0,
    "financing_disbursed": lambda body, held: (held or 0) + body.amount_fen,
    "financing_repaid": lambda body, held: held - body.amount_fen,
}


class Line:
    """A budget line, by its own events and those of everybody who draws on it."""

    def __init__(self, line_id, standing):
        self.line_id = line_id
        self.approved = self.adjusted = self.frozen = self.carried = 0
        self.occupied, self.paid = collections.Counter(), collections.Counter()
        # By project: the share of its plan as last stated.
        self.plans = {}
        for owner, kind, body in standing:
            take = getattr(self, f"on_{kind}", None)
            if take is not None:
                take(owner, body)

    def share(self, parts):
        return sum(part.amount_fen for part in parts if part.budget_line_id == self.line_id)

    def on_budget_line_approved(self, _, body):
        self.approved = body.amount_fen

    def on_budget_line_adjusted(self, _, body):
        self.adjusted += body.delta_fen

    def on_budget_line_frozen(self, _, body):
        self.frozen += body.amount_fen

    def on_budget_line_unfrozen(self, _, body):
        self.frozen -= body.amount_fen

    def on_plan_filed(self, owner, body):
        self.plans[owner] = self.share(body.budget_parts)
        self.occupied[owner] += self.plans[owner]

    def on_plan_revised(self, owner, body):
        share = self.share(body.budget_parts)
        self.occupied[owner] += share - self.plans[owner]
        self.plans[owner] = share

    def on_supplement_signed(self, owner, body):
        self.occupied[owner] += self.share(body.budget_parts)

    def on_lot_failed(self, owner, body):
        if not body.retry_intended:
            self.occupied[owner] -= self.share(body.budget_parts)

    def on_lot_retry_abandoned(self, owner, body):
        self.occupied[owner] -= self.share(body.budget_parts)

    def on_award_revoked(self, owner, body):
        if not body.next_candidate and not body.retry_intended:
            self.occupied[owner] -= self.share(body.budget_parts)

    def end(self, owner, body):
        """What was not paid is given back."""
        if self.line_id in body.budget_line_ids:
            self.occupied[owner] = self.paid[owner]

    on_plan_cancelled = on_plan_completed = end

    def on_emall_order_placed(self, owner, body):
        self.occupied[owner] += self.share(body.budget_parts)

    def give_back(self, owner, body):
        self.occupied[owner] -= self.share(body.budget_parts)

    on_emall_order_cancelled = on_emall_order_returned = give_back

    def on_payment_executed(self, owner, body):
        self.paid[owner] += self.share(body.budget_parts)

    def on_payment_returned(self, owner, body):
        self.paid[owner] -= self.share(body.budget_parts)

    def figures(self):
        occupied = self.occupied.total()
        return {
            "approved": self.approved,
            "adjusted": self.adjusted,
            "frozen": self.frozen,
            "occupied": occupied,
            "paid": self.paid.total(),
            "available": self.approved + self.adjusted - self.frozen - occupied,
        }


class Order:
    STATES = {
        "emall_rfq_opened": "RFQ_OPEN",
        "emall_rfq_closed": "RFQ_CLOSED",
        "emall_rfq_failed": "RFQ_FAILED",
        "emall_order_placed": "PLACED",
        "emall_order_confirmed": "CONFIRMED",
        "emall_order_shipped": "SHIPPED",
        "emall_order_delivered": "DELIVERED",
        "emall_order_accepted": "ACCEPTED",
        "emall_order_cancelled": "CANCELLED",
        "emall_order_returned": "RETURNED",
        "payment_executed": "PAID",
    }

    def __init__(self, standing):
        self.state, self.amount, self.paid = "UNSPECIFIED", 0, 0
        for kind, body, _ in standing:
            self.state = self.STATES.get(kind, self.state)
            if kind == "emall_rfq_closed":
                self.amount = body.price_fen
            elif kind == "emall_order_placed":
                self.amount = body.amount_fen
            elif kind == "payment_executed":
                self.paid += body.amount_fen

    def figures(self):
        nothing = ("RFQ_OPEN", "RFQ_CLOSED", "RFQ_FAILED", "CANCELLED", "RETURNED")
        is_owed = self.state not in nothing
        owed = self.amount - self.paid if is_owed else 0
        return {"amount": self.amount, "paid": self.paid, "outstanding": owed}


class Framework:
    STATES = {
        "framework_drafted": "DRAFT",
        "framework_plan_reviewed": "PLAN_REVIEWED",
        "framework_solicited": "SOLICITING",
        "framework_activated": "ACTIVE",
        "framework_supplement_solicited": "SUPPLEMENT_SOLICITING",
        "framework_expired": "EXPIRED",
        "framework_terminated": "TERMINATED",
    }

    def __init__(self, standing):
        self.state = "UNSPECIFIED"
        self.members, self.ordered = set(), collections.Counter()
        for kind, body, _ in standing:
            self.state = self.STATES.get(kind, self.state)
            if kind == "framework_shortlisted":
                is_more = self.state == "SUPPLEMENT_SOLICITING"
                self.state = "ACTIVE" if is_more else "SHORTLISTED"
                self.members |= {listed.supplier for listed in body.shortlisted}
            elif kind == "framework_agreement_signed" and self.state == "SHORTLISTED":
                self.state = "SIGNED"
            elif kind == "framework_order_placed":
                self.ordered[body.supplier] += body.amount_fen


class Unit:
    CONTROLS = {
        "internal_control_issued": "OPEN",
        "internal_control_filed": "OPEN",
        "internal_control_filing_accepted": "DONE",
        "internal_control_filing_returned": "REFUSED",
        "internal_control_revised": "OPEN",
        "internal_control_repealed": "WITHDRAWN",
    }

    def __init__(self, standing):
        self.controls, self.reserved = {}, {}
        self.small = self.bought = 0
        for kind, body, _ in standing:
            if kind in self.CONTROLS:
                self.controls[body.control_id] = self.CONTROLS[kind]
            elif kind == "small_purchase_recorded":
                self.small += body.amount_fen
            elif kind == "farm_reserve_declared":
                self.reserved[body.fiscal_year, body.platform] = body.reserved_fen
            elif kind == "farm_purchase_reported":
                self.bought += body.amount_fen
            elif kind == "farm_purchase_reversed":
                self.bought -= body.amount_fen

    def figures(self):
        return {
            "small_purchases": self.small,
            "farm_reserved": sum(self.reserved.values()),
            "farm_purchased": self.bought,
        }


def told(view, names):
    return {name: getattr(view, name).amount_fen for name in names}


def word(message, field, prefix):
    value = getattr(message, field)
    name = message.DESCRIPTOR.fields_by_name[field].enum_type.values_by_number[value].name
    return name.removeprefix(prefix)


class Audit:
    def __init__(self, channel, seed):
        from bihuan.v1 import ledger_service_pb2, ledger_service_pb2_grpc
        from bihuan.v1 import project_service_pb2, project_service_pb2_grpc

        self.api = project_service_pb2
        self.views = project_service_pb2_grpc.ProjectServiceStub(channel)
        self.random = random.Random(seed)
        ledger = ledger_service_pb2_grpc.LedgerServiceStub(channel)
        asked = ledger_service_pb2.ReadEventsRequest(
            all=ledger_service_pb2.WholeLedger(),
            view=ledger_service_pb2.EVENT_VIEW_FULL,
        )
        self.events, self.streams = [], collections.defaultdict(list)
        for answer in ledger.ReadEvents(asked, timeout=DEADLINE):
            for recorded in answer.events:
                known = Known(recorded)
                self.events.append(known)
                self.streams[known.event.stream].append(known)
        self.wrong = []
        self.counts = collections.Counter()

    def run(self, questions):
        of_kind = collections.defaultdict(list)
        for stream in sorted(self.streams):
            of_kind[stream.split("/")[0]].append(stream)
        for kind in VIEWS:
            streams = of_kind[kind]
            assert streams, f"the ledger has no {kind}"
            for _ in range(questions):
                stream = self.random.choice(streams)
                at_us, on = self.moment(stream)
                self.ask(kind, stream, at_us, on)
        assert not self.wrong, "\n".join(self.wrong[:40]) + f"\n{len(self.wrong)} differences"
        for name in (*VIEWS, "lots", "contracts", "matters", "amended", "unknown", "banned"):
            assert self.counts[name] > 0, f"no {name} were compared: {self.counts}"

    def moment(self, stream):
        """A random moment of both clocks, each at its end now and then."""
        events = self.streams[stream]
        by_record = self.random.choice(self.events if self.random.random() < 0.2 else events)
        by_date = self.random.choice(events)
        at_us = None if self.random.random() < 0.3 else by_record.at_us
        on = None if self.random.random() < 0.3 else by_date.on
        return at_us, on

    def ask(self, kind, stream, at_us, on):
        """Asks for one view as of two moments, and compares it with the events."""
        method, id_field, view_field, compare = VIEWS[kind]
        request = getattr(self.api, f"{method}Request")()
        _, request.partition, name = stream.split("/")
        setattr(request, id_field, name)
        if on is not None:
            request.as_of_legal_date = on
        if at_us is not None:
            seconds, us = divmod(at_us, 1_000_000)
            request.as_of_record_time.CopyFrom(
                timestamp_pb2.Timestamp(seconds=seconds, nanos=us * 1000)
            )
        is_known = at_us is None or self.first_at_us(kind, stream) <= at_us
        try:
            answer = getattr(self.views, method)(request, timeout=DEADLINE)
        except grpc.RpcError as error:
            assert error.code() == grpc.StatusCode.NOT_FOUND and not is_known, error
            self.counts["unknown"] += 1
            return
        assert is_known, request
        self.counts[kind] += 1
        where = f"{name} on {on} at {at_us}"
        compare(self, getattr(answer, view_field), where, stream, at_us, on)

    def first_at_us(self, kind, stream):
        """When something was first known: of organisations also by the registry."""
        streams = [self.streams[stream]]
        if kind in ("unit", "supplier"):
            _, partition, uscc = stream.split("/")
            streams.append(self.streams.get(f"organisation/{partition}/{uscc}", []))
        return min(events[0].at_us for events in streams if events)

    def compare(self, where, wanted, found):
        if wanted != found:
            self.wrong.append(f"{where}: {found}, the events say {wanted}")

    def project(self, view, where, stream, at_us, on):
        model = Project(as_of(self.streams[stream], at_us, on))
        self.compare(f"{where} events", model.count, view.event_count)
        figures = model.figures()
        self.compare(f"{where} amounts", figures, told(view.amounts, figures))
        lots = {
            lot.lot_no: (
                word(lot, "state", "LOT_STATE_"),
                lot.suspended,
                lot.award.amount_fen,
                lot.winner,
                lot.retries_lot_no,
                {bid.bid_no for bid in lot.bids},
            )
            for lot in view.lots
        }
        wanted = {
            no: (lot.state, bool(lot.suspensions), lot.award, lot.winner, lot.retries, lot.bids)
            for no, lot in model.lots.items()
        }
        self.compare(f"{where} lots", wanted, lots)
        self.counts["lots"] += len(lots)
        contracts = {}
        for contract in view.contracts:
            names = Contract.figures(model.contracts[contract.contract_id])
            payments = {
                payment.payment_id: [
                    word(payment, "state", "PAYMENT_STATE_"),
                    payment.amount.amount_fen,
                ]
                for payment in contract.payments
            }
            contracts[contract.contract_id] = told(contract.amounts, names), payments
        wanted = {no: (of.figures(), of.payments) for no, of in model.contracts.items()}
        self.compare(f"{where} contracts", wanted, contracts)
        self.counts["contracts"] += len(contracts)
        groups = ("disputes", "financing", "securities", "approvals", "evaluations", "records")
        matters = {}
        for matter in (matter for group in groups for matter in getattr(view, group)):
            key = word(matter, "kind", "MATTER_KIND_"), matter.id
            remaining = matter.remaining.amount_fen if matter.HasField("remaining") else None
            matters[key] = [word(matter, "state", "MATTER_STATE_"), remaining]
        self.compare(f"{where} matters", model.matters, matters)
        self.counts["matters"] += len(matters)
        self.counts["amended"] += len(view.amended)
        for line in view.budget_lines:
            self.compare(
                f"{where} paid of {line.budget_line_id}",
                model.paid[line.budget_line_id],
                line.paid.amount_fen,
            )

    def order(self, view, where, stream, at_us, on):
        model = Order(as_of(self.streams[stream], at_us, on))
        self.compare(f"{where} state", model.state, word(view, "state", "ORDER_STATE_"))
        figures = model.figures()
        self.compare(f"{where} amounts", figures, told(view, figures))

    def framework(self, view, where, stream, at_us, on):
        model = Framework(as_of(self.streams[stream], at_us, on))
        self.compare(f"{where} state", model.state, word(view, "state", "FRAMEWORK_STATE_"))
        ordered = {of.supplier: of.ordered.amount_fen for of in view.members}
        wanted = {supplier: model.ordered[supplier] for supplier in model.members}
        self.compare(f"{where} members", wanted, ordered)
        self.compare(f"{where} ordered", model.ordered.total(), view.ordered.amount_fen)

    def unit(self, view, where, stream, at_us, on):
        model = Unit(as_of(self.streams[stream], at_us, on))
        figures = model.figures()
        self.compare(f"{where} amounts", figures, told(view, figures))
        controls = {of.id: word(of, "state", "MATTER_STATE_") for of in view.internal_controls}
        self.compare(f"{where} internal control", model.controls, controls)

    def supplier(self, view, where, stream, at_us, on):
        records, repaired = {}, set()
        for kind, body, _ in as_of(self.streams[stream], at_us, on):
            if kind == "bad_conduct_recorded":
                records[body.record_id] = body
            elif kind == "credit_repaired":
                repaired.add(body.record_id)
        self.compare(f"{where} records", set(records), {ban.id for ban in view.bans})
        if at_us is None and on is None:
            # Judged on the ledger's own day, which he does not know.
            return
        day = on or day_of(timestamp_pb2.Timestamp(seconds=at_us // 1_000_000))
        banned = any(
            record.ban_from and record.ban_from <= day <= record.ban_to
            for record_id, record in records.items()
            if record_id not in repaired
        )
        self.compare(f"{where} banned", banned, view.banned)
        self.counts["banned"] += banned

    def line(self, view, where, stream, at_us, on):
        standing = []
        for of, events in self.streams.items():
            kind = of.split("/")[0]
            if of == stream or kind in ("project", "order"):
                standing += [(of, kind, body) for kind, body, _ in as_of(events, at_us, on)]
        figures = Line(stream.split("/")[2], standing).figures()
        self.compare(f"{where} amounts", figures, told(view, figures))


# Kind of stream -> the call, its id, the answer's view, what compares it.
VIEWS = {
    "project": ("GetProject", "project_id", "project", Audit.project),
    "order": ("GetOrder", "order_no", "order", Audit.order),
    "budget-line": ("GetBudgetLine", "budget_line_id", "budget_line", Audit.line),
    "framework": ("GetFramework", "framework_id", "framework", Audit.framework),
    "unit": ("GetUnit", "uscc", "unit", Audit.unit),
    "supplier": ("GetSupplier", "uscc", "supplier", Audit.supplier),
}


if __name__ == "__main__":
    main()
