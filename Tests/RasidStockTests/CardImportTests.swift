import Foundation
import RasidBase
import RasidDatabase
import RasidStock
import RasidTesting
import Synchronization
import Testing

/// A file of cards: each good line once, each bad one told, nothing lost.
struct CardImportTests {
    @Test func `good lines come in and bad ones are told by their line`() async throws {
        let shop = try await TestShop()
        let report = try await shop.bring(
            """
            type,value,code,serial
            ADSL,1000,1111111111111111,S-1
            ADSL,1000

            ADSL,7,2222222222222222,S-2
            4G,500,3333333333333333,S-3
            "ADSL,1000,4444444444444444
            """)
        #expect(report.inserted == 2)
        #expect(report.duplicates == 0)
        #expect(report.faultCount == 3)
        #expect(report.faults.map(\.line) == [3, 5, 7])
        #expect(
            report.faults.map(\.reason) == [
                "has no code", "has a value that is not a product of ADSL", "has a quote that is not closed",
            ])
        #expect(try shop.counts() == [.available: 1])
        #expect(try shop.counts(.fourG, 500) == [.available: 1])
    }

    @Test func `the same file again changes nothing, not even by a batch`() async throws {
        let shop = try await TestShop()
        let csv = (1...200).map { "ADSL,1000,\(1_000_000_000_000_000 + $0),S-\($0)" }.joined(separator: "\n")
        #expect(try await shop.bring(csv).inserted == 200)
        let batches = try shop.number("SELECT count(*) FROM batches")
        let sum = try shop.number("SELECT sum(length(sealed) + batch_id * 1000) FROM cards")
        for _ in 0..<2 {
            let again = try await shop.bring(csv)
            #expect(again.inserted == 0)
            #expect(again.duplicates == 200)
            #expect(again.faultCount == 0)
        }
        #expect(batches == 1)
        #expect(try shop.number("SELECT count(*) FROM batches") == batches)
        #expect(try shop.number("SELECT sum(length(sealed) + batch_id * 1000) FROM cards") == sum)
    }

    @Test func `a code that stands twice in a file comes in once`() async throws {
        let shop = try await TestShop()
        let report = try await shop.bring("ADSL,1000,SAME\nADSL,500,SAME\nADSL,1000,OTHER\nADSL,1000,SAME")
        #expect(report.inserted == 2)
        #expect(report.duplicates == 1)
        #expect(report.faults.map(\.line) == [2])
        #expect(try shop.counts() == [.available: 2])
        #expect(try shop.counts(.adsl, 500).isEmpty)
    }

    @Test(arguments: [true, false])
    func `a code that is in the store as another product is a bad line, and is not told`(isDryRun: Bool) async throws {
        let shop = try await TestShop()
        try await shop.bring("ADSL,1000,1234567890123456")
        let path = shop.folder.path + "/cards.csv"
        let csv = "ADSL,500,1234567890123456\nnonsense\nADSL,1000,NEW\n4G,500,NEW\n"
        try Data(csv.utf8).write(to: URL(fileURLWithPath: path))
        let report = try await shop.intake.run(path: path, dryRun: isDryRun)
        #expect(report.inserted == 1 && report.duplicates == 0 && report.faultCount == 3)
        #expect(report.faults.map(\.line) == [1, 2, 4])
        let reason = "has a code that is in the store already, as ADSL 1000"
        #expect(report.faults.map(\.reason) == [reason, "has no type ADSL or 4G in its first place", reason])
    }

    @Test func `an import that is told to stop brings in no line by halves, and the file again adds the rest`()
        async throws
    {
        let shop = try await TestShop()
        let path = shop.folder.path + "/cards.csv"
        let lines = (1...9000).map { "4G,1000,\(1_000_000_000_000_000 + $0)" }
        try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: path))
        let isAsked = Mutex(false)
        let report = try await shop.intake.run(path: path) { _, _ in
            isAsked.withLock { $0 = true }
        } isStopped: {
            isAsked.withLock { $0 }
        }
        #expect(report.isCutShort && report.faultCount == 0)
        #expect(report.inserted > 0 && report.inserted < 9000)
        #expect(try shop.number("SELECT count(*) FROM cards") == Int64(report.inserted))
        let again = try await shop.intake.run(path: path)
        #expect(again.inserted == 9000 - report.inserted && again.duplicates == report.inserted)
        #expect(!again.isCutShort)
    }

    @Test func `an import that is told to stop does not wait for a pipe that says nothing`() async throws {
        let shop = try await TestShop()
        let path = shop.folder.path + "/pipe"
        #expect(mkfifo(path, 0o600) == 0)
        let asked = Mutex(0)
        let report = try await shop.intake.run(path: path) { _, _ in
        } isStopped: {
            asked.withLock { asked in
                asked += 1
                return asked > 50
            }
        }
        #expect(report.isCutShort && report.inserted == 0)
    }

    @Test func `semicolons in the first line are noticed`() async throws {
        let shop = try await TestShop()
        #expect(try await shop.bring("type;value;code\nADSL;1000;ONE").hasSemicolons)
        #expect(try await !shop.bring("ADSL,1000,ONE\nADSL;1000;TWO").hasSemicolons)
    }

    @Test func `codes that differ by case alone are two`() async throws {
        let shop = try await TestShop()
        #expect(try await shop.bring("ADSL,1000,abc\nADSL,1000,ABC").inserted == 2)
    }

    @Test func `a known code does not come back, whatever became of its card`() async throws {
        let shop = try await TestShop()
        try await shop.bring("ADSL,1000,ONE,S-1")
        try shop.database.commit { try CardStock.void(serial: "S-1", in: $0) }
        #expect(try await shop.bring("ADSL,1000,ONE,S-1").duplicates == 1)
        #expect(try shop.counts() == [.void: 1])
    }

    @Test func `a dry run says the same and writes nothing`() async throws {
        let shop = try await TestShop()
        try await shop.bring("ADSL,1000,OLD")
        let csv = "type,value,code\nADSL,1000,OLD\nADSL,1000,NEW\nADSL,1000,NEW\nADSL,9,NEWER\n4G,500,NEWEST\n"
        let path = shop.folder.path + "/cards.csv"
        try Data(csv.utf8).write(to: URL(fileURLWithPath: path))
        let before = try shop.number("SELECT count(*) * 1000 + (SELECT count(*) FROM batches) FROM cards")
        let dry = try await shop.intake.run(path: path, dryRun: true)
        #expect(try shop.number("SELECT count(*) * 1000 + (SELECT count(*) FROM batches) FROM cards") == before)
        let real = try await shop.intake.run(path: path)
        for report in [dry, real] {
            #expect(report.inserted == 2)
            #expect(report.duplicates == 2)
            #expect(report.faults.map(\.line) == [5])
        }
    }

    @Test func `an expired card stays out, one that expires today comes in and is not for sale`() async throws {
        let shop = try await TestShop()
        let today = shop.today
        let yesterday = CalendarDay(number: today.number - 1)
        let report = try await shop.bring("ADSL,1000,PAST,,\(yesterday)\nADSL,1000,NOW,,\(today)")
        #expect(report.inserted == 1)
        #expect(report.faults.map(\.reason) == ["expired on \(yesterday)"])
        let product = try shop.product()
        #expect(try shop.reserve(product, for: shop.freshOrder()) == nil)
    }

    @Test(arguments: ["type,value,serial,code,expiry", "type,value,serial,pin", "code,serial", "type,value,code,code"])
    func `a first line whose names are not understood stops the file, for its columns would be mixed up`(
        names: String
    ) async throws {
        let shop = try await TestShop()
        let said = try await refusal {
            try await shop.bring("\(names)\nADSL,1000,S-1,1234567890123456,2027-12-31\n")
        }
        #expect(said?.hasPrefix("Line 1 names ") == true)
        #expect(said?.contains("1234567890123456") == false)
        #expect(try shop.number("SELECT count(*) FROM cards") == 0)
    }

    @Test func `only the first thousand faults are kept, and all are counted`() async throws {
        let shop = try await TestShop()
        let report = try await shop.bring(String(repeating: "nonsense\n", count: 1500) + "ADSL,1000,GOOD")
        #expect(report.inserted == 1)
        #expect(report.faultCount == 1500)
        #expect(report.faults.count == Limits.importErrorsKept)
    }

    @Test func `a file is read to its end in pieces, and progress is told`() async throws {
        let shop = try await TestShop()
        let lines = (1...3000).map { "4G,1000,\(1_000_000_000_000_000 + $0),SERIAL-NUMBER-\($0)" }
        let csv = lines.joined(separator: "\r\n")
        let path = shop.folder.path + "/cards.csv"
        try Data(csv.utf8).write(to: URL(fileURLWithPath: path))
        var told: [Int] = []
        let report = try await shop.intake.run(path: path) { bytes, all in
            told.append(bytes)
            #expect(all == csv.utf8.count)
        }
        #expect(report.inserted == 3000)
        #expect(told.count == csv.utf8.count / (64 * 1024) + 1)
        #expect(told.last == csv.utf8.count)
        #expect(told == told.sorted())
    }

    @Test func `a code that stands where the value should is not told`() async throws {
        let shop = try await TestShop()
        let report = try await shop.bring("ADSL,5551234,1000")
        #expect(report.faultCount == 1)
        #expect(report.faults.first?.reason.contains("5551234") == false)
    }

    /// An import on a store that a test can shut, with a note for each batch.
    private func noted(_ shop: TestShop, _ store: any Database) -> CardImport {
        let note = Statement("INSERT INTO notes (number) VALUES (1)")
        return CardImport(
            database: store, vault: shop.vault, time: InstantTime(manual: shop.time), identifiers: shop.identifiers
        ) { _ = try $0.run(note) }
    }

    @Test func `an import that fails half way has been noted with its first card, and tells what came in`()
        async throws
    {
        let shop = try await TestShop()
        try shop.plant("CREATE TABLE notes (number INTEGER)")
        let store = FaultyStore(shop.database)
        let path = shop.folder.path + "/cards.csv"
        let lines = (1...9000).map { "4G,1000,\(1_000_000_000_000_000 + $0)" }
        try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: path))
        var told: CardImport.Report?
        await #expect(throws: StoreFailure.self) {
            _ = try await noted(shop, store).run(path: path) { _, _ in
                store.shut(true)
            } onStop: {
                told = $0
            }
        }
        let stocked = try shop.number("SELECT count(*) FROM cards")
        #expect(stocked > 0 && stocked < 9000)
        #expect(told.map { Int64($0.inserted) } == stocked)
        #expect(try shop.number("SELECT count(*) FROM notes") == 1)
    }

    @Test func `an import that adds no card is not noted, and a note that fails keeps the cards out`() async throws {
        let shop = try await TestShop()
        let noting = noted(shop, shop.database)
        await #expect(throws: (any Error).self) { _ = try await noting.run(text: "ADSL,1000,ONE") }
        #expect(try shop.number("SELECT count(*) FROM cards") == 0)
        try shop.plant("CREATE TABLE notes (number INTEGER)")
        _ = try await noting.run(text: "ADSL,1000,ONE")
        _ = try await noting.run(text: "ADSL,1000,ONE")
        #expect(try shop.number("SELECT count(*) FROM notes") == 1)
    }

    @Test func `a path that cannot be read is refused in a sentence`() async throws {
        let shop = try await TestShop()
        let path = shop.folder.path + "/nothing.csv"
        let said = try #require(try await refusal { _ = try await shop.intake.run(path: path) })
        #expect(said.contains(path))
    }

    @Test func `any bytes whatever are imported without a crash and without a card`() async throws {
        let shop = try await TestShop()
        let path = shop.folder.path + "/noise.csv"
        let bytes = (0..<100_000).map { _ in UInt8(truncatingIfNeeded: shop.identifiers.random64()) }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let report = try await shop.intake.run(path: path)
        #expect(report.inserted == 0)
        #expect(report.faultCount > 0)
    }
}
