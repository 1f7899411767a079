"""The ledger as the model sees it: envelopes, names, batches, amendments."""

from . import (  # noqa: F401 each registers its rules
    contract,
    disputes,
    emall,
    failure,
    framework,
    money,
    notices,
    packs,
    payment,
    prelude,
    registry,
    roles,
    satellites,
    securities,
    shape,
    tender,
    venue,
)
from .dates import day_of
from .core import REASONS, STEPS, Fact, Model, label_of

GRACE = 5 * 60
# Systems that need not be registered, as domain.md 1.0 names them.
SYSTEMS = set(
    "HN_EMALL P832 HN_RURAL HY_SUPERVISION CCGP_HY CCGP_HN ETRADE GP_MGMT BUDGET_INT TREASURY_PAY "
    "FIN_PLATFORM PRTC INTRANET OCDS_IMPORT".split()
)


# The kinds of object as an amendment names them, by number (enum EntityKind in event.proto).
KINDS = (
    "- BL PJ LT CT PY AC NO OR RG SS TH HC SB OC DG IT RQ MC SG CE BN IQ CH CP EO OB ER EM EU "
    "SM CN FP FR FN RV BD GT CX VN VR AI AP LB BC FC IC AS ON TK OP IF WV SL MT RP FA FE CS"
).split()
AMENDMENTS = {"event_corrected": "corrects", "event_voided": "voids"}


class Refused(Exception):
    """The reason that the ledger must give."""


class Ledger:
    """What the ledger must answer to each event."""

    def __init__(self, options):
        self.options = options
        self.model = Model()
        self.known = {}
        self.facts = []
        self.newest, self.voided, self.undone = {}, set(), []

    def fact(self, event):
        kind = event.payload.WhichOneof("payload")
        body = getattr(event.payload, kind)
        return Fact(event, kind, body, self.legal_date(event, body))

    def legal_date(self, event, body):
        """The field that the schema marks, or the day of the event itself where it marks none."""
        for field in body.DESCRIPTOR.fields:
            if field.GetOptions().Extensions[self.options.field].legal_date:
                value = getattr(body, field.name)
                return value if isinstance(value, str) else day_of(value.seconds)
        return day_of(event.occurred_at.seconds)

    def predict(self, events, now):
        """The reason of the first refusal of a batch and its index; without one it is taken in."""
        for event in events:
            reason = self.shape(event)
            if reason:
                return reason, None
        mark, count, added = len(self.model.undo), len(self.facts), []
        for index, event in enumerate(events):
            name = event.source_system, event.source_ref
            try:
                if self.decide(event, name, now):
                    added.append(name)
            except Refused as refused:
                self.back(mark, count, added)
                return str(refused), index
        self.added = mark, count, added
        return None, None

    def back(self, mark, count, added):
        """Forgets what was taken in since a mark."""
        while self.undone and self.undone[-1][0] >= count:
            self.model, self.newest, self.voided = self.undone.pop()[1]
        self.model.back(mark)
        del self.facts[count:]
        for name in added:
            del self.known[name]

    def forget(self):
        """Forgets the batch just predicted: it was only a question."""
        self.back(*self.added)

    def shape(self, event):
        kind = event.payload.WhichOneof("payload")
        body = getattr(event.payload, kind)
        told = body
        if kind == "event_corrected":
            told = getattr(body.payload, body.payload.WhichOneof("payload"))
        for reason in shape.faults(event, self.options.field):
            return reason
        if self.legal_date(event, body) != day_of(event.occurred_at.seconds):
            return "SHAPE"
        allowed = body.DESCRIPTOR.GetOptions().Extensions[self.options.event].stream_kinds
        stream, _, owner = event.stream.split("/", 2)
        if allowed and stream not in allowed:
            return "SHAPE"
        reason = next(shape.stream_faults(stream, owner, told), None)
        if reason is None and kind == "rule_pack_adopted":
            reason = next(packs.faults(event, told), None)
        return reason

    def decide(self, event, name, now):
        """Takes one event in, or refuses it; a repeat is neither."""
        fact = self.fact(event)
        role = label_of(event.DESCRIPTOR.fields_by_name["actor_role"].enum_type, event.actor_role)
        original = self.original(fact) if fact.kind in AMENDMENTS else fact
        instead = self.instead(fact, original) if fact.kind == "event_corrected" else None
        if instead and fact.body.effect == roles.RETROACTIVE:
            allowed = role == "REGULATOR"
        else:
            allowed = original is None or roles.may_append(original, role)
            for told in filter(None, (original, instead)):
                told = self.sent_by(told, event)
                allowed = allowed and roles.acts_for_itself(self.model, told, role)
        if not allowed:
            raise Refused(REASONS["E020"])
        if name in self.known:
            if self.known[name].event != event:
                raise Refused(REASONS["E004"])
            return False
        codes = set()
        system = event.source_system
        if system not in SYSTEMS and ("SS", system, "") not in self.model.things:
            codes.add("E001")
        for told in filter(None, (original, instead)):
            told = self.sent_by(told, event)
            if role == "REGULATOR" and not roles.has_power(self.model, told):
                raise Refused(REASONS["E026"])
        told = [one for one in (fact, instead) if one and one.kind != "ocds_release_imported"]
        if any(one.on > day_of(now + GRACE) for one in told):
            codes.add("E003")
        codes |= self.judge(fact)
        for first in ("E020", "E021"):
            if first in codes:
                raise Refused(REASONS[first])
        if codes:
            raise Refused(REASONS["E026" if "E026" in codes else min(codes)])
        self.known[name] = fact
        self.facts.append(fact)
        return True

    def judge(self, fact):
        if fact.kind in AMENDMENTS:
            return self.amend(fact)
        mark = len(self.model.undo)
        codes = self.model.judge(fact)
        if codes:
            self.model.back(mark)
        return codes

    def instead(self, fact, original):
        """The fact that a correction puts in the original's place."""
        if original is None:
            return None
        kind = fact.body.payload.WhichOneof("payload")
        body = getattr(fact.body.payload, kind)
        return Fact(original.event, kind, body, self.legal_date(original.event, body))

    def sent_by(self, fact, event):
        """A fact as if the sender of another event told it."""
        if fact.event is event:
            return fact
        told = Fact(event, fact.kind, fact.body, fact.on)
        return told

    def objects(self, body):
        """The ids of the objects that an event is about."""
        return [
            getattr(body, field.name)
            for field in body.DESCRIPTOR.fields
            if field.GetOptions().Extensions[self.options.field].object_id
        ]

    def touched(self, original, instead=None):
        """What an event, its newest correction and its replacement touch."""
        told = original, self.newest.get(original.name), instead
        return {key for one in told if one for key in self.model.look(one, False)[0].touched}

    def original(self, fact):
        """The fact that an amendment names, and its place among the facts."""
        named = getattr(fact.body, AMENDMENTS[fact.kind])
        original = self.known.get((named.source_system, named.source_ref))
        if original is None or original.kind in AMENDMENTS:
            return None
        return original

    def amend(self, fact):
        """Judges a correction or void by folding again, with the fact replaced or left out."""
        original = self.original(fact)
        if original is None:
            return {"E001"}
        codes = {"E002"} if original.name in self.voided else set()
        if fact.event.stream != original.event.stream:
            codes.add("E001")
        if fact.event.region_code != original.event.region_code:
            codes.add("E026")
        instead = None
        if fact.kind == "event_corrected":
            instead = self.instead(fact, original)
            kind = instead.kind
            if kind != original.kind or self.objects(instead.body) != self.objects(original.body):
                return codes | {"E001"}
        stated = {(KINDS[ref.kind], ref.owner_id, ref.id) for ref in fact.body.touches}
        if stated != self.touched(original, instead):
            codes.add("E001")
        if codes:
            return codes
        model = Model()
        for known in self.facts:
            if known.kind in AMENDMENTS or known.name in self.voided:
                continue
            told = self.newest.get(known.name, known)
            if known is original:
                if instead is None:
                    continue
                codes |= model.look(instead)[0].asked
                told = instead
            broken = model.judge(told, is_new=False)
            if broken & STEPS:
                codes.add("E001" if told is instead and "E001" in broken else "E002")
                break
            codes |= broken
        else:
            codes |= model.broken(model.things.values())
        if not codes:
            before = self.model, dict(self.newest), set(self.voided)
            self.undone.append((len(self.facts), before))
            model.undo = self.model.undo
            self.model = model
            if instead is None:
                self.voided.add(original.name)
            else:
                self.newest[original.name] = instead
        return codes
