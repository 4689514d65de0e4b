import Foundation
import RasidAccounts
import RasidBase
import RasidDatabase
import RasidServer
import RasidStock
import RasidTesting
import Testing

/// Two shops in a chain: the front one sells what the one behind it has.
@Suite(.timeLimit(.minutes(5))) struct ChainTests {
    private static let nowhere = "http://127.0.0.1:1"

    /// A front shop whose ADSL goes to the shop at an address, with a key there.
    private static func chain(
        _ front: LiveShop, to url: String, key: String, more names: [String] = []
    ) async throws -> OperatorID {
        let vault = front.vault
        return try await front.database.write { transaction in
            let supplier = try Routes.add("next", kind: OperatorKind.upstream.rawValue, in: transaction)
            var settings = OperatorDriver.settings(
                .upstream, of: supplier.id, url: url, sealedSecret: try vault.seal(secret: key, of: supplier.id))
            settings.settlingTime = .seconds(1)
            try settings.keep(in: transaction)
            try Routes.set(.adsl, nil, to: ["next"] + names, in: transaction)
            return supplier.id
        }
    }

    private static func move(_ front: LiveShop, _ supplier: OperatorID, to url: String) async throws {
        try await front.database.write { transaction in
            guard var settings = try OperatorSettings.find(supplier, in: transaction) else { return }
            settings.url = url
            try settings.keep(in: transaction)
        }
    }

    private static func key(_ shop: LiveShop, of reseller: Reseller) async throws -> String {
        try await shop.key(for: reseller.account, KeySettings(environment: .production, rateLimit: .off))
    }

    private static func url(_ shop: LiveShop) -> String { "http://127.0.0.1:\(shop.port)" }

    private static func state(_ front: LiveShop, _ supplier: OperatorID) async throws -> String? {
        try await front.database.read { try OperatorStates.all(of: supplier, in: $0).first?.state.word }
    }

    private static func queued(_ caller: Caller, _ order: Accepted) async throws {
        let topup = try await eventually("the order is QUEUED") {
            let topup = try await caller.find(order, wait: 5)
            return topup.status == "HANDLING" ? nil : topup
        }
        #expect(topup.status == "QUEUED")
    }

    @Test func `a sale at the front is delivered from the stock behind it, and both tell one story`() async throws {
        try await LiveShop.run(codes: "09") { back in
            let middleman = try await back.openReseller()
            let key = try await Self.key(back, of: middleman)
            try await LiveShop.run { front in
                _ = try await Self.chain(front, to: Self.url(back), key: key)
                let caller = try await front.openReseller().production
                let order = try await caller.buy(Sale(ref: "front-1"))
                let sold = try await caller.finished(order)
                #expect(sold.status == "FULFILLED")
                let behind = try await middleman.production.get("/v3/internet/check-ref/\(order.topupId)")
                    .decoded(Topup.self)
                #expect(behind.status == "FULFILLED")
                #expect(behind.card_code == sold.card_code && sold.card_code?.hasPrefix("09") == true)
                #expect(behind.num_trans == sold.num_trans)
                #expect(try await middleman.production.balance() == 10_000 - 950)
            }
        }
    }

    @Test func `while the shop behind is away orders are QUEUED, and are delivered once it is back`() async throws {
        let time = ShiftedTime()
        try await LiveShop.run(codes: "09") { back in
            let middleman = try await back.openReseller()
            let key = try await Self.key(back, of: middleman)
            try await LiveShop.run(time: time) { front in
                let supplier = try await Self.chain(front, to: Self.nowhere, key: key)
                let caller = try await front.openReseller().production
                let orders = [try await caller.buy(Sale(ref: "a")), try await caller.buy(Sale(ref: "b"))]
                for order in orders { try await Self.queued(caller, order) }
                try await Self.move(front, supplier, to: Self.url(back))
                time.advance(by: .seconds(61))
                for order in orders { #expect(try await caller.finished(order).status == "FULFILLED") }
                #expect(try await middleman.production.balance() == 10_000 - 2 * 950)
            }
        }
    }

    @Test func `what the shop behind never took is paid back after 48 hours`() async throws {
        let time = ShiftedTime()
        try await LiveShop.run(time: time) { front in
            _ = try await Self.chain(front, to: Self.nowhere, key: "0e984725-c51c-4bf4-9960-e1c80e27aba0")
            let caller = try await front.openReseller().production
            let order = try await caller.buy(Sale(ref: "never"))
            try await Self.queued(caller, order)
            #expect(try await caller.balance() == 10_000 - 950)
            time.advance(by: .seconds(47 * 3600))
            #expect(try await caller.find(order).status == "QUEUED")
            time.advance(by: .seconds(3600))
            let ended = try await caller.finished(order)
            #expect(ended.status == "REFUNDED" && ended.refund_reason == "EXPIRED")
            #expect(try await caller.balance() == 10_000)
        }
    }

    @Test func `without money behind it orders wait for money, and the owner is told why`() async throws {
        let time = ShiftedTime()
        try await LiveShop.run(codes: "09") { back in
            let middleman = try await back.openReseller(production: .dinars(100))
            let key = try await Self.key(back, of: middleman)
            try await LiveShop.run(time: time) { front in
                let supplier = try await Self.chain(front, to: Self.url(back), key: key)
                let caller = try await front.openReseller().production
                let order = try await caller.buy(Sale(ref: "poor"))
                try await Self.queued(caller, order)
                time.advance(by: .seconds(6))
                try await eventually("the owner is told") {
                    try await Self.state(front, supplier) == "no money"
                }
                #expect(try front.logLines().contains { $0.contains("pay in") })
                try await back.deposit(.dinars(5000), to: middleman.account, .production)
                time.advance(by: .seconds(301))
                #expect(try await caller.finished(order).status == "FULFILLED")
                #expect(try await middleman.production.balance() == 5100 - 950)
            }
        }
    }

    @Test func `a value that is out of stock behind is out of stock in front, unless cards of one's own are there`()
        async throws
    {
        try await LiveShop.run(codes: "09") { back in
            let middleman = try await back.openReseller()
            let key = try await Self.key(back, of: middleman)
            try await LiveShop.run { front in
                let supplier = try await Self.chain(front, to: Self.url(back), key: key)
                try await eventually("the offers of the shop behind are known") {
                    try await !front.database.read { try SupplierOffers.all(of: supplier, in: $0).isEmpty }
                }
                let caller = try await front.openReseller().production
                let refused = try await caller.send(Sale(value: 2000, ref: "none"))
                #expect(refused.code == "ERR_STOCK")
                try await front.database.write { try Routes.set(.adsl, nil, to: ["voucher", "next"], in: $0) }
                let own = try await caller.finished(try await caller.buy(Sale(ref: "own")))
                #expect(own.status == "FULFILLED" && own.num_trans?.hasPrefix("LIVE-") == true)
                #expect(try await middleman.production.balance() == 10_000)
            }
        }
    }

    @Test func `a key that the shop behind refuses costs nothing, and the owner is told why`() async throws {
        try await LiveShop.run(codes: "09") { back in
            try await LiveShop.run { front in
                let supplier = try await Self.chain(
                    front, to: Self.url(back), key: "0e984725-c51c-4bf4-9960-e1c80e27aba0", more: ["voucher"])
                let caller = try await front.openReseller().production
                let order = try await caller.buy(Sale(ref: "second"))
                // Its explicit word that nothing was begun: the shop's own cards are next.
                #expect(try await caller.finished(order).status == "FULFILLED")
                try await eventually("the owner is told") {
                    try await Self.state(front, supplier) == "not let in"
                }
            }
        }
    }

    @Test func `a shop that is its own operator sells nothing to itself without end`() async throws {
        try await LiveShop.run { shop in
            let middleman = try await shop.openReseller()
            _ = try await Self.chain(shop, to: Self.url(shop), key: try await Self.key(shop, of: middleman))
            let caller = try await shop.openReseller().production
            let order = try await caller.finished(try await caller.buy(Sale(ref: "loop")))
            #expect(order.status == "REFUNDED" && order.refund_reason == "OUT_OF_STOCK")
            #expect(try await middleman.production.balance() == 10_000)
            #expect(try await caller.balance() == 10_000)
        }
    }

    @Test func `a key of the sandbox behind sells nothing in front`() async throws {
        try await LiveShop.run(codes: "09") { back in
            let middleman = try await back.openReseller()
            try await LiveShop.run { front in
                let supplier = try await Self.chain(front, to: Self.url(back), key: middleman.sandbox.key ?? "")
                try await eventually("the owner is told") {
                    try await Self.state(front, supplier) == "wrong key"
                }
                let caller = try await front.openReseller().production
                try await Self.queued(caller, try await caller.buy(Sale(ref: "made-up")))
                let before = try await middleman.sandbox.balance()
                #expect(before == 100_000)
            }
        }
    }
}
