import HTTPTypes
import RasidBase
import RasidWire
import Testing

@testable import RasidAPI

@Suite struct ProblemMappingTests {
    private static let verdict = RateVerdict(
        limit: 60, window: .seconds(60), remaining: 0, reset: .milliseconds(59_001), retryAfter: .milliseconds(1))

    /// One row for every case of ``Problem``: status, code, message, details, `Retry-After`.
    private static let table: [(Problem, Int, ErrorCode, String, FailureDetails?, String?)] = [
        (.missingAccessToken, 401, .missingAccessToken, "Access token is required", nil, nil),
        (
            .invalidAccessToken(attemptsLeft: 19), 401, .invalidAccessToken, "The provided access token is invalid",
            .attemptsLeft(19), nil
        ),
        (
            .addressBlocked(retryAfter: .milliseconds(899_001)), 403, .addressBlocked,
            "Your IP has been temporarily blocked due to too many invalid attempts", .retryAfter(seconds: 900), "900"
        ),
        (
            .addressNotAllowed(address: "192.0.2.7"), 403, .addressNotAllowed,
            "Your IP address 192.0.2.7 is not allowed to use this API key", nil, nil
        ),
        (.accountDisabled, 403, .disabled, "This API key or its account is disabled", nil, nil),
        (.readOnlyKey, 403, .readOnlyKey, "This API key may only read", nil, nil),
        (
            .insufficientBalance(required: .dinars(950), available: .dinars(500)), 403, .insufficientBalance,
            "Your balance is insufficient for this operation",
            .balance(required: .dinars(950), available: .dinars(500)), nil
        ),
        (
            .duplicatedReference(reference: "r", order: OrderID(seconds: 1, random: 2), status: .handling), 403,
            .duplicatedReference, "This reference ID is already in use",
            .duplicate(reference: "r", order: OrderID(seconds: 1, random: 2), status: .handling), nil
        ),
        (
            .outOfStock(type: .adsl, value: .dinars(1000)), 403, .outOfStock, "The ADSL card of 1000 is out of stock",
            .product(type: .adsl, value: .dinars(1000)), nil
        ),
        (
            .invalid(.missing(.body, "number")), 400, .invalid, "body must have required property 'number'",
            .faults([.missing(.body, "number")]), nil
        ),
        (
            .phone(number: "1", type: .adsl, reason: "why"), 400, .phone, "Invalid phone number for ADSL service",
            .phone(number: "1", type: .adsl, reason: "why"), nil
        ),
        (.orderNotFound(.reference("x")), 404, .notFound, "Top-up with reference 'x' not found", nil, nil),
        (.orderNotFound(.id("x")), 404, .notFound, "Top-up with ID 'x' not found", nil, nil),
        (
            .idempotencyMismatch(field: "value"), 422, .idempotencyMismatch,
            "This Idempotency-Key belongs to a request with another value", .field("value"), nil
        ),
        (.rateLimited(verdict), 429, .rateLimited, "Too many requests", nil, "1"),
        (
            .unavailable(retryAfter: .seconds(3)), 503, .unavailable,
            "The service is busy; nothing was started, send the same request again", nil, "3"
        ),
        (
            .outcomeUnknown(reference: "r"), 503, .unavailable,
            "What became of this order is not known yet; look its reference up", .unknownOutcome(reference: "r"), "2"
        ),
    ]

    @Test func `every problem has its row of the contract's table`() {
        for (problem, status, code, message, details, retryAfter) in Self.table {
            let refused = Refused(problem)
            #expect(refused.status.code == status)
            #expect(refused.code == code)
            #expect(refused.message == message)
            #expect(refused.details == details)
            #expect(refused.fields.first { $0.name == .retryAfter }?.value == retryAfter)
        }
    }

    @Test func `a rate is told in structured fields, whole seconds rounded up`() {
        let fields = Refused(.rateLimited(Self.verdict)).fields.map { "\($0.name): \($0.value)" }
        #expect(
            fields == [
                "Retry-After: 1", #"RateLimit-Policy: "default";q=60;w=60"#, #"RateLimit: "default";r=0;t=60"#,
            ])
    }

    @Test func `a store that is busy is 503, and a broken one is no answer of the table`() {
        #expect(Refused(StoreFailure.unavailable("full"))?.status == .serviceUnavailable)
        #expect(Refused(StoreFailure.inDoubt("commit"))?.status == .serviceUnavailable)
        #expect(Refused(StoreFailure.broken("row")) == nil)
    }
}
