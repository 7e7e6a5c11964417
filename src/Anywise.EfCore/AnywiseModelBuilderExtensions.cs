using Anywise.EfCore.Aggregates;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Microsoft.EntityFrameworkCore;

/// <summary>Says in <c>OnModelCreating</c> what belongs to an aggregate, where the convention cannot know it.</summary>
public static class AnywiseModelBuilderExtensions
{
    /// <summary>Says whether what a navigation leads to is part of the aggregate: loaded with it, and counted by its version.</summary>
    /// <remarks>
    /// By convention it is if the child cannot be without its parent (a required relationship that deletes with it), has only one such parent and is no root
    /// itself. What is owned always is.
    /// </remarks>
    /// <param name="navigation">The navigation from the parent: <c>modelBuilder.Entity&lt;Order>().Navigation(order => order.Lines)</c>.</param>
    /// <param name="isPart">Whether it is part.</param>
    public static NavigationBuilder IsPartOfAggregate(this NavigationBuilder navigation, bool isPart = true)
    {
        ArgumentNullException.ThrowIfNull(navigation);
        return navigation.HasAnnotation(AggregateBoundaries.IsPartAnnotation, isPart);
    }

    /// <inheritdoc cref="IsPartOfAggregate(NavigationBuilder, bool)"/>
    /// <typeparam name="TParent">The parent.</typeparam>
    /// <typeparam name="TChild">The child.</typeparam>
    public static NavigationBuilder<TParent, TChild> IsPartOfAggregate<TParent, TChild>(this NavigationBuilder<TParent, TChild> navigation, bool isPart = true)
        where TParent : class
        where TChild : class
    {
        IsPartOfAggregate((NavigationBuilder)navigation, isPart);
        return navigation;
    }
}
