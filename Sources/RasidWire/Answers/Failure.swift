public import RasidBase

/// The envelope of every failure that a route answers (contract §2).
public struct Failure: JSONShape, Hashable, Sendable {
    public let code: ErrorCode
    public let message: String
    public let details: FailureDetails?
    /// Equals the header `X-Request-Id`.
    public let requestID: String

    public init(code: ErrorCode, message: String, details: FailureDetails?, requestID: String) {
        self.code = code
        self.message = message
        self.details = details
        self.requestID = requestID
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("success", false)
            writer.member("error") { writer in
                writer.member("code", code.rawValue)
                writer.member("message", message)
                if let details { writer.member("details", details) }
            }
            writer.member("requestId", requestID)
        }
    }
}

/// The words of the contract's error table.
public enum ErrorCode: String, CaseIterable, Hashable, Sendable {
    case missingAccessToken = "MISSING_ACCESS_TOKEN"
    case invalidAccessToken = "INVALID_ACCESS_TOKEN"
    case addressBlocked = "IP_BLOCKED"
    case addressNotAllowed = "IP_NOT_ALLOWED"
    case disabled = "API_DISABLED"
    case readOnlyKey = "READ_ONLY_KEY"
    case insufficientBalance = "INSUFFICIENT_BALANCE"
    case duplicatedReference = "DUPLICATED_REF"
    case outOfStock = "ERR_STOCK"
    case invalid = "ERR_VALIDATION"
    case phone = "ERR_PHONE"
    case notFound = "NOT_FOUND"
    case idempotencyMismatch = "IDEMPOTENCY_MISMATCH"
    case payloadTooLarge = "PAYLOAD_TOO_LARGE"
    case rateLimited = "RATE_LIMIT_EXCEEDED"
    case internalError = "INTERNAL_ERROR"
    case unavailable = "SERVICE_UNAVAILABLE"
}

/// What a failure adds for programs: one case a form of the contract's last column.
public enum FailureDetails: JSONShape, Hashable, Sendable {
    case attemptsLeft(Int)
    case retryAfter(seconds: Int)
    case balance(required: Money, available: Money)
    case duplicate(reference: String, order: OrderID, status: OrderStatus)
    case product(type: ServiceType, value: Money)
    /// Never empty; the first is named before the list.
    case faults([FieldFault])
    case phone(number: String, type: ServiceType, reason: String)
    /// The field in which a repeated request differs from its first form.
    case field(String)
    case unknownOutcome(reference: String)

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            switch self {
            case .attemptsLeft(let count):
                writer.member("attemptsLeft", count)
            case .retryAfter(let seconds):
                writer.member("retryAfter", seconds)
            case .balance(let required, let available):
                writer.member("required", required)
                writer.member("available", available)
            case .duplicate(let reference, let order, let status):
                writer.member("ref", reference)
                writer.member("topupId", order)
                writer.member("status", status.rawValue)
            case .product(let type, let value):
                writer.member("type", type.rawValue)
                writer.member("value", value)
            case .faults(let faults):
                if let first = faults.first { writer.place(of: first) }
                writer.member("errors", array: faults)
            case .phone(let number, let type, let reason):
                writer.member("number", number)
                writer.member("type", type.rawValue)
                writer.member("reason", reason)
            case .field(let field):
                writer.member("field", field)
            case .unknownOutcome(let reference):
                writer.member("outcome", "unknown")
                writer.member("ref", reference)
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func place(of fault: FieldFault) {
        member("field", fault.field)
        if let value = fault.value { member("value", value) } else { nullMember("value") }
    }
}

extension FieldFault: JSONShape {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("field", field)
            writer.member("message", message)
            if let value { writer.member("value", value) } else { writer.nullMember("value") }
        }
    }
}

/// The bare form, for what no route answers: an unknown path, a wrong method, a request that is not HTTP.
public struct RouteFailure: JSONShape, Hashable, Sendable {
    public let message: String
    /// The status in words: `Not Found`.
    public let error: String
    public let statusCode: Int

    public init(message: String, error: String, statusCode: Int) {
        self.message = message
        self.error = error
        self.statusCode = statusCode
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("message", message)
            writer.member("error", error)
            writer.member("statusCode", statusCode)
        }
    }
}
