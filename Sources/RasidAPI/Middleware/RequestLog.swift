import Logging
import RasidBase

/// The log of the API: one canonical line a request, and one more that holds the cause of what we did wrong.
///
/// No number, card code, key, reference or query ever stands in it: the route is its template. An order's id
/// stands only where its code could not be shown.
struct RequestLog: Sendable {
    struct Line {
        /// The template of the route, or `unmatched` and `unreadable`.
        let route: String
        let method: String
        let status: Int
        let requestID: String
        /// Milliseconds from head to answer.
        var duration: Int64?
        var account: AccountID?
        /// The word of the contract's error table.
        var error: String?
    }

    let logger: Logger

    func line(_ line: Line) {
        guard logger.logLevel <= .info else { return }
        var metadata: Logger.Metadata = [
            "route": .string(line.route), "method": .string(line.method), "status": .stringConvertible(line.status),
            "request_id": .string(line.requestID),
        ]
        if let duration = line.duration { metadata["duration_ms"] = .stringConvertible(duration) }
        if let account = line.account { metadata["account"] = .stringConvertible(account.number) }
        if let error = line.error { metadata["error"] = .string(error) }
        logger.info("request", metadata: metadata)
    }

    func failure(_ cause: any Error, route: String, requestID: String) {
        logger.error(
            "request failed",
            metadata: [
                "route": .string(route), "request_id": .string(requestID), "cause": .string(String(describing: cause)),
            ])
    }

    /// A fulfilled order that was shown without its code.
    func unshown(_ order: OrderID, _ cause: any Error) {
        logger.error(
            "code not shown",
            metadata: ["order": .string(order.description), "cause": .string(String(describing: cause))])
    }
}
