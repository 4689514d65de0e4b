import RasidBase
import RasidOperators
import Testing

/// When an operator is let alone, and when it is tried again.
struct BreakerTests {
    private static let short = Limits.shortestBreak.milliseconds

    private static func opened(at now: Int64 = 0) -> Breaker {
        var breaker = Breaker()
        for _ in 0..<Limits.faultsUntilDown { breaker.heard(isFault: true, at: now) }
        return breaker
    }

    @Test func `so many faults in a row open it, and no fewer`() {
        var breaker = Breaker()
        for _ in 1..<Limits.faultsUntilDown { breaker.heard(isFault: true, at: 0) }
        #expect(breaker.admission(at: 0) == .everything)
        breaker.heard(isFault: true, at: 0)
        #expect(breaker.admission(at: 0) == .nothing(until: Self.short))
        #expect(breaker.isOpen)
    }

    @Test func `a word between faults begins the count anew`() {
        var breaker = Breaker()
        for round in 0..<50 { breaker.heard(isFault: round % Limits.faultsUntilDown != 0, at: 0) }
        #expect(!breaker.isOpen)
    }

    @Test func `of many calls that began together, those that fail come back first, and open nothing`() {
        var breaker = Breaker()
        for answered in 1...13 { breaker.heard(isFault: true, underWay: 64 - answered, at: 0) }
        #expect(!breaker.isOpen)
        breaker.heard(isFault: false, underWay: 50, at: 0)
        for answered in 1...64 { breaker.heard(isFault: true, underWay: 64 - answered, at: 0) }
        #expect(breaker.isOpen)
    }

    @Test func `after its pause one trial is let through, and its word closes it`() {
        var breaker = Self.opened()
        #expect(breaker.admission(at: Self.short - 1) == .nothing(until: Self.short))
        #expect(breaker.admission(at: Self.short) == .oneTrial)
        breaker.tries(until: Self.short + 1000)
        #expect(breaker.admission(at: Self.short + 1) == .awaitingTrial)
        breaker.heard(isFault: false, at: Self.short + 5)
        #expect(breaker.admission(at: Self.short + 5) == .everything)
    }

    @Test func `each failed trial doubles the pause up to its bound`() {
        var breaker = Self.opened()
        var now = Self.short
        var pauses: [Int64] = []
        for _ in 0..<8 {
            breaker.tries(until: now + 1000)
            breaker.heard(isFault: true, at: now)
            guard case .nothing(let until) = breaker.admission(at: now) else {
                Issue.record("a failed trial closed the breaker")
                return
            }
            pauses.append(until - now)
            now = until
        }
        #expect(pauses.first == 2 * Self.short)
        #expect(pauses.last == Limits.longestBreak.milliseconds)
        #expect(pauses == pauses.sorted())
    }

    @Test func `a trial that is never heard of is tried again`() {
        var breaker = Self.opened()
        breaker.tries(until: Self.short + 1000)
        #expect(breaker.admission(at: Self.short + 1000) == .oneTrial)
    }

    @Test func `calls that began before it opened do not lengthen its pause`() {
        var breaker = Self.opened()
        for moment in 1..<50 { breaker.heard(isFault: true, at: Int64(moment)) }
        #expect(breaker.admission(at: 50) == .nothing(until: Self.short))
    }
}
