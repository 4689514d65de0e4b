import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import RasidBase
import ServiceLifecycle
import Synchronization

@testable import RasidAPI

/// A server with the real transport and a responder that only shows what the transport does.
struct TransportServer: Sendable {
    let port: Int
    /// Begins a graceful shutdown.
    let stop: @Sendable () async -> Void
    private let arrivals: Arrivals

    private final class Arrivals: Sendable {
        let count = Mutex(0)
    }

    /// Returns once so many requests have come to the responder.
    func arrived(_ count: Int) async throws {
        while arrivals.count.withLock({ $0 < count }) { try await Task.sleep(for: .milliseconds(5)) }
    }

    /// - Parameter body: runs while the server does.
    static func run(
        header: TimeAmount = .seconds(60), request: TimeAmount = .seconds(60), idle: TimeAmount = .seconds(60),
        linger: TimeAmount = .milliseconds(300), connections: Int = 100,
        isBehind: @escaping @Sendable () -> Bool = { false }, refusalPause: Duration = .milliseconds(20),
        _ body: @escaping @Sendable (TransportServer) async throws -> Void
    ) async throws {
        let logger = Logger(label: "transport") { _ in SwiftLogNoOpLogHandler() }
        let ids = RequestIDs(time: SystemTime(), identifiers: SystemIdentifiers())
        let log = RequestLog(logger: logger)
        let refusals = RefusalWriter(requestIDs: ids, log: log)
        let shedding = SaleShedding(isBehind: isBehind, pause: refusalPause, requestIDs: ids, log: log)
        let timeouts = ConnectionProgress.Timeouts(header: header, request: request, idle: idle, linger: linger)
        let arrivals = Arrivals()
        let (ports, port) = AsyncStream<Int>.makeStream()
        let application = Application(
            responder: CallbackResponder<ConnectionContext> { request, context in
                arrivals.count.withLock { $0 += 1 }
                return try await respond(to: request, context: context)
            },
            server: HTTPServerBuilder {
                GuardedHTTP1(responder: $0, timeouts: timeouts, refusals: refusals, shedding: shedding)
            },
            configuration: ApplicationConfiguration(
                address: .hostname("127.0.0.1", port: 0),
                availableConnectionsDelegate: MaximumAvailableConnections(connections, logger: logger)),
            onServerRunning: { server in
                await AcceptGuard.install(on: server, logger: logger)
                port.yield(server.localAddress?.port ?? 0)
            },
            logger: logger)
        let group = ServiceGroup(configuration: .init(services: [application], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            for await port in ports {
                let stop: @Sendable () async -> Void = { await group.triggerGracefulShutdown() }
                try await body(TransportServer(port: port, stop: stop, arrivals: arrivals))
                break
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// `/echo` reads the body, `/broken` finds that it broke off, `/slow` takes its time, `/wait` is held until
    /// nobody waits, the rest reads nothing.
    @Sendable private static func respond(to request: Request, context: ConnectionContext) async throws -> Response {
        var text = request.head.path ?? ""
        switch text {
        case "/echo":
            var length = 0
            for try await part in request.body {
                length += part.readableBytes
                if length > Limits.bodyBytes { return answer(.contentTooLarge, "{\"read\":\(length)}") }
            }
            text = String(length)
        case "/broken":
            throw HTTPParserError.closedConnection
        case "/slow":
            try await Task.sleep(for: .milliseconds(400))
        case "/wait":
            let waiting = Task { try await Task.sleep(for: .seconds(20)) }
            let hungUp = await HangUp.ofConnection.listening({ waiting.cancel() }) { await waiting.result }
            text = (try? hungUp.get()) == nil ? "nobody waits" : "waited"
        default:
            break
        }
        return answer(.ok, "{\"path\":\"\(text)\"}")
    }

    private static func answer(_ status: HTTPResponse.Status, _ body: String) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
    }
}
