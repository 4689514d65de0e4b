import Foundation
import Logging
import RasidBase
import RasidServer
import RasidTesting
import Testing

/// What a line of the log looks like, for a person and for a collector.
struct LineLogHandlerTests {
    private static let hostile = [
        "two\nlines", "tab\tand\rreturn", "\"quoted\"", "back\\slash", "bell\u{7}", "null\u{0}byte", "رصيد", "😀",
        "\u{1b}[31mred", "", " ", "a=b", "{\"level\":\"error\"}", "\u{7f}", "\u{2028}",
    ]

    private struct Failure: Error, CustomStringConvertible {
        let description = "it broke"
    }

    private func object(_ line: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }

    @Test func `a text line is time, level, message and the metadata by name`() throws {
        let file = try LogFile()
        file.logger(.text).info("sold", metadata: ["value": "1000", "account": "7", "milliseconds": "12"])
        #expect(try file.lines == ["2026-01-15T10:00:00.000Z info sold account=7 milliseconds=12 value=1000"])
    }

    @Test func `a text value that is not one plain word is quoted`() throws {
        let file = try LogFile()
        file.logger(.text).info("x", metadata: ["a": "two words", "b": "", "c": "say \"hi\"", "d": "new\nline"])
        #expect(try file.lines == [#"2026-01-15T10:00:00.000Z info x a="two words" b="" c="say \"hi\"" d="new\nline""#])
    }

    @Test(arguments: hostile)
    func `whatever is logged as text stays one line`(text: String) throws {
        let file = try LogFile()
        file.logger(.text).info("\(text)", metadata: ["value": "\(text)", "last": "one"])
        let lines = try file.lines
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("2026-01-15T10:00:00.000Z info ") == true)
        #expect(lines.first?.unicodeScalars.contains { $0.value < 0x20 } == false)
    }

    @Test func `a JSON line is one object, time, level and message first, the metadata by name`() throws {
        let file = try LogFile()
        file.logger(.json).warning("sold", metadata: ["value": "1000", "account": .stringConvertible(7), "b": "x"])
        #expect(
            try file.lines == [
                #"{"time":"2026-01-15T10:00:00.000Z","level":"warning","message":"sold","account":7,"b":"x","value":"1000"}"#
            ])
    }

    @Test(arguments: hostile)
    func `whatever is logged as JSON is read back as it was`(text: String) throws {
        let file = try LogFile()
        file.logger(.json).info(
            "\(text)", metadata: ["value": "\(text)", "list": ["\(text)", "b"], "\(text)key": "v"])
        let lines = try file.lines
        #expect(lines.count == 1)
        let object = try object(try #require(lines.first))
        #expect(object["message"] as? String == text)
        #expect(object["value"] as? String == text)
        #expect(object["\(text)key"] as? String == "v")
    }

    @Test func `integers are numbers, everything else is text`() throws {
        let file = try LogFile()
        file.logger(.json).info(
            "x",
            metadata: [
                "int": .stringConvertible(-5), "big": .stringConvertible(Int64.max), "flag": .stringConvertible(true),
                "id": .stringConvertible(OrderID(seconds: 1, random: 2)), "nested": ["a": "b"],
            ])
        let object = try object(try #require(try file.lines.first))
        #expect(object["int"] as? Int == -5)
        #expect(object["big"] as? Int64 == .max)
        #expect(object["flag"] as? String == "true")
        #expect(object["id"] as? String == "000000010000000000000002")
        #expect(object["nested"] as? String != nil)
    }

    @Test(arguments: LogFormat.allCases)
    func `an error stands in its own field`(format: LogFormat) throws {
        let file = try LogFile()
        file.logger(format).error("no", error: Failure())
        #expect(try file.lines.first?.contains(format == .json ? #""error":"it broke""# : #"error="it broke""#) == true)
    }

    @Test func `what the call says stands above the provider's, and that above the logger's`() throws {
        let file = try LogFile()
        var logger = file.logger(.text)
        logger[metadataKey: "a"] = "logger"
        logger[metadataKey: "b"] = "logger"
        logger[metadataKey: "c"] = "logger"
        logger.handler.metadataProvider = Logger.MetadataProvider { ["a": "provider", "b": "provider"] }
        logger.info("x", metadata: ["a": "call"])
        #expect(try file.lines == ["2026-01-15T10:00:00.000Z info x a=call b=provider c=logger"])
    }

    @Test func `what is below the level is not written`() throws {
        let file = try LogFile()
        let logger = file.logger(.text, level: .warning)
        logger.info("quiet")
        logger.warning("loud")
        #expect(try file.lines == ["2026-01-15T10:00:00.000Z warning loud"])
    }

    @Test func `a number's description in a line does not show the number`() throws {
        let file = try LogFile()
        let number = ServiceNumber(stored: "036362608", type: .adsl)
        file.logger(.json).info("asked", metadata: ["number": "\(number)"])
        #expect(try file.lines.first?.contains("036362608") == false)
        #expect(try file.lines.first?.contains(#""number":"0363*****""#) == true)
    }
}
