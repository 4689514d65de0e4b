import RasidBase
import RasidLedger
import RasidTesting
import Testing

/// The reseller's statement: every line follows from the one before, and pages cut it anywhere.
struct StatementTests {
    /// A hundred lines of every kind, one a second; the first is the play money.
    private static func full() async throws -> Books {
        let books = try await Books()
        var open: [OrderID] = []
        while try books.balances.entryNumber < 100 {
            books.shop.time.advance(by: .seconds(1))
            let order = books.order()
            switch try books.balances.entryNumber % 6 {
            case 0: try books.deposit(Money(centimes: 12_345))
            case 1: try books.withdraw(Money(centimes: 777))
            case 2, 3:
                try books.hold(Money(centimes: 47_550), for: order)
                open.append(order)
            case 4: try books.release(Money(centimes: 47_550), for: open.removeLast())
            default:
                let captured = open.removeLast()
                try books.capture(Money(centimes: 47_550), for: captured)
                try books.adjust(Money(centimes: 47_550), for: captured)
            }
        }
        return books
    }

    @Test func `lines chain, newest first, and end with what can be spent`() async throws {
        let books = try await Self.full()
        let page = try await books.statement()
        #expect(page.total == 100)
        #expect(page.items.first?.newBalance == (try books.balances.wallet))
        #expect(page.items.last?.oldBalance == .zero)
        for (newer, older) in zip(page.items, page.items.dropFirst()) {
            #expect(newer.oldBalance == older.newBalance)
            #expect(newer.time >= older.time)
        }
        for line in page.items {
            let change = line.newBalance - line.oldBalance
            #expect(change == (line.kind.isIncrement ? line.amount : .zero - line.amount))
            #expect(line.kind.statementWord != nil)
        }
        #expect(Set(page.items.map(\.kind)) == Set(TransferKind.allCases).subtracting([.capture]))
        #expect(try books.findings.isEmpty)
    }

    @Test(arguments: [1, 7, 20, 99, 100])
    func `pages of any size are the whole, cut`(size: Int) async throws {
        let books = try await Self.full()
        let whole = try await books.statement().items
        var cut: [StatementLine] = []
        var number = 1
        while cut.count < 100 {
            let page = try await books.statement(PageRequest(page: number, size: size))
            #expect(page.total == 100)
            try #require(!page.items.isEmpty)
            cut += page.items
            number += 1
        }
        #expect(cut == whole)
        #expect(try await books.statement(PageRequest(page: number, size: size)).items.isEmpty)
    }

    @Test func `a page however deep is empty and costs nothing`() async throws {
        let books = try await Self.full()
        for page in [7, 1_000_000, Int.max / 50, Int.max] {
            let found = try await books.statement(PageRequest(page: page, size: 50))
            #expect(found.items.isEmpty)
            #expect(found.total == 100)
            let filtered = try await books.statement(
                PageRequest(page: page, size: 50, from: Timestamp(milliseconds: 0)))
            #expect(filtered.items.isEmpty)
            #expect(filtered.total == 100)
        }
    }

    @Test func `a filter takes its first moment and leaves its last one out`() async throws {
        let books = try await Self.full()
        let whole = try await books.statement().items
        let (from, until) = (whole[60].time, whole[20].time)
        let page = try await books.statement(PageRequest(size: 100, from: from, until: until))
        #expect(page.items == whole.filter { $0.time >= from && $0.time < until })
        #expect(page.total == page.items.count)
        #expect(page.items.last?.time == from)
        #expect(page.items.first.map { $0.time < until } == true)
        let moment = try await books.statement(PageRequest(size: 100, from: from, until: from.adding(.milliseconds(1))))
        #expect(moment.items.map(\.time) == [from])
    }

    @Test func `a filter may be open at either end, or hold nothing`() async throws {
        let books = try await Self.full()
        let whole = try await books.statement().items
        let middle = whole[50].time
        #expect(try await books.statement(PageRequest(size: 100, from: middle)).items == Array(whole[...50]))
        #expect(try await books.statement(PageRequest(size: 100, until: middle)).items == Array(whole[51...]))
        let none = try await books.statement(PageRequest(from: middle, until: middle))
        #expect(none.items.isEmpty)
        #expect(none.total == 0)
    }

    @Test func `filtered pages of any size are the filtered whole, cut`() async throws {
        let books = try await Self.full()
        let whole = try await books.statement().items
        let from = whole[70].time
        var cut: [StatementLine] = []
        for page in 1...11 {
            cut += try await books.statement(PageRequest(page: page, size: 7, from: from)).items
        }
        #expect(cut == Array(whole[...70]))
    }

    @Test func `lines of one moment keep their order`() async throws {
        let books = try await Books()
        for amount in 1...5 as ClosedRange<Int64> { try books.deposit(.dinars(amount)) }
        let amounts = [5, 4, 3, 2, 1, 100_000].map(Money.dinars)
        #expect(try await books.statement().items.map(\.amount) == amounts)
        let filtered = try await books.statement(PageRequest(size: 3, from: books.shop.time.now))
        #expect(filtered.items.map(\.amount) == Array(amounts.prefix(3)))
    }

    @Test func `an empty wallet has an empty statement`() async throws {
        let books = try await Books()
        let other = WalletID(account: try books.shop.openAccount("+213555000009"), environment: .production)
        let page = try await books.shop.ledger.statement(PageRequest(), of: other)
        #expect(page.items.isEmpty)
        #expect(page.total == 0)
    }
}
