import RasidBase
import Testing

@testable import RasidStock

/// One line's meaning, and the words for what is wrong with it.
struct CardLineTests {
    private static let today = CalendarDay(number: 20_468)

    private func read(_ fields: [String], _ columns: CardColumns = .usual) -> Result<CardLine, LineFault> {
        Result { () throws(LineFault) in try columns.read(fields, today: Self.today) }
    }

    private func fault(_ fields: String...) -> String? {
        if case .failure(let fault) = read(fields) { return fault.reason }
        return nil
    }

    private func named(_ names: String...) throws -> CardColumns {
        try #require(try CardColumns.named(by: names))
    }

    @Test func `three fields are enough`() {
        let line = CardLine(
            type: .adsl, value: .dinars(1000), code: "0012345678901234", serial: nil, expiresOn: nil, cost: nil)
        #expect(read(["ADSL", "1000", "0012345678901234"]) == .success(line))
        #expect(read(["adsl", "1000.00", "0012345678901234", "", "", ""]) == .success(line))
    }

    @Test func `six fields say everything`() throws {
        let day = try #require(CalendarDay("2027-12-31"))
        #expect(
            read(["4g", "2500", "A-b.C/1", "S-1", "2027-12-31", "2375.5"])
                == .success(
                    CardLine(
                        type: .fourG, value: .dinars(2500), code: "A-b.C/1", serial: "S-1", expiresOn: day,
                        cost: Money(centimes: 237_550))))
    }

    @Test func `columns may stand in any order`() throws {
        let columns = try named("Code", "EXPIRES_ON", "value", "type")
        #expect(
            read(["X1", "", "500", "ADSL"], columns)
                == .success(
                    CardLine(type: .adsl, value: .dinars(500), code: "X1", serial: nil, expiresOn: nil, cost: nil)))
    }

    @Test func `a line of data names no columns`() throws {
        #expect(try CardColumns.named(by: ["ADSL", "1000", "0012345678901234"]) == nil)
        #expect(try CardColumns.named(by: [""]) == nil)
    }

    @Test(arguments: [
        (["type", "value", "serial"], "names columns, but not 'code'"),
        (["code", "type"], "names columns, but not 'value'"),
        (["value", "code"], "names columns, but not 'type'"),
        (
            ["type", "value", "code", "expiry"],
            "names a column 'expiry'; there are: type, value, code, serial, expires_on, cost"
        ),
        (["type", "value", "code", "serial", "serial"], "names a column twice"),
        (["type", "value", "code", ""], "names a column ''; there are: type, value, code, serial, expires_on, cost"),
    ])
    func `names that cannot be understood are told`(names: [String], reason: String) {
        #expect(throws: LineFault(reason)) { try CardColumns.named(by: names) }
    }

    @Test func `every fault has its words, and none quotes the code`() {
        let code = "0012345678901234"
        let printable = "that is not 1 to \(Limits.codeCharacters) printable ASCII characters"
        #expect(fault("ADSL", "1000", code, "", "", "", "") == "has 7 fields, at most 6 are known")
        #expect(fault("5G", "1000", code) == "has no type ADSL or 4G in its first place")
        #expect(fault("", "1000", code) == "has no type ADSL or 4G in its first place")
        for value in ["", "0", "-5", "ten", "1000.005", "99999999999999999999"] {
            #expect(fault("ADSL", value, code) == "has no value in DZD")
        }
        #expect(fault("ADSL", "1000") == "has no code")
        #expect(fault("ADSL", "1000", "") == "has no code")
        for bad in ["12 34", "é", "1\u{0}2", "1\u{7f}", String(repeating: "1", count: Limits.codeCharacters + 1)] {
            #expect(fault("ADSL", "1000", bad) == "has a code \(printable)")
        }
        #expect(fault("ADSL", "1000", code, "S 1") == "has a serial \(printable)")
        for day in ["31/12/2027", "2027-02-29", "2027-1-1", "soon"] {
            #expect(fault("ADSL", "1000", code, "", day) == "has an expires_on that is not a day like 2027-12-31")
        }
        #expect(fault("ADSL", "1000", code, "", "\(CalendarDay(number: 20_467))") == "expired on 2026-01-14")
        #expect(fault("ADSL", "1000", code, "", "\(Self.today)") == nil)
        for cost in ["-1", "free", "1.005", "10000000.01"] {
            #expect(fault("ADSL", "1000", code, "", "", cost) == "has a cost that is not DZD")
        }
        #expect(fault("ADSL", "1000", code, "", "", "0") == nil)
    }

    @Test func `codes are text: leading zeros, case and punctuation stay`() throws {
        for code in ["0000000000000000", "abcDEF", "!~#", String(repeating: "9", count: Limits.codeCharacters)] {
            #expect(try read(["ADSL", "1000", code]).get().code == code)
        }
    }
}
