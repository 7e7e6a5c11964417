using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Anywise.EfCore.Outbox;

/// <summary>Signals by <c>NOTIFY</c>, never inside a transaction of the application, where it would hold up other commits.</summary>
internal sealed class PostgreSqlSignal : OutboxSignal
{
    public override Task SendAsync(DbContext context, string table, string sender) =>
        context.Database.ExecuteSqlAsync($"SELECT pg_notify({ChannelOf(table)}, {sender})");

    public override async Task ListenAsync(DbContext context, string table, string sender, Action heard, CancellationToken cancellationToken)
    {
        await context.Database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        var connection = (NpgsqlConnection)context.Database.GetDbConnection();
        connection.Notification += (_, notification) =>
        {
            if (notification.Payload != sender)
            {
                heard();
            }
        };
        var listen = $"LISTEN {ChannelOf(table)}";
        await context.Database.ExecuteSqlRawAsync(listen, cancellationToken).ConfigureAwait(false);
        heard(); // what was said before
        while (true)
        {
            await connection.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A name for any table, which may be longer than that of a channel.</summary>
    private static string ChannelOf(string table) => "anywise_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(table)))[..16];
}
