/// Two shops in one: sandbox and production share code and never data (contract §3).
public enum ShopEnvironment: String, CaseIterable, Hashable, Sendable {
    case sandbox = "SANDBOX"
    case production = "PRODUCTION"

    public var storedCode: Int64 {
        switch self {
        case .sandbox: 0
        case .production: 1
        }
    }

    public init?(storedCode: Int64) {
        switch storedCode {
        case 0: self = .sandbox
        case 1: self = .production
        default: return nil
        }
    }
}
