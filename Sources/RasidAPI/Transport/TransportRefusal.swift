import NIOHTTP1
import RasidWire

/// Why a connection's input could not become a request: what no route and no middleware ever sees.
enum TransportRefusal {
    case notHTTP
    case headerTooLarge
    case tooSlow
    case tooLarge
    /// We stopped reading: the server is going down, and nothing was done with the request.
    case interrupted

    init(_ error: HTTPParserError) {
        self = error == .headerOverflow ? .headerTooLarge : .notHTTP
    }

    var status: HTTPResponseStatus {
        switch self {
        case .notHTTP: .badRequest
        case .headerTooLarge: .requestHeaderFieldsTooLarge
        case .tooSlow: .requestTimeout
        case .tooLarge: .payloadTooLarge
        case .interrupted: .serviceUnavailable
        }
    }

    /// The bare form: there is no route whose envelope it could be.
    var failure: RouteFailure {
        let message =
            switch self {
            case .notHTTP: "The request is not valid HTTP"
            case .headerTooLarge: "The request's header is too large"
            case .tooSlow: "The request took too long to arrive"
            case .tooLarge: "The request's body is too large"
            case .interrupted: "The request was not read to its end; nothing was started, send it again"
            }
        return RouteFailure(message: message, error: status.reasonPhrase, statusCode: Int(status.code))
    }
}
