import Hummingbird
import Logging

/// The bare route that everything is compared with: JSON in, JSON out, nothing done.
@main
struct Echo {
    struct Message: ResponseCodable {
        let type: String
        let number: String
        let value: Int
        let ref: String
    }

    static func main() async throws {
        let router = Router()
        router.post("/echo") { request, context in
            try await request.decode(as: Message.self, context: context)
        }
        var logger = Logger(label: "echo")
        logger.logLevel = .error
        let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 8081
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)), logger: logger)
        try await application.runService()
    }
}
