"""Corrections and voids of what was recorded, with all that they must say."""

from model.core import Fact
from model.ledger import AMENDMENTS, KINDS

TRIES = 9


class Amender:
    def __init__(self, random, ledger, perturber):
        self.random, self.ledger, self.perturber = random, ledger, perturber

    def amend(self, fact, source_ref, now):
        """An amendment of a fact, and what it is; nothing where there is none."""
        if fact.kind in AMENDMENTS:
            return None, None
        event = fact.event.__class__()
        event.CopyFrom(fact.event)
        event.source_ref = source_ref
        event.sealed_commitment = event.personal_commitment = b""
        event.occurred_at.FromSeconds(now)
        event.payload.Clear()
        if self.random.random() < 0.4:
            what, instead = "void", None
            amended, named = event.payload.event_voided, event.payload.event_voided.voids
            amended.authority = "核查记录"
        else:
            what, other = self.changed(fact)
            if what is None:
                return None, None
            body = getattr(other.payload, fact.kind)
            instead = Fact(fact.event, fact.kind, body, self.ledger.legal_date(other, body))
            amended, named = event.payload.event_corrected, event.payload.event_corrected.corrects
            amended.payload.CopyFrom(other.payload)
            amended.effect = self.random.choice([1, 1, 1, 2])
        amended.reason = "录入有误"
        named.source_system, named.source_ref = fact.name
        touched = sorted(self.ledger.touched(fact, instead))
        if self.random.random() < 0.1:
            touched = touched[1:]
        for kind, owner, name in touched:
            amended.touches.add(kind=KINDS.index(kind), owner_id=owner, id=name)
        return event, f"{what} of {fact.kind}"

    def changed(self, fact):
        """The event of a fact with one field of its content changed."""
        for _ in range(TRIES):
            other = fact.event.__class__()
            other.CopyFrom(fact.event)
            what = self.perturber.change_content(other)
            if what is not None:
                return what, other
        return None, None
