import RasidBase

/// A step of the reconciler's round that failed.
public enum Trouble: String, Sendable {
    case beat
    case clock
    case routes
    case goneNodes = "gone nodes"
    case overdue = "overdue attempts"
    case endOfLife = "48 hours"
    case otherProcesses = "other processes"

    /// Why no sale can be taken meanwhile; nil for a step without which sales go on.
    public var unreadyReason: String? {
        switch self {
        case .beat: "the store does not take writes"
        case .routes: "the store cannot be read"
        case .clock:
            "this machine's clock is more than \(Limits.clockDrift.components.seconds) seconds off the database's"
        case .goneNodes, .overdue, .endOfLife, .otherProcesses: nil
        }
    }
}
