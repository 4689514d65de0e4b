import RasidBase
import RasidDatabase
import RasidStock
import RasidTesting
import Testing

/// Who serves a type and value, in order.
struct RoutesTests {
    private let shop: TestShop

    init() async throws {
        shop = try await TestShop()
        for (id, name) in [(3, "first"), (4, "second")] {
            try shop.plant("INSERT INTO operators (id, name, kind, needs_card) VALUES (\(id), '\(name)', 'gateway', 0)")
        }
    }

    private func set(_ type: ServiceType, _ value: Money?, to names: String...) throws {
        try shop.database.commit { try Routes.set(type, value, to: names, in: $0) }
    }

    private func route(
        _ type: ServiceType, _ value: Int64, _ environment: ShopEnvironment = .production
    ) throws -> [String] {
        try shop.database.look { try Routes.operators(for: type, .dinars(value), in: environment, $0).map(\.name) }
    }

    @Test func `a new shop sells its own cards`() throws {
        #expect(try route(.adsl, 1000) == ["voucher"])
        #expect(try route(.fourG, 500) == ["voucher"])
    }

    @Test func `a value's own route stands above its type's`() throws {
        try set(.adsl, nil, to: "first", "voucher")
        try set(.adsl, .dinars(1000), to: "second")
        #expect(try route(.adsl, 1000) == ["second"])
        #expect(try route(.adsl, 500) == ["first", "voucher"])
        #expect(try route(.fourG, 1000) == ["voucher"])
    }

    @Test func `a route is replaced as a whole and keeps its order`() throws {
        try set(.adsl, nil, to: "second", "first", "voucher")
        #expect(try route(.adsl, 500) == ["second", "first", "voucher"])
        try set(.adsl, nil, to: "voucher", "second")
        #expect(try route(.adsl, 500) == ["voucher", "second"])
        let offer = try shop.database.look { [wallet = shop.production] in
            try Offers.find(.adsl, .dinars(500), for: wallet, today: shop.time.now.dayInAlgiers, in: $0)
        }
        // The shop has no cards yet: the first that may have it.
        #expect(offer?.operatorID == OperatorID(4))
    }

    @Test func `the sandbox goes to the simulator, whatever the routes say`() throws {
        try set(.adsl, nil, to: "first")
        #expect(try route(.adsl, 500, .sandbox) == ["simulator"])
        let served = try shop.database.look { try Routes.operators(for: .adsl, in: .sandbox, $0) }
        #expect(served == [.simulator])
    }

    @Test func `the simulator is refused in production`() async throws {
        let said = try await refusal { try set(.adsl, nil, to: "voucher", "simulator") }
        #expect(said?.contains("sandbox only") == true)
        #expect(try route(.adsl, 500) == ["voucher"])
    }

    @Test func `a route that names nobody, somebody unknown or somebody twice is refused, and nothing changes`()
        async throws
    {
        #expect(try await refusal { try set(.adsl, nil) } != nil)
        #expect(try await refusal { try set(.adsl, nil, to: "first", "first") } != nil)
        let said = try #require(try await refusal { try set(.adsl, nil, to: "third") })
        #expect(said.contains("'third'"))
        #expect(said.contains("simulator, voucher, first, second"))
        #expect(try route(.adsl, 500) == ["voucher"])
    }

    @Test func `all routes are listed, those of types without a value`() throws {
        try set(.adsl, .dinars(1000), to: "second", "first")
        let lines = try shop.database.look { try Routes.all(in: $0) }
        #expect(
            lines.map { "\($0.type.rawValue) \($0.value?.description ?? "-") \($0.supplier.name)" } == [
                "ADSL - voucher", "ADSL 1000 second", "ADSL 1000 first", "4G - voucher",
            ])
        let served = try shop.database.look { try Routes.operators(for: .adsl, in: .production, $0) }
        #expect(Set(served).count == 3)
    }
}
