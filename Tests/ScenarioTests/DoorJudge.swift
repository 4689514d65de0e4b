import Foundation
import RasidTesting

/// An answer as the judge sees it.
struct DoorAnswer: Sendable {
    var status: Int
    /// Names in lower case.
    var headers: [(name: String, value: String)]
    var body: String

    init(status: Int, headers: [(name: String, value: String)], body: String) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    init(_ answer: RawAnswer) {
        self.init(
            status: answer.status, headers: answer.headers.map { ($0.name, $0.value) }, body: answer.body)
    }

    func values(_ name: String) -> [String] { headers.filter { $0.name == name }.map(\.value) }

    /// The server ends the connection after it.
    var isLast: Bool { values("connection") == ["close"] }

    /// The id of an order that this answer has sold; nil for any other answer and for a repeat.
    var soldOrder: String? {
        guard status == 200, values("idempotency-hit").isEmpty, body.contains("\"topupRef\"") else { return nil }
        return (try? JSON(body))?["data"]["topupId"].string
    }
}

/// Says what is wrong with an answer, whatever was asked (contract §1 and §2).
struct DoorJudge: Sendable {
    /// The method, where it is known; nil for noise, whose answers may be to anything.
    let method: String?

    private static let statuses: [String: Int] = [
        "MISSING_ACCESS_TOKEN": 401, "INVALID_ACCESS_TOKEN": 401, "IP_BLOCKED": 403, "IP_NOT_ALLOWED": 403,
        "API_DISABLED": 403, "READ_ONLY_KEY": 403, "INSUFFICIENT_BALANCE": 403, "DUPLICATED_REF": 403,
        "ERR_STOCK": 403, "ERR_VALIDATION": 400, "ERR_PHONE": 400, "NOT_FOUND": 404, "IDEMPOTENCY_MISMATCH": 422,
        "PAYLOAD_TOO_LARGE": 413, "RATE_LIMIT_EXCEEDED": 429,
    ]
    private static let bareStatuses: Set<Int> = [400, 404, 405, 408, 413, 431]

    func faults(of answer: DoorAnswer) -> [String] {
        var faults: [String] = []
        if answer.status >= 500 { faults.append("a 5xx: \(answer.status)") }
        let ids = answer.values("x-request-id")
        if ids.count != 1 || ids.first?.isEmpty != false { faults.append("X-Request-Id is \(ids)") }
        if answer.values("access-control-allow-origin") != ["*"] { faults.append("no Access-Control-Allow-Origin") }
        if answer.status == 204 {
            if method != "OPTIONS", method != nil { faults.append("a 204 to \(method ?? "")") }
            if !answer.body.isEmpty { faults.append("a 204 with a body") }
            return faults
        }
        let types = answer.values("content-type")
        if types != ["application/json"] { faults.append("Content-Type is \(types)") }
        guard method != "HEAD" else {
            return answer.body.isEmpty ? faults : faults + ["a HEAD was answered with a body"]
        }
        if answer.values("content-length") != ["\(answer.body.utf8.count)"] {
            let lengths = answer.values("content-length")
            faults.append("Content-Length is \(lengths), the body has \(answer.body.utf8.count)")
        }
        return faults + bodyFaults(answer, id: ids.first ?? "")
    }

    private func bodyFaults(_ answer: DoorAnswer, id: String) -> [String] {
        guard !answer.body.isEmpty else { return ["an empty body"] }
        guard let json = try? JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any] else {
            return ["the body is no JSON object"]
        }
        switch json["success"] as? Bool {
        case true?: return success(json, answer.status)
        case false?: return failure(json, answer, id)
        case nil: return bare(json, answer.status)
        }
    }

    private func success(_ json: [String: Any], _ status: Int) -> [String] {
        var faults: [String] = []
        if status != 200 { faults.append("success with a status of \(status)") }
        if json["data"] as? [String: Any] == nil { faults.append("success without data") }
        return faults
    }

    private func failure(_ json: [String: Any], _ answer: DoorAnswer, _ id: String) -> [String] {
        var faults: [String] = []
        let error = json["error"] as? [String: Any] ?? [:]
        let code = error["code"] as? String ?? ""
        if Self.statuses[code] != answer.status {
            faults.append("the code '\(code)' with a status of \(answer.status)")
        }
        if (error["message"] as? String)?.isEmpty != false { faults.append("a failure without a message") }
        if json["requestId"] as? String != id { faults.append("requestId is not X-Request-Id") }
        if json["meta"] != nil { faults.append("a failure with meta") }
        if code == "RATE_LIMIT_EXCEEDED" || code == "IP_BLOCKED" {
            let waits = answer.values("retry-after")
            if waits.count != 1 || waits.first.flatMap({ Int($0) }) == nil { faults.append("Retry-After is \(waits)") }
        }
        return faults
    }

    private func bare(_ json: [String: Any], _ status: Int) -> [String] {
        // Health answers in words of its own.
        if json.count == 1, let word = json["status"] as? String { return Self.isHealth(word, status) }
        var faults: [String] = []
        if Set(json.keys) != ["message", "error", "statusCode"] { faults.append("neither envelope nor bare form") }
        if json["statusCode"] as? Int != status { faults.append("statusCode is not the status") }
        if !Self.bareStatuses.contains(status) { faults.append("the bare form with a status of \(status)") }
        return faults
    }

    private static func isHealth(_ word: String, _ status: Int) -> [String] {
        status == 200 && ["live", "ready"].contains(word) ? [] : ["health says '\(word)' with a status of \(status)"]
    }
}
