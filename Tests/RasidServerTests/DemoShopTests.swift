import RasidAccounts
import RasidBase
import RasidDatabase
import RasidLedger
import RasidServer
import RasidStock
import RasidTesting
import Testing

/// The shop of `rasid demo`: made, completed or reopened, always the same for the same folder.
struct DemoShopTests {
    private struct InstantTime: TimeSource {
        let manual = ManualTime()
        var now: Timestamp { manual.now }
        var monotonic: Int64 { manual.monotonic }
        func sleep(for duration: Duration) async throws {}
    }

    /// Opens a folder's shop as the command does, and closes it.
    private static func open<Answer: Sendable>(
        _ folder: TemporaryFolder, seed: UInt64, _ body: (DemoShop, OpenShop) async throws -> Answer
    ) async throws -> Answer {
        let shop = try OpenShop(.folder(folder.path))
        let vault = try await shop.vault(keyFile: nil)
        let demo = try await DemoShop(
            in: shop, vault: vault, time: InstantTime(), identifiers: SeededIdentifiers(seed: seed))
        let answer = try await body(demo, shop)
        try await shop.close()
        return answer
    }

    /// Everything that a second start must leave as it was.
    private struct Contents: Equatable {
        var keys: [String] = []
        var sums: [Int64] = []
    }

    private static let counts = [
        "SELECT count(*) FROM accounts", "SELECT count(*) FROM api_keys", "SELECT count(*) FROM products",
        "SELECT count(*) FROM cards", "SELECT count(*) FROM batches", "SELECT count(*) FROM transfers",
        "SELECT sum(wallet) FROM balances", "SELECT sum(length(sealed)) FROM cards",
    ].map { Statement($0) }

    private static func contents(_ demo: DemoShop, _ shop: OpenShop) async throws -> Contents {
        let sums = try await shop.database.read { transaction in
            try counts.map { try transaction.first($0) { $0.integer(0) } ?? 0 }
        }
        return Contents(keys: [demo.sandboxKey, demo.productionKey], sums: sums)
    }

    @Test func `a second start keeps the keys and adds nothing`() async throws {
        let folder = try TemporaryFolder()
        let first = try await Self.open(folder, seed: 1) { try await Self.contents($0, $1) }
        let second = try await Self.open(folder, seed: 2) { try await Self.contents($0, $1) }
        #expect(first == second)
        #expect(first.sums == [1, 2, 10, 1000, 1, 2, 20_000_000, 1000 * (12 + 16 + 16)])
        #expect(Set(first.keys).count == 2)
    }

    private static func refusal(_ folder: TemporaryFolder) async throws -> String? {
        do {
            _ = try await open(folder, seed: 9) { _, _ in }
            return nil
        } catch let refusal as Refusal {
            return refusal.description
        }
    }

    private static func openAccount(_ username: String, _ name: String, in folder: TemporaryFolder) async throws {
        let shop = try OpenShop(.folder(folder.path))
        let opening = NewAccount(
            username: username, name: name, identifiers: SeededIdentifiers(seed: 5), now: ManualTime().now)
        _ = try await shop.database.write { try opening.open(in: $0) }
        try await shop.close()
    }

    @Test(arguments: [("+213555000001", "Boutique Amine"), (DemoShop.username, "Boutique Amine")])
    func `a real shop is refused and stays as it was`(username: String, name: String) async throws {
        let folder = try TemporaryFolder()
        try await Self.openAccount(username, name, in: folder)
        let said = try #require(try await Self.refusal(folder))
        #expect(said.contains("'rasid serve'") && said.contains("--data"))
        let shop = try OpenShop(.folder(folder.path))
        let sums = try await shop.database.read { transaction in
            try Self.counts.map { try transaction.first($0) { $0.integer(0) } ?? 0 }
        }
        #expect(sums == [1, 0, 0, 0, 0, 1, 10_000_000, 0])
        try await shop.close()
    }

    @Test func `a demo in which somebody has opened more accounts is still a demo`() async throws {
        let folder = try TemporaryFolder()
        let first = try await Self.open(folder, seed: 1) { demo, _ in demo.productionKey }
        try await Self.openAccount("+213555000001", "Another", in: folder)
        #expect(try await Self.open(folder, seed: 2) { demo, _ in demo.productionKey } == first)
    }

    @Test func `no reference of the owner's is taken by the opening deposits`() async throws {
        try await Self.open(try TemporaryFolder(), seed: 1) { _, shop in
            let now = ManualTime().now
            let identifiers = SeededIdentifiers(seed: 3)
            for (environment, reference) in [
                (ShopEnvironment.production, "demo opening"), (.sandbox, "opening play balance"),
            ] {
                let movement = Cash.Movement(
                    wallet: WalletID(account: AccountID(1), environment: environment), amount: .dinars(5),
                    reference: reference)
                let id: TransferID = identifiers.fresh(at: now)
                let outcome = try await shop.database.write { try Cash.deposit(movement, as: id, at: now, in: $0) }
                #expect(!outcome.isRepeat && outcome.balances.wallet == .dinars(100_005))
            }
        }
    }

    @Test func `two folders have different keys and cards`() async throws {
        let first = try await Self.open(try TemporaryFolder(), seed: 1) { try await Self.contents($0, $1) }
        let second = try await Self.open(try TemporaryFolder(), seed: 1) { try await Self.contents($0, $1) }
        #expect(Set(first.keys).isDisjoint(with: second.keys))
    }

    @Test func `its keys open their own environment, without a limit`() async throws {
        try await Self.open(try TemporaryFolder(), seed: 1) { demo, shop in
            let holders = try await shop.database.read { transaction in
                try APIKeys.list(of: AccountID(1), limit: 10, in: transaction)
            }
            #expect(
                holders.map(\.settings.environment).sorted { $0.rawValue < $1.rawValue } == [.production, .sandbox])
            #expect(holders.allSatisfy { $0.settings.rateLimit == .off && $0.isEnabled && !$0.settings.isReadOnly })
            let prefixes = Set(holders.map(\.prefix))
            #expect(prefixes == [String(demo.sandboxKey.prefix(8)), String(demo.productionKey.prefix(8))])
            for key in [demo.sandboxKey, demo.productionKey] {
                #expect(
                    key.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
            }
        }
    }

    @Test func `every value can be had, with 100,000 DZD in either environment`() async throws {
        try await Self.open(try TemporaryFolder(), seed: 1) { _, shop in
            for environment in ShopEnvironment.allCases {
                let wallet = WalletID(account: AccountID(1), environment: environment)
                #expect(try await Ledger(database: shop.database).balance(of: wallet) == .dinars(100_000))
                let stock = Stock(database: shop.database, time: ManualTime())
                let adsl = try await stock.catalogue(of: .adsl, for: wallet)
                #expect(adsl.map(\.value) == [500, 1000, 2000, 3000].map(Money.dinars))
                let fourG = try await stock.catalogue(of: .fourG, for: wallet)
                #expect(fourG.map(\.value) == [500, 1000, 1500, 2000, 2500, 3500].map(Money.dinars))
                let lines = adsl + fourG
                #expect(lines.allSatisfy { $0.isAvailable })
            }
        }
    }

    @Test func `what is missing is completed and what is there stays`() async throws {
        let folder = try TemporaryFolder()
        try await Self.open(folder, seed: 1) { _, shop in
            try await shop.database.write {
                try Products.price(.adsl, .dinars(500), cost: .dinars(1), for: nil, in: $0)
            }
        }
        let delete = Statement("DELETE FROM cards WHERE serial = 'DEMO-4G-500-7'")
        try await Self.open(folder, seed: 2) { _, shop in _ = try await shop.database.write { try $0.run(delete) } }
        try await Self.open(folder, seed: 3) { _, shop in
            let count = Statement("SELECT count(*) FROM cards WHERE serial = 'DEMO-4G-500-7'")
            #expect(try await shop.database.read { try $0.first(count) { $0.integer(0) } } == 1)
            let product = try await shop.database.read { try Products.find(.adsl, .dinars(500), in: $0) }
            #expect(product?.cost == .dinars(1))
        }
    }

    @Test(.enabled(if: TestServer.url != nil, "RASID_TEST_POSTGRES names no server, as scripts/test does"))
    func `demos that begin at once in one database make one shop`() async throws {
        let folder = try TemporaryFolder()
        let url = try await TestServer.freshSchema()
        let key = folder.path + "/vault.key"
        let first = try OpenShop(.server(url))
        let vault = try await first.vault(keyFile: key)
        let keys = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let shop = try OpenShop(.server(url))
                    let demo = try await DemoShop(
                        in: shop, vault: vault, time: SystemTime(), identifiers: SystemIdentifiers())
                    try await shop.close()
                    return demo.productionKey
                }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(keys.count == 1)
        #expect(try await first.database.read { try Accounts.list(limit: 9, in: $0) }.count == 1)
        try await first.close()
    }
}
