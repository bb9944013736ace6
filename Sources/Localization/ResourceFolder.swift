public import Foundation

/// Where the resource bundles of the package's targets lie at run time.
///
/// The bundle accessor that the package manager generates knows the place beside the executable and the build folder
/// only; an installed binary names its folder in the environment variable `DEPESCHE_RESOURCES`.
public enum ResourceFolder {
    /// The resource folder of a target, or nil if none is found.
    ///
    /// Looked for as `depesche_<target>.resources`: first in `DEPESCHE_RESOURCES`, then beside the executable, then in
    /// `../share/depesche` seen from it.
    public static func locate(
        target: String, environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> URL? {
        let name = "depesche_\(target).resources"
        var folders: [URL] = []
        if let configured = environment["DEPESCHE_RESOURCES"], !configured.isEmpty {
            folders.append(URL(fileURLWithPath: configured, isDirectory: true))
        }
        if let executable = Bundle.main.executableURL?.resolvingSymlinksInPath() {
            let beside = executable.deletingLastPathComponent()
            folders.append(beside)
            folders.append(beside.deletingLastPathComponent().appendingPathComponent("share/depesche"))
        }
        return folders.map { $0.appendingPathComponent(name, isDirectory: true) }.first {
            FileManager.default.fileExists(atPath: $0.path)
        }
    }
}
