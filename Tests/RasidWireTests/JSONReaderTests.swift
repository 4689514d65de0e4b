import RasidBase
import RasidWire
import Testing

@Suite struct JSONReaderTests {
    private let send = #"{"type":"ADSL","number":"036362608","value":1000,"ref":"internet-order-001"}"#

    @Test func `the usual body becomes its four members in order`() throws {
        let object = try read(send)
        #expect(object.members.map(\.name) == ["type", "number", "value", "ref"])
        #expect(object.find("type") == .once(.string("ADSL")))
        #expect(object.find("number") == .once(.string("036362608")))
        #expect(object.find("value") == .once(.number("1000")))
        #expect(object.find("ref") == .once(.string("internet-order-001")))
        #expect(object.find("other") == .absent)
    }

    @Test(arguments: ["0", "-0", "1000.0", "1e3", "1E+3", "12.50e-1", "123456789012345678901234567890.5"])
    func `a number stays the text that was sent`(text: String) throws {
        #expect(try read(#"{"value":\#(text)}"#).find("value") == .once(.number(text)))
    }

    @Test(arguments: [
        "NaN", "Infinity", "-Infinity", "01", "+1", ".5", "1.", "1e", "1e+", "-", "0x10", "1_000", "--1", "1.2.3", "٣",
    ])
    func `what is not a JSON number is refused`(text: String) {
        #expect(fault(of: #"{"value":\#(text)}"#) != nil)
    }

    @Test func `words and white space are read`() throws {
        let object = try read(" \n\t{ \"a\" : true ,\r\n\"b\":false, \"c\" :null } \n")
        #expect(object.members.map(\.value) == [.bool(true), .bool(false), .null])
    }

    @Test func `nested values are kept as they were written`() throws {
        let object = try read(#"{"a":[1, {"b":"x\"}]"}, []],"c":{ },"d":1}"#)
        #expect(object.find("a") == .once(.array(#"[1, {"b":"x\"}]"}, []]"#)))
        #expect(object.find("c") == .once(.object("{ }")))
        #expect(object.find("d") == .once(.number("1")))
    }

    @Test(arguments: [
        "[1,]", "[,1]", "[1 2]", "[1", "[1}", "{]", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, "{,}", "{1:2}", "[tru]",
        "[01]",
        #"["\x"]"#, #"{"a":1]"#, "[\"\u{1}\"]", #"["\ud800"]"#,
    ])
    func `a broken nested value breaks the body`(nested: String) {
        #expect(fault(of: #"{"a":\#(nested)}"#) != nil)
    }

    @Test func `escapes are resolved`() throws {
        let object = try read(#"{"t\u0065xt":"\"\\\/\b\f\n\r\t\u00e9\u0631\ud83d\ude00é😀"}"#)
        #expect(object.find("text") == .once(.string("\"\\/\u{8}\u{c}\n\r\té\u{631}😀é😀")))
    }

    @Test(arguments: [
        #"\ud83d"#, #"\ud83dx"#, #"\ud83d\n"#, #"\ud83d\u0041"#, #"\ude00"#, #"\ude00\ud83d"#, #"\u12"#, #"\u12g4"#,
        #"\x41"#,
        #"\"#, "\u{0}", "\u{1f}", "\n",
    ])
    func `a string with a lone surrogate, a bad escape or a raw control character is refused`(content: String) {
        #expect(fault(of: #"{"ref":"\#(content)"}"#) != nil)
    }

    @Test(
        arguments: [[0xff], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]]
            as [[UInt8]])
    func `bytes that are not UTF-8 are refused wherever they stand`(bytes: [UInt8]) {
        let quoted = [UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\"")]
        for (before, after) in [("{\"a\":", "}"), ("{", ":1}"), ("{\"a\":[", "]}"), ("{\"a\":\"\\n\",\"b\":", "}")] {
            #expect(throws: JSONFault.notUTF8) {
                try JSONReader.object(in: Array(before.utf8) + quoted + Array(after.utf8))
            }
        }
        #expect(throws: JSONFault.self) { try JSONReader.object(in: Array("{\"a\":".utf8) + bytes + [0x7d]) }
    }

    @Test func `only an object that fills the body is read`() {
        #expect(fault(of: "") == .empty)
        #expect(fault(of: " \n ") == .empty)
        for text in ["[]", "null", "1", "\"x\"", "\u{feff}{}", "type=ADSL&number=1"] {
            #expect(fault(of: text) == .notAnObject)
        }
        #expect(fault(of: "{}x") == .broken(at: 2))
        #expect(fault(of: "{}{}") == .broken(at: 2))
        #expect(fault(of: "{\"a\":1}\u{0}") == .broken(at: 7))
    }

    @Test func `every cut of a body is refused, and no cut does harm`() {
        let whole = Array(#"{"a":[{"b":"\ud83d\ude00"},-1.5e+3,true,null],"value":1.25,"ref":"é\n"}"#.utf8)
        for length in 0..<whole.count {
            #expect(throws: JSONFault.self) { try JSONReader.object(in: Array(whole[..<length])) }
        }
        #expect(throws: Never.self) { try JSONReader.object(in: whole) }
    }

    @Test func `every byte put in place of another is read or refused, never worse`() {
        let whole = Array(#"{"a":[{"b":"\ud83d\ude00"},-1.5e+3],"ref":"é\n"}"#.utf8)
        var read = 0
        for index in whole.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = whole
                changed[index] = byte
                if (try? JSONReader.object(in: changed)) != nil { read += 1 }
            }
        }
        #expect(read > whole.count)
    }

    @Test func `depth is bounded at the documented level`() throws {
        func nested(_ depth: Int, _ open: String, _ close: String) -> String {
            #"{"a":"# + String(repeating: open, count: depth - 1) + "1" + String(repeating: close, count: depth - 1)
                + "}"
        }
        #expect(throws: Never.self) { try read(nested(Limits.bodyDepth, "[", "]")) }
        #expect(throws: Never.self) { try read(nested(Limits.bodyDepth, "{\"x\":", "}")) }
        #expect(fault(of: nested(Limits.bodyDepth + 1, "[", "]")) == .tooDeep)
        #expect(fault(of: nested(Limits.bodyDepth + 1, "{\"x\":", "}")) == .tooDeep)
        #expect(fault(of: #"{"a":"# + String(repeating: "[", count: Limits.bodyBytes)) == .tooDeep)
        #expect(fault(of: String(repeating: #"{"a":"#, count: 10_000)) == .tooDeep)
    }

    @Test func `a name given twice is found as such, also when it is escaped`() throws {
        let object = try read(#"{"value":1,"ref":null,"v\u0061lue":2}"#)
        #expect(object.find("value") == .repeated(.number("2")))
        #expect(object.find("ref") == .once(.null))
    }

    @Test func `a body of the greatest size is read`() throws {
        let text = String(repeating: "x", count: Limits.bodyBytes - 8)
        #expect(try read(#"{"a":"\#(text)"}"#).find("a") == .once(.string(text)))
        let many = "{" + (0..<9000).map { _ in #""":0"# }.joined(separator: ",") + "}"
        #expect(try read(many).members.count == 9000)
    }

    private func read(_ text: String) throws(JSONFault) -> JSONObject {
        try JSONReader.object(in: Array(text.utf8))
    }

    private func fault(of text: String) -> JSONFault? {
        do {
            _ = try read(text)
            return nil
        } catch {
            return error
        }
    }
}
