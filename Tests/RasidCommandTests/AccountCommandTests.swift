import Testing

/// The owner opens accounts and moves money.
@Suite struct AccountCommandTests {
    private struct Wallet: Decodable {
        let environment: String
        let wallet: Double
        let held: Double
        let orders: Int
    }

    private struct Account: Decodable {
        let username: String
        let name: String
        let isEnabled: Bool
        let wallets: [Wallet]
    }

    private let username = CommandLineShop.username

    @Test func `account create makes the shop, both wallets and the play money`() async throws {
        let shop = try CommandLineShop()
        let made = try await shop.rasid("account", "create", "--username", username, "--name", "Boutique Amine")
        #expect(made.code == 0)
        #expect(made.output.contains("rasid key create \(username)"))
        #expect(made.complaint.contains("A new shop was made in \(shop.data)."))
        let listed = try await shop.rasid("account", "list", "--json").json([String: [Account]].self)
        let account = try #require(listed["accounts"]?.first)
        #expect(account.username == username && account.name == "Boutique Amine" && account.isEnabled)
        #expect(account.wallets.map(\.environment) == ["PRODUCTION", "SANDBOX"])
        #expect(account.wallets.map(\.wallet) == [0, 100_000])
    }

    @Test func `an account is opened once`() async throws {
        let shop = try await CommandLineShop.withGoods()
        let again = try await shop.rasid("account", "create", "--username", username, "--name", "Again")
        #expect(again.code == 1)
        #expect(again.complaint == "rasid: There is an account \(username) already.\n")
        #expect(again.output.isEmpty)
    }

    @Test func `a deposit is told exactly, and its repeat moves nothing`() async throws {
        let shop = try await CommandLineShop.withGoods()
        let first = try await shop.rasid("account", "deposit", username, "1326.13", "--ref", "slip-1", "--json")
        #expect(
            first.output == """
                {"amount":1326.13,"environment":"PRODUCTION","held":0,"isRepeat":false,\
                "username":"\(username)","wallet":1326.13}

                """)
        let second = try await shop.rasid("account", "deposit", username, "1326.13", "--ref", "slip-1")
        #expect(second.code == 0)
        #expect(second.output.contains("nothing was moved again"))
        #expect(second.output.contains("has 1326.13 DZD to spend"))
        let other = try await shop.rasid("account", "deposit", username, "1", "--ref", "slip-1")
        #expect(other.code == 1)
        #expect(other.complaint.contains("was used for another movement of 1326.13 DZD"))
    }

    @Test func `no more is withdrawn than there is`() async throws {
        let shop = try await CommandLineShop.withGoods()
        _ = try await shop.rasid("account", "deposit", username, "100")
        let refused = try await shop.rasid("account", "withdraw", username, "100.01")
        #expect(refused.code == 1)
        #expect(refused.complaint == "rasid: The wallet has 100 DZD to spend: withdraw at most that.\n")
        let done = try await shop.rasid("account", "withdraw", username, "99.99")
        #expect(done.output == "Withdrew 99.99 DZD. \(username) has 0.01 DZD to spend in PRODUCTION.\n")
    }

    @Test func `play money is moved apart from real money`() async throws {
        let shop = try await CommandLineShop.withGoods()
        let done = try await shop.rasid("account", "withdraw", username, "100000", "--sandbox", "--note", "empty it")
        #expect(done.output == "Withdrew 100000 DZD. \(username) has 0 DZD to spend in SANDBOX.\n")
    }

    @Test func `an account is switched off and on`() async throws {
        let shop = try await CommandLineShop.withGoods()
        let off = try await shop.rasid("account", "disable", username, "--json")
        #expect(try off.json(Account.self).isEnabled == false)
        let on = try await shop.rasid("account", "enable", username)
        #expect(on.output == "The account \(username) is enabled.\n")
        let unknown = try await shop.rasid("account", "disable", "+213555999999")
        #expect(unknown.code == 1)
        #expect(unknown.complaint.contains("There is no account +213555999999"))
    }

    @Test func `what is done by hand is kept with the name of who did it`() async throws {
        struct Line: Decodable {
            let actor: String
            let action: String
            let reason: String
        }
        struct Shown: Decodable {
            let account: Account
            let journal: [Line]
        }
        let shop = try await CommandLineShop.withGoods()
        _ = try await shop.rasid("account", "deposit", username, "50", "--ref", "r1", "--note", "cash")
        _ = try await shop.rasid("account", "disable", username, settings: ["SUDO_USER": "karim"])
        let shown = try await shop.rasid("account", "show", username, "--json").json(Shown.self)
        #expect(shown.journal.map(\.action) == ["account disable", "account deposit", "account create"])
        let login = RasidProgram.login
        #expect(shown.journal.map(\.actor) == ["\(login) (karim)", login, login])
        #expect(shown.journal[1].reason == "50 DZD PRODUCTION, r1, cash")
        let text = try await shop.rasid("account", "show", username).output
        #expect(text.contains("PRODUCTION        50     0       0"))
        #expect(text.contains("It has no keys: 'rasid key create \(username)'."))
    }
}
