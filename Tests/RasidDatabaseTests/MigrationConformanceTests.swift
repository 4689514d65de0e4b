import RasidBase
import RasidDatabase
import Testing

/// How every driver brings a store to the version of the program.
struct MigrationConformanceTests {
    private static let first = Migration(
        room: "a", number: 1, "CREATE TABLE steps (number {INT64} NOT NULL) {STRICT}", "INSERT INTO steps VALUES (1)")
    private static let second = Migration(room: "a", number: 2, "INSERT INTO steps VALUES (2)")
    private static let otherRoom = Migration(room: "b", number: 1, "INSERT INTO steps VALUES (3)")
    private static let broken = Migration(
        room: "b", number: 2, "INSERT INTO steps VALUES (4)", "INSERT INTO nowhere VALUES (5)")
    private static let steps = Statement("SELECT number FROM steps ORDER BY number")

    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test(arguments: Driver.allCases)
    func `each migration is applied once, in order`(driver: Driver) async throws {
        #expect(try await steps(driver, [Self.first]) == [1])
        #expect(try await steps(driver, [Self.first, Self.second]) == [1, 2])
        #expect(try await steps(driver, [Self.first, Self.second]) == [1, 2])
        #expect(try await steps(driver, [Self.first, Self.second, Self.otherRoom]) == [1, 2, 3])
    }

    @Test(arguments: Driver.allCases)
    func `a store of a newer version is refused and left as it is`(driver: Driver) async throws {
        let all = [Self.first, Self.second]
        _ = try await steps(driver, all)
        let refusal = await #expect(throws: Refusal.self) { try await steps(driver, [Self.first]) }
        #expect(refusal?.description.contains("newer version") == true)
        #expect(try await steps(driver, all) == [1, 2])
    }

    @Test(arguments: Driver.allCases)
    func `a migration that fails leaves nothing of itself or of the others`(driver: Driver) async throws {
        _ = try await steps(driver, [Self.first])
        await #expect(throws: Refusal.self) {
            try await steps(driver, [Self.first, Self.second, Self.broken])
        }
        #expect(try await steps(driver, [Self.first]) == [1])
    }

    private func steps(_ driver: Driver, _ migrations: [Migration]) async throws -> [Int64] {
        try await driver.run(in: folder, migrations) { store in
            try await store.read { try $0.all(Self.steps) { $0.integer(0) } }
        }
    }
}
