import Foundation
import RasidBase
import RasidDatabase
import RasidDelivery
import RasidLedger
import RasidOrders
import RasidServer
import RasidStock
import RasidTesting
import Synchronization
import Testing

/// A whole shop in another store: the same to the last byte, and sold from one of them alone.
struct ShopMoveTests {
    private let folder: TemporaryFolder
    private var left: ShopPlace { .folder(folder.path + "/left") }
    private var right: ShopPlace { .folder(folder.path + "/right") }
    private static let now = SystemTime().now

    init() throws {
        folder = try TemporaryFolder()
    }

    /// A shop with cards of every kind, deposits, and orders that are open and that have ended.
    private func open() async throws {
        let shop = try OpenShop(left)
        let vault = try await shop.vault(keyFile: nil)
        let demo = try await DemoShop(in: shop, vault: vault, time: SystemTime(), identifiers: SystemIdentifiers())
        #expect(!demo.sandboxKey.isEmpty)
        let orders = Orders(
            database: shop.database, signals: OrderSignals(), time: SystemTime(), identifiers: SystemIdentifiers())
        for (index, environment) in (ShopEnvironment.allCases + ShopEnvironment.allCases).enumerated() {
            let wallet = WalletID(account: AccountID(1), environment: environment)
            _ = try await orders.place(
                PlaceRequest(
                    type: .adsl, number: "036362608", value: .dinars(500), reference: "طلب-\(index)",
                    idempotencyKey: "key-\(index)"), in: wallet)
        }
        let provisions = Provisions(8, identifiers: SystemIdentifiers(), now: Self.now)
        try await shop.database.write { transaction in
            let due = try Claims.reserved(.voucher, limit: 1, at: .init(milliseconds: .max), in: transaction)
            #expect(try Claims.deliverReserved(due, provisions, in: transaction).count == 1)
        }
        try await shop.close()
    }

    private func figures(of place: ShopPlace) async throws -> AuditReport {
        let shop = try OpenShop(place)
        let report = try await Audit(database: shop.database, time: SystemTime()).run()
        try await shop.close()
        return report
    }

    private func move(_ from: ShopPlace, _ to: ShopPlace, at now: Timestamp = now) -> ShopMove {
        ShopMove(from: from, to: to, identifiers: SystemIdentifiers(), at: now)
    }

    private func refusal(_ from: ShopPlace, _ to: ShopPlace) -> String {
        let refusal = #expect(throws: Refusal.self) { _ = try move(from, to).run() }
        return refusal?.description ?? ""
    }

    @Test func `a shop that has moved adds up to the same, and sells on there alone`() async throws {
        try await open()
        let before = try await figures(of: left)
        let report = try move(left, right).run()
        #expect(report.audit == before && before.orders == 4 && before.isClean)
        #expect(report.tables.first { $0.table == "idempotency_keys" }?.rows == 4)
        #expect(try await figures(of: right) == before)
        let shop = try OpenShop(right)
        let orders = Orders(
            database: shop.database, signals: OrderSignals(), time: SystemTime(), identifiers: SystemIdentifiers())
        let wallet = WalletID(account: AccountID(1), environment: .production)
        #expect(try await orders.find(.reference("طلب-1"), in: wallet).reference == "طلب-1")
        let again = try await orders.place(
            PlaceRequest(
                type: .adsl, number: "036362608", value: .dinars(500), reference: "new", idempotencyKey: nil),
            in: wallet)
        #expect(!again.isRepeat)
        try await shop.close()
        #expect(refusal(left, .folder(folder.path + "/third")).contains("has moved to \(right)"))
        let gone = try OpenShop(left)
        await #expect(throws: Refusal.self) { try await MarkedDatabase(gone.database).write { _ in } }
        try await gone.close()
    }

    @Test(.enabled(if: TestServer.url != nil, "RASID_TEST_POSTGRES names no server, as scripts/test does"))
    func `a shop goes into a database and back, and its keys count on`() async throws {
        try await open()
        let before = try await figures(of: left)
        let server = ShopPlace.server(try await TestServer.freshSchema())
        #expect(try move(left, server).run().audit == before)
        let shop = try OpenShop(server)
        let opening = NewAccount(
            username: "+213555000099", name: "New", identifiers: SystemIdentifiers(), now: Self.now)
        // Behind the accounts, transfers and journal lines that came with their numbers.
        #expect(try await shop.database.write { try opening.open(in: $0) } == AccountID(2))
        // A server that is heard of keeps its shop, whatever the clock of whoever moves it says.
        let now = try #require(try await shop.database.clock())
        _ = try await shop.database.write { try Nodes.register(at: now, in: $0) }
        #expect(refusal(server, right).contains("Servers are at work"))
        let gone = now.adding(.seconds(-60))
        try await shop.database.write { transaction in
            _ = try transaction.run(Statement("UPDATE nodes SET beat_at = ?"), [.time(gone)])
        }
        let report = try move(server, right).run()
        // One that was out of touch, and had its sessions open, writes nothing behind its back.
        let late = await #expect(throws: StoreFailure.self) {
            try await shop.database.write { try Nodes.register(at: now, in: $0) }
        }
        #expect("\(late.map { "\($0)" } ?? "")".contains("has moved to"))
        try await shop.close()
        #expect(report.audit.orders == before.orders && report.audit.transfers == before.transfers + 1)
        #expect(try await figures(of: right) == report.audit)
    }

    @Test(.enabled(if: TestServer.url != nil, "RASID_TEST_POSTGRES names no server, as scripts/test does"))
    func `a database is known by whatever name it is given`() async throws {
        try await open()
        let url = try await TestServer.freshSchema()
        _ = try move(left, .server(url)).run()
        for (one, other) in [("postgres://", "postgresql://"), ("@127.0.0.1", "@localhost")] {
            let same = ShopPlace.server(try DatabaseURL(url.text.replacing(one, with: other)))
            #expect(refusal(.server(url), same).contains("cannot move to where it is"))
        }
        #expect(try await figures(of: .server(url)).isClean)
    }

    @Test(.enabled(if: TestServer.url != nil, "RASID_TEST_POSTGRES names no server, as scripts/test does"))
    func `a move that is refused for its servers makes nothing where the shop was to go`() async throws {
        try await open()
        let server = ShopPlace.server(try await TestServer.freshSchema())
        _ = try move(left, server).run()
        let shop = try OpenShop(server)
        let now = try #require(try await shop.database.clock())
        _ = try await shop.database.write { try Nodes.register(at: now, in: $0) }
        #expect(refusal(server, right).contains("Servers are at work"))
        try await shop.close()
        #expect(!FileManager.default.fileExists(atPath: right.description))
    }

    @Test(.enabled(if: TestServer.url != nil, "RASID_TEST_POSTGRES names no server, as scripts/test does"))
    func `of two moves at once one takes the shop, and a command beside them does not write into what is left`()
        async throws
    {
        try await open()
        let server = ShopPlace.server(try await TestServer.freshSchema())
        _ = try move(left, server).run()
        let shop = try OpenShop(server)
        let marked = MarkedDatabase(shop.database)
        let targets = ["a", "b"].map { ShopPlace.folder(folder.path + "/" + $0) }
        let moves = targets.map { target in
            let move = move(server, target)
            return Thread.starting { Result { try move.run() } }
        }
        var written = 0
        for _ in 0..<200 {
            let isWritten = try? await marked.write { transaction in
                try transaction.run(Statement("UPDATE accounts SET name = name WHERE id = 1"))
            }
            written += isWritten ?? 0
            guard isWritten != nil else { break }
        }
        let results = moves.map { $0.wait() }
        #expect(results.filter { (try? $0.get()) != nil }.count == 1)
        await #expect(throws: (any Error).self) { try await marked.write { _ in } }
        try await shop.close()
    }

    @Test func `a shop moves into an empty place of its own, and nowhere else`() async throws {
        try await open()
        #expect(refusal(left, left).contains("to where it is"))
        #expect(refusal(right, left).contains("no shop"))
        let other = try OpenShop(right)
        let opening = NewAccount(
            username: "+213555000099", name: "Other", identifiers: SystemIdentifiers(), now: Self.now)
        _ = try await other.database.write { try opening.open(in: $0) }
        try await other.close()
        #expect(refusal(left, right).contains("is not empty"))
        #expect(try await figures(of: left).isClean)
    }

    @Test func `a shop that is served does not move`() async throws {
        try await open()
        let lock = try left.lock()
        #expect(refusal(left, right).contains("already serves"))
        lock?.release()
        #expect(try move(left, right).run().audit.isClean)
    }

    @Test func `books that do not add up stay where they are`() async throws {
        try await open()
        let shop = try OpenShop(left)
        try await shop.database.write { _ = try $0.run(Statement("UPDATE balances SET wallet = wallet + 1")) }
        try await shop.close()
        #expect(refusal(left, right).contains("do not add up"))
        // It still is the shop, and the other place is empty.
        let mended = try OpenShop(left)
        try await mended.database.write { _ = try $0.run(Statement("UPDATE balances SET wallet = wallet - 1")) }
        try await mended.close()
        #expect(try move(left, right).run().audit.orders == 4)
    }

    @Test func `a move that breaks off leaves the shop where it was, and is done again`() async throws {
        try await open()
        let before = try await figures(of: left)
        let source = try InlineSQLiteDatabase(path: folder.path + "/left/rasid.db", migrations: Schema.migrations)
        // The last step, the shop's leaving, cannot be written: the copy is whole and must not sell.
        let trigger = """
            CREATE TRIGGER stay BEFORE INSERT ON store_mark WHEN new.kind = 1 BEGIN SELECT RAISE(ABORT, 'no'); END
            """
        _ = try source.commit { try $0.run(Statement(trigger)) }
        #expect(throws: StoreFailure.self) { _ = try move(left, right).run() }
        let copy = try OpenShop(right)
        let refused = await #expect(throws: Refusal.self) {
            try await copy.database.read { try StoreMark.refuse(in: $0) }
        }
        #expect(refused?.description.contains("unfinished copy") == true)
        try await copy.close()
        #expect(try source.look { try StoreMark.find(in: $0) } == nil)
        _ = try source.commit { try $0.run(Statement("DROP TRIGGER stay")) }
        try source.close()
        #expect(try move(left, right).run().audit == before)
        // Told once more it has nothing left to do, and says where the shop is.
        #expect(refusal(left, right).contains("has moved to"))
    }

    @Test func `a move whose last word was lost is finished by the same command`() async throws {
        try await open()
        _ = try move(left, right).run()
        let target = try InlineSQLiteDatabase(path: folder.path + "/right/rasid.db", migrations: Schema.migrations)
        let source = try InlineSQLiteDatabase(path: folder.path + "/left/rasid.db", migrations: Schema.migrations)
        let mark = try #require(try source.look { try StoreMark.find(in: $0) })
        try source.close()
        let from = left.description
        // The copy of another move is none of this one's.
        try target.commit { try StoreMark(.arriving, from, MoveID(seconds: 1, random: 1)).set(at: Self.now, in: $0) }
        #expect(refusal(left, right).contains("has moved to"))
        try target.commit { try StoreMark(.arriving, from, mark.move).set(at: Self.now, in: $0) }
        try target.close()
        #expect(try move(left, right).run().audit.orders == 4)
        let shop = try OpenShop(right)
        #expect(try await shop.database.read { try StoreMark.find(in: $0) } == nil)
        try await shop.close()
    }
}

/// A thread that answers once.
private final class Answering<Answer: Sendable>: Sendable {
    private let done = DispatchSemaphore(value: 0)
    private let answer = Mutex<Answer?>(nil)

    func finish(_ value: Answer) {
        answer.withLock { $0 = value }
        done.signal()
    }

    func wait() -> Answer {
        done.wait()
        guard let value = answer.withLock({ $0 }) else { preconditionFailure("it has answered") }
        return value
    }
}

extension Thread {
    fileprivate static func starting<Answer: Sendable>(_ body: @escaping @Sendable () -> Answer) -> Answering<Answer> {
        let answering = Answering<Answer>()
        Thread { answering.finish(body()) }.start()
        return answering
    }
}
