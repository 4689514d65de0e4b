import Foundation
import RasidBase
import RasidDatabase
import RasidOrders
import RasidStock
import RasidTesting
import Testing

/// A code is never at rest in the clear: the files themselves are searched.
struct SecrecyTests {
    /// Every file of the shop's folder, log of the store included.
    private func files(_ shop: TestShop) throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: shop.folder.path)
        return try Dictionary(
            uniqueKeysWithValues: names.map {
                ($0, try Data(contentsOf: URL(fileURLWithPath: shop.folder.path + "/" + $0)))
            })
    }

    private func holders(of text: String, _ shop: TestShop) throws -> [String] {
        try files(shop).filter { $0.value.range(of: Data(text.utf8)) != nil }.map(\.key).sorted()
    }

    @Test func `no code stands in the store or its log, from import to reveal`() async throws {
        let shop = try await TestShop()
        let codes = (0..<50).map { "7391820465\(100_000 + $0)" }
        let csv = codes.enumerated().map { "ADSL,1000,\($1),SERIAL-\($0)" }.joined(separator: "\n")
        try await shop.bring(csv + "\nADSL,bad,7391820465999999\n")
        let placed = try await shop.place(in: shop.production)
        let provisions = shop.provisions()
        _ = try shop.database.commit { try Claims.deliverReserved([placed.id], provisions, in: $0) }
        let card = try #require(try await shop.order(placed.id, in: shop.production).delivery?.card)
        #expect(codes.contains(try await shop.code(card) ?? ""))
        _ = try await shop.code(card)
        try await shop.reveals.flush()

        #expect(try files(shop).keys.contains("rasid.db-wal"))
        // The search finds what does stand there.
        #expect(try !holders(of: "SERIAL-7", shop).isEmpty)
        for code in codes + ["7391820465999999"] {
            #expect(try holders(of: code, shop).isEmpty)
            #expect(try holders(of: String(code.dropFirst(4)), shop).isEmpty)
        }
    }

    @Test func `the vault's key stands in its file alone`() async throws {
        let shop = try await TestShop()
        try await shop.bring("ADSL,1000,ONE")
        let hex = try String(contentsOfFile: shop.folder.path + "/vault.key", encoding: .utf8)
            .trimmingCharacters(in: .newlines)
        #expect(try holders(of: hex, shop) == ["vault.key"])
        let bytes = stride(from: 0, to: 64, by: 2).compactMap { index in
            UInt8(hex.dropFirst(index).prefix(2), radix: 16)
        }
        #expect(bytes.count == 32)
        #expect(try files(shop).filter { $0.value.range(of: Data(bytes)) != nil }.isEmpty)
    }

    @Test func `a code that an operator sent is sealed before it reaches a row`() async throws {
        let shop = try await TestShop()
        let sealer = OperatorSealer(database: shop.database, vault: shop.vault, identifiers: shop.identifiers)
        let arrival = OperatorSealer.Arrival(
            operatorID: .simulator, environment: .sandbox, product: try shop.product().id)
        let card = try await sealer.seal("5555666677778888", arrival, at: shop.time.now)
        #expect(Data(card.sealed).range(of: Data("5555666677778888".utf8)) == nil)
        #expect(try holders(of: "5555666677778888", shop).isEmpty)
    }
}
