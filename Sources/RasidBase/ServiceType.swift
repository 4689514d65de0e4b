/// What is recharged: a fixed line or a 4G router (contract §4).
public enum ServiceType: String, CaseIterable, Hashable, Sendable {
    case adsl = "ADSL"
    case fourG = "4G"

    /// The word for "4G" in the operator's answer to check-number.
    public var offerName: String {
        switch self {
        case .adsl: "ADSL"
        case .fourG: "4GLTE"
        }
    }

    /// The number as it is kept in a row; never renumbered.
    public var storedCode: Int64 {
        switch self {
        case .adsl: 1
        case .fourG: 2
        }
    }

    public init?(storedCode: Int64) {
        switch storedCode {
        case 1: self = .adsl
        case 2: self = .fourG
        default: return nil
        }
    }
}
