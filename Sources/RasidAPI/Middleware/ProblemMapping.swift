import HTTPTypes
import RasidBase
import RasidWire

/// A refusal as the contract's error table has it: the one place where a problem becomes a status and a body.
struct Refused {
    let status: HTTPResponse.Status
    let code: ErrorCode
    let message: String
    var details: FailureDetails?
    var fields: [HTTPField] = []

    func answer(requestID: String) -> Answer {
        let failure = Failure(code: code, message: message, details: details, requestID: requestID)
        return Answer(status, body: JSONWriter.bytes(of: failure), fields: fields, error: code)
    }
}

extension Refused {
    init(_ problem: Problem) {
        switch problem {
        case .missingAccessToken:
            self.init(status: .unauthorized, code: .missingAccessToken, message: "Access token is required")
        case .invalidAccessToken(let attemptsLeft):
            self.init(
                status: .unauthorized, code: .invalidAccessToken, message: "The provided access token is invalid",
                details: .attemptsLeft(attemptsLeft))
        case .addressBlocked(let wait):
            self.init(
                status: .forbidden, code: .addressBlocked,
                message: "Your IP has been temporarily blocked due to too many invalid attempts",
                details: .retryAfter(seconds: wait.secondsRoundedUp), fields: [.retryAfter(wait)])
        case .addressNotAllowed(let address):
            self.init(
                status: .forbidden, code: .addressNotAllowed,
                message: "Your IP address \(address) is not allowed to use this API key")
        case .accountDisabled:
            self.init(status: .forbidden, code: .disabled, message: "This API key or its account is disabled")
        case .readOnlyKey:
            self.init(status: .forbidden, code: .readOnlyKey, message: "This API key may only read")
        case .rateLimited(let verdict):
            self.init(
                status: .tooManyRequests, code: .rateLimited, message: "Too many requests",
                fields: [.retryAfter(verdict.retryAfter)] + HTTPField.rate(verdict))
        case .invalid(let faults):
            self.init(
                status: .badRequest, code: .invalid, message: faults.first?.message ?? "The request is invalid",
                details: .faults(faults))
        case .insufficientBalance, .duplicatedReference, .outOfStock, .phone, .orderNotFound, .idempotencyMismatch:
            self.init(aboutOrder: problem)
        case .unavailable(let wait):
            self.init(
                status: .serviceUnavailable, code: .unavailable,
                message: "The service is busy; nothing was started, send the same request again",
                fields: [.retryAfter(wait)])
        case .outcomeUnknown(let reference):
            self.init(
                status: .serviceUnavailable, code: .unavailable,
                message: "What became of this order is not known yet; look its reference up",
                details: .unknownOutcome(reference: reference), fields: [.retryAfter(Limits.retryWhenBehind)])
        }
    }

    /// The refusals that the business has, apart so that each half of the table fits a screen.
    private init(aboutOrder problem: Problem) {
        switch problem {
        case .insufficientBalance(let required, let available):
            self.init(
                status: .forbidden, code: .insufficientBalance,
                message: "Your balance is insufficient for this operation",
                details: .balance(required: required, available: available))
        case .duplicatedReference(let reference, let order, let status):
            self.init(
                status: .forbidden, code: .duplicatedReference, message: "This reference ID is already in use",
                details: .duplicate(reference: reference, order: order, status: status))
        case .outOfStock(let type, let value):
            self.init(
                status: .forbidden, code: .outOfStock, message: "The \(type.rawValue) card of \(value) is out of stock",
                details: .product(type: type, value: value))
        case .phone(let number, let type, let reason):
            self.init(
                status: .badRequest, code: .phone, message: "Invalid phone number for \(type.rawValue) service",
                details: .phone(number: number.echoed, type: type, reason: reason))
        case .orderNotFound(.reference(let reference)):
            self.init(status: .notFound, code: .notFound, message: "Top-up with reference '\(reference)' not found")
        case .orderNotFound(.id(let id)):
            self.init(status: .notFound, code: .notFound, message: "Top-up with ID '\(id)' not found")
        case .idempotencyMismatch(let field):
            self.init(
                status: .unprocessableContent, code: .idempotencyMismatch,
                message: "This Idempotency-Key belongs to a request with another \(field)", details: .field(field))
        case .missingAccessToken, .invalidAccessToken, .addressBlocked, .addressNotAllowed, .accountDisabled,
            .readOnlyKey, .rateLimited, .invalid, .unavailable, .outcomeUnknown:
            self.init(problem)
        }
    }

    /// What the store refused. An outcome in doubt is the endpoint's own to name; elsewhere nothing was sold.
    init?(_ failure: StoreFailure) {
        switch failure {
        case .unavailable, .inDoubt: self.init(.unavailable(retryAfter: Limits.retryWhenBehind))
        case .broken: return nil
        }
    }

    static let payloadTooLarge = Refused(
        status: .contentTooLarge, code: .payloadTooLarge,
        message: "The body has more than \(Limits.bodyBytes) bytes")

    static func internalError(requestID: String) -> Refused {
        Refused(
            status: .internalServerError, code: .internalError,
            message: "Something went wrong on our side; tell support the request id \(requestID)")
    }
}

extension HTTPField {
    /// Whole seconds, never a date and never 0.
    static func retryAfter(_ wait: Duration) -> HTTPField {
        HTTPField(name: .retryAfter, value: String(max(1, wait.secondsRoundedUp)))
    }

    /// The structured fields of draft-ietf-httpapi-ratelimit-headers.
    static func rate(_ verdict: RateVerdict) -> [HTTPField] {
        let window = verdict.window.secondsRoundedUp
        let reset = verdict.reset.secondsRoundedUp
        return [
            HTTPField(name: .rateLimitPolicy, value: "\"default\";q=\(verdict.limit);w=\(window)"),
            HTTPField(name: .rateLimit, value: "\"default\";r=\(verdict.remaining);t=\(reset)"),
        ]
    }
}
