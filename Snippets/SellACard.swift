//! Sells one ADSL card of 500 DZD: the program of the article "Sell a card".
//!
//! It reads the server's address from RASID_URL and the key from RASID_KEY.

// snippet.client
import Foundation
import RasidClient

let environment = ProcessInfo.processInfo.environment
guard let url = URL(string: environment["RASID_URL"] ?? ""), let key = environment["RASID_KEY"] else {
    print("Say where the shop is in RASID_URL, and its key in RASID_KEY.")
    exit(64)
}
let client = TopupClient(.init(baseURL: url, key: AccessKey(key)))

// snippet.products
for product in try await client.products(of: .adsl) where product.isAvailable {
    print("A card of \(product.value) DZD costs \(product.cost) DZD.")
}

// snippet.send
let request = SendRequest(type: .adsl, number: "036362608", value: .dinars(500))
let kept = FileManager.default.temporaryDirectory.appendingPathComponent("order-\(request.reference).json")
try JSONEncoder().encode(request).write(to: kept)

let accepted: AcceptedTopup
do {
    accepted = try await client.send(request)
} catch let error as TopupError where error.outcome == .unknown {
    print("There may be an order. Send what is kept in \(kept.path) again: \(error)")
    exit(1)
}
print(accepted.wasKnown ? "It had been placed before." : "It is placed: \(accepted.id).")

// snippet.wait
let topup = try await client.waitUntilFinal(id: accepted.id, upTo: .seconds(120))
if let card = topup.card {
    print("The code for the customer is \(card.code).")
} else {
    print(topup.refundMessage ?? "It was refunded: \(topup.refundReason?.rawValue ?? "no reason given").")
}
// snippet.end
