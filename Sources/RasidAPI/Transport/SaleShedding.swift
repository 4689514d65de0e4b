import HTTPTypes
import NIOCore
import NIOHTTP1
import RasidBase
import RasidWire

/// Answers sales that would be refused anyway, before anything is read, looked up or queued for them.
///
/// A shop that is behind spends its time on what it has taken on: saying no here costs a third of what it costs behind the
/// door, and the answer is held back for a while, so that nobody who asks again and again keeps the shop busy with no.
struct SaleShedding: Sendable {
    let isBehind: @Sendable () -> Bool
    /// How long an answer is held back.
    let pause: Duration
    let requestIDs: RequestIDs
    let log: RequestLog

    /// Whether a request is a sale, in the form in which clients send it, and the shop cannot take it on.
    func refuses(_ head: HTTPRequestHead) -> Bool {
        head.method == .POST && head.uri == Path.send && !head.headers.contains(name: "expect") && isBehind()
    }

    func answer() -> (head: HTTPResponseHead, body: ByteBuffer) {
        let requestID = requestIDs.next()
        let answer = Refused(.unavailable(retryAfter: Limits.retryWhenBehind)).answer(requestID: requestID)
        var headers: HTTPHeaders = [
            "Content-Type": "application/json", "Content-Length": String(answer.body.count), "X-Request-Id": requestID,
        ]
        for field in CrossOrigin.fields + answer.fields { headers.add(name: field.name.rawName, value: field.value) }
        log.line(
            RequestLog.Line(
                route: Path.send, method: "POST", status: answer.status.code, requestID: requestID,
                error: answer.error?.rawValue))
        return (
            HTTPResponseHead(version: .http1_1, status: .serviceUnavailable, headers: headers),
            ByteBuffer(bytes: answer.body)
        )
    }
}
