import RasidDatabase
import RasidTesting
import Testing

/// What follows a connection's last request: found by `scripts/fuzz` (seed 1, talks 1118 and 1210).
@Suite struct DoorLastRequestTests {
    private static let count = Statement("SELECT count(*) FROM orders")

    /// A request with an `Upgrade` field is answered with `Connection: close`. What was pipelined behind it gets
    /// no answer, so nothing of it may have been done: its client would never learn of the order.
    @Test(arguments: ["Upgrade: h2c", "Upgrade: websocket", "Connection: close"])
    func `a send that follows a connection's last request is answered, or it is not done`(
        field: String
    ) async throws {
        try await LiveShop.run(operatorDelay: .milliseconds(2)) { live in
            let caller = try await live.openReseller().sandbox
            var acknowledged: Int64 = 0
            for number in 0..<60 {
                let first = caller.request("GET", "/v3/validate", headers: [field])
                let text = first + caller.text(Sale(value: 500, ref: "behind-\(number)"))
                acknowledged += try await caller.open { talk in
                    try await talk.send(text)
                    try await talk.finishSending()
                    var orders: Int64 = 0
                    while let answer = try? await talk.answer() {
                        if answer.data["topupId"].string != nil { orders += 1 }
                    }
                    return orders
                }
            }
            try await DoorBooks.settle(live)
            let stored = try await live.database.scan { try $0.first(Self.count) { $0.integer(0) } }
            #expect(stored == acknowledged, "some orders were made and never answered")
        }
    }
}
