import RasidBase
import RasidOrders
import RasidWire

/// `GET /v3/internet/check-number`: what the operator knows of a number.
struct CheckNumber: Endpoint {
    let numbers: any NumberCheck
    let time: any TimeSource

    func answer(_ call: Call) async throws -> Answer {
        var query = Query(call.query)
        let type = query.serviceType()
        let text = query.required("number")
        guard let type, let text else { throw Problem.invalid(query.faults) }
        let number = try ServiceNumber(Self.withPlus(text), for: type)
        switch await numbers.check(number, for: call.wallet) {
        case .subscriber(let clientNumber, let offer):
            return success(number, clientNumber: clientNumber, offer: offer)
        case .cannotTell:
            return success(number, clientNumber: nil, offer: nil)
        case .notASubscriber:
            throw Problem.notASubscriber(number)
        }
    }

    /// An unescaped plus has become a space; with it back, the form can be named for what it is.
    private static func withPlus(_ text: String) -> String {
        text.hasPrefix(" ") ? "+" + text.dropFirst() : text
    }

    private func success(_ number: ServiceNumber, clientNumber: String?, offer: String?) -> Answer {
        .success(
            CheckNumberData(type: number.type, clientNumber: clientNumber, offer: offer),
            meta: Meta(timestamp: time.now))
    }
}
