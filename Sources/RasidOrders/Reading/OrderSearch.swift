public import RasidBase
import RasidDatabase

/// The extra filters of `GET /v3/internet/list` (contract §4).
public struct OrderFilter: Hashable, Sendable {
    public let status: OrderStatus?
    public let type: ServiceType?
    public let number: String?
    /// An exact reference, number or id.
    public let query: String?

    public init(status: OrderStatus? = nil, type: ServiceType? = nil, number: String? = nil, query: String? = nil) {
        self.status = status
        self.type = type
        self.number = number
        self.query = query
    }

    var isEmpty: Bool { status == nil && type == nil && number == nil && query == nil }
}

/// Finding orders: one by its id or reference, many by pages.
enum OrderSearch {
    /// Another wallet's order is not found, like one that never was (contract §2).
    static func find(_ lookup: OrderLookup, in wallet: WalletID, _ transaction: Transaction) throws -> Order {
        let row: OrderRow? =
            switch lookup {
            case .id(let text): try OrderID(text).flatMap { try OrderRow.find($0, transaction) }
            case .reference(let text): try OrderRow.find(text, of: wallet, transaction)
            }
        guard let row, row.wallet == wallet else { throw Problem.orderNotFound(lookup) }
        return Order(row)
    }

    /// Newest first by the order's own number in its wallet: the unfiltered total is the wallet's counter.
    static func page(
        _ request: PageRequest, total: Int64, in wallet: WalletID, _ transaction: Transaction
    ) throws -> Page<Order> {
        let last = max(0, total - Int64(request.offset))
        let first = max(0, last - Int64(request.size))
        let rows = try transaction.all(
            OrderRow.selectByNumber,
            [.account(wallet.account), .environment(wallet.environment), .integer(first), .integer(last)],
            OrderRow.init)
        return Page(items: rows.map(Order.init), total: Int(total))
    }

    /// Filtered orders are counted, and paged, up to ``Limits/countedFilteredOrders``.
    static func page(
        _ request: PageRequest, filter: OrderFilter, in wallet: WalletID, _ transaction: Transaction
    ) throws -> Page<Order> {
        let query = FilteredQuery(request, filter, wallet)
        let total = Int(try transaction.first(query.count, query.parameters) { $0.integer(0) } ?? 0)
        guard request.offset < total else { return Page(items: [], total: total) }
        let rows = try transaction.all(
            query.select,
            query.parameters + [.integer(Int64(request.size)), .integer(Int64(request.offset))], OrderRow.init)
        return Page(items: rows.map(Order.init), total: total)
    }
}
