import RasidBase
import RasidOperators
import Testing

/// An operator's answer is input: bounded before it is kept.
struct OperatorAnswerTests {
    @Test func `an operator's own words are cut to their bound`() {
        let long = String(repeating: "ر", count: 10_000)
        let answer = OperatorAnswer(.unknown, words: long)
        #expect(answer.words.count == Limits.operatorWordsCharacters)
        let accents = OperatorAnswer(.unknown, words: "e" + String(repeating: "\u{301}", count: 10_000))
        #expect(accents.words.utf8.count <= 2 * Limits.operatorWordsCharacters)
        #expect(OperatorAnswer(.neverSeen, words: "never heard of it").words == "never heard of it")
    }
}
