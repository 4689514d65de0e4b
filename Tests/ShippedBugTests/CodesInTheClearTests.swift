import Foundation
import GRDB
import RasidBase
import RasidLedger
import RasidTesting
import Testing

/// Codes in clear in a table, a log or a backup: every file is searched, in every spelling.
@Suite struct CodesInTheClearTests {
    /// A text as files may hold it.
    private static func spellings(of code: String) -> [String: Data] {
        let bytes = Data(code.utf8)
        let hex = bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        // Base64 of a text inside a longer one begins at any of three places; what surrounds it is cut off.
        let shifted = (0..<3).map { shift in
            let text = (Data(repeating: 0x20, count: shift) + bytes).base64EncodedString()
            return Data(text.dropFirst(4).dropLast(4).utf8)
        }
        return [
            "text": bytes, "UTF-16LE": data(code, .utf16LittleEndian), "UTF-16BE": data(code, .utf16BigEndian),
            "hex": Data(hex.utf8), "HEX": Data(hex.uppercased().utf8), "reversed": Data(bytes.reversed()),
            "base64": shifted[0], "base64, shifted by one": shifted[1], "base64, shifted by two": shifted[2],
        ]
    }

    private static func data(_ text: String, _ encoding: String.Encoding) -> Data {
        text.data(using: encoding) ?? Data()
    }

    private func findings(of codes: [String], in places: [String: Data]) -> [String] {
        codes.flatMap { code in
            Self.spellings(of: code).flatMap { name, bytes in
                places.filter { $0.value.range(of: bytes) != nil }.map { "\($0.key) holds a code as \(name)" }
            }
        }
    }

    private func files(_ path: String) throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: path)
        return Dictionary(
            uniqueKeysWithValues: names.map { ($0, FileManager.default.contents(atPath: path + "/" + $0) ?? Data()) })
    }

    /// What an owner's backup holds.
    private func backup(_ live: LiveShop) throws -> Data {
        let copy = live.path + "/copy.db"
        let queue = try DatabaseQueue(path: live.path + "/rasid.db")
        try queue.writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [copy]) }
        try queue.close()
        return try Data(contentsOf: URL(fileURLWithPath: copy))
    }

    /// Sells in both environments, looks in every way, refunds and fails.
    ///
    /// - Returns: the codes that were delivered.
    private func sell(_ callers: [Caller]) async throws -> [String] {
        var codes: [String] = []
        for (index, number) in ["036362608", "031417237", "000000004", "000000002"].enumerated() {
            for caller in callers {
                let body = #"{"type":"ADSL","number":"\#(number)","value":500,"ref":"clear-\#(index)"}"#
                _ = try await caller.post("/v3/internet/send", body)
                for _ in 0..<20 {
                    let answer = try await caller.get("/v3/internet/check-ref/clear-\(index)?wait=5")
                    guard let code = answer.data["card_code"].string else {
                        try await Task.sleep(for: .milliseconds(50))
                        continue
                    }
                    codes.append(code)
                    break
                }
                _ = try await caller.get("/v3/internet/list?q=\(number)")
            }
        }
        return codes
    }

    @Test func `no code stands in a table, the log of the store, the log of the server or a backup`() async throws {
        try await LiveShop.run(operatorDelay: .milliseconds(10)) { live in
            let reseller = try await live.openReseller()
            let imported = (0..<40).map { "Q7F\(918_273_645_000 + $0 * 7919)" }
            let lines = imported.enumerated().map { "ADSL,500,\($1),SERIAL-\($0)" }
            // A bad line holds a code too, and the report of it must not.
            let report = try await live.importCards((lines + ["ADSL,999,Q7F918273000001"]).joined(separator: "\n"))
            let delivered = try await sell([reseller.production, reseller.sandbox])
            #expect(delivered.count == 8)
            let copy = try backup(live)
            var places = try files(live.path)
            #expect(places["rasid.db-wal"]?.isEmpty == false && places["log.json"]?.isEmpty == false)
            places["backup"] = copy
            places["import report"] = Data("\(report)".utf8)
            #expect(findings(of: delivered + imported + ["Q7F918273000001"], in: places).isEmpty)
            // The search finds what does stand there.
            #expect(findings(of: ["SERIAL-39"], in: ["backup": copy]) == ["backup holds a code as text"])
        }
    }

    @Test(arguments: ["text", "UTF-16LE", "UTF-16BE", "hex", "HEX", "reversed"])
    func `the search finds a planted code`(spelling: String) throws {
        let planted = try #require(Self.spellings(of: "Q7F918273645000")[spelling])
        let place = Data("before ".utf8) + planted + Data(" after".utf8)
        #expect(findings(of: ["Q7F918273645000"], in: ["place": place]).contains("place holds a code as \(spelling)"))
    }

    @Test(arguments: ["", "a", "ab", "abc", "{\"code\":\""])
    func `the search finds a code inside of base64`(before: String) {
        let text = Data((before + "Q7F918273645000\"}").utf8).base64EncodedString()
        #expect(!findings(of: ["Q7F918273645000"], in: ["place": Data(text.utf8)]).isEmpty)
    }
}
