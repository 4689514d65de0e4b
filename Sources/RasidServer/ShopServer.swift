import Hummingbird
public import Logging
public import RasidAPI
import RasidAccounts
public import RasidBase
import RasidDatabase
import RasidDelivery
import RasidLedger
import RasidOperators
import RasidOrders
public import RasidStock
import ServiceLifecycle
import UnixSignals

/// The composition root: an open shop and settings in, a running server out.
public struct ShopServer: Sendable {
    private let shop: OpenShop
    private let vault: Vault
    private let settings: ServeSettings
    private let logs: LogSink
    private let logger: Logger
    private let time: any TimeSource
    private let identifiers: any IdentifierSource
    private let transport: @Sendable (inout API.Configuration) -> Void

    /// - Parameter transport: changes what no setting reaches, such as how long a request may take to arrive.
    public init(
        _ shop: OpenShop, vault: Vault, settings: ServeSettings, logs: LogSink, logger: Logger,
        time: any TimeSource = SystemTime(), identifiers: any IdentifierSource = SystemIdentifiers(),
        transport: @escaping @Sendable (inout API.Configuration) -> Void = { _ in }
    ) {
        self.shop = shop
        self.vault = vault
        self.settings = settings
        self.logs = logs
        self.logger = logger
        self.time = time
        self.identifiers = identifiers
        self.transport = transport
    }

    /// Serves until SIGTERM or SIGINT, then drains: lets what runs finish, at most ten seconds.
    ///
    /// Closes the shop's store. Whoever calls it holds the folder's lock.
    ///
    /// - Parameters:
    ///   - onStopping: called when it has been asked to stop.
    ///   - onServing: called once connections are accepted, with the port.
    /// - Throws: ``Refusal`` for an address that cannot be listened on, and for a shop that has moved away.
    public func run(
        onStopping: @escaping @Sendable () -> Void = {}, onServing: @escaping @Sendable (_ port: Int) async -> Void
    ) async throws {
        let node = try await register()
        let signals = OrderSignals()
        let monitor = OperatorMonitor()
        let delivery = Delivery(
            database: shop.database, signals: signals,
            sealer: OperatorSealer(database: shop.database, vault: vault, identifiers: identifiers),
            monitor: monitor, time: time, identifiers: identifiers, node: node, logger: logger)
        let fleet = OperatorFleet()
        let installation = Installation(
            vault: vault, simulator: Simulator(delay: settings.operatorDelay, time: time), time: time)
        let refresh = { @Sendable [database = shop.database] in
            try await installation.refresh(fleet, from: database)
        }
        // What is wrong with one of them is told by the loops, which try again.
        try? await refresh()
        let reveals = Reveals(database: shop.database, vault: vault, time: time)
        let reconciler = Reconciler(delivery)
        try await reconciler.takeOver(isAlone: !shop.database.isShared)
        var listening = API.Configuration(
            host: settings.host, port: settings.port, trustedProxies: settings.trustedProxies)
        transport(&listening)
        let api = API.application(
            rooms(signals, monitor, reveals, fleet),
            configuration: listening, onServerRunning: onServing)
        let services: [any Service] = [
            logs, shop.database, RevealCounting(reveals, delivery), reconciler, AuditRounds(delivery),
            OutsideCommits(shop.database.outsideCommits, signals),
            OperatorWatch(delivery, fleet), CaseRounds(delivery, fleet),
            FleetLoops(delivery, fleet, refresh: refresh),
            Impatient(service: api, patience: Limits.connectionsDrain, time: time),
            Draining(signals: signals, onStopping: onStopping),
        ]
        let moved = MovedAway(database: shop.database, time: time)
        var group = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        if shop.database.isShared {
            // Among the last to hear of a shutdown: it may be looking at a store that does not answer.
            group.services.insert(
                .init(service: moved, successTerminationBehavior: .gracefullyShutdownGroup), at: 1)
        }
        group.maximumGracefulShutdownDuration = Limits.drain
        do {
            try await ServiceGroup(configuration: group).run()
        } catch {
            throw ListeningFault(error, host: settings.host, port: settings.port)?.refusal ?? error
        }
        if let refusal = moved.refusal { throw refusal }
    }

    private func register() async throws -> NodeID {
        let now = time.now
        return try await shop.database.write { transaction in
            let node = try Nodes.register(at: now, in: transaction)
            // A move that has begun has ended by now: it keeps nodes from being registered.
            try StoreMark.refuse(in: transaction)
            return node
        }
    }

    private func rooms(
        _ signals: OrderSignals, _ monitor: OperatorMonitor, _ reveals: Reveals,
        _ fleet: OperatorFleet
    ) -> API.Rooms {
        var door = DoorSettings()
        door.rateLimit = settings.rateLimit
        door.invalidKeysPerAddress = settings.invalidKeys
        return API.Rooms(
            doorkeeper: Doorkeeper(database: shop.database, time: time, settings: door),
            orders: Orders(database: shop.database, signals: signals, time: time, identifiers: identifiers),
            stock: Stock(database: shop.database, time: time), reveals: reveals,
            ledger: Ledger(database: shop.database),
            numberCheck: SubscriberCheck(fleet, database: shop.database, time: time), operatorHealth: monitor,
            readiness: ShopReadiness(monitor: monitor, signals: signals, time: time), time: time,
            identifiers: identifiers,
            logger: logger)
    }
}
