using Anywise.Benchmarks.Dispatch;

namespace Anywise.Benchmarks;

/// <summary>The same calls as the benchmarks, in <see cref="Turns"/>.</summary>
internal static class Interleaved
{
    public static async Task SavingAsync()
    {
        foreach (var tracked in new[] { 10, 1_000, 10_000 })
        {
            await CompareAsync(
                $"Save without an event, 1 modified of {tracked} tracked", Math.Max(1, 2_000 / tracked), [Variant.Bare(), Variant.Anywise()],
                variant => variant.Track(tracked), static _ => { }, static variant => variant.SaveChangeAsync());
        }

        foreach (var tracked in new[] { 1, 1_001 })
        {
            await CompareAsync(
                $"Save with an event, 1 modified of {tracked} tracked", Math.Max(4, 200 / tracked), All(),
                variant => variant.Track(tracked), static _ => { }, static variant => variant.SaveTouchAsync());
        }

        await CompareAsync(
            "Save 100 new items with an event each", 20, All(), static _ => { }, static variant => variant.Clear(), static variant => variant.SaveNewAsync(100));
    }

    public static async Task DispatchingAsync()
    {
        var send = new InANewScope();
        await Turns.CompareAsync(
            "Send in a new scope", 2_000, Turn.Of("by hand", send.SendByHand), Turn.Of("by hand, a service", send.SendByHandAsAService),
            Turn.Of("Anywise", send.SendByAnywise), Turn.Of("Anywise by default", send.SendByAnywiseByDefault), Turn.Of("Mediator", send.SendByMediator),
            Turn.Of("MediatR", send.SendByMediatR));
        await Turns.CompareAsync(
            "Send with a behavior in a new scope", 2_000, Turn.Of("by hand", send.SendGuardedByHand), Turn.Of("by hand, a service", send.SendGuardedByHandAsAService),
            Turn.Of("Anywise", send.SendGuardedByAnywise), Turn.Of("Anywise by default", send.SendGuardedByAnywiseByDefault), Turn.Of("Mediator", send.SendGuardedByMediator),
            Turn.Of("MediatR", send.SendGuardedByMediatR));
        foreach (var handlers in new[] { 1, 4 })
        {
            var publish = new PublishedInANewScope { Handlers = handlers };
            publish.Choose();
            await Turns.CompareAsync(
                $"Publish to {handlers} in a new scope", 1_000, Turn.Of("by hand, one scope", publish.ByHandInOneScope), Turn.Of("by hand, a scope each", publish.ByHandInAScopeEach),
                Turn.Of("Anywise", publish.Anywise), Turn.Of("Anywise by default", publish.AnywiseByDefault), Turn.Of("Mediator", publish.ByMediator),
                Turn.Of("MediatR", publish.ByMediatR));
        }
    }

    private static Variant[] All() => [Variant.Bare(), Variant.Anywise(), Variant.Usual()];

    private static async Task CompareAsync(
        string title, int savesPerBlock, Variant[] variants, Action<Variant> prepare, Action<Variant> beforeBlock, Func<Variant, Task> save)
    {
        Array.ForEach(variants, prepare);
        await Turns.CompareAsync(title, savesPerBlock, Array.ConvertAll(variants, variant => Turn.Of(variant.Name, () => save(variant), () => beforeBlock(variant))));
        Array.ForEach(variants, static variant => variant.Dispose());
    }
}
