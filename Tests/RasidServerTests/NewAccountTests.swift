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

    @Test(arguments: [
        ("+213555000007", "Amine"), ("+12345678", "أمين"), ("+123456789012345", String(repeating: "n", count: 100)),
        ("+1234567", "x"), ("+1234567890123456", "x"), ("213555000007", "x"), ("+21355500000x", "x"),
        ("+213555000007\n", "x"), ("+٢١٣٥٥٥٠٠٠٠", "x"), ("", "x"), ("+213555000007", ""),
        ("+213555000007", "two\nlines"), ("+213555000007", " \u{a0}"), ("+213555000007", "a\u{202e}b"),
        ("+213555000007", "a\u{2028}b"), ("+213555000007", String(repeating: "n", count: 101)),
    ])
    func `an account is judged beforehand as it is judged when it is opened`(username: String, name: String) throws {
        func refusal(_ body: () throws -> Void) throws -> String? {
            do {
                try body()
                return nil
            } catch let refusal as Refusal {
                return refusal.description
            }
        }
        let opening = NewAccount(username: username, name: name, identifiers: shop.identifiers, now: shop.time.now)
        let opened = try refusal { _ = try shop.database.commit { try opening.open(in: $0) } }
        #expect(try refusal { try Accounts.judge(username: username, name: name) } == opened)
    }

    @Test func `an account that is refused leaves nothing behind`() async throws {
        for username in ["+213555000001", "nonsense", ""] {
            #expect(throws: Refusal.self) { try open(username) }
        }
        #expect(try await shop.audit().accounts == 1)
        #expect(try await shop.audit().isClean)
    }
}
