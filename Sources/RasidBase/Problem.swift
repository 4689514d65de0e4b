/// Everything that can be wrong with a client's request: one case a row of the contract's error table (§2).
///
/// Rooms throw it; RasidAPI alone turns it into a status, a code and a body. It holds no key and no card code.
public enum Problem: Error, Hashable, Sendable {
    case missingAccessToken
    case invalidAccessToken(attemptsLeft: Int)
    case addressBlocked(retryAfter: Duration)
    case addressNotAllowed(address: String)
    case accountDisabled
    case readOnlyKey
    case insufficientBalance(required: Money, available: Money)
    case duplicatedReference(reference: String, order: OrderID, status: OrderStatus)
    case outOfStock(type: ServiceType, value: Money)
    /// At least one fault; the first is the one that is named in the message.
    case invalid([FieldFault])
    case phone(number: String, type: ServiceType, reason: String)
    case orderNotFound(OrderLookup)
    case idempotencyMismatch(field: String)
    case rateLimited(RateVerdict)
    /// Nothing was started: the same request may simply be sent again.
    case unavailable(retryAfter: Duration)
    /// A commit whose outcome could not be found out within the bound (contract §2).
    case outcomeUnknown(reference: String)

    public static func invalid(_ faults: FieldFault...) -> Problem { .invalid(faults) }

    /// A number of the right form that the operator does not know.
    public static func notASubscriber(_ number: ServiceNumber) -> Problem {
        .phone(
            number: number.text, type: number.type,
            reason: "No subscriber of the \(number.type.rawValue) service has this number")
    }
}

extension String {
    /// What of a client's text is said back to it: at most ``Limits/echoedCharacters``.
    ///
    /// Scalars, not what a reader sees as one character: that may bear any number of marks.
    public var echoed: String { String(unicodeScalars.prefix(Limits.echoedCharacters)) }
}

/// One offending field of a request.
public struct FieldFault: Hashable, Sendable {
    public enum Place: String, Sendable {
        case body, querystring, headers
    }

    public let place: Place
    /// Empty for the body as a whole.
    public let field: String
    /// What the field must be, after its name: `must be string`.
    public let rule: String
    /// What was sent, cut to ``Limits/echoedCharacters``; nil where nothing was.
    public let value: String?

    public init(_ place: Place, _ field: String, _ rule: String, value: String? = nil) {
        self.place = place
        self.field = field
        self.rule = rule
        self.value = value?.echoed
    }

    /// Fastify's wording: `body/type must be …`; a missing property is the object's own fault.
    public var message: String {
        field.isEmpty || rule.hasPrefix("must have required property")
            ? "\(place.rawValue) \(rule)" : "\(place.rawValue)/\(field) \(rule)"
    }

    public static func missing(_ place: Place, _ field: String) -> FieldFault {
        FieldFault(place, field, "must have required property '\(field)'")
    }

    public static func notAllowed(_ place: Place, _ field: String, value: String?) -> FieldFault {
        FieldFault(place, field, "must be equal to one of the allowed values", value: value)
    }
}

/// How an order was asked for: what a 404 says it did not find.
public enum OrderLookup: Hashable, Sendable {
    case id(String)
    case reference(String)
}

/// What the rate limiter knows after one request; both outcomes are told to the client in the IETF fields.
public struct RateVerdict: Hashable, Sendable {
    /// Requests per window.
    public let limit: Int
    public let window: Duration
    public let remaining: Int
    /// Until the whole limit is there again.
    public let reset: Duration
    /// Zero for a request that was let through.
    public let retryAfter: Duration

    public init(limit: Int, window: Duration, remaining: Int, reset: Duration, retryAfter: Duration) {
        self.limit = limit
        self.window = window
        self.remaining = remaining
        self.reset = reset
        self.retryAfter = retryAfter
    }
}
