using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Anywise.EfCore.Tests.Registration;

/// <summary>Events are no data: they stay out of the EF Core model and of the database.</summary>
public sealed class TheModel
{
    [TestCase(true)]
    [TestCase(false)]
    public void Has_only_what_the_application_mapped(bool withAnywise)
    {
        using var context = NewContext(withAnywise);
        var mapped = context.Model.GetEntityTypes().SelectMany(
            type => type.GetProperties().Select(property => property.Name).Concat(type.GetNavigations().Select(navigation => navigation.Name)));

        Assert.That(context.Model.GetEntityTypes().Select(type => type.ClrType), Is.EquivalentTo(new[]
        {
            typeof(Order), typeof(OrderLine), typeof(Invoice), typeof(Receipt), typeof(Shipment), typeof(Parcel), typeof(Ticket), typeof(Note),
        }));
        Assert.That(mapped, Has.None.Contains("Event"));
    }

    [Test]
    public void Makes_the_same_tables_with_and_without_Anywise()
    {
        using var with = NewContext(withAnywise: true);
        using var without = NewContext(withAnywise: false);

        var differences = with.GetService<IMigrationsModelDiffer>().GetDifferences(TablesOf(without), TablesOf(with));

        Assert.That(differences, Is.Empty);
    }

    [Test]
    public void Gives_every_aggregate_one_sink_on_its_root_type()
    {
        using var context = NewContext(withAnywise: true);

        var sinks = context.Model.GetEntityTypes()
            .Where(type => type.GetDeclaredServiceProperties().Any())
            .Select(type => type.ClrType);

        Assert.That(sinks, Is.EquivalentTo(new[] { typeof(Order), typeof(Invoice), typeof(Receipt), typeof(Shipment), typeof(Ticket) }));
    }

    private static IRelationalModel TablesOf(DbContext context) => context.GetService<IDesignTimeModel>().Model.GetRelationalModel();

    private static ShopContext NewContext(bool withAnywise)
    {
        var options = TestDatabase.AllowManyKinds(new DbContextOptionsBuilder().UseSqlite("Data Source=:memory:"));
        return new ShopContext(withAnywise ? options.AddAnywiseEvents().Options : options.Options);
    }
}
