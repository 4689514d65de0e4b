import Foundation
import RasidBase
import RasidClient
import RasidTesting
import Testing

@Suite("What is never shown")
struct SecrecyTests {
    /// Everything that somebody might print of a value.
    private func prints(_ value: some Any) -> String {
        var dumped = ""
        dump(value, to: &dumped)
        return "\(value)" + String(reflecting: value) + dumped
    }

    @Test
    func `A key is shown neither by itself nor in what holds it`() throws {
        let key = AccessKey(ScriptedServer.key + "\n")
        let url = try #require(URL(string: "http://127.0.0.1:1"))
        let configuration = TopupClient.Configuration(baseURL: url, key: key)
        #expect("\(key)" == "AccessKey(…)")
        for text in [prints(key), prints(configuration), prints([key]), prints(Optional(key))] {
            #expect(!text.contains("5ec7e7"))
        }
        #expect(!"\(TopupClient(configuration))".contains("5ec7e7"))
        #expect(key == AccessKey(ScriptedServer.key))
    }

    @Test
    func `An error tells neither key nor number nor code, whatever the server says`() async throws {
        let message = "key \(ScriptedServer.key) number 036362608 or 213665983439, code \(Sample.code)"
        let details = #"{"field":"number","value":"036362608","errors":[{"field":"number","message":"\#(message)"}]}"#
        try await ScriptedServer.run(always: .failure(400, "ERR_VALIDATION", message, details: details)) { server in
            let error = try await topupError { try await server.client().sendOnce(Sample.request) }
            for secret in ["5ec7e7", "036362608", "213665983439", Sample.code] {
                #expect(!prints(error).contains(secret))
            }
            #expect(error.description.contains("0363*****"))
        }
    }

    @Test
    func `A key that no header can bear is not quoted in the complaint`() async throws {
        try await ScriptedServer.run(always: .silence) { server in
            let client = try server.client { $0.key = AccessKey("se\ncret-5ec7e7") }
            let error = try await topupError { try await client.balance() }
            #expect(!prints(error).contains("5ec7e7"))
            #expect(server.requests.isEmpty)
        }
    }

    @Test
    func `An order in print shows neither its code nor the whole number`() async throws {
        try await ScriptedServer.run(always: .data(Sample.fulfilled)) { server in
            let topup = try await server.client().topup(id: Sample.id)
            for text in ["\(topup)", String(reflecting: topup), "\(topup.card as Any)", "\(Sample.request)"] {
                #expect(!text.contains(Sample.code) && !text.contains("036362608"))
            }
        }
    }

    @Test
    func `An error says what happened, what to do and how to find it again`() async throws {
        try await ScriptedServer.run(
            always: .failure(
                403, "INSUFFICIENT_BALANCE", "Your balance is insufficient for this operation",
                details: #"{"required":950,"available":500}"#, headers: ["X-Request-Id: abc"])
        ) { server in
            let error = try await topupError { try await server.client().sendOnce(Sample.request) }
            #expect(
                error.description
                    == "INSUFFICIENT_BALANCE (HTTP 403): Your balance is insufficient for this operation "
                    + "(it costs 950 DZD, there are 500). Pay in, and send the same request again. There is no order. "
                    + "[reference order-1, request abc]")
        }
    }
}
