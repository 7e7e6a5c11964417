using Anywise.EfCore.Registration;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Anywise.EfCore.Outbox;

/// <summary>Starts a relay for every registered context that has an outbox, with the host, and for others when they are first used.</summary>
internal sealed class OutboxRelays(RegisteredContexts contexts, Outboxes outboxes, IServiceScopeFactory scopes) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new(); // not disposed of, which would keep a cancellation that is under way from some relays
    private readonly Dictionary<ContextOutbox, Task> _relays = [];
    private readonly Lock _stop = new();
    private Task? _stopped;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        outboxes.Appeared = Start;
        foreach (var outbox in outboxes.All)
        {
            Start(outbox);
        }

        foreach (var contextType in contexts.Types.Concat(contexts.OfFactories))
        {
            await FindOutboxAsync(contextType).ConfigureAwait(false);
        }
    }

    /// <summary>Some hosts stop twice at the same time, or what they have disposed of.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Task stopped;
        lock (_stop)
        {
            stopped = _stopped ??= StopAsync();
        }

        await stopped.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _stopping.Cancel();

    private async Task StopAsync()
    {
        outboxes.Appeared = static _ => { };
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll([.. Relays(), .. StopAll()]).ConfigureAwait(false);
        await Task.WhenAll(StopAll()).ConfigureAwait(false); // once more, for what the relays have done since

        IEnumerable<Task> StopAll() => outboxes.All.Select(outbox => outbox.StopAsync());
    }

    private async Task FindOutboxAsync(Type contextType)
    {
        var scope = scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            var (context, made) = ContextOf(scope.ServiceProvider, contextType);
            using (made)
            {
                if (context is not null && OptionsOf(context) is { } options)
                {
                    Start(outboxes.Of(context, options)); // also one that appeared before anybody listened
                }
            }
        }
    }

    /// <summary>A context that cannot be made yet fails where it is used; then its relay starts, too.</summary>
    private static (DbContext? Context, IDisposable? Made) ContextOf(IServiceProvider scope, Type contextType)
    {
        try
        {
            return RegisteredContexts.Make(contextType, scope);
        }
        catch (Exception)
        {
            return default;
        }
    }

    /// <summary>Options that cannot be completed yet fail likewise.</summary>
    private static OutboxOptions? OptionsOf(DbContext context)
    {
        try
        {
            return Outboxes.OptionsOf(context);
        }
        catch (Exception)
        {
            return null;
        }
    }

    private void Start(ContextOutbox outbox)
    {
        if (outbox.Database.IsShared)
        {
            outbox.Reports.OutboxHasNoRelay(outbox.ContextName);
            return;
        }

        lock (_relays)
        {
            if (!_relays.ContainsKey(outbox))
            {
                _relays.Add(outbox, Detached.Run(() => RelayAsync(outbox)));
            }
        }
    }

    private async Task RelayAsync(ContextOutbox outbox)
    {
        using var relay = new OutboxRelay(outbox);
        await relay.RunAsync(_stopping.Token).ConfigureAwait(false);
    }

    private List<Task> Relays()
    {
        lock (_relays)
        {
            return [.. _relays.Values];
        }
    }
}
