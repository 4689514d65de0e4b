import RasidBase
import Testing

struct IdentifierTests {
    private let id = OrderID(seconds: 0x6901_61a3, random: 0xe9e8_8196_b4eb_6545)

    @Test func `an id is printed as 24 lower-case hex characters`() {
        #expect(id.description == "690161a3e9e88196b4eb6545")
    }

    @Test func `an id is read back from its text and from its bytes`() {
        #expect(OrderID(id.description) == id)
        #expect(OrderID(bytes: id.bytes) == id)
        #expect(id.bytes.count == 12)
    }

    @Test(arguments: [
        "", "690161a3e9e88196b4eb654", "690161a3e9e88196b4eb65450", "690161A3E9E88196B4EB6545",
        "690161a3e9e88196b4eb654g", "690161a3-e9e88196b4eb654", "٦90161a3e9e88196b4eb654",
    ])
    func `a malformed id is none`(text: String) {
        #expect(OrderID(text) == nil)
    }

    @Test func `eleven or thirteen bytes are no id`() {
        #expect(OrderID(bytes: [UInt8](repeating: 0, count: 11)) == nil)
        #expect(OrderID(bytes: [UInt8](repeating: 0, count: 13)) == nil)
    }

    @Test func `ids sort by their time`() {
        let later = OrderID(seconds: id.seconds + 1, random: 0)
        #expect(id.bytes.lexicographicallyPrecedes(later.bytes))
        #expect(id.description < later.description)
    }

    @Test func `a fresh id carries the second it was made in`() {
        let fresh = Zeros().fresh(OrderTag.self, at: Timestamp(milliseconds: 1_761_696_163_999))
        #expect(fresh == OrderID(seconds: 1_761_696_163, random: 0))
    }

    @Test func `random text has the length asked for and no character that is easily mistaken`() {
        for count in 0...12 {
            let text = ASCII.readable(SystemIdentifiers().random64(), count)
            #expect(text.count == count)
            #expect(text.allSatisfy { "23456789abcdefghjkmnpqrstuvwxyz".contains($0) })
        }
    }

    @Test func `numbers that many ask for at once are each given once`() async {
        let numbers = await withTaskGroup(of: [UInt64].self) { group in
            for _ in 0..<8 { group.addTask { (0..<1000).map { _ in SystemIdentifiers().random64() } } }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(numbers).count == 8000)
    }

    @Test func `bytes are printed as lower-case hex`() {
        #expect(Hex.text([0x00, 0x0f, 0xa0, 0xff]) == "000fa0ff")
        #expect(Hex.text([]).isEmpty)
    }
}

private struct Zeros: IdentifierSource {
    func random64() -> UInt64 { 0 }
}
