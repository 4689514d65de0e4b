import RasidBase
import RasidWire
import Testing

@Suite struct JSONWriterTests {
    @Test(
        arguments: [
            (132_613, "1326.13"), (95_000, "950"), (50, "0.5"), (5, "0.05"), (0, "0"), (-5, "-0.05"),
            (-132_610, "-1326.1"),
            (Int64.max, "92233720368547758.07"), (Int64.min, "-92233720368547758.08"), (100, "1"), (110, "1.1"),
            (101, "1.01"),
        ] as [(Int64, String)])
    func `money is written exactly, with two decimals at most`(centimes: Int64, text: String) {
        #expect(written(Money(centimes: centimes)) == text)
    }

    @Test(
        arguments: [
            0, 1, -1, 9, 10, 12_345, 1_768_471_200_123, 253_402_300_799_999, Int64.max, Int64.min,
        ] as [Int64])
    func `a value is sent as it is printed`(number: Int64) {
        #expect(written(Int(number)) == "\(number)")
        #expect(written(Money(centimes: number)) == "\(Money(centimes: number))")
        let id = OrderID(seconds: UInt32(truncatingIfNeeded: number), random: UInt64(bitPattern: number))
        #expect(written(id) == "\"\(id)\"" && OrderID("\(id)") == id)
        guard (0...253_402_300_799_999).contains(number) else { return }
        let time = Timestamp(milliseconds: number)
        #expect(written(time) == "\"\(time)\"" && Timestamp("\(time)") == time)
    }

    @Test func `text is escaped where JSON asks for it and nowhere else`() {
        #expect(written("plain") == #""plain""#)
        #expect(written("") == #""""#)
        #expect(written("a\"b\\c/d") == #""a\"b\\c/d""#)
        #expect(written("\u{0}\u{1f}\u{8}\u{9}\u{a}\u{c}\u{d}\u{7f}") == "\"\\u0000\\u001f\\b\\t\\n\\f\\r\u{7f}\"")
        #expect(written("رصيد 😀 é") == "\"رصيد 😀 é\"")
    }

    @Test func `what is written is what is read, for every character below 0x300`() throws {
        let text = String(String.UnicodeScalarView((0..<0x300).compactMap(Unicode.Scalar.init)))
        let object = try JSONReader.object(in: Array("{\"a\":".utf8) + JSONWriter.bytes(of: text) + Array("}".utf8))
        #expect(object.find("a") == .once(.string(text)))
    }

    @Test(arguments: [0, 951_782_400_000, 1_759_999_999_999, 253_402_300_799_999, -1] as [Int64])
    func `a time is written as its description says`(milliseconds: Int64) {
        let time = Timestamp(milliseconds: milliseconds)
        #expect(written(time) == "\"\(time)\"")
    }

    @Test func `an id is written as 24 hex characters`() {
        #expect(written(OrderID(seconds: 0x6901_61a3, random: 0xe9e8_8196_b4eb_6545)) == #""690161a3e9e88196b4eb6545""#)
        #expect(written(OrderID(seconds: 1, random: 2)) == #""000000010000000000000002""#)
    }

    @Test(arguments: [0, 7, -7, 10, 1234, .max, .min] as [Int])
    func `a whole number is written in digits`(number: Int) {
        #expect(written(number) == String(number))
    }

    @Test func `commas stand between members and items only`() {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("a", array: [String]())
            writer.member("b", array: ["x", "y"])
            writer.member("c") { _ in }
            writer.member("d") { writer in
                writer.member("e", true)
                writer.nullMember("f")
            }
            writer.member("g", false)
        }
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == #"{"a":[],"b":["x","y"],"c":{},"d":{"e":true,"f":null},"g":false}"#)
    }
}

/// The text of a shape, as a client receives it.
func written(_ shape: some JSONShape) -> String {
    String(decoding: JSONWriter.bytes(of: shape), as: UTF8.self)
}
