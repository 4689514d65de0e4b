import RasidBase

/// How often and how soon one call is repeated, all within its deadline.
struct Repeats: Sendable {
    private let time: any TimeSource
    private let end: Int64
    private var left: Int
    private var made = 0

    init(_ configuration: TopupClient.Configuration, time: any TimeSource, atLeast wait: Duration = .zero) {
        self.time = time
        end = time.monotonic + (min(configuration.deadline, Self.longestDeadline) + wait).milliseconds
        left = max(0, configuration.retries)
    }

    var remaining: Duration { .milliseconds(max(0, end - time.monotonic)) }

    /// How long the next try may take: something is kept back for another one, as long as there may be one.
    ///
    /// - Parameter wait: how long the server was asked to hold its answer.
    func limit(holding wait: Duration = .zero) -> Duration {
        guard left > 0 else { return max(remaining, Self.shortestTry) }
        let share = remaining / 3 * 2
        return max(min(remaining, max(share, wait + Self.usualTry)), Self.shortestTry)
    }

    /// Waits until the next try.
    ///
    /// - Throws: `error` where there is none: it would not help, none is left, or the deadline comes first.
    mutating func pause(after error: TopupError) async throws {
        let pause = max(error.retryAfter ?? backoff, Self.shortestPause)
        guard left > 0, pause < remaining else { throw error }
        left -= 1
        made += 1
        try await time.sleep(for: pause)
    }

    /// A quarter of a second, doubled each time, and up to half of it less: callers that failed together part.
    private var backoff: Duration {
        let whole: Int64 = 250 << Int64(min(made, 4))
        let less = Int64(SystemIdentifiers().random64() % UInt64(whole / 2))
        return .milliseconds(whole - less)
    }

    private static let longestDeadline = Duration.seconds(86_400)
    private static let shortestPause = Duration.milliseconds(50)
    private static let shortestTry = Duration.milliseconds(100)
    private static let usualTry = Duration.seconds(5)
}
