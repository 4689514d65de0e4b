import RasidBase
import Testing

struct TimestampTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"), (1_761_696_163_042, "2025-10-29T00:02:43.042Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func `a moment is printed in UTC with milliseconds and Z, and read back`(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).description == text)
        #expect(Timestamp(text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "2026-01-31T10:00", "2026-01-31T10:00Z", "2026-01-31T10:00:00z", "2026-01-31t10:00:00.0", "2026-01-31 10:00",
        "2026-01-31T11:00+01:00", "2026-01-31T11:00:00+0100", "2026-01-31T11:00:00+01", "2026-01-31T11:00:00 01:00",
        "2026-01-31T04:30:00-05:30", "2026-01-31T10:00:00.000999999Z", "2026-01-31T10:00:00,000Z",
        "2026-01-30T10:01-23:59",
    ])
    func `the forms of one moment are read alike`(text: String) {
        #expect(Timestamp(text)?.description == "2026-01-31T10:00:00.000Z")
    }

    @Test(arguments: [("1", 100), ("12", 120), ("123", 123), ("1239", 123), ("000000001", 0)] as [(String, Int64)])
    func `a fraction finer than milliseconds is cut`(fraction: String, milliseconds: Int64) {
        #expect(Timestamp("1970-01-01T00:00:00.\(fraction)Z")?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "2026-01-31", "2026-01-31T", "2026-01-31T10", "2026-01-31T10:", "2026-01-31T24:00", "2026-01-31T10:60",
        "2026-01-31T10:00:60", "2026-01-31T10:00:00.", "2026-01-31T10:00:00.1234567890", "2026-01-31T10:00:00ZZ",
        "2026-01-31T10:00:00+24:00", "2026-01-31T10:00:00+01:60", "2026-01-31T10:00:00+", "2026-01-31T10:00:00+1",
        "2026-1-31T10:00", "26-01-31T10:00", "2026/01/31T10:00", "2026-01-31T10:00 ", "２026-01-31T10:00",
    ])
    func `any other text is no moment`(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func `time is added, taken apart and compared`() {
        let start = Timestamp(milliseconds: 1000)
        let later = start.adding(.seconds(2))
        #expect(later.milliseconds == 3000)
        #expect(later.since(start) == .seconds(2))
        #expect(start < later)
    }

    @Test(arguments: [
        (Int64.min, "0001-01-01T00:00:00.000Z"), (Int64.max, "9999-12-31T23:59:59.999Z"),
        (0, "1970-01-01T00:00:00.000Z"),
    ])
    func `a stored moment that no calendar has is the nearest that it has`(milliseconds: Int64, text: String) {
        let moment = Timestamp(stored: milliseconds)
        #expect(moment.description == text)
        // Nothing that is reckoned from it overflows.
        #expect(moment.adding(Limits.orderLife).since(moment) == Limits.orderLife)
    }

    @Test func `seconds to wait are rounded up`() {
        #expect(Duration.zero.secondsRoundedUp == 0)
        #expect(Duration.milliseconds(1).secondsRoundedUp == 1)
        #expect(Duration.milliseconds(1000).secondsRoundedUp == 1)
        #expect(Duration.milliseconds(1001).secondsRoundedUp == 2)
    }
}
