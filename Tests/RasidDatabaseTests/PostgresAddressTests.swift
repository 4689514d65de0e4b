import RasidBase
import RasidTesting
import Testing

@testable import RasidDatabase

/// A database that cannot be had is refused in a sentence.
@Suite(
    .enabled(if: TestServer.url != nil, "RASID_TEST_POSTGRES names no server, as scripts/test does"),
    .timeLimit(.minutes(2)))
struct PostgresAddressTests {
    @Test(arguments: [
        ("postgres://rasid@127.0.0.1:1/postgres", "cannot be reached"),
        ("postgres://nobody@SERVER/postgres", "nobody"), ("postgres://rasid@SERVER/nowhere", "nowhere"),
        ("postgres://rasid:secret@SERVER/nowhere", "nowhere"),
    ])
    func `a database that cannot be had is refused in one sentence, without its password`(
        url: String, says: String
    ) throws {
        let server = try #require(TestServer.url?.split(separator: "@").last?.split(separator: "/").first)
        let wrong = try DatabaseURL(url.replacing("SERVER", with: server))
        let refusal = #expect(throws: Refusal.self) {
            _ = try PostgresDatabase(url: wrong, migrations: TestTables.migrations)
        }
        let sentence = refusal?.description ?? ""
        #expect(sentence.contains(says) && sentence.contains("Check host"), "\(sentence)")
        #expect(!sentence.contains("secret"))
    }

    @Test(arguments: [
        "no url at all", "host=127.0.0.1", "postgres://rasid@127.0.0.1/postgres?wrong=1",
        "postgres://rasid:secret@word@127.0.0.1/postgres",
        "postgres://rasid:secret%zz@127.0.0.1/postgres", "postgres://[::1/postgres?password=secret",
        "mysql://rasid:secret@127.0.0.1/postgres", "", "postgres://rasid:secret/@127.0.0.1:5432/postgres",
        "postgres://rasid:12/secret@127.0.0.1:5432/postgres",
    ])
    func `a URL that cannot be read is refused without being repeated`(url: String) {
        let refusal = #expect(throws: Refusal.self) { _ = try DatabaseURL(url) }
        let sentence = refusal?.description ?? ""
        #expect(sentence.contains("must look like postgres://") && !sentence.contains("secret"), "\(sentence)")
    }

    @Test(arguments: [
        "postgres:///rasid?host=/var/run/postgresql", "postgres://rasid@%2Fvar%2Frun%2Fpostgresql/rasid",
        "postgresql://one:1,two:2/shop?target_session_attrs=read-write&sslmode=require",
        "postgres://me:p%40ss%2Fword@[::1]:5432/shop?options=-csearch_path%3Dtheirs",
    ])
    func `whatever libpq reads is taken`(url: String) throws {
        #expect(try DatabaseURL(url).text == url)
    }

    @Test func `a table of somebody else beside the shop's is left alone`() async throws {
        let url = try await TestServer.schema(name)
        try await PostgresDatabase(url: url, migrations: TestTables.migrations).close()
        try order([
            ("CREATE ROLE \(name) LOGIN", "CREATE ROLE"), ("GRANT USAGE ON SCHEMA \(name) TO \(name)", "GRANT"),
            ("GRANT ALL ON ALL TABLES IN SCHEMA \(name) TO \(name)", "GRANT"),
            ("CREATE TABLE \(name).theirs (id BIGINT)", "CREATE TABLE"),
        ])
        let server = try #require(TestServer.url?.split(separator: "@").last?.split(separator: "/").first)
        let store = try PostgresDatabase(
            url: DatabaseURL("postgres://\(name)@\(server)/postgres?options=-csearch_path%3D\(name)"),
            migrations: TestTables.migrations)
        #expect(try await store.read { try Notes.names(in: $0) } == [])
        await store.close()
    }

    @Test func `a URL is printed without its password`() throws {
        let url = try DatabaseURL("postgres://me:secret@one:5433,two/shop?target_session_attrs=any&password=secret")
        #expect(url.description == "postgres://me@one:5433,two/shop")
    }

    private func order(_ commands: [(text: String, tag: String)]) throws {
        let connection = try PostgresConnection(DatabaseURL(TestServer.url ?? ""))
        for command in commands { try connection.control(command.text, tag: command.tag) }
    }

    private func refusal(_ role: String, _ database: String = "postgres", options: String = "") throws -> String {
        let server = try #require(TestServer.url?.split(separator: "@").last?.split(separator: "/").first)
        let url = try DatabaseURL("postgres://\(role)@\(server)/\(database)\(options)")
        let refusal = #expect(throws: Refusal.self) {
            _ = try PostgresDatabase(url: url, migrations: TestTables.migrations)
        }
        return refusal?.description ?? ""
    }

    private let name = "test_\(UInt64.random(in: .min ... .max))"

    @Test func `a user who may only read a shop's tables is told so`() async throws {
        let url = try await TestServer.schema(name)
        try await PostgresDatabase(url: url, migrations: TestTables.migrations).close()
        try order([
            ("CREATE ROLE \(name) LOGIN", "CREATE ROLE"), ("GRANT USAGE ON SCHEMA \(name) TO \(name)", "GRANT"),
            ("GRANT SELECT ON ALL TABLES IN SCHEMA \(name) TO \(name)", "GRANT"),
        ])
        let sentence = try refusal(name, options: "?options=-csearch_path%3D\(name)")
        #expect(sentence.contains("may not write to all of the shop's tables"), "\(sentence)")
        // He may add, and change nothing.
        try order([("GRANT INSERT ON ALL TABLES IN SCHEMA \(name) TO \(name)", "GRANT")])
        let adds = try refusal(name, options: "?options=-csearch_path%3D\(name)")
        #expect(adds.contains("may not write to all"), "\(adds)")
        // Nothing at all is his.
        try order([("REVOKE ALL ON ALL TABLES IN SCHEMA \(name) FROM \(name)", "REVOKE")])
        let other = try refusal(name, options: "?options=-csearch_path%3D\(name)")
        #expect(other.contains("may not write to all of the shop's tables"), "\(other)")
    }

    @Test func `a user who may make no table is told to get a place of his own`() throws {
        try order([
            ("CREATE ROLE \(name) LOGIN", "CREATE ROLE"), ("CREATE SCHEMA \(name)", "CREATE SCHEMA"),
            ("GRANT USAGE ON SCHEMA \(name) TO \(name)", "GRANT"),
        ])
        let sentence = try refusal(name, options: "?options=-csearch_path%3D\(name)")
        #expect(sentence.contains("an empty database, or a schema, of its own"), "\(sentence)")
    }

    @Test func `a database in another encoding is refused before a table is made`() throws {
        let options = "TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'"
        try order([("CREATE DATABASE \(name) \(options)", "CREATE DATABASE")])
        let sentence = try refusal("rasid", name)
        #expect(sentence.contains("UTF-8") && sentence.contains("template0"), "\(sentence)")
        try order([("DROP DATABASE \(name) WITH (FORCE)", "DROP DATABASE")])
    }

    @Test(arguments: [
        "CREATE TABLE migrations (id BIGINT)", "CREATE VIEW notes AS SELECT 1 AS one",
        "CREATE SEQUENCE notes", "CREATE TYPE notes AS (one BIGINT)",
    ])
    func `a database with something of another program in it is refused`(theirs: String) async throws {
        let url = try await TestServer.schema(name)
        let connection = try PostgresConnection(url)
        try connection.control(theirs, tag: theirs.split(separator: " ").prefix(2).joined(separator: " "))
        let refusal = #expect(throws: Refusal.self) {
            _ = try PostgresDatabase(url: url, migrations: TestTables.migrations)
        }
        #expect(refusal?.description.contains("another program") == true, "\(refusal?.description ?? "")")
    }

    @Test func `a role that only reads is told what a shop needs`() throws {
        try order([
            ("CREATE ROLE \(name) LOGIN", "CREATE ROLE"),
            ("ALTER ROLE \(name) SET default_transaction_read_only = on", "ALTER ROLE"),
        ])
        let sentence = try refusal(name)
        #expect(sentence.contains("takes writes") && !sentence.contains("password"), "\(sentence)")
    }

    @Test func `a role's own isolation does not take the place of ours`() async throws {
        try order([
            ("CREATE ROLE \(name) LOGIN SUPERUSER", "CREATE ROLE"),
            ("ALTER ROLE \(name) SET default_transaction_isolation = serializable", "ALTER ROLE"),
        ])
        let url = try await TestServer.schema(name)
        let theirs = try DatabaseURL(url.text.replacing("rasid@", with: "\(name)@"))
        let store = try PostgresDatabase(url: theirs, migrations: TestTables.migrations)
        let level = Statement("SELECT current_setting('transaction_isolation')")
        #expect(try await store.write { try $0.first(level) { $0.text(0) } } == "read committed")
        await store.close()
    }

    @Test func `a user who has no connection left is told what to do`() throws {
        try order([("CREATE ROLE \(name) LOGIN CONNECTION LIMIT 0", "CREATE ROLE")])
        let sentence = try refusal(name)
        #expect(sentence.contains("too many connections") && sentence.contains("the role's limit"), "\(sentence)")
    }
}
