import CLibPQ
import RasidBase

/// PostgreSQL's five-character codes as the few failures the shop knows (PostgreSQL manual, appendix A).
struct PostgresFailure: Error {
    let failure: StoreFailure
    /// The transaction lost against another one and may simply run again.
    let isConflict: Bool
    /// A lock was not had in time, or the statement took too long.
    let hasTimedOut: Bool

    /// - Parameter connection: whose message is told where the server has sent none.
    init(_ result: OpaquePointer?, _ connection: OpaquePointer) {
        let code = Self.field(RASID_PG_SQLSTATE, of: result)
        // The primary message names tables and constraints; values stand in the detail, which is left out.
        let message = Self.field(RASID_PG_MESSAGE, of: result) ?? Self.firstLine(of: connection)
        self.init(code: code, message: message)
    }

    /// - Parameter code: nil where the connection broke before the server could say anything.
    init(code: String?, message: String) {
        hasTimedOut = code == "55P03" || code == "57014"
        let text = code.map { "\(message) (\($0))" } ?? message
        // What two have inserted at once is there when the second runs again; where it was there all along, it is a fault.
        isConflict = code == "40001" || code == "40P01" || code == "23505"
        let isPassing = code == "40001" || code == "40P01" || Self.isPassing(code)
        failure = isPassing ? .unavailable(text) : .broken(text)
    }

    /// Whether the same call may be repeated when the cause is gone.
    private static func isPassing(_ code: String?) -> Bool {
        guard let code else { return true }
        // Connections, resources, an operator's intervention, the system's own errors.
        let classes: Set<Substring> = ["08", "53", "57", "58"]
        // A lock that is not had in time, a server that only reads, a transaction whose end is not known, a right that is
        // missing: nothing is damaged.
        let codes: Set<String> = ["55P03", "25006", "40003", "42501"]
        return classes.contains(code.prefix(2)) || codes.contains(code)
    }

    private static func field(_ field: CInt, of result: OpaquePointer?) -> String? {
        guard let result, let text = PQresultErrorField(result, field) else { return nil }
        return String(cString: text)
    }

    static func firstLine(of connection: OpaquePointer) -> String {
        let text = PQerrorMessage(connection).map { String(cString: $0) } ?? ""
        return text.split(whereSeparator: \.isNewline).first.map(String.init) ?? "the connection was lost"
    }
}
