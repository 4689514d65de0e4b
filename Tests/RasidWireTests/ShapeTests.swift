import RasidBase
import RasidWire
import Testing

/// The contract's own examples, byte for byte.
@Suite struct ShapeTests {
    private let time = Timestamp(milliseconds: 1_761_700_000_123)
    private let id = OrderID(seconds: 0x6901_61a3, random: 0xe9e8_8196_b4eb_6545)
    private let card = TopupData.Card(
        code: "0012345678901234", transactionNumber: "S-1", treatedAt: Timestamp(milliseconds: 1_761_700_001_000))

    @Test func `validate answers without meta`() {
        let data = ValidateData(
            username: "+213665983439", key: "k", isEnabled: true, environment: .sandbox, allowedAddresses: [],
            isReadOnly: false)
        #expect(
            written(Success(data, meta: nil))
                == #"{"success":true,"data":{"username":"+213665983439","apiKey":{"key":"k","isEnabled":true,"#
                + #""type":"SANDBOX","allowedips":[],"scope":"READ-WRITE"}}}"#)
    }

    @Test func `a success has its data and its time`() {
        #expect(
            written(Success(BalanceData(balance: Money(centimes: 132_613)), meta: Meta(timestamp: time)))
                == #"{"success":true,"data":{"balance":1326.13},"meta":{"timestamp":"2025-10-29T01:06:40.123Z"}}"#)
    }

    @Test func `ping names every operator of the documented answer`() {
        #expect(
            written(PingData(isHealthy: true, isADSLUp: true, is4GUp: false))
                == #"{"api":"ok","operators":{"adsl":"up","4g":"down","mobilis":"down","ooredoo":"down","#
                + #""djezzy":"down","mobilisFixedPlans":"down"}}"#)
    }

    @Test func `products are shown with cost, value and availability`() {
        let products = [ProductData(cost: .dinars(475), value: .dinars(500), isAvailable: true)]
        #expect(
            written(ProductsData(products: products, type: .adsl))
                == #"{"products":[{"cost":475,"value":500,"available":true}],"type":"ADSL"}"#)
    }

    @Test func `a subscriber is shown in the operator's words`() {
        #expect(
            written(CheckNumberData(type: .adsl, clientNumber: "11022*****", offer: "FTTc-b_10M'"))
                == #"{"ncli":"11022*****","offre":"FTTc-b_10M'","type":"ADSL"}"#)
        #expect(
            written(CheckNumberData(type: .fourG, clientNumber: nil, offer: nil)) == #"{"ncli":"*****","type":"4GLTE"}"#
        )
    }

    @Test func `an accepted send gives the id and the full reference`() {
        let reference = Reference.full("internet-order-001", username: "+213665983439")
        #expect(
            written(SendData(id: id, fullReference: reference))
                == #"{"topupId":"690161a3e9e88196b4eb6545","topupRef":"API-+213665983439-internet-order-001"}"#)
    }

    @Test func `an order shows only what belongs to its status`() {
        let common =
            #"{"_id":"690161a3e9e88196b4eb6545","ref":"r","status":"STATUS","type":"ADSL","number":"036362608","#
            + #""topup_amount":1000,"created_at":"2025-10-29T01:06:40.123Z""#
        let forms: [(TopupData.State, String, String)] = [
            (.handling, "HANDLING", ""),
            (
                .fulfilled(card), "FULFILLED",
                #","card_code":"0012345678901234","num_trans":"S-1","date_traitement":"2025-10-29T01:06:41.000Z""#
            ),
            (
                .refunded(.expired), "REFUNDED",
                #","refund_message":"\#(RefundReason.expired.message)","refund_reason":"EXPIRED""#
            ),
            (.queued(expectedBy: time), "QUEUED", #","expected_by":"2025-10-29T01:06:40.123Z""#),
        ]
        for (state, status, rest) in forms {
            let text = common.split(separator: "STATUS").joined(separator: status) + rest + "}"
            #expect(written(topup(state)) == text)
        }
    }

    @Test func `a list has both documented shapes at once`() {
        let pagination = Pagination(page: 1, pageSize: 20, totalResults: 21)
        let data = TopupsData(topups: [topup(.handling)], pagination: pagination)
        let item = written(topup(.handling))
        #expect(
            written(Success(data, meta: Meta(timestamp: time, pagination: pagination)))
                == #"{"success":true,"data":{"topups":[\#(item)],"items":[\#(item)],"#
                + #""pagination":{"page":1,"pageSize":20,"totalPages":2,"totalResults":21}},"#
                + #""meta":{"timestamp":"2025-10-29T01:06:40.123Z","pagination":{"currentPage":1,"totalPages":2,"#
                + #""totalItems":21,"hasNextPage":true}}}"#)
    }

    @Test func `an empty list has no pages`() {
        #expect(Pagination(page: 1, pageSize: 100, totalResults: .max).totalPages == Int.max / 100 + 1)
        let pagination = Pagination(page: 7, pageSize: 20, totalResults: 0)
        #expect(pagination.totalPages == 0)
        #expect(!pagination.hasNextPage)
        #expect(written(TopupsData(topups: [], pagination: pagination)).hasPrefix(#"{"topups":[],"items":[],"#))
    }

    @Test func `a transaction has every field`() {
        let item = TransactionData(
            id: TransferID(seconds: 1, random: 2), type: "ADSL", isIncrement: false, amount: .dinars(950),
            oldBalance: .dinars(1000), newBalance: .dinars(50), object: id.description, note: "", time: time)
        #expect(
            written(TransactionsData(items: [item], pagination: Pagination(page: 1, pageSize: 20, totalResults: 1)))
                == #"{"items":[{"_id":"000000010000000000000002","type":"ADSL","operation":"DECREMENT","amount":950,"#
                + #""oldBalance":1000,"newBalance":50,"objid":"690161a3e9e88196b4eb6545","note":"","#
                + #""time":"2025-10-29T01:06:40.123Z"}],"#
                + #""pagination":{"page":1,"pageSize":20,"totalPages":1,"totalResults":1}}"#
        )
    }

    @Test func `a failure names its code, its message, its details and the request`() {
        let details = FailureDetails.balance(required: .dinars(950), available: .dinars(500))
        #expect(
            written(Failure(code: .insufficientBalance, message: "m", details: details, requestID: "abc"))
                == #"{"success":false,"error":{"code":"INSUFFICIENT_BALANCE","message":"m","#
                + #""details":{"required":950,"available":500}},"requestId":"abc"}"#)
        #expect(
            written(Failure(code: .readOnlyKey, message: "m", details: nil, requestID: "abc"))
                == #"{"success":false,"error":{"code":"READ_ONLY_KEY","message":"m"},"requestId":"abc"}"#)
    }

    @Test func `validation details give the first fault and then all of them`() {
        let faults: [FieldFault] = [.missing(.body, "type"), FieldFault(.body, "ref", "must be string", value: "5")]
        #expect(
            written(FailureDetails.faults(faults))
                == #"{"field":"type","value":null,"errors":[{"field":"type","message":"body must have required "#
                + #"property 'type'","value":null},{"field":"ref","message":"body/ref must be string","value":"5"}]}"#)
    }

    @Test func `every other detail has its documented form`() {
        let forms: [(FailureDetails, String)] = [
            (.attemptsLeft(19), #"{"attemptsLeft":19}"#), (.retryAfter(seconds: 900), #"{"retryAfter":900}"#),
            (
                .duplicate(reference: "r", order: id, status: .queued),
                #"{"ref":"r","topupId":"690161a3e9e88196b4eb6545","status":"QUEUED"}"#
            ),
            (.product(type: .fourG, value: .dinars(500)), #"{"type":"4G","value":500}"#),
            (.phone(number: "1", type: .adsl, reason: "why"), #"{"number":"1","type":"ADSL","reason":"why"}"#),
            (.field("value"), #"{"field":"value"}"#),
            (.unknownOutcome(reference: "r"), #"{"outcome":"unknown","ref":"r"}"#),
        ]
        for (details, text) in forms { #expect(written(details) == text) }
    }

    @Test func `the bare form has no envelope`() {
        let failure = RouteFailure(message: "Route GET:/v3/nope not found", error: "Not Found", statusCode: 404)
        #expect(written(failure) == #"{"message":"Route GET:/v3/nope not found","error":"Not Found","statusCode":404}"#)
    }

    @Test func `health says why sales cannot be taken`() {
        #expect(written(HealthData.live) == #"{"status":"live"}"#)
        #expect(written(HealthData.unready(["clock"], findings: 0)) == #"{"status":"unready","reasons":["clock"]}"#)
        #expect(written(HealthData.ready(findings: 0)) == #"{"status":"ready"}"#)
        #expect(written(HealthData.ready(findings: 2)) == #"{"status":"ready","findings":2}"#)
    }

    private func topup(_ state: TopupData.State) -> TopupData {
        TopupData(
            id: id, reference: "r", state: state, number: ServiceNumber(stored: "036362608", type: .adsl),
            amount: .dinars(1000), createdAt: time)
    }
}
