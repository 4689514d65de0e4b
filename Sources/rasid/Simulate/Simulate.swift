import ArgumentParser
import Foundation
import RasidBase
import RasidServer
import RasidSimulation
import Synchronization

struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Play whole shops from seeds, with faults, and check that nothing is ever lost.",
        discussion: """
            Resellers, nodes, operators, staff and clock are played on virtual time over the shop's own code and store, \
            in memory: no folder is touched. After each step what it touched is checked, after every thousand steps \
            everything. Ends with 0 if everything held in every seed; else with 1, and the command that replays the \
            first story that did not.

            EXAMPLES:
              rasid simulate --seeds 100
              rasid simulate --seeds 100 --from 1000 --orders 500
              rasid simulate --seed 7 --trace
            """)

    @Option(help: ArgumentHelp("How many seeds to play. (default: 100)", valueName: "number"))
    var seeds: Int?

    @Option(help: ArgumentHelp("The first of them. (default: 1)", valueName: "seed"))
    var from: UInt64?

    @Option(help: ArgumentHelp("Play this one seed.", valueName: "seed"))
    var seed: UInt64?

    @Option(help: ArgumentHelp("How many sales are tried in each.", valueName: "number"))
    var orders = 1100

    @Flag(help: "Print the story of the one seed, line by line.")
    var trace = false

    @OptionGroup var json: JSONOption

    func validate() throws {
        guard seed == nil || seeds == nil else { throw ValidationError("Give --seed or --seeds, not both.") }
        guard seed == nil || from == nil else { throw ValidationError("Give --seed or --from, not both.") }
        guard from ?? seed ?? 1 <= UInt64.max - 1_000_000 else { throw ValidationError("That seed is too large.") }
        guard (1...1_000_000).contains(seeds ?? 1) else { throw ValidationError("--seeds is 1 to 1000000.") }
        guard (1...100_000).contains(orders) else { throw ValidationError("--orders is 1 to 100000.") }
        guard !trace || !json.isOn else { throw ValidationError("Give --trace or --json, not both.") }
        guard !trace || seed != nil else { throw ValidationError("--trace tells one story: give its --seed.") }
    }

    func run() async throws {
        let first = seed ?? from ?? 1
        let count = seed == nil ? seeds ?? 100 : 1
        let started = ContinuousClock.now
        let season = trace ? try await tell(first) : try await play(first, count)
        let took = started.duration(to: .now)
        try json.show(SeasonView(season, took), orText: trace ? season.line : season.table(took))
        guard let failure = season.failures.min(by: { $0.seed < $1.seed }) else { return }
        throw Refusal(
            """
            In \(season.failures.count) of \(count) seeds something did not hold: \(season.failingSeeds). Seed \(failure.seed): \
            \(failure.violation). Replay it: rasid simulate --seed \(failure.seed) --orders \(orders) --trace
            """)
    }

    private func tell(_ seed: UInt64) async throws -> Season {
        CrashNote.tell("rasid simulate --seed \(seed) --orders \(orders) --trace", worker: 0)
        let simulation = try Simulation(.init(seed: seed, orders: orders), migrations: Schema.migrations) { print($0) }
        var season = Season()
        season.add(try await simulation.run(), seed: seed)
        // What is printed waits in a buffer where nobody looks on, and what comes of the story does not.
        fflush(nil)
        return season
    }

    /// One seed after the other on each core.
    private func play(_ first: UInt64, _ count: Int) async throws -> Season {
        let progress = ProgressLine("playing")
        defer { progress.end() }
        let (orders, board) = (orders, Scoreboard(first, count: count))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<min(count, ProcessInfo.processInfo.activeProcessorCount) {
                group.addTask {
                    while let seed = board.nextSeed() {
                        CrashNote.tell("rasid simulate --seed \(seed) --orders \(orders) --trace", worker: worker)
                        let plan = Simulation.Plan(seed: seed, orders: orders)
                        let outcome = try await Simulation(plan, migrations: Schema.migrations).run()
                        progress.tell(board.add(outcome, seed: seed), of: count)
                    }
                }
            }
            try await group.waitForAll()
        }
        return board.season
    }
}

/// Which seeds are still to be played, and what came of the others.
private final class Scoreboard: Sendable {
    private struct State {
        var next: UInt64
        var season = Season()
    }

    private let last: UInt64
    private let state: Mutex<State>

    init(_ first: UInt64, count: Int) {
        last = first + UInt64(count)
        state = Mutex(State(next: first))
    }

    var season: Season { state.withLock { $0.season } }

    func nextSeed() -> UInt64? {
        state.withLock { state in
            guard state.next < last else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }

    /// - Returns: how many seeds have been played.
    func add(_ outcome: Simulation.Outcome, seed: UInt64) -> Int {
        state.withLock { state in
            state.season.add(outcome, seed: seed)
            return state.season.seeds
        }
    }
}
