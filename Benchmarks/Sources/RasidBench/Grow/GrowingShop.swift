import RasidAccounts
import RasidBase
import RasidDatabase
import RasidLedger
import RasidServer
import RasidStock

/// A demo shop opened for growing, with resellers beside the demo's.
struct GrowingShop: Sendable {
    struct Reseller: Sendable {
        let wallet: WalletID
        let key: KeyID
    }

    /// How long ago the first order was placed.
    static let past = Duration.seconds(365 * 86_400)

    let database: JoinedDatabase
    let vault: Vault
    let products: [Product]
    /// The demo's first.
    let resellers: [Reseller]

    /// - Throws: ``Refusal`` for a shop that is not the demo's.
    static func open(_ place: ShopPlace, wallets: Int) async throws -> GrowingShop {
        let now = SystemTime().now
        let opening = BenchTime(try place.holdsShop() ? now : now.adding(.zero - past))
        let identifiers = SystemIdentifiers()
        let shop = try OpenShop(place)
        let vault = try await shop.vault(keyFile: nil)
        _ = try await DemoShop(in: shop, vault: vault, time: opening, identifiers: identifiers)
        try await shop.close()
        guard case .folder(let path) = shop.place else { throw Refusal("Only a shop in a folder can grow.") }
        let database = try JoinedDatabase(
            path: DataFolder(path).database, migrations: Schema.migrations, closuresPerCommit: .max, cacheKiB: 1 << 18)
        let usernames = [DemoShop.username] + (1..<wallets).map { "+2136\(10_000_000 + $0)" }
        let resellers = try usernames.map { try database.commit(finding($0, identifiers, opening.now)) }
        let products = try database.look { try Products.all(in: $0).filter(\.isActive) }
        try database.settle()
        return GrowingShop(database: database, vault: vault, products: products, resellers: resellers)
    }

    /// What finds a reseller with a production key, or opens one; its ids are made before (law 2).
    private static func finding(
        _ username: String, _ identifiers: SystemIdentifiers, _ now: Timestamp
    ) -> @Sendable (Transaction) throws -> Reseller {
        let new = NewAccount(username: username, name: "Grown", identifiers: identifiers, now: now)
        let text = KeyText.fresh(from: identifiers)
        return { transaction in
            let account = try Accounts.find(username, in: transaction)?.id ?? new.open(in: transaction)
            let keys = try APIKeys.list(of: account, limit: 100, in: transaction)
            let known = keys.first { $0.settings.environment == .production && $0.isEnabled }
            let settings = KeySettings(environment: .production, rateLimit: .off)
            let key = try known ?? APIKeys.create(text, settings, for: account, at: now, in: transaction)
            return Reseller(wallet: WalletID(account: account, environment: .production), key: key.id)
        }
    }
}
