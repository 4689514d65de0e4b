public import RasidAccounts
public import RasidBase
import RasidDatabase
import RasidLedger
import RasidServer
public import RasidStock
import Synchronization

/// One account of a live shop, with a key to each environment that has no rate limit.
public struct Reseller: Sendable {
    public let username: String
    public let account: AccountID
    public let sandbox: Caller
    public let production: Caller
}

extension LiveShop {
    private static let count = Atomic<Int>(0)

    private static func next() -> Int { count.wrappingAdd(1, ordering: .relaxed).newValue }

    /// An address that no other caller has: what the door remembers of one test is no other test's concern.
    public static func freshAddress() -> String {
        let number = next()
        return "127.\(number >> 16 & 31 | 32).\(number >> 8 & 255).\(number & 255)"
    }

    /// Opens an account with play money in the sandbox.
    ///
    /// - Parameter production: its first deposit there; zero for none.
    public func openReseller(production: Money = .dinars(10_000)) async throws -> Reseller {
        let digits = String(Self.next())
        let username = "+2136" + String(repeating: "0", count: 8 - digits.count) + digits
        let opening = NewAccount(
            username: username, name: "Reseller", identifiers: SystemIdentifiers(), now: SystemTime().now)
        let account = try await database.write { try opening.open(in: $0) }
        if production > .zero { try await deposit(production, to: account, .production) }
        return Reseller(
            username: username, account: account,
            sandbox: caller(try await key(for: account, KeySettings(environment: .sandbox, rateLimit: .off))),
            production: caller(try await key(for: account, KeySettings(environment: .production, rateLimit: .off))))
    }

    /// Makes one more key of an account.
    public func key(for account: AccountID, _ settings: KeySettings) async throws -> String {
        let text = KeyText.fresh(from: SystemIdentifiers())
        let now = time.now
        _ = try await database.write { try APIKeys.create(text, settings, for: account, at: now, in: $0) }
        return text.text
    }

    /// Switches a key off for ever; the door learns of it within a second.
    public func revoke(_ key: String) async throws {
        try await database.write { _ = try APIKeys.revoke(key, in: $0) }
    }

    public func setEnabled(_ isEnabled: Bool, _ reseller: Reseller) async throws {
        try await database.write { _ = try Accounts.setEnabled(isEnabled, reseller.username, in: $0) }
    }

    /// Somebody at an address of their own with this key; nil for none.
    public func caller(_ key: String?, from source: String = LiveShop.freshAddress()) -> Caller {
        Caller(port: port, key: key, source: source)
    }

    public func deposit(_ amount: Money, to account: AccountID, _ environment: ShopEnvironment) async throws {
        let movement = movement(amount, account, environment)
        let now = time.now
        let id: TransferID = SystemIdentifiers().fresh(at: now)
        _ = try await database.write { try Cash.deposit(movement, as: id, at: now, in: $0) }
    }

    public func withdraw(_ amount: Money, from account: AccountID, _ environment: ShopEnvironment) async throws {
        let movement = movement(amount, account, environment)
        let now = time.now
        let id: TransferID = SystemIdentifiers().fresh(at: now)
        _ = try await database.write { try Cash.withdraw(movement, as: id, at: now, in: $0) }
    }

    private func movement(_ amount: Money, _ account: AccountID, _ environment: ShopEnvironment) -> Cash.Movement {
        Cash.Movement(wallet: WalletID(account: account, environment: environment), amount: amount, note: "by hand")
    }

    /// Sets what one account pays.
    public func price(_ type: ServiceType, _ value: Money, cost: Money, for account: AccountID) async throws {
        try await database.write { try Products.price(type, value, cost: cost, for: account, in: $0) }
    }

    /// Brings cards into production stock.
    ///
    /// - Parameter csv: as `rasid cards import` reads it.
    @discardableResult
    public func importCards(_ csv: String) async throws -> CardImport.Report {
        try await CardImport(database: database, vault: vault, time: time, identifiers: SystemIdentifiers())
            .run(text: csv)
    }
}
