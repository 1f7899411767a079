"""A client that we did not write: grpcio and stubs made by grpc_tools from the published schema.

Usage: client.py ADDRESS ADDRESS_OF_A_SERVER_WITH_A_FULL_DISK PROTO_DIR STUB_DIR

Writes "restart the server" when the server at ADDRESS is to be killed and started again, and goes
on after a line on standard input.
"""

import hashlib
import pathlib
import sys
import threading
import uuid

import grpc
from google.protobuf import timestamp_pb2
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from grpc_tools import protoc

UNIT = "11430400000099004T"
CITY = "114304000000990553"
NOW = 1_688_097_600  # 2023-06-30 at noon, +08:00
DEADLINE = 60


def generate(protos, out):
    """Makes message and service classes from the schema."""
    import grpc_tools

    include = pathlib.Path(grpc_tools.__file__).parent / "_proto"
    files = sorted(str(path.relative_to(protos)) for path in protos.rglob("*.proto"))
    arguments = ["protoc", f"-I{protos}", f"-I{include}", f"--python_out={out}"]
    code = protoc.main([*arguments, f"--grpc_python_out={out}", *files])
    assert code == 0, f"protoc answers {code}"
    sys.path.insert(0, str(out))


def stamp(seconds):
    return timestamp_pb2.Timestamp(seconds=seconds)


class Town:
    """What the tests need of a town, with the generated classes."""

    def __init__(self, channel):
        from bihuan.v1 import budget_pb2, event_pb2, ledger_service_pb2, ledger_service_pb2_grpc
        from bihuan.v1 import plan_pb2

        self.budget, self.event, self.plan = budget_pb2, event_pb2, plan_pb2
        self.api = ledger_service_pb2
        self.ledger = ledger_service_pb2_grpc.LedgerServiceStub(channel)

    def line(self, name, fen):
        approved = self.budget.BudgetLineApproved(
            budget_line_id=name,
            fiscal_year=2023,
            unit=UNIT,
            project_code="43040023T000000000001",
            func_code="2010301",
            dept_econ_code="31002",
            fund_nature=self.budget.FUND_NATURE_GENERAL,
            category="A02010105",
            category_version=2022,
            amount_fen=fen,
            approved_on="2023-01-05",
        )
        return self.event.Event(
            source_system="BUDGET_INT",
            source_ref=f"py-{name}",
            stream=f"budget-line/4304/{name}",
            occurred_at=stamp(1_672_848_000),  # midnight of 2023-01-05, +08:00
            actor_org=CITY,
            actor_role=self.event.ACTOR_ROLE_BUDGET_SYS,
            region_code="430400",
            payload=self.event.EventPayload(budget_line_approved=approved),
        )

    def plan_of(self, project, line, fen):
        plan = self.plan
        filed = plan.PlanFiled(
            plan_id=f"PL-{project}",
            plan_no="衡财采计〔2023〕000123号",
            budget_parts=[self.budget.BudgetPart(budget_line_id=line, amount_fen=fen)],
            project_name="台式计算机采购",
            unit=UNIT,
            organisation=plan.ORGANISATION_DISPERSED,
            method=plan.PROCUREMENT_METHOD_OPEN_TENDER,
            category="A02010105",
            category_version=2022,
            law_track=plan.LAW_TRACK_PROCUREMENT_LAW,
            amount_fen=fen,
            lots=[plan.PlanLot(lot_no="01", name="台式计算机", amount_fen=fen)],
            sme_policy=plan.SmePolicy(kind=plan.SME_POLICY_KIND_ALL_RESERVED),
            filed_on="2023-02-01",
        )
        return self.event.Event(
            source_system="GP_MGMT",
            source_ref=f"py-{project}",
            stream=f"project/4304/{project}",
            occurred_at=stamp(1_675_180_800),  # midnight of 2023-02-01, +08:00
            actor_org=UNIT,
            actor_role=self.event.ACTOR_ROLE_PURCHASER,
            region_code="430400",
            payload=self.event.EventPayload(plan_filed=filed),
        )

    def batch(self, *events, **more):
        sent = [self.api.EventSubmission(event=event) for event in events]
        return self.api.AppendEventsRequest(events=sent, request_time=stamp(NOW), **more)

    def append(self, *events, **more):
        return self.ledger.AppendEvents(self.batch(*events, **more), timeout=DEADLINE)

    def refused(self, *events, **more):
        """The status of a refusal, with its details by type."""
        try:
            answer = self.append(*events, **more)
        except grpc.RpcError as error:
            return error.code(), details(rpc_status.from_call(error))
        raise AssertionError(f"accepted: {answer}")

    def whole(self, view):
        asked = self.api.ReadEventsRequest(all=self.api.WholeLedger(), view=view)
        answers = self.ledger.ReadEvents(asked, timeout=DEADLINE)
        return [event for answer in answers for event in answer.events]


def details(status):
    """ErrorInfo, BadRequest and RetryInfo of a google.rpc.Status."""
    found = {}
    for packed in status.details:
        for kind in (
            error_details_pb2.ErrorInfo,
            error_details_pb2.BadRequest,
            error_details_pb2.RetryInfo,
        ):
            if packed.Is(kind.DESCRIPTOR):
                message = kind()
                packed.Unpack(message)
                found[kind.__name__] = message
    info = found["ErrorInfo"]
    assert info.domain == "bihuan", info
    return found


def appends_and_retries(town):
    line, plan = town.line("BL-PY", 1_000), town.plan_of("PJ-PY", "BL-PY", 600)
    first = town.append(line, plan).receipts
    assert [receipt.position for receipt in first] == [0, 1], first
    assert [receipt.revision for receipt in first] == [0, 0], first
    assert all(receipt.status == town.api.RECEIPT_STATUS_APPENDED for receipt in first)
    assert all(receipt.recorded_at.seconds == NOW for receipt in first)
    for receipt, event in zip(first, (line, plan)):
        name = event.source_system.encode() + b"\0" + event.source_ref.encode()
        digest = bytearray(hashlib.sha256(b"bihuan/event-id/v1\0" + name).digest()[:16])
        digest[6] = digest[6] & 0x0F | 0x80
        digest[8] = digest[8] & 0x3F | 0x80
        assert receipt.event_id == str(uuid.UUID(bytes=bytes(digest)))
    again = town.append(line, plan).receipts
    for one, other in zip(first, again):
        assert other.status == town.api.RECEIPT_STATUS_ALREADY_APPENDED
        assert (one.position, one.leaf_hash) == (other.position, other.leaf_hash)
    return line, plan


def is_refused_with_rich_errors(town, line):
    other = town.line("BL-PY", 999)
    code, found = town.refused(other)
    assert code == grpc.StatusCode.ALREADY_EXISTS, code
    info = found["ErrorInfo"]
    assert info.reason == "E004_SOURCE_REF_CONFLICT", info
    assert info.metadata["field"] == "payload.budget_line_approved.amount_fen", info

    code, found = town.refused(town.plan_of("PJ-2", "BL-PY", 401))
    assert code == grpc.StatusCode.FAILED_PRECONDITION, code
    info = found["ErrorInfo"]
    assert info.reason == "E010_PLAN_OVER_BUDGET", info
    assert (info.metadata["available_fen"], info.metadata["requested_fen"]) == ("400", "401")

    wrong = town.line("BL-3", 0)
    wrong.actor_org = "114304000000990550"
    code, found = town.refused(wrong)
    assert code == grpc.StatusCode.INVALID_ARGUMENT, code
    paths = {violation.field for violation in found["BadRequest"].field_violations}
    assert paths == {
        "events[0].event.actor_org",
        "events[0].event.payload.budget_line_approved.amount_fen",
    }, paths

    forbidden = town.line("BL-4", 5)
    forbidden.actor_role = town.event.ACTOR_ROLE_PUBLIC
    code, found = town.refused(forbidden)
    assert code == grpc.StatusCode.PERMISSION_DENIED, code
    assert found["ErrorInfo"].reason == "E020_FORBIDDEN_ROLE"

    expectation = town.api.StreamExpectation(stream=line.stream, revision=7)
    code, found = town.refused(town.line("BL-5", 5), expectations=[expectation])
    assert code == grpc.StatusCode.ABORTED, code
    assert found["ErrorInfo"].metadata["current"] == "0"

    valid = town.append(town.plan_of("PJ-2", "BL-PY", 400), validate_only=True)
    assert valid.receipts[0].status == town.api.RECEIPT_STATUS_VALID


def streams_batches(town):
    events = [town.line(f"BL-S{n}", 0 if n == 2 else 5) for n in range(5)]
    requests = (
        town.api.AppendEventStreamRequest(batch=town.batch(event)) for event in events
    )
    answers = list(town.ledger.AppendEventStream(requests, timeout=DEADLINE))
    assert [answer.batch_index for answer in answers] == [0, 1, 2, 3, 4]
    outcomes = [answer.WhichOneof("outcome") for answer in answers]
    assert outcomes == ["appended", "appended", "failure", "appended", "appended"], outcomes
    failure = answers[2].failure
    assert failure.code == grpc.StatusCode.INVALID_ARGUMENT.value[0]
    assert details(failure)["ErrorInfo"].reason == "E008_BAD_AMOUNT"


def reads(town, line, plan):
    events = town.whole(town.api.EVENT_VIEW_BASIC)
    assert [event.position for event in events] == list(range(6))
    assert [events[0].event, events[1].event] == [line, plan], "as it was sent"
    key = town.api.EntityKey(
        kind=town.event.ENTITY_KIND_BUDGET_LINE, partition="4304", owner_id="BL-PY"
    )
    asked = town.api.ReadEventsRequest(
        entity=key, direction=town.api.DIRECTION_BACKWARDS, max_count=1
    )
    (answer,) = town.ledger.ReadEvents(asked, timeout=DEADLINE)
    assert [event.position for event in answer.events] == [1]
    wanted = town.api.EventFilter(event_types=["PlanFiled"])
    asked = town.api.ReadEventsRequest(all=town.api.WholeLedger(), filter=wanted)
    found = [e.position for a in town.ledger.ReadEvents(asked, timeout=DEADLINE) for e in a.events]
    assert found == [1], found
    try:
        list(town.ledger.ReadEvents(town.api.ReadEventsRequest(stream="project/4304/NONE")))
        raise AssertionError("found what is not there")
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.NOT_FOUND
        assert details(rpc_status.from_call(error))["ErrorInfo"].reason == "NOT_FOUND"


def verifies(town):
    """Leaves and root from what is served, by hashlib alone."""

    def sha256(*parts):
        return hashlib.sha256(b"".join(parts)).digest()

    def root(leaves):
        if len(leaves) == 1:
            return leaves[0]
        left = 1
        while left * 2 < len(leaves):
            left *= 2
        return sha256(b"\1", root(leaves[:left]), root(leaves[left:]))

    leaves = []
    for event in town.whole(town.api.EVENT_VIEW_FULL):
        proof = event.leaf_proof
        header_hash = sha256(b"bihuan/header/v1\0", proof.header_salt, proof.header)
        position = event.position.to_bytes(8, "big")
        leaf = b"\1" + position + event.recorded_at_us.to_bytes(8, "big") + header_hash
        leaves.append(sha256(b"\0", leaf))
        assert leaves[-1] == proof.leaf_hash
        sent = event.event.SerializeToString(deterministic=True)
        event_hash = sha256(b"bihuan/event-hash/v1\0", proof.event_salt, sent)
        assert event_hash in proof.header, "the header binds the event"
    ledger = town.ledger.GetLedger(town.api.GetLedgerRequest(), timeout=DEADLINE)
    assert ledger.end_position == len(leaves)
    assert ledger.root_hash == root(leaves)


class Follower(threading.Thread):
    """Subscribes from the start on, and again from where it was when the connection breaks."""

    def __init__(self, town, wanted):
        super().__init__(daemon=True)
        self.town, self.wanted = town, wanted
        self.seen, self.broken, self.failure = [], [], None
        self.caught_up = threading.Event()

    def run(self):
        try:
            while len(self.seen) < self.wanted:
                self.follow()
        except BaseException as error:  # told to whoever waits
            self.failure = error
            self.caught_up.set()

    def follow(self):
        asked = self.town.api.SubscribeEventsRequest(
            from_position=len(self.seen), heartbeat_ms=100
        )
        answers = self.town.ledger.SubscribeEvents(asked, timeout=DEADLINE, wait_for_ready=True)
        try:
            for answer in answers:
                self.seen.extend(event.position for event in answer.events)
                if answer.HasField("heartbeat") and answer.heartbeat.caught_up:
                    assert answer.heartbeat.next_position == len(self.seen)
                    self.caught_up.set()
                if len(self.seen) >= self.wanted:
                    answers.cancel()
                    return
        except grpc.RpcError as error:
            assert error.code() == grpc.StatusCode.UNAVAILABLE, error
            self.broken.append(len(self.seen))


def subscribes(town, line, plan):
    follower = Follower(town, 9)
    follower.start()
    assert follower.caught_up.wait(DEADLINE), "it never caught up"
    assert follower.failure is None, follower.failure
    assert follower.seen == list(range(6)), follower.seen
    print("restart the server", flush=True)
    sys.stdin.readline()
    again = town.ledger.AppendEvents(
        town.batch(line, plan), timeout=DEADLINE, wait_for_ready=True
    ).receipts
    assert [receipt.position for receipt in again] == [0, 1], "a repeat after the restart"
    for n in range(3):
        town.append(town.line(f"BL-L{n}", 5))
    follower.join(DEADLINE)
    assert follower.failure is None, follower.failure
    assert follower.seen == list(range(9)), follower.seen
    # While the server is away a client may meet that more than once; it has seen everything by then.
    assert set(follower.broken) == {6}, f"broken after so many events: {follower.broken}"


def is_told_when_to_come_again(town):
    code, found = town.refused(town.line("BL-FULL", 5))
    assert code == grpc.StatusCode.RESOURCE_EXHAUSTED, code
    assert found["ErrorInfo"].reason == "DISK_NEARLY_FULL"
    assert found["RetryInfo"].retry_delay.ToMilliseconds() > 0
    assert town.whole(town.api.EVENT_VIEW_BASIC) == [], "reads go on"


def main():
    address, full = sys.argv[1:3]
    protos, out = (pathlib.Path(path) for path in sys.argv[3:5])
    generate(protos, out)
    with grpc.insecure_channel(address) as channel:
        town = Town(channel)
        line, plan = appends_and_retries(town)
        is_refused_with_rich_errors(town, line)
        streams_batches(town)
        reads(town, line, plan)
        verifies(town)
        subscribes(town, line, plan)
    with grpc.insecure_channel(full) as channel:
        is_told_when_to_come_again(Town(channel))
    print("everything held")


if __name__ == "__main__":
    main()
