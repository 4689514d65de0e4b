import Foundation
import RasidTesting
import Subprocess
import Testing

/// Several commands at the same time, and commands that are killed.
@Suite struct ManyCommandsTests {
    private static let username = "+213555000666"

    private static func open() async throws -> Shop {
        let shop = try await Shop()
        try await shop.run("account", "create", "--username", username, "--name", "Many")
        try await shop.run("product", "add", "ADSL", "1000")
        return shop
    }

    private struct Accounts: Decodable {
        struct Account: Decodable {
            let username: String
        }

        let accounts: [Account]
    }

    private struct Moved: Decodable {
        let wallet: Decimal
        let isRepeat: Bool
    }

    @Test func `ten accounts are opened at once in a folder that was not there`() async throws {
        let shop = try await Shop()
        let names = (0..<10).map { "+21355500070\($0)" }
        _ = try await together(10) { try await shop.run("account", "create", "--username", names[$0], "--name", "N") }
        #expect(try await Set(shop.json(Accounts.self, "account", "list").accounts.map(\.username)) == Set(names))
        let same = try await together(6) { _ in
            try await shop.attempt("account", "create", "--username", Self.username, "--name", "N")
        }
        #expect(same.filter { $0.exitCode == 0 }.count == 1 && same.filter { $0.exitCode == 1 }.count == 5)
        #expect(try await shop.audit().findings.isEmpty)
    }

    @Test func `ten deposits with one reference at once are one movement`() async throws {
        let shop = try await Self.open()
        let key = try await shop.key(of: Self.username, "production")
        try await ServerProcess.serve(["serve"] + shop.served) { server in
            let moved = try await together(10) { _ in
                try await shop.json(Moved.self, "account", "deposit", Self.username, "500", "--ref", "bank-7")
            }
            #expect(moved.filter { !$0.isRepeat }.count == 1)
            #expect(moved.allSatisfy { $0.wallet == 500 })
            #expect(try await server.caller(key).balance() == 500)
        }
        #expect(try await shop.audit().findings.isEmpty)
    }

    @Test func `one file imported four times at once brings each card in once, under one vault key`() async throws {
        let shop = try await Self.open()
        let lines = (0..<2000).map { "ADSL,1000,TWIN-\($0)" }
        let reports = try await together(4) { _ in try await shop.importCards(lines) }
        #expect(reports.reduce(0) { $0 + $1.inserted } == 2000)
        #expect(reports.reduce(0) { $0 + $1.duplicates } == 6000)
        let areClean = reports.allSatisfy { $0.errors.isEmpty }
        #expect(areClean)
        let key = try await shop.key(of: Self.username, "production")
        try await shop.run("account", "deposit", Self.username, "1900000")
        try await ServerProcess.serve(["serve"] + shop.served) { server in
            let caller = server.caller(key)
            // Every one is opened, whichever of the four has sealed it.
            _ = try await caller.overConnections(8, jobs: 2000) { _, talk in
                try await talk.ask(caller.text(Sale())).decoded(Accepted.self)
            }
            try await eventually("all is delivered") { try await caller.count("status=FULFILLED") == 2000 }
            let codes = try await caller.allTopups().values.compactMap(\.card_code)
            #expect(Set(codes) == Set((0..<2000).map { "TWIN-\($0)" }) && codes.count == 2000)
        }
        #expect(try await shop.audit().findings.isEmpty)
    }

    @Test func `an import that was killed and is run again brings each card in once`() async throws {
        let shop = try await Self.open()
        let file = try shop.file((0..<20_000).map { "ADSL,1000,AGAIN-\($0)" })
        let killed = try await Subprocess.run(
            RasidCommand.executable, arguments: Arguments(["cards", "import", file] + shop.served),
            environment: RasidCommand.environment, input: .none, output: .discarded, error: .discarded
        ) { execution in
            defer { try? execution.send(signal: .kill) }
            try await eventually("the import is under way") { try await Self.available(shop) > 500 }
        }
        #expect(killed.terminationStatus.exitCode == nil)
        let before = try await Self.available(shop)
        #expect(before > 500 && before < 20_000)
        let report = try await shop.json(ImportAnswer.self, "cards", "import", file)
        #expect(report.duplicates == before && report.inserted == 20_000 - before)
        let again = try await shop.json(ImportAnswer.self, "cards", "import", file)
        #expect(again.duplicates == 20_000 && again.inserted == 0)
        #expect(try await Self.available(shop) == 20_000)
        #expect(try await shop.audit().findings.isEmpty)
    }

    private static func available(_ shop: Shop) async throws -> Int {
        try await shop.json(StockAnswer.self, "cards", "stock").stock.reduce(0) { $0 + $1.available }
    }

    @Test func `an audit beside running sales finds nothing`() async throws {
        let shop = try await Shop()
        let demo = ["demo", "--json", "--operator-delay", "100ms"] + shop.served
        try await ServerProcess.serve(demo) { server in
            let play = server.caller(server.demo.sandboxKey)
            let real = server.caller(server.demo.productionKey)
            let isEnough = Flag()
            async let sold: [Int] = together(6) { client in
                let caller = client.isMultiple(of: 2) ? play : real
                return try await caller.open { talk in
                    // Refused sales are part of the noise, once money or cards are gone.
                    var sold = 0
                    while !isEnough.isUp {
                        sold += try await talk.ask(caller.text(Sale(value: 500))).status == 200 ? 1 : 0
                    }
                    return sold
                }
            }
            for _ in 0..<8 {
                let audit = try await shop.audit()
                #expect(audit.findings.isEmpty, "\(audit.findings.prefix(3))")
            }
            isEnough.raise()
            #expect(try await sold.reduce(0, +) > 100)
        }
    }

    @Test(.enabled(if: TestEngine.isSQLite, "many servers share a database"))
    func `of four servers started at once on one folder three are refused`() async throws {
        let shop = try await Self.open()
        #expect(try await shop.importCards(["ADSL,1000,ONE"]).inserted == 1)
        await withTaskGroup(of: RasidCommand.Outcome?.self) { group in
            for _ in 0..<4 { group.addTask { try? await shop.attempt("serve", "--port", "0") } }
            for _ in 0..<3 {
                let refused = await group.next() ?? nil
                #expect(refused?.exitCode == 1)
                #expect(refused?.complaint.contains("already serves") == true, "\(refused?.complaint ?? "")")
            }
            // The one that serves is killed with its task.
            group.cancelAll()
        }
    }
}
