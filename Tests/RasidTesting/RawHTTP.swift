import NIOCore
import NIOPosix

/// A client that sends the very text it is given, so that a test can say what no HTTP library would.
public enum RawHTTP {
    public enum Failure: Error, Equatable {
        /// The other side has closed, or has been silent for too long.
        case closed
    }

    /// Connects, runs `body`, and closes. A connection lives a minute at most, so that no test waits for ever.
    ///
    /// - Parameter source: the address to call from; any of 127.0.0.0/8 reaches a server on this machine.
    public static func open<Value: Sendable>(
        _ port: Int, from source: String? = nil, _ body: (inout Talk) async throws -> Value
    ) async throws -> Value {
        let (parts, continuation) = AsyncStream<ByteBuffer>.makeStream()
        var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(60))
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Receiver(continuation))
                    let patience = channel.eventLoop.scheduleTask(in: .seconds(60)) { channel.close(promise: nil) }
                    channel.closeFuture.whenComplete { _ in patience.cancel() }
                }
            }
        if let source { bootstrap = bootstrap.bind(to: try SocketAddress(ipAddress: source, port: 0)) }
        let channel = try await bootstrap.connect(host: "127.0.0.1", port: port).get()
        var talk = Talk(channel, parts)
        let result: Result<Value, any Error>
        do { result = .success(try await body(&talk)) } catch { result = .failure(error) }
        try? await channel.close()
        return try result.get()
    }

    /// One request on a connection of its own.
    public static func exchange(_ port: Int, _ request: String, from source: String? = nil) async throws -> RawAnswer {
        try await open(port, from: source) { talk in
            try await talk.send(request)
            return try await talk.answer(toHEAD: request.hasPrefix("HEAD "))
        }
    }

    /// A request's exact text.
    ///
    /// - Parameters:
    ///   - headers: whole lines, `Name: value`.
    ///   - body: nil for none, and no `Content-Length` then.
    public static func request(
        _ method: String, _ target: String, headers: [String] = [], body: String? = nil
    ) -> String {
        let length = body.map { ["Content-Length: \($0.utf8.count)"] } ?? []
        let lines = ["\(method) \(target) HTTP/1.1", "Host: rasid.test"] + headers + length
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")
    }

    private final class Receiver: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let parts: AsyncStream<ByteBuffer>.Continuation

        init(_ parts: AsyncStream<ByteBuffer>.Continuation) {
            self.parts = parts
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            parts.yield(Self.unwrapInboundIn(data))
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if event as? ChannelEvent == .inputClosed { parts.finish() }
        }

        func channelInactive(context: ChannelHandlerContext) {
            parts.finish()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}

extension RawHTTP {
    /// Both directions of one connection, which is kept for as many requests as are sent.
    public struct Talk {
        private let channel: any Channel
        private var parts: AsyncStream<ByteBuffer>.Iterator
        private var received: [UInt8] = []

        fileprivate init(_ channel: any Channel, _ parts: AsyncStream<ByteBuffer>) {
            self.channel = channel
            self.parts = parts.makeAsyncIterator()
        }

        public func send(_ text: String) async throws {
            try await channel.writeAndFlush(ByteBuffer(string: text))
        }

        public func send(bytes: [UInt8]) async throws {
            try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
        }

        /// Says that nothing more will be sent, and goes on reading.
        public func finishSending() async throws {
            try await channel.close(mode: .output)
        }

        /// The next answer, `100 Continue` included.
        ///
        /// - Throws: ``Failure/closed`` if there is none.
        public mutating func answer(toHEAD: Bool = false) async throws -> RawAnswer {
            while true {
                if let answer = RawAnswer(taking: &received, isToHEAD: toHEAD, isWhole: false) { return answer }
                guard let part = await parts.next(isolation: #isolation) else { break }
                received += part.readableBytesView
            }
            guard let answer = RawAnswer(taking: &received, isToHEAD: toHEAD, isWhole: true) else {
                throw Failure.closed
            }
            return answer
        }

        public mutating func answers(_ count: Int) async throws -> [RawAnswer] {
            var answers: [RawAnswer] = []
            for _ in 0..<count { answers.append(try await answer()) }
            return answers
        }

        /// Everything until the other side closes.
        public mutating func rest() async -> String {
            while let part = await parts.next(isolation: #isolation) { received += part.readableBytesView }
            defer { received = [] }
            return String(decoding: received, as: UTF8.self)
        }
    }
}
