import RasidBase
import RasidDatabase
import RasidOrders
import RasidStock
import RasidTesting
import ServiceLifecycle
import ServiceLifecycleTestKit
import Testing

@testable import RasidDelivery

/// Repeated openings are written once a minute, and a last time at the end.
@Suite(.timeLimit(.minutes(1)))
struct RevealCountingTests {
    private let floor: DeliveryFloor
    private let reveals: Reveals
    private let card: CardID
    private static let select = Statement("SELECT count FROM reveals")

    init() async throws {
        floor = try await DeliveryFloor()
        reveals = Reveals(database: floor.store, vault: floor.vault, time: floor.time)
        try await floor.stock(1)
        let order = try await floor.place(in: floor.production)
        card = try #require(try await floor.store.read { try StaffReading.find(order, in: $0).card })
    }

    private func open(_ times: Int) async throws {
        for _ in 0..<times { _ = try await reveals.codes(of: [card], for: KeyID(1)) }
    }

    private func count() async throws -> Int64? {
        try await floor.store.read { try $0.first(Self.select) { $0.integer(0) } }
    }

    @Test func `repeats are written after a minute, in one go`() async throws {
        try await floor.running(RevealCounting(reveals, floor.delivery)) { _ in
            try await floor.time.sleepers(for: .seconds(60))
            try await open(4)
            floor.time.advance(by: .seconds(59))
            #expect(try await count() == 1)
            floor.time.advance(by: .seconds(1))
            try await floor.store.until { try $0.first(Self.select) { $0.integer(0) } == 4 }
        }
    }

    @Test func `what was counted last is written when the server stops`() async throws {
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { [reveals, floor] in try await RevealCounting(reveals, floor.delivery).run() }
                try await floor.time.sleepers(for: .seconds(60))
                try await open(3)
                trigger.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }
        #expect(try await count() == 3)
        try await floor.close()
    }

    @Test func `a minute in which the store does not work loses no count`() async throws {
        try await floor.running(RevealCounting(reveals, floor.delivery)) { _ in
            try await floor.time.sleepers(for: .seconds(60))
            try await open(3)
            floor.store.shut(true)
            floor.time.advance(by: .seconds(60))
            try await floor.time.sleepers(for: .seconds(60))
            floor.store.shut(false)
            floor.time.advance(by: .seconds(60))
            try await floor.store.until { try $0.first(Self.select) { $0.integer(0) } == 3 }
        }
    }
}
