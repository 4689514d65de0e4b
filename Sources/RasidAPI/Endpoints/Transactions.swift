import RasidBase
import RasidLedger
import RasidWire

/// `GET /v3/account/transactions`: the wallet's statement, newest first.
struct Transactions: Endpoint {
    let ledger: Ledger
    let time: any TimeSource

    func answer(_ call: Call) async throws -> Answer {
        var query = Query(call.query)
        let request = query.pageRequest()
        if let problem = query.problem { throw problem }
        let page = try await ledger.statement(request, of: call.wallet)
        let data = TransactionsData(
            items: page.items.compactMap(TransactionData.init),
            pagination: Pagination(page: request.page, pageSize: request.size, totalResults: page.total))
        return .success(data, meta: Meta(timestamp: time.now), capacity: 512 + 320 * page.items.count)
    }
}

extension TransactionData {
    /// - Returns: nil for what moves no money in or out of the wallet, which a statement does not hold.
    fileprivate init?(_ line: StatementLine) {
        guard let word = line.kind.statementWord else { return nil }
        self.init(
            id: line.id, type: word, isIncrement: line.kind.isIncrement, amount: line.amount,
            oldBalance: line.oldBalance, newBalance: line.newBalance, object: line.object, note: line.note,
            time: line.time)
    }
}
