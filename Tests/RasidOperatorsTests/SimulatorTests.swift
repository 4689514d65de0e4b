import RasidBase
import RasidOperators
import RasidTesting
import Testing

/// The sandbox's operator: the contract's numbers as a pure function of job, placement time and now.
struct SimulatorTests {
    @Test(arguments: SimulatorScript.all)
    func `a recharge says what the contract says of its number, whenever it is started`(
        script: SimulatorScript
    ) async {
        for moment in SimulatorScript.moments {
            let answer = await SimulatorScript.simulator(at: moment).recharge(script.job())
            #expect(SimulatorScript.word(answer) == script.recharge(startedAt: moment), "\(moment) ms")
        }
    }

    @Test(arguments: SimulatorScript.all)
    func `a question is answered after a restart as if nothing had happened`(script: SimulatorScript) async {
        for moment in SimulatorScript.moments {
            let answer = await SimulatorScript.simulator(at: moment).ask(script.job())
            #expect(SimulatorScript.word(answer) == script.ask(at: moment), "\(moment) ms")
        }
    }

    @Test(arguments: SimulatorScript.all)
    func `whoever answers, an order has one code`(script: SimulatorScript) async {
        var receipts: Set<OperatorReceipt?> = []
        for moment in SimulatorScript.moments {
            receipts.insert(
                SimulatorScript.receipt(await SimulatorScript.simulator(at: moment).recharge(script.job())))
            receipts.insert(SimulatorScript.receipt(await SimulatorScript.simulator(at: moment).ask(script.job())))
        }
        receipts.remove(nil)
        #expect(receipts.count <= 1)
        for case let receipt? in receipts {
            #expect(receipt.code.utf8.count == 16)
            #expect(receipt.code.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 })
            #expect(receipt.transactionNumber.hasPrefix("SIM"))
            #expect(receipt.transactionNumber.utf8.count == 13)
        }
    }

    @Test(arguments: SimulatorScript.all)
    func `an order that is asked about long after has ended`(script: SimulatorScript) async {
        let answer = await SimulatorScript.simulator(at: 60_000).ask(script.job())
        switch SimulatorScript.word(answer) {
        case .yes, .no: break
        case .later, .pending, .silence, .neverSeen: Issue.record("it is open after twenty delays: \(answer.words)")
        }
    }

    @Test func `neighbouring orders have codes that are nothing like each other's`() async {
        let simulator = SimulatorScript.simulator(at: 60_000)
        let script = SimulatorScript(last: 0, type: .adsl)
        var codes: Set<String> = []
        for random in 0..<2000 as Range<UInt64> {
            for seconds in [1_768_471_200, 1_768_471_201] as [UInt32] {
                let answer = await simulator.ask(script.job(OrderID(seconds: seconds, random: random * 7919)))
                codes.insert(SimulatorScript.receipt(answer)?.code ?? "")
            }
        }
        #expect(codes.count == 4000)
    }

    @Test func `nobody waits for an answer that is due already`() async {
        let time = ManualTime(SimulatorScript.placedAt.adding(SimulatorScript.delay))
        let simulator = Simulator(delay: SimulatorScript.delay, time: time)
        let answer = await simulator.recharge(SimulatorScript(last: 0, type: .fourG).job())
        #expect(SimulatorScript.word(answer) == .yes)
    }

    @Test func `a call that is given up lets go at once and says nothing`() async {
        let time = ManualTime(SimulatorScript.placedAt)
        let simulator = Simulator(delay: SimulatorScript.delay, time: time)
        let call = Task { await simulator.recharge(SimulatorScript(last: 0, type: .adsl).job()) }
        call.cancel()
        #expect(await call.value.outcome == .unknown)
        #expect(time.sleeping == 0)
    }

    @Test(arguments: [Duration.zero, .milliseconds(200), .seconds(3), .seconds(60)])
    func `a call is never given up before the slowest number has answered`(delay: Duration) {
        let capabilities = Simulator(delay: delay, time: ManualTime()).capabilities
        #expect(capabilities.deadline > delay * 15)
        #expect(capabilities.firstAsk <= delay * 2)
        #expect(capabilities.isSafeToRepeat)
        #expect(capabilities.concurrency > 0)
    }

    @Test(arguments: SimulatorScript.all)
    func `all but the seventh number are subscribers, the same ones each time`(script: SimulatorScript) async {
        let word = await SimulatorScript.simulator(at: 0).check(script.number)
        #expect(await SimulatorScript.simulator(at: 60_000).check(script.number) == word)
        switch word {
        case .subscriber(let client, let offer):
            #expect(script.last != 7)
            #expect(client.utf8.count == 10)
            #expect(client.hasPrefix("11"))
            #expect((offer != nil) == (script.type == .adsl))
        case .notASubscriber: #expect(script.last == 7)
        case .cannotTell: Issue.record("the simulator cannot tell")
        }
    }
}
