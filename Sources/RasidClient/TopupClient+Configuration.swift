public import Foundation

extension TopupClient {
    /// Where the server is, with which key it is called, and how long a call may take.
    public struct Configuration: Sendable {
        /// The address before `/v3`: `https://shop.example.com`, `http://127.0.0.1:8080`.
        public var baseURL: URL
        public var key: AccessKey
        /// How long a whole call may take, repeats included; a call that waits for an order may take its wait longer.
        public var deadline = Duration.seconds(15)
        /// How often a call that may be repeated is repeated.
        public var retries = 3
        /// How long ``TopupClient/waitUntilFinal(id:upTo:)`` lets the server hold one answer, 0 to 60 seconds.
        public var heldSeconds = 30

        /// - Parameters:
        ///   - baseURL: the address before `/v3`.
        ///   - key: of the account, for the sandbox or for production.
        public init(baseURL: URL, key: AccessKey) {
            self.baseURL = baseURL
            self.key = key
        }

        /// What every path is put behind; an address that was copied with its `/v3` means the same.
        var root: String {
            var text = baseURL.absoluteString.prefix { $0 != "?" && $0 != "#" }
            while text.hasSuffix("/") { text = text.dropLast() }
            if text.hasSuffix("/v3") { text = text.dropLast(3) }
            while text.hasSuffix("/") { text = text.dropLast() }
            return String(text)
        }
    }
}
