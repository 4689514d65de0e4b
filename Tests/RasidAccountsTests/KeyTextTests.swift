import RasidBase
import Testing

@testable import RasidAccounts

struct KeyTextTests {
    @Test func `a key is a lower-case UUID of version 4`() {
        #expect(KeyText(high: 0, low: 0).text == "00000000-0000-4000-8000-000000000000")
        #expect(KeyText(high: .max, low: .max).text == "ffffffff-ffff-4fff-bfff-ffffffffffff")
        #expect(
            KeyText(high: 0x0123_4567_89ab_cdef, low: 0x0123_4567_89ab_cdef).text
                == "01234567-89ab-4def-8123-456789abcdef")
    }

    @Test func `a fresh key has 122 bits of the source's`() {
        let keys = (0..<1000).map { _ in KeyText.fresh(from: SystemIdentifiers()).text }
        #expect(Set(keys).count == 1000)
        #expect(keys.allSatisfy(KeyText.hasLength))
    }

    @Test func `a key does not slip into a log`() {
        let key = KeyText(high: 0x0123_4567_89ab_cdef, low: 0)
        #expect("\(key)" == "01234567…")
        #expect("\([key])".contains("89ab") == false)
        #expect("\(String(describing: Optional(key)))".contains("89ab") == false)
    }

    @Test func `a key is hashed as SHA-256 of its text`() {
        // sha256sum of the text, from the command line.
        #expect(
            Hex.text(KeyHash("00000000-0000-4000-8000-000000000000").bytes)
                == "db8055e0e0307d5a016bec4dc338d69875eb0fb7e614a8b125b08fb082095d98")
        #expect(KeyText(high: 0, low: 0).hash == KeyHash("00000000-0000-4000-8000-000000000000"))
    }
}
