import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

@testable import RasidOperators

/// An adapter that says what a test tells it to, and keeps what it was asked.
final class ScriptedAdapter: Sendable {
    /// One request as it came.
    struct Heard: Hashable, Sendable {
        var method = ""
        var target = ""
        var contentType = ""
        var timestamp = ""
        var signature = ""
        var body: [UInt8] = []

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    struct Reply: Sendable {
        enum Signature: Sendable {
            case right, ofAnotherSecret, ofAnotherRequest, missing, twice
            /// Bytes that were changed after they were signed.
            case ofOtherBytes
        }

        var status = 200
        var body = "{}"
        var signature = Signature.right
        var headers: [(String, String)] = []
        /// Nothing is said: the line stays open.
        var isSilent = false
        /// Nothing is said: the line is cut.
        var hangsUp = false
    }

    /// Obviously made up.
    static let secretText = "made-up-secret-for-tests"

    static func secret(_ text: String = secretText) throws -> Gateway.Secret { try Gateway.Secret(text) }

    let port: Int
    private let requests: Log

    var url: String { "http://127.0.0.1:\(port)/here?it=is" }
    var heard: [Heard] { requests.heard.withLock { $0 } }

    private final class Log: Sendable {
        let heard = Mutex<[Heard]>([])
    }

    private init(port: Int, requests: Log) {
        self.port = port
        self.requests = requests
    }

    /// Listens on a free port while `body` runs.
    static func run<Value: Sendable>(
        saying reply: @escaping @Sendable (Heard) -> Reply, _ body: (ScriptedAdapter) async throws -> Value
    ) async throws -> Value {
        let log = Log()
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(
                        Handler { heard in
                            log.heard.withLock { $0.append(heard) }
                            return reply(heard)
                        })
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let adapter = ScriptedAdapter(port: listener.localAddress?.port ?? 0, requests: log)
        let result: Result<Value, any Error>
        do { result = .success(try await body(adapter)) } catch { result = .failure(error) }
        try await listener.close()
        return try result.get()
    }

    /// The same, saying one thing to everybody.
    static func run<Value: Sendable>(
        saying reply: Reply, _ body: (ScriptedAdapter) async throws -> Value
    ) async throws -> Value {
        try await run(saying: { _ in reply }, body)
    }

    /// A gateway that speaks to this adapter.
    func gateway(deadline: Duration = .seconds(20), secret: String = secretText) throws -> Gateway {
        Gateway(
            try Gateway.Settings(url: url, secret: Self.secret(secret), deadline: deadline), time: GatewayTime.now)
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let reply: @Sendable (Heard) -> Reply
        private var heard = Heard()

        init(_ reply: @escaping @Sendable (Heard) -> Reply) {
            self.reply = reply
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch Self.unwrapInboundIn(data) {
            case .head(let head):
                heard = Heard(
                    method: head.method.rawValue, target: head.uri,
                    contentType: head.headers["Content-Type"].joined(),
                    timestamp: head.headers["Rasid-Timestamp"].joined(),
                    signature: head.headers["Rasid-Signature"].joined())
            case .body(let part):
                heard.body += part.readableBytesView
            case .end:
                answer(reply(heard), context)
            }
        }

        private func answer(_ reply: Reply, _ context: ChannelHandlerContext) {
            if reply.hangsUp { return context.close(promise: nil) }
            if reply.isSilent { return }
            let body = Array(reply.body.utf8)
            var headers = HTTPHeaders(reply.headers)
            headers.add(name: "Content-Length", value: "\(body.count)")
            for signature in signatures(reply, body) { headers.add(name: "Rasid-Signature", value: signature) }
            let head = HTTPResponseHead(
                version: .http1_1, status: HTTPResponseStatus(statusCode: reply.status), headers: headers)
            context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
            context.write(Self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
            context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
        }

        private func signatures(_ reply: Reply, _ body: [UInt8]) -> [String] {
            func signed(_ body: [UInt8], _ request: String, _ secret: String = secretText) -> String {
                guard let secret = try? Gateway.Secret(secret) else { return "" }
                return GatewaySignature.ofAnswer(body, to: request, with: secret)
            }
            switch reply.signature {
            case .right: return [signed(body, heard.signature)]
            case .ofAnotherSecret: return [signed(body, heard.signature, "another-made-up-secret")]
            case .ofAnotherRequest: return [signed(body, String(heard.signature.reversed()))]
            case .missing: return []
            case .twice: return [signed(body, heard.signature), signed(body, heard.signature)]
            case .ofOtherBytes: return [signed(body + [0x20], heard.signature)]
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}
