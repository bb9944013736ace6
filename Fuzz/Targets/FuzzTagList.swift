import FuzzDriver
import MailAuth

/// A tag list is read without a trap, and each value stands where it says.
@main
struct FuzzTagList {
    static func main() {
        fuzz { octets in
            guard let list = try? TagList(parsing: octets) else { return }
            for tag in list.tags { demand(Array(octets[tag.range]) == tag.value, tag.name) }
        }
    }
}
