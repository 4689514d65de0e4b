public import RasidBase
public import RasidDatabase
public import RasidOrders
import RasidOperators
import RasidStock
import Synchronization

/// Asks whoever serves a number whether it is a subscriber.
///
/// Bounded in time and number; an answer is believed for a minute. An account may have operators asked about
/// ``Limits/numberChecksPerMinute`` numbers of production in a minute: a shop must not help anybody to scan an operator's
/// subscribers. Beyond any bound the shop cannot tell, which keeps nobody from selling.
public final class SubscriberCheck: NumberCheck {
    private struct Question: Hashable {
        let number: ServiceNumber
        let environment: ShopEnvironment
    }

    private struct State {
        var answers = RecentMap<Question, (answer: SubscriberAnswer, until: Int64)>(
            capacity: Limits.cachedNumberChecks)
        var asking = 0
        /// How many numbers each account has had asked about in the present minute.
        var asked: [AccountID: Int] = [:]
        var minute: Int64 = 0
    }

    private let fleet: OperatorFleet
    private let database: any Database
    private let time: any TimeSource
    private let state = Mutex(State())

    public init(_ fleet: OperatorFleet, database: any Database, time: any TimeSource) {
        self.fleet = fleet
        self.database = database
        self.time = time
    }

    public func check(_ number: ServiceNumber, for wallet: WalletID) async -> SubscriberAnswer {
        let question = Question(number: number, environment: wallet.environment)
        if let known = known(question) { return known }
        let environment = wallet.environment
        guard let route = try? await database.read({ try Routes.operators(for: number.type, in: environment, $0) })
        else { return .cannotTell }
        let askable = route.compactMap { fleet[$0]?.remote }.filter(\.capabilities.checksNumbers)
        guard !askable.isEmpty, admit(wallet) else { return .cannotTell }
        defer { state.withLock { $0.asking -= 1 } }
        let answer = await Bounded.call(within: Limits.numberCheckDeadline, time) {
            await Self.ask(askable, about: number)
        }.answer
        guard let answer, answer != .cannotTell else { return .cannotTell }
        let until = time.monotonic + Limits.numberCheckLife.milliseconds
        state.withLock { $0.answers.insert((answer, until), for: question) }
        return answer
    }

    private func known(_ question: Question) -> SubscriberAnswer? {
        let now = time.monotonic
        return state.withLock { $0.answers[question].flatMap { $0.until > now ? $0.answer : nil } }
    }

    /// Takes a place among those who ask, if there is one for this account.
    private func admit(_ wallet: WalletID) -> Bool {
        let minute = time.monotonic / 60_000
        return state.withLock { state in
            if state.minute != minute { (state.minute, state.asked) = (minute, [:]) }
            guard state.asking < Limits.numberChecksAtOnce else { return false }
            // The sandbox's subscribers are made up.
            if wallet.environment == .production {
                guard state.asked[wallet.account, default: 0] < Limits.numberChecksPerMinute else { return false }
                state.asked[wallet.account, default: 0] += 1
            }
            state.asking += 1
            return true
        }
    }

    private static func ask(_ operators: [any Operator], about number: ServiceNumber) async -> SubscriberAnswer {
        for remote in operators {
            switch await remote.check(number) {
            case .subscriber(let clientNumber, let offer):
                return .subscriber(
                    clientNumber: masked(clientNumber), offer: offer.map { String($0.prefix(Limits.echoedCharacters)) })
            case .notASubscriber:
                return .notASubscriber
            case .cannotTell:
                continue
            }
        }
        return .cannotTell
    }

    /// The last five characters are never shown (contract §4).
    private static func masked(_ clientNumber: String) -> String {
        clientNumber.prefix(Limits.echoedCharacters).dropLast(5) + "*****"
    }
}
