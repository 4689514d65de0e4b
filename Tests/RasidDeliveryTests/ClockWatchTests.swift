import RasidBase
import Testing

@testable import RasidDelivery

/// Wall time against monotonic time, as a value.
struct ClockWatchTests {
    /// A watch that has looked once, and both clocks.
    private struct Clocks {
        var watch = ClockWatch(
            after: nil, Nodes.Beat(at: Timestamp(milliseconds: 1_768_471_200_000), monotonic: 7_000_000, boot: ""))
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

    private static let start = Timestamp(milliseconds: 1_768_471_200_000)

    /// A watch of a process that begins so many seconds after the last heartbeat, by the wall and on the same machine.
    private static func watch(
        after wall: Int64, monotonic: Int64, boot: String = "this", steadyIn: Int64 = 0
    ) -> (ClockWatch, Nodes.Beat) {
        let last = Nodes.Beat(
            at: start, monotonic: 5_000_000, boot: "this", steadyAt: start.adding(.seconds(wall + steadyIn)))
        let now = Nodes.Beat(at: start.adding(.seconds(wall)), monotonic: 5_000_000 + monotonic * 1000, boot: boot)
        return (ClockWatch(after: last, now), now)
    }

    @Test(
        arguments: [(5, 5, 0), (600, 600, 0), (86_400 * 3, 86_400 * 3, 0), (65, 5, 0), (66, 5, 900), (-61, 5, 900)]
            as [(Int64, Int64, Int64)])
    func `a new process on the same machine knows whether the clock was set`(
        wall: Int64, monotonic: Int64, pause: Int64
    ) {
        let (watch, now) = Self.watch(after: wall, monotonic: monotonic)
        #expect(watch.steadyAt(now.at, monotonic: now.monotonic) == (pause > 0 ? now.at.adding(.seconds(pause)) : nil))
        #expect(watch.steadyAt(now.at, monotonic: now.monotonic + pause * 1000) == nil)
    }

    @Test(arguments: [(60, 0), (61, 900), (86_400 * 3, 900), (-61, 900), (-60, 0)] as [(Int64, Int64)])
    func `on another machine, or after a start of this one, more than a minute without a heartbeat is mistrusted`(
        wall: Int64, pause: Int64
    ) {
        let (watch, now) = Self.watch(after: wall, monotonic: 1, boot: "another")
        #expect(watch.steadyAt(now.at, monotonic: now.monotonic) == (pause > 0 ? now.at.adding(.seconds(pause)) : nil))
    }

    @Test(arguments: [(895, 895), (0, 0), (-10, 0), (86_400, 900)] as [(Int64, Int64)])
    func `a new process waits as long as the last one would have`(steadyIn: Int64, pause: Int64) {
        let (watch, now) = Self.watch(after: 5, monotonic: 5, steadyIn: steadyIn)
        #expect(watch.steadyAt(now.at, monotonic: now.monotonic) == (pause > 0 ? now.at.adding(.seconds(pause)) : nil))
    }

    @Test func `a clock that is slewed a little at each look never jumps`() {
        var clocks = Clocks()
        for _ in 0..<1000 { #expect(clocks.look(after: 1, wallMoved: 2) == .steady) }
    }
}
