import RasidAccounts
public import RasidBase
public import RasidDatabase
public import RasidLedger
public import RasidOrders
import RasidServer
public import RasidStock

/// A whole shop on a real store, with time and ids in the test's hand.
public final class TestShop: Sendable {
    public let folder: TemporaryFolder
    public let database: InlineSQLiteDatabase
    public let vault: Vault
    public let time: ManualTime
    public let identifiers: SeededIdentifiers
    public let orders: Orders
    public let reveals: Reveals
    public let account: AccountID

    public var sandbox: WalletID { WalletID(account: account, environment: .sandbox) }
    public var production: WalletID { WalletID(account: account, environment: .production) }
    public var ledger: Ledger { Ledger(database: database) }

    /// One account with play money and 10,000 DZD in production; ADSL and 4G 500 and 1000 on sale.
    public init(seed: UInt64 = 1) async throws {
        folder = try TemporaryFolder()
        time = ManualTime()
        identifiers = SeededIdentifiers(seed: seed)
        database = try InlineSQLiteDatabase(path: folder.path + "/rasid.db", migrations: Schema.migrations)
        vault = try await VaultKeyFile.open(folder.path + "/vault.key", for: database)
        orders = Orders(database: database, signals: OrderSignals(), time: time, identifiers: identifiers)
        reveals = Reveals(database: database, vault: vault, time: time)
        account = try Self.open("+213555000001", database, time, identifiers)
        try database.commit { transaction in
            for type in ServiceType.allCases {
                for value in [500, 1000] as [Int64] {
                    _ = try Products.add(type, .dinars(value), cost: nil, in: transaction)
                }
            }
        }
        try deposit(.dinars(10_000), to: production)
    }

    private static func open(
        _ username: String, _ database: InlineSQLiteDatabase, _ time: ManualTime, _ identifiers: SeededIdentifiers
    ) throws -> AccountID {
        let opening = NewAccount(username: username, name: "Test", identifiers: identifiers, now: time.now)
        return try database.commit { try opening.open(in: $0) }
    }

    public func openAccount(_ username: String) throws -> AccountID {
        try Self.open(username, database, time, identifiers)
    }

    public func deposit(_ amount: Money, to wallet: WalletID) throws {
        let id: TransferID = identifiers.fresh(at: time.now)
        let now = time.now
        _ = try database.commit {
            try Cash.deposit(Cash.Movement(wallet: wallet, amount: amount), as: id, at: now, in: $0)
        }
    }

    @discardableResult
    public func importCards(_ csv: String) async throws -> CardImport.Report {
        try await CardImport(database: database, vault: vault, time: SystemTime(), identifiers: identifiers)
            .run(text: csv)
    }

    public func provisions(_ count: Int = 8) -> Provisions {
        Provisions(count, identifiers: identifiers, now: time.now)
    }

    @discardableResult
    public func place(
        _ number: String = "036362608", _ type: ServiceType = .adsl, value: Int64 = 1000, ref: String? = nil,
        key: String? = nil, in wallet: WalletID? = nil
    ) async throws -> PlacedOrder {
        try await orders.place(
            PlaceRequest(
                type: type, number: number, value: .dinars(value), reference: ref, idempotencyKey: key),
            in: wallet ?? sandbox)
    }

    public func order(_ id: OrderID, in wallet: WalletID? = nil) async throws -> Order {
        try await orders.find(.id(id.description), in: wallet ?? sandbox)
    }

    public func balance(of wallet: WalletID? = nil) async throws -> Money {
        try await ledger.balance(of: wallet ?? sandbox)
    }

    public func audit() async throws -> AuditReport {
        try await Audit(database: database, time: time).run()
    }
}
