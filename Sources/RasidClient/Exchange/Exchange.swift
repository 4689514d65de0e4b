import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import RasidBase

/// One request and its answer over the network, with what can go wrong between them told apart.
struct Exchange: Sendable {
    /// More than any list of a hundred orders; what is longer is not the contract's.
    static let answerBytes = 4 * 1024 * 1024

    let root: String
    let key: AccessKey
    let http: HTTPClient

    /// Sends once and waits for the whole answer, whatever its status.
    ///
    /// - Throws: ``TopupError`` where there is no answer, `CancellationError` where nobody waits for it any more.
    func perform(_ call: Call, within limit: Duration) async throws -> Answer {
        let mark = SendMark()
        do {
            return try await race(request(call, mark), limit)
        } catch {
            try Task.checkCancellation()
            throw fault(error, call, mark, limit)
        }
    }

    private func request(_ call: Call, _ mark: SendMark) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: root + call.target)
        request.headers.add(name: "X-Access-Token", value: key.text)
        request.headers.add(name: "Accept", value: "application/json")
        request.headers.add(name: "User-Agent", value: "rasid-client")
        if let body = call.body {
            request.method = .POST
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(MarkedBody(bytes: body, mark: mark), length: .known(Int64(body.count)))
        }
        return request
    }

    /// The answer did not come in time.
    private struct Silence: Error {}

    /// The answer came from where a redirect pointed.
    private struct Redirected: Error {}

    /// The library's own deadline ends with the answer's head; a body may be fed drop by drop.
    private func race(_ request: HTTPClientRequest, _ limit: Duration) async throws -> Answer {
        try await withThrowingTaskGroup(of: Answer?.self) { tasks in
            defer { tasks.cancelAll() }
            tasks.addTask { try await answer(to: request, limit) }
            tasks.addTask {
                try await SystemTime().sleep(for: limit)
                return nil
            }
            guard let first = try await tasks.next(), let answer = first else { throw Silence() }
            return answer
        }
    }

    private func answer(to request: HTTPClientRequest, _ limit: Duration) async throws -> Answer {
        let response = try await http.execute(
            request, deadline: .now() + .milliseconds(limit.milliseconds) + .seconds(1))
        guard response.history.count <= 1 else { throw Redirected() }
        let body = try await response.body.collect(upTo: Self.answerBytes)
        // A cancelled body looks like one that has ended.
        try Task.checkCancellation()
        return Answer(response, body: Data(body.readableBytesView))
    }
}

// MARK: - What went wrong

extension Exchange {
    /// No word of the library's own error is passed on: it may quote a header, and with it the key.
    private func fault(_ error: any Error, _ call: Call, _ mark: SendMark, _ limit: Duration) -> TopupError {
        let place = hostName
        if call.body != nil, !mark.isSet {
            return TopupError(
                .noConnection, "no connection to \(place) could be made", outcome: call.outcomeRefused,
                reference: call.reference)
        }
        let (code, message): (TopupError.Code, String) =
            switch error {
            case is Silence:
                (.noAnswer, "\(place) did not answer within \(DurationText.print(limit))")
            case is Redirected:
                (.unreadableAnswer, "\(place) answered with a redirect, which was followed: forbid that")
            case is NIOTooManyBytesError:
                (.unreadableAnswer, "the answer of \(place) is longer than \(Self.answerBytes) bytes")
            case is HTTPParserError:
                (.unreadableAnswer, "what \(place) answered is not HTTP")
            case _ where call.body != nil || Self.isLoss(error):
                (.noAnswer, "the connection to \(place) broke before the answer")
            default:
                (.noConnection, "no connection to \(place) could be made")
            }
        return TopupError(code, message, outcome: call.outcomeInDoubt, reference: call.reference)
    }

    /// Whether a connection was there and was lost; anything unknown happened before there was one.
    private static func isLoss(_ error: any Error) -> Bool {
        switch error {
        case let error as HTTPClientError:
            let losses: [HTTPClientError] = [
                .remoteConnectionClosed, .readTimeout, .writeTimeout, .uncleanShutdown, .deadlineExceeded, .cancelled,
            ]
            return losses.contains(error)
        case let error as IOError:
            return ![ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ETIMEDOUT, EADDRNOTAVAIL].contains(error.errnoCode)
        case is ChannelError:
            return true
        default:
            return false
        }
    }

    private var hostName: String { URL(string: root)?.host() ?? "the server" }
}
