using System.Reflection;
using Anywise.EfCore.Dispatching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Anywise.EfCore;

/// <summary>What <c>AddAnywise</c> configures: the handlers, and how far their events may lead.</summary>
public sealed class AnywiseBuilder
{
    internal AnywiseBuilder(IServiceCollection services) => Services = services;

    internal IServiceCollection Services { get; }

    internal HandlerRegistry Handlers { get; } = new();

    /// <summary>How many events in a row may cause one another before the next one is no longer delivered, but logged with the whole chain.</summary>
    /// <value>32.</value>
    /// <remarks>The limit stops handlers that cause each other for ever; a long chain of business steps is better a chain of commands.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int MaxCascadeDepth
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 32;

    /// <summary>Whether an aggregate that takes unsaved events out of its context makes an exception of it, instead of a warning in the log.</summary>
    /// <value>False.</value>
    /// <remarks>For tests: the exception comes out of whatever let the aggregate go, such as <c>Clear</c> or <c>Dispose</c>.</remarks>
    public bool ThrowOnLostEvents { get; set; }

    /// <summary>Registers every handler in the assembly of a type.</summary>
    /// <typeparam name="T">Any type of the assembly, such as <c>Program</c>.</typeparam>
    /// <exception cref="InvalidOperationException">The assembly has no handler, or a second one for a request.</exception>
    public AnywiseBuilder AddHandlersFrom<T>() => AddHandlersFrom(typeof(T).Assembly);

    /// <summary>Registers every handler in an assembly: its classes, public or not, that are neither abstract nor generic.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <exception cref="InvalidOperationException">The assembly has no handler, cannot be read, or has a second handler for a request.</exception>
    public AnywiseBuilder AddHandlersFrom(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        var handlers = HandlerScan.HandlersIn(assembly);
        if (handlers.Count == 0)
        {
            throw Errors.AssemblyHasNoHandlers(assembly);
        }

        handlers.ForEach(Add);
        return this;
    }

    /// <summary>Registers one handler; useful for a closed generic class, or in a test.</summary>
    /// <typeparam name="THandler">The handler. It is transient unless it is registered as a service already.</typeparam>
    /// <exception cref="InvalidOperationException">The class is no handler, or the second one for a request.</exception>
    public AnywiseBuilder AddHandler<THandler>() where THandler : class
    {
        Add(typeof(THandler));
        return this;
    }

    private void Add(Type handler)
    {
        Handlers.Add(handler);
        Services.TryAddTransient(handler);
    }
}
