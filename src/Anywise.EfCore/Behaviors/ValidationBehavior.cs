using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Anywise.Domain;

namespace Anywise.EfCore.Behaviors;

/// <summary>Refuses requests that break their own DataAnnotations. Events are not asked: they have happened.</summary>
[RequiresUnreferencedCode("Reads the properties of messages by reflection.")]
internal sealed class ValidationBehavior<TRequest, TResult>(IServiceProvider services) : IPipelineBehavior<TRequest, TResult>
    where TRequest : IRequest<TResult>
{
    private static readonly List<(PropertyInfo Property, List<ValidationAttribute> Attributes)> OfParameters = ReadParameters();

    public ValueTask<TResult> HandleAsync(TRequest message, MessageHandler<TResult> next, CancellationToken cancellationToken)
    {
        var errors = new List<ValidationResult>();
        Validator.TryValidateObject(message, new ValidationContext(message, services, items: null), errors, validateAllProperties: true);
        foreach (var (property, attributes) in OfParameters)
        {
            Validator.TryValidateValue(property.GetValue(message)!, new ValidationContext(message, services, items: null) { MemberName = property.Name }, errors, attributes);
        }

        return errors.Count == 0 ? next(cancellationToken) : throw Errors.InvalidMessage(message, errors);
    }

    /// <summary>An attribute on the parameter of a record is not on its property, unless that is said; what is meant is the same.</summary>
    private static List<(PropertyInfo Property, List<ValidationAttribute> Attributes)> ReadParameters() =>
    [
        .. from parameter in typeof(TRequest).GetConstructors().SelectMany(constructor => constructor.GetParameters())
           let attributes = parameter.GetCustomAttributes<ValidationAttribute>().ToList()
           where attributes.Count > 0 && parameter.Name is not null
           let property = typeof(TRequest).GetProperty(parameter.Name!)
           where property is not null && property.PropertyType == parameter.ParameterType
           select (property, attributes),
    ];
}
