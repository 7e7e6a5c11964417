using System.Linq.Expressions;
using System.Reflection;
using Anywise.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace Anywise.EfCore.Collecting;

/// <summary>
/// Tells EF Core where the sink of an aggregate comes from: the loading sink where a query builds the aggregate, the sink of the
/// context where the aggregate is added or attached.
/// </summary>
internal sealed class EventSinkBinding(params IPropertyBase[] properties) : ServiceParameterBinding(typeof(EventSink), typeof(EventSink), properties)
{
    private static readonly MethodInfo GetLoadingSink = typeof(AccessorExtensions)
        .GetMethod(nameof(AccessorExtensions.GetService), [typeof(IInfrastructure<IServiceProvider>)])!
        .MakeGenericMethod(typeof(LoadingEventSink));

    /// <summary>Where an aggregate begins to be tracked other than by a query.</summary>
    public override Func<MaterializationContext, IEntityType, object, object?> ServiceDelegate => static (materialization, _, entity) =>
    {
        var sink = materialization.Context.GetService<ContextEventSink>();
        SetSink(entity, sink); // here already: then EF Core finds the property set, and spares itself the notifications of a change
        return sink;
    };

    /// <summary>Where a query builds an aggregate.</summary>
    public override Expression BindToParameter(ParameterBindingInfo bindingInfo)
    {
        if (bindingInfo.ServiceInstances.Find(instance => instance.Type == ServiceType) is { } alreadyThere)
        {
            return alreadyThere;
        }

        var sink = LoadingSink(bindingInfo.MaterializationContextExpression);
        return bindingInfo.QueryTrackingBehavior == QueryTrackingBehavior.TrackAll
            ? sink
            : Expression.Property(sink, nameof(LoadingEventSink.NoTracking));
    }

    public override Expression BindToParameter(Expression materializationExpression, Expression bindingInfoExpression) =>
        LoadingSink(materializationExpression);

    private static void SetSink(object aggregate, EventSink sink)
    {
        if (aggregate is AggregateRoot root)
        {
            root.EventSink = sink;
        }
        else
        {
            ((IHasDomainEvents)aggregate).EventSink = sink;
        }
    }

    private static MethodCallExpression LoadingSink(Expression materialization) => Expression.Call(
        GetLoadingSink,
        Expression.Convert(Expression.Property(materialization, nameof(MaterializationContext.Context)), typeof(IInfrastructure<IServiceProvider>)));

    public override ParameterBinding With(IPropertyBase[] consumedProperties) => new EventSinkBinding(consumedProperties);
}
