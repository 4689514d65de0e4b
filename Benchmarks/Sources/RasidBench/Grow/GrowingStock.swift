import RasidBase
import RasidSimulation
import RasidStock

/// Keeps enough cards in stock by the shop's own import, many at a time.
struct GrowingStock {
    private static let cardsPerProduct = 4000

    private let cards: CardImport
    private let products: [Product]
    private var dice: Dice
    /// How many are left of those that were brought in here, by product.
    private var left: [Int]

    init(_ shop: GrowingShop, time: BenchTime, identifiers: SeededIdentifiers, seed: UInt64) {
        cards = CardImport(database: shop.database, vault: shop.vault, time: time, identifiers: identifiers)
        products = shop.products
        dice = Dice(seed: seed)
        left = Array(repeating: 0, count: shop.products.count)
    }

    /// Brings cards in where so many may not be left of each product.
    mutating func keep(_ count: Int) async throws {
        guard let fewest = left.min(), fewest < count else { return }
        let text = products.indices.map { index in
            let product = products[index]
            return (0..<Self.cardsPerProduct).map { _ in line(product) }.joined(separator: "\n")
        }
        let report = try await cards.run(text: text.joined(separator: "\n"))
        // Now and then a made-up code is there already; then one product has a card less.
        let missing = products.count * Self.cardsPerProduct - report.inserted
        for index in left.indices { left[index] += Self.cardsPerProduct - missing }
    }

    private mutating func line(_ product: Product) -> String {
        let digits = dice.next() % 10_000_000_000_000_000
        let code = ("000000000000000" + String(digits)).suffix(16)
        // In quotes, which spare the import a look for blanks.
        return #""\#(product.type.rawValue)","\#(product.value)","\#(code)","S\#(digits / 1000)""#
    }

    /// One of a product is sold.
    mutating func take(_ product: Int) {
        left[product] -= 1
    }
}
