import Hummingbird
import Logging
import RasidAccounts
import RasidBase
import RasidDatabase
import RasidEvents
import RasidLedger
import RasidOrders
import RasidStock
import ServiceLifecycle
import Synchronization

@testable import RasidAPI

/// A whole shop behind a real socket: one account, one wallet with money in each environment, three products.
///
/// Nothing is delivered by itself: sandbox orders stay HANDLING, production ones until ``deliver()``.
struct TestShop: Sendable {
    static let username = "+213665983439"

    let port: Int
    let database: InlineSQLiteDatabase
    let account: AccountID
    let orders: Orders
    let readiness: SwitchedReadiness
    let log: CapturedLog
    let sandboxKey: String
    let productionKey: String

    /// - Parameter body: runs while the server does.
    static func run(
        door: DoorSettings = DoorSettings(), _ configure: (inout API.Configuration) -> Void = { _ in },
        _ body: @escaping @Sendable (TestShop) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let database = try InlineSQLiteDatabase(
            path: folder.path + "/rasid.db",
            migrations: AccountsSchema.migrations + EventsSchema.migrations + LedgerSchema.migrations
                + StockSchema.migrations + OrdersSchema.migrations)
        let vault = try await VaultKeyFile.open(folder.path + "/vault.key", for: database)
        let goods = try await Goods(in: database, vault: vault)
        let time = SystemTime()
        let log = CapturedLog()
        let numbers = ScriptedNumbers()
        let readiness = SwitchedReadiness()
        let orders = Orders(
            database: database, signals: OrderSignals(), time: time, identifiers: SystemIdentifiers())
        let rooms = API.Rooms(
            doorkeeper: Doorkeeper(database: database, time: time, settings: door), orders: orders,
            stock: Stock(database: database, time: time),
            reveals: Reveals(database: database, vault: vault, time: time), ledger: Ledger(database: database),
            numberCheck: numbers, operatorHealth: numbers, readiness: readiness, time: time,
            identifiers: SystemIdentifiers(), logger: log.logger)
        var configuration = API.Configuration(host: "127.0.0.1", port: 0)
        configure(&configuration)
        let (ports, port) = AsyncStream<Int>.makeStream()
        let application = API.application(rooms, configuration: configuration) { port.yield($0) }
        let group = ServiceGroup(configuration: .init(services: [application], logger: log.logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            for await port in ports {
                try await body(
                    TestShop(
                        port: port, database: database, account: goods.account, orders: orders, readiness: readiness,
                        log: log, sandboxKey: goods.sandboxKey, productionKey: goods.productionKey))
                break
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        try database.close()
        withExtendedLifetime(folder) {}
    }

    /// Makes one more key.
    func key(_ settings: KeySettings) throws -> String {
        let text = KeyText.fresh(from: SystemIdentifiers())
        let now = SystemTime().now
        let account = account
        _ = try database.commit { try APIKeys.create(text, settings, for: account, at: now, in: $0) }
        return text.text
    }

    /// Delivers every production order with its own card.
    func deliver() throws {
        let now = SystemTime().now
        let done = try database.commit { transaction in
            try Claims.deliverReserved(
                Claims.reserved(.voucher, limit: 100, at: now, in: transaction),
                Provisions(100, identifiers: SystemIdentifiers(), now: now), in: transaction)
        }
        orders.signals.changed(done)
    }
}
