using System.Text.Json;
using Anywise.EfCore.Outbox;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>What a row says of its events.</summary>
public sealed class ThePayloadOfARow
{
    [Test]
    public void Is_read_however_deep_its_events_are()
    {
        var data = new string('[', 200) + new string(']', 200);

        var payload = OutboxPayload.FromJson($$"""{"events":[{"type":"Deep","id":"{{Guid.NewGuid()}}","raisedAt":"2026-01-01T00:00:00+00:00","data":{{data}}}]}""");

        Assert.That(payload!.Events.Single().Data.ValueKind, Is.EqualTo(JsonValueKind.Array));
    }
}
