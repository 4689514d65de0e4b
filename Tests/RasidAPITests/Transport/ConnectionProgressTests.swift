import NIOCore
import RasidBase
import Testing

@testable import RasidAPI

@Suite struct ConnectionProgressTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    @Test func `a new connection has as long as a head may take`() {
        let progress = opened()
        #expect(progress.deadline == start + .seconds(10))
        #expect(progress.expired() == .close)
    }

    @Test func `a head that has begun is refused when its time is over, counted from the opening at first`() {
        var progress = opened()
        progress.readPartOfHead(at: start + .seconds(4))
        #expect(progress.deadline == start + .seconds(10))
        #expect(progress.expired() == .refuse)
        progress.readPartOfHead(at: start + .seconds(6))
        #expect(progress.deadline == start + .seconds(10))
    }

    @Test func `only receiving is timed`() {
        var progress = opened()
        progress.readHead(keepsAlive: true, at: start)
        #expect(progress.deadline == start + .seconds(30))
        #expect(progress.expired() == .refuse)
        progress.readEnd(at: start)
        #expect(progress.deadline == nil)
        let answer1 = progress.wroteAnswer(at: start + .seconds(60))
        #expect(!answer1)
        #expect(progress.deadline == start + .seconds(135))
        #expect(progress.expired() == .close)
    }

    @Test func `an answer that comes before the end of its request leaves the request timed`() {
        var progress = opened()
        progress.readHead(keepsAlive: true, at: start)
        let answer2 = progress.wroteAnswer(at: start + .seconds(1))
        #expect(!answer2)
        #expect(progress.deadline == start + .seconds(30))
        progress.refuse()
        #expect(!progress.owesRefusal)
        #expect(progress.deadline == nil)
    }

    @Test func `a refused head is owed an answer, and a refused body only where it has none`() {
        var head = opened()
        head.readPartOfHead(at: start)
        head.refuse()
        #expect(head.owesRefusal)
        var body = opened()
        body.readHead(keepsAlive: true, at: start)
        body.refuse()
        #expect(body.owesRefusal)
    }

    @Test func `a connection ends after the answer to the request that asked for it, not before`() {
        var progress = opened()
        progress.readHead(keepsAlive: true, at: start)
        progress.readEnd(at: start)
        progress.readHead(keepsAlive: false, at: start)
        progress.readEnd(at: start)
        #expect(!progress.inputMatters)
        #expect(!progress.nextAnswerIsLast)
        let answer3 = progress.wroteAnswer(at: start)
        #expect(!answer3)
        #expect(progress.nextAnswerIsLast)
        let answer4 = progress.wroteAnswer(at: start)
        #expect(answer4)
    }

    @Test func `a body is drained up to its bound, counted anew for each request`() {
        var progress = opened()
        progress.readHead(keepsAlive: true, at: start)
        let answer5 = progress.readBody(bytes: Limits.drainedBytes)
        #expect(!answer5)
        let answer6 = progress.readBody(bytes: 1)
        #expect(answer6)
        progress.readEnd(at: start)
        progress.readHead(keepsAlive: true, at: start)
        let answer7 = progress.readBody(bytes: Limits.drainedBytes)
        #expect(!answer7)
    }

    @Test func `closing lingers for a bounded time`() {
        var progress = opened()
        progress.closing(at: start)
        #expect(progress.isClosing)
        #expect(progress.deadline == start + .seconds(5))
        #expect(progress.expired() == .close)
    }

    private func opened() -> ConnectionProgress {
        var progress = ConnectionProgress(
            timeouts: .init(header: .seconds(10), request: .seconds(30), idle: .seconds(75), linger: .seconds(5)))
        progress.opened(at: start)
        return progress
    }
}
