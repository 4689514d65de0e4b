import RasidBase
public import RasidOperators
public import RasidStock
import Synchronization

/// One operator as it is driven now.
public struct FleetMember: Sendable {
    public let name: String
    public let driver: InstalledOperator
    /// nil for one that is called over no wire.
    public let settings: OperatorSettings?

    public init(name: String, driver: InstalledOperator, settings: OperatorSettings? = nil) {
        self.name = name
        self.driver = driver
        self.settings = settings
    }

    public var isPaused: Bool { settings?.isPaused ?? false }

    public var remote: (any Operator)? {
        if case .remote(let remote) = driver { remote } else { nil }
    }
}

/// The operators as they are driven now; its owner may add and change some while the server runs.
public final class OperatorFleet: Sendable {
    private let members: Mutex<[OperatorID: FleetMember]>

    public init(_ members: [OperatorID: FleetMember] = [:]) {
        self.members = Mutex(members)
    }

    public subscript(_ operatorID: OperatorID) -> FleetMember? {
        members.withLock { $0[operatorID] }
    }

    public var all: [OperatorID: FleetMember] { members.withLock { $0 } }

    public func replace(with members: [OperatorID: FleetMember]) {
        self.members.withLock { $0 = members }
    }
}
