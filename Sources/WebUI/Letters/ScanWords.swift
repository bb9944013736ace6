import Deliveries
import Localization

/// What a page says about the virus scanner.
struct ScanNotice: Sendable, Equatable {
    let kind: String
    let icon: String
    let text: String
}

/// The words for what the virus scanner says of files.
struct ScanWords {
    let text: Localizer

    /// What a recipient reads above the files; nil if there is nothing to say.
    func forRecipient(_ scan: DeliveryScan) -> ScanNotice? {
        switch scan {
        case .passed: nil
        case .passedUnseen: ScanNotice(kind: "warn", icon: "warning", text: text("page.scan.recipient.unseen"))
        case .checking: ScanNotice(kind: "info", icon: "clock", text: text("page.scan.recipient.checking"))
        case .held: ScanNotice(kind: "warn", icon: "stop", text: text("page.scan.recipient.held"))
        }
    }

    /// What the sender reads above the recipients; nil if there is nothing to say.
    func forSender(_ scan: DeliveryScan, files: [DeliveryFile]) -> ScanNotice? {
        switch scan {
        case .passed: return nil
        case .passedUnseen: return ScanNotice(kind: "warn", icon: "warning", text: text("page.scan.sender.unseen"))
        case .checking: return ScanNotice(kind: "info", icon: "clock", text: text("page.scan.sender.checking"))
        case .held:
            guard let file = files.first(where: { $0.scan.state == .found }) else {
                return ScanNotice(kind: "warn", icon: "stop", text: text("page.scan.sender.tooLarge"))
            }
            return ScanNotice(
                kind: "warn", icon: "stop",
                text: text("page.scan.sender.found", ["name": file.name, "finding": file.scan.finding]))
        }
    }

    /// The mark of a file among those of a delivery; nil for one that needs none.
    func mark(_ file: DeliveryFile, in scan: DeliveryScan) -> StatusView? {
        switch file.scan.state {
        case .found: StatusView(.bad, icon: "stop", text("page.scan.mark.found"))
        case .waiting, .unreached:
            switch scan {
            case .checking: StatusView(.active, icon: "clock", text("page.scan.mark.waiting"))
            case .passedUnseen: StatusView(.warn, icon: "warning", text("page.scan.mark.unseen"))
            case .passed, .held: nil
            }
        case .tooLarge where scan != .passed: StatusView(.warn, icon: "warning", text("page.scan.mark.unseen"))
        case .clean, .released, .tooLarge, .damaged: nil
        }
    }
}
