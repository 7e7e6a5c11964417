using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Anywise.EfCore.Tests.Support;

/// <summary>
/// A wire to a server that can be cut at the worst moment: the server has got a message and done what it says, and its answer is lost
/// together with the connection.
/// </summary>
public sealed class WireCut : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly (string Host, int Port) _server;
    private readonly CancellationTokenSource _end = new();
    private readonly List<Task> _wires = [];
    private readonly Task _accepting;
    private string? _lastWord;

    public WireCut(string host, int port)
    {
        _server = (host, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>True until a message with the word has passed.</summary>
    public bool IsWaiting => Volatile.Read(ref _lastWord) is not null;

    /// <summary>Loses the answer to the next message that contains a word.</summary>
    public void LoseTheAnswerTo(string word) => Volatile.Write(ref _lastWord, word);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await Task.WhenAll([_accepting, .. _wires]);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _wires.Add(JoinAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task JoinAsync(TcpClient client)
    {
        using var wire = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        using var server = new TcpClient();
        using (client)
        {
            try
            {
                await server.ConnectAsync(_server.Host, _server.Port, wire.Token);
                var isCut = new Cut();
                await await Task.WhenAny(
                    AskAsync(client.GetStream(), server.GetStream(), isCut, wire.Token),
                    AnswerAsync(server.GetStream(), client.GetStream(), isCut, wire.Token));
            }
            catch (Exception end) when (end is OperationCanceledException or IOException or SocketException)
            {
            }

            await wire.CancelAsync();
        }
    }

    private async Task AskAsync(NetworkStream from, NetworkStream to, Cut cut, CancellationToken cancellationToken)
    {
        var buffer = new byte[65536];
        while (await from.ReadAsync(buffer, cancellationToken) is > 0 and var length)
        {
            if (Volatile.Read(ref _lastWord) is { } word && Encoding.UTF8.GetString(buffer, 0, length).Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                cut.IsMade = true;
                Volatile.Write(ref _lastWord, null);
            }

            await to.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
        }
    }

    /// <summary>PostgreSQL answers when the commit is done, not before.</summary>
    private static async Task AnswerAsync(NetworkStream from, NetworkStream to, Cut cut, CancellationToken cancellationToken)
    {
        var buffer = new byte[65536];
        while (await from.ReadAsync(buffer, cancellationToken) is > 0 and var length && !cut.IsMade)
        {
            await to.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
        }
    }

    private sealed class Cut
    {
        private volatile bool _isMade;

        public bool IsMade { get => _isMade; set => _isMade = value; }
    }
}

/// <summary>A database at the other end of a wire that can be cut.</summary>
public sealed class RemoteDatabase : TestDatabase
{
    private readonly PostgresDatabase _database;
    private readonly string _throughTheWire;

    private RemoteDatabase(PostgresDatabase database)
    {
        _database = database;
        var connection = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        Wire = new WireCut(connection.Host!, connection.Port);
        (connection.Host, connection.Port, connection.Pooling, connection.SslMode) = ("127.0.0.1", Wire.Port, false, SslMode.Disable);
        _throughTheWire = connection.ConnectionString;
    }

    public WireCut Wire { get; }

    public override bool IsPostgres => true;

    public static async Task<TestDatabase> NewAsync() => new RemoteDatabase((PostgresDatabase)await PostgresDatabase.NewAsync());

    protected override void UseProvider(DbContextOptionsBuilder options) => options.UseNpgsql(_throughTheWire);

    public override async ValueTask DisposeAsync()
    {
        await Wire.DisposeAsync();
        await _database.DisposeAsync();
    }
}
