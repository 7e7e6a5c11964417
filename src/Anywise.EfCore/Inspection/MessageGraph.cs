using System.Diagnostics.CodeAnalysis;
using Anywise.Domain;

namespace Anywise.EfCore.Inspection;

/// <summary>What leads to what: from commands over aggregates and events to handlers, and on.</summary>
[RequiresUnreferencedCode("Reads the code of classes.")]
internal sealed class MessageGraph
{
    private readonly Dictionary<Type, List<Type>> _next = [];
    private readonly HashSet<Type> _aggregates = [];

    public MessageGraph(IReadOnlyCollection<MessageDescription> messages)
    {
        foreach (var message in messages.Where(message => message.Kind != MessageKind.Query))
        {
            _next[message.Message] = [];
            foreach (var handler in message.BeforeCommit.Concat(message.Handlers))
            {
                AddHandler(message, handler, messages);
            }
        }

        foreach (var aggregate in _aggregates)
        {
            _next[aggregate] = [.. Ordered(SelfAndBases(aggregate).SelectMany(CodeReading.MadeIn).Distinct().Where(_next.ContainsKey))];
        }
    }

    /// <summary>Every node with those that it leads to.</summary>
    public IEnumerable<(Type From, Type To)> Edges => from node in _next from to in node.Value select (node.Key, to);

    public IEnumerable<Type> Nodes => _next.Keys;

    public bool IsAggregate(Type node) => _aggregates.Contains(node);

    /// <summary>There is a way back, so that this may go on for ever.</summary>
    public bool IsInLoop(Type from, Type to) => Reaches(to, from, []);

    /// <summary>A command leads to the aggregates that its handler uses; an event to its handlers, and those to what they use and send.</summary>
    private void AddHandler(MessageDescription message, Type handler, IReadOnlyCollection<MessageDescription> messages)
    {
        var aggregates = Ordered(CodeReading.UsedIn(handler).Where(IsAggregateType)).ToList();
        _aggregates.UnionWith(aggregates);
        var sent = CodeReading.MadeIn(handler);
        var caused = aggregates.Concat(Ordered(messages.Where(other => other.Kind != MessageKind.Query).Select(other => other.Message).Where(sent.Contains)));
        if (message.Kind == MessageKind.Command)
        {
            _next[message.Message].AddRange(caused);
        }
        else
        {
            _next[message.Message].Add(handler);
            _next[handler] = [.. caused];
        }
    }

    private bool Reaches(Type from, Type to, HashSet<Type> seen) =>
        from == to || (seen.Add(from) && _next.TryGetValue(from, out var next) && next.Exists(node => Reaches(node, to, seen)));

    private static bool IsAggregateType(Type type) =>
        type is { IsClass: true } && type != typeof(AggregateRoot) && (type.IsAssignableTo(typeof(AggregateRoot)) || type.IsAssignableTo(typeof(IHasDomainEvents)))
        && !(type.IsGenericType && type.GetGenericTypeDefinition() == typeof(AggregateRoot<>));

    private static IEnumerable<Type> SelfAndBases(Type type)
    {
        for (var current = type; current is not null && current != typeof(object); current = current.BaseType)
        {
            yield return current;
        }
    }

    private static IEnumerable<Type> Ordered(IEnumerable<Type> types) => types.OrderBy(type => type.FullName, StringComparer.Ordinal);
}
