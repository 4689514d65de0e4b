import NIOCore
import NIOPosix

/// A client that speaks bytes, so that a test can send what no HTTP client would.
enum RawConnection {
    /// Connects, runs `body`, and closes.
    static func open<Value: Sendable>(
        _ port: Int, _ body: (inout Talk) async throws -> Value
    ) async throws -> Value {
        let (parts, source) = AsyncStream<ByteBuffer>.makeStream()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Receiver(source))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        var talk = Talk(channel, parts)
        let result = await Result { try await body(&talk) }
        try? await channel.close()
        return try result.get()
    }

    private final class Receiver: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let source: AsyncStream<ByteBuffer>.Continuation

        init(_ source: AsyncStream<ByteBuffer>.Continuation) {
            self.source = source
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            source.yield(Self.unwrapInboundIn(data))
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if event as? ChannelEvent == .inputClosed { source.finish() }
        }

        func channelInactive(context: ChannelHandlerContext) {
            source.finish()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }

    /// Both directions of one connection.
    struct Talk {
        private let channel: any Channel
        private var parts: AsyncStream<ByteBuffer>.Iterator
        private var received: [UInt8] = []

        init(_ channel: any Channel, _ parts: AsyncStream<ByteBuffer>) {
            self.channel = channel
            self.parts = parts.makeAsyncIterator()
        }

        func send(_ text: String) async throws {
            try await channel.writeAndFlush(ByteBuffer(string: text))
        }

        func send(bytes: [UInt8]) async throws {
            try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
        }

        /// Says that nothing more will be sent, and goes on reading.
        func finishSending() async throws {
            try await channel.close(mode: .output)
        }

        /// The next answer; nil once the other side has closed.
        mutating func answer(toHEAD: Bool = false) async -> RawAnswer? {
            while true {
                if let answer = RawAnswer(taking: &received, withBody: !toHEAD) { return answer }
                guard let part = await parts.next(isolation: #isolation) else { return nil }
                received += part.readableBytesView
            }
        }

        /// Everything until the other side closes; a reset ends it too.
        mutating func rest() async -> String {
            while let part = await parts.next(isolation: #isolation) { received += part.readableBytesView }
            defer { received = [] }
            return String(decoding: received, as: UTF8.self)
        }
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}

/// One answer as it came over the wire.
struct RawAnswer: Equatable {
    let status: Int
    /// Names in lower case.
    let headers: [String: String]
    let body: String

    /// Takes one whole answer off the front of `bytes`; nil while it is not all there.
    init?(taking bytes: inout [UInt8], withBody: Bool) {
        guard let blank = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: bytes[..<blank.lowerBound], as: UTF8.self)
        let lines = head.split(separator: "\r\n", omittingEmptySubsequences: false)
        guard let status = lines.first.flatMap({ Int($0.split(separator: " ")[1]) }) else { return nil }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts[1].trimmingPrefix(while: { $0 == " " }).description
        }
        let length = withBody ? Int(headers["content-length"] ?? "") ?? 0 : 0
        let rest = bytes[blank.upperBound...]
        guard rest.count >= length else { return nil }
        self.status = status
        self.headers = headers
        body = String(decoding: rest.prefix(length), as: UTF8.self)
        bytes = Array(rest.dropFirst(length))
    }
}
