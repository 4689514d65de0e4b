import RasidBase

/// Makes the opaque id that a request has in its answer, in its failure and in the log.
struct RequestIDs: Sendable {
    private enum RequestTag {}

    let time: any TimeSource
    let identifiers: any IdentifierSource

    /// 24 hex characters, made here and never taken from the client.
    func next() -> String {
        identifiers.fresh(RequestTag.self, at: time.now).description
    }
}
