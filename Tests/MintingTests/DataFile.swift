import Foundation
import Glibc

/// A file of `Data`, made by a script of `Tests/AWS`.
enum DataFile {
    static func decoded<Value: Decodable>(
        _ name: String, as type: Value.Type, beside source: String = #filePath
    ) -> Value? {
        let folder = source.split(separator: "/").dropLast()
        let path = "/" + folder.joined(separator: "/") + "/Data/" + name
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        while case let byte = getc(file), byte != EOF { bytes.append(UInt8(byte)) }
        return try? JSONDecoder().decode(type, from: Data(bytes))
    }
}
