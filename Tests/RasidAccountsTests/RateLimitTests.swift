import RasidBase
import Testing

@testable import RasidAccounts

struct RateLimitTests {
    @Test func `a limit is read and printed as it is written on the command line`() throws {
        #expect(RateLimit("off") == .off)
        #expect(RateLimit("90/min")?.requestsPerMinute == 90)
        for text in ["off", "1/min", "120/min", "1000000000/min"] { #expect(RateLimit(text)?.description == text) }
    }

    @Test(arguments: [
        "", "/min", "min", "0/min", "-1/min", "+1/min", "1.5/min", "60", "60/s", "60/h", "OFF", " 60/min", "60 /min",
        "٦٠/min",
        "1000000001/min", "99999999999999999999/min",
    ])
    func `any other text is no limit`(text: String) {
        #expect(RateLimit(text) == nil)
    }

    @Test func `what is stored is read back`() {
        for limit in [RateLimit.off, .usual(in: .sandbox), .usual(in: .production)] {
            #expect(RateLimit(stored: limit.stored) == limit)
        }
        #expect(RateLimit.off.stored == 0)
        #expect(RateLimit(stored: -1) == nil)
    }
}
