using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text;
using Anywise.Domain;
using Anywise.EfCore.Dispatching;

namespace Anywise.EfCore.Inspection;

/// <summary>Asks the registry, and for the picture the compiled code.</summary>
[RequiresUnreferencedCode("Reads the code of classes.")]
internal sealed class AnywiseInspector(HandlerRegistry registry) : IAnywiseInspector
{
    private readonly Lazy<IReadOnlyList<MessageDescription>> _messages = new(() => Find(registry));

    public IReadOnlyList<MessageDescription> Messages => _messages.Value;

    public MessageDescription Describe(Type message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return KindOf(message) is { } kind ? Describe(registry, message, kind) : throw Errors.NotAMessage(message);
    }

    public string Explain(Type handler, Type message)
    {
        ArgumentNullException.ThrowIfNull(handler);
        var description = Describe(message);
        return HandlerExplanation.Of(handler, description, registry);
    }

    public string ToText()
    {
        var text = new StringBuilder();
        foreach (var message in Messages)
        {
            text.Append($"{message.Kind} {message.Message.ReadableName()}{Remarks(message)}\n");
            Append(text, "around it", message.Behaviors);
            Append(text, "before the commit", message.BeforeCommit);
            Append(text, message.Kind == MessageKind.Event ? "after the commit" : "handled by", message.Handlers);
        }

        return text.ToString();
    }

    public string ToMermaid() => Mermaid.Draw(new MessageGraph(Messages));

    private static string Remarks(MessageDescription message) =>
        (message.Attempts > 1 ? $" (up to {message.Attempts} attempts)" : "")
        + (message.IsConcurrent ? " (handlers run side by side)" : "")
        + (message.IsUnhandled ? " (nobody handles it)" : "");

    private static void Append(StringBuilder text, string phase, IReadOnlyList<Type> types)
    {
        if (types.Count > 0)
        {
            text.Append($"    {phase}: {string.Join(", ", types.Select(type => type.ReadableName()))}\n");
        }
    }

    private static List<MessageDescription> Find(HandlerRegistry registry)
    {
        var handlers = registry.Requests.Select(request => request.HandlerType)
            .Concat(registry.AfterCommit.All.Select(handler => handler.HandlerType))
            .Concat(registry.BeforeCommit.All.Select(handler => handler.HandlerType));
        var handled = registry.Requests.Select(request => request.RequestType)
            .Concat(registry.AfterCommit.All.Concat<EventSubscriber>(registry.BeforeCommit.All).Select(handler => handler.EventType));
        return
        [
            .. handlers.Concat(handled).Select(type => type.Assembly).Distinct().SelectMany(TypesIn).Union(handled)
                .Select(type => (Type: type, Kind: KindOf(type)))
                .Where(message => message.Kind is not null)
                .Select(message => Describe(registry, message.Type, message.Kind!.Value))
                .OrderBy(message => message.Kind).ThenBy(message => message.Message.FullName, StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<Type> TypesIn(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException some)
        {
            return some.Types.OfType<Type>();
        }
    }

    private static MessageKind? KindOf(Type type) => type switch
    {
        { IsInterface: true } or { IsAbstract: true } or { IsGenericTypeDefinition: true } => null,
        _ when type.IsAssignableTo(typeof(IEvent)) => MessageKind.Event,
        _ when ClosesAny(type, typeof(IQuery<>)) => MessageKind.Query,
        _ when ClosesAny(type, typeof(IRequest<>)) => MessageKind.Command,
        _ => null,
    };

    private static bool ClosesAny(Type type, Type definition) =>
        type.GetInterfaces().Any(contract => contract.IsGenericType && contract.GetGenericTypeDefinition() == definition);

    private static MessageDescription Describe(HandlerRegistry registry, Type message, MessageKind kind) => kind == MessageKind.Event
        ? DescribeEvent(registry, message)
        : DescribeRequest(registry, message, kind);

    private static MessageDescription DescribeEvent(HandlerRegistry registry, Type message)
    {
        var route = registry.RouteOf(message);
        return new MessageDescription
        {
            Message = message,
            Kind = MessageKind.Event,
            Behaviors = [.. route.Around.Select(behavior => behavior.BehaviorType)],
            BeforeCommit = [.. registry.BeforeCommit.Of(message).Select(handler => handler.HandlerType)],
            Handlers = [.. route.Handlers.Select(handler => handler.HandlerType)],
            IsConcurrent = route.IsConcurrent,
        };
    }

    private static MessageDescription DescribeRequest(HandlerRegistry registry, Type message, MessageKind kind) =>
        registry.Requests.FirstOrDefault(request => request.RequestType == message) is { } request
            ? new MessageDescription
            {
                Message = message,
                Kind = kind,
                Behaviors = request.BehaviorTypesIn(registry.Behaviors),
                Handlers = [request.HandlerType],
                Attempts = request.Attempts,
            }
            : new MessageDescription { Message = message, Kind = kind };
}
