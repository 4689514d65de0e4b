import RasidBase
import RasidStock
import RasidWire

/// `GET /v3/internet/products`: every value of a type, with this account's price.
struct Products: Endpoint {
    let stock: Stock
    let time: any TimeSource

    func answer(_ call: Call) async throws -> Answer {
        var query = Query(call.query)
        let type = query.serviceType()
        guard let type else { throw Problem.invalid(query.faults) }
        let lines = try await stock.catalogue(of: type, for: call.wallet)
        let products = lines.sorted { $0.value < $1.value }.map {
            ProductData(cost: $0.cost, value: $0.value, isAvailable: $0.isAvailable)
        }
        return .success(ProductsData(products: products, type: type), meta: Meta(timestamp: time.now))
    }
}
