import HTTPTypes
import RasidWire

/// `GET /health/live` and `GET /health/ready`, for whoever starts, stops and balances this server.
struct Health: Sendable {
    let readiness: any Readiness

    /// The process answers; that is all.
    func live() -> Answer {
        Answer(.ok, body: JSONWriter.bytes(of: HealthData.live))
    }

    /// 200 when sales can be taken, else 503 with the reasons; and how much the audit has found, if anything.
    func ready() -> Answer {
        let findings = readiness.findings
        return switch readiness.state {
        case .ready:
            Answer(.ok, body: JSONWriter.bytes(of: HealthData.ready(findings: findings)))
        case .unready(let reasons):
            Answer(
                .serviceUnavailable, body: JSONWriter.bytes(of: HealthData.unready(reasons, findings: findings)))
        }
    }
}
