public import CredentialCore

extension SealedFile {
    /// Something wrong with a store, found by a full check.
    public struct Problem: Hashable, Sendable {
        /// The class of the problem.
        public let code: CredentialError.Code
        /// Which file, part or credential.
        public let place: String
        /// What is wrong with it.
        public let message: String
    }

    /// Opens the file as it is, and changes nothing, not even the anchor; nil when there is none.
    ///
    /// - Throws: what opening throws.
    public static func peek(_ location: StoreLocation) throws(CredentialError) -> SealedFile? {
        try open(location, file: FileName.sealed, anchor: .compared)
    }

    /// Opens everything there is and compares what says the same thing twice. Nothing is changed.
    ///
    /// The records of a locked store cannot be opened, which is a problem of its own.
    public static func check(_ location: StoreLocation) -> [Problem] {
        var problems: [Problem] = []
        func note(_ place: String, _ error: CredentialError) {
            problems.append(Problem(code: error.code, place: place, message: error.message))
        }
        let file: SealedFile
        do throws(CredentialError) {
            guard
                let opened = try open(
                    location, file: FileName.sealed, anchor: .compared)
            else { return [] }
            file = opened
        } catch {
            note(location.path, error)
            return problems
        }
        for warning in file.warnings {
            problems.append(Problem(code: .damaged, place: "anchor", message: warning))
        }
        let items: [DirectoryItem]
        do throws(CredentialError) {
            items = try file.directory()
        } catch {
            note("directory", error)
            return problems
        }
        file.checkShape(items, note)
        file.checkBuckets(items, note)
        file.checkRecords(items, note)
        return problems
    }

    private func checkShape(
        _ items: [DirectoryItem], _ note: (String, CredentialError) -> Void
    ) {
        do throws(CredentialError) {
            if try padding().contains(where: { $0 != 0 }) {
                note("padding", Self.damage(location, "padding"))
            }
        } catch {
            note("padding", error)
        }
        let withoutPadding = length - root.padding.length + Sodium.tagLength
        if length != SizeClass.paddedLength(withoutPadding) {
            note("padding", Self.damage(location, "length"))
        }
        var end = 0
        for place in items.compactMap(\.place) {
            if place.offset != end { note("records", Self.damage(location, "records")) }
            end = place.offset + place.length
        }
        if end != root.recordsLength { note("records", Self.damage(location, "records")) }
        if Set(items.map(\.credential.name)).count != items.count {
            note("directory", Self.damage(location, "names"))
        }
    }

    private func checkBuckets(
        _ items: [DirectoryItem], _ note: (String, CredentialError) -> Void
    ) {
        let composer = Composer(
            key: catalogueKey, header: header, generation: generation, now: writtenAt)
        let expected = composer.entries(of: items, bucketCount: root.buckets.count)
        if expected.wildcardCount != root.wildcards.count {
            note("root", Self.damage(location, "root"))
            return
        }
        for (index, plain) in expected.buckets.enumerated() {
            do throws(CredentialError) {
                if try bucket(index) != plain {
                    note("bucket \(index)", Self.damage(location, "bucket \(index)"))
                }
            } catch {
                note("bucket \(index)", error)
            }
        }
        do throws(CredentialError) {
            if try wildcards() != expected.wildcards {
                note("wildcards", Self.damage(location, "wildcards"))
            }
        } catch {
            note("wildcards", error)
        }
    }

    private func checkRecords(
        _ items: [DirectoryItem], _ note: (String, CredentialError) -> Void
    ) {
        let key: StoreKey
        do throws(CredentialError) {
            key = try storeKey()
        } catch {
            note("records, which were not checked", error)
            return
        }
        if header.catalogueKey(from: key).map({ header.commits(to: $0) }) != true {
            note("header", Self.damage(location, "catalogue key"))
        }
        for item in items where item.place != nil {
            do throws(CredentialError) {
                _ = try openRecord(item, with: key)
            } catch {
                note("record of \(item.credential.name)", error)
            }
        }
    }

    func openRecord(
        _ item: DirectoryItem, with key: StoreKey
    ) throws(CredentialError) -> SecretFields? {
        guard let place = item.place else { return nil }
        let credential = item.credential
        guard
            let fields = try Record.open(
                try record(place), nonce: place.nonce, with: key, fileID: header.fileID,
                id: credential.id, version: credential.version, kind: credential.kind)
        else { throw Self.damage(location, "record of \(credential.name)") }
        return fields
    }
}
