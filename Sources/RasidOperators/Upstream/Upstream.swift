public import AsyncHTTPClient
public import RasidBase
public import RasidClient

/// A server that speaks the shop's own contract, OneClickDz or another Rasid: our order's id is the `ref` there.
///
/// The same reference is one order there for ever, so that a repeat is safe; and it can be looked up, so that silence
/// never has to be guessed at (law 3).
public struct Upstream: Operator {
    /// How the server is treated.
    public struct Settings: Hashable, Sendable {
        /// How long it may take until an order that was sent can be found there.
        public var settlingTime = Duration.seconds(120)
        /// When a call is given up; an order that is not final a little before is told to be pending.
        public var deadline = Duration.seconds(50)
        /// The pause before the first question about an order.
        public var firstAsk = Duration.seconds(2)
        /// How many calls may run at once.
        public var concurrency = 64
        /// How long a question may be held there while the order is being worked on.
        public var heldQuestionSeconds = 5
        /// How long a number may be checked: somebody waits for the answer.
        public var checkDeadline = Duration.seconds(3)

        public init() {}
    }

    let settings: Settings
    let client: TopupClient
    private let quickClient: TopupClient
    let time: any TimeSource

    /// - Parameters:
    ///   - configuration: where the server is, and the shop's key there.
    ///   - http: as for `TopupClient`.
    public init(
        _ configuration: TopupClient.Configuration, settings: Settings = Settings(), http: HTTPClient? = nil,
        time: any TimeSource = SystemTime()
    ) {
        self.settings = settings
        self.time = time
        var usual = configuration
        usual.deadline = min(configuration.deadline, settings.deadline / 2)
        client = TopupClient(usual, http: http, time: time)
        var quick = configuration
        quick.deadline = settings.checkDeadline
        quick.retries = min(1, configuration.retries)
        quickClient = TopupClient(quick, http: http, time: time)
    }

    public var capabilities: OperatorCapabilities {
        OperatorCapabilities(
            checksNumbers: true, isSafeToRepeat: true, settlingTime: settings.settlingTime,
            deadline: settings.deadline, firstAsk: settings.firstAsk, concurrency: settings.concurrency)
    }

    public func check(_ number: ServiceNumber) async -> SubscriberWord {
        do {
            let subscriber = try await quickClient.checkNumber(number.text, for: number.type)
            guard let clientNumber = subscriber.clientNumber else { return .cannotTell }
            return .subscriber(clientNumber: clientNumber, offer: subscriber.offer)
        } catch let error as TopupError where error.code == .phone {
            return .notASubscriber
        } catch {
            return .cannotTell
        }
    }

    public func standing() async -> OperatorStanding? {
        do {
            let offers = try await offers(of: .adsl) + offers(of: .fourG)
            let balance = try await client.balance()
            return OperatorStanding(offers: offers, balance: balance, trouble: await keyTrouble())
        } catch let error as TopupError where UpstreamReading.isAboutTheKey(error) {
            return OperatorStanding(offers: [], balance: nil, trouble: .notLetIn)
        } catch {
            return nil
        }
    }

    /// A key of the sandbox would deliver made-up cards; a server that does not tell is believed.
    private func keyTrouble() async -> OperatorTrouble? {
        guard let scope = try? await client.validate() else { return nil }
        return scope.environment == .sandbox || scope.isReadOnly || !scope.isEnabled ? .wrongKey : nil
    }

    /// Nothing for a type that the server does not know.
    private func offers(of type: ServiceType) async throws -> [OperatorStanding.Offer] {
        do {
            return try await client.products(of: type).prefix(Limits.supplierOffers).map {
                .init(type: $0.type, value: $0.value, cost: $0.cost, isAvailable: $0.isAvailable)
            }
        } catch let error as TopupError where error.code == .invalid {
            return []
        }
    }
}
