/// Every path of the contract as a value, shared by the server and its clients.
///
/// The templates hold the two parameters in braces; ``checkID(_:)`` and ``checkReference(_:)`` fill them in.
public enum Path {
    public static let validate = "/v3/validate"
    public static let ping = "/v3/ping"
    public static let balance = "/v3/account/balance"
    public static let transactions = "/v3/account/transactions"
    public static let products = "/v3/internet/products"
    public static let checkNumber = "/v3/internet/check-number"
    public static let send = "/v3/internet/send"
    public static let list = "/v3/internet/list"
    public static let checkID = checkIDPrefix + "{id}"
    public static let checkReference = checkReferencePrefix + "{ref}"
    public static let live = "/health/live"
    public static let ready = "/health/ready"

    public static let checkIDPrefix = "/v3/internet/check-id/"
    public static let checkReferencePrefix = "/v3/internet/check-ref/"

    public static func checkID(_ id: String) -> String {
        checkIDPrefix + Percent.encodedSegment(id)
    }

    /// - Parameter reference: the reference as it was sent, or the `topupRef`; any text.
    public static func checkReference(_ reference: String) -> String {
        checkReferencePrefix + Percent.encodedSegment(reference)
    }
}
