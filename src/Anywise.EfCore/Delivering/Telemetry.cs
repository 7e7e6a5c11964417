using System.Diagnostics;
using System.Diagnostics.Metrics;
using Anywise.Domain;
using Anywise.EfCore.Dispatching;

namespace Anywise.EfCore.Delivering;

/// <summary>The activities and counters of the engine, under the name 'Anywise' for both.</summary>
internal static class Telemetry
{
    public const string Name = "Anywise";

    /// <summary>The message object of an activity, as a custom property: for listeners in this process, never exported.</summary>
    public const string MessageProperty = "anywise.message";

    private static readonly ActivitySource Activities = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> HandlerFailures = Meter.CreateCounter<long>(
        "anywise.handler.failures", "{failure}", "Calls of event handlers that ended with an exception.");

    private static readonly Counter<long> LostEvents = Meter.CreateCounter<long>(
        "anywise.events.lost", "{event}", "Events that were raised, but will not be delivered.");

    public static bool IsTracing => Activities.HasListeners();

    public static Traced StartRequest(IMessage request) => IsTracing
        ? Traced.Start(request, static request => Start($"send {request.GetType().ReadableName()}", default, request))
        : default;

    public static Traced StartEvent(CascadeStep step) => IsTracing
        ? Traced.Start(step, static step => Start($"deliver {step.EventName}", step.Batch.Origin, step.Message)?.SetTag("messaging.message.id", step.Raised.Id))
        : default;

    public static Traced StartHandler(EventInvoker handler) => IsTracing
        ? Traced.Start(handler, static handler => Activities.StartActivity($"handle {handler.HandlerType.ReadableName()}"))
        : default;

    public static void HandlerFailed(CascadeStep step, EventInvoker handler) =>
        HandlerFailures.Add(1, new("anywise.event", step.EventName), new("anywise.handler", handler.HandlerType.ReadableName()));

    public static void EventLost(Type lost) => LostEvents.Add(1, new KeyValuePair<string, object?>("anywise.event", lost.ReadableName()));

    private static Activity? Start(string name, ActivityContext parent, IMessage message)
    {
        var activity = Activities.CreateActivity(name, ActivityKind.Internal, parent);
        activity?.SetCustomProperty(MessageProperty, message); // before the start, so that who hears of it can read the message
        return activity?.Start();
    }
}
