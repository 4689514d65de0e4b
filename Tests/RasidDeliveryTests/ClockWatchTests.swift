import RasidBase
import Testing

@testable import RasidDelivery

/// Wall time against monotonic time, as a value.
struct ClockWatchTests {
    /// A watch that has looked once, and both clocks.
    private struct Clocks {
        var watch = ClockWatch(after: nil, now: Timestamp(milliseconds: 1_768_471_200_000), monotonic: 7_000_000)
        var wall = Timestamp(milliseconds: 1_768_471_200_000)
        var monotonic: Int64 = 7_000_000

        mutating func look(after seconds: Int64, wallMoved wallSeconds: Int64? = nil) -> ClockWatch.Look {
            monotonic += seconds * 1000
            wall = wall.adding(.seconds(wallSeconds ?? seconds))
            return watch.look(wall, monotonic: monotonic)
        }
    }

    @Test func `clocks that go together are steady, however long nobody looks`() {
        var clocks = Clocks()
        for seconds in [0, 1, 60, 3600, 86_400 * 30] as [Int64] { #expect(clocks.look(after: seconds) == .steady) }
    }

    @Test func `a minute's difference is no jump, more than a minute is`() {
        var clocks = Clocks()
        _ = clocks.look(after: 0)
        #expect(clocks.look(after: 1, wallMoved: 61) == .steady)
        #expect(clocks.look(after: 1, wallMoved: 62) == .jumped(milliseconds: 61_000))
    }

    @Test(arguments: [61, 3600, 172_800, -61, -172_800] as [Int64])
    func `a jump either way stops everything for a quarter of an hour`(jump: Int64) {
        var clocks = Clocks()
        _ = clocks.look(after: 0)
        #expect(clocks.look(after: 1, wallMoved: jump + 1) == .jumped(milliseconds: jump * 1000))
        #expect(clocks.look(after: 0) == .pausing)
        #expect(clocks.look(after: 899) == .pausing)
        #expect(clocks.look(after: 1) == .steady)
        #expect(clocks.look(after: 1) == .steady)
    }

    @Test func `a second jump begins the quarter of an hour anew`() {
        var clocks = Clocks()
        _ = clocks.look(after: 0)
        _ = clocks.look(after: 1, wallMoved: 1000)
        #expect(clocks.look(after: 800, wallMoved: -300) == .jumped(milliseconds: -1_100_000))
        #expect(clocks.look(after: 899) == .pausing)
        #expect(clocks.look(after: 1) == .steady)
    }

    @Test(
        arguments: [
            (60, 0, 0), (61, 0, 900), (86_400 * 3, 0, 900), (-61, 0, 900), (-60, 0, 0), (5, 895, 895), (5, -10, 0),
            (5, 86_400, 900),
        ] as [(Int64, Int64, Int64)])
    func `a new process waits after a long time without a server, and as long as the last one would have`(
        sinceBeat: Int64, steadyIn: Int64, pause: Int64
    ) {
        let now = Timestamp(milliseconds: 1_768_471_200_000)
        let last = Nodes.LastBeat(at: now.adding(.seconds(-sinceBeat)), steadyAt: now.adding(.seconds(steadyIn)))
        let watch = ClockWatch(after: last, now: now, monotonic: 7_000_000)
        let expected: Timestamp? = pause > 0 ? now.adding(.seconds(pause)) : nil
        #expect(watch.steadyAt(now, monotonic: 7_000_000) == expected)
        #expect(watch.steadyAt(now, monotonic: 7_000_000 + pause * 1000) == nil)
    }

    @Test func `a clock that is slewed a little at each look never jumps`() {
        var clocks = Clocks()
        for _ in 0..<1000 { #expect(clocks.look(after: 1, wallMoved: 2) == .steady) }
    }
}
