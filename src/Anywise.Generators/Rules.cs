using Microsoft.CodeAnalysis;

namespace Anywise.Generators;

/// <summary>Every rule, and every sentence that the compiler shows for it: what is wrong, why, and what to do now.</summary>
internal static class Rules
{
    public static readonly DiagnosticDescriptor NoHandler = AtEnd(
        "ANY001",
        "A command or query has no handler",
        "'{0}' has no handler here or in what is referenced, so sending it fails. Write a class that implements '{1}', or remove the message.");

    public static readonly DiagnosticDescriptor TwoHandlers = AtEnd(
        "ANY002",
        "A command or query has two handlers",
        "'{0}' has two handlers, '{1}' and '{2}'. A command or query has exactly one: remove one of them, or make the message an 'IEvent'.");

    public static readonly DiagnosticDescriptor NoPublicConstructor = Of(
        "ANY003",
        "A handler cannot be constructed",
        "'{0}' has no public constructor, so the container cannot make it. Make one public, or register the class with a factory.");

    public static readonly DiagnosticDescriptor ParameterIsNoService = Of(
        "ANY003",
        "A handler cannot be constructed",
        "'{0}' needs the {2} '{1}', which no container supplies. Take an options class or another service, or register the class with a factory.");

    public static readonly DiagnosticDescriptor MutableMessage = Of(
        "ANY004",
        "A message can be changed",
        "'{0}.{1}' can be changed after the message is given away, while several handlers share it. {2}.");

    public static readonly DiagnosticDescriptor InjectedContext = Of(
        "ANY005",
        "A before-commit handler works past the save",
        "'{0}' takes a '{1}' of its own, and what it changes there is not saved with its cause. Use {2}.");

    public static readonly DiagnosticDescriptor SaveInBeforeCommitHandler = Of(
        "ANY005",
        "A before-commit handler works past the save",
        "'{0}' calls '{1}' inside a save. Only change what the unit of work tracks: the save under way takes it along.");

    public static readonly DiagnosticDescriptor EventIsNotSerializable = Of(
        "ANY006",
        "An event does not come back from JSON as it was",
        "'{0}' does not come back from JSON as it was, so an outbox cannot deliver it: {1}. {2}.");

    public static readonly DiagnosticDescriptor NotAwaited = Of(
        "ANY007",
        "A message is sent and not awaited",
        "'{0}' is not awaited, so what fails is lost, and the scope can end before it is done. Await it.");

    public static readonly DiagnosticDescriptor AsyncVoid = Of(
        "ANY007",
        "A message is sent and not awaited",
        "'{0}' is sent by an 'async void' method, so what fails ends the process. Return 'Task'.");

    public static readonly DiagnosticDescriptor NotInList = Of(
        "ANY008",
        "A handler cannot be named by generated code",
        "Generated code cannot name '{0}' and its messages, so the whole assembly is searched at start, which ahead-of-time compiled code cannot do. Make them internal or public.",
        DiagnosticSeverity.Info);

    public static readonly DiagnosticDescriptor MadeByGenerator = AtEnd(
        "ANY009",
        "A handler comes from another generator",
        "'{0}' comes from another generator, so it is missing in the list that 'AddHandlersFrom' takes. Register it with 'AddHandler<{0}>()'.",
        DiagnosticSeverity.Warning);

    public static readonly DiagnosticDescriptor MediatRNotification = Migration(
        "ANY101", "A MediatR notification can be an event", "'{0}' is a notification of MediatR. In Anywise it is an 'IEvent'.");

    public static readonly DiagnosticDescriptor MediatRNotificationHandler = Migration(
        "ANY102", "A MediatR notification handler can be an event handler", "'{0}' is a notification handler of MediatR. In Anywise it is an 'IEventHandler<T>'.");

    public static readonly DiagnosticDescriptor MediatRRequest = Migration(
        "ANY103", "A MediatR request can be a command or query", "'{0}' is a request of MediatR. In Anywise it is an 'ICommand' if it changes state, or else an 'IQuery<T>'.");

    public static readonly DiagnosticDescriptor MediatRRequestHandler = Migration(
        "ANY104",
        "A MediatR request handler can be a command or query handler",
        "'{0}' is a request handler of MediatR. In Anywise it is an 'ICommandHandler<T>' if it changes state, or else an 'IQueryHandler<T, R>'.");

    private static DiagnosticDescriptor Of(string id, string title, string message, DiagnosticSeverity severity = DiagnosticSeverity.Warning, params string[] tags) =>
        new(id, title, message, "Anywise", severity, isEnabledByDefault: true, helpLinkUri: $"docs/analyzers/{id}.md", customTags: tags);

    /// <summary>A rule that needs the whole compilation, so editors show it after a build.</summary>
    private static DiagnosticDescriptor AtEnd(string id, string title, string message, DiagnosticSeverity severity = DiagnosticSeverity.Error) =>
        Of(id, title, message, severity, WellKnownDiagnosticTags.CompilationEnd);

    private static DiagnosticDescriptor Migration(string id, string title, string message) => Of(id, title, message, DiagnosticSeverity.Info);
}
