using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Anywise.Domain;

namespace Anywise.EfCore.Inspection;

/// <summary>What leads to what: from commands over aggregates and events to handlers, and on.</summary>
[RequiresUnreferencedCode("Reads the code of classes.")]
internal sealed class MessageGraph
{
    private static readonly Type[] BeforeCommit = [typeof(IBeforeCommitHandler<>)];
    private static readonly Type[] AfterCommit = [typeof(IEventHandler<>), typeof(ICommandHandler<>), typeof(ICommandHandler<,>)];

    private readonly List<MessageNode> _nodes = [];
    private readonly Dictionary<Type, MessageNode> _messages;
    private readonly Dictionary<Type, MessageNode> _aggregates = [];

    public MessageGraph(IEnumerable<MessageDescription> messages)
    {
        _messages = messages.Where(message => message.Kind != MessageKind.Query)
            .ToDictionary(message => message.Message, message => new MessageNode(message.Message) { Message = message });
        foreach (var (message, node) in _messages)
        {
            _nodes.Add(node);
            node.Message!.BeforeCommit.ToList().ForEach(handler => AddHandling(node, handler, HandlingCode.Of(handler, message, BeforeCommit)));
            node.Message.Handlers.ToList().ForEach(handler => AddHandling(node, handler, HandlingCode.Of(handler, message, AfterCommit)));
        }

        foreach (var (type, node) in _aggregates)
        {
            _nodes.Add(node);
            node.Next.AddRange(MadeBy(HandlingCode.SelfAndBases(type).SelectMany(CodeReading.MethodsOf)));
        }
    }

    public IReadOnlyList<MessageNode> Nodes => _nodes;

    /// <summary>There is a way back, so that this may go on for ever.</summary>
    public static bool IsInLoop(MessageNode from, MessageNode to) => Reaches(to, from, []);

    /// <summary>
    /// A command leads to the aggregates that its handler uses and the messages that it makes; an event to its handlers, and those to the same. What a class
    /// does about one event says nothing about another, so it has a node for each that it does something else about.
    /// </summary>
    private void AddHandling(MessageNode message, Type handler, IReadOnlyCollection<MethodBase> code)
    {
        List<MessageNode> caused = [.. Ordered(CodeReading.UsedIn(code).Where(IsAggregateType)).Select(AggregateOf), .. MadeBy(code)];
        if (message.Message!.Kind == MessageKind.Command)
        {
            message.Next.AddRange(caused);
            return;
        }

        var node = _nodes.Find(one => one.Type == handler && one.Next.SequenceEqual(caused));
        if (node is null)
        {
            node = new MessageNode(handler);
            node.Next.AddRange(caused);
            _nodes.Add(node);
        }

        if (!message.Next.Contains(node))
        {
            message.Next.Add(node);
        }
    }

    private MessageNode AggregateOf(Type type)
    {
        if (!_aggregates.TryGetValue(type, out var node))
        {
            _aggregates[type] = node = new MessageNode(type) { IsAggregate = true };
        }

        return node;
    }

    private IEnumerable<MessageNode> MadeBy(IEnumerable<MethodBase> code) =>
        Ordered(CodeReading.MadeIn(code).Where(_messages.ContainsKey)).Select(type => _messages[type]);

    private static bool Reaches(MessageNode from, MessageNode to, HashSet<MessageNode> seen) =>
        from == to || (seen.Add(from) && from.Next.Exists(node => Reaches(node, to, seen)));

    private static bool IsAggregateType(Type type) =>
        type is { IsClass: true } && type != typeof(AggregateRoot) && (type.IsAssignableTo(typeof(AggregateRoot)) || type.IsAssignableTo(typeof(IHasDomainEvents)))
        && !(type.IsGenericType && type.GetGenericTypeDefinition() == typeof(AggregateRoot<>));

    private static IEnumerable<Type> Ordered(IEnumerable<Type> types) => types.OrderBy(type => type.FullName, StringComparer.Ordinal);
}

/// <summary>A message, an aggregate, or what a handler does about an event.</summary>
internal sealed class MessageNode(Type type)
{
    public Type Type { get; } = type;

    /// <summary>Null if this is an aggregate or a handler.</summary>
    public MessageDescription? Message { get; init; }

    public bool IsAggregate { get; init; }

    public List<MessageNode> Next { get; } = [];
}
