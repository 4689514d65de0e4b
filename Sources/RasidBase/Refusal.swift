/// A refusal of something the owner or staff asked for: one sentence that says what is wrong and what to do.
public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ sentence: String) {
        description = sentence
    }
}
