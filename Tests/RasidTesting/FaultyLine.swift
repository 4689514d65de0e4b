import NIOCore
import NIOPosix

/// One connection of a caller to a ``FaultyProxy``.
struct FaultyLine: Sendable {
    private let channel: any Channel
    private let parts: AsyncStream<ByteBuffer>

    /// Called where the connection is set up, on its own event loop.
    init(_ channel: any Channel) throws {
        self.channel = channel
        let (parts, received) = AsyncStream<ByteBuffer>.makeStream()
        self.parts = parts
        try channel.pipeline.syncOperations.addHandler(Receiver(received))
    }

    /// Carries request after request until either side has had enough.
    func serve(by proxy: FaultyProxy) async {
        var parts = parts.makeAsyncIterator()
        var received: [UInt8] = []
        while let request = await Self.request(&parts, &received) {
            let fault = proxy.nextFault()
            guard await isKept(after: request, fault, proxy) else {
                // The caller hangs up when it has waited long enough.
                if fault?.isSilence == true { while await parts.next(isolation: #isolation) != nil {} }
                break
            }
        }
        try? await channel.close()
    }

    private static func request(
        _ parts: inout AsyncStream<ByteBuffer>.Iterator, _ received: inout [UInt8]
    ) async -> RawRequest? {
        while true {
            if let request = RawRequest(taking: &received) { return request }
            guard let part = await parts.next(isolation: #isolation) else { return nil }
            received += part.readableBytesView
        }
    }

    /// Carries one request and its answer, as well as the fault lets it.
    ///
    /// - Returns: whether more can be said on this line.
    private func isKept(
        after request: RawRequest, _ fault: FaultyProxy.Fault?, _ proxy: FaultyProxy
    ) async -> Bool {
        switch fault {
        case .dropRequest:
            return false
        case .stall:
            proxy.hold()
            return false
        case .badGateway:
            return await say(Self.page("502 Bad Gateway"))
        case .delay:
            try? await Task.sleep(for: .milliseconds(1 + proxy.throwDice(30)))
        default:
            break
        }
        guard let answer = await carry(request, twice: fault == .sendTwice, to: proxy.server) else { return false }
        let body = Array(answer.body.utf8)
        switch fault {
        case .dropAnswer:
            return false
        case .late:
            proxy.hold()
            return false
        case .internalError:
            return await say(Self.page("500 Internal Server Error"))
        case .corruptAnswer:
            return await say(Self.head(of: answer, length: body.count) + Self.corrupted(body, proxy))
        case .cutAnswer:
            _ = await say(Self.head(of: answer, length: body.count) + body.prefix(body.count / 2))
            return false
        case .garbage:
            _ = await say((0..<200).map { _ in UInt8(proxy.throwDice(256)) } + Array("\r\n\r\n".utf8))
            return false
        case .delay:
            try? await Task.sleep(for: .milliseconds(1 + proxy.throwDice(30)))
            return await say(Self.head(of: answer, length: body.count) + body)
        default:
            return await say(Self.head(of: answer, length: body.count) + body)
        }
    }

    /// - Returns: nil where the server is not there or does not answer.
    private func carry(_ request: RawRequest, twice: Bool, to server: Int) async -> RawAnswer? {
        guard twice else { return try? await Self.exchange(request, server) }
        async let first = Self.exchange(request, server)
        async let second = Self.exchange(request, server)
        _ = try? await first
        return try? await second
    }

    private static func exchange(_ request: RawRequest, _ server: Int) async throws -> RawAnswer {
        try await RawHTTP.open(server) { talk in
            try await talk.send(bytes: request.bytes)
            return try await talk.answer()
        }
    }

    /// - Returns: whether the caller is still there.
    private func say(_ bytes: [UInt8]) async -> Bool {
        (try? await channel.writeAndFlush(ByteBuffer(bytes: bytes))) != nil
    }

    private static func page(_ status: String) -> [UInt8] {
        let body = "<html><body>\(status)</body></html>"
        let head = "HTTP/1.1 \(status)\r\nContent-Type: text/html\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        return Array((head + body).utf8)
    }

    /// The answer's own lines but for those that say how its body was sent.
    private static func head(of answer: RawAnswer, length: Int) -> [UInt8] {
        let ours: Set<String> = ["content-length", "transfer-encoding", "connection", "keep-alive"]
        let kept = answer.headers.filter { !ours.contains($0.name) }.map { "\($0.name): \($0.value)" }
        let lines = [answer.statusLine] + kept + ["content-length: \(length)"]
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    private static func corrupted(_ body: [UInt8], _ proxy: FaultyProxy) -> [UInt8] {
        guard !body.isEmpty else { return body }
        // A digit becomes another one, so that what arrives can still be read, and is wrong.
        let digits = body.indices.filter { (0x30...0x39).contains(body[$0]) }
        let places = digits.isEmpty ? Array(body.indices) : digits
        var body = body
        body[places[proxy.throwDice(places.count)]] ^= 1
        return body
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

        func channelInactive(context: ChannelHandlerContext) {
            parts.finish()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}
