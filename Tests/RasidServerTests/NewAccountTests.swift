import RasidAccounts
import RasidBase
import RasidDatabase
import RasidLedger
import RasidOrders
import RasidServer
import RasidTesting
import Testing

/// An account is opened whole: its row, two wallets, and the sandbox's play money.
struct NewAccountTests {
    private let shop: TestShop

    init() async throws {
        shop = try await TestShop()
    }

    private func open(_ username: String) throws -> AccountID {
        let opening = NewAccount(
            username: username, name: "Somebody", identifiers: shop.identifiers, now: shop.time.now)
        return try shop.database.commit { try opening.open(in: $0) }
    }

    @Test func `a new account has play money in the sandbox and nothing in production`() async throws {
        let account = try open("+213555000007")
        let sandbox = WalletID(account: account, environment: .sandbox)
        #expect(try await shop.balance(of: sandbox) == .dinars(100_000))
        #expect(try await shop.balance(of: WalletID(account: account, environment: .production)) == .zero)
        let lines = try await shop.ledger.statement(PageRequest(), of: sandbox).items
        #expect(lines.map(\.kind) == [.deposit])
        #expect(lines.map(\.note) == ["opening play balance"])
        #expect(try await shop.audit().isClean)
    }

    @Test func `an account that is refused leaves nothing behind`() async throws {
        for username in ["+213555000001", "nonsense", ""] {
            #expect(throws: Refusal.self) { try open(username) }
        }
        #expect(try await shop.audit().accounts == 1)
        #expect(try await shop.audit().isClean)
    }
}
