import Foundation
import RasidBase
import RasidTesting

/// Two accounts of one live shop, each with a key to both environments.
struct FourViews: Sendable {
    struct View: Sendable {
        let name: String
        let username: String
        let environment: String
        let caller: Caller
    }

    let live: LiveShop
    let first: Reseller
    let second: Reseller
    let all: [View]

    static func run(_ body: (FourViews) async throws -> Void) async throws {
        try await LiveShop.run { live in
            let (first, second) = (try await live.openReseller(), try await live.openReseller())
            let all = [("first", first), ("second", second)].flatMap { name, reseller in
                [
                    View(
                        name: "\(name)-sandbox", username: reseller.username, environment: "SANDBOX",
                        caller: reseller.sandbox),
                    View(
                        name: "\(name)-production", username: reseller.username, environment: "PRODUCTION",
                        caller: reseller.production),
                ]
            }
            try await body(FourViews(live: live, first: first, second: second, all: all))
        }
    }

    /// The same sale to each of the four.
    func sellToAll(_ ref: String) async throws -> [String: Accepted] {
        var orders: [String: Accepted] = [:]
        for view in all { orders[view.name] = try await view.caller.buy(Sale(ref: ref)) }
        return orders
    }

    func balances() async throws -> [String: Decimal] {
        var balances: [String: Decimal] = [:]
        for view in all { balances[view.name] = try await view.caller.balance() }
        return balances
    }
}
