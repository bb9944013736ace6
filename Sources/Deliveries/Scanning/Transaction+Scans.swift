extension Transaction {
    /// How a delivery stands with the virus scanner.
    func scan(of delivery: DeliveryID, _ parts: DeliveryParts) throws -> DeliveryScan {
        ScanRules(try parts.settings.current(in: self)).judge(try files.scanStates(of: delivery))
    }

    /// How those of some deliveries stand that can be fetched, without those that the scanner let pass.
    func scans(of deliveries: [Delivery], _ parts: DeliveryParts) throws -> [DeliveryID: DeliveryScan] {
        let rules = ScanRules(try parts.settings.current(in: self))
        return try files.scanStates(of: deliveries.filter { $0.state == .sent }.map(\.id)).compactMapValues { states in
            let scan = rules.judge(states)
            return scan == .checking || scan == .held ? scan : nil
        }
    }

    /// Refuses to give files away that nobody has looked at, or in which something was found.
    ///
    /// - Throws: ``DeliveriesError`` `.beingScanned`, `.heldBack`.
    func checkScanned(_ delivery: DeliveryID, _ parts: DeliveryParts) throws {
        switch try scan(of: delivery, parts) {
        case .passed, .passedUnseen: break
        case .checking: throw DeliveriesError(.beingScanned, retryAfter: 5)
        case .held: throw DeliveriesError(.heldBack)
        }
    }
}

extension [DeliveryFile] {
    /// Refuses files in which something was found.
    func scanProblems() -> [FieldError] {
        enumerated().filter { $0.element.scan.state == .found }.map {
            FieldError(
                "files[\($0.offset)]", "infected", ["name": $0.element.name, "finding": $0.element.scan.finding])
        }
    }

    /// The files without what jobs find out about them: as a sender knows them.
    var asUploaded: [DeliveryFile] {
        map { file in
            var file = file
            file.sha256 = nil
            file.scan = FileScan()
            return file
        }
    }
}
