import RasidAccounts
import RasidBase
import RasidDatabase
import Testing

/// That the tables themselves refuse what the rules refuse.
struct AccountsSchemaTests {
    private static let account = "INSERT INTO accounts (username, name, is_enabled, created_at) VALUES"
    private static let key = """
        INSERT INTO api_keys (account_id, environment, is_read_only, is_enabled, hash, prefix, masks_codes,
            allowed_addresses, requests_per_minute, created_at) VALUES
        """
    private static let entry = "INSERT INTO staff_journal (at, actor, action, subject, reason) VALUES"

    private let shop: ShopFixture

    init() throws {
        shop = try ShopFixture()
        _ = try shop.account()
    }

    @Test(arguments: [
        "\(account) ('+2136659', 'x', 1, 0)", "\(account) ('+213665983439', '', 1, 0)",
        "\(account) ('+213665983439', 'x', 2, 0)", "\(account) ('+213555000000', 'x', 1, 0)",
        "\(account) ('+213665983439', NULL, 1, 0)", "\(account) ('+213665983439', 'x', 1, 'today')",
        "\(key) (2, 0, 0, 1, randomblob(32), '12345678', 0, '', 0, 0)",
        "\(key) (1, 2, 0, 1, randomblob(32), '12345678', 0, '', 0, 0)",
        "\(key) (1, 0, 2, 1, randomblob(32), '12345678', 0, '', 0, 0)",
        "\(key) (1, 0, 0, 1, randomblob(31), '12345678', 0, '', 0, 0)",
        "\(key) (1, 0, 0, 1, randomblob(32), '1234567', 0, '', 0, 0)",
        "\(key) (1, 0, 0, 1, randomblob(32), '12345678', 0, '', -1, 0)",
        "\(entry) (0, '', 'order refund', 'x', '')", "\(entry) (0, 'amina', 'order refund', '', '')",
    ])
    func `a row that no rule writes is refused by the table`(sql: String) {
        let statement = Statement(sql)
        let failure = #expect(throws: StoreFailure.self) { try shop.store.commit { try $0.run(statement) } }
        if let failure, case .broken = failure {} else { Issue.record("\(String(describing: failure))") }
    }

    @Test(arguments: [
        "\(account) ('+213665983439', 'x', 1, 0)", "\(key) (1, 0, 0, 1, randomblob(32), '12345678', 0, '', 0, 0)",
        "\(entry) (0, 'amina', 'order refund', 'x', '')",
    ])
    func `a row as the rules write it is taken`(sql: String) throws {
        let statement = Statement(sql)
        #expect(try shop.store.commit { try $0.run(statement) } == 1)
    }
}
