import ArgumentParser

/// How the words of a command line are understood where the argument parser alone says too little.
enum Usage {
    /// - Throws: what ends the program: help, the version, or `ValidationError` for bad usage.
    static func parse(_ words: [String]) throws -> any ParsableCommand {
        if words.first == "help", let stranger = stranger(in: words.dropFirst()) {
            throw ValidationError("There is no command '\(stranger)' to explain.")
        }
        do {
            return try Rasid.parseAsRoot(words)
        } catch {
            guard Rasid.exitCode(for: error) == .validationFailure, let word = words.first(where: isNegative) else {
                throw error
            }
            throw ValidationError(
                "'\(word)' is no value: a number must be positive, and words that begin with - are given as in "
                    + "--note=\(word).")
        }
    }

    /// The first word that names no command; the parser would explain what stands before it and call that a success.
    private static func stranger(in words: ArraySlice<String>) -> String? {
        var command: any ParsableCommand.Type = Rasid.self
        for word in words where !word.hasPrefix("-") && word != "help" {
            guard let next = command.configuration.subcommands.first(where: { $0._commandName == word }) else {
                return word
            }
            command = next
        }
        return nil
    }

    /// The parser takes `-1` for an option, and complains of the value that it misses.
    private static func isNegative(_ word: String) -> Bool {
        word.hasPrefix("-") && word.dropFirst().first.map { $0.isASCII && $0.isNumber } == true
    }
}
