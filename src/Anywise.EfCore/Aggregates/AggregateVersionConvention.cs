using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Metadata.Conventions;
using Microsoft.EntityFrameworkCore.Metadata.Conventions.Infrastructure;

namespace Anywise.EfCore.Aggregates;

/// <summary>Makes the <c>Version</c> of a root a concurrency token, unless the model says otherwise.</summary>
internal sealed class AggregateVersionConvention : IConventionSetPlugin, IModelFinalizingConvention
{
    public ConventionSet ModifyConventions(ConventionSet conventionSet)
    {
        conventionSet.ModelFinalizingConventions.Add(this);
        return conventionSet;
    }

    public void ProcessModelFinalizing(IConventionModelBuilder modelBuilder, IConventionContext<IConventionModelBuilder> context)
    {
        foreach (var entityType in modelBuilder.Metadata.GetEntityTypes())
        {
            if (AggregateBoundaries.IsRoot(entityType.ClrType)
                && entityType.FindDeclaredProperty(AggregateVersion.PropertyName) is { } property
                && AggregateVersion.IsCounter(property))
            {
                property.Builder.IsConcurrencyToken(true);
            }
        }
    }
}
