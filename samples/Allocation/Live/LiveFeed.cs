using System.Diagnostics;

namespace Allocation.Live;

/// <summary>Listens to the activities of Anywise, remembers the latest stories, and tells everything to its watchers.</summary>
internal sealed class LiveFeed : IDisposable
{
    private const int RememberedHappenings = 300;

    private readonly Lock _lock = new();
    private readonly OrderedDictionary<string, Happening> _remembered = [];
    private readonly HashSet<Watcher> _watchers = [];
    private readonly ActivityListener _listener;
    private readonly CancellationTokenRegistration _end;
    private bool _isOver;

    public LiveFeed(IHostApplicationLifetime lifetime)
    {
        _end = lifetime.ApplicationStopping.Register(End);
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Anywise",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStarted = activity => Tell(Happening.Of(activity, isOver: false)),
            ActivityStopped = activity => Tell(Happening.Of(activity, isOver: true)),
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>Between what the watcher finds in <see cref="Watcher.Earlier"/> and what it is told, nothing is missing and nothing twice.</summary>
    public Watcher Watch()
    {
        lock (_lock)
        {
            var watcher = new Watcher(earlier: [.. _remembered.Values], leave: Leave);
            _watchers.Add(watcher);
            if (_isOver)
            {
                watcher.End();
            }

            return watcher;
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        _end.Dispose();
        End();
    }

    private void Tell(Happening? happening)
    {
        if (happening is null)
        {
            return;
        }

        lock (_lock)
        {
            Remember(happening);
            foreach (var watcher in _watchers)
            {
                watcher.Tell(happening);
            }
        }
    }

    /// <summary>
    /// What is over takes the place of its beginning. Stories are forgotten whole, so that no effect stands there without its cause, unless
    /// a story is longer than all that is remembered.
    /// </summary>
    private void Remember(Happening happening)
    {
        _remembered[happening.Id] = happening;
        if (_remembered.Count > RememberedHappenings)
        {
            var oldest = _remembered.GetAt(0).Value.Story;
            foreach (var forgotten in _remembered.Values.Where(earlier => earlier.Story == oldest).ToList())
            {
                _remembered.Remove(forgotten.Id);
            }
        }
    }

    private void Leave(Watcher watcher)
    {
        lock (_lock)
        {
            _watchers.Remove(watcher);
        }
    }

    /// <summary>An open stream would hold up the end of the application.</summary>
    private void End()
    {
        lock (_lock)
        {
            _isOver = true;
            foreach (var watcher in _watchers)
            {
                watcher.End();
            }
        }
    }
}
