import CLibPQ
import RasidBase

/// Where a shop's database is, in the words of libpq: `postgres://user:password@host:5432/database`.
///
/// Every option of libpq may stand in it, several hosts and TLS too; what it leaves open comes from the environment
/// (`PGPASSWORD`, `PGSSLMODE`, …) as with psql, but for how long a connection is tried and that it must take writes. It is
/// never printed with its password.
public struct DatabaseURL: Hashable, Sendable, CustomStringConvertible {
    /// With the password: for a connection, never for a reader.
    package let text: String
    public let description: String

    /// - Throws: ``Refusal`` for what libpq cannot read.
    public init(_ text: String) throws {
        let unreadable = Refusal(
            "The database's URL cannot be read: it must look like postgres://user:password@host:5432/database, with "
                + "other characters than letters and digits written as in %40.")
        guard text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") else { throw unreadable }
        // What libpq says of a text that it cannot read repeats it, password and all.
        guard let parsed = PQconninfoParse(text, nil) else { throw unreadable }
        defer { PQconninfoFree(parsed) }
        var values: [String: String] = [:]
        var option = parsed
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { values[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        // The rest of a password with a bare @ or / in it.
        let isNumbered = (values["port"] ?? "").allSatisfy { $0.isASCII && ($0.isNumber || $0 == ",") }
        // A host may be a socket's folder.
        let isWhole =
            values["host"]?.contains("@") != true && values["dbname"]?.contains { $0 == "@" || $0 == "/" } != true
        guard isNumbered, isWhole else { throw unreadable }
        self.text = text
        let user = values["user"].map { $0 + "@" } ?? ""
        let options = values["options"].map { " (\($0))" } ?? ""
        description = "postgres://\(user)\(Self.hosts(values))/\(values["dbname"] ?? "")\(options)"
    }

    private static func hosts(_ values: [String: String]) -> String {
        let hosts = (values["host"] ?? values["hostaddr"] ?? "").split(separator: ",", omittingEmptySubsequences: false)
        let ports = (values["port"] ?? "").split(separator: ",", omittingEmptySubsequences: false)
        return hosts.enumerated().map { index, host in
            let port = ports.count == 1 ? ports.first : ports.indices.contains(index) ? ports[index] : nil
            return port.map { $0.isEmpty ? String(host) : "\(host):\($0)" } ?? String(host)
        }.joined(separator: ",")
    }
}
