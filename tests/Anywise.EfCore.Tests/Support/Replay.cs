using Anywise.Domain;

namespace Anywise.EfCore.Tests.Support;

/// <summary>What is in a database to which nothing happened but some events.</summary>
public static class Replay
{
    /// <summary>The names of the rows, in order. An event that cannot follow the ones before it, as one that comes twice, leaves a question mark.</summary>
    public static List<string> RowsAfter(IEnumerable<IEvent> events)
    {
        var rows = new List<string>();
        foreach (var @event in events)
        {
            Play(@event, rows);
        }

        return rows;
    }

    private static void Play(IEvent @event, List<string> rows)
    {
        switch (@event)
        {
            case OrderPlaced placed when !rows.Contains(placed.Name):
                rows.Add(placed.Name);
                break;
            case OrderRenamed renamed when rows.Contains(renamed.From):
                rows[rows.IndexOf(renamed.From)] = renamed.To;
                break;
            case OrderRemoved removed when rows.Contains(removed.Name):
                rows.Remove(removed.Name);
                break;
            case InvoicePaid paid: // receipts have generated keys, so a repeated save can store one twice
                rows.Add($"receipt {paid.Id}");
                break;
            case TicketOpened opened when !rows.Contains(opened.Title):
                rows.Add(opened.Title);
                break;
            default:
                rows.Add($"{NameIn(@event)}?");
                break;
        }
    }

    private static string NameIn(IEvent @event) => @event switch
    {
        OrderPlaced placed => placed.Name,
        OrderRenamed renamed => renamed.To,
        _ => @event.ToString()!,
    };
}
