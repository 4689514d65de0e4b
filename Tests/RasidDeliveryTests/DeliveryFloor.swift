import InMemoryLogging
import Logging
import RasidBase
import RasidDatabase
import RasidLedger
import RasidOrders
import RasidServer
import RasidStock
import RasidTesting
import ServiceLifecycle
import ServiceLifecycleTestKit
import Testing

@testable import RasidDelivery

/// A shop on a real threaded store, and the means to run its loops step by step.
final class DeliveryFloor: Sendable {
    let folder: TemporaryFolder
    let store: WatchedStore
    let vault: Vault
    let time = SteppedTime()
    let identifiers: SeededIdentifiers
    let signals = OrderSignals()
    let monitor = OperatorMonitor()
    /// What every node of this floor has logged.
    let log = InMemoryLogHandler()
    let delivery: Delivery
    let orders: Orders
    let account: AccountID

    var sandbox: WalletID { WalletID(account: account, environment: .sandbox) }
    var production: WalletID { WalletID(account: account, environment: .production) }
    var node: NodeID { delivery.node }

    init() async throws {
        folder = try TemporaryFolder()
        identifiers = SeededIdentifiers()
        let database = try SQLiteDatabase(path: folder.path + "/rasid.db", migrations: Schema.migrations)
        store = WatchedStore(database)
        vault = try await VaultKeyFile.open(folder.path + "/vault.key", for: database)
        let now = time.now
        let opening = NewAccount(username: "+213555000001", name: "Test", identifiers: identifiers, now: now)
        account = try await database.write { transaction in
            _ = try Products.add(.adsl, .dinars(1000), cost: nil, in: transaction)
            _ = try Products.add(.fourG, .dinars(1000), cost: nil, in: transaction)
            return try opening.open(in: transaction)
        }
        try await Self.deposit(
            .dinars(1_000_000), to: WalletID(account: account, environment: .sandbox), identifiers.fresh(at: now), now,
            database)
        delivery = try await Self.delivery(store, vault, time, identifiers, signals, monitor, log)
        orders = Orders(database: store, signals: signals, time: time, identifiers: identifiers)
    }

    private static func delivery(
        _ store: WatchedStore, _ vault: Vault, _ time: SteppedTime, _ identifiers: SeededIdentifiers,
        _ signals: OrderSignals, _ monitor: OperatorMonitor, _ log: InMemoryLogHandler
    ) async throws -> Delivery {
        let now = time.now
        let node = try await store.write { try Nodes.register(at: now, in: $0) }
        return Delivery(
            database: store, signals: signals,
            sealer: OperatorSealer(database: store, vault: vault, identifiers: identifiers), monitor: monitor,
            time: time, identifiers: identifiers, node: node,
            logger: Logger(label: "test") { _ in log })
    }

    /// What the next server process on the same folder would have.
    func nextDelivery(monitor: OperatorMonitor? = nil) async throws -> Delivery {
        try await Self.delivery(store, vault, time, identifiers, signals, monitor ?? self.monitor, log)
    }

    /// Runs services beside `body` and gives them up when it is over.
    func running(
        _ services: any Service..., body: @Sendable (GracefulShutdownTestTrigger) async throws -> Void
    ) async throws {
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for service in services { group.addTask { try? await service.run() } }
                defer { group.cancelAll() }
                try await body(trigger)
            }
        }
        try await close()
    }

    func close() async throws { try await store.store.close() }

    @discardableResult
    func place(
        _ number: String = "036362608", _ type: ServiceType = .adsl, in wallet: WalletID? = nil
    ) async throws -> OrderID {
        let request = PlaceRequest(
            type: type, number: number, value: .dinars(1000), reference: nil, idempotencyKey: nil)
        return try await orders.place(request, in: wallet ?? sandbox).id
    }

    @discardableResult
    func place(_ count: Int, in wallet: WalletID? = nil) async throws -> [OrderID] {
        var orders: [OrderID] = []
        for _ in 0..<count { orders.append(try await place(in: wallet)) }
        return orders
    }

    func state(_ order: OrderID) async throws -> OrderState {
        try await store.read { try StaffReading.find(order, in: $0).state }
    }

    func until(_ order: OrderID, is state: OrderState) async throws {
        try await store.until { try StaffReading.find(order, in: $0).state == state }
    }

    /// Waits for the signal that the order is final or queued, however long it takes.
    @discardableResult
    func settled(_ order: OrderID, in wallet: WalletID? = nil) async throws -> Order {
        try await orders.find(.id(order.description), in: wallet ?? sandbox, waitingUpTo: .seconds(1_000_000))
    }

    func evidence(_ order: OrderID) async throws -> [String] {
        try await store.read { try Evidence.all(of: order, in: $0).map(\.what) }
    }

    func cases(_ order: OrderID) async throws -> [CaseKind] {
        try await store.read { try Cases.all(of: order, in: $0).map(\.kind) }
    }

    func code(_ order: Order) async throws -> String? {
        guard let card = order.delivery?.card else { return nil }
        return try await Reveals(database: store, vault: vault, time: time).codes(of: [card], for: KeyID(1))[card]
    }

    /// Cards into production stock, and money to pay for them.
    func stock(_ count: Int) async throws {
        let csv = (0..<count).map { "ADSL,1000,CARD-\($0),S-\($0)" }.joined(separator: "\n")
        _ = try await CardImport(database: store, vault: vault, time: SystemTime(), identifiers: identifiers)
            .run(text: csv)
        try await Self.deposit(
            .dinars(1_000_000), to: production, identifiers.fresh(at: time.now), time.now, store.store)
    }

    private static func deposit(
        _ amount: Money, to wallet: WalletID, _ id: TransferID, _ now: Timestamp, _ database: SQLiteDatabase
    ) async throws {
        let movement = Cash.Movement(wallet: wallet, amount: amount)
        _ = try await database.write { try Cash.deposit(movement, as: id, at: now, in: $0) }
    }

    func isClean() async throws -> Bool { try await Audit(database: store, time: time).run().isClean }
}
