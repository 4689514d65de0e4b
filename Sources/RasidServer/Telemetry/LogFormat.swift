/// How a log line is written.
public enum LogFormat: String, CaseIterable, Sendable {
    /// For a person at a terminal.
    case text
    /// One JSON object a line, for a collector.
    case json
}
