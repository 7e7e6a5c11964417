using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using Anywise.Domain;

namespace Anywise.EfCore.Behaviors;

/// <summary>Refuses requests that break their own DataAnnotations. Events are not asked: they have happened.</summary>
[RequiresUnreferencedCode("Reads the properties of messages by reflection.")]
internal sealed class ValidationBehavior<TRequest, TResult>(IServiceProvider services) : IPipelineBehavior<TRequest, TResult>
    where TRequest : IRequest<TResult>
{
    public ValueTask<TResult> HandleAsync(TRequest message, MessageHandler<TResult> next, CancellationToken cancellationToken)
    {
        var errors = new List<ValidationResult>();
        return Validator.TryValidateObject(message, new ValidationContext(message, services, items: null), errors, validateAllProperties: true)
            ? next(cancellationToken)
            : throw Errors.InvalidMessage(message, errors);
    }
}
