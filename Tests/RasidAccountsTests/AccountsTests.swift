import RasidAccounts
import RasidBase
import RasidDatabase
import Testing

struct AccountsTests {
    private let shop: ShopFixture

    init() throws {
        shop = try ShopFixture()
    }

    @Test func `an account is opened and found by its username`() throws {
        let id = try shop.account("+213665983439")
        let account = try shop.store.look { try Accounts.require("+213665983439", in: $0) }
        #expect(account.id == id)
        #expect(account.username == "+213665983439")
        #expect(account.name == "Shop")
        #expect(account.isEnabled)
        #expect(account.createdAt == shop.time.now)
        #expect(try shop.store.look { try Accounts.find("+213665983430", in: $0) } == nil)
    }

    @Test(arguments: ["+21366598", "+213665983439123"])
    func `a plus and 8 to 15 digits are a username`(username: String) throws {
        _ = try shop.account(username)
    }

    @Test(arguments: [
        "", "+", "+2136659", "+2136659834391234", "213665983439", "00213665983439", "+213 665983439", "+213-665983439",
        "+٢١٣٦٦٥٩٨٣٤٣٩", "+213665983439\n", "++213665983439", "API-+213665983439",
    ])
    func `nothing else is a username`(username: String) {
        #expect(throws: Refusal.self) { try shop.account(username) }
    }

    @Test func `a username is taken once`() throws {
        let first = try shop.account("+213665983439")
        let refusal = #expect(throws: Refusal.self) { try shop.account("+213665983439") }
        #expect(refusal?.description == "There is an account +213665983439 already.")
        #expect(try shop.store.look { try Accounts.require("+213665983439", in: $0).id } == first)
    }

    @Test(arguments: ["", "two\nlines", "bell\u{7}", String(repeating: "x", count: 101)])
    func `a name is one line of 1 to 100 characters`(name: String) {
        let now = shop.time.now
        #expect(throws: Refusal.self) {
            try shop.store.commit { try Accounts.create(username: "+213665983439", name: name, at: now, in: $0) }
        }
    }

    @Test func `an Arabic name of 100 characters is kept as it is`() throws {
        let name = String(repeating: "ر", count: 100)
        let now = shop.time.now
        _ = try shop.store.commit { try Accounts.create(username: "+213665983439", name: name, at: now, in: $0) }
        #expect(try shop.store.look { try Accounts.require("+213665983439", in: $0).name } == name)
    }

    @Test func `accounts are listed page by page, oldest first`() throws {
        let ids = try (0..<5).map { try shop.account("+21355500000\($0)") }
        var seen: [AccountID] = []
        while true {
            let last = seen.last
            let page = try shop.store.look { try Accounts.list(after: last, limit: 2, in: $0) }
            if page.isEmpty { break }
            #expect(page.count <= 2)
            seen += page.map(\.id)
        }
        #expect(seen == ids)
    }

    @Test func `an account is switched off and on`() throws {
        let id = try shop.account("+213665983439")
        let disabled = try shop.store.commit { try Accounts.setEnabled(false, "+213665983439", in: $0) }
        #expect(disabled.id == id)
        #expect(!disabled.isEnabled)
        #expect(try shop.store.look { try !Accounts.require("+213665983439", in: $0).isEnabled })
        #expect(try shop.store.commit { try Accounts.setEnabled(true, "+213665983439", in: $0).isEnabled })
    }

    @Test func `an unknown account is refused with its name`() {
        let refusal = Refusal("There is no account +213000000000: 'rasid account list' shows those there are.")
        #expect(throws: refusal) { try shop.store.look { try Accounts.require("+213000000000", in: $0) } }
        #expect(throws: refusal) { try shop.store.commit { try Accounts.setEnabled(false, "+213000000000", in: $0) } }
    }
}
