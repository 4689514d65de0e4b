import Foundation

/// Runs `body` for every number below `count` at the same time.
///
/// - Returns: the answers in the order of their numbers.
func together<Answer: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int) async throws -> Answer
) async rethrows -> [Answer] {
    try await withThrowingTaskGroup(of: (Int, Answer).self) { group in
        for number in 0..<count { group.addTask { (number, try await body(number)) } }
        var answers: [(Int, Answer)] = []
        for try await answer in group { answers.append(answer) }
        return answers.sorted { $0.0 < $1.0 }.map(\.1)
    }
}

/// How often a race is run: `RASID_RACE_ROUNDS`, few unless asked.
enum Rounds {
    static let count = ProcessInfo.processInfo.environment["RASID_RACE_ROUNDS"].flatMap(Int.init) ?? 5
    /// Over HTTP: the shop has fifty cards.
    static let overHTTP = min(count, 40)
}
