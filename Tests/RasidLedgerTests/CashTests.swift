import RasidBase
import RasidDatabase
import RasidLedger
import RasidTesting
import Testing

/// Money from outside and back.
struct CashTests {
    @Test func `a deposit adds, a withdrawal takes, each with its line`() async throws {
        let books = try await Books()
        #expect(try books.deposit(.dinars(500), note: "cash desk").balances.wallet == .dinars(100_500))
        #expect(try books.withdraw(Money(centimes: 1)).balances.wallet == Money(centimes: 10_049_999))
        let lines = try await books.statement().items
        #expect(lines.map(\.kind) == [.withdraw, .deposit, .deposit])
        #expect(lines[1].note == "cash desk")
        #expect(lines[1].object == lines[1].id.description)
        #expect(try books.findings.isEmpty)
    }

    @Test func `more than the wallet has is not paid out, what is held is not there`() async throws {
        let books = try await Books()
        try books.hold(.dinars(950), for: books.order())
        let said = try books.refusal { try books.withdraw(.dinars(99_051)) }
        #expect(said == "The wallet has 99050 DZD to spend: withdraw at most that.")
        #expect(try books.balances.wallet == .dinars(99_050))
        try books.withdraw(.dinars(99_050))
        #expect(try books.balances.wallet == .zero)
        #expect(try books.refusal { try books.withdraw(Money(centimes: 1)) } != nil)
    }

    @Test(arguments: [
        Money.zero, Money(centimes: -1), .dinars(-500), Money(centimes: .min), Money(centimes: .max),
        Money(centimes: Cash.largest.centimes + 1),
    ])
    func `an amount that is no amount is refused both ways, and nothing changes`(amount: Money) async throws {
        let books = try await Books()
        let before = try books.balances
        #expect(try books.refusal { try books.deposit(amount) } != nil)
        #expect(try books.refusal { try books.withdraw(amount) } != nil)
        #expect(try books.balances == before)
    }

    @Test func `the largest amount is taken`() async throws {
        let books = try await Books()
        try books.deposit(Cash.largest)
        #expect(try books.balances.wallet == .dinars(1_000_100_000))
        #expect(try books.findings.isEmpty)
    }

    @Test func `the same reference moves money once`() async throws {
        let books = try await Books()
        #expect(try !books.deposit(.dinars(500), ref: "receipt 7").isRepeat)
        let again = try books.deposit(.dinars(500), ref: "receipt 7", note: "told twice")
        #expect(again.isRepeat)
        #expect(again.balances == (try books.balances))
        #expect(try books.balances.wallet == .dinars(100_500))
        #expect(try books.balances.entryNumber == 2)
        #expect(try !books.withdraw(.dinars(10), ref: "receipt 8").isRepeat)
        #expect(try books.withdraw(.dinars(10), ref: "receipt 8").isRepeat)
        #expect(try books.findings.isEmpty)
    }

    @Test func `a reference that was used for another amount or another way is refused`() async throws {
        let books = try await Books()
        try books.deposit(.dinars(500), ref: "receipt 7")
        let before = try books.balances
        #expect(try books.refusal { try books.deposit(.dinars(501), ref: "receipt 7") }?.contains("receipt 7") == true)
        #expect(try books.refusal { try books.withdraw(.dinars(500), ref: "receipt 7") } != nil)
        #expect(try books.balances == before)
    }

    @Test func `a reference belongs to its wallet`() async throws {
        let books = try await Books()
        let shop = books.shop
        try books.deposit(.dinars(500), ref: "receipt 7")
        let (id, now): (TransferID, Timestamp) = (shop.identifiers.fresh(at: shop.time.now), shop.time.now)
        let movement = Cash.Movement(wallet: shop.production, amount: .dinars(600), reference: "receipt 7")
        let outcome = try shop.database.commit { try Cash.deposit(movement, as: id, at: now, in: $0) }
        #expect(!outcome.isRepeat)
        #expect(outcome.balances.wallet == .dinars(10_600))
    }

    @Test func `a withdrawal that was refused leaves its reference free`() async throws {
        let books = try await Books()
        #expect(try books.refusal { try books.withdraw(.dinars(200_000), ref: "r") } != nil)
        #expect(try !books.withdraw(.dinars(100), ref: "r").isRepeat)
    }
}
