import AsyncHTTPClient
import Foundation
import NIOHTTP1
import RasidWire

/// What came back: the status, the two headers that are read, and the whole body.
struct Answer: Sendable {
    let status: Int
    let requestID: String?
    let retryAfter: Duration?
    let body: Data

    init(status: Int, requestID: String?, retryAfter: Duration?, body: Data) {
        self.status = status
        self.requestID = requestID
        self.retryAfter = retryAfter
        self.body = body
    }

    init(_ response: HTTPClientResponse, body: Data) {
        self.init(
            status: Int(response.status.code),
            requestID: response.headers.first(name: "X-Request-Id").map { String($0.prefix(100)) },
            retryAfter: response.headers.first(name: "Retry-After").flatMap(Self.seconds),
            body: body)
    }

    /// Whether the whole body is one JSON object: a byte that was spoilt on the way must not make one member read as absent
    /// while the others are believed.
    var isWellFormed: Bool {
        body.withUnsafeBytes { bytes in (try? JSONReader.object(in: bytes)) != nil }
    }

    /// Whole seconds; the other form, a date, counts by a clock that is not ours.
    private static func seconds(_ text: String) -> Duration? {
        guard let seconds = Int64(text.trimmingCharacters(in: .whitespaces)) else { return nil }
        return .seconds(min(max(0, seconds), 86_400))
    }
}
