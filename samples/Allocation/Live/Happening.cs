using System.Diagnostics;
using System.Text.Json.Serialization;
using Anywise.Domain;

namespace Allocation.Live;

[JsonConverter(typeof(JsonStringEnumConverter<HappeningKind>))]
public enum HappeningKind
{
    Command,
    Event,
    Handler,
}

public sealed record Field(string Name, string Value);

/// <summary>Something that happens: a command or an event and what it says, or a handler of an event.</summary>
/// <param name="Id">Names it in <see cref="Cause"/>.</param>
/// <param name="Cause">The happening that led to it; null at the beginning of a story.</param>
/// <param name="Story">The same for everything that one request led to.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Name">The type of the message or of the handler.</param>
/// <param name="Contents">What the message says.</param>
/// <param name="At">When it began.</param>
/// <param name="Milliseconds">How long it took; null while it goes on.</param>
/// <param name="Failure">Why it failed; null when it did not.</param>
public sealed record Happening(
    string Id, string? Cause, string Story, HappeningKind Kind, string Name, IReadOnlyList<Field> Contents, DateTimeOffset At, double? Milliseconds, string? Failure)
{
    private const int LongestValue = 120;
    private const int LongestFailure = 500;

    /// <summary>Reads it from an activity of Anywise, which carries the message; null when it is a query, which changes nothing.</summary>
    public static Happening? Of(Activity activity, bool isOver) => activity.GetCustomProperty("anywise.message") switch
    {
        IEvent @event => Of(activity, isOver, HappeningKind.Event, @event.GetType().Name, ContentsOf(@event)),
        ICommand command => Of(activity, isOver, HappeningKind.Command, command.GetType().Name, ContentsOf(command)),
        null => Of(activity, isOver, HappeningKind.Handler, activity.OperationName.Replace("handle ", "", StringComparison.Ordinal), []),
        _ => null,
    };

    private static Happening Of(Activity activity, bool isOver, HappeningKind kind, string name, IReadOnlyList<Field> contents) => new(
        activity.SpanId.ToHexString(),
        activity.ParentSpanId == default ? null : activity.ParentSpanId.ToHexString(),
        activity.TraceId.ToHexString(),
        kind,
        name,
        contents,
        activity.StartTimeUtc,
        isOver ? activity.Duration.TotalMilliseconds : null,
        activity.Status == ActivityStatusCode.Error ? Short(activity.StatusDescription ?? "It failed.", LongestFailure) : null);

    private static List<Field> ContentsOf(IMessage message) =>
    [
        .. from property in message.GetType().GetProperties()
           let value = property.GetValue(message) switch
           {
               null => "none",
               DateOnly date => $"{date:O}",
               var other => $"{other}",
           }
           select new Field(property.Name.ToLowerInvariant(), Short(value, LongestValue)),
    ];

    /// <summary>The feed keeps these texts, however long those of a client are.</summary>
    private static string Short(string text, int longest) => text.Length > longest ? $"{text[..longest]}…" : text;
}
