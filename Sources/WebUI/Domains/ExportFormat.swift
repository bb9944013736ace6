import HTTPTypes
import Hummingbird
import MailMessage
import NIOCore
import SenderDomains
import WebServer

/// A form in which the records of a domain are downloaded; the raw value stands in the address.
enum ExportFormat: String {
    case zone, text, terraform

    /// The file.
    func response(_ plan: RecordPlan) -> Response {
        let export = RecordExport(plan)
        let (body, ending) =
            switch self {
            case .zone: (export.zoneFile, "zone")
            case .text: (export.plainText, "txt")
            case .terraform: (export.terraform, "tf")
            }
        var headers = HTTPFields()
        headers[.contentType] = "text/plain; charset=utf-8"
        headers[.contentDisposition] = "attachment; filename=\"\(plan.domain.ascii).\(ending)\""
        headers[.cacheControl] = "no-store"
        headers[.robotsTag] = "noindex"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(string: body)))
    }
}
