import Foundation
import RasidAccounts
import RasidBase
import RasidDatabase

/// Who runs the command and when: what the staff journal keeps of every change by hand.
struct Staff: Sendable {
    let name: String
    let now: Timestamp

    init(now: Timestamp = SystemTime().now) {
        name = Self.name(user: getuid(), behind: SettingText.environment("SUDO_USER"))
        self.now = now
    }

    /// The login name as the machine knows it: `USER` is only what somebody says of themselves. Who works through
    /// sudo is named with the user they became, as in `root (amina)`.
    static func name(user: uid_t, behind sudoUser: String?) -> String {
        let login = loginName(of: user) ?? "\(user)"
        return cut(sudoUser.map { "\(login) (\($0))" } ?? login)
    }

    private static func loginName(of user: uid_t) -> String? {
        guard let entry = getpwuid(user), let name = entry.pointee.pw_name else { return nil }
        let login = String(cString: name)
        return login.isEmpty ? nil : login
    }

    /// As much as the journal takes: an odd name must not make a command fail.
    private static func cut(_ name: String) -> String {
        String(String.UnicodeScalarView(name.unicodeScalars.prefix(StaffJournal.wordCharacters)))
    }

    /// Written in the transaction that makes the change.
    func note(_ action: String, _ subject: String, _ reason: String = "", in transaction: Transaction) throws {
        try StaffJournal.append(
            actor: name, action: action, subject: subject, reason: reason, at: now, in: transaction)
    }
}
