import RasidBase
import Testing

@testable import RasidAccounts

struct RateMeterTests {
    @Test(arguments: [1, 7, 60, 120, 999, 100_000] as [Int64])
    func `the whole limit passes at once and not one request more`(limit: Int64) {
        var meter = RateMeter()
        for number in 1...limit {
            let verdict = meter.take(of: limit, now: 0)
            guard verdict.retryAfter == .zero, verdict.remaining == Int(limit - number) else {
                Issue.record("request \(number) of \(limit): \(verdict)")
                return
            }
        }
        #expect(meter.take(of: limit, now: 0).retryAfter > .zero)
    }

    @Test func `after the whole limit one request a second comes free at 60 a minute`() {
        var meter = RateMeter()
        for _ in 0..<60 { _ = meter.take(of: 60, now: 5000) }
        let refused = meter.take(of: 60, now: 5000)
        #expect(
            refused
                == RateVerdict(
                    limit: 60, window: .seconds(60), remaining: 0, reset: .seconds(60), retryAfter: .seconds(1)))
        #expect(meter.take(of: 60, now: 5999).retryAfter == .milliseconds(1))
        #expect(meter.take(of: 60, now: 6000).retryAfter == .zero)
        #expect(meter.take(of: 60, now: 6000).retryAfter == .seconds(1))
    }

    @Test func `a refused request consumes nothing`() {
        var meter = RateMeter()
        for _ in 0..<60 { _ = meter.take(of: 60, now: 0) }
        for _ in 0..<1000 { #expect(meter.take(of: 60, now: 999).retryAfter == .milliseconds(1)) }
        #expect(meter.take(of: 60, now: 1000).retryAfter == .zero)
    }

    @Test func `an idle minute brings the whole limit back and no more`() {
        var meter = RateMeter()
        for _ in 0..<60 { _ = meter.take(of: 60, now: 0) }
        let now: Int64 = 3_600_000
        for _ in 0..<60 { #expect(meter.take(of: 60, now: now).retryAfter == .zero) }
        #expect(meter.take(of: 60, now: now).retryAfter == .seconds(1))
    }

    @Test func `remaining and reset are told with every request`() {
        var meter = RateMeter()
        let first = meter.take(of: 60, now: 0)
        #expect(first.remaining == 59)
        #expect(first.reset == .seconds(1))
        let second = meter.take(of: 60, now: 500)
        #expect(second.remaining == 58)
        #expect(second.reset == .milliseconds(1500))
    }

    @Test func `whoever waits as long as told is let in`() {
        for limit: Int64 in [7, 59, 61, 999, 70_001, 1_000_000] {
            var meter = RateMeter()
            var now: Int64 = 0
            for _ in 0..<limit + 100 {
                let wait = meter.take(of: limit, now: now).retryAfter
                guard wait > .zero else { continue }
                now += wait.milliseconds
                #expect(meter.take(of: limit, now: now).retryAfter == .zero)
            }
            #expect(now > 0)
        }
    }

    @Test func `over an hour no more passes than the limit allows`() {
        var meter = RateMeter()
        var passed = 0
        for now in stride(from: Int64(0), to: 3_600_000, by: 100) where meter.take(of: 7, now: now).retryAfter == .zero
        {
            passed += 1
        }
        #expect(passed == 7 + 7 * 60 - 1)
    }

    @Test func `a limit that is made smaller makes nobody wait longer than a minute`() {
        var meter = RateMeter()
        for _ in 0..<1000 { _ = meter.take(of: 1000, now: 0) }
        let verdict = meter.take(of: 1, now: 0)
        #expect(verdict.retryAfter == .seconds(60))
        #expect(verdict.reset == .seconds(60))
    }
}
