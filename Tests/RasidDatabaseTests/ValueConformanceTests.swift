import RasidBase
import RasidDatabase
import Testing

/// That every value comes back from every driver as it was stored.
struct ValueConformanceTests {
    private static let insert = Statement("INSERT INTO kinds (number, words, raw) VALUES (?, ?, ?) RETURNING id")
    private static let select = Statement("SELECT number, words, raw FROM kinds WHERE id = ?")

    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test(arguments: Driver.allCases)
    func `integers, texts and bytes come back as they were`(driver: Driver) async throws {
        let integers: [Int64] = [0, -1, .min, .max]
        let texts = ["", "رصيد", "é", "e\u{0301}", "a\nb'\"?{}", String(repeating: "x", count: 100_000)]
        let raws: [[UInt8]] = [[], [0], [0, 255, 0], [UInt8](repeating: 7, count: 100_000)]
        try await driver.run(in: folder) { store async throws in
            for integer in integers {
                let kept = try await keep(.integer(integer), .null, .null, in: store) { $0.optionalInteger(0) }
                #expect(kept == integer)
            }
            for text in texts {
                let kept = try await keep(.null, .text(text), .null, in: store) { $0.optionalText(1) }
                #expect(kept.map { Array($0.utf8) } == Array(text.utf8))
            }
            for raw in raws {
                let kept = try await keep(.null, .null, .bytes(raw), in: store) { $0.isNull(2) ? nil : $0.bytes(2) }
                #expect(kept == raw)
            }
        }
    }

    @Test(arguments: Driver.allCases)
    func `nothing comes back as nothing`(driver: Driver) async throws {
        try await driver.run(in: folder) { store async throws in
            let kept = try await keep(.null, .null, .null, in: store) { row in
                [row.isNull(0), row.optionalInteger(0) == nil, row.optionalText(1) == nil, row.optionalTime(0) == nil]
                    + [try row.optionalID(2, of: OrderTag.self) == nil]
            }
            #expect(kept == [true, true, true, true, true])
            let optional = try await keep(
                .optional(nil as Int64?), .optional(nil as String?), .id(nil as OrderID?), in: store
            ) { [$0.isNull(0), $0.isNull(1), $0.isNull(2)] }
            #expect(optional == [true, true, true])
        }
    }

    @Test(arguments: Driver.allCases)
    func `money, moments, flags, accounts and environments come back as they were`(driver: Driver) async throws {
        let time = Timestamp(milliseconds: 1_761_696_163_042)
        try await driver.run(in: folder) { store async throws in
            #expect(try await keep(.money(.dinars(7)), in: store) { $0.money(0) } == .dinars(7))
            #expect(try await keep(.time(time), in: store) { $0.time(0) } == time)
            #expect(try await keep(.time(nil as Timestamp?), in: store) { $0.optionalTime(0) } == nil)
            #expect(try await keep(.flag(true), in: store) { $0.flag(0) })
            #expect(try await !keep(.flag(false), in: store) { $0.flag(0) })
            #expect(try await keep(.account(AccountID(9)), in: store) { $0.account(0) } == AccountID(9))
            for shop in ShopEnvironment.allCases {
                #expect(try await keep(.environment(shop), in: store) { try $0.environment(0) } == shop)
            }
        }
    }

    @Test(arguments: Driver.allCases)
    func `an id is kept as its twelve bytes`(driver: Driver) async throws {
        let id = OrderID(seconds: 0x6901_61a3, random: 0xe9e8_8196_b4eb_6545)
        try await driver.run(in: folder) { store async throws in
            #expect(try await keep(.null, .null, .id(id), in: store) { try $0.id(2, of: OrderTag.self) } == id)
            #expect(try await keep(.null, .null, .id(id), in: store) { $0.bytes(2) } == id.bytes)
            #expect(try await keep(.null, .null, .bytes(id.bytes), in: store) { try $0.optionalID(2) } == id)
        }
    }

    @Test(arguments: Driver.allCases)
    func `a stored value that is none of ours is broken and no crash`(driver: Driver) async throws {
        try await driver.run(in: folder) { store async throws in
            await #expect(throws: StoreFailure.broken("column 2 is not an id")) {
                try await keep(.null, .null, .bytes([1, 2, 3]), in: store) { try $0.id(2, of: OrderTag.self) }
            }
            await #expect(throws: StoreFailure.broken("column 0 is not an environment")) {
                try await keep(.integer(9), in: store) { try $0.environment(0) }
            }
        }
    }

    /// Stores one row and reads it back.
    private func keep<Result: Sendable>(
        _ number: Value, _ words: Value = .null, _ raw: Value = .null, in store: any Database,
        _ read: @escaping @Sendable (any Row) throws -> Result
    ) async throws -> Result {
        let id = try await store.write { transaction in
            try transaction.first(Self.insert, [number, words, raw]) { $0.integer(0) }
        }
        let kept = try await store.read { transaction in
            try transaction.first(Self.select, [.integer(try #require(id))], read)
        }
        return try #require(kept)
    }
}
