public import RasidBase

/// Where an order is (design §4). Every exit is named at its state; what is not named here cannot happen.
public enum OrderState: Hashable, Sendable {
    /// Placed and paid for, nothing sent.
    ///
    /// Exits: `sent` when a node claims it; `fulfilled` when its own reserved card is the delivery; `queued` when no
    /// operator of its route takes orders now; `refunded` when staff cancels it or its 48 hours are over.
    case accepted
    /// A node has marked it and is calling the operator.
    ///
    /// Exits: `fulfilled` on an explicit yes; `refunded` on an explicit no; `queued` on the operator's "later";
    /// `unknown` on no answer, a broken answer, a dead node; `accepted` on "no stock", or an operator that cannot work
    /// for this shop, with another route left.
    case sent
    /// The operator may or may not have delivered: it is asked, never resent to blindly.
    ///
    /// Exits: `fulfilled` and `refunded` on an explicit word; `refunded` after 48 hours, with a case; `sent` when
    /// the operator has never seen it and a repeat is safe.
    case unknown
    /// Waits for its next try.
    ///
    /// Exits: `sent` when its time has come; `accepted` when its operator is down and another takes orders; `fulfilled`
    /// on a late yes; `refunded` on a late no, by staff, or after 48 hours.
    case queued
    /// Delivered. No exit.
    case fulfilled
    /// Paid back. No exit.
    case refunded
    /// Written by a newer version: shown as running, acted on by nobody here.
    case unrecognised(Int64)

    public var isFinal: Bool { self == .fulfilled || self == .refunded }

    /// The number as it is kept in a row; never renumbered. Everything below 5 is open work.
    public var storedCode: Int64 {
        switch self {
        case .accepted: 1
        case .sent: 2
        case .unknown: 3
        case .queued: 4
        case .fulfilled: 5
        case .refunded: 6
        case .unrecognised(let code): code
        }
    }

    public init(storedCode: Int64) {
        switch storedCode {
        case 1: self = .accepted
        case 2: self = .sent
        case 3: self = .unknown
        case 4: self = .queued
        case 5: self = .fulfilled
        case 6: self = .refunded
        default: self = .unrecognised(storedCode)
        }
    }

    /// The word a client sees: once queued, QUEUED in every state that is not final (design §4).
    public func status(wasQueued: Bool) -> OrderStatus {
        switch self {
        case .fulfilled: .fulfilled
        case .refunded: .refunded
        case .accepted, .sent, .unknown, .queued, .unrecognised: wasQueued ? .queued : .handling
        }
    }
}
