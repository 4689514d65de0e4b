public import RasidBase

/// Why a call did not do what it was asked to (contract §2).
///
/// Ask its ``code`` what happened, and after a send its ``outcome`` whether there may be an order all the same. Its
/// description says what to do next; neither that nor any property holds the key, a card's code or a whole number.
public struct TopupError: Error, Hashable, Sendable {
    /// What is known of the order of a send that failed.
    public enum Outcome: String, Hashable, Sendable {
        /// There is no order: the reference is free, and nothing was taken off the balance.
        case nothingStarted
        /// There may be an order: look the reference up, or send the very same request again. Never refund on this.
        case unknown
    }

    /// One field that the server did not accept.
    public struct Fault: Hashable, Sendable {
        /// Empty for the body as a whole.
        public let field: String
        public let message: String
    }

    public let code: Code
    /// In the server's words, where it gave any.
    public let message: String
    /// Of the HTTP answer; nil where none could be read.
    public internal(set) var status: Int?
    /// The server's name of the request, for its log.
    public internal(set) var requestID: String?
    /// After a send; nil for every other call.
    public internal(set) var outcome: Outcome?
    /// Of the order that was to be placed; nil for every call but a send.
    public internal(set) var reference: String?

    /// How long to wait before another try.
    public internal(set) var retryAfter: Duration?
    /// What the order costs, after ``Code/insufficientBalance``.
    public internal(set) var requiredBalance: Money?
    /// What can be spent, after ``Code/insufficientBalance``.
    public internal(set) var availableBalance: Money?
    /// How many wrong keys more until the address is blocked, after ``Code/invalidAccessToken``.
    public internal(set) var attemptsLeft: Int?
    /// The order that has the reference, after ``Code/duplicatedReference``.
    public internal(set) var existingID: String?
    /// The status word of that order.
    public internal(set) var existingStatus: String?
    /// After ``Code/invalid``, the first offending field first.
    public internal(set) var faults: [Fault] = []
    /// The order as it was last seen, after ``Code/deadlineExceeded``.
    public internal(set) var lastSeen: Topup?

    init(_ code: Code, _ message: String, outcome: Outcome? = nil, reference: String? = nil) {
        self.code = code
        self.message = message
        self.outcome = outcome
        self.reference = reference
    }

    /// Whether the same call may do better in a while: the server was not reached, broke, or had too much to do.
    public var isTransient: Bool {
        if code == .noConnection || code == .noAnswer || code == .rateLimited { return true }
        return status.map { $0 >= 500 || $0 == 429 } ?? false
    }
}

extension TopupError: CustomStringConvertible, CustomDebugStringConvertible {
    public var description: String {
        var text = code.rawValue
        if let status { text += " (HTTP \(status))" }
        text += ": " + message
        if let requiredBalance, let availableBalance {
            text += " (it costs \(requiredBalance) DZD, there are \(availableBalance))"
        }
        if let last = text.last, !".!?".contains(last) { text += "." }
        if let advice = code.advice { text += " " + advice }
        if let retryAfter { text += " Wait \(retryAfter.secondsRoundedUp) s first." }
        switch outcome {
        case .nothingStarted: text += " There is no order."
        case .unknown:
            text += " Whether there is an order is not known: look its reference up, or send the same request again."
        case nil: break
        }
        let names = [reference.map { "reference \($0)" }, requestID.map { "request \($0)" }].compactMap(\.self)
        return names.isEmpty ? text : text + " [" + names.joined(separator: ", ") + "]"
    }

    public var debugDescription: String { description }
}
