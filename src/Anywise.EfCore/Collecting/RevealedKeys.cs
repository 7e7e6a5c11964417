using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Anywise.EfCore.Collecting;

/// <summary>
/// Lets an aggregate see its generated key. After a save that did not accept its changes EF Core knows the key, but the aggregate does
/// not, and must not for longer than this: the save may be repeated.
/// </summary>
internal sealed class RevealedKeys : IDisposable
{
    private readonly object _aggregate;
    private readonly List<(IProperty Property, object? Hidden)> _revealed = [];

    public RevealedKeys(DbContext context, object aggregate)
    {
        _aggregate = aggregate;
        var entry = context.WithoutDetection(current => current.Entry(aggregate));
        foreach (var property in entry.Metadata.FindPrimaryKey()?.Properties ?? [])
        {
            if (!property.IsShadowProperty() && entry.State != EntityState.Detached)
            {
                Reveal(property, entry.CurrentValues[property]);
            }
        }
    }

    public void Dispose() => _revealed.ForEach(one => Set(one.Property, one.Hidden));

    private void Reveal(IProperty property, object? key)
    {
        var hidden = property.GetGetter().GetClrValue(_aggregate);
        if (!Equals(hidden, key))
        {
            Set(property, key);
            _revealed.Add((property, hidden));
        }
    }

    private void Set(IProperty property, object? value)
    {
        if (property.FieldInfo is { } field)
        {
            field.SetValue(_aggregate, value);
        }
        else
        {
            property.PropertyInfo!.SetValue(_aggregate, value);
        }
    }
}
