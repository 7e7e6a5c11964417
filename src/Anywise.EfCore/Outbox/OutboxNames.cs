using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Reflection;
using Anywise.Domain;
using Anywise.EfCore.Dispatching;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Anywise.EfCore.Outbox;

/// <summary>The durable names of events and handlers, and the types behind the names of events. Thread-safe.</summary>
internal sealed class OutboxNames
{
    private readonly ConcurrentDictionary<Type, string> _names = new();
    private readonly ConcurrentDictionary<string, Type> _written = new();
    private readonly FrozenDictionary<string, Type> _known;

    /// <exception cref="InvalidOperationException">Two events, or two handlers, have one name.</exception>
    public OutboxNames(HandlerRegistry handlers, IModel model)
    {
        _known = FindAll(handlers, model);
        var ofEvents = handlers.AfterCommit.All.Select(handler => handler.HandlerType).Distinct();
        if (ofEvents.GroupBy(OfHandler).FirstOrDefault(named => named.Skip(1).Any()) is { } named)
        {
            throw Errors.TwoHandlersOfOneName(named.Key, named);
        }
    }

    public string OfEvent(Type type) => _names.GetOrAdd(type, static (type, names) =>
    {
        var name = NameOf(type);
        names._written.TryAdd(name, type);
        return name;
    }, this);

    public string OfHandler(Type type) => _names.GetOrAdd(type, static type => type.GetCustomAttribute<HandlerNameAttribute>()?.Name ?? DurableName.Of(type.FullName!));

    /// <summary>The type of an event that was stored under a name; null if this application has none.</summary>
    public Type? FindEvent(string name) => _written.GetValueOrDefault(name) ?? _known.GetValueOrDefault(name) ?? _known.GetValueOrDefault(DurableName.Of(name));

    private static string NameOf(Type type) => type.GetCustomAttribute<EventNameAttribute>()?.Name ?? DurableName.Of(type.FullName!);

    /// <summary>The commands, the events that handlers name, and all other events of their and of the entities' assemblies: a handler may be for a base of them.</summary>
    private static FrozenDictionary<string, Type> FindAll(HandlerRegistry handlers, IModel model)
    {
        var declared = handlers.AfterCommit.All.Select(handler => handler.EventType).ToList();
        return handlers.AfterCommit.All.Select(handler => handler.HandlerType)
            .Concat(declared)
            .Concat(model.GetEntityTypes().Select(entity => entity.ClrType))
            .Select(type => type.Assembly)
            .Distinct()
            .Where(KnowsEvents)
            .SelectMany(TypesOf)
            .Concat(declared)
            .Where(type => type is { IsAbstract: false, IsGenericTypeDefinition: false } && type.IsAssignableTo(typeof(IEvent)))
            .Concat(handlers.Requests.Select(request => request.RequestType))
            .Distinct()
            .GroupBy(NameOf)
            .ToFrozenDictionary(named => named.Key, named => named.Count() == 1 ? named.First() : throw Errors.TwoEventsOfOneName(named.Key, named));
    }

    private static bool KnowsEvents(Assembly assembly) => Array.Exists(assembly.GetReferencedAssemblies(), static name => name.Name == typeof(IEvent).Assembly.GetName().Name);

    /// <summary>What does not load cannot have been raised.</summary>
    private static IEnumerable<Type> TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException failure)
        {
            return failure.Types.OfType<Type>();
        }
    }
}
