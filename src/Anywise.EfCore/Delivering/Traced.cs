using System.Diagnostics;

namespace Anywise.EfCore.Delivering;

/// <summary>An activity of the engine, if somebody listens. Never throws, also if who listens does: what is traced must not fail of that.</summary>
internal readonly struct Traced : IDisposable
{
    private readonly Activity? _activity;
    private readonly Activity? _outer;

    private Traced(Activity? activity, Activity? outer) => (_activity, _outer) = (activity, outer);

    /// <summary>What begins is not traced if it fails to begin.</summary>
    public static Traced Start<TState>(TState state, Func<TState, Activity?> start)
    {
        var outer = Activity.Current;
        try
        {
            return new Traced(start(state), outer);
        }
        catch (Exception)
        {
            Activity.Current = outer;
            return default;
        }
    }

    public void Failed(Exception failure)
    {
        try
        {
            _activity?.SetStatus(ActivityStatusCode.Error, failure.Message);
            _activity?.AddException(failure);
        }
        catch (Exception)
        {
            _activity?.SetStatus(ActivityStatusCode.Error);
        }
    }

    public void Dispose()
    {
        try
        {
            _activity?.Dispose();
        }
        catch (Exception)
        {
            Activity.Current = _outer;
        }
    }
}
