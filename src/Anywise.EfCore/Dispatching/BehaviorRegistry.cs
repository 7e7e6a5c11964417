using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Dispatching;

/// <summary>The behaviors in the order of their registration, which is the order of running.</summary>
internal sealed class BehaviorRegistry
{
    private readonly List<BehaviorRegistration> _all = [];
    private readonly HashSet<Type> _canAsk = []; // by their definition, if they are generic

    public BehaviorRegistry()
    {
    }

    /// <summary>All services are registered: the behaviors of a container.</summary>
    public BehaviorRegistry(BehaviorRegistry registered, IServiceCollection services)
    {
        _all = [.. registered._all];
        foreach (var registration in _all)
        {
            if (ScopeNeeds.Of(services, registration.BehaviorType).CanAsk || services.Any(service => IsClosedFrom(service.ServiceType, registration.BehaviorType)))
            {
                _canAsk.Add(registration.BehaviorType);
            }
        }
    }

    public IReadOnlyList<BehaviorRegistration> All => _all;

    public IEnumerable<Type> Types => _all.Select(registration => registration.BehaviorType);

    /// <summary>Whether a behavior could ask for the message; see <see cref="ScopeNeeds"/>.</summary>
    public bool CanAsk(Type behavior) => _canAsk.Any(known => behavior == known || IsClosedFrom(behavior, known));

    /// <summary>A behavior that is registered twice stands around a message once, where it was registered first.</summary>
    public void Add(BehaviorRegistration registration)
    {
        var place = _all.FindIndex(earlier => earlier.BehaviorType == registration.BehaviorType);
        if (place < 0)
        {
            _all.Add(registration);
        }
        else if (_all[place] is ClosedBehavior earlier && registration is ClosedBehavior later)
        {
            _all[place] = earlier.With(later);
        }
    }

    /// <summary>The behaviors around messages of a type, the outermost first.</summary>
    public BehaviorInvoker<TResult>[] Of<TResult>(Type messageType) =>
        [.. _all.Select(registration => registration.For<TResult>(messageType)).OfType<BehaviorInvoker<TResult>>()];

    private static bool IsClosedFrom(Type type, Type definition) => type.IsConstructedGenericType && type.GetGenericTypeDefinition() == definition;
}

/// <summary>One behavior, as it was registered.</summary>
internal abstract class BehaviorRegistration([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] Type behaviorType)
{
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)]
    public Type BehaviorType { get; } = behaviorType;

    /// <summary>Null if the behavior does not stand around such messages.</summary>
    public abstract BehaviorInvoker<TResult>? For<TResult>(Type messageType);
}

/// <summary>A behavior that names the message and result that it stands around.</summary>
internal sealed class ClosedBehavior(
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] Type behaviorType, params IReadOnlyList<(Type Message, object Invoker)> invokers) : BehaviorRegistration(behaviorType)
{
    private readonly IReadOnlyList<(Type Message, object Invoker)> _invokers = invokers;

    /// <summary>The same behavior, also around what it was registered for later.</summary>
    public ClosedBehavior With(ClosedBehavior later) => new(BehaviorType, [.. _invokers, .. later._invokers]);

    public override BehaviorInvoker<TResult>? For<TResult>(Type messageType)
    {
        var fitting = _invokers.Where(one => one.Invoker is BehaviorInvoker<TResult> && one.Message.IsAssignableFrom(messageType));
        return (BehaviorInvoker<TResult>?)MostSpecific.Of(fitting, one => one.Message).Invoker;
    }
}

/// <summary>A generic behavior, which is closed for each message that fits its constraints.</summary>
[RequiresDynamicCode("Closes generic types at run time.")]
[RequiresUnreferencedCode("Closes generic types at run time.")]
internal sealed class OpenBehavior([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] Type definition) : BehaviorRegistration(definition)
{
    public override BehaviorInvoker<TResult>? For<TResult>(Type messageType) =>
        GenericBehavior.Close(BehaviorType, messageType, typeof(TResult)) is { } closed
            ? new ClosedBehavior(closed, BehaviorScan.InvokersOf(closed)).For<TResult>(messageType)
            : null;
}
