public import Hummingbird
public import Logging
import NIOCore
public import RasidAccounts
public import RasidBase
public import RasidLedger
public import RasidOrders
public import RasidStock
import HTTPTypes
import HummingbirdCore

/// The shop's HTTP API: contract v3 over Hummingbird.
///
/// ``application(_:configuration:onServerRunning:)`` makes a service that serves until it is shut down
/// gracefully: it then stops accepting, answers open waits and lets what runs finish.
public enum API {
    /// Everything the API asks, and nothing else: it never sees a transaction.
    public struct Rooms: Sendable {
        public let doorkeeper: Doorkeeper
        public let orders: Orders
        public let stock: Stock
        public let reveals: Reveals
        public let ledger: Ledger
        public let numberCheck: any NumberCheck
        public let operatorHealth: any OperatorHealth
        public let readiness: any Readiness
        public let time: any TimeSource
        public let identifiers: any IdentifierSource
        public let logger: Logger

        public init(
            doorkeeper: Doorkeeper, orders: Orders, stock: Stock, reveals: Reveals, ledger: Ledger,
            numberCheck: any NumberCheck, operatorHealth: any OperatorHealth, readiness: any Readiness,
            time: any TimeSource, identifiers: any IdentifierSource, logger: Logger
        ) {
            self.doorkeeper = doorkeeper
            self.orders = orders
            self.stock = stock
            self.reveals = reveals
            self.ledger = ledger
            self.numberCheck = numberCheck
            self.operatorHealth = operatorHealth
            self.readiness = readiness
            self.time = time
            self.identifiers = identifiers
            self.logger = logger
        }
    }

    /// Where and how to listen; everything but the address has its bound in ``Limits``.
    public struct Configuration: Sendable {
        public var host: String
        /// 0 for any free port.
        public var port: Int
        /// Whose `X-Forwarded-For` is believed.
        public var trustedProxies: [AddressBlock]
        /// At most this many connections at once; further ones wait in the socket's backlog.
        public var connections = Limits.connections
        /// From the first byte of a head, or the opening of the connection, to its end.
        public var headerTimeout = Limits.headerTimeout
        /// From the end of a head to the end of its body.
        public var requestTimeout = Limits.requestTimeout
        /// From one answer to the next request.
        public var idleTimeout = Limits.idleTimeout
        /// How long a connection that ends is still read, so that the client can read.
        public var lingerTimeout = Limits.lingerTimeout

        public init(host: String = "127.0.0.1", port: Int = 8080, trustedProxies: [AddressBlock] = []) {
            self.host = host
            self.port = port
            self.trustedProxies = trustedProxies
        }
    }

    /// Builds the server as a service.
    ///
    /// - Parameter onServerRunning: called once connections are accepted, with the port.
    public static func application(
        _ rooms: Rooms, configuration: Configuration,
        onServerRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) -> some ApplicationProtocol {
        let requestIDs = RequestIDs(time: rooms.time, identifiers: rooms.identifiers)
        let log = RequestLog(logger: rooms.logger)
        let responder = Answering(
            routes: RouteTable(),
            entrance: Entrance(
                doorkeeper: rooms.doorkeeper, clients: ClientAddress(trustedProxies: configuration.trustedProxies)),
            endpoints: Endpoints(rooms), requestIDs: requestIDs, log: log, time: rooms.time)
        let timeouts = ConnectionProgress.Timeouts(configuration)
        let connections = AcceptGuard.connections(wanted: configuration.connections)
        return Application(
            responder: responder,
            server: HTTPServerBuilder { responder in
                GuardedHTTP1(
                    responder: responder, timeouts: timeouts,
                    refusals: RefusalWriter(requestIDs: requestIDs, log: log),
                    shedding: SaleShedding(
                        isBehind: { rooms.orders.isBehind }, pause: Limits.refusalPause, requestIDs: requestIDs,
                        log: log))
            },
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), backlog: Limits.waitingConnections,
                availableConnectionsDelegate: MaximumAvailableConnections(connections, logger: rooms.logger)),
            services: [WaitClock(signals: rooms.orders.signals, time: rooms.time)],
            onServerRunning: { server in
                await AcceptGuard.install(on: server, logger: rooms.logger)
                await onServerRunning(server.localAddress?.port ?? configuration.port)
            },
            logger: rooms.logger)
    }
}

extension ConnectionProgress.Timeouts {
    fileprivate init(_ configuration: API.Configuration) {
        self.init(
            header: .milliseconds(configuration.headerTimeout.milliseconds),
            request: .milliseconds(configuration.requestTimeout.milliseconds),
            idle: .milliseconds(configuration.idleTimeout.milliseconds),
            linger: .milliseconds(configuration.lingerTimeout.milliseconds))
    }
}
