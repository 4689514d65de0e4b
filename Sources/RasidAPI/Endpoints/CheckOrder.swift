import RasidAccounts
import RasidBase
import RasidOrders
import RasidWire

/// `GET /v3/internet/check-id/{id}` and `GET /v3/internet/check-ref/{ref}`: one order, at once or with `?wait=`.
struct CheckOrder: Endpoint {
    enum By {
        case id, reference
    }

    let by: By
    let orders: Orders
    let view: TopupView
    let time: any TimeSource

    func answer(_ call: Call) async throws -> Answer {
        var query = Query(call.query)
        let seconds = query.integer("wait", in: 0...Limits.waitSeconds) ?? 0
        if let problem = query.problem { throw problem }
        let order = try await find(lookup(call), call, waiting: seconds)
        let shown = await view.show([order], to: call.admission)
        guard let data = shown.first else { throw StoreFailure.broken("an order that cannot be shown") }
        return .success(data, meta: Meta(timestamp: time.now))
    }

    /// A reference is taken off its prefix as `send` does it, so that a `topupRef` finds its order.
    private func lookup(_ call: Call) -> OrderLookup {
        switch by {
        case .id: .id(call.parameter)
        case .reference: .reference(Reference.stripped(call.parameter, username: call.admission.username))
        }
    }

    private func find(_ lookup: OrderLookup, _ call: Call, waiting seconds: Int) async throws -> Order {
        guard seconds > 0 else { return try await orders.find(lookup, in: call.wallet) }
        let waiter = OrderWaiter()
        return try await HangUp.ofConnection.listening({ waiter.giveUp() }) {
            try await orders.find(lookup, in: call.wallet, waitingUpTo: .seconds(seconds), as: waiter)
        }
    }
}
