using Anywise.EfCore.Delivering;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Registration;

/// <summary>The way from one context to the handlers: looked up when the context is first used, since its scope may be gone later.</summary>
internal sealed class DeliveryRoute
{
    private readonly ICurrentDbContext _current;
    private readonly Delivery? _delivery;
    private readonly bool _hasContainer;

    public DeliveryRoute(ICurrentDbContext current, IDbContextOptions options)
    {
        _current = current;
        var services = options.FindExtension<AnywiseOptionsExtension>()?.ApplicationServices(options);
        _hasContainer = services is not null;
        _delivery = services?.GetService<Delivery>();
    }

    public IModel Model => _current.Context.Model;

    /// <exception cref="InvalidOperationException">There is no way to the handlers; the message says what is missing.</exception>
    public Delivery Delivery => _delivery
        ?? throw (_hasContainer ? Errors.AddAnywiseIsMissing() : Errors.ContextHasNoContainer(_current.Context.GetType()));
}
