import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import RasidBase

/// The connections to one adapter; closed with the last who holds it.
final class GatewayLine: Sendable {
    enum Outcome {
        /// What came back, whole.
        case came(status: UInt, signatures: [String], body: [UInt8])
        /// Nothing was sent; `isUnreachable` unless it was the caller who gave up.
        case notSent(String, isUnreachable: Bool)
        case lost(String)
    }

    private static let connectTime = TimeAmount.seconds(10)
    private static let causeCharacters = 200
    /// Connections for questions about numbers, which come beside the recharges.
    private static let spareConnections = 8

    private let url: String
    private let time: any TimeSource
    private let client: HTTPClient

    /// - Parameter connections: how many calls there may be at once.
    init(to url: String, connections: Int, time: any TimeSource) {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: Self.connectTime),
            connectionPool: .init(
                idleTimeout: .seconds(30),
                concurrentHTTP1ConnectionsPerHostSoftLimit: connections + Self.spareConnections))
        // Whoever is not there is told at once: the order has its own way to wait.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        self.url = url
        self.time = time
    }

    deinit {
        client.shutdown { _ in }
    }

    /// Posts once, never twice; a call that is cancelled or over its deadline lets go of its connection.
    func post(_ body: [UInt8], _ headers: [(String, String)], within deadline: Duration) async -> Outcome {
        let sent = GatewayRequestBody(body)
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers = HTTPHeaders(headers)
        request.body = .stream(sent, length: .known(Int64(body.count)))
        do {
            return try await came(request, within: deadline)
        } catch {
            let wasGivenUp = error is CancellationError
            let cause = wasGivenUp ? "the call was given up" : Self.bounded("\(error)")
            return sent.withdraw()
                ? .notSent(cause, isUnreachable: !wasGivenUp) : .lost("sent, and no whole answer: \(cause)")
        }
    }

    /// The deadline is for all of it, the last byte of the body too.
    private func came(_ request: HTTPClientRequest, within deadline: Duration) async throws -> Outcome {
        try await withThrowingTaskGroup(of: Outcome.self) { group in
            group.addTask { [client] in
                let response = try await client.execute(request, deadline: .distantFuture)
                let body = try await response.body.collect(upTo: Limits.bodyBytes)
                return .came(
                    status: response.status.code, signatures: response.headers["Rasid-Signature"],
                    body: Array(body.readableBytesView))
            }
            group.addTask { [time] in
                try await time.sleep(for: deadline)
                throw DeadlineIsOver(deadline: deadline)
            }
            defer { group.cancelAll() }
            guard let outcome = try await group.next() else { throw CancellationError() }
            return outcome
        }
    }

    private struct DeadlineIsOver: Error, CustomStringConvertible {
        let deadline: Duration
        var description: String { "nothing within \(DurationText.print(deadline))" }
    }

    private static func bounded(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(causeCharacters)))
    }
}
