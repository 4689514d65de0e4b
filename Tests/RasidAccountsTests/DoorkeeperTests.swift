import RasidBase
import RasidDatabase
import Testing

@testable import RasidAccounts

/// What the door answers, in the contract's order (§2).
struct DoorkeeperTests {
    private let shop: ShopFixture
    private let account: AccountID
    private let door: Doorkeeper
    private let here: NetworkAddress
    private let unknownKey = KeyText(high: 1, low: 1).text

    init() throws {
        shop = try ShopFixture()
        account = try shop.account()
        door = Doorkeeper(database: shop.store, time: shop.time)
        here = try #require(NetworkAddress("192.0.2.7"))
    }

    @Test func `a good key opens its own wallet`() async throws {
        let block = try #require(AddressBlock("192.0.2.0/24"))
        let settings = KeySettings(environment: .production, masksCodes: true, allowedAddresses: [block])
        let key = try shop.key(for: account, settings)
        let admission = try await admit(key.text, writes: true)
        #expect(admission.wallet == WalletID(account: account, environment: .production))
        #expect(admission.username == "+213555000000")
        #expect(admission.masksCodes)
        #expect(!admission.isReadOnly)
        #expect(admission.allowedAddresses == [block])
        #expect(admission.rate?.limit == 120)
        #expect(admission.rate?.remaining == 119)
        let stored = try shop.store.look { try APIKeys.find(key, in: $0)?.key.id }
        #expect(admission.key == stored)
    }

    @Test func `a missing or an empty key is missing`() async throws {
        for key in [nil, ""] { await expect(.missingAccessToken) { try await admit(key) } }
    }

    @Test(arguments: ["x", "00000000-0000-4000-8000-00000000000", String(repeating: "k", count: 16_000), "مفتاح"])
    func `what cannot be a key is invalid and is not looked up`(key: String) async throws {
        let store = CountingDatabase(shop.store)
        let door = Doorkeeper(database: store, time: shop.time)
        await expect(.invalidAccessToken(attemptsLeft: 19)) {
            try await door.admit(key: key, from: here, writes: false)
        }
        #expect(store.reads == 0)
    }

    @Test func `a key is compared byte for byte`() async throws {
        let key = try shop.key(for: account)
        _ = try await admit(key.text)
        await expect(.invalidAccessToken(attemptsLeft: 19)) { try await admit(key.text.uppercased()) }
    }

    @Test func `a revoked key and a key of a disabled account are switched off`() async throws {
        let revoked = try shop.key(for: account)
        let other = try shop.key(for: account)
        _ = try shop.store.commit { try APIKeys.revoke(revoked.text, in: $0) }
        await expect(.accountDisabled) { try await admit(revoked.text) }
        _ = try shop.store.commit { try Accounts.setEnabled(false, "+213555000000", in: $0) }
        await expect(.accountDisabled) { try await admit(other.text) }
    }

    @Test func `a key comes in only from the addresses it names`() async throws {
        let blocks = try ["192.0.2.7", "2001:db8::/32"].map { try #require(AddressBlock($0)) }
        let key = try shop.key(for: account, KeySettings(environment: .sandbox, allowedAddresses: blocks))
        for address in ["192.0.2.7", "::ffff:192.0.2.7", "2001:db8:ffff::1"] {
            _ = try await admit(key.text, from: address)
        }
        for address in ["192.0.2.8", "2001:db9::1"] {
            await expect(.addressNotAllowed(address: address)) { try await admit(key.text, from: address) }
        }
    }

    @Test func `a read-only key reads and does not write`() async throws {
        let key = try shop.key(for: account, KeySettings(environment: .sandbox, isReadOnly: true))
        #expect(try await admit(key.text).isReadOnly)
        await expect(.readOnlyKey) { try await admit(key.text, writes: true) }
    }

    @Test func `of two reasons the contract's first is given`() async throws {
        let block = try #require(AddressBlock("10.0.0.0/8"))
        let limit = RateLimit(requestsPerMinute: 1)
        let settings = KeySettings(
            environment: .sandbox, isReadOnly: true, allowedAddresses: [block], rateLimit: limit)
        let key = try shop.key(for: account, settings)
        // Everything is wrong with this key but one thing after the other is put right, last reason first.
        await expect(.readOnlyKey) { try await admit(key.text, from: "10.0.0.1", writes: true) }
        let problem = await #expect(throws: Problem.self) { try await admit(key.text, from: "10.0.0.1", writes: true) }
        if let problem, case .rateLimited = problem {} else { Issue.record("\(String(describing: problem))") }
        await expect(.addressNotAllowed(address: "192.0.2.7")) { try await admit(key.text, writes: true) }
        _ = try shop.store.commit { try APIKeys.revoke(key.text, in: $0) }
        shop.time.advance(Limits.keyCacheLife)
        await expect(.accountDisabled) { try await admit(key.text, writes: true) }
        await expect(.invalidAccessToken(attemptsLeft: 19)) { try await admit(unknownKey, writes: true) }
        await expect(.missingAccessToken) { try await admit(nil, writes: true) }
        for _ in 0..<19 { await #expect(throws: Problem.self) { try await admit(unknownKey) } }
        let blocked = Problem.addressBlocked(retryAfter: Limits.addressBlock)
        await expect(blocked) { try await admit(nil) }
        await expect(blocked) { try await admit("") }
        await expect(blocked) { try await admit(unknownKey) }
        await expect(blocked) { try await admit(key.text, writes: true) }
    }

    @Test func `a store that cannot be read lets nobody in and counts nothing`() async throws {
        let key = try shop.key(for: account)
        let store = CountingDatabase(shop.store)
        let door = Doorkeeper(database: store, time: shop.time)
        store.fail(with: .unavailable("busy"))
        for _ in 0..<30 {
            await #expect(throws: StoreFailure.unavailable("busy")) {
                try await door.admit(key: key.text, from: here, writes: false)
            }
        }
        store.fail(with: nil)
        _ = try await door.admit(key: key.text, from: here, writes: false)
    }

    private func admit(_ key: String?, writes: Bool = false) async throws -> Admission {
        try await door.admit(key: key, from: here, writes: writes)
    }

    private func admit(_ key: String?, from address: String, writes: Bool = false) async throws -> Admission {
        try await door.admit(key: key, from: try #require(NetworkAddress(address)), writes: writes)
    }

    private func expect(
        _ problem: Problem, at: SourceLocation = #_sourceLocation, _ body: () async throws -> Admission
    ) async {
        await #expect(throws: problem, sourceLocation: at) { try await body() }
    }
}
