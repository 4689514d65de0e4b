/// Why an order waits for a person (laws 3 and 9).
public enum CaseKind: Int64, CaseIterable, Sendable {
    /// 48 hours went by without a word; the money was given back.
    case neverSettled = 1
    /// The operator said yes after the order had been refunded.
    case lateYes = 2
    /// The operator said no after the order had been fulfilled.
    case lateNo = 3
    /// A second code came for a fulfilled order.
    case secondCode = 4
    /// A code came that the shop has already.
    case knownCode = 5

    /// For the list that staff reads.
    public var explanation: String {
        switch self {
        case .neverSettled: "the operator never said what became of it; refunded after 48 hours"
        case .lateYes: "the operator says delivered, after the refund"
        case .lateNo: "the operator says refused, after the delivery"
        case .secondCode: "a second code came for it"
        case .knownCode: "the code that came belongs to another card"
        }
    }
}
