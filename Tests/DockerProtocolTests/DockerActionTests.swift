import DockerProtocol
import Testing

@Suite struct DockerActionTests {
    @Test(arguments: DockerAction.allCases)
    func `every action is found by its own name`(action: DockerAction) {
        #expect(DockerAction(action.rawValue.utf8) == action)
    }

    @Test(arguments: ["", "GET", "get ", " get", "ge", "gets", "get\n", "get\0", "add", "--help"])
    func `nothing else is an action`(argument: String) {
        #expect(DockerAction(argument.utf8) == nil)
    }

    @Test func `there are the five actions of the reference implementation`() {
        let names = DockerAction.allCases.map(\.rawValue)
        #expect(names == ["get", "store", "erase", "list", "version"])
    }
}
