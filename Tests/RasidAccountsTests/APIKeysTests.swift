import RasidAccounts
import RasidBase
import RasidDatabase
import Testing

struct APIKeysTests {
    private let shop: ShopFixture
    private let account: AccountID

    init() throws {
        shop = try ShopFixture()
        account = try shop.account()
    }

    @Test func `a key is found by its text with its account`() throws {
        let blocks = try ["192.0.2.7", "10.0.0.0/8", "2001:db8::/32"].map { try #require(AddressBlock($0)) }
        let settings = KeySettings(
            environment: .production, isReadOnly: true, masksCodes: true, allowedAddresses: blocks,
            rateLimit: RateLimit(requestsPerMinute: 7))
        let key = try shop.key(for: account, settings)
        let holder = try #require(try shop.store.look { try APIKeys.find(key, in: $0) })
        #expect(holder.username == "+213555000000")
        #expect(holder.isAccountEnabled)
        #expect(holder.key.account == account)
        #expect(holder.key.wallet == WalletID(account: account, environment: .production))
        #expect(holder.key.settings == settings)
        #expect(holder.key.isEnabled)
        #expect(holder.key.prefix == key.prefix)
        #expect(holder.key.createdAt == shop.time.now)
        #expect(try shop.store.look { try APIKeys.find(KeyText(high: 1, low: 1), in: $0) } == nil)
    }

    @Test func `a key that asks for nothing else may read and write from anywhere at the usual rate`() {
        let sandbox = KeySettings(environment: .sandbox)
        #expect(!sandbox.isReadOnly)
        #expect(!sandbox.masksCodes)
        #expect(sandbox.allowedAddresses.isEmpty)
        #expect(sandbox.rateLimit.description == "60/min")
        #expect(KeySettings(environment: .production).rateLimit.description == "120/min")
    }

    @Test func `the text of a key is stored nowhere`() throws {
        let key = try shop.key(for: account)
        let columns = Statement("SELECT prefix || '|' || allowed_addresses || '|' || hex(hash) FROM api_keys")
        let stored = try shop.store.look { try $0.first(columns) { $0.text(0) } }
        #expect(stored?.hasPrefix("\(key.prefix)||") == true)
        #expect(stored?.contains(key.text) == false)
        #expect(stored?.contains(key.text.dropFirst(9)) == false)
    }

    @Test func `a key exists once`() throws {
        let key = try shop.key(for: account)
        let now = shop.time.now
        let settings = KeySettings(environment: .sandbox)
        #expect(throws: Refusal("The key \(key.prefix)… exists already.")) {
            try shop.store.commit { [account] in
                try APIKeys.create(key, settings, for: account, at: now, in: $0)
            }
        }
    }

    @Test func `a key names at most 100 address blocks`() throws {
        let block = try #require(AddressBlock("192.0.2.7"))
        let allowed = { KeySettings(environment: .sandbox, allowedAddresses: Array(repeating: block, count: $0)) }
        _ = try shop.key(for: account, allowed(100))
        #expect(throws: Refusal.self) { try shop.key(for: account, allowed(101)) }
    }

    @Test(arguments: [
        ("fe80::1%a b/64", "fe80::1/64"), ("[::1]", "::1"), ("10.9.9.9/8", "10.9.9.9/8"), ("192.0.2.7/32", "192.0.2.7"),
        ("2001:DB8::/32", "2001:db8::/32"), ("0.0.0.0/0", "0.0.0.0/0"), ("::/0", "::/0"),
    ])
    func `an address block is kept in its shortest exact form`(given: String, kept: String) throws {
        let block = try #require(AddressBlock(given))
        let key = try shop.key(for: account, KeySettings(environment: .sandbox, allowedAddresses: [block, block]))
        let holder = try #require(try shop.store.look { try APIKeys.find(key, in: $0) })
        #expect(holder.key.settings.allowedAddresses.map(\.description) == [kept, kept])
        #expect(holder.key.settings.allowedAddresses.allSatisfy { $0.base == block.base && $0.prefix == block.prefix })
    }

    @Test func `an account's keys are listed page by page, oldest first, and no other's`() throws {
        let other = try shop.account("+213555000001")
        _ = try shop.key(for: other)
        let made = try (0..<3).map { _ in try shop.key(for: account).prefix }
        let first = try shop.store.look { [account] in try APIKeys.list(of: account, limit: 2, in: $0) }
        let last = first.last?.id
        let second = try shop.store.look { [account] in try APIKeys.list(of: account, after: last, limit: 2, in: $0) }
        #expect((first + second).map(\.prefix) == made)
        #expect(first.count == 2)
    }

    @Test func `a stored setting that no version of ours writes is broken`() throws {
        let key = try shop.key(for: account)
        let damage = Statement("UPDATE api_keys SET allowed_addresses = 'everywhere'")
        _ = try shop.store.commit { try $0.run(damage) }
        #expect(throws: StoreFailure.broken("the settings of an API key cannot be read")) {
            try shop.store.look { try APIKeys.find(key, in: $0) }
        }
    }
}
