using Microsoft.Extensions.Logging;

namespace Anywise.EfCore.Tests.Support;

/// <summary>Keeps the log entries of Anywise for the test to read.</summary>
public sealed class RecordedLog : ILoggerProvider
{
    private readonly List<(LogLevel Level, string Text, Exception? Exception)> _entries = [];
    private readonly List<EventId> _ids = [];
    private readonly List<int> _warningIds = [];

    public IReadOnlyList<(LogLevel Level, string Text, Exception? Exception)> Entries
    {
        get
        {
            lock (_entries)
            {
                return [.. _entries];
            }
        }
    }

    /// <summary>The id of each entry.</summary>
    public IReadOnlyList<EventId> Ids
    {
        get
        {
            lock (_entries)
            {
                return [.. _ids];
            }
        }
    }

    /// <summary>The ids of the warnings and errors, in order.</summary>
    public IReadOnlyList<int> WarningIds
    {
        get
        {
            lock (_entries)
            {
                return [.. _warningIds];
            }
        }
    }

    /// <summary>As a logger that cannot write any more.</summary>
    public bool Fails { get; set; }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName.StartsWith("Anywise", StringComparison.Ordinal));

    public void Dispose()
    {
    }

    private sealed class Logger(RecordedLog log, bool isOurs) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => isOurs;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (isOurs && log.Fails)
            {
                throw new InvalidOperationException("disk full");
            }

            if (isOurs)
            {
                lock (log._entries)
                {
                    log._ids.Add(eventId);
                    log._entries.Add((logLevel, formatter(state, exception), exception));
                    if (logLevel >= LogLevel.Warning)
                    {
                        log._warningIds.Add(eventId.Id);
                    }
                }
            }
        }
    }
}
