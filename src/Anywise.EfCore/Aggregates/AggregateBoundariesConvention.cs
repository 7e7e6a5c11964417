using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Metadata.Conventions;
using Microsoft.EntityFrameworkCore.Metadata.Conventions.Infrastructure;

namespace Anywise.EfCore.Aggregates;

/// <summary>Refuses a model in which <c>IsPartOfAggregate</c> says what cannot be.</summary>
internal sealed class AggregateBoundariesConvention : IConventionSetPlugin, IModelFinalizingConvention
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
            foreach (var manyToMany in entityType.GetDeclaredSkipNavigations())
            {
                RefuseSharedParts(manyToMany);
            }

            foreach (var way in entityType.GetDeclaredForeignKeys())
            {
                RefuseDeclarationByChild(way);
                if (AggregateBoundaries.DeclaredFor(way) == true)
                {
                    RefusePartThatIsNone(way);
                }
            }
        }
    }

    private static void RefuseSharedParts(IReadOnlySkipNavigation navigation)
    {
        if (AggregateBoundaries.Declared(navigation) == true)
        {
            throw Errors.SharedIsNoPart(NameOf(navigation));
        }
    }

    private static void RefuseDeclarationByChild(IReadOnlyForeignKey way)
    {
        if (AggregateBoundaries.Declared(way.DependentToPrincipal) is not null)
        {
            throw Errors.ParentIsNoPart(NameOf(way.DependentToPrincipal!), way.PrincipalEntityType, way.DeclaringEntityType);
        }
    }

    private static void RefusePartThatIsNone(IReadOnlyForeignKey way)
    {
        var part = way.DeclaringEntityType;
        if (AggregateBoundaries.IsRoot(part.ClrType))
        {
            throw Errors.RootIsNoPart(NameOf(way.PrincipalToDependent!), part);
        }

        if (AggregateBoundaries.WayUpFrom(part) != way)
        {
            throw Errors.PartHasTwoParents(part, part.GetForeignKeys().Where(Claims).Select(static one => NameOf(one.PrincipalToDependent!)));
        }

        var above = AggregateBoundaries.SelfAndAbove(part);
        if (above.All(static one => AggregateBoundaries.WayUpFrom(one) is not null))
        {
            throw Errors.PartsInACircle(NameOf(way.PrincipalToDependent!), above);
        }
    }

    private static bool Claims(IReadOnlyForeignKey way) => way.PrincipalToDependent is not null && (way.IsOwnership || AggregateBoundaries.DeclaredFor(way) == true);

    private static string NameOf(IReadOnlyNavigationBase navigation) => $"{navigation.DeclaringEntityType.DisplayName()}.{navigation.Name}";
}
