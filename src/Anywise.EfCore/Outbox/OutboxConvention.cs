using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Metadata.Conventions;
using Microsoft.EntityFrameworkCore.Metadata.Conventions.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Anywise.EfCore.Outbox;

/// <summary>Brings the table of the outbox into the model, where migrations find it.</summary>
internal sealed class OutboxConvention(OutboxOptions options, OutboxSql sql) : IConventionSetPlugin, IModelFinalizingConvention
{
    public ConventionSet ModifyConventions(ConventionSet conventionSet)
    {
        conventionSet.ModelFinalizingConventions.Add(this);
        return conventionSet;
    }

    public void ProcessModelFinalizing(IConventionModelBuilder modelBuilder, IConventionContext<IConventionModelBuilder> context)
    {
        if (modelBuilder.Metadata.FindEntityType(typeof(HistoryRow)) is not null)
        {
            return; // EF Core's own small model for the history of migrations
        }

        var row = modelBuilder.SharedTypeEntity(OutboxTable.Entity, typeof(Dictionary<string, object>), fromDataAnnotation: true)!;
        row.ToTable(options.Table, options.Schema ?? modelBuilder.Metadata.GetDefaultSchema());
        var id = Add(row, typeof(Guid), OutboxTable.Id);
        var dueAt = Add(row, typeof(long), OutboxTable.DueAt);
        dueAt.SetDefaultValueSql(sql.Now);
        dueAt.ValueGenerated = ValueGenerated.OnAdd;
        AddCount(row, OutboxTable.Attempt);
        Add(row, typeof(string), OutboxTable.Payload).IsNullable = false;
        Add(row, typeof(string), OutboxTable.Progress);
        AddCount(row, OutboxTable.Dead);
        id.ValueGenerated = ValueGenerated.Never;
        row.PrimaryKey([(IConventionProperty)id]);
        row.HasIndex([(IConventionProperty)dueAt]);
        if (options.PreservesOrder)
        {
            AddOrder(row);
        }
    }

    /// <summary>A new row leaves it at 0.</summary>
    private static void AddCount(IConventionEntityTypeBuilder row, string name)
    {
        var count = Add(row, typeof(int), name);
        count.SetDefaultValue(0);
        count.ValueGenerated = ValueGenerated.Never;
    }

    private void AddOrder(IConventionEntityTypeBuilder row)
    {
        var ordered = new List<IConventionProperty> { (IConventionProperty)Add(row, typeof(string), OutboxTable.Stream) };
        if (sql.IsPostgres)
        {
            var position = Add(row, typeof(long), OutboxTable.Position);
            position.ValueGenerated = ValueGenerated.OnAdd;
            ordered.Add((IConventionProperty)position);
        }

        row.HasIndex(ordered);
    }

    /// <summary>What the application says of all its texts, numbers or Guids is not meant for this table, whose SQL is written by hand.</summary>
    private static IMutableProperty Add(IConventionEntityTypeBuilder row, Type type, string name)
    {
        var property = (IMutableProperty)row.Property(type, name, fromDataAnnotation: true)!.Metadata;
        property.SetMaxLength(null);
        property.SetValueConverter((Microsoft.EntityFrameworkCore.Storage.ValueConversion.ValueConverter?)null);
        property.SetProviderClrType(null);
        property.SetColumnType(null);
        property.SetColumnName(name);
        return property;
    }
}
