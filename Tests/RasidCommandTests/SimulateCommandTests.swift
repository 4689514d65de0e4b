import Testing

/// Stories on the command line: readable, the same each time, and told to their end.
@Suite struct SimulateCommandTests {
    @Test func `a story ends with what came of it, in a pipe too, and is the same each time`() async throws {
        let arguments = ["simulate", "--seed", "7", "--orders", "30", "--trace"]
        let told = try await RasidProgram.run(arguments)
        #expect(told.code == 0 && told.complaint.isEmpty)
        let lines = told.output.split(separator: "\n")
        #expect(lines.last?.hasPrefix("Everything held: orders ") == true)
        #expect(lines.dropLast().allSatisfy { $0.hasPrefix("2026-") })
        #expect(try await RasidProgram.run(arguments).output == told.output)
    }

    @Test func `a season ends with its table, and machines read the same`() async throws {
        struct Season: Decodable {
            let seeds: Int
            let orders: Int
            let violations: [String]
        }
        let text = try await RasidProgram.run(["simulate", "--seeds", "2", "--orders", "20"])
        #expect(text.code == 0 && text.complaint.isEmpty)
        #expect(text.output.contains(/violations +0\n/) && text.output.contains(/store is full +[0-9]+\n/))
        let season = try await RasidProgram.run(["simulate", "--seeds", "2", "--orders", "20", "--json"])
            .json(Season.self)
        #expect(season.seeds == 2 && season.violations.isEmpty)
    }

    @Test(arguments: [
        ["--seed", "1", "--seeds", "2"], ["--seed", "18446744073709551615"], ["--seeds", "0"], ["--orders", "0"],
        ["--trace"], ["--seed", "1", "--trace", "--json"], ["--seed", "1", "--from", "2"],
    ])
    func `what cannot be played is bad usage`(arguments: [String]) async throws {
        let answer = try await RasidProgram.run(["simulate"] + arguments)
        #expect(answer.code == 64)
        #expect(answer.output.isEmpty && answer.complaint.contains("Usage"))
    }
}
