using Anywise.TestServers;

namespace Allocation.Tests;

/// <summary>What all tests of this assembly share.</summary>
[SetUpFixture]
public sealed class TestRun
{
    [OneTimeTearDown]
    public Task Stop_the_server() => PostgresServer.StopAsync();
}
