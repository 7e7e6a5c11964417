using System.Collections.Concurrent;
using System.Diagnostics;
using Anywise.Domain;
using Spectre.Console;

namespace Allocation.Demo;

/// <summary>Listens to the activities of the engine and draws what a command caused: events, their handlers, and what those caused.</summary>
internal sealed class Causation : IDisposable
{
    private readonly ConcurrentQueue<Activity> _activities = new();
    private readonly ActivityListener _listener;

    public Causation()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Anywise",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStarted = _activities.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    public Tree TreeOf(ICommand command)
    {
        var sent = _activities.Last(activity => MessageOf(activity) == command);
        var tree = new Tree(TextOf(sent)).Style(new Style(Color.Grey));
        AddEffects(tree, sent);
        return tree;
    }

    private void AddEffects(IHasTreeNodes parent, Activity cause)
    {
        foreach (var note in cause.Events)
        {
            parent.AddNode($"[italic]{Markup.Escape(note.Name)}[/]");
        }

        // The parent of a delivery is the activity that saved the event.
        foreach (var effect in _activities.Where(activity => activity.ParentSpanId == cause.SpanId))
        {
            AddEffects(parent.AddNode(TextOf(effect)), effect);
        }
    }

    private static string TextOf(Activity activity)
    {
        var text = MessageOf(activity) switch
        {
            IEvent @event => $"event [bold yellow]{@event.GetType().Name}[/]{ContentsOf(@event)}",
            { } command => $"command [bold blue]{command.GetType().Name}[/]{ContentsOf(command)}",
            null => $"[grey]{Markup.Escape(activity.OperationName.Replace("handle ", "handled by ", StringComparison.Ordinal))}[/]",
        };
        return activity.Status == ActivityStatusCode.Error ? $"{text} [red]failed: {Markup.Escape(activity.StatusDescription ?? "")}[/]" : text;
    }

    private static object? MessageOf(Activity activity) => activity.GetCustomProperty("anywise.message");

    private static string ContentsOf(object message)
    {
        var values = message.GetType().GetProperties().Select(property => property.GetValue(message) switch
        {
            null => $"no {property.Name.ToLowerInvariant()}",
            DateOnly date => $"{date:O}",
            var value => $"{value}",
        });
        return Markup.Escape($"({string.Join(", ", values)})");
    }
}
