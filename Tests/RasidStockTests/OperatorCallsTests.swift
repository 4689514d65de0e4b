import RasidBase
import RasidDatabase
import RasidStock
import RasidTesting
import Testing

/// How recharges went, added up for the owner.
struct OperatorCallsTests {
    private let shop: TestShop
    private let kiosk = OperatorID(7)

    init() async throws {
        shop = try await TestShop()
    }

    private func count(
        _ result: OperatorCalls.Result, _ latency: Duration, ago: Duration = .zero
    ) -> OperatorCalls.Count {
        OperatorCalls.Count(
            operatorID: kiosk, at: shop.time.now.adding(.zero - ago), result: result, latency: latency)
    }

    private func keep(_ counts: [OperatorCalls.Count: Int64], by node: Int64 = 1) throws {
        let now = shop.time.now
        try shop.database.commit { try OperatorCalls.keep(counts, by: node, at: now, in: $0) }
    }

    private func summary(_ period: Duration) throws -> OperatorCalls.Summary {
        let (kiosk, now) = (kiosk, shop.time.now)
        return try shop.database.look { try OperatorCalls.summary(of: kiosk, last: period, at: now, in: $0) }
    }

    @Test func `two nodes add up, and a node's repeat of its figures counts nothing twice`() throws {
        let counts = [count(.fulfilled, .milliseconds(100)): 7 as Int64, count(.unanswered, .seconds(60)): 1]
        try keep(counts)
        try keep(counts)
        try keep([count(.fulfilled, .milliseconds(100)): 2], by: 2)
        let summary = try summary(.seconds(900))
        #expect(summary.calls == [.fulfilled: 9, .unanswered: 1])
        #expect(summary.successPerMille == 900)
    }

    @Test func `the last quarter of an hour and the last day are told apart, and older figures go`() throws {
        try keep([
            count(.fulfilled, .seconds(1)): 1, count(.refused, .seconds(1), ago: .seconds(3600)): 2,
            count(.refused, .seconds(1), ago: .seconds(26 * 3600)): 4,
        ])
        #expect(try summary(.seconds(900)).total == 1)
        #expect(try summary(.seconds(24 * 3600)).total == 3)
        #expect(try summary(.seconds(100 * 3600)).total == 3)
    }

    @Test func `what was put off is no failure`() throws {
        try keep([count(.putOff, .seconds(1)): 5])
        #expect(try summary(.seconds(900)).successPerMille == nil)
        #expect(try summary(.seconds(900)).latency(percent: 50) == nil)
    }

    @Test func `a percentile is at most a quarter above what was measured`() throws {
        var counts: [OperatorCalls.Count: Int64] = [:]
        for milliseconds in 1...100 { counts[count(.fulfilled, .milliseconds(milliseconds * 10)), default: 0] += 1 }
        try keep(counts)
        for percent in [50, 95] as [Int64] {
            let told = try #require(try summary(.seconds(900)).latency(percent: percent)).milliseconds
            #expect(told >= percent * 10 && told <= percent * 10 * 5 / 4)
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5, 7, 8, 9, 100, 999, 60_000, 600_000] as [Int64])
    func `every latency lies at or below its bucket's bound`(milliseconds: Int64) {
        let bound = LatencyScale.upperBound(of: LatencyScale.bucket(of: .milliseconds(milliseconds))).milliseconds
        #expect(bound >= milliseconds)
        #expect(bound <= max(milliseconds * 5 / 4 + 1, 3))
    }
}
