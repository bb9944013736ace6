extension Transaction {
    /// How a delivery stands with the virus scanner.
    func scan(of delivery: DeliveryID, _ parts: DeliveryParts) throws -> DeliveryScan {
        ScanRules(try parts.settings.current(in: self)).judge(try files.scanStates(of: delivery))
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
