using Anywise.Crashes.Worker;
using Microsoft.EntityFrameworkCore;

namespace Anywise.Crashes.Tests.Support;

/// <summary>What is in the database and in the journals when all is over.</summary>
public sealed class Aftermath
{
    private const int Steps = OrderStep.OfParcel + 1;
    private readonly HashSet<Guid> _orders;
    private readonly ILookup<Guid, int> _bookings;
    private readonly List<Guid> _parcels;
    private readonly List<Guid> _saved;
    private readonly List<OrderStep> _handled;

    private Aftermath(HashSet<Guid> orders, ILookup<Guid, int> bookings, List<Guid> parcels, string[] journals)
    {
        (_orders, _bookings, _parcels) = (orders, bookings, parcels);
        _saved = [.. journals.SelectMany(Journal.ReadSaved)];
        _handled = [.. journals.SelectMany(Journal.ReadHandled).OrderBy(handled => handled.At).Select(handled => handled.Step)];
    }

    public string Summary => $"{_orders.Count} orders, {_handled.Count - _handled.Distinct().Count()} of {_handled.Count} calls outside the database repeated";

    public static async Task<int> CountStoredAsync(WorkerSettings settings)
    {
        await using var context = Connect(settings);
        return await context.Database.SqlQuery<int>($"""SELECT count(*) AS "Value" FROM "AnywiseOutbox" """).SingleAsync();
    }

    public static async Task<Aftermath> ReadAsync(WorkerSettings settings, string[] journals)
    {
        await using var context = Connect(settings);
        var orders = await context.Orders.Select(order => order.Id).ToHashSetAsync();
        var bookings = await context.Bookings.OrderBy(booking => booking.Id).Select(booking => new { booking.OrderId, booking.Number }).ToListAsync();
        var parcels = await context.Parcels.Select(parcel => parcel.OrderId).ToListAsync();
        return new Aftermath(orders, bookings.ToLookup(booking => booking.OrderId, booking => booking.Number), parcels, journals);
    }

    /// <summary>All that holds whatever has happened.</summary>
    public Aftermath IsWhole()
    {
        var steps = Enumerable.Range(0, Steps).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_orders, Is.Not.Empty, "something was done");
            Assert.That(_saved.Except(_orders), Is.Empty, "saves that have returned and are not in the database");
            Assert.That(_orders.SelectMany(order => steps.Select(number => new OrderStep(order, number))).Except(_handled), Is.Empty, "events of commits that were not handled");
            Assert.That(_handled.Where(step => !_orders.Contains(step.OrderId)), Is.Empty, "events that were handled without a commit");
            Assert.That(_bookings.Where(booked => !_orders.Contains(booked.Key)).Select(booked => booked.Key), Is.Empty, "bookings without a commit");
            Assert.That(_orders.Where(order => !_bookings[order].Order().SequenceEqual(steps)), Is.Empty, "orders that are not booked once for each event");
            Assert.That(_parcels, Is.EquivalentTo(_orders), "one parcel for each order");
        }

        return this;
    }

    /// <summary>As long as no handler has failed.</summary>
    public Aftermath IsInOrder()
    {
        var firstCalls = _handled.Distinct().ToLookup(step => step.OrderId, step => step.Number);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_bookings.Where(booked => !booked.SequenceEqual(booked.Order())).Select(booked => booked.Key), Is.Empty, "orders that are booked out of order");
            Assert.That(firstCalls.Where(calls => !calls.SequenceEqual(calls.Order())).Select(calls => calls.Key), Is.Empty, "orders whose events were handled out of order");
        }

        return this;
    }

    private static ShopContext Connect(WorkerSettings settings)
    {
        var options = new DbContextOptionsBuilder<ShopContext>();
        settings.UseDatabase(options);
        return new ShopContext(options.Options);
    }
}
