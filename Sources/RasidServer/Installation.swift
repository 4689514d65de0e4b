import RasidBase
import RasidDatabase
import RasidDelivery
import RasidOperators
import RasidStock

/// Makes the operators of the tables into ones that can be called.
struct Installation: Sendable {
    let vault: Vault
    let simulator: Simulator
    let time: any TimeSource

    /// Brings a fleet to what the tables say; whoever is as before stays the same object.
    func refresh(_ fleet: OperatorFleet, from database: any Database) async throws {
        let (suppliers, settings) = try await database.read { transaction in
            (try Routes.operators(in: transaction), try OperatorSettings.all(in: transaction))
        }
        let known = fleet.all
        var members: [OperatorID: FleetMember] = [:]
        var broken: (any Error)?
        for supplier in suppliers {
            let own = settings.first { $0.operatorID == supplier.id }
            if let member = known[supplier.id], member.settings == own, !member.driver.isUnusable {
                members[supplier.id] = member
            } else {
                do {
                    members[supplier.id] = try member(supplier, own)
                } catch {
                    // It keeps none of the others from being called, nor the orders that it has from going on.
                    broken = error
                    members[supplier.id] = FleetMember(name: supplier.name, driver: .unusable, settings: own)
                }
            }
        }
        fleet.replace(with: members)
        if let broken { throw broken }
    }

    /// - Returns: nil for a kind that this version does not know: a newer node's, on whose orders this one does not act.
    private func member(_ supplier: Supplier, _ settings: OperatorSettings?) throws -> FleetMember? {
        switch supplier.kind {
        case OperatorKind.simulator.rawValue: return FleetMember(name: supplier.name, driver: .remote(simulator))
        case OperatorKind.voucher.rawValue: return FleetMember(name: supplier.name, driver: .voucher)
        default: break
        }
        guard let settings, let kind = OperatorKind(rawValue: supplier.kind),
            let remote = try OperatorDriver.remote(kind, settings, vault: vault, time: time)
        else {
            return nil
        }
        return FleetMember(name: supplier.name, driver: .remote(remote), settings: settings)
    }
}
