import Foundation

/// The key of an account, which neither printing nor dumping shows (contract §3).
public struct AccessKey: Hashable, Sendable {
    let text: String

    /// - Parameter text: the key as it was shown; white space around it, which files and shells leave, is taken off.
    public init(_ text: String) {
        self.text = text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

extension AccessKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "AccessKey(…)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
