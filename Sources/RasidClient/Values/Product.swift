public import RasidBase

/// A card that is sold, and what this account pays for it (contract §4).
public struct Product: Hashable, Sendable {
    public let type: ServiceType
    /// What stands on the card, in dinars.
    public let value: Money
    /// What this account pays, in dinars.
    public let cost: Money
    /// False while it is out of stock.
    public let isAvailable: Bool
}
