import RasidBase
import RasidDatabase
import RasidOrders
import RasidStock
import RasidTesting
import Testing

extension TestShop {
    /// Imports on the shop's own time.
    @discardableResult
    func bring(_ csv: String) async throws -> CardImport.Report {
        try await intake.run(text: csv)
    }

    var intake: CardImport {
        CardImport(database: database, vault: vault, time: InstantTime(manual: time), identifiers: identifiers)
    }

    var today: CalendarDay { time.now.dayInAlgiers }

    func product(_ type: ServiceType = .adsl, _ value: Int64 = 1000) throws -> Product {
        try #require(try database.look { try Products.find(type, .dinars(value), in: $0) })
    }

    func freshOrder() -> OrderID { identifiers.fresh(at: time.now) }

    func reserve(_ product: Product, for order: OrderID) throws -> CardID? {
        let today = today
        return try database.commit { try Cards.reserve(product.id, in: .production, for: order, today: today, $0) }
    }

    /// Any text, as a look behind the scenes.
    func number(_ sql: String) throws -> Int64 {
        let statement = Statement(sql)
        return try database.look { try $0.first(statement) { $0.integer(0) } ?? 0 }
    }

    /// Changes what no rule of the shop would change.
    func plant(_ sql: String, _ parameters: [Value] = []) throws {
        let statement = Statement(sql)
        try database.commit { _ = try $0.run(statement, parameters) }
    }

    /// The cards of one product by state.
    func counts(_ type: ServiceType = .adsl, _ value: Int64 = 1000) throws -> [CardState: Int] {
        let today = today
        let counts = try database.look { try CardStock.counts(today: today, in: $0) }
        return Dictionary(
            uniqueKeysWithValues: counts.filter { $0.type == type && $0.value == .dinars(value) }
                .map { ($0.state, $0.count) })
    }

    func code(_ card: CardID, for key: Int64 = 1) async throws -> String? {
        try await reveals.codes(of: [card], for: KeyID(key))[card]
    }
}

/// What the owner is told, or nil where nothing was refused.
func refusal(_ body: () async throws -> Void) async throws -> String? {
    do {
        try await body()
        return nil
    } catch let refusal as Refusal {
        return refusal.description
    }
}
