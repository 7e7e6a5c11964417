namespace Anywise.EfCore.Tests;

public sealed class TheContracts
{
    [Test]
    public void Are_each_derived_for_SQLite_and_for_PostgreSQL()
    {
        var types = typeof(TheContracts).Assembly.GetTypes();
        var contracts = types.Where(type => type.IsAbstract && type.Name.EndsWith("Contract", StringComparison.Ordinal)).ToList();
        var missing =
            from contract in contracts
            from provider in new[] { "OnSqlite", "OnPostgres" }
            where !types.Any(type => type.IsSealed && type.IsSubclassOf(contract) && type.Name.EndsWith(provider, StringComparison.Ordinal))
            select $"{contract.Name} {provider}";

        Assert.That(contracts, Has.Count.GreaterThanOrEqualTo(8));
        Assert.That(missing, Is.Empty);
    }
}
