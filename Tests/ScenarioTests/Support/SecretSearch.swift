import Foundation

/// Looks for secrets in the bytes of files.
struct SecretSearch: Sendable {
    /// The places, by their name.
    let places: [String: Data]

    /// - Returns: where a secret was found, without quoting it.
    func findings(of secrets: some Sequence<String>) -> [String] {
        places.sorted { $0.key < $1.key }.flatMap { name, bytes in
            secrets.filter { contains($0, bytes) }.map { "\(name) holds a secret of \($0.count) characters" }
        }
    }

    func isFound(_ text: String) -> Bool {
        places.values.contains { contains(text, $0) }
    }

    private func contains(_ text: String, _ bytes: Data) -> Bool {
        bytes.range(of: Data(text.utf8)) != nil
    }
}
