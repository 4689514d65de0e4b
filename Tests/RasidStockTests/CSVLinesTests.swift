import RasidBase
import RasidTesting
import Testing

@testable import RasidStock

/// Lines and fields, as spreadsheets of every kind write them.
struct CSVLinesTests {
    private typealias Numbered = [Int: CSVLines.Line]

    private func lines(_ bytes: [UInt8], inPiecesOf size: Int = .max) -> Numbered {
        var lines = CSVLines()
        var found: Numbered = [:]
        var rest = bytes[...]
        while !rest.isEmpty {
            lines.feed(rest.prefix(size)) { found[$0] = $1 }
            rest = rest.dropFirst(size)
        }
        lines.finish { found[$0] = $1 }
        return found
    }

    private func lines(_ text: String) -> Numbered { lines(Array(text.utf8)) }

    @Test func `fields stand between commas, trimmed`() {
        #expect(lines("ADSL, 1000 ,\tcode\n") == [1: .fields(["ADSL", "1000", "code"])])
        #expect(lines("a,,b,") == [1: .fields(["a", "", "b", ""])])
        #expect(lines(",") == [1: .fields(["", ""])])
    }

    @Test func `the last line need not end, and an empty file has none`() {
        #expect(lines("a\nb") == [1: .fields(["a"]), 2: .fields(["b"])])
        #expect(lines("").isEmpty)
        #expect(lines("\n\n").isEmpty)
    }

    @Test func `lines end with LF or CRLF`() {
        #expect(lines("a,b\r\nc,d\r\n") == [1: .fields(["a", "b"]), 2: .fields(["c", "d"])])
    }

    @Test func `blank lines are counted and say nothing`() {
        #expect(lines("\n  \n\t\r\na\n\nb\n") == [4: .fields(["a"]), 6: .fields(["b"])])
    }

    @Test func `a byte order mark at the start is no part of the first field`() {
        #expect(lines([0xef, 0xbb, 0xbf] + Array("a,b".utf8)) == [1: .fields(["a", "b"])])
        #expect(lines([0xef, 0xbb, 0xbf]).isEmpty)
    }

    @Test func `quotes hold commas, spaces and doubled quotes`() {
        #expect(lines(#""a,b","c ""d""",e"#) == [1: .fields(["a,b", #"c "d""#, "e"])])
        #expect(lines(#"" a ",b"#) == [1: .fields([" a ", "b"])])
        #expect(lines(#"  "a" , "b"  "#) == [1: .fields(["a", "b"])])
        #expect(lines(#""""#) == [1: .fields([""])])
        #expect(lines(#""""""#) == [1: .fields([#"""#])])
    }

    @Test func `a quote inside a field that does not begin with one is a character`() {
        #expect(lines(#"a"b,c"#) == [1: .fields([#"a"b"#, "c"])])
    }

    @Test func `a quote that is not closed is a bad line, and the next one is read`() {
        #expect(lines("a,\"b\nc,d\n") == [1: .bad("has a quote that is not closed"), 2: .fields(["c", "d"])])
    }

    @Test(arguments: [#""1111"2222,x"#, #""1111" 2222"#, #"a,"1111""2"3,b"#])
    func `text after a closing quote is never glued to what was quoted`(text: String) {
        #expect(lines(text) == [1: .bad("has text after a closing quote")])
    }

    @Test func `a line that is too long is bad, and the next one is read`() {
        let long = String(repeating: "a", count: Limits.importLineBytes + 1)
        let just = String(repeating: "a", count: Limits.importLineBytes)
        let reason = "is longer than \(Limits.importLineBytes) bytes"
        #expect(lines("\(long)\nb\n") == [1: .bad(reason), 2: .fields(["b"])])
        #expect(lines(long) == [1: .bad(reason)])
        #expect(lines("\(just)\nb") == [1: .fields([just]), 2: .fields(["b"])])
        // However long it is, no more than the bound is kept.
        #expect(lines([UInt8](repeating: 0x61, count: 1 << 20)) == [1: .bad(reason)])
    }

    @Test func `a line that is not UTF-8 is bad, and the next one is read`() {
        #expect(lines([0x61, 0xff, 0x0a, 0x62]) == [1: .bad("is not UTF-8"), 2: .fields(["b"])])
        #expect(lines([0xed, 0xa0, 0x80]) == [1: .bad("is not UTF-8")])
    }

    @Test func `any bytes in any pieces are read the same, and nothing crashes`() {
        let identifiers = SeededIdentifiers(seed: 7)
        let alphabet = Array("aA4G,,\"\"\r\n\n \t1;'é".utf8) + [0x00, 0xff, 0xef, 0xbb, 0xbf]
        for round in 0..<300 {
            let count = Int(identifiers.random64() % 400)
            let bytes = (0..<count).map { _ in
                let random = identifiers.random64()
                let picked = alphabet[Int(random % UInt64(alphabet.count))]
                return round % 2 == 0 ? picked : UInt8(truncatingIfNeeded: random)
            }
            let whole = lines(bytes)
            for size in [1, 3, 64] { #expect(lines(bytes, inPiecesOf: size) == whole) }
            #expect(whole.keys.max() ?? 0 <= bytes.count { $0 == 0x0a } + 1)
        }
    }
}
