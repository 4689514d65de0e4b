import NIOCore
import NIOPosix
import Synchronization

/// A server that answers what a test tells it to, byte for byte, or not at all.
public final class ScriptedServer: Sendable {
    public struct Request: Hashable, Sendable {
        public let method: String
        /// Path and query as they were sent.
        public let target: String
        /// Names in lower case.
        public let headers: [String: String]
        public let body: String

        public var path: String { String(target.prefix { $0 != "?" }) }
        /// The undecoded values of the query.
        public var query: [String: String] {
            let pairs = target.drop { $0 != "?" }.dropFirst().split(separator: "&").map {
                $0.split(separator: "=", maxSplits: 1).map(String.init)
            }
            return Dictionary(pairs.map { ($0[0], $0.count > 1 ? $0[1] : "") }) { first, _ in first }
        }
    }

    public enum Reply: Sendable {
        case answer(Int, String, headers: [String])
        /// A body that need not be text.
        case body(Int, [UInt8])
        /// Exactly these bytes, and the connection stays open.
        case bytes(String)
        /// The request is read, and the connection closed.
        case hangUp
        /// The request is read, and nothing is said.
        case silence
        indirect case later(Duration, Reply)

        public static func answer(_ status: Int, _ body: String) -> Reply { .answer(status, body, headers: []) }
        /// The contract's envelope of a success.
        public static func data(_ json: String) -> Reply {
            .answer(200, #"{"success":true,"data":\#(json),"meta":{"timestamp":"2026-01-15T10:00:00.000Z"}}"#)
        }
        /// The contract's envelope of a failure.
        public static func failure(
            _ status: Int, _ code: String, _ message: String = "no", details: String? = nil, headers: [String] = []
        ) -> Reply {
            let details = details.map { #","details":\#($0)"# } ?? ""
            let error = #"{"code":"\#(code)","message":"\#(message)"\#(details)}"#
            return .answer(
                status, #"{"success":false,"error":\#(error),"requestId":"req-1"}"#, headers: headers)
        }
    }

    /// - Parameter count: how many requests came before this one.
    public typealias Script = @Sendable (_ request: Request, _ count: Int) -> Reply

    private let script: Script
    private let seen = Mutex<[Request]>([])
    private let listener = Mutex<(any Channel)?>(nil)

    private init(_ script: @escaping Script) {
        self.script = script
    }

    /// Every request until now, in order.
    public var requests: [Request] { seen.withLock { $0 } }
    public var port: Int { listener.withLock { $0?.localAddress?.port ?? 0 } }

    /// Listens on a free port while `body` runs.
    public static func run<Value: Sendable>(
        _ script: @escaping Script, _ body: (ScriptedServer) async throws -> Value
    ) async throws -> Value {
        let server = ScriptedServer(script)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Talk(server))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        server.listener.withLock { $0 = channel }
        let result: Result<Value, any Error>
        do { result = .success(try await body(server)) } catch { result = .failure(error) }
        try await channel.close()
        return try result.get()
    }

    /// The same with one reply to everything.
    public static func run<Value: Sendable>(
        always reply: Reply, _ body: (ScriptedServer) async throws -> Value
    ) async throws -> Value {
        try await run({ _, _ in reply }, body)
    }

    private func reply(to request: Request) -> Reply {
        let count = seen.withLock { seen in
            seen.append(request)
            return seen.count - 1
        }
        return script(request, count)
    }

    /// One connection.
    private final class Talk: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let server: ScriptedServer
        private var received: [UInt8] = []

        init(_ server: ScriptedServer) {
            self.server = server
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received += Array(Self.unwrapInboundIn(data).readableBytesView)
            while let request = Request(taking: &received) {
                Self.give(server.reply(to: request), to: context.channel)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        private static func give(_ reply: Reply, to channel: any Channel) {
            switch reply {
            case .answer(let status, let body, let headers):
                write(head(status, headers, length: body.utf8.count) + Array(body.utf8), to: channel)
            case .body(let status, let body):
                write(head(status, [], length: body.count) + body, to: channel)
            case .bytes(let text):
                write(Array(text.utf8), to: channel)
            case .hangUp:
                channel.close(promise: nil)
            case .silence:
                break
            case .later(let pause, let reply):
                channel.eventLoop.scheduleTask(in: .nanoseconds(Int64(pause / .nanoseconds(1)))) {
                    give(reply, to: channel)
                }
            }
        }

        private static func head(_ status: Int, _ headers: [String], length: Int) -> [UInt8] {
            let lines =
                ["HTTP/1.1 \(status) Scripted", "Content-Type: application/json"] + headers
                + ["Content-Length: \(length)"]
            return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        }

        private static func write(_ bytes: [UInt8], to channel: any Channel) {
            channel.writeAndFlush(channel.allocator.buffer(bytes: bytes), promise: nil)
        }
    }
}

extension ScriptedServer.Request {
    /// Takes one whole request off the front of `bytes`; nil while it is not all there.
    fileprivate init?(taking bytes: inout [UInt8]) {
        guard let blank = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<blank.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let words = (lines.first ?? "").split(separator: " ")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts.count > 1 ? String(parts[1].trimmingPrefix { $0 == " " }) : ""
        }
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        let rest = bytes[blank.upperBound...]
        guard words.count == 3, rest.count >= length else { return nil }
        method = String(words[0])
        target = String(words[1])
        self.headers = headers
        body = String(decoding: rest.prefix(length), as: UTF8.self)
        bytes = Array(rest.dropFirst(length))
    }
}
