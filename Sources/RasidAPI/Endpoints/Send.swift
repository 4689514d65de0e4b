import HTTPTypes
import Hummingbird
import RasidAccounts
import RasidBase
import RasidOrders
import RasidWire

/// `POST /v3/internet/send`: the sale.
struct Send: Endpoint {
    let orders: Orders
    let time: any TimeSource

    func answer(_ call: Call) async throws -> Answer {
        let username = call.admission.username
        let body = try SendBody(await RequestObject.read(call.request), username: username)
        let request = PlaceRequest(
            type: body.type, number: body.number, value: body.value, reference: body.reference,
            idempotencyKey: try IdempotencyKey.read(call.request.headers))
        let placed = try await orders.place(request, in: call.wallet)
        let data = SendData(id: placed.id, fullReference: Reference.full(placed.reference, username: username))
        var answer = Answer.success(data, meta: Meta(timestamp: time.now))
        if placed.isRepeat { answer.fields.append(HTTPField(name: .idempotencyHit, value: "true")) }
        return answer
    }
}
