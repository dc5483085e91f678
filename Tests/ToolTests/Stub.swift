enum ToolTestsStub {}
