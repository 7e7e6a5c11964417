using System.Diagnostics;

namespace Anywise.LoadTest;

/// <summary>What became of the operations of one block. Thread-safe.</summary>
internal sealed class Block(long first, int capacity)
{
    private readonly long[] _committed = new long[capacity];
    private readonly long[] _handled = new long[capacity];
    private readonly int[] _calls = new int[capacity];
    private int _taken;
    private int _returned;
    private int _delivered;
    private int _twice;
    private int _mostOpen;

    public int Taken => Math.Min(Volatile.Read(ref _taken), capacity);

    public int Delivered => Volatile.Read(ref _delivered);

    /// <summary>How many deliveries were one too many.</summary>
    public int Twice => _twice;

    /// <summary>The most operations whose producer had gone on, but whose handler had not been called.</summary>
    public int MostOpen => _mostOpen;

    /// <summary>The next operation; null if the block is full.</summary>
    public long? Next() => Interlocked.Increment(ref _taken) is var taken && taken <= capacity ? first + taken - 1 : null;

    public void Committed(long number) => _committed[number - first] = Stopwatch.GetTimestamp();

    /// <summary>The producer goes on.</summary>
    public void Returned()
    {
        var open = Interlocked.Increment(ref _returned) - Delivered;
        for (var most = _mostOpen; open > most; most = _mostOpen)
        {
            Interlocked.CompareExchange(ref _mostOpen, open, most);
        }
    }

    public void Handled(long number)
    {
        var place = number - first;
        if (Interlocked.Increment(ref _calls[place]) > 1)
        {
            Interlocked.Increment(ref _twice);
            return;
        }

        _handled[place] = Stopwatch.GetTimestamp();
        Interlocked.Increment(ref _delivered);
    }

    /// <summary>From the commit to the call of the handler, in milliseconds.</summary>
    public IEnumerable<double> Latencies()
    {
        for (var place = 0; place < Taken; place++)
        {
            if (_handled[place] > 0 && _committed[place] > 0)
            {
                yield return Math.Max(0, Stopwatch.GetElapsedTime(_committed[place], _handled[place]).TotalMilliseconds);
            }
        }
    }
}

/// <summary>Where handlers and interceptors find the block that is under way, and operations their numbers.</summary>
internal sealed class Measurement
{
    private long _next = 1;

    public Block Block { get; private set; } = new(first: 1, capacity: 0);

    public Block Begin(int capacity)
    {
        Block = new Block(_next, capacity);
        _next += capacity;
        return Block;
    }
}
