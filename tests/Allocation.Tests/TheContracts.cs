namespace Allocation.Tests;

public sealed class TheContracts
{
    [TestCase("OnSqlite")]
    [TestCase("OnPostgres")]
    public void Are_each_kept_on_every_database(string database)
    {
        var types = typeof(TheContracts).Assembly.GetTypes();
        var contracts = types.Where(type => type.Name.EndsWith("Contract", StringComparison.Ordinal)).ToList();

        Assert.That(contracts, Has.Count.GreaterThanOrEqualTo(6));
        Assert.That(contracts.Where(contract => !types.Any(type => type.BaseType == contract && type.Name.EndsWith(database, StringComparison.Ordinal))), Is.Empty);
    }
}
