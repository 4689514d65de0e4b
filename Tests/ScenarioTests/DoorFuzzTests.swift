import Foundation
import RasidTesting
import Testing

/// Seeded requests of every shape against a live shop; `scripts/fuzz` runs many of them.
@Suite struct DoorFuzzTests {
    /// What the resident set may grow by, once warm, in a run of any length.
    private static let growth = 64 << 20
    private static let longRun = 50_000

    @Test func `whatever comes to the door is answered as the contract says, and what is refused changes nothing`()
        async throws
    {
        let plan = DoorPlan.asked
        try await LiveShop.run(operatorDelay: .milliseconds(2)) { live in
            let world = try await DoorWorld.open(live, seed: plan.seed, cards: 1000 + plan.requests / 20)
            let started = ContinuousClock.now
            var resident: [Int] = []
            let report = try await DoorRun(live: live, world: world, plan: plan).run { done, laps in
                resident.append(ResidentSet.bytes())
                if plan.requests >= Self.longRun, done % 20 == 0 || done == laps {
                    print("fuzz: lap \(done) of \(laps), \(Self.megabytes(resident.last ?? 0)) MB resident")
                }
            }
            let seconds = (ContinuousClock.now - started).components.seconds
            let warm = resident.prefix(max(1, resident.count / 4)).last ?? 0
            let end = resident.last ?? 0
            let answers = report.answers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            print(
                """
                fuzz: seed \(plan.seed), \(report.requests) requests in \(seconds) s, \(report.sold.count) sold
                fuzz: answers \(answers.joined(separator: ", "))
                fuzz: resident \(Self.megabytes(warm)) MB when warm, \(Self.megabytes(end)) MB at the end
                """)
            #expect(report.faults.isEmpty, "\(report.faults.prefix(10).joined(separator: "\n"))")
            #expect(plan.only != nil || report.requests >= plan.requests)
            if plan.requests >= Self.longRun { #expect(end - warm < Self.growth, "the resident set grew") }
        }
    }

    private static func megabytes(_ bytes: Int) -> Int { bytes >> 20 }
}
