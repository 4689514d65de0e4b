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

/// Free words of a person, as ``Accounts/isOneLine(_:upTo:)`` has them.
enum OneLine {
    /// - Throws: `ValidationError`, which is bad usage.
    static func check(_ text: String, _ name: String, upTo characters: Int) throws {
        guard Accounts.isOneLine(text, upTo: characters) else {
            throw ValidationError("\(name) must be one line of 1 to \(characters) characters that can be seen.")
        }
    }
}
