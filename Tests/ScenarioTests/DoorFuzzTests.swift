import Foundation
import RasidServer
import RasidTesting
import Testing

/// Seeded requests of every shape against a served shop; `scripts/fuzz` runs many of them against the release binary.
@Suite struct DoorFuzzTests {
    private static let longRun = 50_000
    /// What the server's memory may grow by in the second half of a long run: the engine's page caches, which are bounded.
    private static let growth = 8 << 20

    @Test func `whatever comes to the door is answered as the contract says, and what is refused changes nothing`()
        async throws
    {
        let plan = DoorPlan.asked
        let folder = try TemporaryFolder()
        let (shop, vault) = try await LiveShop.stocked(at: folder.path)
        let place = try await TestEngine.arguments(for: folder.path, opensVault: true)
        try await ServerProcess.serve(["serve", "--operator-delay", "2ms"] + place) { server in
            let live = LiveShop(port: server.port, shop: shop, vault: vault, path: folder.path)
            try await knock(live, server.processID, plan)
        }
        try await shop.close()
        withExtendedLifetime(folder) {}
    }

    private func knock(_ live: LiveShop, _ server: pid_t, _ plan: DoorPlan) async throws {
        let world = try await DoorWorld.open(live, seed: plan.seed, cards: 1000 + plan.requests / 20)
        let started = ContinuousClock.now
        var resident: [Int] = []
        let report = try await DoorRun(live: live, world: world, plan: plan).run { done, laps in
            resident.append(ResidentSet.bytes(of: server))
            if plan.requests >= Self.longRun, done % 20 == 0 || done == laps {
                print("fuzz: lap \(done) of \(laps), the server has \(Self.megabytes(resident.last ?? 0)) MB")
            }
        }
        let seconds = (ContinuousClock.now - started).components.seconds
        let half = resident.prefix(max(1, resident.count / 2)).last ?? 0
        let end = resident.last ?? 0
        let answers = report.answers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        print(
            """
            fuzz: seed \(plan.seed), \(report.requests) requests in \(seconds) s, \(report.sold.count) sold
            fuzz: answers \(answers.joined(separator: ", "))
            fuzz: the server had \(Self.megabytes(half)) MB after half of it and has \(Self.megabytes(end)) MB at the end
            """)
        #expect(report.faults.isEmpty, "\(report.faults.prefix(10).joined(separator: "\n"))")
        #expect(plan.only != nil || report.requests >= plan.requests)
        if plan.requests >= Self.longRun { #expect(end - half < Self.growth, "the server's memory grew") }
    }

    /// To a tenth.
    private static func megabytes(_ bytes: Int) -> String { String(format: "%.1f", Double(bytes) / 1_048_576) }
}
