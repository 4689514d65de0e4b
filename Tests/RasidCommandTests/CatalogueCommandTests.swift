import Testing

/// Products, prices, operators and routes.
@Suite struct CatalogueCommandTests {
    private struct Product: Decodable {
        let type: String
        let value: Double
        let cost: Double
        let isOnSale: Bool
    }

    private let username = CommandLineShop.username

    private func products(_ shop: CommandLineShop, _ more: String...) async throws -> [Product] {
        let arguments = ["product", "list", "--json", "--data", shop.data] + more
        return try await RasidProgram.run(arguments).json([String: [Product]].self)["products"] ?? []
    }

    @Test func `a product costs 95 % unless its price is given`() async throws {
        let shop = try await CommandLineShop.withGoods()
        let added = try await shop.rasid("product", "add", "adsl", "2000", "--cost", "1899.99")
        #expect(added.output == "ADSL 2000 is on sale for 1899.99 DZD.\n")
        let listed = try await products(shop)
        #expect(listed.map(\.value) == [500, 2000, 1000])
        #expect(listed.map(\.cost) == [475, 1899.99, 950])
    }

    @Test func `a withdrawn product comes back at the price that is given`() async throws {
        let shop = try await CommandLineShop.withGoods()
        #expect(try await shop.rasid("product", "withdraw", "ADSL", "500").output == "ADSL 500 is off sale.\n")
        #expect(try await products(shop).map(\.isOnSale) == [false, true])
        let back = try await shop.rasid("product", "add", "ADSL", "500", "--cost", "480")
        #expect(back.output == "ADSL 500 is on sale for 480 DZD.\n")
    }

    @Test func `a cost above the value is said, and one above every value is refused`() async throws {
        let shop = try await CommandLineShop.withGoods()
        let warning = "rasid: This costs more than its value: the cost is 2001 DZD, the value 2000 DZD.\n"
        for words in [["add", "ADSL", "2000", "--cost", "2001"], ["price", "ADSL", "2000", "2001"]] {
            let done = try await RasidProgram.run(["product"] + words + ["--data", shop.data])
            #expect(done.code == 0 && done.complaint == warning)
        }
        #expect(try await shop.rasid("product", "price", "ADSL", "2000", "2000").complaint.isEmpty)
        let refused = try await shop.rasid("product", "price", "ADSL", "2000", "10000000.01")
        #expect(refused.code == 1)
        #expect(refused.complaint == "rasid: The cost must be more than 0 and at most 10000000 DZD.\n")
    }

    @Test func `an account may pay a price of its own`() async throws {
        let shop = try await CommandLineShop.withGoods()
        let done = try await shop.rasid("product", "price", "4G", "1000", "930.5", "--account", username)
        #expect(done.output == "4G 1000 costs \(username) 930.5 DZD from now on.\n")
        #expect(try await products(shop, "--account", username).map(\.cost) == [475, 930.5])
        #expect(try await products(shop).map(\.cost) == [475, 950])
    }

    @Test func `a value that is not sold has no price`() async throws {
        let shop = try await CommandLineShop.withGoods()
        let refused = try await shop.rasid("product", "price", "4G", "700", "600")
        #expect(refused.code == 1)
        #expect(refused.complaint == "rasid: 4G 700 is not a product: 'rasid product add 4G 700' first.\n")
    }

    @Test func `operators say what they serve`() async throws {
        struct Supplier: Decodable {
            let name: String
            let needsCard: Bool
            let serves: [String]
            let openOrders: [String: Int]
        }
        let shop = try await CommandLineShop.withGoods()
        _ = try await shop.rasid("route", "set", "4G:1000", "voucher")
        let listed = try await shop.rasid("operator", "list", "--json").json([String: [Supplier]].self)["operators"]
        let voucher = try #require(listed?.first { $0.name == "voucher" })
        #expect(voucher.needsCard && voucher.serves == ["ADSL", "4G", "4G:1000"] && voucher.openOrders.isEmpty)
    }

    @Test func `a route names operators that there are, for a value that is sold`() async throws {
        let shop = try await CommandLineShop.withGoods()
        let done = try await shop.rasid("route", "set", "adsl:500", "voucher")
        #expect(done.output.contains("ADSL    500  voucher"))
        let unknown = try await shop.rasid("route", "set", "ADSL", "nobody")
        #expect(unknown.code == 1 && unknown.complaint.contains("There is no operator 'nobody'"))
        let simulator = try await shop.rasid("route", "set", "ADSL", "simulator")
        #expect(simulator.code == 1 && simulator.complaint.contains("sandbox only"))
        let unsold = try await shop.rasid("route", "set", "ADSL:7", "voucher")
        #expect(unsold.code == 1 && unsold.complaint.contains("ADSL 7 is not a product"))
    }
}
