import NIOCore
import NIOHTTP1
import RasidBase
import RasidWire

/// Stands between the HTTP parser and the framework, and sees to what no middleware reaches.
///
/// - What the parser refuses is answered in JSON. The framework orders that answer behind the earlier ones and
///   writes an empty 400; the gate puts the real one in its place, whatever the empty one was written for.
/// - A target in the absolute form is cut to its path.
/// - Receiving is timed: a head, a whole request, an idle connection (see ``ConnectionProgress``).
/// - `Expect: 100-continue` is granted for a body that is not too large.
/// - A connection that ends is flushed, half closed, and read on for a while, so that the client can read.
/// - A sale that the shop is too far behind for is refused, and the framework never sees it (see ``SaleShedding``).
/// - Whoever holds an answer back learns through ``HangUp`` that nobody waits for it any more.
final class RequestGate: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private enum Substitution {
        case none, refusal, silence
    }

    /// A sale that is refused here.
    private enum ShedSale {
        case none
        /// Its head has come, and its body is on its way.
        case arriving
        /// It is there, and its answer is held back until the timer rings, something else comes, or the connection ends.
        case held(Scheduled<Void>)
    }

    private let refusals: RefusalWriter
    private let shedding: SaleShedding
    private var progress: ConnectionProgress
    private var alarm = Alarm()
    private var refusal: TransportRefusal?
    private var substitution = Substitution.none
    private var sawPart = false
    private var shedSale = ShedSale.none
    private var latest = (isHTTP10: false, isHEAD: false)

    private let hangUp: HangUp

    init(
        timeouts: ConnectionProgress.Timeouts, refusals: RefusalWriter, shedding: SaleShedding, hangUp: HangUp
    ) {
        progress = ConnectionProgress(timeouts: timeouts)
        self.refusals = refusals
        self.shedding = shedding
        self.hangUp = hangUp
    }

    func channelActive(context: ChannelHandlerContext) {
        progress.opened(at: .now())
        setAlarm(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        alarm.cancel()
        forgetShedSale()
        hangUp.happened()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        alarm.cancel()
        forgetShedSale()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed || event is ChannelShouldQuiesceEvent {
            // Behind either the framework closes what owes nothing, as far as it knows.
            answerShedSale(context)
            // A server that drains answers open waits at once, as for a client that has gone.
            hangUp.happened()
        }
        context.fireUserInboundEventTriggered(event)
    }

    private func setAlarm(_ context: ChannelHandlerContext) {
        alarm.set(progress.deadline, on: context.eventLoop) { self.alarmRang(context) }
    }

    private func alarmRang(_ context: ChannelHandlerContext) {
        guard alarm.rang() else { return setAlarm(context) }
        switch progress.expired() {
        case .close: context.close(promise: nil)
        case .refuse: refuse(.tooSlow, context)
        }
    }
}

// MARK: - Reading

extension RequestGate {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // Nothing that follows the connection's last request may be carried out: it could not be answered.
        guard refusal == nil, !progress.isClosing, progress.inputMatters else { return }
        sawPart = true
        // What is asked next is answered next.
        answerShedSale(context)
        var data = data
        switch Self.unwrapInboundIn(data) {
        case .head(var head):
            if progress.nothingIsOwed, shedding.refuses(head) { shedSale = .arriving }
            read(head, context)
            if let path = RequestTarget.path(ofAbsolute: head.uri) {
                head.uri = path
                data = Self.wrapInboundOut(.head(head))
            }
        case .body(let buffer):
            if progress.readBody(bytes: buffer.readableBytes) { return refuse(.tooLarge, context) }
        case .end:
            progress.readEnd(at: .now())
            if case .arriving = shedSale { return holdShedSale(context) }
        }
        if case .none = shedSale { context.fireChannelRead(data) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if progress.isClosing {
            // The framework no longer asks for input; it is dropped here, so that closing does not reset.
            context.read()
        } else {
            if !sawPart { progress.readPartOfHead(at: .now()) }
            setAlarm(context)
        }
        sawPart = false
        context.fireChannelReadComplete()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard refusal == nil, !progress.isClosing else { return }
        guard let error = error as? HTTPParserError else { return context.fireErrorCaught(error) }
        refuse(TransportRefusal(error), context)
    }

    private func read(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        latest = (isHTTP10: head.version == .http1_0, isHEAD: head.method == .HEAD)
        // What follows a request to upgrade may be another protocol's.
        let upgrades = head.method == .CONNECT || head.headers.contains(name: "upgrade")
        progress.readHead(keepsAlive: head.isKeepAlive && !upgrades, at: .now())
        if head.method != .GET, let expected = head.headers.first(name: "expect") {
            expect(expected, head, context)
        }
    }

    private func expect(_ expected: String, _ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard expected.lowercased() == "100-continue", !latest.isHTTP10 else { return }
        if let length = head.headers.first(name: "content-length").flatMap(Int.init), length > Limits.bodyBytes {
            // It will be told to keep its body, so what comes next on this connection would be a guess.
            progress.endAfterThisRequest()
        } else if progress.nothingElseIsOwed {
            let head = HTTPResponseHead(version: .http1_1, status: .continue)
            context.writeAndFlush(Self.wrapOutboundOut(.head(head)), promise: nil)
        }
    }

    /// Ends reading. The framework answers an error of the parser in its turn, after all earlier requests.
    private func refuse(_ reason: TransportRefusal, _ context: ChannelHandlerContext) {
        answerShedSale(context)
        guard progress.inputMatters, !progress.isClosing else { return }
        // Of a sale that was still arriving the framework knows nothing; what is refused now is the request itself.
        forgetShedSale()
        refusal = reason
        progress.refuse()
        context.fireErrorCaught(HTTPParserError.unknown)
    }
}

// MARK: - Sales that are refused

extension RequestGate {
    private func holdShedSale(_ context: ChannelHandlerContext) {
        let pause = TimeAmount.milliseconds(shedding.pause.milliseconds)
        shedSale = .held(
            context.eventLoop.assumeIsolated().scheduleTask(in: pause) { self.answerShedSale(context) })
    }

    /// Answers the sale whose answer is held back, if there is one.
    private func answerShedSale(_ context: ChannelHandlerContext) {
        guard case .held = shedSale else { return }
        forgetShedSale()
        let (head, body) = shedding.answer()
        write(context: context, data: Self.wrapOutboundOut(.head(head)), promise: nil)
        write(context: context, data: Self.wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        write(context: context, data: Self.wrapOutboundOut(.end(nil)), promise: nil)
        context.flush()
    }

    private func forgetShedSale() {
        if case .held(let timer) = shedSale { timer.cancel() }
        shedSale = .none
    }
}

// MARK: - Writing

extension RequestGate {
    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !progress.isClosing else {
            promise?.fail(ChannelError.outputClosed)
            return
        }
        switch Self.unwrapOutboundIn(data) {
        case .head(let head): write(head, context, promise)
        case .body:
            if substitution == .none { context.write(data, promise: promise) } else { promise?.succeed() }
        case .end: writeEnd(data, context, promise)
        }
    }

    private func write(_ head: HTTPResponseHead, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        if Self.isEmptyRefusal(head) {
            substitution = progress.owesRefusal ? .refusal : .silence
            if substitution == .refusal {
                let withBody = !latest.isHEAD || !progress.answersLatest
                refusals.write(refusal ?? .interrupted, withBody: withBody, context)
            }
            promise?.succeed()
            return
        }
        var head = head
        if progress.nextAnswerIsLast {
            head.headers.replaceOrAdd(name: "connection", value: "close")
        } else if latest.isHTTP10 {
            head.headers.replaceOrAdd(name: "connection", value: "keep-alive")
        }
        context.write(Self.wrapOutboundOut(.head(head)), promise: promise)
    }

    /// What the framework writes for an error of the parser; no answer of ours has an empty body and this status.
    private static func isEmptyRefusal(_ head: HTTPResponseHead) -> Bool {
        head.status == .badRequest && head.headers.first(name: "content-length") == "0"
    }

    private func writeEnd(_ data: NIOAny, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        switch substitution {
        case .none:
            context.write(data, promise: promise)
            if progress.wroteAnswer(at: .now()) { close(context: context, mode: .output, promise: nil) }
            setAlarm(context)
        case .refusal:
            context.write(data, promise: promise)
            close(context: context, mode: .output, promise: nil)
        case .silence:
            promise?.succeed()
            close(context: context, mode: .output, promise: nil)
        }
    }

    /// Closes once everything that was written is out, or when it has lingered long enough.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        answerShedSale(context)
        guard mode != .input, !progress.isClosing else { return context.close(mode: mode, promise: promise) }
        progress.closing(at: .now())
        setAlarm(context)
        let flushed = context.eventLoop.makePromise(of: Void.self)
        flushed.futureResult.assumeIsolated().whenComplete { _ in
            context.close(mode: mode, promise: promise)
            context.read()
        }
        context.writeAndFlush(Self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer()))), promise: flushed)
    }
}
