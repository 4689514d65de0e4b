public import RasidBase

/// What an operator knows of a number (contract §4, check-number).
public enum SubscriberAnswer: Hashable, Sendable {
    /// - Parameters:
    ///   - clientNumber: the operator's client number, its last five characters masked.
    ///   - offer: the operator's name of the line's offer; nil where it has none.
    case subscriber(clientNumber: String, offer: String?)
    case notASubscriber
    /// No operator can tell: never a reason not to sell.
    case cannotTell
}

/// How the shop asks about a number without knowing any operator.
public protocol NumberCheck: Sendable {
    /// - Parameter wallet: who wants to know.
    func check(_ number: ServiceNumber, for wallet: WalletID) async -> SubscriberAnswer
}

/// What the dispatcher last saw of the operators (contract §3, ping).
public protocol OperatorHealth: Sendable {
    func isUp(_ type: ServiceType) -> Bool
}
