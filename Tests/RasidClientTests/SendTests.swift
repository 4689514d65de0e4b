import Foundation
import RasidBase
import RasidClient
import RasidTesting
import Testing

@Suite("Placing an order")
struct SendTests {
    @Test
    func `An accepted order is given back with both its names`() async throws {
        try await ScriptedServer.run(always: .data(Sample.accepted)) { server in
            let accepted = try await server.client().send(Sample.request)
            #expect(accepted.id == Sample.id)
            #expect(accepted.reference == "order-1")
            #expect(accepted.fullReference == "API-+213665983439-order-1")
            #expect(!accepted.wasKnown)
            let request = try #require(server.requests.first)
            #expect(request.method == "POST" && request.target == "/v3/internet/send")
            #expect(request.headers["x-access-token"] == ScriptedServer.key)
            #expect(request.body == #"{"type":"ADSL","number":"036362608","value":1000,"ref":"order-1"}"#)
        }
    }

    @Test
    func `A request has its reference before it is sent, and survives being stored`() throws {
        let request = SendRequest(type: .fourG, number: "213665983439", value: Money(centimes: 100_050))
        #expect(request.reference.utf8.count == 24)
        #expect(SendRequest.freshReference() != request.reference)
        let stored = try JSONEncoder().encode(request)
        #expect(try JSONDecoder().decode(SendRequest.self, from: stored) == request)
    }

    @Test
    func `After a lost answer the same request is sent, and the order that it had placed is given back`() async throws {
        try await ScriptedServer.run { request, count in
            switch count {
            case 0: .hangUp
            case 1: .failure(403, "DUPLICATED_REF", details: #"{"ref":"order-1","topupId":"\#(Sample.id)"}"#)
            default: request.path == "/v3/internet/check-ref/order-1" ? .data(Sample.topup()) : .hangUp
            }
        } _: { server in
            let accepted = try await server.client(time: LeapingTime()).send(Sample.request)
            #expect(accepted.wasKnown)
            #expect(accepted.id == Sample.id)
            #expect(server.requests.count == 3)
            #expect(server.requests[0].body == server.requests[1].body)
        }
    }

    @Test(arguments: [500, 502, 503])
    func `What breaks the server is tried again`(status: Int) async throws {
        try await ScriptedServer.run { _, count in
            count < 2 ? .answer(status, "<h1>down</h1>") : .data(Sample.accepted)
        } _: { server in
            let accepted = try await server.client(time: LeapingTime()).send(Sample.request)
            #expect(!accepted.wasKnown)
            #expect(Set(server.requests.map(\.body)).count == 1)
            #expect(server.requests.count == 3)
        }
    }

    @Test
    func `An answer that cannot be read is tried again`() async throws {
        try await ScriptedServer.run { _, count in
            count == 0 ? .answer(200, "<html>welcome to the hotel</html>") : .data(Sample.accepted)
        } _: { server in
            let accepted = try await server.client(time: LeapingTime()).send(Sample.request)
            #expect(accepted.id == Sample.id)
        }
    }

    @Test
    func `A Retry-After is waited for`() async throws {
        let time = LeapingTime()
        try await ScriptedServer.run { _, count in
            count == 0
                ? .failure(429, "RATE_LIMIT_EXCEEDED", headers: ["Retry-After: 7"]) : .data(Sample.accepted)
        } _: { server in
            _ = try await server.client(time: time).send(Sample.request)
            #expect(time.pauses == [.seconds(7)])
        }
    }

    @Test
    func `A Retry-After beyond the deadline ends the call, and nothing was started`() async throws {
        try await ScriptedServer.run(
            always: .failure(429, "RATE_LIMIT_EXCEEDED", headers: ["Retry-After: 60"])
        ) { server in
            let error = try await topupError { try await server.client(time: LeapingTime()).send(Sample.request) }
            #expect(error.code == .rateLimited && error.retryAfter == .seconds(60))
            #expect(error.outcome == .nothingStarted)
            #expect(server.requests.count == 1)
        }
    }

    @Test(arguments: ["036362609", "036362608"])
    func `A reference that belongs to another order is an error`(number: String) async throws {
        let value = number == "036362608" ? 500 : 1000
        try await ScriptedServer.run { request, _ in
            request.method == "POST"
                ? .failure(
                    403, "DUPLICATED_REF", details: #"{"ref":"order-1","topupId":"\#(Sample.id)","status":"HANDLING"}"#)
                : .data(Sample.topup(number: number, value: value))
        } _: { server in
            let error = try await topupError { try await server.client().send(Sample.request) }
            #expect(error.code == .duplicatedReference)
            #expect(error.outcome == .nothingStarted)
            #expect(error.existingID == Sample.id && error.existingStatus == "HANDLING")
        }
    }

    @Test
    func `A reference that is known and cannot be looked up leaves the outcome unknown`() async throws {
        try await ScriptedServer.run { request, _ in
            request.method == "POST" ? .failure(403, "DUPLICATED_REF") : .hangUp
        } _: { server in
            let error = try await topupError { try await server.client(time: LeapingTime()).send(Sample.request) }
            #expect(error.code == .duplicatedReference)
            #expect(error.outcome == .unknown && error.reference == "order-1")
        }
    }
}

@Suite("Orders that are not placed")
struct RefusedSendTests {
    @Test(arguments: [
        (403, "INSUFFICIENT_BALANCE"), (403, "ERR_STOCK"), (400, "ERR_VALIDATION"), (400, "ERR_PHONE"),
        (401, "INVALID_ACCESS_TOKEN"), (403, "READ_ONLY_KEY"), (403, "SOMETHING_NEW"),
    ])
    func `A refusal is thrown at once`(status: Int, code: String) async throws {
        try await ScriptedServer.run(always: .failure(status, code)) { server in
            let error = try await topupError { try await server.client().send(Sample.request) }
            #expect(error.code.rawValue == code && error.status == status)
            #expect(error.outcome == .nothingStarted)
            #expect(error.requestID == "req-1")
            #expect(server.requests.count == 1)
        }
    }

    @Test
    func `A refusal after a lost answer is not believed while the order is there`() async throws {
        try await ScriptedServer.run { request, count in
            if count == 0 { return .hangUp }
            return request.method == "POST" ? .failure(403, "ERR_STOCK") : .data(Sample.topup())
        } _: { server in
            let accepted = try await server.client(time: LeapingTime()).send(Sample.request)
            #expect(accepted.wasKnown)
        }
    }

    @Test
    func `A refusal after a lost answer is no proof, though no order is found yet`() async throws {
        try await ScriptedServer.run { request, count in
            if count == 0 { return .hangUp }
            return request.method == "POST" ? .failure(403, "ERR_STOCK") : .failure(404, "NOT_FOUND")
        } _: { server in
            let error = try await topupError { try await server.client(time: LeapingTime()).send(Sample.request) }
            #expect(error.code == .outOfStock && error.outcome == .unknown)
        }
    }

    @Test
    func `Where no answer comes the outcome is unknown, and the error bears the reference`() async throws {
        try await ScriptedServer.run(always: .hangUp) { server in
            let error = try await topupError { try await server.client(time: LeapingTime()).send(Sample.request) }
            #expect(error.code == .noAnswer)
            #expect(error.outcome == .unknown && error.reference == "order-1")
            #expect(server.requests.count == 4)
        }
    }

    @Test
    func `An unknown outcome stays unknown when the next try is only put off`() async throws {
        try await ScriptedServer.run { _, count in
            count == 0 ? .hangUp : .failure(429, "RATE_LIMIT_EXCEEDED", headers: ["Retry-After: 600"])
        } _: { server in
            let error = try await topupError { try await server.client(time: LeapingTime()).send(Sample.request) }
            #expect(error.code == .rateLimited && error.outcome == .unknown)
        }
    }

    @Test
    func `A server that is not there was sent nothing`() async throws {
        let client = try await ScriptedServer.run(always: .hangUp) { try $0.client(time: LeapingTime()) }
        let error = try await topupError { try await client.send(Sample.request) }
        #expect(error.code == .noConnection && error.outcome == .nothingStarted)
        #expect(try await topupError { try await client.balance() }.code == .noConnection)
    }

    @Test
    func `A 503 has started nothing unless it says that it does not know`() async throws {
        try await ScriptedServer.run(
            always: .failure(503, "SERVICE_UNAVAILABLE", headers: ["Retry-After: 2"])
        ) { server in
            let error = try await topupError { try await server.client().sendOnce(Sample.request) }
            #expect(error.code == .unavailable && error.outcome == .nothingStarted)
            #expect(server.requests.count == 1)
        }
        try await ScriptedServer.run(
            always: .failure(503, "SERVICE_UNAVAILABLE", details: #"{"outcome":"unknown","ref":"order-1"}"#)
        ) { server in
            let error = try await topupError { try await server.client().sendOnce(Sample.request) }
            #expect(error.outcome == .unknown)
        }
    }

    @Test
    func `Sending once repeats nothing and looks nothing up`() async throws {
        try await ScriptedServer.run(always: .failure(403, "DUPLICATED_REF")) { server in
            let error = try await topupError { try await server.client().sendOnce(Sample.request) }
            #expect(error.code == .duplicatedReference)
            #expect(server.requests.count == 1)
        }
    }

    @Test
    func `What the details name can be read`() async throws {
        try await ScriptedServer.run(
            always: .failure(403, "INSUFFICIENT_BALANCE", details: #"{"required":950,"available":500.25}"#)
        ) { server in
            let error = try await topupError { try await server.client().sendOnce(Sample.request) }
            #expect(error.requiredBalance == .dinars(950))
            #expect(error.availableBalance == Money(centimes: 50_025))
        }
        let errors = #"{"field":"value","value":"x","errors":[{"field":"value","message":"m","value":"x"}]}"#
        try await ScriptedServer.run(always: .failure(400, "ERR_VALIDATION", details: errors)) { server in
            let error = try await topupError { try await server.client().sendOnce(Sample.request) }
            #expect(error.faults.map(\.field) == ["value"] && error.faults.map(\.message) == ["m"])
        }
        try await ScriptedServer.run(
            always: .failure(400, "ERR_VALIDATION", "body/value must be equal to one of the allowed values")
        ) { server in
            let error = try await topupError { try await server.client().sendOnce(Sample.request) }
            #expect(error.faults.map(\.field) == ["value"])
        }
    }
}
