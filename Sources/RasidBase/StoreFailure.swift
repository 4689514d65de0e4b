/// What the store itself can refuse; rooms let it pass, RasidAPI turns it into an answer.
///
/// The text is for the log: it names the cause, never a value.
public enum StoreFailure: Error, Hashable, Sendable {
    /// Nothing was stored and the same call may be repeated: busy, full, read-only, overloaded, stopping.
    case unavailable(String)
    /// The commit was sent and its outcome is not known: look before repeating.
    case inDoubt(String)
    /// A damaged file, an unreadable row or a statement of ours that is wrong: repeating does not help.
    case broken(String)
}
