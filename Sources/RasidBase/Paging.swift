/// Which page of a list is asked for, newest first (contract §3: transactions; §4: list).
public struct PageRequest: Hashable, Sendable {
    /// Counted from 1.
    public let page: Int
    /// 1…``Limits/pageSize``.
    public let size: Int
    /// The first moment that belongs to the list; nil for the beginning.
    public let from: Timestamp?
    /// The first moment that no longer belongs to it; nil for the end.
    public let until: Timestamp?

    public init(page: Int = 1, size: Int = Limits.defaultPageSize, from: Timestamp? = nil, until: Timestamp? = nil) {
        self.page = page
        self.size = size
        self.from = from
        self.until = until
    }

    public var isUnfiltered: Bool { from == nil && until == nil }

    /// How many newer items stand before this page.
    public var offset: Int { (page - 1).multipliedReportingOverflow(by: size).overflow ? Int.max : (page - 1) * size }
}

/// One page of a list and how long the whole list is.
public struct Page<Item: Sendable>: Sendable {
    public let items: [Item]
    public let total: Int

    public init(items: [Item], total: Int) {
        self.items = items
        self.total = total
    }

    public func map<Other>(_ transform: (Item) throws -> Other) rethrows -> Page<Other> {
        Page<Other>(items: try items.map(transform), total: total)
    }
}
