import ArgumentParser
import Foundation
import RasidBase

/// The one place that turns a failure into the sentence on standard error (design §9).
enum Complaint {
    static func sentence(for error: any Error) -> String {
        switch error {
        case let refusal as Refusal:
            refusal.description
        case StoreFailure.unavailable(let cause):
            "The store cannot take this now, and nothing was changed: \(cause). Try again."
        case StoreFailure.inDoubt(let cause):
            "It is not known whether this was stored: \(cause). Look before you repeat it."
        case StoreFailure.broken(let cause):
            "The store is damaged or of another version: \(cause). Keep a copy of it and run 'rasid audit'."
        default:
            Rasid.message(for: error)
        }
    }

    /// Standard error carries what is not the answer itself.
    static func tell(_ sentence: String) {
        write("rasid: \(sentence)\n")
    }

    /// Whoever closed standard error does not want to know.
    static func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
