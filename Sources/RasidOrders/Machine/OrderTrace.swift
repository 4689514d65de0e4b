/// What may be of an order at its present operator: how far it may be sent again, or to somebody else.
///
/// It only grows while the order stays there; the next operator of the route begins without one. A number is kept in a
/// row; never renumbered.
public enum OrderTrace: Int64, Sendable {
    /// Nothing: never sent, or each attempt was answered by an explicit word that nothing was begun.
    case none = 0
    /// An attempt went out whose answer was never heard. It may be sent again under its id, but to nobody else.
    case possible = 1
    /// The operator has said that it has the order. It is never sent again.
    case acknowledged = 2
}
