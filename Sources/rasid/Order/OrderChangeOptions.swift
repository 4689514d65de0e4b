import ArgumentParser
import RasidBase
import RasidDatabase
import RasidOrders
import RasidServer

/// What the four commands that change an order by hand have in common.
struct OrderChangeOptions: ParsableArguments {
    typealias Step = @Sendable (OrderID, String, Provisions, Transaction) throws -> Void

    @Argument(help: "The order's id, 24 hex characters.")
    var id: OrderIDArgument

    @OptionGroup var reason: ReasonOption
    @OptionGroup var store: StoreOptions
    @OptionGroup var json: JSONOption

    /// Takes the step and notes it in one transaction, then says what became of the order.
    func carryOut(_ action: String, _ step: @escaping Step, saying sentence: (OrderView) -> String) async throws {
        let (id, reason, staff) = (id.id, reason.text, Staff())
        let provisions = Provisions(1, identifiers: SystemIdentifiers(), now: staff.now)
        let order = try await store.open { shop in
            try await shop.database.write { transaction in
                try step(id, reason, provisions, transaction)
                try staff.note(action, id.description, reason, in: transaction)
                return try OrderView.find(id, in: transaction)
            }
        }
        try json.show(order, orText: sentence(order))
    }
}
