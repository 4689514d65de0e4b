import RasidAccounts
import RasidBase
import RasidOrders
import RasidWire

/// `GET /v3/internet/list`: the wallet's orders, newest first, by pages and filters.
struct ListOrders: Endpoint {
    let orders: Orders
    let view: TopupView
    let time: any TimeSource

    func answer(_ call: Call) async throws -> Answer {
        var query = Query(call.query)
        let request = query.pageRequest()
        let filter = Self.filter(&query, username: call.admission.username)
        if let problem = query.problem { throw problem }
        let page = try await orders.list(request, filter: filter, in: call.wallet)
        let topups = await view.show(page.items, to: call.admission)
        let pagination = Pagination(page: request.page, pageSize: request.size, totalResults: page.total)
        return .success(
            TopupsData(topups: topups, pagination: pagination),
            meta: Meta(timestamp: time.now, pagination: pagination), capacity: 1024 + 1024 * topups.count)
    }

    /// A filter whose value is none of its words is ignored (contract §4).
    private static func filter(_ query: inout Query, username: String) -> OrderFilter {
        let status = query.text("status").flatMap(OrderStatus.init)
        let type = query.text("type").flatMap(ServiceType.init)
        let number = query.text("number").flatMap { isNumber($0) ? $0 : nil }
        let search = query.text("q").map { Reference.stripped($0, username: username) }
        return OrderFilter(
            status: status, type: type, number: number, query: search.flatMap { $0.isEmpty ? nil : $0 })
    }

    private static func isNumber(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}
