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
    private let shedding: SaleShedding

    init(
        responder: @escaping HTTPChannelHandler.Responder, timeouts: ConnectionProgress.Timeouts,
        refusals: RefusalWriter, shedding: SaleShedding
    ) {
        let decoder = HTTP1Channel.Configuration.DecoderConfiguration(
            maxHeaderFieldSize: Limits.headerBytes, maxHeaderListSize: Limits.headerBytes,
            maxHeaderFieldCount: Limits.headerFields)
        // Without the framework's idle timeout: the gate times every stage of a connection.
        http1 = HTTP1Channel(responder: responder, configuration: .init(httpDecoderConfiguration: decoder))
        self.timeouts = timeouts
        self.refusals = refusals
        self.shedding = shedding
    }

    /// A connection, and who is told when its client has gone.
    struct Value: ServerChildChannelValue {
        let connection: HeldConnection
        let hangUp: HangUp

        var channel: any Channel { connection.http1.channel }
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        http1.setup(channel: channel, logger: logger).flatMapThrowing { http1 in
            let connection = HeldConnection(http1)
            let pipeline = channel.pipeline.syncOperations
            let parser = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            let hangUp = HangUp()
            let gate = RequestGate(timeouts: timeouts, refusals: refusals, shedding: shedding, hangUp: hangUp)
            try pipeline.addHandler(gate, position: .after(parser))
            return Value(connection: connection, hangUp: hangUp)
        }
    }

    func handle(value: Value, logger: Logger) async {
        await HangUp.$ofConnection.withValue(value.hangUp) {
            await http1.handle(value: value.connection.http1, logger: logger)
        }
        // It ends the connection when it goes.
        withExtendedLifetime(value.connection) {}
    }
}
