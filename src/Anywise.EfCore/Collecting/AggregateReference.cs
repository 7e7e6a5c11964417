using Microsoft.EntityFrameworkCore.Metadata;

namespace Anywise.EfCore.Collecting;

/// <summary>Names an aggregate in log entries, by type and key; made into text only when an entry is written.</summary>
internal sealed class AggregateReference(object aggregate, IModel model)
{
    public override string ToString()
    {
        var key = model.FindRuntimeEntityType(aggregate.GetType())?.FindPrimaryKey()?.Properties.Select(ValueOf);
        return key is null ? aggregate.GetType().Name : $"{aggregate.GetType().Name} {string.Join(", ", key)}";
    }

    private object? ValueOf(IProperty property) =>
        property.IsShadowProperty() ? $"({property.Name})" : property.GetGetter().GetClrValue(aggregate);
}
