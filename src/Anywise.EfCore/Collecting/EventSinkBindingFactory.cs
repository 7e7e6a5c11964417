using Anywise.Domain;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Anywise.EfCore.Collecting;

/// <summary>Makes the binding of the sink wherever EF Core asks for one, also for a model that was compiled ahead of time.</summary>
internal sealed class EventSinkBindingFactory : IParameterBindingFactory
{
    public bool CanBind(Type parameterType, string parameterName) => parameterType == typeof(EventSink);

    public ParameterBinding Bind(IMutableEntityType entityType, Type parameterType, string parameterName) => Bind((IReadOnlyEntityType)entityType);

    public ParameterBinding Bind(IConventionEntityType entityType, Type parameterType, string parameterName) => Bind((IReadOnlyEntityType)entityType);

    public ParameterBinding Bind(IReadOnlyEntityType entityType, Type parameterType, string parameterName) => Bind(entityType);

    private static EventSinkBinding Bind(IReadOnlyEntityType entityType) =>
        new([.. entityType.GetServiceProperties().Where(property => property.ClrType == typeof(EventSink)).Cast<IPropertyBase>()]);
}
