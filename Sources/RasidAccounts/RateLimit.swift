public import RasidBase

/// How many requests a key may make in a minute, if there is a limit at all: `off`, `120/min` (design §9).
public struct RateLimit: Hashable, Sendable {
    /// nil stands for no limit.
    public let requestsPerMinute: Int64?

    public static let off = RateLimit(checked: nil)

    /// - Returns: nil unless `requestsPerMinute` is 1…1,000,000,000.
    public init?(requestsPerMinute: Int64) {
        guard (1...1_000_000_000).contains(requestsPerMinute) else { return nil }
        self.init(checked: requestsPerMinute)
    }

    private init(checked: Int64?) {
        requestsPerMinute = checked
    }

    /// What a key gets that asks for nothing else (contract §2).
    public static func usual(in environment: ShopEnvironment) -> RateLimit {
        switch environment {
        case .sandbox: RateLimit(checked: Int64(Limits.sandboxRequestsPerMinute))
        case .production: RateLimit(checked: Int64(Limits.productionRequestsPerMinute))
        }
    }
}

extension RateLimit: CustomStringConvertible {
    /// Reads `off` or `N/min`.
    public init?(_ text: some StringProtocol) {
        if text == "off" {
            self = .off
            return
        }
        let digits = text.dropLast(4)
        guard text.hasSuffix("/min"), digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        guard let number = Int64(digits) else { return nil }
        self.init(requestsPerMinute: number)
    }

    public var description: String { requestsPerMinute.map { "\($0)/min" } ?? "off" }
}

extension RateLimit {
    /// The number as it is kept in a row; 0 stands for no limit.
    var stored: Int64 { requestsPerMinute ?? 0 }

    init?(stored: Int64) {
        if stored == 0 { self = .off } else { self.init(requestsPerMinute: stored) }
    }
}
