import Foundation
import RasidBase
import RasidClient
import RasidTesting
import Testing

extension ScriptedServer {
    static let key = "f3c1f0de-0000-4000-8000-5ec7e75ec7e7"

    /// A client of this server.
    func client(
        time: any TimeSource = SystemTime(), _ change: (inout TopupClient.Configuration) -> Void = { _ in }
    ) throws -> TopupClient {
        var configuration = TopupClient.Configuration(
            baseURL: try #require(URL(string: "http://127.0.0.1:\(port)")), key: AccessKey(Self.key))
        change(&configuration)
        return TopupClient(configuration, time: time)
    }
}

/// The order that most tests place, and what the server may show of it.
enum Sample {
    static let id = "690161a3e9e88196b4eb6545"
    static let code = "0012345678901234"
    static let request = SendRequest(type: .adsl, number: "036362608", value: .dinars(1000), reference: "order-1")

    static let accepted = #"{"topupId":"\#(id)","topupRef":"API-+213665983439-order-1"}"#

    /// As the public service writes it: no field that is ours alone.
    static func topup(
        _ status: String = "HANDLING", id: String = Sample.id, number: String = "036362608", value: Int = 1000,
        more: String = ""
    ) -> String {
        """
        {"_id":"\(id)","ref":"order-1","status":"\(status)","type":"ADSL","number":"\(number)",\
        "topup_amount":\(value),"created_at":"2025-10-29T00:36:51.143Z"\(more)}
        """
    }

    static let fulfilled = topup(
        "FULFILLED", more: #","card_code":"\#(code)","num_trans":"AS32F1","date_traitement":"2025-10-29T00:37:01.000Z""#
    )
}

/// The error that a call ends with.
func topupError<Value>(
    _ call: () async throws -> Value, at location: SourceLocation = #_sourceLocation
) async throws -> TopupError {
    do {
        _ = try await call()
    } catch let error as TopupError {
        return error
    }
    Issue.record("it did not fail", sourceLocation: location)
    throw CancellationError()
}
