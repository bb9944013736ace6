extension ReportedRecipient {
    /// Puts together what the fields and the words of a report say.
    init(
        address: EmailAddress, originalAddress: EmailAddress?, action: Action, status given: EnhancedStatusCode?,
        diagnostic: String, further: String, remoteServer: String
    ) {
        let words = ServerWords(diagnostic)
        let more = ServerWords(further)
        // A reporter that gives its own general status repeats what the other server said more exactly.
        let status = given.flatMap { $0.isGeneral ? nil : $0 } ?? words.status ?? more.status ?? given
        let code = words.code ?? more.code
        var judged = FailureClass(text: diagnostic, status: words.status ?? status, code: nil)
        if judged == .unknown || judged == .policy && words.status == nil {
            let second = FailureClass(text: diagnostic + " " + further, status: status, code: code)
            if second != .unknown { judged = second }
        }
        if judged == .unknown { judged = FailureClass(text: diagnostic, status: status, code: code) }
        switch action {
        case .failed: break
        case .delayed: if ![.greylisted, .full, .rateLimited].contains(judged) { judged = .delayed }
        case .delivered, .relayed, .expanded: judged = .relayed
        }
        if action == .failed, judged == .delayed { judged = .expired }
        self.init(
            address: address, originalAddress: originalAddress, action: action, status: status, replyCode: code,
            failureClass: judged,
            isPermanent: action == .failed
                && (status.map { $0.severity == 5 } ?? code.map { $0 >= 500 } ?? (judged != .expired)),
            diagnostic: ReportText.shown(diagnostic), remoteServer: remoteServer)
    }
}
