import Foundation
import RasidTesting
import Testing

/// A server and the command line on one folder at the same time (design §9).
@Suite struct TwoProcessTests {
    private static let username = "+213555000555"

    /// A shop that sells ADSL 1000 in both environments, and its two keys.
    private static func open() async throws -> (shop: Shop, production: String, sandbox: String) {
        let shop = try await Shop()
        try await shop.run("account", "create", "--username", username, "--name", "Two")
        try await shop.run("product", "add", "ADSL", "1000")
        return (shop, try await shop.key(of: username, "production"), try await shop.key(of: username, "sandbox"))
    }

    private static func serve(_ shop: Shop, delay: String = "200ms") -> [String] {
        ["serve", "--operator-delay", delay] + shop.served
    }

    @Test func `20,000 cards are imported while sales run, and no sale waits long`() async throws {
        let (shop, key, _) = try await Self.open()
        try await shop.run("account", "deposit", Self.username, "100000000")
        let first = (0..<10_000).map { "ADSL,1000,FIRST-\($0)" }
        #expect(try await shop.importCards(first).inserted == 10_000)
        let lines =
            (0..<19_990).map { "ADSL,1000,CODE-\($0),S-\($0),2099-01-01" } + first.prefix(5) + [
                "ADSL,1000,CODE-0", "ADSL,1000", "4G,1000,CODE-X", "ADSL,1000,CODE-Y,,1999-01-01", "nonsense",
            ]
        let slowest = try await ServerProcess.serve(Self.serve(shop)) { server in
            let isOver = Flag()
            async let sales = Self.sell(server.caller(key), until: isOver)
            let clock = ContinuousClock()
            let started = clock.now
            let report = try await shop.importCards(lines)
            isOver.raise()
            let took = clock.now - started
            #expect(report.inserted == 19_990 && report.duplicates == 6)
            #expect(report.errors.map(\.line) == [19_997, 19_998, 19_999, 20_000])
            let sold = try await sales
            #expect(sold.count > 20)
            let caller = server.caller(key)
            try await eventually("all is delivered") { try await caller.count("status=FULFILLED") == sold.count }
            let topups = try await caller.allTopups()
            #expect(Set(topups.values.compactMap(\.card_code)).count == sold.count)
            let slowest = sold.max() ?? .zero
            print("beside an import of 20,000 lines in \(took): \(sold.count) sales, the slowest \(slowest)")
            return slowest
        }
        #expect(slowest < .seconds(2))
        let audit = try await shop.audit()
        #expect(audit.findings.isEmpty && audit.cards == 29_990)
    }

    /// Four connections sell until the import is over.
    ///
    /// - Returns: how long each sale took.
    private static func sell(_ caller: Caller, until isOver: Flag) async throws -> [Duration] {
        let clock = ContinuousClock()
        return try await together(4) { client in
            try await caller.open { talk in
                var durations: [Duration] = []
                while !isOver.isUp {
                    let started = clock.now
                    let answer = try await talk.ask(caller.text(Sale(ref: "\(client)-\(durations.count)")))
                    durations.append(clock.now - started)
                    // A customer's pause: what is measured is how long one waits, not how many can be sold.
                    try? await Task.sleep(for: .milliseconds(10))
                    guard answer.status == 200 else { throw RasidCommand.Failure(sentence: answer.body) }
                }
                return durations
            }
        }.flatMap { $0 }
    }

    @Test func `a deposit, a price and a card are there for the next request`() async throws {
        let (shop, key, _) = try await Self.open()
        try await ServerProcess.serve(Self.serve(shop)) { server in
            let caller = server.caller(key)
            #expect(try await caller.balance() == 0)
            #expect(try await caller.send(Sale()).code == "ERR_STOCK")
            #expect(try await shop.importCards(["ADSL,1000,ONE", "ADSL,1000,TWO"]).inserted == 2)
            #expect(try await caller.send(Sale()).code == "INSUFFICIENT_BALANCE")
            for round in 1...5 {
                try await shop.run("account", "deposit", Self.username, "300.01", "--ref", "r\(round)")
                #expect(try await caller.balance() == Decimal(30_001 * round) / 100)
            }
            try await shop.run("account", "deposit", Self.username, "300.01", "--ref", "r5")
            #expect(try await caller.balance() == Decimal(string: "1500.05"))
            try await shop.run("product", "price", "ADSL", "1000", "1500.05", "--account", Self.username)
            #expect(try await caller.finished(try await caller.buy(Sale())).card_code == "ONE")
            #expect(try await caller.balance() == 0)
        }
    }

    @Test func `a revoked key and a disabled account are refused within two seconds`() async throws {
        let (shop, key, sandbox) = try await Self.open()
        try await ServerProcess.serve(Self.serve(shop)) { server in
            let (revoked, other) = (server.caller(key), server.caller(sandbox))
            #expect(try await revoked.balance() == 0)
            #expect(try await other.balance() == 100_000)
            try await shop.run("key", "revoke", String(key.prefix(8)))
            try await eventually("the key is refused", within: .seconds(2)) {
                try await revoked.get("/v3/account/balance").code == "API_DISABLED"
            }
            #expect(try await revoked.send(Sale()).code == "API_DISABLED")
            #expect(try await other.balance() == 100_000)
            try await shop.run("account", "disable", Self.username)
            try await eventually("the account is refused", within: .seconds(2)) {
                try await other.get("/v3/account/balance").code == "API_DISABLED"
            }
            try await shop.run("account", "enable", Self.username)
            try await eventually("the account is let in again", within: .seconds(2)) {
                try await other.get("/v3/account/balance").status == 200
            }
            #expect(try await revoked.get("/v3/account/balance").code == "API_DISABLED")
        }
    }

    @Test func `a queued order that staff refunds is refunded for good, and a wait for it ends`() async throws {
        let (shop, _, key) = try await Self.open()
        try await ServerProcess.serve(Self.serve(shop, delay: "1s")) { server in
            let caller = server.caller(key)
            let order = try await caller.buy(Sale(number: "000000002", ref: "queued"))
            let queued = try await caller.get("/v3/internet/check-id/\(order.topupId)?wait=60")
            #expect(queued.data["status"].string == "QUEUED" && queued.data["expected_by"].string != nil)
            #expect(try await caller.balance() == 99_050)
            try await shop.run("order", "refund", order.topupId, "--reason", "changed their mind")
            let refunded = try await caller.find(order, wait: 60)
            #expect(refunded.status == "REFUNDED" && refunded.refund_reason == "CANCELLED")
            #expect(try await caller.balance() == 100_000)
            let twice = try await shop.attempt("order", "refund", order.topupId, "--reason", "again")
            #expect(twice.exitCode == 1 && twice.complaint.contains("refunded already"))
            // Another order of the same age is delivered ten delays after its placement; this one stays.
            let witness = try await caller.buy(Sale(number: "000000002", ref: "witness"))
            #expect(try await caller.finished(witness).status == "FULFILLED")
            #expect(try await caller.find(order) == refunded)
            #expect(try await caller.balance() == 99_050)
        }
        #expect(try await shop.audit().findings.isEmpty)
    }
}
