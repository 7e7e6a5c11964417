using System.Threading.Channels;

namespace Allocation.Live;

/// <summary>One who watches the feed. Who is slow misses the oldest news, and is told how many; nobody waits for a watcher.</summary>
internal sealed class Watcher : IDisposable
{
    /// <summary>How many news wait for a watcher.</summary>
    public const int Patience = 1000;

    private readonly Action<Watcher> _leave;
    private readonly Channel<Happening?> _news; // null: a pulse
    private int _missed;

    public Watcher(IReadOnlyList<Happening> earlier, Action<Watcher> leave)
    {
        Earlier = earlier;
        _leave = leave;
        _news = Channel.CreateBounded<Happening?>(
            new BoundedChannelOptions(Patience) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            dropped => Interlocked.Add(ref _missed, dropped is null ? 0 : 1));
    }

    /// <summary>What happened before.</summary>
    public IReadOnlyList<Happening> Earlier { get; }

    public void Tell(Happening happening) => _news.Writer.TryWrite(happening);

    /// <summary>Lets the watcher look up, though nothing has happened.</summary>
    public void Pulse() => _news.Writer.TryWrite(null);

    public void End() => _news.Writer.TryComplete();

    /// <returns>False when there will be no more news.</returns>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _news.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>What has happened since the last time, and how much more was missed.</summary>
    public (IReadOnlyList<Happening> Happenings, int Missed) Take()
    {
        List<Happening> happenings = [];
        for (var waiting = _news.Reader.Count; waiting > 0 && _news.Reader.TryRead(out var happening); waiting--)
        {
            if (happening is not null)
            {
                happenings.Add(happening);
            }
        }

        return (happenings, Interlocked.Exchange(ref _missed, 0));
    }

    public void Dispose() => _leave(this);
}
