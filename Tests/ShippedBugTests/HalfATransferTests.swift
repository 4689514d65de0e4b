import RasidBase
import RasidDatabase
import RasidLedger
import RasidOrders
import RasidStock
import RasidTesting
import Testing

/// A failure between the two sides of a movement: nothing of it may stay.
struct HalfATransferTests {
    /// Where the store refuses; between them lie all the halves that a sale, a delivery and a refund could leave.
    private static let writes = [
        "INSERT ON transfers", "INSERT ON orders", "INSERT ON events", "INSERT ON idempotency_keys",
        "UPDATE ON cards", "UPDATE ON orders", "UPDATE ON balances",
    ]

    /// A store that refuses one kind of write.
    private struct Fault {
        let create: Statement
        static let drop = Statement("DROP TRIGGER half")

        init(_ write: String) {
            create = Statement("CREATE TRIGGER half BEFORE \(write) BEGIN SELECT RAISE(ABORT, 'half'); END")
        }
    }

    @Test(arguments: writes)
    func `a sale that fails half way leaves nothing, and can be made afterwards`(write: String) async throws {
        let desk = try await Desk()
        try await desk.shop.importCards("ADSL,1000,HALF-SOLD")
        let fails = !["INSERT ON events", "UPDATE ON orders"].contains(write)
        try await attempt(desk, write, fails: fails) {
            _ = try await desk.shop.place(ref: "half", key: "half-key", in: desk.shop.production)
        }
        _ = try? await desk.shop.place(ref: "half", key: "half-key", in: desk.shop.production)
        #expect(try await desk.shop.balance(of: desk.shop.production) == .dinars(9_050))
        #expect(try await desk.shop.audit().isClean)
    }

    @Test(arguments: ["INSERT ON transfers", "INSERT ON events", "UPDATE ON cards", "UPDATE ON orders"])
    func `a delivery that fails half way leaves nothing, and can be made afterwards`(write: String) async throws {
        let desk = try await Desk()
        try await desk.shop.importCards("ADSL,1000,HALF-DELIVERED")
        let order = try await desk.shop.place(in: desk.shop.production).id
        try await attempt(desk, write) { _ = try desk.deliverReserved() }
        #expect(try desk.deliverReserved() == [order])
        #expect(try desk.moves(of: order) == [.hold, .capture])
        #expect(try await desk.shop.audit().isClean)
    }

    @Test(arguments: ["INSERT ON transfers", "INSERT ON events", "UPDATE ON cards", "UPDATE ON orders"])
    func `a refund that fails half way leaves nothing, and can be made afterwards`(write: String) async throws {
        let desk = try await Desk()
        try await desk.shop.importCards("ADSL,1000,HALF-REFUNDED")
        let order = try await desk.shop.place(in: desk.shop.production).id
        try await attempt(desk, write) { _ = try desk.cancel(order) }
        #expect(try desk.cancel(order) == nil)
        #expect(try desk.moves(of: order) == [.hold, .release])
        #expect(try await desk.shop.balance(of: desk.shop.production) == .dinars(10_000))
        #expect(try await desk.shop.audit().isClean)
    }

    @Test func `an adjustment that fails half way leaves nothing, and can be made afterwards`() async throws {
        let desk = try await Desk()
        _ = try await desk.shop.place()
        let assignment = try #require(try desk.claim().first)
        try await desk.apply(.yes, to: assignment)
        for write in ["INSERT ON transfers", "UPDATE ON balances"] {
            try await attempt(desk, write) { _ = try desk.adjust(assignment.order) }
        }
        #expect(try desk.adjust(assignment.order) == nil)
        #expect(try desk.moves(of: assignment.order) == [.hold, .capture, .adjust])
        #expect(try await desk.shop.audit().isClean)
    }

    @Test func `a deposit that fails half way leaves nothing`() async throws {
        let desk = try await Desk()
        for write in ["INSERT ON transfers", "UPDATE ON balances"] {
            try await attempt(desk, write) { try desk.shop.deposit(.dinars(5), to: desk.shop.production) }
        }
        #expect(try await desk.shop.audit().isClean)
    }

    private func attempt(
        _ desk: Desk, _ write: String, fails: Bool = true, _ body: () async throws -> Void
    ) async throws {
        let fault = Fault(write)
        try desk.shop.database.commit { _ = try $0.run(fault.create) }
        let before = try Books(desk.shop)
        if fails {
            await #expect(throws: StoreFailure.self, "\(write)") { try await body() }
            #expect(try Books(desk.shop) == before, "\(write)")
        } else {
            try await body()
        }
        try desk.shop.database.commit { _ = try $0.run(Fault.drop) }
    }
}
