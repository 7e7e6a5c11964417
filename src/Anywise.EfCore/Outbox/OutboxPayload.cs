using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Anywise.Domain;

namespace Anywise.EfCore.Outbox;

/// <summary>What one save said.</summary>
/// <param name="Events">In the order in which they were raised.</param>
/// <param name="CorrelationId">Where the chain of causes began, if the context knows the message that is being handled.</param>
/// <param name="CausationId">The message whose handler saved, if the context knows it.</param>
/// <param name="TraceParent">The activity that saved.</param>
internal sealed record OutboxPayload(IReadOnlyList<StoredEvent> Events, Guid? CorrelationId, Guid? CausationId, string? TraceParent)
{
    /// <summary>As deep as a <see cref="Utf8JsonWriter"/> writes: how deep an event may be is up to the options of the application.</summary>
    private static readonly OutboxJson Deep = new(new JsonSerializerOptions(OutboxJson.Default.Options) { MaxDepth = 1000 });

    public static OutboxPayload? FromJson(string json) => JsonSerializer.Deserialize(json, Deep.OutboxPayload);
}

/// <param name="Type">The durable name of the event.</param>
/// <param name="Id">The id that raising gave it.</param>
/// <param name="RaisedAt">When it was raised.</param>
/// <param name="Aggregate">Type and key of the aggregate, for people.</param>
/// <param name="Data">The event itself.</param>
internal sealed record StoredEvent(string Type, Guid Id, DateTimeOffset RaisedAt, string? Aggregate, JsonElement Data)
{
    /// <summary>Stands for what a row says that cannot be read.</summary>
    public static StoredEvent Unreadable(Guid id) => new("?", id, default, null, default);
}

/// <summary>Writes an <see cref="OutboxPayload"/>, the events right into it.</summary>
internal sealed class OutboxPayloadWriter : IDisposable
{
    private readonly ArrayBufferWriter<byte> _text = new(initialCapacity: 512);
    private readonly Utf8JsonWriter _json;

    public OutboxPayloadWriter()
    {
        _json = new Utf8JsonWriter(_text);
        _json.WriteStartObject();
        _json.WriteStartArray("events");
    }

    /// <exception cref="Exception">Of many kinds: it cannot be written.</exception>
    public void Add(RaisedEvent raised, string name, string? aggregate, JsonSerializerOptions options)
    {
        _json.WriteStartObject();
        _json.WriteString("type", name);
        _json.WriteString("id", raised.Id);
        _json.WriteString("raisedAt", raised.RaisedAt);
        WriteIfKnown("aggregate", aggregate);
        _json.WritePropertyName("data");
        JsonSerializer.Serialize(_json, raised.Event, options.GetTypeInfo(raised.Event.GetType()));
        _json.WriteEndObject();
    }

    public string Finish(Guid? correlationId, Guid? causationId, string? traceParent)
    {
        _json.WriteEndArray();
        WriteIfKnown("correlationId", correlationId?.ToString());
        WriteIfKnown("causationId", causationId?.ToString());
        WriteIfKnown("traceParent", traceParent);
        _json.WriteEndObject();
        _json.Flush();
        return Encoding.UTF8.GetString(_text.WrittenSpan);
    }

    public void Dispose() => _json.Dispose();

    private void WriteIfKnown(string name, string? value)
    {
        if (value is not null)
        {
            _json.WriteString(name, value);
        }
    }
}

/// <summary>A handler that has not succeeded with an event of the save.</summary>
/// <param name="Event">The place of the event among those of the save.</param>
/// <param name="Handler">The durable name of the handler.</param>
/// <param name="Attempts">How often it has failed.</param>
/// <param name="Error">How it failed last, or why it cannot be called.</param>
/// <param name="IsDead">It is not called any more.</param>
internal sealed record RemainingHandler(int Event, string Handler, int Attempts, string? Error, bool IsDead)
{
    /// <summary>Stands for all handlers of an event that nobody knew when the row was last taken.</summary>
    public const string AllOfEvent = "*";

    /// <summary>How much longer it waits than its row; null if it is due as soon as that.</summary>
    public TimeSpan? Wait { get; init; }
}

/// <summary>How far the handlers of a save have come.</summary>
/// <param name="Attempt">The attempt of the row since which this holds.</param>
/// <param name="Remaining">Who has not succeeded.</param>
internal sealed record OutboxProgress(int Attempt, IReadOnlyList<RemainingHandler> Remaining)
{
    /// <summary>How many deliveries in a row have begun and written nothing else. The first is not counted, since most rows need no second.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Begun { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, OutboxJson.Default.OutboxProgress);

    /// <summary>No handler has been called, and nobody has died of one.</summary>
    public static OutboxProgress Untouched(int attempt, int events) =>
        new(attempt, [.. Enumerable.Range(0, events).Select(index => new RemainingHandler(index, RemainingHandler.AllOfEvent, 0, null, IsDead: false))]);

    /// <summary>All that has not succeeded is given up, but for what only waits.</summary>
    public OutboxProgress Dead(string error) =>
        this with { Remaining = [.. Remaining.Select(one => one.IsDead || one.Wait is not null ? one : one with { IsDead = true, Error = error })] };

    public static OutboxProgress? FromJson(string json) => JsonSerializer.Deserialize(json, OutboxJson.Default.OutboxProgress);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OutboxPayload))]
[JsonSerializable(typeof(OutboxProgress))]
internal sealed partial class OutboxJson : JsonSerializerContext;
