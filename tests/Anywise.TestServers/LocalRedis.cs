using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;

namespace Anywise.TestServers;

/// <summary>
/// A throwaway Redis server from the binary of this machine, on the loopback address. It ends with this process, even if that is killed: a shell waits on a
/// pipe that we hold open. We talk to it through a back door, so that we listen before anybody else can publish.
/// </summary>
public sealed class LocalRedis : IAsyncDisposable
{
    /// <summary>The server is ended by a line that the shell is told, and with its folder when our side of the pipe closes.</summary>
    private const string Watch = """
        exec 2>/dev/null
        "$@" >>server.log 2>&1 & p=$!
        read -r _ || over=1
        kill $p; wait $p
        [ -z "$over" ] || rm -rf "$PWD"
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("redis-");
    private readonly ConcurrentQueue<string> _heard = new();
    private readonly string _binary;
    private readonly string _channel;
    private readonly int _port = FreePort();
    private Process? _watch;
    private ConnectionMultiplexer? _backDoor;

    private LocalRedis(string binary, string channel) => (_binary, _channel) = (binary, channel);

    /// <summary>Why there can be no server, or null if there can.</summary>
    public static string? Missing => FindBinary() is null ? "No Redis is installed. Install the package 'redis-server'." : null;

    /// <summary>With ANYWISE_REQUIRE_REDIS=1 a missing server is a failure, else a reason to skip.</summary>
    public static bool IsRequired => Environment.GetEnvironmentVariable("ANYWISE_REQUIRE_REDIS") == "1";

    public string ConnectionString => $"127.0.0.1:{_port}";

    /// <summary>All that was published on the channel, in order.</summary>
    public IReadOnlyList<string> Heard => [.. _heard];

    /// <summary>Reserves an address; nobody answers there before <see cref="StartAsync"/>.</summary>
    /// <param name="channel">What is listened to.</param>
    public static LocalRedis Prepare(string channel) => new(FindBinary()!, channel);

    public async Task StartAsync()
    {
        var start = new ProcessStartInfo(
            "/bin/sh",
            ["-c", Watch, "sh", _binary, "--port", "0", "--bind", "127.0.0.1", "--unixsocket", Socket, "--save", "", "--appendonly", "no"])
        {
            RedirectStandardInput = true,
            WorkingDirectory = _folder.FullName,
        };
        _watch = Process.Start(start)!;
        _backDoor = await ConnectAsync();
        await _backDoor.GetSubscriber().SubscribeAsync(RedisChannel.Literal(_channel), (_, message) => _heard.Enqueue(message.ToString()));
        await Server.ConfigSetAsync("port", _port);
    }

    public async Task StopAsync()
    {
        await _watch!.StandardInput.WriteLineAsync();
        await _watch.WaitForExitAsync();
        _watch.Dispose();
        await _backDoor!.DisposeAsync();
        (_watch, _backDoor) = (null, null);
    }

    public Task PublishAsync(string channel, string message) => _backDoor!.GetSubscriber().PublishAsync(RedisChannel.Literal(channel), message);

    public Task<long> SubscribersOfAsync(string channel) => Server.SubscriptionSubscriberCountAsync(RedisChannel.Literal(channel));

    public async ValueTask DisposeAsync()
    {
        if (_watch is not null)
        {
            await StopAsync();
        }

        _folder.Delete(recursive: true);
    }

    private IServer Server => _backDoor!.GetServers().Single();

    private string Socket => Path.Combine(_folder.FullName, "redis.sock");

    private async Task<ConnectionMultiplexer> ConnectAsync()
    {
        var options = new ConfigurationOptions { EndPoints = { new UnixDomainSocketEndPoint(Socket) }, AllowAdmin = true, ConnectRetry = 1 };
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        for (; ; )
        {
            try
            {
                return await ConnectionMultiplexer.ConnectAsync(options);
            }
            catch (RedisConnectionException) when (!_watch!.HasExited && !patience.IsCancellationRequested)
            {
                await Task.Delay(20, patience.Token);
            }
        }
    }

    private static string? FindBinary() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "redis-server")).FirstOrDefault(File.Exists);

    /// <summary>Below those that the system gives to clients, so that nobody has it while the server is away.</summary>
    private static int FreePort()
    {
        while (true)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(10_000, 30_000));
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                continue; // somebody has it
            }
        }
    }
}
