import RasidBase

/// What a closure throws that finds another transaction has been faster: what it looked up is not true any more.
///
/// The driver takes everything back and runs the closure again, a bounded number of times, so that it sees what the
/// other one has stored. Where writes come one after the other nobody is overtaken, and it is a failure.
public struct Overtaken: Error {
    /// What the other one has taken, as in "the reference was taken meanwhile".
    public let cause: String

    public init(_ cause: String) {
        self.cause = cause
    }

    /// What a caller is told of it in the end: nothing was stored, and the same call may be repeated.
    static func settled(_ error: any Error) -> any Error {
        (error as? Overtaken).map { StoreFailure.unavailable($0.cause) } ?? error
    }
}
