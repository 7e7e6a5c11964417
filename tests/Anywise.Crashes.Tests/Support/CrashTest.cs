using System.Globalization;
using Anywise.Crashes.Worker;
using Anywise.EfCore;

namespace Anywise.Crashes.Tests.Support;

/// <summary>Some processes of one application on one database. What they do to each other is up to the test; what must be true afterwards is the same for all.</summary>
public abstract class CrashTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly Folder _journals = new();
    private readonly List<WorkerProcess> _workers = [];
    private int _started;
    private bool _preservesOrder;

    private Random _random = null!;

    protected CrashDatabase Database { get; private set; } = null!;

    [SetUp]
    public async Task Open()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("ANYWISE_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next();
        await TestContext.Out.WriteLineAsync($"ANYWISE_SEED={seed}");
        _random = new Random(seed);
        _preservesOrder = Chance(2) == 0;
        Database = await NewDatabaseAsync();
        await CrashDatabase.CreateTablesAsync(Worker());
    }

    [TearDown]
    public async Task Close()
    {
        KillAll();
        if (Database is not null)
        {
            await Database.DisposeAsync();
        }

        await _journals.DisposeAsync();
    }

    protected abstract Task<CrashDatabase> NewDatabaseAsync();

    /// <summary>One that only delivers.</summary>
    protected WorkerSettings Worker() => new()
    {
        IsPostgres = Database.IsPostgres,
        ConnectionString = Database.ConnectionString,
        Journal = _journals.PathOf($"{Interlocked.Increment(ref _started):0000}.journal"),
        Seed = Chance(int.MaxValue),
        Delivery = Chance(2) == 0 ? OutboxDelivery.Inline : OutboxDelivery.Background,
        PreservesOrder = _preservesOrder,
        IsPooled = Chance(2) == 0,
        Retries = Chance(2) == 0,
        Notifies = Chance(2) == 0,
    };

    /// <summary>One that also places orders.</summary>
    protected WorkerSettings Producer() => Worker() with { Producers = 3 };

    protected WorkerProcess Start(WorkerSettings settings)
    {
        var worker = WorkerProcess.Start(settings);
        lock (_workers)
        {
            _workers.Add(worker);
        }

        return worker;
    }

    /// <summary>Everything is decided by it but what the scheduler of the machine decides.</summary>
    protected int Chance(int below)
    {
        lock (_random)
        {
            return _random.Next(below);
        }
    }

    /// <summary>Waits until it has noted some more.</summary>
    protected static async Task WorkOnAsync(WorkerProcess worker, int bytes = 2000)
    {
        var progress = worker.Progress;
        await UntilAsync(() => worker.Progress >= progress + bytes || worker.HasEnded, "It gets on with its work.", worker);
    }

    protected static async Task IsKilledAsync(WorkerProcess worker)
    {
        await UntilAsync(() => worker.HasEnded, $"It is killed {worker.Settings.Moment}.", worker);
        Assert.That(worker.WasKilled, Is.True, string.Join("\n", worker.Output));
    }

    protected static Task UntilAsync(Func<bool> reached, string what, WorkerProcess worker) => UntilAsync(() => Task.FromResult(reached()), () => what, worker);

    protected static Task UntilAsync(Func<Task<bool>> reached, string what, WorkerProcess worker) => UntilAsync(reached, () => what, worker);

    private static async Task UntilAsync(Func<Task<bool>> reached, Func<string> what, WorkerProcess worker)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!await reached())
        {
            Assert.That(deadline.IsCancellationRequested, Is.False, $"Not reached in {Patience}: {what()}\n{string.Join("\n", worker.Output)}");
            await Task.Delay(20); // to look takes processor time from those that it waits for
        }
    }

    /// <summary>All processes but one new one end; that does what is left to do.</summary>
    protected async Task<Aftermath> AfterwardsAsync()
    {
        KillAll();
        var last = Start(Worker());
        IReadOnlyList<string> stored = [];
        await UntilAsync(async () => (stored = await Aftermath.StoredAsync(last.Settings)).Count == 0, () => $"The outbox is empty, and not\n{string.Join("\n", stored)}", last);
        await last.StopAsync();
        var aftermath = await Aftermath.ReadAsync(last.Settings, _journals.Files("*.journal"));
        foreach (var said in _workers.SelectMany(worker => worker.Output).Where(line => line.Contains("failed", StringComparison.Ordinal)))
        {
            await TestContext.Out.WriteLineAsync(said);
        }

        await TestContext.Out.WriteLineAsync($"{_started} processes, {(_preservesOrder ? "" : "no ")}order preserved, {aftermath.Summary}");
        return aftermath;
    }

    private void KillAll()
    {
        _workers.ForEach(worker => worker.Dispose());
        _workers.Clear();
    }
}
