using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Anywise.Crashes.Worker;

namespace Anywise.Crashes.Tests.Support;

/// <summary>A process of the application.</summary>
public sealed class WorkerProcess : IDisposable
{
    private const int Killed = 128 + 9;
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    private WorkerProcess(WorkerSettings settings)
    {
        var worker = Path.Combine(AppContext.BaseDirectory, "Anywise.Crashes.Worker.dll");
        var start = new ProcessStartInfo("dotnet", [worker, JsonSerializer.Serialize(settings)])
        {
            RedirectStandardInput = true, // closes when the test ends, however it does, and the worker with it
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var setting in new[] { "DOTNET_TC_CallCounting", "DOTNET_TieredPGO", "DOTNET_gcConcurrent" })
        {
            start.Environment[setting] = "0"; // it does not live long enough to be optimized
        }

        (Settings, _process) = (settings, Process.Start(start)!);
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public WorkerSettings Settings { get; }

    /// <summary>The last that it has said.</summary>
    public IEnumerable<string> Output => _output;

    /// <summary>It was killed, by itself or by us.</summary>
    public bool WasKilled => _process is { HasExited: true, ExitCode: Killed };

    public bool HasEnded => _process.HasExited;

    public static WorkerProcess Start(WorkerSettings settings) => new(settings);

    public void Kill() => _process.Kill();

    public Task PauseAsync() => SignalAsync("STOP");

    public Task GoOnAsync() => SignalAsync("CONT");

    /// <summary>It does not run, and is not dead.</summary>
    public async Task<bool> IsPausedAsync() => !HasEnded && (await File.ReadAllTextAsync($"/proc/{_process.Id}/stat")).Split(") ")[^1].StartsWith('T');

    /// <summary>How many bytes it has noted.</summary>
    public long Progress => new FileInfo(Settings.Journal) is { Exists: true, Length: var length } ? length : 0;

    /// <summary>Lets it end as the host of an application ends.</summary>
    public async Task StopAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -{signal} {_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _output.Enqueue(line);
            while (_output.Count > 40)
            {
                _output.TryDequeue(out _);
            }
        }
    }
}
