import Deliveries

extension RouteOutcome {
    /// The address gets no further mail: nobody is dialled.
    static func suppressed(_ suppression: Suppression) -> RouteOutcome {
        RouteOutcome(.refused(answer: suppression.words, failureClass: suppression.reason.failureClass))
    }
}
