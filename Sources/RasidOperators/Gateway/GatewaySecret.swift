public import RasidBase

extension Gateway {
    /// What the shop and its adapter know and nobody else; it signs every request and every answer.
    ///
    /// No way to print it shows it: ask for ``revealed`` where the text itself is meant.
    public struct Secret: Sendable {
        static let characters = 16...256

        private let text: String

        /// - Parameter text: 16 to 256 visible ASCII characters; white space around them is left out, for a file ends
        ///   with a line feed.
        public init(_ text: String) throws(Refusal) {
            func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
            var bytes = Array(text.utf8)[...].drop(while: isSpace)
            while let last = bytes.last, isSpace(last) { bytes.removeLast() }
            guard Self.characters.contains(bytes.count), bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
                throw Refusal("A gateway's secret has 16 to 256 plain characters and no spaces between them.")
            }
            self.text = String(decoding: bytes, as: UTF8.self)
        }

        /// The text itself, to be shown once or sealed.
        public var revealed: String { text }
    }
}

extension Gateway.Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "(secret)" }
    public var debugDescription: String { "(secret)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
