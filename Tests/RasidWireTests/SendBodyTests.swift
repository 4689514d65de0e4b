import RasidBase
import RasidWire
import Testing

@Suite struct SendBodyTests {
    private let username = "+213665983439"

    @Test func `the documented body is read`() throws {
        let body = try read(#"{"type":"4G","number":"213472731602","value":1000,"ref":"r-1","x":[{}]}"#)
        #expect(body == SendBody(type: .fourG, number: "213472731602", value: .dinars(1000), reference: "r-1"))
    }

    @Test(
        arguments: [
            ("1000", 100_000), ("1000.0", 100_000), ("1e3", 100_000), ("0.01", 1), ("1000.50", 100_050),
            ("999999999.99", 99_999_999_999),
            (#""1000""#, 100_000), (#""1000.5""#, 100_050), (#""000000001""#, 100),
            (#""999999999.99""#, 99_999_999_999),
        ] as [(String, Int64)])
    func `a value is a JSON number or digits in a string`(json: String, centimes: Int64) throws {
        #expect(try read(body(value: json)).value == Money(centimes: centimes))
    }

    @Test(arguments: [
        ("0", "must be > 0"), ("-1", "must be > 0"), ("-0", "must be > 0"), ("0.0", "must be > 0"),
        (#""0""#, "must be > 0"),
        ("-1e400", "must be > 0"), ("0.001", "must have at most 9 digits and two decimals"),
        ("10.005", "must have at most 9 digits and two decimals"),
        ("1e400", "must have at most 9 digits and two decimals"),
        ("1000000000", "must have at most 9 digits and two decimals"),
        ("1e-3", "must have at most 9 digits and two decimals"),
        ("99999999999999999999999999", "must have at most 9 digits and two decimals"),
        ("null", "must be number"), ("true", "must be number"), ("[1000]", "must be number"), ("{}", "must be number"),
    ])
    func `a value that is no amount is a fault`(json: String, rule: String) {
        #expect(faults(body(value: json)).map(\.message) == ["body/value \(rule)"])
    }

    @Test(arguments: [
        "", "-1", "+1", " 1", "1 ", "1e3", "1.", ".5", "1.234", "1,5", "1000000000", "NaN", "Infinity", "٣", "1.2.3",
        "0x1",
    ])
    func `a value in a string must be plain digits`(text: String) {
        let pattern = #"must match pattern "^[0-9]{1,9}(\.[0-9]{1,2})?$""#
        #expect(faults(body(value: "\"\(text)\"")).map(\.rule) == [pattern])
    }

    @Test func `a number sent as a JSON number is refused`() {
        let faults = faults(#"{"type":"ADSL","number":36362608,"value":1000}"#)
        #expect(faults.map(\.message) == ["body/number must be string"])
        #expect(faults.first?.value == "36362608")
    }

    @Test(arguments: ["", "036-36-26-08", "٠٣٦٣٦٢٦٠٨", "+213665983439", "'; DROP TABLE orders; --", "0\\u00003"])
    func `a number of any text is left to be judged later`(number: String) throws {
        #expect(throws: Never.self) { try read(#"{"type":"ADSL","number":"\#(number)","value":1000}"#) }
    }

    @Test(arguments: ["null", "5", "\"adsl\"", "\"\"", "[\"ADSL\"]"])
    func `an unknown type is not one of the allowed values`(json: String) {
        let faults = faults(#"{"type":\#(json),"number":"036362608","value":1000}"#)
        #expect(faults.map(\.message) == ["body/type must be equal to one of the allowed values"])
    }

    @Test func `missing fields are all named, the first one first`() {
        #expect(
            faults("{}").map(\.message) == [
                "body must have required property 'type'", "body must have required property 'number'",
                "body must have required property 'value'",
            ])
        #expect(
            faults(#"{"ref":"","value":-1,"number":1,"type":1}"#).map(\.field) == ["type", "number", "value", "ref"])
    }

    @Test func `a field given twice is a fault`() {
        let faults = faults(#"{"type":"ADSL","number":"036362608","value":1000,"value":2000}"#)
        #expect(faults.map(\.message) == ["body/value must NOT be given twice"])
    }

    @Test(arguments: [nil, "null"])
    func `no ref and a null ref leave it to the server`(json: String?) throws {
        let ref = json.map { #","ref":\#($0)"# } ?? ""
        #expect(try read(#"{"type":"ADSL","number":"036362608","value":1000\#(ref)}"#).reference == nil)
    }

    @Test func `a reference is taken as it is, whatever it looks like`() throws {
        let hundred = String(repeating: "😀", count: 100)
        for text in ["1; DROP TABLE orders", "2026-01-31T10:00:00Z", "a/b%2F", " ", "رصيد", "API-+213-x", hundred] {
            #expect(try read(body(ref: "\"\(text)\"")).reference == text)
        }
    }

    @Test func `the own prefix is taken off, as often as it stands there, before the length is judged`() throws {
        let prefix = "API-\(username)-"
        #expect(try read(body(ref: "\"\(prefix)r\"")).reference == "r")
        #expect(try read(body(ref: "\"\(prefix)\(prefix)r\"")).reference == "r")
        #expect(try read(body(ref: "\"r\(prefix)\"")).reference == "r\(prefix)")
        let long = String(repeating: "x", count: 100)
        #expect(try read(body(ref: "\"\(prefix)\(long)\"")).reference == long)
        #expect(faults(body(ref: "\"\(prefix)\"")).map(\.field) == ["ref"])
    }

    @Test(arguments: [
        (#""""#, "must NOT have fewer than 1 characters"), ("5", "must be string"), ("false", "must be string"),
        (#""a\u0000b""#, "must NOT have control characters"), (#""\u001b""#, "must NOT have control characters"),
        (#""a\u007f""#, "must NOT have control characters"), (#""a\u0085""#, "must NOT have control characters"),
        (#""\n""#, "must NOT have control characters"),
    ])
    func `a reference that cannot be kept is a fault`(json: String, rule: String) {
        #expect(faults(body(ref: json)).map(\.message) == ["body/ref \(rule)"])
    }

    @Test func `a reference of 101 scalars is a fault, and its echo is cut`() {
        let faults = faults(body(ref: "\"\(String(repeating: "é", count: 101))\""))
        #expect(faults.map(\.message) == ["body/ref must NOT have more than 100 characters"])
        #expect(faults.first?.value?.count == 100)
    }

    private func body(value: String = "1000", ref: String = "null") -> String {
        #"{"type":"ADSL","number":"036362608","value":\#(value),"ref":\#(ref)}"#
    }

    private func read(_ text: String) throws -> SendBody {
        try SendBody(JSONReader.object(in: Array(text.utf8)), username: username)
    }

    private func faults(_ text: String) -> [FieldFault] {
        do {
            _ = try read(text)
            return []
        } catch Problem.invalid(let faults) {
            return faults
        } catch {
            Issue.record(error)
            return []
        }
    }
}
