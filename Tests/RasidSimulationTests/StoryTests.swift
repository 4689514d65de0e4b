import RasidDatabase
import RasidServer
import RasidSimulation
import RasidTesting
import Testing

/// The same seed tells the same story.
struct StoryTests {
    private func play(seed: UInt64, orders: Int = 60) async throws -> (Simulation.Outcome, [String]) {
        var lines: [String] = []
        let simulation = try Simulation(.init(seed: seed, orders: orders), migrations: Schema.migrations) {
            lines.append($0)
        }
        return (try await simulation.run(), lines)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `a seed tells the same story line by line`(seed: UInt64) async throws {
        let (first, told) = try await play(seed: seed)
        let (second, again) = try await play(seed: seed)
        #expect(told == again)
        #expect(told.count > 60)
        #expect(first.fingerprint == second.fingerprint && first.steps == second.steps)
        #expect(first.faults == second.faults)
    }

    @Test func `another seed tells another story`() async throws {
        let (first, _) = try await play(seed: 1)
        let (second, _) = try await play(seed: 2)
        #expect(first.fingerprint != second.fingerprint)
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `whatever goes wrong, nothing is lost`(seed: UInt64) async throws {
        let plan = Simulation.Plan(seed: seed, orders: 120)
        let outcome = try await Simulation(plan, migrations: Schema.migrations).run()
        #expect(outcome.violation == nil, "rasid simulate --seed \(seed) --orders 120 --trace")
        #expect(outcome.orders > 0 && outcome.checks > outcome.orders)
    }

    @Test(
        .enabled(if: TestServer.url != nil, "RASID_TEST_POSTGRES names no server, as scripts/test does"),
        arguments: 21...26 as ClosedRange<UInt64>)
    func `on a server, too, nothing is lost, and the story is the same`(seed: UInt64) async throws {
        let plan = Simulation.Plan(seed: seed, orders: 120)
        let server = try InlinePostgresDatabase(
            url: try await TestServer.freshSchema(), migrations: Schema.migrations)
        var (told, again): ([String], [String]) = ([], [])
        let outcome = try await Simulation(plan, migrations: Schema.migrations, store: server) { told.append($0) }.run()
        #expect(outcome.violation == nil)
        let embedded = try InlineSQLiteDatabase(path: ":memory:", migrations: Schema.migrations)
        let same = try await Simulation(plan, migrations: Schema.migrations, store: embedded) { again.append($0) }.run()
        let parting = zip(told, again).enumerated().first { $0.element.0 != $0.element.1 }
        #expect(parting == nil, "\(parting.map { "\($0.element)" } ?? "")")
        #expect(outcome.fingerprint == same.fingerprint && outcome.steps == same.steps)
    }

    /// Stories that found a defect when they were first told.
    @Test(arguments: [
        (seed: 7, orders: 400, defect: "a process that started right after a jump of the clock ended orders early"),
        (seed: 427, orders: 1000, defect: "a 'later' that overtook a yes had an order sent again"),
        (seed: 37, orders: 1000, defect: "a no that was told twice refunded an order that another operator had"),
    ])
    func `what once went wrong goes well`(seed: UInt64, orders: Int, defect: String) async throws {
        let outcome = try await Simulation(.init(seed: seed, orders: orders), migrations: Schema.migrations).run()
        #expect(outcome.violation == nil, "\(defect): rasid simulate --seed \(seed) --orders \(orders) --trace")
    }
}
