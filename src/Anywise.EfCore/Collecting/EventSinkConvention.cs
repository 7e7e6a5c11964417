using System.Reflection;
using Anywise.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Metadata.Conventions;
using Microsoft.EntityFrameworkCore.Metadata.Conventions.Infrastructure;

namespace Anywise.EfCore.Collecting;

/// <summary>Gives every aggregate in the model its sink as a service property, which EF Core sets as long as it tracks the aggregate.</summary>
internal sealed class EventSinkConvention : IConventionSetPlugin, IModelFinalizingConvention
{
    private static readonly PropertyInfo OfAggregateRoot = SinkOf(typeof(AggregateRoot));
    private static readonly PropertyInfo OfInterface = SinkOf(typeof(IHasDomainEvents));

    public ConventionSet ModifyConventions(ConventionSet conventionSet)
    {
        conventionSet.ModelFinalizingConventions.Add(this);
        return conventionSet;
    }

    public void ProcessModelFinalizing(IConventionModelBuilder modelBuilder, IConventionContext<IConventionModelBuilder> context)
    {
        foreach (var entityType in modelBuilder.Metadata.GetEntityTypes())
        {
            if (SinkOfAggregate(entityType) is { } sink && SinkOfAggregate(entityType.BaseType) is null)
            {
                AddSink(entityType, sink);
            }
        }
    }

    private static void AddSink(IConventionEntityType aggregate, PropertyInfo sink)
    {
        // EF Core's own discovery finds the property of the base class, but not the one of the interface.
        var property = aggregate.FindServiceProperty(sink.Name) ?? aggregate.AddServiceProperty(sink);
        property!.SetPropertyAccessMode(PropertyAccessMode.Property); // the setter is how an aggregate comes and goes
        property.SetParameterBinding(new EventSinkBinding((IPropertyBase)property));
    }

    private static PropertyInfo? SinkOfAggregate(IConventionEntityType? entityType) => entityType?.ClrType switch
    {
        null => null,
        var type when type.IsAssignableTo(typeof(AggregateRoot)) => OfAggregateRoot,
        var type when type.IsAssignableTo(typeof(IHasDomainEvents)) => OfInterface,
        _ => null,
    };

    private static PropertyInfo SinkOf(Type type) =>
        type.GetProperty(nameof(AggregateRoot.EventSink), BindingFlags.Instance | BindingFlags.NonPublic)!;
}
