public import Logging
public import RasidBase
public import RasidDatabase
public import RasidOrders
public import RasidStock

/// What every delivery loop needs; passed in, so that a shop can run on virtual time (law 8).
public struct Delivery: Sendable {
    public let database: any Database
    public let signals: OrderSignals
    public let sealer: OperatorSealer
    public let monitor: OperatorMonitor
    public let time: any TimeSource
    public let identifiers: any IdentifierSource
    public let node: NodeID
    public let logger: Logger

    public init(
        database: any Database, signals: OrderSignals, sealer: OperatorSealer, monitor: OperatorMonitor,
        time: any TimeSource, identifiers: any IdentifierSource, node: NodeID, logger: Logger
    ) {
        self.database = database
        self.signals = signals
        self.sealer = sealer
        self.monitor = monitor
        self.time = time
        self.identifiers = identifiers
        self.node = node
        self.logger = logger
    }

    package func provisions(_ count: Int) -> Provisions {
        Provisions(count, identifiers: identifiers, now: time.now)
    }

    /// Tells the owner that an operator works again, or why it gets no orders.
    func tell(_ change: OperatorGates.Change, of name: String) {
        guard let closing = change.closing else {
            logger.notice("an operator works again", metadata: ["operator": "\(name)"])
            return
        }
        logger.error(
            "an operator gets no orders",
            metadata: ["operator": "\(name)", "state": "\(closing.word)", "reason": "\(closing.reason)"])
    }

    /// Loops look again after this long even if nobody rang: another process may have placed work.
    package static let poll = Duration.seconds(1)
    /// How many orders one transaction of a loop moves.
    package static let step = 64
}
