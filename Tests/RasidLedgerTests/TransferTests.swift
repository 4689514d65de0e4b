import RasidBase
import RasidDatabase
import RasidLedger
import RasidTesting
import Testing

/// What each way of moving money does, and what it refuses to do.
struct TransferTests {
    private func sums(_ books: Books) throws -> String {
        let now = try books.balances
        return "\(now.wallet) \(now.held) \(now.entryNumber) \(now.orderNumber) \(now.eventNumber)"
    }

    @Test func `a hold moves the cost aside and numbers the order`() async throws {
        let books = try await Books()
        #expect(try sums(books) == "100000 0 1 0 0")
        #expect(try books.hold(.dinars(950), for: books.order()) == 1)
        #expect(try sums(books) == "99050 950 2 1 0")
        #expect(try books.hold(Money(centimes: 1), for: books.order()) == 2)
        #expect(try sums(books) == "99049.99 950.01 3 2 0")
        #expect(try books.findings.isEmpty)
    }

    @Test func `a capture takes what is held, tells of it and has no line of its own`() async throws {
        let books = try await Books()
        let order = books.order()
        try books.hold(.dinars(950), for: order)
        try books.capture(.dinars(950), for: order)
        #expect(try sums(books) == "99050 0 2 1 1")
        #expect(try await books.statement().items.map(\.kind) == [.hold, .deposit])
        #expect(try books.findings.isEmpty)
    }

    @Test func `a release gives back what is held, tells of it and stands in the statement`() async throws {
        let books = try await Books()
        let order = books.order()
        try books.hold(.dinars(950), for: order)
        try books.release(.dinars(950), for: order)
        #expect(try sums(books) == "100000 0 3 1 1")
        let line = try #require(try await books.statement().items.first)
        #expect(line.kind == .release)
        #expect(line.kind.statementWord == "REFUND-ADSL")
        #expect(line.note == "EXPIRED")
        #expect(line.object == order.description)
        #expect(try books.findings.isEmpty)
    }

    @Test func `an adjustment pays a captured order back, once`() async throws {
        let books = try await Books()
        let order = books.order()
        try books.hold(.dinars(950), for: order)
        try books.capture(.dinars(950), for: order)
        try books.adjust(.dinars(950), for: order)
        #expect(try sums(books) == "100000 0 3 1 1")
        #expect(try books.refusal { try books.adjust(.dinars(950), for: order) } != nil)
        #expect(try sums(books) == "100000 0 3 1 1")
        #expect(try books.findings.isEmpty)
    }

    @Test func `a hold of more than there is changes nothing`() async throws {
        let books = try await Books()
        let before = try sums(books)
        #expect(try books.hold(Money(centimes: 10_000_001), for: books.order()) == nil)
        #expect(try books.hold(Money(centimes: .max), for: books.order()) == nil)
        #expect(try sums(books) == before)
        #expect(try books.hold(.dinars(100_000), for: books.order()) == 1)
        #expect(try sums(books) == "0 100000 2 1 0")
        #expect(try books.hold(Money(centimes: 1), for: books.order()) == nil)
        #expect(try books.findings.isEmpty)
    }

    @Test func `each hold has a number of its own in its wallet, under which no other hold can stand`() async throws {
        let books = try await Books()
        #expect(try books.hold(.dinars(950), for: books.order()) == 1)
        #expect(try books.hold(.dinars(950), for: books.order()) == 2)
        #expect(throws: StoreFailure.self) {
            try books.plant("UPDATE transfers SET order_no = 1 WHERE kind = 3 AND order_no = 2")
        }
    }

    @Test func `an order ends once, whichever way`() async throws {
        let books = try await Books()
        // Another order keeps enough on hold for the second end to be paid from.
        try books.hold(.dinars(5000), for: books.order())
        for capturesFirst in [true, false] {
            let order = books.order()
            try books.hold(.dinars(950), for: order)
            if capturesFirst {
                try books.capture(.dinars(950), for: order)
            } else {
                try books.release(.dinars(950), for: order)
            }
            let before = try sums(books)
            #expect(throws: StoreFailure.self) { try books.capture(.dinars(950), for: order) }
            #expect(throws: StoreFailure.self) { try books.release(.dinars(950), for: order) }
            #expect(try sums(books) == before)
        }
        #expect(try books.findings.isEmpty)
    }

    @Test func `what is not held can be neither captured nor released`() async throws {
        let books = try await Books()
        try books.hold(.dinars(100), for: books.order())
        let before = try sums(books)
        #expect(throws: StoreFailure.self) { try books.capture(.dinars(101), for: books.order()) }
        #expect(throws: StoreFailure.self) { try books.release(.dinars(101), for: books.order()) }
        #expect(try sums(books) == before)
    }

    @Test func `nothing and less than nothing are never moved`() async throws {
        let books = try await Books()
        let order = books.order()
        try books.hold(.dinars(5000), for: books.order())
        let before = try sums(books)
        for amount in [Money.zero, .dinars(-1)] {
            #expect(throws: StoreFailure.self) { try books.hold(amount, for: order) }
            #expect(throws: StoreFailure.self) { try books.capture(amount, for: order) }
            #expect(throws: StoreFailure.self) { try books.release(amount, for: order) }
            #expect(throws: StoreFailure.self) { try books.adjust(amount, for: order) }
        }
        #expect(try sums(books) == before)
    }

    @Test func `a wallet that was never opened is a fault, not an empty wallet`() async throws {
        let shop = try await TestShop()
        let stranger = WalletID(account: AccountID(999), environment: .production)
        await #expect(throws: StoreFailure.self) { try await shop.ledger.balance(of: stranger) }
    }

    @Test func `wallets of one account do not touch each other`() async throws {
        let books = try await Books()
        let production = try await books.shop.balance(of: books.shop.production)
        try books.hold(.dinars(950), for: books.order())
        #expect(try await books.shop.balance(of: books.shop.production) == production)
    }

    @Test(arguments: TransferKind.allCases)
    func `the statement's words are the contract's`(kind: TransferKind) {
        let words: [TransferKind: String] = [
            .deposit: "DEPOSIT", .withdraw: "WITHDRAW", .hold: "ADSL", .release: "REFUND-ADSL", .adjust: "REFUND-ADSL",
        ]
        #expect(kind.statementWord == words[kind])
        #expect(kind.isIncrement == [.deposit, .release, .adjust].contains(kind))
    }
}
