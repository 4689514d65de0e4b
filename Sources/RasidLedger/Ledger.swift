public import RasidBase
public import RasidDatabase

/// What other rooms may ask the books.
public struct Ledger: Sendable {
    private let database: any Database

    public init(database: any Database) {
        self.database = database
    }

    /// What can be spent now, holds already taken off.
    public func balance(of wallet: WalletID) async throws -> Money {
        try await database.read { try Balances.of(wallet, in: $0).wallet }
    }

    public func statement(_ page: PageRequest, of wallet: WalletID) async throws -> Page<StatementLine> {
        if page.isUnfiltered { return try await database.read { try WalletStatement.page(page, of: wallet, in: $0) } }
        return try await database.scan { try WalletStatement.page(page, of: wallet, in: $0) }
    }
}
