import RasidBase
import Testing

@testable import RasidAccounts

struct AddressWatchTests {
    private static let minutes15: Int64 = 15 * 60_000

    @Test func `the count goes down to 0, then the address is blocked for the whole time`() {
        var watch = AddressWatch(invalidKeys: 20, block: .seconds(15 * 60), addresses: 100)
        for left in stride(from: 19, through: 0, by: -1) {
            #expect(watch.wait(for: address(1), now: 0) == nil)
            #expect(watch.fail(address(1), now: 0) == .invalidAccessToken(attemptsLeft: left))
        }
        #expect(watch.wait(for: address(1), now: 0) == .seconds(15 * 60))
        #expect(watch.wait(for: address(1), now: Self.minutes15 - 1) == .milliseconds(1))
        #expect(watch.wait(for: address(1), now: Self.minutes15) == nil)
        #expect(watch.fail(address(1), now: Self.minutes15) == .invalidAccessToken(attemptsLeft: 19))
    }

    @Test func `requests that come back after the block began are refused by it and do not prolong it`() {
        var watch = AddressWatch(invalidKeys: 2, block: .seconds(900), addresses: 100)
        _ = watch.fail(address(1), now: 0)
        _ = watch.fail(address(1), now: 0)
        #expect(watch.fail(address(1), now: 1000) == .addressBlocked(retryAfter: .seconds(899)))
        #expect(watch.wait(for: address(1), now: Self.minutes15) == nil)
    }

    @Test func `a good key starts the count again and lifts no block`() {
        var watch = AddressWatch(invalidKeys: 2, block: .seconds(900), addresses: 100)
        _ = watch.fail(address(1), now: 0)
        watch.forgive(address(1))
        #expect(watch.fail(address(1), now: 0) == .invalidAccessToken(attemptsLeft: 1))
        #expect(watch.fail(address(1), now: 0) == .invalidAccessToken(attemptsLeft: 0))
        watch.forgive(address(1))
        #expect(watch.wait(for: address(1), now: 0) != nil)
    }

    @Test func `a flood of addresses frees no blocked one`() {
        var watch = AddressWatch(invalidKeys: 20, block: .seconds(900), addresses: 1000)
        for _ in 0..<20 { _ = watch.fail(address(0), now: 0) }
        for number in 1...100_000 { _ = watch.fail(address(UInt64(number)), now: 1) }
        #expect(watch.wait(for: address(0), now: 1) != nil)
    }

    @Test func `when too many are blocked the one whose block ends first is freed`() {
        var watch = AddressWatch(invalidKeys: 1, block: .seconds(900), addresses: 20)
        for number in 0..<11 { _ = watch.fail(address(UInt64(number)), now: Int64(number)) }
        #expect(watch.wait(for: address(0), now: 11) == nil)
        for number in 1..<11 { #expect(watch.wait(for: address(UInt64(number)), now: 11) != nil) }
    }

    @Test func `blocks that have ended make room before any that has not`() {
        var watch = AddressWatch(invalidKeys: 1, block: .seconds(900), addresses: 20)
        for number in 0..<9 { _ = watch.fail(address(UInt64(number)), now: 0) }
        _ = watch.fail(address(9), now: 1000)
        // The first nine have ended and are blocked again, together with a tenth.
        for number in 0..<9 { _ = watch.fail(address(UInt64(number)), now: Self.minutes15) }
        #expect(watch.wait(for: address(9), now: Self.minutes15) != nil)
        for number in 0..<9 { #expect(watch.wait(for: address(UInt64(number)), now: Self.minutes15) != nil) }
        _ = watch.fail(address(10), now: Self.minutes15 + 1000)
        for number in 0..<9 { #expect(watch.wait(for: address(UInt64(number)), now: Self.minutes15 + 1000) != nil) }
        #expect(watch.wait(for: address(10), now: Self.minutes15 + 1000) != nil)
    }

    private func address(_ number: UInt64) -> NetworkAddress {
        NetworkAddress(high: 0, low: 0xffff << 32 | number)
    }
}
