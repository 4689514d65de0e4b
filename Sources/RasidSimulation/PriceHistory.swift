import RasidBase

/// What has prices.
struct Price: Hashable {
    let type: ServiceType
    let value: Money
    /// nil for everybody who has none of his own.
    var account: AccountID?
}

/// Every price that the owner has set, and since when on the monotonic clock.
struct PriceHistory {
    private var changes: [Price: [(cost: Money, since: Int64)]] = [:]

    mutating func set(_ cost: Money, for price: Price, at moment: Int64) {
        changes[price, default: []].append((cost, moment))
    }

    /// What an account may have been asked for at some time between two moments.
    func inForce(_ price: Price, from first: Int64, through last: Int64) -> Set<Money> {
        let general = changes[Price(type: price.type, value: price.value)] ?? []
        let own = changes[price] ?? []
        let moments = [first] + (own + general).map(\.since).filter { (first...last).contains($0) }
        func cost(at moment: Int64) -> Money? {
            (own.last { $0.since <= moment } ?? general.last { $0.since <= moment })?.cost
        }
        // Two changes of one moment: a sale may have come between them.
        let between = (own + general).filter { (first...last).contains($0.since) }.map(\.cost)
        return Set(moments.compactMap(cost) + (own.isEmpty || own[0].since >= first ? between : []))
    }
}
