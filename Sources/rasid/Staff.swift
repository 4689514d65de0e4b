import Foundation
import RasidAccounts
import RasidBase
import RasidDatabase

/// Who runs the command and when: what the staff journal keeps of every change by hand.
struct Staff: Sendable {
    let name: String
    let now: Timestamp

    init(environment: [String: String] = ProcessInfo.processInfo.environment, now: Timestamp = SystemTime().now) {
        let names = [environment["USER"], environment["LOGNAME"], "staff"].compactMap { $0 }
        name = String((names.first { !$0.isEmpty } ?? "").prefix(64))
        self.now = now
    }

    /// Written in the transaction that makes the change.
    func note(_ action: String, _ subject: String, _ reason: String = "", in transaction: Transaction) throws {
        try StaffJournal.append(
            actor: name, action: action, subject: subject, reason: reason, at: now, in: transaction)
    }
}
