"""The drawn direction of the modules, and how the tree is compared with it."""

import json
import re
import subprocess

# Each target with everything of ours, and of other packages, that it may import.
ALLOWED = {
    "CredentialCore": set(),
    "SecretJSON": {"CredentialCore"},
    "DockerProtocol": {"CredentialCore", "SecretJSON"},
    "GitProtocol": {"CredentialCore"},
    "CLinux": set(),
    "CSodium": set(),
    "ProtectedFiles": {"CredentialCore", "CLinux"},
    "Configuration": {"CredentialCore", "ProtectedFiles", "CLinux"},
    "SealedFile": {"CredentialCore", "ProtectedFiles", "CLinux", "CSodium"},
    "Events": {"CredentialCore", "ProtectedFiles"},
    "CDBus": set(),
    "CDBusStandIns": set(),
    "CSecret": set(),
    "SecretService": {"CredentialCore", "SecretJSON"},
    "Launch": {"CredentialCore", "ProtectedFiles", "CLinux"},
    "ChildProcesses": {"CredentialCore", "ProtectedFiles", "Launch", "CLinux"},
    "Keyring": {"CredentialCore", "SecretService", "Launch"},
    "SecretServiceLookup": {"CredentialCore", "SecretService", "CDBus", "CDBusStandIns"},
    "SecretServiceWriter": {
        "CredentialCore", "SecretService", "Launch", "Keyring", "CLinux", "CSecret"},
    "CCurl": set(),
    "CXML": set(),
    "Tokens": {
        "CredentialCore", "SecretJSON", "ProtectedFiles", "Configuration", "SealedFile", "Launch",
        "CLinux"},
    "Transport": {"CredentialCore", "CCurl"},
    "HostAccess": {"CredentialCore", "Launch"},
    "Hosts": {"CredentialCore", "Configuration"},
    "HostClient": {
        "CredentialCore", "SecretJSON", "Configuration", "ChildProcesses", "Launch", "HostAccess",
        "Hosts", "Transport", "CSodium"},
    "Minting": {
        "CredentialCore", "SecretJSON", "ProtectedFiles", "Configuration", "SealedFile",
        "ChildProcesses", "Launch", "SecretService", "Keyring", "Tokens", "Transport",
        "HostAccess", "HostClient", "CLinux", "CSodium", "CXML"},
    "Prompting": {
        "CredentialCore", "Configuration", "ChildProcesses", "Launch", "HostAccess", "Hosts",
        "CLinux"},
    "Bundles": {"CredentialCore", "SealedFile", "CSodium"},
    "HelperRuntime": {
        "CredentialCore", "DockerProtocol", "GitProtocol", "Configuration", "SealedFile", "Events",
        "SecretService", "SecretServiceLookup", "Keyring", "Tokens", "HostAccess", "CLinux"},
    "Administration": {
        "CredentialCore", "Configuration", "SealedFile", "Events", "ProtectedFiles", "SecretJSON",
        "SecretService", "Keyring", "ChildProcesses", "Launch", "Tokens", "Bundles", "HostAccess",
        "Hosts", "Prompting", "CLinux", "CSodium", "ArgumentParser", "Yams", "CYaml"},
    "docker-credential-keyfob": {"HelperRuntime"},
    "git-credential-keyfob": {"HelperRuntime"},
    "keyfob": {"Administration"},
    "keyfob-askpass": {"CredentialCore", "CLinux"},
    "keyfob-keyring": {"SecretServiceWriter"},
    "keyfob-mint": {"Minting"},
    "keyfob-prompt": {"Prompting"},
}

HELPERS = ("docker-credential-keyfob", "git-credential-keyfob")

# The C library and Swift's own are everybody's; Foundation is for the command alone, which no
# client waits for.
BASE = {"Glibc", "Synchronization"}
SYSTEM = {target: set(BASE) for target in ALLOWED}
SYSTEM["Administration"] |= {"Foundation", "FoundationEssentials"}

_IMPORT = re.compile(
    r"^[ \t]*(?:@\w+(?:\([^)]*\))?[ \t]+)*"
    r"(?:(?:public|package|internal|fileprivate|private)[ \t]+)?"
    r"import[ \t]+(?:(?:struct|class|enum|protocol|typealias|func|let|var)[ \t]+)?(\w+)",
    re.MULTILINE)


class Package:
    """A package as its manifest declares it and as its sources import."""

    def __init__(self, root, scratch):
        self.root = root
        dump = subprocess.run(
            ["swift", "package", "--package-path", str(root), "--scratch-path", str(scratch),
             "dump-package"],
            check=True, capture_output=True, text=True).stdout
        self.targets = {
            target["name"]: target for target in json.loads(dump)["targets"]
            if target["type"] != "test"}

    def dependencies(self, name):
        """What the manifest lets a target import."""
        return {
            (dependency.get("byName") or dependency.get("target") or dependency["product"])[0]
            for dependency in self.targets[name]["dependencies"]}

    def sources(self, name):
        """The Swift files of a target."""
        path = self.targets[name].get("path") or f"Sources/{name}"
        return sorted((self.root / path).rglob("*.swift"))

    def imports(self, name):
        """What the sources of a target import."""
        return {
            module for source in self.sources(name)
            for module in _IMPORT.findall(source.read_text(encoding="utf-8"))}

    def linked_by(self, name):
        """A target and every target of this package below it."""
        reached, ahead = set(), [name]
        while ahead:
            target = ahead.pop()
            if target in self.targets and target not in reached:
                reached.add(target)
                ahead += self.dependencies(target)
        return reached

    def forbidden(self):
        """Every edge against the drawn direction, as `importer -> imported`."""
        return sorted(
            f"{name} -> {other}" for name in self.targets
            for other in self.dependencies(name) | self.imports(name)
            if other not in ALLOWED.get(name, set()) | SYSTEM.get(name, set()))
