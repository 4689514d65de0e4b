import Foundation
import RasidTesting
import Synchronization
import Testing

/// kill -9 while sends are in flight: what was acknowledged is kept, what was not is whole or not there at all.
@Suite struct KillTests {
    enum Environment: String, CaseIterable {
        case sandbox, production

        func caller(_ server: ServerProcess) -> Caller {
            server.caller(self == .sandbox ? server.demo.sandboxKey : server.demo.productionKey)
        }

        /// Money, and for production cards, for as much as can be sold in a few seconds.
        func fill(_ shop: Shop, _ username: String) async throws {
            let flags = self == .sandbox ? ["--sandbox"] : []
            try await shop.run(["account", "deposit", username, "10000000"] + flags)
            guard self == .production else { return }
            let cards = (0..<10_000).map { "ADSL,500,KILL-\($0)" }
            #expect(try await shop.importCards(cards).inserted == 10_000)
        }
    }

    @Test(arguments: Environment.allCases)
    func `every 200 that a client has read is an order in the store`(environment: Environment) async throws {
        let shop = try await Shop()
        let logs = try ServerLogs()
        let demo = ["demo", "--json", "--operator-delay", "200ms"] + shop.served
        var acknowledged: [String: String] = [:]
        for round in 0..<4 {
            let known = acknowledged
            let part = try await ServerProcess.run(demo, logs: logs) { server in
                if round == 0 { try await environment.fill(shop, server.demo.username) }
                let caller = environment.caller(server)
                try await Self.find(known, caller)
                return await Self.sellUntilKilled(server, caller, round: round, after: 150 + round * 37)
            }
            #expect(part.exitCode == nil)
            #expect(part.answer.count >= 150)
            acknowledged.merge(part.answer) { first, _ in first }
            #expect(try await shop.audit().findings.isEmpty, "after kill \(round)")
        }
        let all = acknowledged
        try await ServerProcess.serve(demo, logs: logs) { server in
            let caller = environment.caller(server)
            try await Self.find(all, caller)
            try await eventually("every order is final") { try await caller.count("status=HANDLING") == 0 }
            let topups = try await caller.allTopups()
            #expect(topups.count >= all.count)
            #expect(topups.values.allSatisfy { $0.status == "FULFILLED" })
            #expect(Set(topups.values.compactMap(\.card_code)).count == topups.count)
            #expect(try await caller.balance() == 10_100_000 - 475 * Decimal(topups.count))
        }
        #expect(try await shop.audit().findings.isEmpty)
        #expect(logs.errors.isEmpty, "\(logs.errors.prefix(3))")
    }

    /// Sixteen connections send as fast as they can; the server is killed once `count` answers have come.
    ///
    /// - Returns: the reference of each acknowledged order, by its id.
    private static func sellUntilKilled(
        _ server: ServerProcess, _ caller: Caller, round: Int, after count: Int
    ) async -> [String: String] {
        let acknowledged = Acknowledged()
        await withTaskGroup(of: Void.self) { group in
            for client in 0..<16 {
                group.addTask {
                    // The end of the connection is the end of the round.
                    try? await caller.open { talk in
                        for number in 0..<10_000 {
                            let ref = "\(round)-\(client)-\(number)"
                            let order: Accepted = try await talk.ask(caller.text(Sale(value: 500, ref: ref))).decoded()
                            if acknowledged.add(order.topupId, ref) == count { server.kill() }
                        }
                    }
                }
            }
        }
        return acknowledged.all
    }

    /// Every one is found by its id and by its reference.
    private static func find(_ orders: [String: String], _ caller: Caller) async throws {
        let orders = Array(orders)
        guard !orders.isEmpty else { return }
        let found = try await caller.overConnections(8, jobs: orders.count) { index, talk in
            let (id, ref) = orders[index]
            let byID = try await talk.ask(caller.request("GET", "/v3/internet/check-id/\(id)"))
            let byRef = try await talk.ask(caller.request("GET", "/v3/internet/check-ref/\(ref)"))
            return try byID.decoded(Topup.self).ref == ref && byRef.decoded(Topup.self)._id == id
        }
        #expect(found.allSatisfy { $0 })
    }
}

/// The references that were answered with 200, by their order's id.
private final class Acknowledged: Sendable {
    private let orders = Mutex<[String: String]>([:])

    var all: [String: String] { orders.withLock { $0 } }

    /// - Returns: how many there are now.
    func add(_ id: String, _ ref: String) -> Int {
        orders.withLock { orders in
            orders[id] = ref
            return orders.count
        }
    }
}
