import RasidBase
import RasidDatabase
import RasidLedger
import RasidTesting
import Testing

/// The books of one wallet are re-added: every corruption that is planted is found.
struct LedgerAuditTests {
    /// A wallet with a line of every kind: deposit, two holds, a withdrawal, a capture, a release, an adjustment,
    /// and one order still on hold.
    private static func full() async throws -> Books {
        let books = try await Books()
        let orders = (0..<3).map { _ in books.order() }
        for order in orders { try books.hold(.dinars(950), for: order) }
        try books.withdraw(.dinars(10))
        try books.capture(.dinars(950), for: orders[0])
        try books.release(.dinars(950), for: orders[1])
        try books.adjust(.dinars(950), for: orders[0])
        try #require(try books.findings.isEmpty)
        return books
    }

    struct Corruption: Sendable, CustomTestStringConvertible {
        let sql: String
        /// What the first finding says.
        let sentence: String

        init(_ sql: String, _ sentence: String) {
            self.sql = sql
            self.sentence = sentence
        }

        var testDescription: String { sql }
    }

    @Test(arguments: [
        Corruption("UPDATE balances SET wallet = wallet + 1 WHERE environment = 0", "its statement ends at line 7"),
        Corruption("UPDATE balances SET wallet = wallet - 1 WHERE environment = 0", "its statement ends at line 7"),
        Corruption("UPDATE balances SET held = held + 1 WHERE environment = 0", "the transfers hold 950 DZD"),
        Corruption("UPDATE balances SET held = 0 WHERE environment = 0", "the transfers hold 950 DZD"),
        Corruption("UPDATE balances SET entry_no = entry_no + 1 WHERE environment = 0", "its statement ends at line 7"),
        Corruption("UPDATE balances SET event_no = 5 WHERE environment = 0", "it has 2 events up to number 2"),
        Corruption("DELETE FROM events WHERE event_no = 1", "it has 1 events up to number 2"),
        Corruption("DELETE FROM events WHERE event_no = 2", "it has 1 events up to number 1"),
        Corruption("DELETE FROM transfers WHERE kind = 3 AND entry_no = 2", "its statement does not chain at line 3"),
        Corruption("DELETE FROM transfers WHERE kind = 6", "its statement ends at line 6"),
        Corruption("DELETE FROM transfers WHERE kind = 5", "its statement does not chain at line 7"),
        Corruption("DELETE FROM transfers WHERE kind = 4", "the transfers hold 1900 DZD"),
        Corruption("UPDATE transfers SET amount = amount + 1 WHERE kind = 4", "the transfers hold 949.99 DZD"),
        Corruption("UPDATE transfers SET amount = amount - 1 WHERE entry_no = 3", "does not chain at line 3"),
        Corruption("UPDATE transfers SET amount = amount * 2 WHERE kind = 1 AND environment = 0", "chain at line 1"),
        Corruption("UPDATE transfers SET balance = balance + 1 WHERE entry_no = 4", "does not chain at line 4"),
        Corruption("UPDATE transfers SET entry_no = 40 WHERE entry_no = 4", "does not chain at line 5"),
        Corruption(
            "UPDATE transfers SET kind = 2, order_no = NULL, order_id = NULL WHERE entry_no = 4",
            "the transfers hold 0 DZD"),
    ])
    func `a planted corruption is found`(corruption: Corruption) async throws {
        let books = try await Self.full()
        try books.plant(corruption.sql)
        let findings = try books.findings
        #expect(findings.contains { $0.contains(corruption.sentence) }, "\(findings)")
    }

    @Test func `a line that was moved to another wallet is missed in one and found in the other`() async throws {
        let books = try await Self.full()
        try books.plant("UPDATE transfers SET environment = 1, entry_no = 77 WHERE kind = 6")
        let production = books.shop.production
        let found = try books.shop.database.look { transaction in
            try [books.wallet, production].map { try LedgerAudit.books(of: $0, in: transaction).findings }
        }
        #expect(found.allSatisfy { !$0.isEmpty })
        #expect(found[0].allSatisfy { $0.subject == "account 1 SANDBOX" })
        #expect(found[1].allSatisfy { $0.subject == "account 1 PRODUCTION" })
    }

    @Test func `what came in is what was earned and what the wallets hold, over the whole shop`() async throws {
        let books = try await Self.full()
        #expect(try books.shop.database.look { try LedgerAudit.books(of: books.wallet, in: $0).transfers } == 8)
        #expect(try books.shop.database.look { try LedgerAudit.whole(in: $0) }.isEmpty)
        try books.plant("UPDATE balances SET wallet = wallet + 1 WHERE environment = 1")
        let findings = try books.shop.database.look { try LedgerAudit.whole(in: $0) }
        #expect(findings.map(\.subject) == ["the whole shop"])
        #expect(findings.first?.sentence == "109990 DZD came in, 0 were earned and 109990.01 are in the wallets")
    }

    @Test func `every wallet of every account is listed once`() async throws {
        let books = try await Books()
        let other = try books.shop.openAccount("+213555000009")
        let wallets = try books.shop.database.look { try LedgerAudit.wallets(in: $0) }
        #expect(wallets.count == 4)
        #expect(Set(wallets).count == 4)
        #expect(Set(wallets.map(\.account)) == [books.shop.account, other])
    }

    @Test(arguments: [
        "UPDATE balances SET wallet = -1", "UPDATE balances SET held = -1", "UPDATE transfers SET amount = 0",
        "UPDATE transfers SET amount = -5", "UPDATE transfers SET kind = 7", "UPDATE transfers SET balance = -1",
        "UPDATE transfers SET order_id = NULL WHERE kind = 3", "UPDATE transfers SET entry_no = 1 WHERE kind = 4",
        "DELETE FROM balances",
    ])
    func `some corruptions the schema itself does not let in`(sql: String) async throws {
        let books = try await Self.full()
        #expect(throws: StoreFailure.self) { try books.plant(sql) }
    }
}
