import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import RasidAccounts
import RasidBase
import RasidWire

/// The outermost responder: whatever happens inside, a request leaves with JSON, its id, CORS and a log line.
struct Answering: HTTPResponder {
    /// What the log and the headers have to know of a request, learned on its way in.
    private struct Exchange {
        let requestID: String
        var route = "unmatched"
        var admission: Admission?
    }

    let routes: RouteTable
    let entrance: Entrance
    let endpoints: Endpoints
    let requestIDs: RequestIDs
    let log: RequestLog
    let time: any TimeSource

    func respond(to request: Request, context: ConnectionContext) async throws -> Response {
        let started = time.monotonic
        var exchange = Exchange(requestID: requestIDs.next())
        let answer: Answer
        do {
            answer = try await self.answer(request, context, &exchange)
        } catch {
            answer = try refusal(for: error, exchange)
        }
        log.line(
            RequestLog.Line(
                route: exchange.route, method: request.method.rawValue, status: answer.status.code,
                requestID: exchange.requestID, duration: time.monotonic - started,
                account: exchange.admission?.wallet.account, error: answer.error?.rawValue))
        return response(answer, exchange, withBody: request.method != .head)
    }

    private func answer(
        _ request: Request, _ context: ConnectionContext, _ exchange: inout Exchange
    ) async throws -> Answer {
        let (path, query) = Self.split(request.head.path ?? "")
        let match = routes.match(path)
        if let match { exchange.route = match.route.template }
        if request.method == .options, let preflight = Self.preflight(request, match?.route) { return preflight }
        guard let match else {
            return .bare(.notFound, "Route \(request.method.rawValue):\(path) not found")
        }
        guard match.route.takes(request.method) else {
            return .bare(
                .methodNotAllowed, "Route \(request.method.rawValue):\(path) not found",
                fields: [HTTPField(name: .allow, value: match.route.allowed)])
        }
        switch match.route {
        case .open(let open):
            return endpoints.answer(open)
        case .keyed(let keyed):
            let admission = try await entrance.admit(request, on: context.channel, writes: keyed.writes)
            exchange.admission = admission
            let call = Call(
                request: request, channel: context.channel, admission: admission, parameter: match.parameter,
                query: query)
            return try await endpoints.endpoint(of: keyed).answer(call)
        }
    }

    private static func split(_ target: String) -> (path: Substring, query: Substring?) {
        guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return (target[...], nil) }
        return (target[..<mark], target[target.utf8.index(after: mark)...])
    }

    /// A preflight needs no key and no known path: the browser is to see the answer that comes after it.
    private static func preflight(_ request: Request, _ route: Route?) -> Answer? {
        guard route != nil || request.headers.contains(.accessControlRequestMethod) else { return nil }
        let allow = route.map { [HTTPField(name: .allow, value: $0.allowed)] } ?? []
        return Answer(.noContent, body: [], fields: CrossOrigin.preflight + allow)
    }
}

// MARK: - What went wrong

extension Answering {
    private func refusal(for error: any Error, _ exchange: Exchange) throws -> Answer {
        switch error {
        case let problem as Problem:
            return Refused(problem).answer(requestID: exchange.requestID)
        case is PayloadTooLarge:
            return Refused.payloadTooLarge.answer(requestID: exchange.requestID)
        case is HTTPParserError:
            // The gate answers what broke off in the middle of a body.
            throw error
        case let failure as StoreFailure:
            log.failure(failure, route: exchange.route, requestID: exchange.requestID)
            let refused = Refused(failure) ?? .internalError(requestID: exchange.requestID)
            return refused.answer(requestID: exchange.requestID)
        default:
            log.failure(error, route: exchange.route, requestID: exchange.requestID)
            return Refused.internalError(requestID: exchange.requestID).answer(requestID: exchange.requestID)
        }
    }
}

// MARK: - What every answer has

extension Answering {
    private static let json = HTTPField(name: .contentType, value: "application/json")

    private func response(_ answer: Answer, _ exchange: Exchange, withBody: Bool) -> Response {
        var fields = HTTPFields()
        fields.reserveCapacity(12)
        if !answer.body.isEmpty {
            fields.append(Self.json)
            fields.append(HTTPField(name: .contentLength, value: String(answer.body.count)))
        }
        fields.append(HTTPField(name: .requestID, value: exchange.requestID))
        fields.append(contentsOf: CrossOrigin.fields)
        if let rate = exchange.admission?.rate { fields.append(contentsOf: HTTPField.rate(rate)) }
        fields.append(contentsOf: answer.fields)
        let isBodiless = answer.body.isEmpty || !withBody
        let body = isBodiless ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body))
        return Response(status: answer.status, headers: fields, body: body)
    }
}
