public import RasidBase
import RasidWire

extension TopupClient {
    /// The account's orders, newest first, fetched a page at a time as they are read (contract §4).
    ///
    /// - Parameters:
    ///   - from: the first moment that counts; nil for the beginning.
    ///   - to: the last moment that counts; nil for now.
    ///   - type: of one service only. A server that knows no such filter sends all, and the others are left out here.
    ///   - number: of one number only, likewise.
    ///   - pageSize: how many are fetched at a time, 1 to 100.
    /// - Returns: a sequence that throws ``TopupError``.
    public func topups(
        from: Timestamp? = nil, to: Timestamp? = nil, type: ServiceType? = nil, number: String? = nil,
        pageSize: Int = Limits.pageSize
    ) -> PagedList<Topup> {
        PagedList { page in
            var query = Self.query(page, pageSize, from, to)
            query += [("type", type?.rawValue), ("number", number)]
            let answer = try await get(.get(Path.list, query), for: TopupsWire.self)
            let pagination = answer.content.pagination ?? answer.meta?.pagination
            return .init(items: answer.content.topups, hasMore: pagination?.hasMore(after: page))
        } identity: { topup in
            topup.id
        } isWanted: { topup in
            (type == nil || topup.type == type) && (number == nil || topup.number == number)
        }
    }

    /// The movements of the account's balance, newest first, fetched a page at a time as they are read (contract §3).
    ///
    /// - Parameters:
    ///   - from: the first moment that counts; nil for the beginning.
    ///   - to: the last moment that counts; nil for now.
    ///   - pageSize: how many are fetched at a time, 1 to 100.
    /// - Returns: a sequence that throws ``TopupError``.
    public func transactions(
        from: Timestamp? = nil, to: Timestamp? = nil, pageSize: Int = Limits.pageSize
    ) -> PagedList<Transaction> {
        PagedList { page in
            let answer = try await get(
                .get(Path.transactions, Self.query(page, pageSize, from, to)), for: TransactionsWire.self)
            let pagination = answer.content.pagination ?? answer.meta?.pagination
            return .init(items: answer.content.items.map(\.transaction), hasMore: pagination?.hasMore(after: page))
        } identity: { transaction in
            transaction.id
        }
    }

    private static func query(
        _ page: Int, _ pageSize: Int, _ from: Timestamp?, _ to: Timestamp?
    ) -> [(name: String, value: String?)] {
        let size = min(max(1, pageSize), Limits.pageSize)
        return [
            ("page", "\(page)"), ("pageSize", "\(size)"), ("from", from?.description), ("to", to?.description),
        ]
    }
}
