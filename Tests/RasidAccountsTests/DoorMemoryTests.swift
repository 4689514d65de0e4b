import RasidBase
import RasidDatabase
import Synchronization
import Testing

@testable import RasidAccounts

/// What the door remembers, for how long, and what it costs the store.
struct DoorMemoryTests {
    private let shop: ShopFixture
    private let account: AccountID
    private let store: CountingDatabase
    private let here: NetworkAddress

    init() throws {
        shop = try ShopFixture()
        account = try shop.account()
        store = CountingDatabase(shop.store)
        here = try #require(NetworkAddress("192.0.2.7"))
    }

    @Test func `a key is looked up once a second`() async throws {
        let key = try shop.key(for: account, KeySettings(environment: .sandbox, rateLimit: .off)).text
        let door = open()
        for _ in 0..<100 { _ = try await door.admit(key: key, from: here, writes: false) }
        #expect(store.reads == 1)
        shop.time.advance(.milliseconds(999))
        _ = try await door.admit(key: key, from: here, writes: false)
        #expect(store.reads == 1)
        shop.time.advance(.milliseconds(1))
        for _ in 0..<100 { _ = try await door.admit(key: key, from: here, writes: false) }
        #expect(store.reads == 2)
    }

    @Test func `what is revoked is shut out within a second, what is switched on again let in`() async throws {
        let key = try shop.key(for: account).text
        let door = open()
        _ = try await door.admit(key: key, from: here, writes: false)
        _ = try shop.store.commit { try Accounts.setEnabled(false, "+213555000000", in: $0) }
        shop.time.advance(.seconds(1))
        await #expect(throws: Problem.accountDisabled) { try await door.admit(key: key, from: here, writes: false) }
        _ = try shop.store.commit { try Accounts.setEnabled(true, "+213555000000", in: $0) }
        shop.time.advance(.seconds(1))
        _ = try await door.admit(key: key, from: here, writes: false)
    }

    @Test func `a switched-off key that keeps knocking is looked up once a second too`() async throws {
        let key = try shop.key(for: account).text
        _ = try shop.store.commit { try APIKeys.revoke(key, in: $0) }
        let door = open()
        for _ in 0..<100 {
            await #expect(throws: Problem.accountDisabled) { try await door.admit(key: key, from: here, writes: false) }
        }
        #expect(store.reads == 1)
    }

    @Test func `a key that is made is good at once, though it was tried before`() async throws {
        let key = KeyText.fresh(from: shop.identifiers)
        let door = open()
        await #expect(throws: Problem.invalidAccessToken(attemptsLeft: 19)) {
            try await door.admit(key: key.text, from: here, writes: false)
        }
        let now = shop.time.now
        _ = try shop.store.commit { [account] in
            try APIKeys.create(key, KeySettings(environment: .sandbox), for: account, at: now, in: $0)
        }
        _ = try await door.admit(key: key.text, from: here, writes: false)
    }

    @Test func `a flood of invented keys costs one read each and pushes no good key out`() async throws {
        var settings = DoorSettings()
        settings.cachedKeys = 4
        let good = try shop.key(for: account, KeySettings(environment: .sandbox, rateLimit: .off)).text
        let door = open(settings)
        _ = try await door.admit(key: good, from: here, writes: false)
        for number in 0..<1000 {
            let there = NetworkAddress(high: 0, low: 0xffff << 32 | UInt64(number))
            let invented = KeyText.fresh(from: SystemIdentifiers()).text
            await #expect(throws: Problem.self) { try await door.admit(key: invented, from: there, writes: false) }
        }
        #expect(store.reads == 1001)
        _ = try await door.admit(key: good, from: here, writes: false)
        #expect(store.reads == 1001)
    }

    @Test func `more good keys than are remembered are all let in`() async throws {
        var settings = DoorSettings()
        settings.cachedKeys = 4
        let keys = try (0..<10).map { _ in try shop.key(for: account).text }
        let door = open(settings)
        for _ in 0..<3 {
            for key in keys { _ = try await door.admit(key: key, from: here, writes: false) }
        }
    }

    @Test func `the limit outlives the row that is read again each second`() async throws {
        let key = try shop.key(for: account, KeySettings(environment: .production)).text
        let door = open()
        var passed = 0
        // Ten seconds of 40 requests each: 120 at once, then two a second.
        for _ in 0..<10 {
            for _ in 0..<40 where await isLet(key, by: door) { passed += 1 }
            shop.time.advance(.seconds(1))
        }
        #expect(passed == 120 + 9 * 2)
        #expect(store.reads == 10)
    }

    @Test func `a refused request says when to come again`() async throws {
        let key = try shop.key(for: account).text
        let door = open()
        for number in 0..<60 {
            let admission = try await door.admit(key: key, from: here, writes: true)
            #expect(admission.rate?.remaining == 59 - number)
        }
        let verdict = RateVerdict(
            limit: 60, window: .seconds(60), remaining: 0, reset: .seconds(60), retryAfter: .seconds(1))
        await #expect(throws: Problem.rateLimited(verdict)) { try await door.admit(key: key, from: here, writes: true) }
        shop.time.advance(.seconds(1))
        _ = try await door.admit(key: key, from: here, writes: true)
    }

    @Test func `each key has a limit of its own`() async throws {
        let first = try shop.key(for: account).text, second = try shop.key(for: account).text
        let door = open()
        for _ in 0..<60 { _ = try await door.admit(key: first, from: here, writes: false) }
        #expect(await !isLet(first, by: door))
        #expect(try await door.admit(key: second, from: here, writes: false).rate?.remaining == 59)
    }

    @Test func `the server's own limit goes before the key's`() async throws {
        let key = try shop.key(for: account).text
        var settings = DoorSettings()
        settings.rateLimit = .off
        let unlimited = open(settings)
        for _ in 0..<200 { #expect(try await unlimited.admit(key: key, from: here, writes: false).rate == nil) }
        settings.rateLimit = RateLimit(requestsPerMinute: 3)
        let strict = open(settings)
        for _ in 0..<3 { #expect(await isLet(key, by: strict)) }
        #expect(await !isLet(key, by: strict))
    }

    @Test func `a key without a limit has no verdict`() async throws {
        let key = try shop.key(for: account, KeySettings(environment: .production, rateLimit: .off)).text
        let door = open()
        for _ in 0..<500 { #expect(try await door.admit(key: key, from: here, writes: false).rate == nil) }
    }

    @Test func `of two answers for one key the later counts, whichever comes back first`() throws {
        let key = try shop.key(for: account)
        let before = try shop.store.look { try APIKeys.find(key, in: $0) }
        _ = try shop.store.commit { try APIKeys.revoke(key.text, in: $0) }
        let after = try shop.store.look { try APIKeys.find(key, in: $0) }
        var door = Door(DoorSettings())
        let visit = Visit(key: key.text, address: here, writes: false)
        #expect(throws: Problem.accountDisabled) {
            try door.learn(after, of: key.hash, freshUntil: 1010, visit: visit, now: 20)
        }
        #expect(throws: Problem.accountDisabled) {
            try door.learn(before, of: key.hash, freshUntil: 1000, visit: visit, now: 30)
        }
        #expect(throws: Problem.accountDisabled) { try door.arrive(visit, now: 40) }
    }

    @Test func `the door keeps no text of a key, neither of a good one nor of a wrong one`() throws {
        let key = try shop.key(for: account)
        let wrong = KeyText.fresh(from: shop.identifiers)
        let holder = try shop.store.look { try APIKeys.find(key, in: $0) }
        var door = Door(DoorSettings())
        let visit = Visit(key: key.text, address: here, writes: false)
        _ = try door.learn(holder, of: key.hash, freshUntil: 1000, visit: visit, now: 0)
        let stray = Visit(key: wrong.text, address: here, writes: false)
        #expect(throws: Problem.self) { try door.learn(nil, of: wrong.hash, freshUntil: 1000, visit: stray, now: 0) }
        var memory = ""
        dump((door, visit, stray), to: &memory)
        #expect(memory.contains(key.prefix))
        #expect(!memory.contains(key.text) && !memory.contains(wrong.text))
    }

    @Test func `requests at the same time share one limit`() async throws {
        let key = try shop.key(for: account).text
        let door = open()
        let passed = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<200 { group.addTask { await isLet(key, by: door) } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(passed == 60)
    }

    private func open(_ settings: DoorSettings = DoorSettings()) -> Doorkeeper {
        Doorkeeper(database: store, time: shop.time, settings: settings)
    }

    private func isLet(_ key: String, by door: Doorkeeper) async -> Bool {
        (try? await door.admit(key: key, from: here, writes: false)) != nil
    }
}
