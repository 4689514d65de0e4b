import Foundation
import RasidBase
import RasidOrders
import RasidTesting
import Testing

extension RaceTests {
    /// The same races through a whole server, every loop running.
    @Suite struct OverHTTP {
        @Test func `64 connections that send one reference at once make one order`() async throws {
            try await LiveShop.run { live in
                let caller = try await live.openReseller(production: .dinars(100_000)).production
                for round in 0..<Rounds.overHTTP {
                    let before = try await caller.balance()
                    let answers = try await Self.atOnce(64, caller) { _ in Sale(value: 500, ref: "round-\(round)") }
                    let sold = answers.filter { $0.status == 200 }
                    #expect(sold.count == 1, "round \(round)")
                    let id = sold.first?.data["topupId"].string
                    let refused = answers.filter { $0.status == 403 && $0.code == "DUPLICATED_REF" }
                    #expect(refused.count == 63)
                    #expect(refused.allSatisfy { $0.error["details"]["topupId"].string == id })
                    #expect(try await caller.balance() == before - 475)
                }
                #expect(try await Audit(database: live.database, time: SystemTime()).run().findings.isEmpty)
            }
        }

        @Test func `500 sends over 100 connections for 50 cards with money for 40 sell exactly 40`() async throws {
            try await LiveShop.run { live in
                let caller = try await live.openReseller(production: .dinars(950 * 40)).production
                let gate = Gate(100)
                let answers = try await together(100) { client in
                    try await caller.open { talk in
                        await gate.pass()
                        for attempt in 0..<5 { try await talk.send(caller.text(Sale(ref: "\(client)-\(attempt)"))) }
                        return try await talk.answers(5)
                    }
                }.flatMap { $0 }
                #expect(answers.count == 500)
                #expect(answers.filter { $0.status == 200 }.count == 40)
                let refusals = answers.filter { $0.status == 403 }
                #expect(refusals.count == 460)
                #expect(refusals.allSatisfy { $0.code == "ERR_STOCK" || $0.code == "INSUFFICIENT_BALANCE" })
                #expect(try await caller.balance() == 0)
                try await eventually("all is delivered") {
                    try await caller.get("/v3/internet/list?status=FULFILLED&pageSize=1")
                        .decoded(TopupPage.self).pagination.totalResults == 40
                }
                let sold = try await caller.get("/v3/internet/list?pageSize=100").decoded(TopupPage.self)
                #expect(sold.items.count == 40 && Set(sold.items.compactMap(\.card_code)).count == 40)
                #expect(try await Audit(database: live.database, time: SystemTime()).run().findings.isEmpty)
            }
        }

        @Test func `64 connections with one idempotency key get one answer`() async throws {
            try await LiveShop.run { live in
                let caller = try await live.openReseller(production: .dinars(100_000)).production
                for round in 0..<Rounds.overHTTP {
                    let answers = try await Self.atOnce(64, caller) { _ in
                        Sale(value: 500, idempotencyKey: "key-\(round)")
                    }
                    #expect(answers.allSatisfy { $0.status == 200 }, "round \(round)")
                    #expect(Set(answers.map(\.data)).count == 1)
                    #expect(answers.filter { $0["idempotency-hit"] == "true" }.count == 63)
                }
                #expect(try await caller.balance() == 100_000 - 475 * Decimal(Rounds.overHTTP))
                #expect(try await Audit(database: live.database, time: SystemTime()).run().findings.isEmpty)
            }
        }

        /// Opens every connection first, then sends on all of them.
        private static func atOnce(
            _ count: Int, _ caller: Caller, _ sale: @escaping @Sendable (Int) -> Sale
        ) async throws -> [RawAnswer] {
            let gate = Gate(count)
            return try await together(count) { number in
                try await caller.open { talk in
                    await gate.pass()
                    return try await talk.ask(caller.text(sale(number)))
                }
            }
        }
    }
}
