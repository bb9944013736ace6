import Deliveries
import Localization
import WebServer

/// The roles of an account as boxes of a form.
enum RoleFields {
    /// One box for each role that the one who asks may give.
    static func fields(_ chosen: Set<Role>, actor: Account, _ text: Localizer) -> [FormField] {
        Role.allCases.filter { actor.roles.mayDecide(on: [$0]) }.map { role in
            .check(
                name(of: role), text("page.role.name.\(role.rawValue)"), chosen.contains(role),
                hint: text("page.role.hint.\(role.rawValue)"))
        }
    }

    /// The roles that are ticked, whoever drew the boxes: what is beyond somebody's rights is refused and not overlooked.
    static func roles(in form: FormBody) -> Set<Role> { Set(Role.allCases.filter { form.isOn(name(of: $0)) }) }

    /// What roles are called, in the order of their worth.
    static func names(of roles: Set<Role>, _ text: Localizer) -> [String] {
        Role.allCases.filter(roles.contains).map { text("page.role.name.\($0.rawValue)") }
    }

    private static func name(of role: Role) -> String { "role-\(role.rawValue)" }
}
