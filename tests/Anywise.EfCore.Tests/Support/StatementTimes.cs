using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Anywise.EfCore.Tests.Support;

/// <summary>When statements were issued.</summary>
/// <param name="clock">Says the time.</param>
/// <param name="part">What they say; none for all.</param>
public sealed class StatementTimes(TimeProvider clock, string part = "") : DbCommandInterceptor
{
    private readonly List<DateTimeOffset> _times = [];

    public IReadOnlyList<DateTimeOffset> Times
    {
        get
        {
            lock (_times)
            {
                return [.. _times];
            }
        }
    }

    public void Forget()
    {
        lock (_times)
        {
            _times.Clear();
        }
    }

    public override DbCommand CommandInitialized(CommandEndEventData eventData, DbCommand result)
    {
        if (result.CommandText.Contains(part, StringComparison.Ordinal))
        {
            lock (_times)
            {
                _times.Add(clock.GetUtcNow());
            }
        }

        return result;
    }
}
