using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace Anywise.EfCore.Outbox;

/// <summary>The table of an outbox: one row for each save that raised events, as long as one of their handlers has not succeeded.</summary>
internal static class OutboxTable
{
    /// <summary>The name of the entity, which has no class: nobody's model or migration needs to know one.</summary>
    public const string Entity = "Anywise.Outbox";

    /// <summary>The id of the first event.</summary>
    public const string Id = "Id";

    /// <summary>When the row is next to be taken, in milliseconds since 1970 by the clock of the database; <see cref="Never"/> if all that is left is dead.</summary>
    public const string DueAt = "DueAt";

    /// <summary>How often the row was taken. At 0 it belongs to the process that saved it, for one lease from <see cref="DueAt"/> on.</summary>
    public const string Attempt = "Attempt";

    /// <summary>The events and their context as JSON, see <see cref="OutboxPayload"/>. Never changed.</summary>
    public const string Payload = "Payload";

    /// <summary>Which handlers have not succeeded, as JSON, see <see cref="OutboxProgress"/>; null as long as that is all of them.</summary>
    public const string Progress = "Progress";

    /// <summary>How many handlers have been given up.</summary>
    public const string Dead = "Dead";

    /// <summary>The aggregate whose events are in the row; null, and only there, if their order is not preserved.</summary>
    public const string Stream = "Stream";

    /// <summary>The place of the row among those of an aggregate. SQLite has one of its own for each row.</summary>
    public const string Position = "Position";

    public const long Never = long.MaxValue;

    /// <summary>The name of the table in SQL.</summary>
    /// <exception cref="InvalidOperationException">The model was built without the outbox.</exception>
    public static string NameIn(DbContext context)
    {
        var entity = context.Model.FindEntityType(Entity) ?? throw Errors.OutboxIsNotInModel(context.GetType());
        return context.GetService<ISqlGenerationHelper>().DelimitIdentifier(entity.GetTableName()!, entity.GetSchema());
    }
}
