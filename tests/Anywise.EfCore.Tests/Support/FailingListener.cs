using System.Diagnostics;

namespace Anywise.EfCore.Tests.Support;

/// <summary>Listens to the activities of Anywise, and throws at one moment of each in the flow that made this.</summary>
public sealed class FailingListener : IDisposable
{
    private readonly Activity _root = new Activity("test").Start();
    private readonly ActivityListener _listener;

    public FailingListener(Moment moment)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Anywise",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
            {
                FailIf(moment == Moment.Sampled, options.Parent.TraceId);
                return ActivitySamplingResult.AllData;
            },
            ActivityStarted = activity => FailIf(moment == Moment.Started, activity.TraceId),
            ActivityStopped = activity => FailIf(moment == Moment.Stopped, activity.TraceId),
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public enum Moment
    {
        Sampled,
        Started,
        Stopped,
    }

    public int Failures { get; private set; }

    public void Dispose()
    {
        _listener.Dispose();
        _root.Dispose();
    }

    private void FailIf(bool isMoment, ActivityTraceId trace)
    {
        if (isMoment && trace == _root.TraceId)
        {
            Failures++;
            throw new InvalidOperationException("listener");
        }
    }
}
