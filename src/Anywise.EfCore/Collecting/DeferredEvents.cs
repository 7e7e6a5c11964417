using Anywise.Domain;
using Anywise.EfCore.Registration;
using Microsoft.EntityFrameworkCore;

namespace Anywise.EfCore.Collecting;

/// <summary>Events that carry a generated key are made here, when the save has it.</summary>
internal static class DeferredEvents
{
    /// <summary>Makes the events of a save that are not in its row already.</summary>
    /// <param name="sink">The save.</param>
    /// <param name="context">The context that has saved.</param>
    /// <param name="committed">As for <see cref="Make(CollectedEvents, DbContext, DeliveryRoute?)"/>.</param>
    public static void Make(ContextEventSink sink, DbContext context, DeliveryRoute? committed)
    {
        if (sink.Stored is null)
        {
            sink.Taken.ForEach(collected => Make(collected, context, committed));
        }
    }

    /// <param name="collected">The events of one aggregate.</param>
    /// <param name="context">The context that has saved.</param>
    /// <param name="committed">Where a factory that fails is reported if the save is committed already; else what it throws fails the save.</param>
    public static void Make(CollectedEvents collected, DbContext context, DeliveryRoute? committed)
    {
        if (!collected.Raised.Exists(static raised => raised.IsDeferred))
        {
            return;
        }

        var aggregate = collected.Source.Aggregate!;
        using var keys = new RevealedKeys(context, aggregate);
        collected.Raised.RemoveAll(raised => !TryMake(raised, aggregate, committed));
    }

    private static bool TryMake(RaisedEvent raised, object aggregate, DeliveryRoute? committed)
    {
        try
        {
            raised.Make();
            return true;
        }
        catch (Exception failure) when (committed is not null)
        {
            committed.Reports.EventIsNotMade(raised, failure, committed.NameOf(aggregate));
            return false;
        }
    }
}
