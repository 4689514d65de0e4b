import AsyncHTTPClient
public import RasidBase

extension Gateway {
    /// Where an adapter listens, and how it likes to be treated.
    public struct Settings: Sendable {
        static let deadlines: ClosedRange<Duration> = .milliseconds(100) ... .seconds(3600)
        static let settlingTimes: ClosedRange<Duration> = .zero ... .seconds(48 * 3600)
        static let concurrencies = 1...1024
        static let urlCharacters = 1000

        /// The one endpoint to which everything is posted.
        public let url: String
        public let secret: Secret
        /// When a recharge or a question is given up.
        public let deadline: Duration
        /// How long it may take until a recharge that was sent can be seen by asking.
        public let settlingTime: Duration
        /// How many calls it takes at once.
        public let concurrency: Int
        /// Whether it can tell if a number is a subscriber's.
        public let checksNumbers: Bool

        /// - Throws: a ``Refusal`` that says which setting is wrong.
        public init(
            url: String, secret: Secret, deadline: Duration = Limits.attemptDeadline,
            settlingTime: Duration = .seconds(120), concurrency: Int = 8, checksNumbers: Bool = true
        ) throws(Refusal) {
            try Self.read(url)
            guard Self.deadlines.contains(deadline) else {
                throw Refusal("A gateway's deadline must be between 100ms and 1h.")
            }
            guard Self.settlingTimes.contains(settlingTime) else {
                throw Refusal("A gateway's settling time must be between 0s and 48h.")
            }
            guard Self.concurrencies.contains(concurrency) else {
                throw Refusal("A gateway takes between 1 and 1024 calls at once.")
            }
            self.url = url
            self.secret = secret
            self.deadline = deadline
            self.settlingTime = settlingTime
            self.concurrency = concurrency
            self.checksNumbers = checksNumbers
        }

        private static func read(_ url: String) throws(Refusal) {
            let isPlain = url.utf8.count <= urlCharacters && url.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
            let scheme = url.prefix { $0 != ":" }.lowercased()
            guard isPlain, scheme == "http" || scheme == "https", !url.contains("#"),
                (try? HTTPClient.Request(url: url)) != nil
            else {
                throw Refusal("A gateway's URL looks like http://127.0.0.1:9000/.")
            }
            let authority = url.dropFirst(scheme.count + 3).prefix { $0 != "/" && $0 != "?" }
            guard !authority.contains("@") else {
                throw Refusal("A gateway's URL holds no name and no password: requests are signed with its secret.")
            }
        }
    }
}
