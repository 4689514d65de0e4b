import RasidBase
import RasidDatabase
import RasidSimulation

/// What many seeds came to.
struct Season: Sendable {
    struct Failure: Sendable {
        let seed: UInt64
        let violation: String
    }

    private(set) var seeds = 0
    private(set) var orders = 0
    private(set) var steps = 0
    private(set) var checks = 0
    private(set) var virtualTime = Duration.zero
    private(set) var faults = FaultCounts()
    /// The same for the same seeds over the same version of SQLite, whatever the build and the machine.
    private(set) var fingerprint: UInt64 = 0
    private(set) var failures: [Failure] = []

    mutating func add(_ outcome: Simulation.Outcome, seed: UInt64) {
        seeds += 1
        orders += outcome.orders
        steps += outcome.steps
        checks += outcome.checks
        virtualTime += outcome.virtualTime
        faults = faults + outcome.faults
        fingerprint ^= outcome.fingerprint &* (2 &* seed &+ 1)
        if let violation = outcome.violation {
            failures.append(Failure(seed: seed, violation: "\(violation), at step \(outcome.steps)"))
        }
    }

    /// The seeds that did not hold, at most ten of them by name.
    var failingSeeds: String {
        let seeds = failures.map(\.seed).sorted()
        return seeds.prefix(10).map(String.init).joined(separator: ", ") + (seeds.count > 10 ? " and more" : "")
    }

    /// What ends a story that was told line by line; it holds nothing of the machine.
    var line: String {
        "\(failures.isEmpty ? "Everything held" : "Something did not hold"): orders \(orders), steps \(steps), "
            + "fingerprint \(String(fingerprint, radix: 16))."
    }

    func table(_ took: Duration) -> String {
        var table = Table(.words("PLAYED"), .number("COUNT"))
        table.add("seeds", "\(seeds)")
        table.add("orders", "\(orders)")
        table.add("steps", "\(steps)")
        table.add("invariants checked", "\(checks)")
        table.add("hours of virtual time", "\(virtualTime.components.seconds / 3600)")
        table.add("seconds it took", "\(took.components.seconds)")
        table.add("orders per second", "\(perSecond(took))")
        table.add("fingerprint, over SQLite \(SQLiteEngine.version)", String(fingerprint, radix: 16))
        table.add("violations", "\(failures.count)")
        var made = Table(.words("FAULT"), .number("TIMES"))
        for fault in Fault.allCases { made.add(fault.rawValue, "\(faults[fault])") }
        return table.text + "\n\n" + made.text
    }

    func perSecond(_ took: Duration) -> Int {
        Int(Int64(orders) * 1000 / max(1, took.milliseconds))
    }
}

/// The same for machines.
struct SeasonView: Encodable {
    struct Failure: Encodable {
        let seed: UInt64
        let violation: String
    }

    let seeds: Int
    let orders: Int
    let steps: Int
    let checks: Int
    let virtualSeconds: Int64
    let ordersPerSecond: Int
    let fingerprint: String
    let sqlite = SQLiteEngine.version
    let faults: [String: Int]
    let violations: [Failure]

    init(_ season: Season, _ took: Duration) {
        seeds = season.seeds
        orders = season.orders
        steps = season.steps
        checks = season.checks
        virtualSeconds = season.virtualTime.components.seconds
        ordersPerSecond = season.perSecond(took)
        fingerprint = String(season.fingerprint, radix: 16)
        faults = Dictionary(uniqueKeysWithValues: Fault.allCases.map { ("\($0)", season.faults[$0]) })
        violations = season.failures.map { Failure(seed: $0.seed, violation: $0.violation) }
    }
}
