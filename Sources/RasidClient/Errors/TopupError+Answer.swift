import Foundation
import RasidBase

extension TopupError {
    /// What an answer says that is no success.
    init(_ answer: Answer, to call: Call, hiding key: AccessKey) {
        guard answer.isWellFormed, let failure = try? JSONDecoder().decode(FailureWire.self, from: answer.body) else {
            self.init(
                answer.status == 429 ? .rateLimited : .bareFailure, Self.words(bare: answer.status),
                outcome: answer.status == 429 ? call.outcomeRefused : call.outcomeInDoubt, reference: call.reference)
            add(answer)
            return
        }
        let error = failure.error
        self.init(
            Code(rawValue: Masked.words(error.code, hiding: key)),
            Masked.words(error.message ?? "no more was said", hiding: key),
            outcome: Self.outcome(answer.status, error, call), reference: call.reference)
        add(answer)
        requestID = requestID ?? failure.requestID
        if let details = error.details { add(details, key) }
        if faults.isEmpty, code == .invalid, let field = Self.field(in: message) {
            faults = [Fault(field: field, message: message)]
        }
    }

    private mutating func add(_ answer: Answer) {
        status = answer.status
        requestID = answer.requestID
        retryAfter = answer.retryAfter
    }

    private mutating func add(_ details: FailureWire.Details, _ key: AccessKey) {
        retryAfter = retryAfter ?? details.retryAfter.map { .seconds(min(max(0, $0), 86_400)) }
        requiredBalance = details.required
        availableBalance = details.available
        attemptsLeft = details.attemptsLeft
        existingID = details.topupID
        existingStatus = details.status
        faults = details.errors.map {
            Fault(field: $0.field, message: Masked.words($0.message ?? "", hiding: key))
        }
        if faults.isEmpty, let field = details.field { faults = [Fault(field: field, message: message)] }
    }

    /// A refusal starts nothing. What breaks a server may break it after it has taken the order; a 503 that says
    /// nothing else has started nothing (contract §2).
    private static func outcome(_ status: Int, _ error: FailureWire.Body, _ call: Call) -> Outcome? {
        if error.details?.outcome == "unknown" { return call.outcomeInDoubt }
        if status < 500 || error.code == Code.unavailable.rawValue { return call.outcomeRefused }
        return call.outcomeInDoubt
    }

    private static func words(bare status: Int) -> String {
        switch status {
        case 300..<400: "the answer was a redirect, which is not followed: the key would go along"
        case 429: "too many requests"
        default: "the answer was HTTP \(status), not in the service's form"
        }
    }

    /// `body/value must be …` and `body must have required property 'value'` name their field.
    private static func field(in message: String) -> String? {
        if let match = message.firstMatch(of: /(?:body|querystring)\/([A-Za-z]+)/) { return String(match.output.1) }
        if let match = message.firstMatch(of: /required property '([A-Za-z]+)'/) { return String(match.output.1) }
        return nil
    }
}
