using Allocation.Data;
using Allocation.Outside.Redis;
using Allocation.Outside.Smtp;
using Microsoft.Extensions.Configuration;

namespace Allocation.Tests.Outside;

public sealed class TheVariablesOfTheBook
{
    [TestCase("postgres", 5432)]
    [TestCase("localhost", 54321)]
    public void Name_the_server_of_PostgreSQL(string host, int port)
    {
        var connectionString = AllocationDatabase.ConnectionString(With(("DB_HOST", host), ("DB_PASSWORD", "a;b")));

        Assert.That(connectionString, Is.EqualTo($"Host={host};Port={port};Username=allocation;Password=\"a;b\";Database=allocation"));
    }

    [TestCase("redis", "redis:6379")]
    [TestCase("localhost", "localhost:63791")]
    [TestCase("", null)]
    [TestCase(null, null)]
    public void Name_the_server_of_Redis(string? host, string? connectionString)
    {
        Assert.That(RedisServices.ConnectionString(With(("REDIS_HOST", host))), Is.EqualTo(connectionString));
    }

    [TestCase("mailhog", 1025)]
    [TestCase("localhost", 11025)]
    public void Name_the_server_of_the_mail(string host, int port)
    {
        Assert.That(SmtpServices.AddressOfBook(With(("EMAIL_HOST", host))), Is.EqualTo(new SmtpAddress(host, port)));
        Assert.That(SmtpServices.AddressOfBook(With()), Is.Null);
    }

    [Test]
    public void Yield_to_connection_strings_that_are_configured()
    {
        var configuration = With(
            ("DB_HOST", "postgres"), ("ConnectionStrings:Allocation", "Host=other"), ("REDIS_HOST", "redis"), ("Redis:ConnectionString", "other:1"));

        Assert.That(AllocationDatabase.ConnectionString(configuration), Is.EqualTo("Host=other"));
        Assert.That(RedisServices.ConnectionString(configuration), Is.EqualTo("other:1"));
    }

    [TestCase("54321:5432")]
    [TestCase("63791:6379")]
    [TestCase("11025:1025")]
    public void Find_on_localhost_what_Docker_maps(string ports)
    {
        Assert.That(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docker-compose.yml")), Does.Contain($"\"{ports}\""));
    }

    [Test]
    public void Are_not_needed_for_a_database_in_a_file()
    {
        Assert.That(AllocationDatabase.ConnectionString(With()), Is.EqualTo("Data Source=allocation.db"));
    }

    private static IConfiguration With(params (string Name, string? Value)[] variables) =>
        new ConfigurationBuilder().AddInMemoryCollection(variables.Select(variable => KeyValuePair.Create(variable.Name, variable.Value))).Build();
}
