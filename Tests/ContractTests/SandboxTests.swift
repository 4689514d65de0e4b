import RasidBase
import RasidTesting
import Testing

extension Contract {
    /// Contract §6: the numbers that fail on purpose, with times counted in sandbox delays.
    @Suite struct SandboxTests {
        private static let delay = Duration.milliseconds(500)

        /// One line of the contract's table, for the numbers that are accepted.
        struct Script: CustomTestStringConvertible {
            let last: String
            let isQueued: Bool
            /// nil for an order that is fulfilled.
            let refund: String?
            /// The earliest end, in delays.
            let earliest: Int

            init(_ last: String, isQueued: Bool = false, refund: String? = nil, earliest: Int = 1) {
                self.last = last
                self.isQueued = isQueued
                self.refund = refund
                self.earliest = earliest
            }

            var testDescription: String { last }
        }

        static let scripts = [
            Script("0"), Script("1", refund: "NUMBER_REJECTED"), Script("2", isQueued: true, earliest: 10),
            Script("3", isQueued: true, refund: "", earliest: 10), Script("4"), Script("5", refund: ""),
            Script("6", earliest: 15),
        ]

        @Test func `each number comes to its end in its time, for both types`() async throws {
            try await LiveShop.run(operatorDelay: Self.delay) { shop in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for type in ["ADSL", "4G"] {
                        for script in Self.scripts {
                            let caller = try await shop.openReseller().sandbox
                            group.addTask { try await follow(script, type, caller) }
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }

        private func follow(_ script: Script, _ type: String, _ caller: Caller) async throws {
            let number = (type == "ADSL" ? "00000000" : "21300000000") + script.last
            let id = try await caller.place(type, number: number, value: "500").id
            let first = try await caller.check(id: id)
            let placed = try moment(first.data["created_at"])
            var statuses = [first.data["status"].string ?? ""]
            // Where the machine is slow the first look may come after the first change.
            let isLate = try moment(first.json["meta"]["timestamp"]) >= placed.adding(Self.delay)
            let order = try await eventually {
                let answer = try await caller.check(id: id)
                let status = answer.data["status"].string ?? ""
                let now = try moment(answer.json["meta"]["timestamp"])
                if statuses.last != status {
                    statuses.append(status)
                    if status == "QUEUED" { #expect(now >= placed.adding(Self.delay)) }
                }
                return ["FULFILLED", "REFUNDED"].contains(status) ? answer.data : nil
            }
            let end = script.refund == nil ? "FULFILLED" : "REFUNDED"
            let queued = script.isQueued ? ["QUEUED"] : []
            let handled = isLate && statuses.first != "HANDLING" ? [] : ["HANDLING"]
            #expect(statuses == handled + queued + [end], "\(number)")
            if let reason = script.refund, !reason.isEmpty { #expect(order["refund_reason"].string == reason) }
            let statement = try await caller.statement()
            let ended = try moment(script.refund == nil ? order["date_traitement"] : statement[0]["time"])
            #expect(ended >= placed.adding(Self.delay * script.earliest), "\(number)")
            #expect(ended <= placed.adding(Self.delay * 20), "\(number)")
            #expect(
                statement.map { $0["type"] } == (script.refund == nil ? [] : ["REFUND-ADSL"]) + ["ADSL", "DEPOSIT"])
            #expect(try await caller.balance() == .dinars(script.refund == nil ? 99_525 : 100_000))
            #expect(try await caller.check(id: id).data == order)
        }

        @Test(arguments: [("ADSL", "00000000"), ("4G", "21300000000")])
        func `three numbers are refused by send itself`(type: String, prefix: String) async throws {
            let caller = try await shop.openReseller().sandbox
            let stranger = try await caller.send(Order.body(type, number: prefix + "7"))
            expectFailure(stranger, 400, "ERR_PHONE", "Invalid phone number for \(type) service")
            #expect(stranger.error["details"]["number"].string == prefix + "7")
            #expect(stranger.error["details"].keys == ["number", "type", "reason"])
            expectFailure(
                try await caller.send(Order.body(type, number: prefix + "8", value: "500")), 403, "ERR_STOCK",
                details: .object(["type": .string(type), "value": 500]))
            expectFailure(
                try await caller.send(Order.body(type, number: prefix + "9")), 403, "INSUFFICIENT_BALANCE",
                "Your balance is insufficient for this operation",
                details: .object(["required": 950, "available": 0]))
            #expect(try await caller.balance() == .dinars(100_000))
            #expect(try await caller.list().isEmpty)
        }

        @Test func `the same number fails the same way every time`() async throws {
            let caller = try await shop.openReseller().sandbox
            for _ in 0..<3 {
                let order = try await caller.settled(try await caller.place(number: "000000001").id)
                #expect(order["refund_reason"] == "NUMBER_REJECTED")
            }
        }

        @Test func `the made-up cards of a sandbox are never the same`() async throws {
            let caller = try await shop.openReseller().sandbox
            var codes: Set<JSON> = []
            for _ in 0..<10 {
                codes.insert(try await caller.settled(try await caller.place(value: "500").id)["card_code"])
            }
            #expect(codes.count == 10)
        }
    }
}
