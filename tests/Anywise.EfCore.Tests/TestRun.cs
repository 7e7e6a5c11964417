using Anywise.TestServers;

namespace Anywise.EfCore.Tests;

/// <summary>What all tests of this assembly share.</summary>
[SetUpFixture]
public sealed class TestRun
{
    [OneTimeSetUp]
    public async Task Say_which_server_the_tests_use() => await TestContext.Progress.WriteLineAsync($"PostgreSQL: {(await PostgresServer.GetAsync()).Kind}");

    [OneTimeTearDown]
    public Task Stop_the_server() => PostgresServer.StopAsync();
}
