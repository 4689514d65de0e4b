import RasidBase
import RasidTesting
import Testing

/// What contract §1 says of every answer, whatever became of the request.
func expectEveryAnswersHeaders(_ answer: RawAnswer, sourceLocation: SourceLocation = #_sourceLocation) {
    let requestID = answer["X-Request-Id"] ?? ""
    #expect(!requestID.isEmpty, sourceLocation: sourceLocation)
    #expect(answer["Access-Control-Allow-Origin"] == "*", sourceLocation: sourceLocation)
    #expect(
        answer["Access-Control-Expose-Headers"]
            == "X-Request-Id, Retry-After, Idempotency-Hit, RateLimit, RateLimit-Policy",
        sourceLocation: sourceLocation)
    if answer.status != 204 {
        #expect(answer["Content-Type"] == "application/json", sourceLocation: sourceLocation)
    }
}

/// The envelope of a success, with its time.
func expectSuccess(_ answer: RawAnswer, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(answer.status == 200, "\(answer.body)", sourceLocation: sourceLocation)
    expectEveryAnswersHeaders(answer, sourceLocation: sourceLocation)
    #expect(answer.json.keys == ["success", "data", "meta"], sourceLocation: sourceLocation)
    #expect(answer.json["success"] == true, sourceLocation: sourceLocation)
    #expect(isTime(answer.json["meta"]["timestamp"]), sourceLocation: sourceLocation)
}

/// The envelope of a failure, in all its parts.
///
/// - Parameters:
///   - message: nil where the contract leaves it open.
///   - details: ``JSON/missing`` for none; nil where the caller looks at them itself.
func expectFailure(
    _ answer: RawAnswer, _ status: Int, _ code: String, _ message: String? = nil, details: JSON? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(answer.status == status, "\(answer.body)", sourceLocation: sourceLocation)
    expectEveryAnswersHeaders(answer, sourceLocation: sourceLocation)
    #expect(answer.json.keys == ["success", "error", "requestId"], "\(answer.body)", sourceLocation: sourceLocation)
    #expect(answer.json["success"] == false, sourceLocation: sourceLocation)
    #expect(answer.json["requestId"].string == answer["X-Request-Id"], sourceLocation: sourceLocation)
    #expect(answer.code == code, "\(answer.body)", sourceLocation: sourceLocation)
    #expect(answer.error["message"].string?.isEmpty == false, sourceLocation: sourceLocation)
    if let message { #expect(answer.error["message"].string == message, sourceLocation: sourceLocation) }
    if let details { #expect(answer.error["details"] == details, sourceLocation: sourceLocation) }
    let hasDetails = answer.error["details"] != .missing
    #expect(
        answer.error.keys == (hasDetails ? ["code", "message", "details"] : ["code", "message"]),
        sourceLocation: sourceLocation)
}

/// An `ERR_VALIDATION` that names its first field, and every faulty one.
///
/// - Parameter fields: the faulty ones in order; `""` for the body as a whole.
func expectFaults(
    _ answer: RawAnswer, _ fields: [String], _ message: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    expectFailure(answer, 400, "ERR_VALIDATION", message, sourceLocation: sourceLocation)
    let details = answer.error["details"]
    #expect(details.keys == ["field", "value", "errors"], sourceLocation: sourceLocation)
    #expect(details["field"].string == fields.first, "\(answer.body)", sourceLocation: sourceLocation)
    #expect(
        details["errors"].items.map { $0["field"].string } == fields, "\(answer.body)",
        sourceLocation: sourceLocation)
    #expect(
        details["errors"].items.allSatisfy { $0.keys == ["field", "message", "value"] },
        sourceLocation: sourceLocation)
    #expect(details["errors"][0]["message"] == answer.error["message"], sourceLocation: sourceLocation)
    #expect(details["errors"][0]["value"] == details["value"], sourceLocation: sourceLocation)
}

/// The bare form of what no route answers, to the byte.
func expectBare(
    _ answer: RawAnswer, _ status: Int, _ error: String, _ message: String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(answer.status == status, sourceLocation: sourceLocation)
    expectEveryAnswersHeaders(answer, sourceLocation: sourceLocation)
    #expect(
        answer.body == #"{"message":\#(JSON.quoted(message)),"error":"\#(error)","statusCode":\#(status)}"#,
        sourceLocation: sourceLocation)
}

/// ISO-8601 in UTC with milliseconds and `Z`, nothing else.
func isTime(_ json: JSON) -> Bool {
    json.string?.wholeMatch(of: #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/#) != nil
}

/// 24 lower-case hex characters.
func isID(_ json: JSON) -> Bool {
    json.string?.wholeMatch(of: #/[0-9a-f]{24}/#) != nil
}

func moment(_ json: JSON) throws -> Timestamp {
    try #require(Timestamp(json.string ?? ""))
}

struct TooLate: Error {}

/// Looks until `body` finds something, for at most so long.
func eventually<Found>(
    within limit: Duration = .seconds(30), _ body: () async throws -> Found?
) async throws -> Found {
    let clock = ContinuousClock()
    let end = clock.now + limit
    while clock.now < end {
        if let found = try await body() { return found }
        try await clock.sleep(for: .milliseconds(20))
    }
    throw TooLate()
}
