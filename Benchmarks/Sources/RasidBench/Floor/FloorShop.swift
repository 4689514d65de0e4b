import RasidAccounts
import RasidBase
import RasidDatabase
import RasidLedger
import RasidServer
import RasidStock

/// A shop to sell from: accounts with money in both environments, one product, and cards.
///
/// Two of them, made one after the other on two empty stores, have the same rows with the same ids.
struct FloorShop: Sendable {
    struct Reseller: Sendable {
        let account: AccountID
        /// The production key.
        let key: KeyID

        func wallet(_ environment: ShopEnvironment) -> WalletID {
            WalletID(account: account, environment: environment)
        }
    }

    static let value = Money.dinars(1000)
    private static let deposits = 20

    let database: any InlineDatabase
    let vault = Vault.derived(from: 1)
    let resellers: [Reseller]
    private let cards: CardImport
    private var stocked = 0

    init(on database: any InlineDatabase, resellers count: Int, at start: Timestamp) throws {
        let identifiers = SeededIdentifiers(seed: 1)
        self.database = database
        cards = CardImport(
            database: database, vault: vault, time: BenchTime(start), identifiers: identifiers)
        _ = try database.commit { try Products.add(.adsl, Self.value, cost: nil, in: $0) }
        resellers = try (0..<count).map { try database.commit(Self.opening($0, identifiers, start)) }
    }

    /// What opens an account; its ids are made before (law 2).
    private static func opening(
        _ index: Int, _ identifiers: SeededIdentifiers, _ now: Timestamp
    ) -> @Sendable (Transaction) throws -> Reseller {
        let username = "+2135\(10_000_000 + index)"
        let account = NewAccount(username: username, name: "Bench", identifiers: identifiers, now: now)
        let key = KeyText.fresh(from: identifiers)
        let ids = (0..<deposits * 2).map { _ in identifiers.fresh(TransferTag.self, at: now) }
        return { transaction in
            let account = try account.open(in: transaction)
            for (index, id) in ids.enumerated() {
                let environment: ShopEnvironment = index < deposits ? .sandbox : .production
                let wallet = WalletID(account: account, environment: environment)
                let movement = Cash.Movement(wallet: wallet, amount: Cash.largest)
                _ = try Cash.deposit(movement, as: id, at: now, in: transaction)
            }
            let settings = KeySettings(environment: .production, rateLimit: .off)
            let made = try APIKeys.create(key, settings, for: account, at: now, in: transaction)
            return Reseller(account: account, key: made.id)
        }
    }

    /// Brings in so many cards.
    mutating func stock(_ count: Int) async throws {
        let text = (stocked..<stocked + count).map { "ADSL,1000,\(1_000_000_000_000_000 + $0)" }
        let report = try await cards.run(text: text.joined(separator: "\n"))
        guard report.inserted == count else {
            throw Refusal("Of \(count) cards \(report.inserted) came in.")
        }
        stocked += count
    }
}
