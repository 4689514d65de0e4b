/// Where a card is in its life (design §6). Only an available card is for sale.
public enum CardState: Int64, CaseIterable, Sendable {
    /// In stock. Becomes reserved, or void.
    case available = 1
    /// Set aside for one order. Becomes delivered, available again if nobody can have seen its code, or suspect.
    case reserved = 2
    /// Belongs to its order for ever.
    case delivered = 3
    /// Its code may be known to somebody: never for sale again (law 4).
    case suspect = 4
    /// Taken out by staff.
    case void = 5
}
