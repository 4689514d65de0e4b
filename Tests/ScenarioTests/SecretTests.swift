import Foundation
import RasidBase
import RasidTesting
import Testing

/// After a busy day nothing that must be secret stands in the store, the logs or what commands have said (law 4).
@Suite struct SecretTests {
    private static let username = "+213555000444"
    private static let numbers = ["036362608", "031417237", "213472731602", "213665983439", "047123456"]

    @Test(.enabled(if: TestEngine.isSQLite, "it searches the files of the embedded store"))
    func `no code, key or number is found where it must not be`() async throws {
        let shop = try await Shop()
        let logs = try ServerLogs()
        var day = try await Day(shop, username: Self.username)
        let serve = ["serve", "--log-level", "trace", "--operator-delay", "100ms"] + shop.served

        let morning = try await ServerProcess.run(serve, logs: logs) { server in
            var morning = day
            try await morning.sell(50, over: server)
            try await morning.misbehave(over: server)
            server.kill()
            return morning
        }
        day = morning.answer
        let killed = try shop.files()
        let afternoon = try await ServerProcess.run(serve, logs: logs) { server in
            var afternoon = day
            try await afternoon.sell(50, over: server)
            try await afternoon.administer(over: server)
            return (afternoon, try shop.files())
        }
        #expect(afternoon.exitCode == 0)
        day = afternoon.answer.0

        var store: [String: Data] = [:]
        for (when, files) in [("killed", killed), ("serving", afternoon.answer.1), ("stopped", try shop.files())] {
            for (name, bytes) in files where name != "vault.key" { store["\(when) \(name)"] = bytes }
        }
        #expect(store.keys.contains("serving rasid.db-wal") && store.keys.contains("serving rasid.db-shm"))
        let stored = SecretSearch(places: store)
        var said = Dictionary(uniqueKeysWithValues: logs.bytes.enumerated().map { ("log \($0)", $1) })
        said["commands"] = Data(day.said.utf8)
        let told = SecretSearch(places: said)

        // The search finds what does stand there.
        #expect(stored.isFound(Self.numbers[0]) && stored.isFound("SERIAL-1") && told.isFound("/v3/internet/send"))
        #expect(day.codes.count > 330 && day.keys.count == 5)
        #expect(stored.findings(of: day.codes) == [])
        #expect(told.findings(of: day.codes) == [])
        #expect(stored.findings(of: day.keys) == [])
        #expect(told.findings(of: day.keys) == [])
        #expect(told.findings(of: Self.numbers + day.badNumbers) == [])
        let vaultKey = try String(contentsOfFile: shop.path + "/vault.key", encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(stored.findings(of: [vaultKey]) == [] && told.findings(of: [vaultKey]) == [])
        #expect(try await shop.audit().findings.isEmpty)
    }

    /// What is done to the shop, and every secret that was used.
    private struct Day: Sendable {
        let shop: Shop
        let username: String
        var codes: Set<String> = []
        var keys: Set<String> = []
        var badNumbers = ["+213665983440", "0472731602", "066598344"]
        /// What commands have printed.
        var said = ""
        private let production: String
        private let sandbox: String
        private let masked: String
        private var orders = 0

        init(_ shop: Shop, username: String) async throws {
            self.shop = shop
            self.username = username
            try await shop.run("account", "create", "--username", username, "--name", "Busy")
            try await shop.run("product", "add", "ADSL", "1000")
            try await shop.run("product", "add", "4G", "500")
            try await shop.run("account", "deposit", username, "1000000")
            production = try await shop.key(of: username, "production")
            sandbox = try await shop.key(of: username, "sandbox")
            masked = try await shop.key(of: username, "production", "--mask-codes")
            keys = [production, sandbox, masked]
            try await importCards()
        }

        /// Good lines, and codes in lines that are bad in every way.
        private mutating func importCards() async throws {
            let good = (1...300).map { index in
                let code = Self.code(index)
                return index.isMultiple(of: 2)
                    ? "ADSL,1000,\(code),SERIAL-\(index)" : "4G,500,\(code),SERIAL-\(index),2099-12-31,470"
            }
            let bad = [
                "ADSL,1500,\(Self.code(901)),A", "3G,1000,\(Self.code(902)),B", "ADSL,\(Self.code(903)),1000",
                "ADSL,1000,\(Self.code(904)) \(Self.code(905)),C", "ADSL,1000,\(Self.code(906)),D,2020-01-01",
                "ADSL,1000,\(Self.code(907)),E,\(Self.code(908))", "ADSL,1000,\(Self.code(909)),F,2099-12-31,x",
                "ADSL,1000,\(Self.code(910)),G,2099-12-31,1,\(Self.code(911))", "\(Self.code(912))",
                "ADSL,1000,\"\(Self.code(913))", "\(Self.code(914)),ADSL,1000",
            ]
            let report = try await shop.importCards(good + bad)
            #expect(report.inserted == 300 && report.errors.count >= 10)
            said += report.errors.map(\.reason).joined(separator: "\n")
            codes = Set((1...300).map(Self.code) + (901...914).map(Self.code))
        }

        private static func code(_ index: Int) -> String { "7\(831_945_027 + index * 7_919)\(40_960 + index)" }

        /// Sells with every key and looks at the orders in every way.
        mutating func sell(_ count: Int, over server: ServerProcess) async throws {
            for _ in 0..<count {
                orders += 1
                let isADSL = orders.isMultiple(of: 2)
                let sale = Sale(
                    type: isADSL ? "ADSL" : "4G",
                    number: SecretTests.numbers[orders % 2 + (isADSL ? 0 : 2)], value: isADSL ? 1000 : 500,
                    ref: "busy-\(orders)")
                let caller = server.caller(orders.isMultiple(of: 5) ? sandbox : production)
                let topup = try await caller.finished(try await caller.buy(sale))
                codes.insert(try #require(topup.card_code))
                _ = try await caller.get("/v3/internet/check-ref/busy-\(orders)?wait=1")
                _ = try await server.caller(masked).get("/v3/internet/check-ref/busy-\(orders)")
                _ = try await caller.get("/v3/internet/list?number=\(sale.number)&q=\(sale.number)")
                _ = try await caller.get("/v3/internet/check-number?type=\(sale.type)&number=\(sale.number)")
            }
        }

        /// What a careless or hostile client sends, with numbers and keys where they do not belong.
        mutating func misbehave(over server: ServerProcess) async throws {
            let caller = server.caller(production)
            let unknown = UUID().uuidString.lowercased()
            keys.insert(unknown)
            for number in SecretTests.numbers + badNumbers {
                for type in ["ADSL", "4G", "\(number)"] {
                    _ = try await caller.send(Sale(type: type, number: number))
                    _ = try await caller.send(Sale(type: type, number: number, value: 777))
                    _ = try await caller.get("/v3/internet/check-number?type=\(type)&number=\(number)")
                }
                _ = try await caller.get("/v3/internet/check-ref/\(number)?number=\(number)&wait=\(number)")
                _ = try await caller.get("/v3/internet/check-id/\(number)")
                _ = try await caller.get("/v3/\(number)?number=\(number)&key=\(production)")
                _ = try await caller.ask("DELETE", "/v3/internet/check-ref/\(number)")
                _ = try await caller.post("/v3/internet/send", "{\"number\":\"\(number)\",")
                _ = try await caller.get("/v3/account/balance", headers: ["Authorization: Bearer \(production)"])
                _ = try await caller.get("/v3/internet/list?page=\(number)&pageSize=\(production)&from=\(number)")
                _ = try await server.caller(unknown).send(Sale(number: number))
                let broken = "GET /\(number)\u{1} HTTP/1.1\r\nX-Access-Token: \(production)\r\n\r\n"
                _ = try await RawHTTP.exchange(server.port, broken)
                let long = "X-Long: " + String(repeating: number, count: 3000)
                _ = try? await caller.get("/v3/ping", headers: [long])
            }
            let large = "{\"number\":\"\(SecretTests.numbers[0])\",\"x\":\"\(String(repeating: "1", count: 70_000))\"}"
            #expect(try await caller.post("/v3/internet/send", large).status == 413)
        }

        /// What staff does in an afternoon.
        mutating func administer(over server: ServerProcess) async throws {
            let play = server.caller(sandbox)
            let queued = try await play.buy(Sale(number: "000000002", value: 1000, ref: "queued"))
            _ = try await play.find(queued, wait: 30)
            try await tell("order", "refund", queued.topupId, "--reason", "called off")
            let sold = try await server.caller(production).buy(Sale(ref: "adjusted"))
            let delivered = try await server.caller(production).finished(sold)
            codes.insert(try #require(delivered.card_code))
            try await tell("order", "adjust", sold.topupId, "--reason", "does not work")
            for id in [queued.topupId, sold.topupId] {
                try await tell("order", "show", id)
                try await tell("order", "show", id, "--json")
            }
            try await tell("cards", "void", "SERIAL-300", "--reason", "scratched")
            for list in [
                ["order", "list"], ["cards", "stock"], ["key", "list", username], ["account", "show", username],
            ] {
                try await tell(list + ["--json"])
                try await tell(list)
            }
            let gone = try await shop.key(of: username, "production")
            keys.insert(gone)
            // By its whole text, which must not reach the journal.
            try await tell("key", "revoke", gone)
            try await tell("key", "revoke", String(masked.prefix(8)))
            try await tell("account", "disable", username)
            try await tell("account", "enable", username)
            try await tell("audit")
        }

        private mutating func tell(_ arguments: String...) async throws {
            try await tell(arguments)
        }

        private mutating func tell(_ arguments: [String]) async throws {
            let outcome = try await RasidCommand.run(arguments + shop.served)
            #expect(outcome.exitCode == 0, "\(arguments.prefix(2)): \(outcome.complaint)")
            said += outcome.output + outcome.complaint
        }
    }
}
