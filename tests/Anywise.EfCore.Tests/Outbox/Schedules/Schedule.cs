namespace Anywise.EfCore.Tests.Outbox.Schedules;

/// <summary>
/// Which of the possible steps is taken, time after time: the first at first, and with each <see cref="GoOn"/> the next schedule, until all of one
/// length have been taken.
/// </summary>
internal sealed class Schedule(int length)
{
    private readonly List<(int Chosen, int Possible)> _choices = [];
    private int _next;

    public bool IsOver => _next == length;

    public T Choose<T>(IReadOnlyList<T> possible)
    {
        if (_next == _choices.Count)
        {
            _choices.Add((0, possible.Count));
        }

        return possible[_choices[_next++].Chosen];
    }

    /// <summary>False if there is no other schedule.</summary>
    public bool GoOn()
    {
        _next = 0;
        while (_choices is [.., var (chosen, possible)])
        {
            _choices.RemoveAt(_choices.Count - 1);
            if (chosen + 1 < possible)
            {
                _choices.Add((chosen + 1, possible));
                return true;
            }
        }

        return false;
    }
}
