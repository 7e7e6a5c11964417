using Anywise.Crashes.Worker;
using Microsoft.EntityFrameworkCore;

namespace Anywise.Crashes.Tests.Support;

/// <summary>What is in the database and in the journals when all is over.</summary>
public sealed class Aftermath
{
    private readonly Dictionary<Guid, int> _stepsOf;
    private readonly ILookup<Guid, int> _bookings;
    private readonly List<Guid> _parcels;
    private readonly List<Reminder> _reminders;
    private readonly bool _preservesOrder;
    private readonly List<(Guid OrderId, int Steps)> _saved;
    private readonly List<OrderStep> _handled;

    private Aftermath(Dictionary<Guid, int> stepsOf, ILookup<Guid, int> bookings, List<Guid> parcels, List<Reminder> reminders, bool preservesOrder, string[] journals)
    {
        (_stepsOf, _bookings, _parcels, _reminders, _preservesOrder) = (stepsOf, bookings, parcels, reminders, preservesOrder);
        _saved = [.. journals.SelectMany(Journal.ReadSaved)];
        _handled = [.. journals.SelectMany(Journal.ReadHandled).OrderBy(handled => handled.At).Select(handled => handled.Step)];
    }

    public string Summary => $"{_stepsOf.Count} orders, {_handled.Count - _handled.Distinct().Count()} of {_handled.Count} calls outside the database repeated";

    /// <summary>Whether a row of the outbox says this.</summary>
    public static async Task<bool> IsStoredAsync(WorkerSettings settings, string held)
    {
        await using var context = Connect(settings);
        var text = $"%{held}%";
        return await context.Database.SqlQuery<int>($"""SELECT count(*) AS "Value" FROM "AnywiseOutbox" WHERE "Payload" LIKE {text}""").SingleAsync() > 0;
    }

    /// <summary>The rows of the outbox, as text.</summary>
    public static async Task<IReadOnlyList<string>> StoredAsync(WorkerSettings settings)
    {
        await using var context = Connect(settings);
        var text = """
            SELECT CAST("Id" AS text) || ' attempt ' || CAST("Attempt" AS text) || ' due ' || CAST("DueAt" AS text) || ' ' || COALESCE("Progress", '-') || ' ' || "Payload" AS "Value"
            FROM "AnywiseOutbox"
            """;
        return await context.Database.SqlQueryRaw<string>(text).ToListAsync();
    }

    public static async Task<Aftermath> ReadAsync(WorkerSettings settings, string[] journals)
    {
        await using var context = Connect(settings);
        var stepsOf = await context.Orders.ToDictionaryAsync(order => order.Id, order => order.Steps);
        var bookings = await context.Bookings.OrderBy(booking => booking.Id).Select(booking => new { booking.OrderId, booking.Number }).ToListAsync();
        var parcels = await context.Parcels.Select(parcel => parcel.OrderId).ToListAsync();
        var reminders = await context.Reminders.ToListAsync();
        return new Aftermath(stepsOf, bookings.ToLookup(booking => booking.OrderId, booking => booking.Number), parcels, reminders, settings.PreservesOrder, journals);
    }

    /// <summary>All that holds whatever has happened: also the order of each aggregate across saves, if it is preserved.</summary>
    public Aftermath IsWhole()
    {
        var committed = _stepsOf.Keys.SelectMany(order => NumbersOf(order).Select(number => new OrderStep(order, number))).ToHashSet();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_stepsOf, Is.Not.Empty, "something was done");
            Assert.That(_saved.Where(saved => _stepsOf.GetValueOrDefault(saved.OrderId) < saved.Steps), Is.Empty, "saves that have returned and are not in the database");
            Assert.That(committed.Except(_handled), Is.Empty, "events of commits that were not handled");
            Assert.That(_handled.Where(step => !committed.Contains(step)), Is.Empty, "events that were handled without a commit");
            Assert.That(_bookings.Where(booked => !_stepsOf.ContainsKey(booked.Key)).Select(booked => booked.Key), Is.Empty, "bookings without a commit");
            Assert.That(_stepsOf.Keys.Where(order => !_bookings[order].Order().SequenceEqual(NumbersOf(order))), Is.Empty, "orders that are not booked once for each event");
            Assert.That(_parcels, Is.EquivalentTo(_stepsOf.Keys), "one parcel for each order");
            Assert.That(_reminders.Select(reminder => reminder.OrderId), Is.EquivalentTo(_stepsOf.Keys), "one reminder for each order");
            Assert.That(_reminders.Where(reminder => reminder.SentAt < reminder.At - 1), Is.Empty, "reminders that were sent before their time, which databases round");
        }

        if (_preservesOrder)
        {
            AssertInOrder(number => number != OrderStep.OfParcel, "within an aggregate");
        }

        return this;
    }

    /// <summary>What one save and the saves of its handlers have said is handled first in, first out, as long as no handler has failed.</summary>
    public Aftermath IsInOrder()
    {
        AssertInOrder(number => number is < Order.StepsWhenPlaced or OrderStep.OfParcel, "within a save");
        return this;
    }

    private void AssertInOrder(Func<int, bool> isMeant, string where)
    {
        var firstCalls = _handled.Distinct().ToLookup(step => step.OrderId, step => step.Number);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_bookings.Where(IsOutOfOrder).Select(booked => booked.Key), Is.Empty, $"orders that are booked out of order {where}");
            Assert.That(firstCalls.Where(IsOutOfOrder).Select(calls => $"{calls.Key}: {string.Join(", ", CallsOf(calls.Key))}"), Is.Empty, $"orders whose events were handled out of order {where}");
        }

        IEnumerable<int> CallsOf(Guid order) => _handled.Where(step => step.OrderId == order).Select(step => step.Number);

        bool IsOutOfOrder(IEnumerable<int> numbers) => !numbers.Where(isMeant).SequenceEqual(numbers.Where(isMeant).Order());
    }

    /// <summary>Of all events of an order that are committed.</summary>
    private IEnumerable<int> NumbersOf(Guid order) => Enumerable.Range(0, _stepsOf[order]).Append(OrderStep.OfParcel);

    private static ShopContext Connect(WorkerSettings settings)
    {
        var options = new DbContextOptionsBuilder<ShopContext>();
        settings.UseDatabase(options);
        return new ShopContext(options.Options);
    }
}
