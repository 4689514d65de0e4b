extension TopupError {
    /// What happened: a word of the contract's error table, one of this library's own, or one that it does not know.
    public struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        public let rawValue: String

        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        public var description: String { rawValue }
    }
}

// MARK: - The contract's (§2)

extension TopupError.Code {
    public static let missingAccessToken = Self(rawValue: "MISSING_ACCESS_TOKEN")
    public static let invalidAccessToken = Self(rawValue: "INVALID_ACCESS_TOKEN")
    public static let addressBlocked = Self(rawValue: "IP_BLOCKED")
    public static let addressNotAllowed = Self(rawValue: "IP_NOT_ALLOWED")
    /// The key or its account is switched off.
    public static let disabled = Self(rawValue: "API_DISABLED")
    public static let readOnlyKey = Self(rawValue: "READ_ONLY_KEY")
    public static let insufficientBalance = Self(rawValue: "INSUFFICIENT_BALANCE")
    /// The reference belongs to an order that is another one.
    public static let duplicatedReference = Self(rawValue: "DUPLICATED_REF")
    public static let outOfStock = Self(rawValue: "ERR_STOCK")
    /// Something about the request's form; see ``TopupError/faults``.
    public static let invalid = Self(rawValue: "ERR_VALIDATION")
    /// The number has not the form of its service, or is no subscriber's.
    public static let phone = Self(rawValue: "ERR_PHONE")
    /// There is no such order, says the service itself; see ``bareFailure`` for a 404 of something else.
    public static let notFound = Self(rawValue: "NOT_FOUND")
    public static let idempotencyMismatch = Self(rawValue: "IDEMPOTENCY_MISMATCH")
    public static let payloadTooLarge = Self(rawValue: "PAYLOAD_TOO_LARGE")
    public static let rateLimited = Self(rawValue: "RATE_LIMIT_EXCEEDED")
    public static let internalError = Self(rawValue: "INTERNAL_ERROR")
    public static let unavailable = Self(rawValue: "SERVICE_UNAVAILABLE")
}

// MARK: - The library's own

extension TopupError.Code {
    /// No connection could be made; nothing was sent.
    public static let noConnection = Self(rawValue: "NO_CONNECTION")
    /// The request may have arrived; its answer did not.
    public static let noAnswer = Self(rawValue: "NO_ANSWER")
    /// An answer came that is not the contract's.
    public static let unreadableAnswer = Self(rawValue: "UNREADABLE_ANSWER")
    /// A failure without the contract's envelope: of a proxy, of another server, of a path that is not there.
    public static let bareFailure = Self(rawValue: "BARE_FAILURE")
    /// An order was not final in time; ``TopupError/lastSeen`` is how it was seen last.
    public static let deadlineExceeded = Self(rawValue: "DEADLINE_EXCEEDED")
}

extension TopupError.Code {
    /// What to do about it, in a sentence.
    var advice: String? { Self.advice[self] }

    private static let advice: [Self: String] = [
        .missingAccessToken: "Give the client its key.",
        .invalidAccessToken: "Check the key; too many wrong ones block this address.",
        .addressBlocked: "Stop calling from here, and check the key.",
        .addressNotAllowed: "Have this address allowed for the key.",
        .disabled: "Have the key or its account switched on.",
        .readOnlyKey: "Use a key that may place orders.",
        .insufficientBalance: "Pay in, and send the same request again.",
        .duplicatedReference: "Take another reference for another order.",
        .outOfStock: "Offer another value, or try later.",
        .invalid: "Mend the request: the same one will be refused again.",
        .phone: "Have the number and its type checked.",
        .notFound: "Check the id or the reference, and whether the key is of the order's environment.",
        .idempotencyMismatch: "Take another idempotency key for another order.",
        .payloadTooLarge: "Send less.",
        .rateLimited: "Call less often.",
        .internalError: "Try again; tell the service the request's name if it goes on.",
        .unavailable: "Try again in a while.",
        .noConnection: "Check the address and the network.",
        .noAnswer: "Try again.",
        .unreadableAnswer: "Check that the base URL is the service's own.",
        .bareFailure: "Check that the base URL is the service's own, and what stands before it.",
        .deadlineExceeded: "The order goes on: look again later.",
    ]
}
