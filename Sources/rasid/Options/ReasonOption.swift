import ArgumentParser
import RasidAccounts

/// Why somebody changes something by hand: kept in the staff journal.
struct ReasonOption: ParsableArguments {
    @Option(name: .customLong("reason"), help: "Why, in your own words; kept in the staff journal.")
    var text: String

    func validate() throws {
        try OneLine.check(text, "--reason", upTo: StaffJournal.reasonCharacters)
    }
}

/// Free words of a person: one line that says something.
enum OneLine {
    /// - Throws: `ValidationError`, which is bad usage.
    static func check(_ text: String, _ name: String, upTo characters: Int) throws {
        let scalars = text.unicodeScalars
        guard scalars.contains(where: { !$0.properties.isWhitespace }), scalars.count <= characters,
            scalars.allSatisfy({ $0.properties.generalCategory != .control })
        else {
            throw ValidationError("\(name) must be one line of 1 to \(characters) characters.")
        }
    }
}
