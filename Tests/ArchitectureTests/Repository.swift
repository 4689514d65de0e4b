import Foundation

/// The checkout that these tests were compiled from.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    struct File: Hashable, Sendable, CustomStringConvertible {
        /// Relative to the root: `Sources/RasidBase/Money.swift`.
        let path: String
        let text: String

        var description: String { path }
        var folders: [Substring] { path.split(separator: "/").dropLast() }
    }

    /// What `.gitignore` leaves out, and git's own folder.
    private static func isIgnored(_ name: String) -> Bool {
        name.hasPrefix(".build") || name == ".git" || name == "Package.resolved" || name == ".DS_Store"
            || name.hasSuffix(".swp")
    }

    /// Every file that is kept, as text; one that is not text is left out.
    static func files(under folder: String = "", withSuffix suffix: String = "") throws -> [File] {
        var found: [File] = []
        var folders = [folder]
        while let folder = folders.popLast() {
            let place = folder.isEmpty ? root : root.appendingPathComponent(folder)
            for name in try FileManager.default.contentsOfDirectory(atPath: place.path).sorted()
            where !isIgnored(name) {
                let path = folder.isEmpty ? name : folder + "/" + name
                if isFolder(path) {
                    folders.append(path)
                } else if path.hasSuffix(suffix), let text = try? text(of: path) {
                    found.append(File(path: path, text: text))
                }
            }
        }
        return found.sorted { $0.path < $1.path }
    }

    /// The sources of the package's own targets.
    static func sources() throws -> [File] {
        try ["Sources", "Benchmarks/Sources/RasidBench"].flatMap { try files(under: $0, withSuffix: ".swift") }
    }

    static func text(of path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    static func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path)
            .filter { isFolder(folder + "/" + $0) }.sorted()
    }

    /// The files that lie in a folder itself.
    static func files(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path)
            .filter { !isFolder(folder + "/" + $0) }.sorted()
    }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path)
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(
            atPath: root.appendingPathComponent(path).path, isDirectory: &isFolder)
        return exists && isFolder.boolValue
    }
}
