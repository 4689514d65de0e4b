import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import RasidBase

/// Hummingbird's HTTP/1 channel with a ``RequestGate`` right behind the parser.
struct GuardedHTTP1: ServerChildChannel {
    private let http1: HTTP1Channel
    private let timeouts: ConnectionProgress.Timeouts
    private let refusals: RefusalWriter

    init(
        responder: @escaping HTTPChannelHandler.Responder, timeouts: ConnectionProgress.Timeouts,
        refusals: RefusalWriter
    ) {
        let decoder = HTTP1Channel.Configuration.DecoderConfiguration(
            maxHeaderFieldSize: Limits.headerBytes, maxHeaderListSize: Limits.headerBytes,
            maxHeaderFieldCount: Limits.headerFields)
        // Without the framework's idle timeout: the gate times every stage of a connection.
        http1 = HTTP1Channel(responder: responder, configuration: .init(httpDecoderConfiguration: decoder))
        self.timeouts = timeouts
        self.refusals = refusals
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        http1.setup(channel: channel, logger: logger).flatMapThrowing { value in
            let pipeline = channel.pipeline.syncOperations
            let parser = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(RequestGate(timeouts: timeouts, refusals: refusals), position: .after(parser))
            return value
        }
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async {
        await http1.handle(value: value, logger: logger)
    }
}
