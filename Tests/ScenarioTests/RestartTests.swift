import Foundation
import RasidTesting
import Testing

/// A demo with 1,000 open sandbox orders is stopped and started again: every order ends as its number says.
@Suite struct RestartTests {
    private static let workload = Workload(1000)
    private static let delay = "3s"

    private typealias Opening = (sandbox: Decimal, real: Decimal)

    private static func demo(_ shop: Shop) -> [String] {
        ["demo", "--json", "--operator-delay", delay] + shop.served
    }

    /// Play money and real money for everything that is bought; gives back what there is to begin with.
    private static func deposit(_ shop: Shop, _ server: ServerProcess) async throws -> Opening {
        let name = server.demo.username
        try await shop.run("account", "deposit", name, "1000000", "--sandbox", "--ref", "play")
        let (sandbox, real) = (server.caller(server.demo.sandboxKey), server.caller(server.demo.productionKey))
        return (try await sandbox.balance(), try await real.balance())
    }

    /// Production orders: vouchers of both types.
    private static func buyVouchers(_ range: Range<Int>, _ server: ServerProcess) async throws -> [Accepted] {
        let caller = server.caller(server.demo.productionKey)
        return try await caller.overConnections(4, jobs: range.count) { index, talk in
            let isADSL = index.isMultiple(of: 2)
            let sale = Sale(
                type: isADSL ? "ADSL" : "4G", number: isADSL ? "036362608" : "213665983439", value: 500,
                ref: "voucher-\(range.lowerBound + index)")
            return try await talk.ask(caller.text(sale)).decoded()
        }
    }

    private static func verify(
        _ shop: Shop, _ server: ServerProcess, _ sandbox: [Int: Accepted], _ vouchers: [Accepted],
        _ opening: Opening
    ) async throws {
        let play = server.caller(server.demo.sandboxKey)
        try await workload.verify(sandbox, by: play)
        #expect(try await play.balance() == opening.sandbox - workload.kept)
        let real = server.caller(server.demo.productionKey)
        try await eventually("every voucher is delivered") {
            try await real.count("status=FULFILLED") == vouchers.count
        }
        let found = try await real.allTopups()
        #expect(Set(found.keys) == Set(vouchers.map(\.topupId)))
        #expect(Set(found.values.compactMap(\.card_code)).count == vouchers.count)
        #expect(try await real.balance() == opening.real - 475 * Decimal(vouchers.count))
        let stock = try await shop.json(StockAnswer.self, "cards", "stock").stock
        #expect(stock.reduce(0) { $0 + $1.delivered } == vouchers.count)
        #expect(stock.reduce(0) { $0 + $1.available } == 1000 - vouchers.count)
    }

    @Test func `1000 open orders survive SIGTERM twice`() async throws {
        let shop = try await Shop()
        let logs = try ServerLogs()
        let first = try await ServerProcess.run(Self.demo(shop), logs: logs) { server in
            let opening = try await Self.deposit(shop, server)
            let play = server.caller(server.demo.sandboxKey)
            async let vouchers = Self.buyVouchers(0..<100, server)
            let accepted = try await Self.workload.place(0..<1000, by: play)
            let open = try await play.count("status=HANDLING") + play.count("status=QUEUED")
            // Numbers 2, 3 and 6 alone are open for ten delays and more, however slow this machine is.
            #expect(open > 200)
            return (opening, accepted, try await vouchers)
        }
        #expect(first.exitCode == 0 && first.stopping < .seconds(10), "\(first.stopping)")
        let (opening, accepted, vouchers) = first.answer
        #expect(try await shop.audit().findings.isEmpty)
        let second = try await ServerProcess.run(Self.demo(shop), logs: logs) { server in
            let open = try await server.caller(server.demo.sandboxKey).count("status=QUEUED")
            #expect(open > 0)
        }
        #expect(second.exitCode == 0 && second.stopping < .seconds(10), "\(second.stopping)")
        let third = try await ServerProcess.run(Self.demo(shop), logs: logs) { server in
            try await Self.verify(shop, server, accepted, vouchers, opening)
            #expect(try await shop.audit().findings.isEmpty)
        }
        #expect(third.exitCode == 0)
        #expect(try await shop.audit().findings.isEmpty)
        #expect(logs.errors.isEmpty, "\(logs.errors.prefix(3))")
    }

    @Test func `1000 open orders survive kill -9 four times`() async throws {
        let shop = try await Shop()
        let logs = try ServerLogs()
        var opening: Opening?
        var accepted: [Int: Accepted] = [:]
        var vouchers: [Accepted] = []
        for start in 0..<4 {
            let part = try await ServerProcess.run(Self.demo(shop), logs: logs) { server in
                let had = start == 0 ? try await Self.deposit(shop, server) : nil
                let play = server.caller(server.demo.sandboxKey)
                async let bought = Self.buyVouchers(start * 25..<start * 25 + 25, server)
                let placed = try await Self.workload.place(start * 250..<start * 250 + 250, by: play)
                let all = (had, placed, try await bought)
                server.kill()
                return all
            }
            #expect(part.exitCode == nil)
            opening = opening ?? part.answer.0
            accepted.merge(part.answer.1) { first, _ in first }
            vouchers += part.answer.2
            #expect(try await shop.audit().findings.isEmpty, "after kill \(start)")
        }
        let start = try #require(opening)
        let (all, bought) = (accepted, vouchers)
        try await ServerProcess.serve(Self.demo(shop), logs: logs) { server in
            try await Self.verify(shop, server, all, bought, start)
        }
        let audit = try await shop.audit()
        #expect(audit.findings.isEmpty && audit.orders == 1100)
        #expect(logs.errors.isEmpty, "\(logs.errors.prefix(3))")
    }
}
