using System.Text.Json;

namespace Anywise.EfCore.Outbox;

/// <summary>A row that was taken or looked at.</summary>
internal sealed class OutboxRow
{
    public Guid Id { get; set; }

    public int Attempt { get; set; }

    public string Payload { get; set; } = "";

    public string? Progress { get; set; }

    /// <summary>When it was due before it was taken; 0 on SQLite.</summary>
    public long WasDueAt { get; set; }

    /// <summary>In how many milliseconds it is due, where it was only looked at.</summary>
    public long DueIn { get; set; }

    /// <summary>What the save said. If that cannot be read, an event of an unknown type: it is parked as such, instead of being tried for ever.</summary>
    public OutboxPayload ReadPayload() =>
        Read(Payload, OutboxPayload.FromJson) is { Events.Count: > 0 } payload && payload.Events.All(stored => stored is { Type: not null }) ? payload : new OutboxPayload([StoredEvent.Unreadable(Id)], null, null, null);

    /// <summary>How far its handlers have come; null if none of them has begun. If that cannot be read, all are dead: some may have succeeded.</summary>
    /// <param name="events">How many events the save said.</param>
    public OutboxProgress? ReadProgress(int events) =>
        Progress is null ? null
        : Read(Progress, OutboxProgress.FromJson) is { Remaining: { } remaining } progress && remaining.All(one => one is { Handler: not null, Event: >= 0 } && one.Event < events) ? progress
        : OutboxProgress.Untouched(Attempt, events).Dead("What the row says of its handlers cannot be read.");

    private static T? Read<T>(string json, Func<string, T?> fromJson) where T : class
    {
        try
        {
            return fromJson(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
