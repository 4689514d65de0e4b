import RasidBase
import RasidDatabase
import RasidTesting
import Testing

@testable import RasidStock

/// Codes that operators send: sealed as they arrive, under a key that lasts a day.
struct OperatorSealerTests {
    private let shop: TestShop

    init() async throws {
        shop = try await TestShop()
    }

    private func sealer() -> OperatorSealer {
        OperatorSealer(database: shop.database, vault: shop.vault, identifiers: shop.identifiers)
    }

    private func arrival(
        _ operatorID: OperatorID = .simulator, _ environment: ShopEnvironment = .sandbox
    ) throws -> OperatorSealer.Arrival {
        OperatorSealer.Arrival(operatorID: operatorID, environment: environment, product: try shop.product().id)
    }

    private func batches() throws -> Int64 { try shop.number("SELECT count(*) FROM batches") }

    @Test func `a code is sealed for its product and opens as it came`() async throws {
        let card = try await sealer().seal("0012345678901234", try arrival(), at: shop.time.now)
        #expect(card.environment == .sandbox)
        #expect(card.expiresOn == Cards.never)
        #expect(card.fingerprint == shop.vault.fingerprint(of: "0012345678901234"))
        let order = shop.freshOrder()
        #expect(try shop.database.commit { try Cards.add(card, as: .delivered, for: order, $0) })
        #expect(try await shop.code(card.id) == "0012345678901234")
        #expect(try !shop.database.commit { try Cards.add(card, as: .delivered, for: order, $0) })
    }

    @Test func `there is one batch an operator, environment and day`() async throws {
        let sealer = sealer()
        for _ in 0..<3 { _ = try await sealer.seal("A", try arrival(), at: shop.time.now) }
        #expect(try batches() == 1)
        _ = try await sealer.seal("A", try arrival(.voucher), at: shop.time.now)
        #expect(try batches() == 2)
        _ = try await sealer.seal("A", try arrival(.simulator, .production), at: shop.time.now)
        #expect(try batches() == 3)
        shop.time.advance(by: .seconds(86_400))
        for _ in 0..<3 { _ = try await sealer.seal("A", try arrival(), at: shop.time.now) }
        #expect(try batches() == 4)
    }

    @Test func `a restart and another node go on with the day's batch`() async throws {
        let first = try await sealer().seal("A", try arrival(), at: shop.time.now)
        let second = try await sealer().seal("B", try arrival(), at: shop.time.now)
        #expect(first.batch == second.batch)
        #expect(try batches() == 1)
    }

    @Test func `codes from yesterday open today`() async throws {
        let sealer = sealer()
        let card = try await sealer.seal("YESTERDAY", try arrival(), at: shop.time.now)
        let order = shop.freshOrder()
        _ = try shop.database.commit { try Cards.add(card, as: .delivered, for: order, $0) }
        shop.time.advance(by: .seconds(3 * 86_400))
        _ = try await sealer.seal("TODAY", try arrival(), at: shop.time.now)
        #expect(try await shop.code(card.id) == "YESTERDAY")
    }

    @Test func `two nodes that begin a day at once share one batch`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/rasid.db"
        let stores = try (0..<2).map { _ in try SQLiteDatabase(path: path, migrations: StockSchema.migrations) }
        let vault = try await VaultKeyFile.open(folder.path + "/vault.key", for: stores[0])
        let identifiers = SeededIdentifiers()
        let arrival = OperatorSealer.Arrival(operatorID: .simulator, environment: .sandbox, product: ProductID(1))
        let now = shop.time.now
        for day in 0..<10 as Range<Int64> {
            let nodes = stores.map { OperatorSealer(database: $0, vault: vault, identifiers: identifiers) }
            let batches = try await withThrowingTaskGroup(of: BatchNumber.self) { group in
                for node in nodes + nodes {
                    group.addTask {
                        try await node.seal("A", arrival, at: now.adding(.seconds(day * 86_400))).batch
                    }
                }
                return try await group.reduce(into: Set<BatchNumber>()) { $0.insert($1) }
            }
            #expect(batches.count == 1)
        }
        for store in stores { try await store.close() }
    }

    @Test func `a second code or a known one is kept as suspect and never for sale`() async throws {
        let sealer = sealer()
        let order = shop.freshOrder()
        let first = try await sealer.seal("A", try arrival(.voucher, .production), at: shop.time.now)
        let second = try await sealer.seal("B", try arrival(.voucher, .production), at: shop.time.now)
        let known = try await sealer.seal("A", try arrival(.voucher, .production), at: shop.time.now)
        try shop.database.commit { transaction in
            _ = try Cards.add(first, as: .delivered, for: order, transaction)
            try Cards.addSuspect(second, for: order, isKnown: false, transaction)
            try Cards.addSuspect(known, for: order, isKnown: true, transaction)
        }
        #expect(try shop.counts() == [.delivered: 1, .suspect: 2])
        #expect(try shop.database.look { try Cards.known(second, $0) } == second.id)
        #expect(try shop.database.look { try Cards.known(known, $0) } == first.id)
        #expect(try shop.reserve(try shop.product(), for: shop.freshOrder()) == nil)
        #expect(try await shop.bring("ADSL,1000,B").duplicates == 1)
    }
}
