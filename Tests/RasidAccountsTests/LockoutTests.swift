import RasidBase
import RasidDatabase
import Testing

@testable import RasidAccounts

/// The lock-out at the door (contract §2).
struct LockoutTests {
    private let shop: ShopFixture
    private let account: AccountID
    private let key: String
    private let door: Doorkeeper

    init() throws {
        shop = try ShopFixture()
        account = try shop.account()
        key = try shop.key(for: account, KeySettings(environment: .sandbox, rateLimit: .off)).text
        door = Doorkeeper(database: shop.store, time: shop.time)
    }

    @Test func `the twenty-first invalid key is refused with 403`() async throws {
        for left in stride(from: 19, through: 0, by: -1) {
            #expect(await problem(invented()) == .invalidAccessToken(attemptsLeft: left))
        }
        #expect(await problem(invented()) == .addressBlocked(retryAfter: .seconds(900)))
    }

    @Test func `a blocked address is refused whatever key it shows, until its time is over`() async throws {
        await lockOut()
        #expect(await problem(key) == .addressBlocked(retryAfter: .seconds(900)))
        shop.time.advance(.milliseconds(899_999))
        #expect(await problem(key) == .addressBlocked(retryAfter: .milliseconds(1)))
        shop.time.advance(.milliseconds(1))
        #expect(await problem(key) == nil)
        #expect(await problem(invented()) == .invalidAccessToken(attemptsLeft: 19))
    }

    @Test func `what it tries meanwhile does not prolong the block`() async throws {
        await lockOut()
        for _ in 0..<14 {
            shop.time.advance(.seconds(60))
            _ = await problem(invented())
        }
        shop.time.advance(.seconds(60))
        #expect(await problem(key) == nil)
    }

    @Test func `a good key starts the count again`() async throws {
        for _ in 0..<19 { _ = await problem(invented()) }
        #expect(await problem(key) == nil)
        #expect(await problem(invented()) == .invalidAccessToken(attemptsLeft: 19))
        // The same with a key that is remembered and costs no look-up.
        for _ in 0..<18 { _ = await problem(invented()) }
        #expect(await problem(key) == nil)
        #expect(await problem(invented()) == .invalidAccessToken(attemptsLeft: 19))
    }

    @Test func `a good key counts as one even when its request is refused by rate or scope`() async throws {
        let once = KeySettings(environment: .sandbox, isReadOnly: true, rateLimit: RateLimit(requestsPerMinute: 1))
        let limited = try shop.key(for: account, once).text
        #expect(await problem(limited, writes: true) == .readOnlyKey)
        for _ in 0..<19 { _ = await problem(invented()) }
        let refused = await problem(limited)
        if let refused, case .rateLimited = refused {} else { Issue.record("\(String(describing: refused))") }
        #expect(await problem(invented()) == .invalidAccessToken(attemptsLeft: 19))
    }

    @Test func `missing, switched off and not allowed do not count, and do not start again`() async throws {
        let elsewhere = try #require(AddressBlock("10.0.0.0/8"))
        let closed = try shop.key(for: account, KeySettings(environment: .sandbox, allowedAddresses: [elsewhere])).text
        let revoked = try shop.key(for: account).text
        _ = try shop.store.commit { try APIKeys.revoke(revoked, in: $0) }
        for _ in 0..<10 { _ = await problem(invented()) }
        for _ in 0..<30 {
            #expect(await problem(nil) == .missingAccessToken)
            #expect(await problem("") == .missingAccessToken)
            #expect(await problem(revoked) == .accountDisabled)
            #expect(await problem(closed) == .addressNotAllowed(address: "192.0.2.7"))
        }
        #expect(await problem(invented()) == .invalidAccessToken(attemptsLeft: 9))
    }

    @Test func `other addresses are not touched`() async throws {
        await lockOut()
        #expect(await problem(key, from: "192.0.2.8") == nil)
        #expect(await problem(invented(), from: "192.0.2.8") == .invalidAccessToken(attemptsLeft: 19))
    }

    @Test func `an IPv6 customer is counted by its slash 64`() async throws {
        for number in 1...20 { _ = await problem(invented(), from: "2001:db8:0:1::\(number)") }
        #expect(await problem(key, from: "2001:db8:0:1:ffff::1") == .addressBlocked(retryAfter: .seconds(900)))
        #expect(await problem(key, from: "2001:db8:0:2::1") == nil)
    }

    @Test func `of many invalid keys at once the first twenty are 401 and the rest 403`() async throws {
        let here = try #require(NetworkAddress("192.0.2.7"))
        let keys = (0..<100).map { _ in invented() }
        let problems = await withTaskGroup(of: Problem?.self) { [door] group in
            for key in keys {
                group.addTask {
                    do {
                        _ = try await door.admit(key: key, from: here, writes: false)
                        return nil
                    } catch {
                        return error as? Problem
                    }
                }
            }
            return await group.reduce(into: [Problem?]()) { $0.append($1) }
        }
        let left = problems.compactMap { problem -> Int? in
            guard case .invalidAccessToken(let left) = problem else { return nil }
            return left
        }
        #expect(left.sorted() == Array(0..<20))
        #expect(problems.count { $0 == .addressBlocked(retryAfter: .seconds(900)) } == 80)
    }

    @Test func `count and time are settings`() async throws {
        var settings = DoorSettings()
        settings.invalidKeysPerAddress = 2
        settings.addressBlock = .seconds(5)
        let door = Doorkeeper(database: shop.store, time: shop.time, settings: settings)
        let here = try #require(NetworkAddress("192.0.2.7"))
        let expected: [Problem] = [
            .invalidAccessToken(attemptsLeft: 1), .invalidAccessToken(attemptsLeft: 0),
            .addressBlocked(retryAfter: .seconds(5)),
        ]
        for problem in expected {
            await #expect(throws: problem) { try await door.admit(key: invented(), from: here, writes: false) }
        }
    }

    private func lockOut() async {
        for _ in 0..<20 { _ = await problem(invented()) }
    }

    /// A key of the right form that nobody has; random, so that it is none of the fixture's.
    private func invented() -> String { KeyText.fresh(from: SystemIdentifiers()).text }

    private func problem(_ key: String?, from address: String = "192.0.2.7", writes: Bool = false) async -> Problem? {
        do {
            _ = try await door.admit(key: key, from: try #require(NetworkAddress(address)), writes: writes)
            return nil
        } catch {
            return error as? Problem
        }
    }
}
