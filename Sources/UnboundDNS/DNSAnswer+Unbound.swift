import CUnbound
import DNS

extension DNSAnswer {
    /// Reads what libunbound found out.
    init(_ result: ub_result, to question: DNSQuestion) throws(DNSFailure) {
        // A bogus answer comes as a server failure: the reason first.
        if result.bogus != 0 {
            throw DNSFailure(.bogus, detail: result.why_bogus.map { String(cString: $0) } ?? "")
        }
        let code = DNSResponseCode(rawValue: UInt16(truncatingIfNeeded: result.rcode))
        switch code {
        case .noError, .noSuchName: break
        case .serverFailure: throw DNSFailure(.serverFailure, detail: "no server could tell")
        default: throw DNSFailure(.refused, detail: "\(code)")
        }
        guard let packet = result.answer_packet else { throw DNSFailure(.malformed, detail: "there is no packet") }
        let message: DNSMessage
        do throws(DNSMessageError) {
            message = try DNSMessage(
                decoding: Array(UnsafeRawBufferPointer(start: packet, count: Int(result.answer_len))))
        } catch {
            throw DNSFailure(.malformed, detail: "\(error)")
        }
        var reader = DNSAnswerReader(question)
        guard case .finish(let answer) = try reader.take(message) else {
            throw DNSFailure(.malformed, detail: "the aliases lead nowhere")
        }
        self = answer
        verdict = result.secure != 0 ? .secure : .insecure
    }
}
