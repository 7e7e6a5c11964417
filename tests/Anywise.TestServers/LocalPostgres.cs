using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Anywise.TestServers;

/// <summary>
/// A throwaway PostgreSQL server from the binaries of this machine. It listens on the loopback address only, runs as an unprivileged
/// user where the tests run as root, and ends with this process and all its data, even if that is killed: a shell waits on a pipe that we hold open.
/// </summary>
public sealed class LocalPostgres : IAsyncDisposable
{
    /// <summary>$1 is the log; the rest is the server. It crashes and starts again with each line that it is told, and is ended when our side of the pipe closes.</summary>
    private const string Watch = """
        exec 2>/dev/null
        log=$1; shift
        start() { "$@" >>"$log" 2>&1 & p=$!; echo $p >pid; }
        start "$@"
        while read -r _; do kill -QUIT $p; wait $p; start "$@"; done
        kill -INT $p; wait $p
        rm -rf "$PWD"
        """;

    private readonly string _binaries;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("postgres-");
    private readonly string? _runAs = Environment.IsPrivilegedProcess ? UnprivilegedUser() : null;
    private Process? _watch;
    private int _port;

    private LocalPostgres(string binaries) => _binaries = binaries;

    public string ConnectionString => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = _port,
        Username = "postgres",
        Database = "postgres",
        IncludeErrorDetail = true,
        Timeout = 15,
        GssEncryptionMode = GssEncryptionMode.Disable,
    }.ConnectionString;

    /// <summary>The process whose children serve the connections; another one after a crash.</summary>
    public int ProcessId => int.Parse(File.ReadAllText(ProcessIdFile));

    /// <summary>The folder of the newest binaries: of PG_BIN, of Debian's place, or of the PATH; null where there are none.</summary>
    public static string? FindBinaries()
    {
        var debian = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return new[] { Environment.GetEnvironmentVariable("PG_BIN") }
            .Concat(debian.OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0).Select(folder => Path.Combine(folder, "bin")))
            .Concat(path)
            .FirstOrDefault(folder => folder is not null && File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")));
    }

    /// <summary>Makes a cluster in a temporary folder and starts it, without fsync: what it holds is not meant to last.</summary>
    /// <param name="binaries">Where the programs are.</param>
    /// <param name="settings">What is to be otherwise, such as <c>fsync=on</c>.</param>
    public static async Task<LocalPostgres> StartAsync(string binaries, params IEnumerable<string> settings)
    {
        var server = new LocalPostgres(binaries);
        try
        {
            await server.InitializeAsync();
            await server.BootAsync(settings);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the server without a checkpoint or a goodbye to its clients, and starts it again on the same data. This process keeps no connection of before.</summary>
    public async Task CrashAsync()
    {
        var crashed = await File.ReadAllTextAsync(ProcessIdFile);
        await _watch!.StandardInput.WriteLineAsync();
        while (await File.ReadAllTextAsync(ProcessIdFile) is var started && (started.Length == 0 || started == crashed))
        {
            await Task.Delay(20);
        }

        NpgsqlConnection.ClearAllPools(); // what this process has kept open is cut
        await WaitUntilItAnswersAsync();
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_watch is { HasExited: false })
        {
            _watch.StandardInput.Close();
            await _watch.WaitForExitAsync();
        }

        _watch?.Dispose();
        if (Directory.Exists(_folder.FullName)) // the shell has removed it, unless it was never started
        {
            _folder.Delete(recursive: true);
        }
    }

    private async Task InitializeAsync()
    {
        if (_runAs is not null)
        {
            await RunAsync("chown", [_runAs, _folder.FullName], user: null);
        }

        await RunAsync(
            Path.Combine(_binaries, "initdb"),
            ["-D", DataFolder, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
            _runAs);
    }

    private async Task BootAsync(IEnumerable<string> settings)
    {
        _port = FreePort();
        List<string> server =
        [
            Path.Combine(_binaries, "postgres"), "-D", DataFolder, "-p", $"{_port}",
            "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=200", "-c", "max_prepared_transactions=20",
            "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off",
            .. settings.SelectMany(setting => new[] { "-c", setting }),
        ];
        var start = new ProcessStartInfo("/bin/sh", ["-c", Watch, "sh", Path.Combine(_folder.FullName, "server.log"), .. server])
        {
            RedirectStandardInput = true,
            WorkingDirectory = _folder.FullName,
            UserName = _runAs ?? "",
        };
        start.Environment.Remove("PGDATA");
        start.Environment["LC_ALL"] = "C.UTF-8";
        _watch = Process.Start(start)!;
        await WaitUntilItAnswersAsync();
    }

    private async Task WaitUntilItAnswersAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        for (; ; )
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
                await connection.OpenAsync(patience.Token);
                return;
            }
            catch (NpgsqlException notYet) when (!_watch!.HasExited && !patience.IsCancellationRequested)
            {
                _ = notYet;
                await Task.Delay(20, patience.Token);
            }
        }
    }

    private string ProcessIdFile => Path.Combine(_folder.FullName, "pid");

    private string DataFolder => Path.Combine(_folder.FullName, "data");

    private static string? UnprivilegedUser() =>
        new[] { "postgres", "nobody" }.FirstOrDefault(name => File.ReadLines("/etc/passwd").Any(line => line.StartsWith(name + ":", StringComparison.Ordinal)));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task RunAsync(string file, IEnumerable<string> arguments, string? user)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
            UserName = user ?? "",
        };
        start.Environment["LC_ALL"] = "C.UTF-8";
        using var process = Process.Start(start)!;
        var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"'{file}' ended with {process.ExitCode}: {string.Concat(output)}");
        }
    }
}
