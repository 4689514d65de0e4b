import RasidBase

/// Texts without what must not stand in a log.
package enum Masked {
    /// The first four digits, as everywhere in the shop.
    package static func number(_ number: String) -> String {
        number.prefix(4) + String(repeating: "*", count: max(0, number.count - 4))
    }

    static func words(_ text: String, hiding key: AccessKey) -> String {
        words(key.text.isEmpty ? text : text.replacing(key.text, with: "…"))
    }

    /// A server's own words, bounded, without whatever may be a number or a code.
    package static func words(_ text: String) -> String {
        var masked = ""
        var word = ""
        for character in text.prefix(wordsCharacters) {
            if character.isASCII, character.isLetter || character.isNumber {
                word.append(character)
            } else {
                masked += hidden(word)
                masked.append(character.isNewline ? " " : character)
                word = ""
            }
        }
        // Codes are also written in groups of four.
        return (masked + hidden(word)).replacing(/[0-9]{4}(?:[ -][0-9]{4}){2,}/, with: "…")
    }

    private static let wordsCharacters = Limits.operatorWordsCharacters

    /// A word of eight digits or more is a number or a code; ids have letters among them.
    private static func hidden(_ word: String) -> String {
        word.count >= 8 && word.allSatisfy(\.isNumber) ? number(word) : word
    }
}
