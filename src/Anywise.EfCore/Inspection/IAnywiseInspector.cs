namespace Anywise.EfCore.Inspection;

/// <summary>Answers what happens to a message in this application, and why not something else. A singleton; thread-safe.</summary>
public interface IAnywiseInspector
{
    /// <summary>Every command, query and event that has a handler or stands in an assembly with handlers, by kind and name.</summary>
    IReadOnlyList<MessageDescription> Messages { get; }

    /// <summary>What happens to one message.</summary>
    /// <param name="message">The class of the message.</param>
    /// <exception cref="ArgumentException">The type is no class that can be sent or published.</exception>
    MessageDescription Describe(Type message);

    /// <summary>One sentence on why a handler gets a message, or why not and what to do.</summary>
    /// <param name="handler">The class that is expected to handle the message.</param>
    /// <param name="message">The class of the message.</param>
    string Explain(Type handler, Type message);

    /// <summary>All messages with their behaviors and handlers, for people to read.</summary>
    string ToText();

    /// <summary>
    /// The picture of commands, the aggregates that they change, the events that those raise, their handlers, and the commands that these send:
    /// a Mermaid flowchart, in which loops and events that nobody handles are marked.
    /// </summary>
    /// <remarks>
    /// Read from the compiled code of handlers and aggregates: what a handler makes it sends, whose members it uses it changes. What is made
    /// elsewhere, such as in a helper class, is not seen. A handler of two events is read for each of them, and drawn twice if it does different things
    /// about them; an aggregate is read as a whole.
    /// </remarks>
    /// <seealso href="https://mermaid.js.org/syntax/flowchart.html">Mermaid flowcharts.</seealso>
    string ToMermaid();
}

/// <summary>What a message is.</summary>
public enum MessageKind
{
    /// <summary>An <c>ICommand</c>, with or without a result.</summary>
    Command,

    /// <summary>An <c>IQuery</c>.</summary>
    Query,

    /// <summary>An <c>IEvent</c>.</summary>
    Event,
}

/// <summary>What happens to a message.</summary>
public sealed record MessageDescription
{
    internal MessageDescription()
    {
    }

    /// <summary>The class of the message.</summary>
    public required Type Message { get; init; }

    /// <summary>What it is.</summary>
    public required MessageKind Kind { get; init; }

    /// <summary>The behaviors around its handlers, the outermost first.</summary>
    public IReadOnlyList<Type> Behaviors { get; init; } = [];

    /// <summary>The handlers of an event inside the save, in their order.</summary>
    public IReadOnlyList<Type> BeforeCommit { get; init; } = [];

    /// <summary>The one handler of a command or query, or those of an event after the commit, in their order.</summary>
    public IReadOnlyList<Type> Handlers { get; init; } = [];

    /// <summary>The handlers of the event run side by side.</summary>
    public bool IsConcurrent { get; init; }

    /// <summary>How often the command is tried in all when it meets a conflict.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>It has no handler at all.</summary>
    public bool IsUnhandled => Handlers.Count + BeforeCommit.Count == 0;
}
