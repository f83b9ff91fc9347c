/// The names of the Secret Service specification, and of D-Bus' own, that are called.
enum Interface {
    static let serviceName = "org.freedesktop.secrets"
    static let servicePath = "/org/freedesktop/secrets"
    static let service = "org.freedesktop.Secret.Service"
    static let collection = "org.freedesktop.Secret.Collection"
    static let item = "org.freedesktop.Secret.Item"
    static let properties = "org.freedesktop.DBus.Properties"
}
