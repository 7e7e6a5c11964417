using System.Diagnostics;

namespace Anywise.EfCore.Tests.Support;

/// <summary>The activities of Anywise in the flow that made this reading, each with the path that led to it, as they stop.</summary>
public sealed class TraceReading : IDisposable
{
    private readonly Activity _root = new Activity("test").Start();
    private readonly Dictionary<ActivitySpanId, string> _paths = [];
    private readonly List<string> _stopped = [];
    private readonly ActivityListener _listener;

    public TraceReading()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Anywise",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStarted = activity => IfOurs(activity, path => Begin(activity, path)),
            ActivityStopped = activity => IfOurs(activity, path => Note(activity, path)),
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public IReadOnlyList<string> Stopped => _stopped;

    /// <summary>The messages of activities, as they were known when these started.</summary>
    public List<object> Messages { get; } = [];

    /// <summary>The ids that events have in the trace.</summary>
    public List<object> MessageIds { get; } = [];

    public void Dispose()
    {
        _listener.Dispose();
        _root.Dispose();
    }

    private void Begin(Activity activity, string path)
    {
        _paths[activity.SpanId] = path;
        if (activity.GetCustomProperty("anywise.message") is { } message)
        {
            Messages.Add(message);
        }
    }

    private void Note(Activity activity, string path)
    {
        _stopped.Add(activity.Status == ActivityStatusCode.Error ? $"{path} failed" : path);
        if (activity.GetTagItem("messaging.message.id") is { } id)
        {
            MessageIds.Add(id);
        }
    }

    private void IfOurs(Activity activity, Action<string> note)
    {
        if (activity.TraceId == _root.TraceId)
        {
            note(_paths.TryGetValue(activity.ParentSpanId, out var parent) ? $"{parent} > {activity.DisplayName}" : activity.DisplayName);
        }
    }
}
