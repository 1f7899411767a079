"""A client that knows an address and nothing else: every class is made from what reflection tells.

Usage: reflect.py ADDRESS
"""

import sys

import grpc
from google.protobuf import descriptor_pb2, json_format
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)
from grpc_status import rpc_status

LEDGER = "bihuan.v1.LedgerService"
SERVICES = {
    LEDGER,
    "bihuan.v1.ComplianceService",
    "bihuan.v1.ProjectService",
    "bihuan.v1.SearchService",
    "grpc.health.v1.Health",
    "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
}
DEADLINE = 60


def ask(channel, version, **request):
    """One question to the reflection of a version. Both versions have the same messages."""
    call = channel.stream_stream(
        f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
        request_serializer=reflection_pb2.ServerReflectionRequest.SerializeToString,
        response_deserializer=reflection_pb2.ServerReflectionResponse.FromString,
    )
    asked = reflection_pb2.ServerReflectionRequest(**request)
    (answer,) = call(iter([asked]), timeout=DEADLINE)
    return answer


def both_versions_tell_the_same(channel):
    told = []
    for version in ("v1", "v1alpha"):
        listed = ask(channel, version, list_services="").list_services_response.service
        assert {service.name for service in listed} == SERVICES, listed
        found = ask(channel, version, file_containing_symbol=LEDGER).file_descriptor_response
        assert found.file_descriptor_proto, found
        told.append([bytes(file) for file in found.file_descriptor_proto])
        try:
            ask(channel, version, file_containing_symbol="bihuan.v1.Nothing")
            raise AssertionError("there is no such message")
        except grpc.RpcError as error:
            assert error.code() == grpc.StatusCode.NOT_FOUND, error
    assert told[0] == told[1]
    files = [descriptor_pb2.FileDescriptorProto.FromString(file) for file in told[0]]
    assert any(file.name == "bihuan/v1/ledger_service.proto" for file in files)


class Ledger:
    """The ledger's service, called with JSON."""

    def __init__(self, channel):
        self.channel = channel
        self.pool = DescriptorPool(ProtoReflectionDescriptorDatabase(channel))
        self.service = self.pool.FindServiceByName(LEDGER)

    def call(self, name, request):
        method = self.service.methods_by_name[name]
        kind = self.channel.unary_stream if method.server_streaming else self.channel.unary_unary
        answer_class = GetMessageClass(method.output_type)
        call = kind(
            f"/{LEDGER}/{name}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=answer_class.FromString,
        )
        message = json_format.ParseDict(
            request, GetMessageClass(method.input_type)(), descriptor_pool=self.pool
        )
        answer = call(message, timeout=DEADLINE)
        return list(answer) if method.server_streaming else answer


def event(ref, **payload):
    return {
        "sourceSystem": "BUDGET_INT",
        "sourceRef": ref,
        "stream": "budget-line/4304/BL-R",
        "occurredAt": "2023-01-04T16:00:00Z",
        "actorOrg": "114304000000990553",
        "actorRole": "ACTOR_ROLE_BUDGET_SYS",
        "regionCode": "430400",
        "payload": payload,
    }


APPROVED = event(
    "r-1",
    budgetLineApproved={
        "budgetLineId": "BL-R",
        "fiscalYear": 2023,
        "unit": "11430400000099004T",
        "projectCode": "43040023T000000000001",
        "funcCode": "2010301",
        "deptEconCode": "31002",
        "fundNature": "FUND_NATURE_GENERAL",
        "category": "A02010105",
        "categoryVersion": 2022,
        "amountFen": "1000",
        "approvedOn": "2023-01-05",
    },
)


def appends_and_reads(ledger):
    batch = {"events": [{"event": APPROVED}], "requestTime": "2023-06-30T04:00:00Z"}
    (receipt,) = ledger.call("AppendEvents", batch).receipts
    assert receipt.position == 0 and len(receipt.leaf_hash) == 32, receipt
    (again,) = ledger.call("AppendEvents", batch).receipts
    assert again.leaf_hash == receipt.leaf_hash
    ((recorded,),) = (answer.events for answer in ledger.call("ReadEvents", {"all": {}}))
    assert recorded.event.payload.budget_line_approved.amount_fen == 1000, recorded
    assert ledger.call("GetLedger", {}).end_position == 1
    try:
        ledger.call("GetEvent", {"position": "7"})
        raise AssertionError("found what is not there")
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.NOT_FOUND, error
        assert rpc_status.from_call(error).details, "its details decode"


def tells_its_health(channel):
    health = health_pb2_grpc.HealthStub(channel)
    serving = health_pb2.HealthCheckResponse.SERVING
    for service in ("", LEDGER):
        asked = health_pb2.HealthCheckRequest(service=service)
        assert health.Check(asked, timeout=DEADLINE).status == serving
        watched = health.Watch(asked, timeout=DEADLINE)
        assert next(watched).status == serving
        watched.cancel()
    try:
        health.Check(health_pb2.HealthCheckRequest(service="other"), timeout=DEADLINE)
        raise AssertionError("there is no such service")
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.NOT_FOUND, error


def main():
    with grpc.insecure_channel(sys.argv[1]) as channel:
        both_versions_tell_the_same(channel)
        appends_and_reads(Ledger(channel))
        tells_its_health(channel)
    print("everything held")


if __name__ == "__main__":
    main()
