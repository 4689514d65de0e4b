import RasidAccounts
public import RasidBase
public import RasidDatabase
import RasidLedger
public import RasidStock

/// The shop of `rasid demo`: made, completed or reopened, always with the same keys for the same folder.
public struct DemoShop: Sendable {
    public static let username = "+213555000000"
    public static let cardsPerProduct = 100

    private static let name = "Demo"

    private static let values: [(ServiceType, [Int64])] = [
        (.adsl, [500, 1000, 2000, 3000]), (.fourG, [500, 1000, 1500, 2000, 2500, 3500]),
    ]

    public let sandboxKey: String
    public let productionKey: String

    /// Refuses a store with accounts, none of which is the demo's: it is somebody's real shop.
    ///
    /// - Throws: ``Refusal`` that says what to do.
    public static func refuseRealShop(in transaction: Transaction) throws {
        // In this order: an account that another demo opens in between is found by the second look.
        guard try !Accounts.list(limit: 1, in: transaction).isEmpty else { return }
        guard try account(in: transaction) != nil else {
            throw Refusal(
                "There is a shop that is not the demo's, and nothing was changed: run 'rasid serve' for a real shop, or "
                    + "give the demo a place of its own with --data.")
        }
    }

    /// A real reseller may have the demo's username; the name tells them apart, for it never changes.
    private static func account(in transaction: Transaction) throws -> Account? {
        try Accounts.find(username, in: transaction).flatMap { $0.name == name ? $0 : nil }
    }

    /// Whatever is missing is made; what is there stays as it is.
    ///
    /// - Throws: ``Refusal`` for a real shop.
    public init(
        in shop: OpenShop, vault: Vault, time: any TimeSource, identifiers: any IdentifierSource
    ) async throws {
        let now = time.now
        let keys = ShopEnvironment.allCases.map { environment in
            let bits = vault.derivedBits("\(environment.rawValue) key")
            return (environment, KeyText(high: bits.high, low: bits.low))
        }
        let opening = NewAccount(username: Self.username, name: Self.name, identifiers: identifiers, now: now)
        let deposit: TransferID = identifiers.fresh(at: now)
        try await shop.database.write { transaction in
            try Self.refuseRealShop(in: transaction)
            let account = try Self.account(in: transaction)?.id ?? Self.open(opening, deposit, now, transaction)
            for (environment, key) in keys where try APIKeys.find(key, in: transaction) == nil {
                let settings = KeySettings(environment: environment, rateLimit: .off)
                _ = try APIKeys.create(key, settings, for: account, at: now, in: transaction)
            }
            for (type, values) in Self.values {
                for value in values where try Products.find(type, .dinars(value), in: transaction) == nil {
                    _ = try Products.add(type, .dinars(value), cost: nil, in: transaction)
                }
            }
        }
        let cards = CardImport(database: shop.database, vault: vault, time: time, identifiers: identifiers)
        _ = try await cards.run(text: Self.cards(vault))
        sandboxKey = keys.first { $0.0 == .sandbox }?.1.text ?? ""
        productionKey = keys.first { $0.0 == .production }?.1.text ?? ""
    }

    /// The account and its money come in one transaction, and so both once.
    private static func open(
        _ opening: NewAccount, _ deposit: TransferID, _ now: Timestamp, _ transaction: Transaction
    ) throws -> AccountID {
        let account: AccountID
        do {
            account = try opening.open(in: transaction)
        } catch is Refusal {
            throw Overtaken("another demo has opened the account meanwhile")
        }
        let movement = Cash.Movement(
            wallet: WalletID(account: account, environment: .production), amount: NewAccount.playMoney,
            note: "demo opening")
        _ = try Cash.deposit(movement, as: deposit, at: now, in: transaction)
        return account
    }

    /// Made-up cards, the same ones each time, so that a second start adds nothing.
    private static func cards(_ vault: Vault) -> String {
        var lines = ["type,value,code,serial"]
        for (type, values) in values {
            for value in values {
                for index in 1...cardsPerProduct {
                    let digits = String(vault.derivedBits("card \(type.rawValue) \(value) \(index)").high)
                    let code = ("0000000000000000" + digits).suffix(16)
                    lines.append("\(type.rawValue),\(value),\(code),DEMO-\(type.rawValue)-\(value)-\(index)")
                }
            }
        }
        return lines.joined(separator: "\n")
    }
}
