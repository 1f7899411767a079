"""A judge who trusts nothing but the documents: he sends the life of a simulated city, perturbed,
and every answer must be what a model of his own predicts.

Usage: judge.py ADDRESS PROTO_DIR STUB_DIR EVENTS_NDJSON SEED

The server is a new one under a simulated clock; the events are what `bihuan simulate` writes. Most
perturbed copies are sent as questions (`validate_only`), so that the life goes on; some are sent in
earnest, and whatever follows from them is predicted too.
"""

import collections
import pathlib
import random
import sys
import zlib

import grpc
from google.protobuf import json_format
from grpc_status import rpc_status

from amend import Amender
from client import details, generate, stamp
from detours import Detours
from model.core import REASONS
from model.dates import day_of
from model.ledger import AMENDMENTS, Ledger
from perturb import Perturber, redate

DEADLINE = 60
# Of a hundred events of the life, the first is left out, others up to these are perturbed in
# earnest or sent in batches; before that, up to half give way to something still to be met.
LEFT_OUT, PERTURBED, BATCHED, INSTEAD = 1, 3, 7, 50
# How often acts that the life lacks are sent in earnest, and how many one upon the other.
IN_EARNEST, STEPS_ASTRAY = 0.8, 16
# How often the rest is tried after the life.
MADE_UP = 300
# How often something recorded is amended.
AMENDED = 0.006
# Of what was recorded, so much may be amended.
RECENT = 1500
# Types of which a run meets few are asked about more often.
RARE, OFTEN = 5, 14
DULL = "sync_batch_received"
# What every later event rests on is sent as it is.
FOUNDATIONS = ("organisation_registered", "source_system_registered", "region_registered")
# Gates that a life seldom runs into, and what does.
GATES = {"E014": "supplement_signed", "E018": "financing_approved", "E019": "venue_allocated"}
# Codes that are no gate of the domain: repeats and shape.
NOT_GATES = {"E004", "E005", "E006", "E007", "E008", "E022"}


def main():
    address, protos, stubs, events, seed = sys.argv[1:]
    generate(pathlib.Path(protos), pathlib.Path(stubs))
    with grpc.insecure_channel(address) as channel:
        trial = Trial(channel, pathlib.Path(events), int(seed))
        trial.run()
        trial.report()
    print("everything held")


class Trial:
    """One life on its way, and what was met on it."""

    def __init__(self, channel, path, seed):
        from bihuan.v1 import event_pb2, ledger_service_pb2, ledger_service_pb2_grpc, options_pb2

        self.api, self.schema, self.options = ledger_service_pb2, event_pb2, options_pb2
        self.stub = ledger_service_pb2_grpc.LedgerServiceStub(channel)
        self.seed, self.random = seed, random.Random(seed)
        self.ledger = Ledger(options_pb2)
        self.perturber = Perturber(self.random, options_pb2, event_pb2)
        self.detours = Detours(self.random, options_pb2, event_pb2, self.perturber, self.ledger)
        members = event_pb2.EventPayload.DESCRIPTOR.oneofs_by_name["payload"].fields
        self.kinds = [field.name for field in members]
        self.amender = Amender(self.random, self.ledger, self.perturber)
        lines = path.read_text().splitlines()
        self.life = [json_format.Parse(line, self.api.EventSubmission()) for line in lines]
        self.now = self.copies = self.index = self.sent_until = 0
        self.seen, self.counts = collections.Counter(), collections.Counter(map(kind_of, self.life))
        self.accepted, self.reasons = collections.Counter(), collections.Counter()
        self.what = ""

    def run(self):
        for self.index, sent in enumerate(self.life):
            self.now = max(self.now, sent.event.occurred_at.seconds)
            self.perturber.learn(sent.event)
            kind = kind_of(sent)
            self.seen[kind] += 1
            is_dull = kind == DULL and self.random.random() < 0.97
            if not is_dull:
                for _ in range(OFTEN if self.seen[kind] <= RARE else 2):
                    self.ask_changed(sent)
                self.ask_early()
            self.live(sent)
            if not is_dull:
                self.ask_again()
                self.go_astray(sent.event)
                self.ask_amendment()
        self.make_up()

    def live(self, sent):
        """Sends what the life says, now and then not as it says."""
        chance = self.random.randrange(100)
        self.what = "the life"
        if self.index < self.sent_until:
            return
        other, kind = None, kind_of(sent)
        if chance < INSTEAD and self.accepted[kind] and is_wild(sent.event.stream):
            other = self.detours.instead(sent.event, day_of(self.now), self.wanted())
        if other is not None:
            self.what = "something instead"
            self.send([self.api.EventSubmission(event=other)])
        elif chance >= BATCHED or self.is_needed(sent):
            self.send([sent])
        elif chance >= PERTURBED:
            self.live_in_a_batch()
        elif chance >= LEFT_OUT:
            other = self.copy(sent)
            self.what = self.perturber.change(other.event)
            self.send([other])

    def is_needed(self, sent):
        """Whether too much would be lost without an event."""
        kind, stream = kind_of(sent), sent.event.stream.split("/")[0]
        is_rare = self.counts[kind] <= RARE or not self.accepted[kind]
        return is_rare or kind in FOUNDATIONS or stream == "agency"

    def live_in_a_batch(self):
        """Sends two or three events together; before that, asks what if one were different."""
        partition = partition_of(self.life[self.index])
        batch = []
        for sent in self.life[self.index : self.index + self.random.choice([2, 3])]:
            if partition_of(sent) != partition:
                break
            batch.append(sent)
        self.what = "a batch of the life, one changed"
        changed = [self.copy(sent) for sent in batch]
        self.perturber.change(self.random.choice(changed).event)
        if len(set(map(partition_of, changed))) == 1:
            self.send(changed, is_question=True)
        self.now = max(self.now, *(sent.event.occurred_at.seconds for sent in batch))
        self.what = "a batch of the life"
        self.send(batch)
        self.sent_until = self.index + len(batch)

    def copy(self, sent):
        """The same event under another number of its source."""
        other = self.api.EventSubmission()
        other.CopyFrom(sent)
        self.copies += 1
        other.event.source_ref = f"J-{self.copies}"
        return other

    def ask_changed(self, sent):
        """What if the event were a little different?"""
        other = self.copy(sent)
        self.what = self.perturber.change(other.event)
        if self.what is None:
            return
        if self.random.random() < 0.2:
            self.what += " and more"
            self.perturber.change(other.event)
        self.send([other], is_question=True)

    def ask_early(self):
        """What if something later happened now?"""
        index = self.index + self.random.choice([1, 2, 3, 5, 10, 30, 100, 500])
        if index < len(self.life) and kind_of(self.life[index]) != DULL:
            self.what = "early"
            self.ask_at_its_time_or_today(self.life[index])

    def ask_again(self):
        """What if something earlier happened again?"""
        index = self.index - self.random.choice([0, 0, 1, 3, 10, 30, 100, 500])
        if index >= 0 and kind_of(self.life[index]) != DULL:
            self.what = "again"
            self.ask_at_its_time_or_today(self.life[index])
            if self.random.random() < 0.1:
                self.what = "a repeat"
                other = self.copy(self.life[index])
                other.event.source_ref = self.life[index].event.source_ref
                if self.random.random() < 0.5:
                    self.what = "other content under its name"
                    self.perturber.change(other.event)
                self.send([other], is_question=True)

    def ask_at_its_time_or_today(self, sent):
        other = self.copy(sent)
        if self.random.random() < 0.6:
            redate(other.event, self.options, day_of(self.now))
            self.what += " today"
        self.send([other], is_question=True)

    def go_astray(self, event, is_earnest=None):
        """Asks about an act that the life lacks, or sends such acts one upon the other."""
        day, happened, wanted = day_of(self.now), [event], self.wanted()
        if is_earnest is None:
            if not is_wild(event.stream):
                wanted = {kind for kind in wanted if not self.counts[kind]}
            kind = event.payload.WhichOneof("payload")
            is_earnest = self.detours.leads(kind, wanted) and self.random.random() < IN_EARNEST
        for _ in range(STEPS_ASTRAY if is_earnest else 1):
            last = self.random.choice([happened[-1], self.random.choice(happened)])
            event = self.detours.after(last, day, wanted if is_earnest else None)
            if event is not None:
                self.what = "a detour"
                self.send([self.api.EventSubmission(event=event)], not is_earnest)
                wanted -= {kind for kind in wanted if self.accepted[kind]} - set(GATES.values())
                happened.append(event)

    def make_up(self):
        """Goes astray from what happened, until all was met that must be, or it is in vain."""
        for _ in range(MADE_UP):
            wanted = self.wanted()
            if not wanted:
                return
            if wanted & set(AMENDMENTS):
                self.amend(is_earnest=True)
            leads = self.random.choice([self.detours.leads, self.detours.is_next])
            facts = [fact for fact in self.ledger.facts if leads(fact.kind, wanted)]
            if facts:
                self.go_astray(self.random.choice(facts).event, is_earnest=True)

    def wanted(self):
        """The types that were never accepted, and those that run into gates not met yet."""
        unmet = {kind for code, kind in GATES.items() if not self.reasons[REASONS[code]]}
        return {kind for kind in self.kinds if not self.accepted[kind]} | unmet

    def ask_amendment(self):
        """What if something recorded were told otherwise, or had not been?"""
        if self.random.random() < AMENDED and self.ledger.facts:
            self.amend(is_earnest=self.random.random() < 0.3)

    def amend(self, is_earnest):
        self.copies += 1
        fact = self.random.choice(self.ledger.facts[-RECENT:])
        event, self.what = self.amender.amend(fact, f"A-{self.copies}", self.now)
        if event is not None:
            is_question = not is_earnest or not is_wild(event.stream)
            self.send([self.api.EventSubmission(event=event)], is_question)

    def send(self, batch, is_question=False):
        """Sends a batch after predicting its answer; both must be the same."""
        predicted = self.ledger.predict([sent.event for sent in batch], self.now)
        if predicted[0] is None and is_question:
            self.ledger.forget()
        answered = self.answer(batch, is_question)
        if predicted != answered[:2]:
            self.fail(batch, predicted, answered)
        self.reasons[predicted[0]] += 1
        if predicted[0] is None and not is_question:
            self.accepted.update(map(kind_of, batch))

    def answer(self, batch, is_question):
        """The reason, the index of the event refused, and the words of the ledger's answer."""
        request = self.api.AppendEventsRequest(
            events=batch, validate_only=is_question, request_time=stamp(self.now)
        )
        try:
            self.stub.AppendEvents(request, timeout=DEADLINE)
        except grpc.RpcError as error:
            info = details(rpc_status.from_call(error))["ErrorInfo"]
            index = info.metadata.get("event_index")
            return info.reason, None if index is None else int(index), error.details()
        return None, None, "accepted"

    def fail(self, batch, predicted, answered):
        print(f"seed {self.seed}, event {self.index} of the life, {self.what}:")
        for sent in batch:
            print(json_format.MessageToJson(sent.event, ensure_ascii=False))
        print(f"predicted {predicted}, answered {answered}")
        sys.exit(1)

    def report(self):
        """What was met; every event type must have been accepted, every gate been run into."""
        print(f"{sum(self.reasons.values())} requests, seed {self.seed}; answers met:")
        for reason, count in sorted(self.reasons.items(), key=lambda item: item[0] or ""):
            print(f"{count:8} {reason or 'accepted'}")
        never = [kind for kind in self.kinds if not self.accepted[kind]]
        gates = {reason for code, reason in REASONS.items() if code not in NOT_GATES}
        unmet = sorted(gates - set(self.reasons))
        print(f"{len(self.kinds) - len(never)} of {len(self.kinds)} event types accepted")
        assert not never and not unmet, f"never accepted: {never}; never met: {unmet}"


def is_wild(stream):
    """Whether acts in earnest may lead a stream astray from its life: in every third."""
    kind = stream.split("/")[0]
    return kind not in ("agency", "organisation", "system") and zlib.crc32(stream.encode()) % 3 == 0


def partition_of(sent):
    return sent.event.stream.split("/")[1]


def kind_of(sent):
    return sent.event.payload.WhichOneof("payload")


if __name__ == "__main__":
    main()
