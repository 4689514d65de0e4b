import Benchmark
import RasidBase
import RasidWire

/// From bytes to a request, and from an answer to bytes.
enum WireBenchmarks {
    private static let username = "+213555000000"
    private static let body = Array(#"{"type":"ADSL","number":"036362608","value":1000,"ref":"order-000001"}"#.utf8)
    private static let moment = Timestamp(milliseconds: 1_768_471_200_000)
    private static let order = OrderID(seconds: 1_768_471_200, random: 0x0123_4567_89ab_cdef)

    static func register() {
        Benchmark("decode send") { benchmark in
            for _ in benchmark.scaledIterations {
                blackHole(try SendBody(JSONReader.object(in: body), username: username))
            }
        }
        Benchmark("encode send") { benchmark in
            for _ in benchmark.scaledIterations {
                let data = SendData(id: order, fullReference: Reference.full("order-000001", username: username))
                blackHole(JSONWriter.bytes(of: Success(data, meta: Meta(timestamp: moment))))
            }
        }
        Benchmark("encode check-id") { benchmark in
            let number = ServiceNumber(stored: "036362608", type: .adsl)
            let card = TopupData.Card(code: "1234567890123456", transactionNumber: "S0001", treatedAt: moment)
            let data = TopupData(
                id: order, reference: "order-000001", state: .fulfilled(card), number: number, amount: .dinars(1000),
                createdAt: moment)
            benchmark.startMeasurement()
            for _ in benchmark.scaledIterations {
                blackHole(JSONWriter.bytes(of: Success(data, meta: Meta(timestamp: moment))))
            }
        }
    }
}
