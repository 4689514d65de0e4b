import RasidBase
import RasidDatabase
import RasidLedger
import RasidOrders
import RasidTesting
import Testing

/// Events that nobody can find again: lost, doubled, or out of the numbering.
struct EventsTests {
    @Test func `each end of an order is told by exactly one event`() async throws {
        let expected: [(Desk.End, [Int64])] = [
            (.yes, [1]), (.no, [2]), (.endOfLife, [2]), (.nodeDied, []), (.cancel, []), (.adjust, []),
        ]
        for (end, kinds) in expected {
            let desk = try await Desk()
            _ = try await desk.shop.place()
            let assignment = try #require(try desk.claim().first)
            for _ in 0..<3 { try await desk.apply(end, to: assignment) }
            #expect(try Told.kinds(of: assignment.order, desk.shop) == kinds, "\(end)")
        }
    }

    @Test func `events are numbered without a gap, and as many as the wallet's row says`() async throws {
        let desk = try await Desk()
        for index in 0..<30 {
            _ = try await desk.shop.place()
            let assignment = try #require(try desk.claim().first)
            if index % 5 == 4 { try desk.answer(.later(.seconds(60)), to: assignment) }
            try await desk.apply(Desk.End.allCases[index % 2], to: assignment)
            await #expect(throws: Problem.self) { try await desk.shop.place("000000008") }
        }
        let numbers = try Told.numbers(of: desk.shop.sandbox, desk.shop)
        #expect(numbers == Array(1...36))
        #expect(try await desk.shop.audit().isClean)
    }

    @Test func `every order that ended is found by its event, also after a queue`() async throws {
        let desk = try await Desk()
        _ = try await desk.shop.place()
        let assignment = try #require(try desk.claim().first)
        try desk.answer(.later(.seconds(60)), to: assignment)
        try desk.answer(.later(.seconds(60)), to: assignment)
        #expect(try Told.kinds(of: assignment.order, desk.shop) == [3])
        #expect(try desk.cancel(assignment.order) == nil)
        #expect(try Told.kinds(of: assignment.order, desk.shop) == [3, 2])
    }

    @Test func `the audit misses an event that is gone`() async throws {
        let desk = try await Desk()
        _ = try await desk.shop.place()
        let assignment = try #require(try desk.claim().first)
        try await desk.apply(.no, to: assignment)
        #expect(try await desk.shop.audit().isClean)
        let lose = Statement("DELETE FROM events")
        try desk.shop.database.commit { _ = try $0.run(lose) }
        #expect(try await !desk.shop.audit().isClean)
    }
}
